"""Judging: people say which item meets a demand, or that none does. All of what is sent is kept, or nothing."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from app.access.rules import Caller
from app.audit.log import Deed, record
from app.catalogue.moments import in_shanghai, latest_revision
from app.catalogue.objects import ITEM
from app.catalogue.reads import chunks
from app.db import Record
from app.demand.runs.entries import Scope
from app.demand.runs.models import judgement, match_result, matching_run
from app.demand.runs.outcomes import in_use
from app.demand.runs.queries import scope_of
from app.demand.runs.rules import Verdict
from app.demand.surveys.models import demand
from app.demand.surveys.queries import Survey
from app.demand.surveys.wording import personal_details
from app.errors import Fault, Malformed, Message, fault


class NotJudgeable(Malformed):
    slug, title = "not-judgeable", Message("判断不能记下", "The judgements can't be kept")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody judges of a demand; `run` is whose result they looked at. `pointer` is where it was said."""

    demand: int
    verdict: Verdict
    code: str | None
    division: str | None
    note: str | None
    run: int | None
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the wishes are about: demands by number, runs by id, hits by run and demand, items by scope and code."""

    demands: Mapping[int, Record]
    runs: Mapping[int, Record]
    hits: Mapping[tuple[int, int], Collection[int]]
    items: Mapping[Scope, Mapping[str, Sequence[Record]]]
    today: Scope

    def scope(self, wish: Wish) -> Scope:
        """The lists judged about: those of the run, or else of the survey's division today."""
        return self.today if wish.run is None else scope_of(self.runs[wish.run])

    def candidates(self, wish: Wish) -> list[Record]:
        found = self.items[self.scope(wish)].get(wish.code or "", ())
        return [item for item in found if wish.division in (None, item.division_code)]


def judge(
    connection: Connection, survey: Survey, wishes: Sequence[Wish], *, by: Caller, now: datetime
) -> tuple[list[int], set[int]]:
    """The numbers of the judgements, and of those that were meant to confirm what the run hadn't found: a better item.

    Raises NotJudgeable with every fault.
    """
    today = Scope(survey.row.division_code, now.date(), latest_revision(connection))
    known = _known(connection, survey, wishes, today)
    faults = [each for wish in wishes for each in _faults(wish, known)]
    if faults:
        raise refused(faults, len(wishes))
    settled = [_settled(wish, known) for wish in wishes]
    rows = [_row(wish, known, survey, by, now) for wish in settled]
    made = insert(judgement).returning(judgement.c.id, sort_by_parameter_order=True)
    numbers = list(connection.execute(made, rows).scalars())
    told = {"count": len(numbers), "first": numbers[0], "last": numbers[-1]}
    record(connection, by, Deed("judgement.add", f"survey/{survey.id}"), now, **told)
    better = {number for number, wish, was in zip(numbers, settled, wishes, strict=True) if wish is not was}
    return numbers, better


def refused(faults: Sequence[Fault], count: int) -> NotJudgeable:
    zh, en = faults[0].detail
    of_many = Message(f"{count} 条判断里有 {len(faults)} 处不对，都没有记下：{zh}", f"Nothing was kept: {en}")
    return NotJudgeable(of_many if count > 1 else Message(zh, en), faults=faults)


def _known(connection: Connection, survey: Survey, wishes: Sequence[Wish], today: Scope) -> Known:
    """A few statements, however many wishes."""
    demands = _demands(connection, survey.id, {wish.demand for wish in wishes})
    runs = _runs(connection, survey.id, {wish.run for wish in wishes if wish.run is not None})
    known = Known(demands, runs, _hits(connection, demands, runs), {}, today)
    codes: dict[Scope, set[str]] = {}
    for wish in wishes:
        if wish.code and (wish.run is None or wish.run in runs):
            codes.setdefault(known.scope(wish), set()).add(wish.code)
    return replace(known, items={scope: _items(connection, scope, some) for scope, some in codes.items()})


def _demands(connection: Connection, survey: int, numbers: Collection[int]) -> dict[int, Record]:
    columns = demand.c
    shown = (columns.id, columns.number, columns.text_hash, columns.is_split, columns.is_redacted)
    mine = select(*shown).where(columns.survey_id == survey)
    found = (connection.execute(mine.where(columns.number.in_(chunk))) for chunk in chunks(sorted(numbers)))
    return {row.number: row for rows in found for row in rows}


def _runs(connection: Connection, survey: int, numbers: Collection[int]) -> dict[int, Record]:
    """Those that have ended."""
    columns = matching_run.c
    ended = select(matching_run).where(columns.survey_id == survey, columns.ended_at.is_not(None))
    return {row.id: row for row in connection.execute(ended.where(columns.id.in_(numbers)))}


def _hits(
    connection: Connection, demands: Mapping[int, Record], runs: Mapping[int, Record]
) -> dict[tuple[int, int], frozenset[int]]:
    columns, by_id = match_result.c, {row.id: row.number for row in demands.values()}
    found = select(columns.run_id, columns.demand_id, columns.hits).where(columns.run_id.in_(runs))
    rows = (connection.execute(found.where(columns.demand_id.in_(chunk))) for chunk in chunks(sorted(by_id)))
    return {
        (row.run_id, by_id[row.demand_id]): frozenset(hit["item"] for hit in row.hits) for some in rows for row in some
    }


def _items(connection: Connection, scope: Scope, codes: Collection[str]) -> dict[str, list[Record]]:
    """The items in use that have the codes, by code: a local one may be used in several divisions."""
    item = ITEM.table.c
    held = in_use(scope.within, scope.moment(connection), [item.id, item.code, item.division_code])
    found: dict[str, list[Record]] = {}
    for chunk in chunks(sorted(codes)):
        for row in connection.execute(held.where(item.code.in_(chunk))):
            found.setdefault(row.code, []).append(row)
    return found


def _faults(wish: Wish, known: Known) -> Iterator[Fault]:
    yield from _faults_of_demand(wish, known)
    for each in personal_details(wish.note or ""):
        yield _fault(wish, "note", None, each.rule, each.message.zh, each.message.en)
    if wish.run is not None and wish.run not in known.runs:
        zh, en = f"这项调查没有第 {wish.run} 次比对，或者它还没有完成", f"there is no finished run {wish.run}"
        yield _fault(wish, "run", str(wish.run), "unknown-run", zh, en)
    elif wish.run is not None and wish.demand in known.demands and (wish.run, wish.demand) not in known.hits:
        zh = f"第 {wish.run} 次比对里没有第 {wish.demand} 条诉求"
        yield _fault(wish, "run", str(wish.run), "not-in-run", zh, f"run {wish.run} has no demand {wish.demand}")
    else:
        yield from _faults_of_item(wish, known)


def _faults_of_demand(wish: Wish, known: Known) -> Iterator[Fault]:
    number, row = wish.demand, known.demands.get(wish.demand)
    if row is None:
        zh, en = f"这项调查没有第 {number} 条诉求", f"there is no demand {number}"
        yield _fault(wish, "demand", str(number), "unknown-demand", zh, en)
    elif row.is_split:
        zh = f"第 {number} 条诉求已拆分，请判断拆出来的各条"
        yield _fault(wish, "demand", str(number), "split-demand", zh, f"demand {number} was split: judge its parts")
    elif row.is_redacted:
        zh = f"第 {number} 条诉求的文字已隐去，不能再判断"
        yield _fault(wish, "demand", str(number), "redacted-demand", zh, f"demand {number} was redacted")


def _faults_of_item(wish: Wish, known: Known) -> Iterator[Fault]:
    """An item is named unless none meets the demand; it is in the list of the day."""
    if (wish.code is None) != (wish.verdict == "unmet"):
        zh = "没有对应事项（unmet）的不写 item" if wish.code else f"{wish.verdict} 要写明是哪个事项（item）"
        en = "unmet takes no item" if wish.code else f"{wish.verdict} needs an item"
        yield _fault(wish, "item", wish.code, "item-of-verdict", zh, en)
        return
    if wish.code is None:
        return
    found, scope = known.candidates(wish), known.scope(wish)
    where = f"区划 {scope.within} {scope.as_of} 的清单（按第 {scope.revision} 版所知）"
    if not found:
        zh = f"{where}里没有在用的事项 {wish.code}"
        yield _fault(wish, "item", wish.code, "not-in-list", zh, f"{wish.code} is not in use there on {scope.as_of}")
    elif len(found) > 1:
        places = "、".join(sorted(each.division_code for each in found))
        zh = f"地方编码 {wish.code} 在多个区划使用（{places}），请加上 division_code"
        yield _fault(wish, "item", wish.code, "ambiguous-code", zh, f"{wish.code} is used in {places}")


def _fault(wish: Wish, member: str, value: str | None, rule: str, zh: str, en: str) -> Fault:
    return fault(f"{zh}。", f"{en[0].upper()}{en[1:]}.", pointer=f"{wish.pointer}/{member}", value=value, rule=rule)


def _settled(wish: Wish, known: Known) -> Wish:
    """To confirm what the run hadn't offered is to know a better item."""
    if wish.verdict != "confirm" or wish.run is None:
        return wish
    offered = known.hits[wish.run, wish.demand]
    return wish if known.candidates(wish)[0].id in offered else replace(wish, verdict="better")


def _row(wish: Wish, known: Known, survey: Survey, by: Caller, now: datetime) -> dict[str, Any]:
    held, scope = known.demands[wish.demand], known.scope(wish)
    run = None if wish.run is None else known.runs[wish.run]
    return {
        "survey_id": survey.id,
        "demand_id": held.id,
        "run_id": wish.run,
        "text_hash": held.text_hash,
        "within": scope.within,
        "verdict": wish.verdict,
        "item_id": None if wish.code is None else known.candidates(wish)[0].id,
        "note": wish.note,
        "judge": by.name,
        "account_id": by.id,
        "at": in_shanghai(now),
        "as_of": scope.as_of,
        "revision": scope.revision,
        "matcher_version": None if run is None else run.matcher_version,
        "is_redacted": False,
    }
