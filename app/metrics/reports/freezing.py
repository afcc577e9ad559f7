"""Freezing figures under a title and a number: first they are counted, then kept, and both belong to one revision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from app.access.rules import Caller
from app.audit.log import Deed, record
from app.catalogue.divisions import division_names
from app.catalogue.moments import Moment, resolve
from app.db import Record
from app.errors import AppError, Conflict, Fault, Malformed, Message, fault
from app.metrics.definitions import Metric
from app.metrics.figures import additive
from app.metrics.groups import grouping
from app.metrics.in_force import chosen, in_force
from app.metrics.present import definition
from app.metrics.recorded import Recorded
from app.metrics.reports import queries
from app.metrics.reports.answers import CitedMeaning
from app.metrics.reports.counting import Counted, Rows, counted
from app.metrics.reports.filling import Asked, Filling, asked_for
from app.metrics.reports.questions import Wanted, moment_of, placed
from app.metrics.reports.reasons import with_reason
from app.metrics.reports.rules import NOTE, Question, When, as_read, canonical, checksum
from app.metrics.reports.schemas import MOST_FIGURES, NewReport
from app.metrics.reports.sources import citable
from app.metrics.reports.superseding import changes_of

FORM = 1  # Of what is cited. A new one is added where members change; what was frozen keeps its own.
MOST_ROWS = 10_000
MEANING = tuple(CitedMeaning.model_fields)


class NumberTaken(Conflict):
    slug, title = "report-number-taken", Message("报告编号已有人用", "The number is taken")


class AlreadySuperseded(Conflict):
    slug, title = "report-already-superseded", Message("报告已被取代", "Superseded already")


class NothingCited(Malformed):
    slug, title = "nothing-cited", Message("报告没有数字", "The report has no figures")


@dataclass(frozen=True, slots=True)
class Author:
    """Who freezes, and when."""

    caller: Caller
    now: datetime


def counted_report(connection: Connection, body: NewReport, author: Author) -> dict[str, Any]:
    """All that the report cites, from a snapshot.

    Raises Malformed where a metric, a group, a day, a division or a filter is wrong, each at its place in the body; also
    where what it replaces isn't there.
    """
    _demand_reason(body)
    known = _known(connection, body.known_at, author.now)
    recorded = in_force(connection, known)
    filling = _filling(connection, body, known, recorded, author.now)
    sections = [] if filling is None else filling.sections()
    wanted = _wanted(body, filling)
    made = {
        "form": FORM,
        "number": body.number,
        "title": body.title,
        "note": body.note,
        "frozen_at": author.now.isoformat(),
        "frozen_by": author.caller.name,
        "revision": known.revision,
        "known_at": known.stated["known_at"],
        "template": None if filling is None else filling.asked.stated,
        "sections": sections,
        "figures": _figures(connection, wanted, known, recorded, author.now.date()),
    }
    return {**made, **_superseding(connection, body, made, author.now)}


def _figures(
    connection: Connection, wanted: Sequence[Wanted], known: Moment, recorded: Mapping[str, Recorded], today: date
) -> list[dict[str, Any]]:
    """As they are cited, with their rows."""
    asked = [each.question(today) for each in wanted]
    _demand_metrics(connection, wanted, asked, known, today)
    metrics = {key: each.metric for key, each in recorded.items()}
    rows = _rows(counted(connection, asked, known, metrics, today), wanted, asked)
    names = division_names(connection, known)
    return [
        {
            **_figure(position, each, question, recorded[question.metric]),
            "within_name": names.get(question.within or ""),
            **_told(metrics[question.metric], rows[question], moment_of(question.when, known, today).note),
        }
        for position, (each, question) in enumerate(zip(wanted, asked, strict=True), 1)
    ]


def _told(metric: Metric, rows: Rows, of_all: str | None) -> dict[str, Any]:
    """The rows, and what is said of the figure beside its numbers: why there are none, or what isn't in them."""
    told = rows if of_all else [with_reason(metric, row) for row in rows]
    return {"note": of_all or next((row[NOTE] for row in told if row.get(NOTE)), None), "rows": told}


def keep(connection: Connection, body: NewReport, cited: Mapping[str, Any], author: Author) -> int:
    """The id of the report. Raises NumberTaken or AlreadySuperseded."""
    _demand_free(connection, body)
    content, by, now = canonical(cited), author.caller, author.now
    values = {
        "number": body.number,
        "title": body.title,
        "revision": cited["revision"],
        "supersedes": body.supersedes,
        "by": by.name,
        "account_id": by.id,
        "at": now,
        "checksum": checksum(content),
        "cited": content.decode(),
    }
    number = queries.keep(connection, values, cited["figures"])
    told = {name: values[name] for name in ("number", "revision", "checksum", "supersedes")}
    record(connection, by, Deed("report.freeze", f"report/{number}"), now, **told)
    return number


def _demand_reason(body: NewReport) -> None:
    """Raises Malformed where a replaced report comes without why, or why without one."""
    if (body.supersedes is None) == (body.reason is None):
        return
    member = "supersedes" if body.supersedes is None else "reason"
    zh = "取代一份报告时，supersedes（哪一份）和 reason（为什么）要一起写；不取代就都不写。"
    en = "To replace a report, write supersedes (which one) and reason (why) together; otherwise neither."
    raise Malformed(Message(zh, en), faults=[fault(zh, en, pointer=f"/{member}", rule="missing")])


def _known(connection: Connection, known_at: str | None, now: datetime) -> Moment:
    try:
        return resolve(connection, now, None, known_at)
    except AppError as error:
        raise placed(error, "") from error


def _filling(
    connection: Connection, body: NewReport, known: Moment, recorded: Mapping[str, Recorded], now: datetime
) -> Filling | None:
    if body.template is None:
        return None
    asked: Asked = asked_for(body.template, now.date(), division_names(connection, known))
    return Filling(asked, recorded, known.revision)


def _wanted(body: NewReport, filling: Filling | None) -> list[Wanted]:
    """Those of the ready-made report come first. Raises NothingCited, or Malformed for too many."""
    own = [Wanted(each, f"/figures/{place}") for place, each in enumerate(body.figures)]
    wanted = [*(filling.wanted if filling else ()), *own]
    if not wanted:
        zh = "报告里没有一个数字：请在 figures 里写要引用的指标，或用 template 选一个现成的报告。"
        en = "The report cites nothing: name metrics in figures, or choose a template."
        raise NothingCited(Message(zh, en), faults=[fault(zh, en, pointer="/figures", rule="nothing-cited")])
    if len(wanted) > MOST_FIGURES:
        zh = f"报告里有 {len(wanted)} 个数字，最多 {MOST_FIGURES} 个。请分成几份。"
        en = f"The report cites {len(wanted)} figures, {MOST_FIGURES} at most."
        raise Malformed(Message(zh, en), faults=[fault(zh, en, pointer="/figures", rule="too-many-figures")])
    return wanted


def _demand_metrics(
    connection: Connection, wanted: Sequence[Wanted], asked: Sequence[Question], known: Moment, today: date
) -> None:
    """Raises UnknownMetric, MetricNotComputable or MetricNeedsBase, each fault at the first figure that is of such a metric."""
    by_time: dict[When, list[Wanted]] = {}
    for each, question in zip(wanted, asked, strict=True):
        by_time.setdefault(question.when, []).append(each)
    for when, here in by_time.items():
        try:
            moment = moment_of(when, known, today)
        except AppError as error:
            raise placed(error, here[0].pointer) from error
        try:
            chosen(connection, [each.figure.metric for each in here], moment)
        except AppError as error:
            error.faults = tuple(_placed_at(each, here) for each in error.faults)
            raise


def _placed_at(told: Fault, wanted: Sequence[Wanted]) -> Fault:
    return replace(told, pointer=f"{_figure_of(told, wanted)}/{told.parameter}", parameter=None)


def _figure_of(told: Fault, wanted: Sequence[Wanted]) -> str:
    """Where a metric is named; a fault quotes no more than the beginning of a long name."""
    named = (each for each in wanted if each.figure.metric.startswith(told.value or ""))
    return next(named, wanted[0]).pointer


def _rows(found: Counted, wanted: Sequence[Wanted], asked: Sequence[Question]) -> Mapping[Question, Rows]:
    """Raises what is wrong with a question, at its place; or Malformed for too many rows."""
    rows: dict[Question, Rows] = {}
    for each, question in zip(wanted, asked, strict=True):
        answer = found[question]
        if isinstance(answer, AppError):
            raise placed(answer, each.pointer)
        rows[question] = answer
    count = sum(len(rows[question]) for question in asked)
    if count > MOST_ROWS:
        zh = f"报告有 {count} 行数字，最多 {MOST_ROWS} 行。请减少分组或数字。"
        en = f"The report would have {count} rows, {MOST_ROWS} at most."
        raise Malformed(Message(zh, en), faults=[fault(zh, en, pointer="/figures", rule="too-many-rows")])
    return rows


def _figure(position: int, wanted: Wanted, question: Question, recorded: Recorded) -> dict[str, Any]:
    """A figure as it is cited, apart from its rows."""
    said = definition(recorded)
    return {
        **question.stated,
        "position": position,
        "label": wanted.figure.label or recorded.metric.name_zh,
        "additive": additive(grouping(question.group_by, question.when.basis)),
        "meaning": as_read(citable({name: said[name] for name in MEANING})),
    }


def _superseding(connection: Connection, body: NewReport, made: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What the new edition says of the one that it replaces."""
    if body.supersedes is None:
        return {"supersedes": None, "changes": None}
    before = _replaced(connection, body.supersedes)
    named = {"id": before.id, "number": before.number, "title": before.title}
    changes = changes_of(connection, queries.cited(before), made, now)
    return {
        "supersedes": {**named, "revision": before.revision, "checksum": before.checksum},
        "changes": {"reason": body.reason, **changes},
    }


def _replaced(connection: Connection, number: int) -> Record:
    """Raises Malformed where there is no such report."""
    try:
        return queries.get_report(connection, number)
    except queries.ReportNotFound as error:
        told = fault(*error.detail, pointer="/supersedes", value=str(number), rule="unknown-report")
        raise Malformed(error.detail, faults=[told]) from error


def _demand_free(connection: Connection, body: NewReport) -> None:
    taken = queries.find_number(connection, body.number)
    if taken is not None:
        raise _taken(body.number, taken)
    following = None if body.supersedes is None else queries.find_next(connection, body.supersedes)
    if following is not None:
        zh = f"第 {body.supersedes} 份报告已被“{following.number}”（/v1/reports/{following.id}）取代。请取代最新的那一份。"
        en = f"Report {body.supersedes} is replaced by {following.number!r} already. Replace that one."
        told = fault(zh, en, pointer="/supersedes", value=str(body.supersedes), rule="already-superseded")
        raise AlreadySuperseded(Message(zh, en), faults=[told], report_url=f"/v1/reports/{following.id}")


def _taken(number: str, by: Record) -> NumberTaken:
    url = f"/v1/reports/{by.id}"
    same = "" if by.number == number else f"（写作“{by.number}”，括号、字母和数字的全角半角不分）"
    zh = f"编号“{number}”已是第 {by.id} 份报告（{url}）的{same}。要更正它，请用另一个编号，并写 supersedes。"
    en = f"Report {by.id} has the number {by.number!r}. To replace it, take another number and say supersedes."
    told = fault(zh, en, pointer="/number", value=number, rule="report-number-taken")
    return NumberTaken(Message(zh, en), faults=[told], report_url=url)
