"""Statements over what became of demands: counted for figures, and listed as what is behind them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, FromClause, and_, case, exists, func, select

from app.db import Record
from app.demand.report.asking import Subject
from app.demand.report.figures import BY_KEY, NO_HINT, NOT_COMPARED, Cell, Count
from app.demand.report.groups import DIMENSIONS, Key
from app.demand.report.meaning import Respondents
from app.demand.runs.hints import hint_kind
from app.demand.runs.models import judgement, match_result
from app.demand.runs.outcomes import Decider, Outcome
from app.demand.runs.queries import LOOKS_LIKE_SEVERAL
from app.demand.surveys.models import demand, survey
from app.demand.surveys.questions import Attribute

FIRST: Final = 10
"""Demands that are named beside a figure; all of them are at its address."""
WAS_COMPARED: Final = match_result.c.remarks["unmatched"].as_string().is_(None)
HINT: Final = case((WAS_COMPARED, func.coalesce(hint_kind(), NO_HINT)), else_=NOT_COMPARED)
"""Of a row of `match_result`. Of what couldn't be compared it isn't known whether there would be a hint."""


def of_group(each: FromClause, name: Attribute) -> ColumnElement[Any]:
    column: ColumnElement[Any] = each.c[f"of_{name}"]
    return column


def cells(connection: Connection, subject: Subject) -> list[Cell]:
    """All that figures are summed up from: at most as many rows as there are demands."""
    each = subject.demands
    key = (each.c.outcome, each.c.why, *(of_group(each, name) for name in DIMENSIONS))
    counted = select(*key, func.count(), func.sum(each.c.weight)).group_by(*key)
    rows = connection.execute(counted).all()
    return [Cell(outcome, why, tuple(of), Count(count, int(weight))) for outcome, why, *of, count, weight in rows]


def respondents(connection: Connection, subject: Subject) -> Respondents:
    of = subject.demands.c.respondent
    known = select(func.count(of), func.count(of.distinct()))
    return Respondents(*connection.execute(known).one())


def hinted(connection: Connection, subject: Subject) -> dict[str, dict[Outcome, Count]]:
    """By what the thesaurus says of their words the demands that are unmet, and those that may prove to be."""
    each, unmet = subject.demands, BY_KEY["unmet"]
    shown = (HINT.label("hint"), each.c.outcome, each.c.weight)
    open_ones = each.c.outcome.in_(unmet.outcomes | unmet.perhaps)
    told = select(*shown).join_from(each, match_result, _of_run(each, subject.run)).where(open_ones).subquery("told").c
    counted = select(told.hint, told.outcome, func.count(), func.sum(told.weight)).group_by(told.hint, told.outcome)
    found: dict[str, dict[Outcome, Count]] = {}
    for hint, outcome, demands, enterprises in connection.execute(counted):
        found.setdefault(hint, {})[outcome] = Count(demands, int(enterprises))
    return found


def hints_of(connection: Connection, subject: Subject, demands: Collection[int]) -> dict[int, Any]:
    """What the run recorded of demands, by their ids."""
    columns = match_result.c
    recorded = select(columns.demand_id, columns.remarks["elsewhere"]).where(columns.run_id == subject.run.id)
    return dict(connection.execute(recorded.where(columns.demand_id.in_(demands))).all())


def _of_run(each: FromClause, run: Record) -> ColumnElement[bool]:
    """The result of a demand."""
    return and_(match_result.c.demand_id == each.c.demand_id, match_result.c.run_id == run.id)


def judged_elsewhere(connection: Connection, subject: Subject) -> tuple[int, int]:
    """How many demands judgements of other surveys decide, and how many of these of synthetic ones."""
    each = subject.demands
    other = and_(judgement.c.id == each.c.judgement_id, judgement.c.survey_id != subject.run.survey_id)
    joined = each.join(judgement, other).join(survey, survey.c.id == judgement.c.survey_id)
    counts = select(func.count(), func.count(case((survey.c.is_synthetic, 1)))).select_from(joined)
    others, synthetic = connection.execute(counts).one()
    return others, synthetic


def left_out(connection: Connection, subject: Subject) -> int:
    """Demands of the survey that came after the run, or that it has only as the whole that was split since."""
    mine = match_result.c.run_id == subject.run.id
    found = select(match_result.c.demand_id).where(mine)
    leaves = and_(demand.c.survey_id == subject.run.survey_id, demand.c.is_split.is_(False))
    return int(connection.execute(select(func.count()).where(leaves, demand.c.id.not_in(found))).scalar_one())


@dataclass(frozen=True, slots=True)
class Top:
    """Those asked for by most enterprises, and how many there are in all."""

    rows: Sequence[Record]
    total: int


def top_unmet(connection: Connection, subject: Subject, limit: int) -> Top:
    """Unmet demands, equal words together: how many, `judgement_id` or else the matcher's `probability`."""
    each = subject.demands
    said = (func.max(each.c.judgement_id).label("judgement_id"), func.max(each.c.probability).label("probability"))
    return _top(connection, each, each.c.text_hash, each.c.outcome == "unmet", limit, *said)


def top_asked(connection: Connection, subject: Subject, limit: int) -> Top:
    """Items that meet demands."""
    each = subject.demands
    return _top(connection, each, each.c.item_id, each.c.item_id.is_not(None), limit)


def _top(
    connection: Connection,
    each: FromClause,
    by: ColumnElement[Any],
    wanted: ColumnElement[bool],
    limit: int,
    *said: ColumnElement[Any],
) -> Top:
    demands, enterprises = func.count().label("demands"), func.sum(each.c.weight).label("enterprises")
    groups, first = func.count().over().label("groups"), func.min(each.c.number)
    counted = select(by.label("key"), demands, enterprises, groups, *said).where(wanted).group_by(by)
    rows = connection.execute(counted.order_by(enterprises.desc(), demands.desc(), first).limit(limit)).all()
    return Top(rows, rows[0].groups if rows else 0)


def first_unmet(connection: Connection, subject: Subject, words: Collection[str]) -> dict[Any, list[Record]]:
    """By `text_hash` the first unmet demands of these words."""
    each = subject.demands
    return _first(
        connection, subject, each, each.c.text_hash, and_(each.c.outcome == "unmet", each.c.text_hash.in_(words))
    )


def first_met(connection: Connection, subject: Subject, items: Collection[int]) -> dict[Any, list[Record]]:
    """By id the first demands that these items meet."""
    each = subject.demands
    return _first(connection, subject, each, each.c.item_id, each.c.item_id.in_(items))


def _first(
    connection: Connection, subject: Subject, each: FromClause, by: ColumnElement[Any], wanted: ColumnElement[bool]
) -> dict[Any, list[Record]]:
    """In order of number, with the remarks of the run."""
    place = func.row_number().over(partition_by=by, order_by=each.c.number).label("place")
    ranked = select(each, by.label("key"), place).where(wanted).subquery("ranked")
    rows = (
        select(ranked, match_result.c.remarks)
        .join(match_result, _of_run(ranked, subject.run))
        .where(ranked.c.place <= FIRST)
    )
    found: dict[Any, list[Record]] = {}
    for row in connection.execute(rows.order_by(ranked.c.number)):
        found.setdefault(row.key, []).append(row)
    return found


def judgements(connection: Connection, ids: Collection[int]) -> dict[int, Record]:
    rows = connection.execute(select(judgement).where(judgement.c.id.in_(ids)))
    return {row.id: row for row in rows}


@dataclass(frozen=True, slots=True)
class WantedDemands:
    """Which demands are listed: of some outcomes, of some reasons to be reviewed, of a group of enterprises, with the words
    of a demand, met by an item, with some hints of the thesaurus, decided by people or the run, that look like several needs.
    """

    outcomes: tuple[Outcome, ...] = ()
    reasons: tuple[str, ...] = ()
    by: tuple[Attribute, ...] = ()
    group: Key = ()
    same_as: int | None = None
    item: int | None = None
    hints: tuple[str, ...] = ()
    decided_by: Decider | None = None
    several: bool | None = None

    def conditions(self, each: FromClause, run: Record) -> Iterator[ColumnElement[bool]]:
        if self.outcomes:
            yield each.c.outcome.in_(self.outcomes)
        if self.reasons:
            yield each.c.why.in_(self.reasons)
        for name, code in zip(self.by, self.group, strict=True):
            yield of_group(each, name).is_not_distinct_from(code)
        if self.same_as is not None:
            words = select(demand.c.text_hash).where(
                demand.c.survey_id == run.survey_id, demand.c.number == self.same_as
            )
            yield each.c.text_hash == words.scalar_subquery()
        if self.item is not None:
            yield each.c.item_id == self.item
        if self.hints:
            yield exists(match_result.c.demand_id).where(_of_run(each, run), HINT.in_(self.hints))
        if self.decided_by is not None:
            yield each.c.decided_by == self.decided_by
        if self.several is not None:
            mine = _of_run(each, run), demand.c.id == each.c.demand_id
            looks_so = exists(match_result.c.demand_id).where(*mine, LOOKS_LIKE_SEVERAL)
            yield looks_so if self.several else ~looks_so


UNSPLIT: Final = WantedDemands(decided_by="run", several=True)
"""Those that look like several needs, of which nobody judged or made several."""


def unsplit(connection: Connection, subject: Subject) -> list[int]:
    """Their numbers."""
    each = subject.demands
    found = select(each.c.number).where(*UNSPLIT.conditions(each, subject.run))
    return [*connection.execute(found.order_by(each.c.number)).scalars()]


def demands_page(
    connection: Connection, subject: Subject, wanted: WantedDemands, after: int, limit: int
) -> tuple[Sequence[Record], Count]:
    """`limit` + 1 of them in order of number, after one; and how many there are in all, of how many enterprises."""
    each = subject.demands
    conditions = [*wanted.conditions(each, subject.run)]
    total = select(func.count(), func.coalesce(func.sum(each.c.weight), 0)).where(*conditions)
    demands, enterprises = connection.execute(total.select_from(each)).one()
    rows = select(each).where(*conditions, each.c.number > after).order_by(each.c.number).limit(limit + 1)
    return connection.execute(rows).all(), Count(demands, int(enterprises))
