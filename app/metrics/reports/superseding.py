"""What differs between a report and the edition that replaces it, and why."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.catalogue.moments import Moment, resolve
from app.errors import AppError
from app.metrics.cases import changes as case_changes
from app.metrics.cases.movement import movement as cases_moved
from app.metrics.changes import service as metric_changes
from app.metrics.changes.service import changes, movement
from app.metrics.reports.questions import moment_of
from app.metrics.reports.redacted import redacted_since, redactions_of
from app.metrics.reports.rules import URL, Cited, Question, Row, by_group, differences, key_of, question_of

OF_ROW = ("change", "change_exact", "percentage_points", "note")
OF_KIND = (
    "kind", "label", "items", "numerator_change", "denominator_change", "unknown_change", "points_exact",
)  # fmt: skip


def changes_of(connection: Connection, before: Cited, after: Cited, now: datetime) -> dict[str, Any]:
    """As it is cited by the edition `after`: what moved and by which kinds of change, and what only one of them has."""
    old, new = _first_by_question(before["figures"]), _first_by_question(after["figures"])
    both = [question for question in new if question in old]
    moved = [each for each in both if any(differences(old[each]["rows"], new[each]["rows"], shown=True))]
    known = [resolve(connection, now, None, str(each["revision"])) for each in (before, after)]
    since = redacted_since(connection, before["revision"])
    return {
        "unchanged": len(both) - len(moved),
        "moved": [
            _with_redactions(_moved(connection, old[each], new[each], known, now), redactions_of(new[each], since))
            for each in moved
        ],
        "only_before": [_named(old[each]) for each in old if each not in new],
        "only_after": [_named(new[each]) for each in new if each not in old],
    }


def _first_by_question(figures: Iterable[Cited]) -> Mapping[Question, Cited]:
    """The same question may be asked in several places."""
    found: dict[Question, Cited] = {}
    for each in figures:
        found.setdefault(question_of(each), each)
    return found


def _named(figure: Cited) -> dict[str, Any]:
    return {name: figure[name] for name in ("position", "label", "metric")}


def _moved(connection: Connection, old: Cited, new: Cited, known: Sequence[Moment], now: datetime) -> dict[str, Any]:
    asked = question_of(new)
    try:
        why, note = _why(connection, asked, known, now), None
    except AppError as error:
        why, note = {}, error.detail.zh
    defined, redefined = (each["meaning"]["definition_version"] for each in (old, new))
    if note is None and defined != redefined:
        note = f"两边按不同的定义计算（第 {defined} 个、第 {redefined} 个）。"
    before, after = by_group(old["rows"]), by_group(new["rows"])
    differing = [key_of({"group": each.group}) for each in differences(old["rows"], new["rows"], shown=True)]
    differing = list(dict.fromkeys(differing))
    rows = [_row(before.get(key), after.get(key), why.get(key)) for key in differing]
    return {**_named(new), "note": note, "values": rows}


def _with_redactions(moved: dict[str, Any], redactions: Sequence[int]) -> dict[str, Any]:
    """A redaction moves no item from one kind of change to another, so that it is told beside."""
    if not redactions:
        return moved
    told = f"第 {'、'.join(map(str, redactions))} 次隐去改写了条件用到的文字，也会使数不同。"
    return {**moved, "note": (moved["note"] or "") + told}


def _why(
    connection: Connection, asked: Question, known: Sequence[Moment], now: datetime
) -> Mapping[tuple[object, ...], Row]:
    """By group what metric-changes says of the day or the months between the two revisions. Raises AppError where it can't be said."""
    day = asked.when
    before, after = (moment_of(day, each, now.date()) for each in known)
    question = metric_changes.Question(asked.metric, asked.group_by, asked.within, asked.filter)
    if day.period:
        found = case_changes.changes(connection, cases_moved(connection, question, before, after))
    else:
        found = changes(connection, movement(connection, question, before, after))
    return {key_of(row): row for row in found}


def _row(before: Row | None, after: Row | None, why: Row | None) -> dict[str, Any]:
    """A group that one of the editions does not have has no numbers there."""
    there = after or before or {}
    told = why or {**dict.fromkeys(OF_ROW), "kinds": []}
    return {
        "group": there["group"],
        "before": _numbers(before),
        "after": _numbers(after),
        **{name: told[name] for name in OF_ROW},
        "kinds": [{name: kind[name] for name in OF_KIND} for kind in told["kinds"]],
    }


def _numbers(row: Row | None) -> dict[str, Any]:
    return {name: value for name, value in (row or {}).items() if name != "group" and not name.endswith(URL)}
