"""Redacting a demand: its words go wherever they are kept of it, and what was judged of them stays in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Text, and_, insert, literal, or_, select, update

from app.access.rules import Caller
from app.audit.log import Deed, record
from app.catalogue.search import Place
from app.db import Record, wiping
from app.demand.runs.models import judgement, match_result
from app.demand.surveys.demand_queries import get_demand
from app.demand.surveys.demand_service import DemandRedacted
from app.demand.surveys.models import answer, demand
from app.demand.surveys.refusing import refuse_personal
from app.errors import Malformed, Message, fault

MOST_TOLD = 100


@dataclass(frozen=True, slots=True)
class StillSaid:
    """Which other demands say the same words or a part of them, as survey and number: they are not redacted."""

    same: list[tuple[int, int]]
    parts: list[tuple[int, int]]


def redact(connection: Connection, survey: int, number: int, reason: str, *, by: Caller, now: datetime) -> StillSaid:
    """Raises DemandNotFound, DemandRedacted, or Malformed for a reason that repeats the words or somebody's number."""
    row = get_demand(connection, survey, number)
    if row.is_redacted:
        raise DemandRedacted(Message(f"第 {number} 条诉求的文字已经隐去。", f"Demand {number} is redacted already."))
    if len(row.text) > 1 and row.text in reason:
        zh, en = (
            "原因里写着要隐去的内容，而原因会一直保留。请换个说法。",
            "The reason repeats the words that are to go.",
        )
        raise Malformed(Message(zh, en), faults=[fault(zh, en, pointer="/reason", rule="repeats-the-text")])
    refuse_personal(reason)
    said = StillSaid(_same(connection, row), _parts(connection, row))
    with wiping(connection):
        _forget_answer(connection, row)
        _keep_judgements(connection, row)
        gone = {"text": None, "is_redacted": True, "text_hash": mark(row)}
        connection.execute(update(demand).where(demand.c.id == row.id).values(gone))
        _forget_results(connection, row)
    record(connection, by, Deed("demand.redact", f"survey/{survey}/demand/{number}"), now, reason=reason)
    return said


def mark(row: Record) -> str:
    """What stands in place of the hash, by which short words could be found out."""
    return f"redacted:{row.id}"


def _same(connection: Connection, row: Record) -> list[tuple[int, int]]:
    return _numbers(connection, and_(demand.c.text_hash == row.text_hash, demand.c.id != row.id))


def _parts(connection: Connection, row: Record) -> list[tuple[int, int]]:
    """What it was split into, or what it is a part of: `row.part_of` is the number of that."""
    whole = and_(demand.c.survey_id == row.survey_id, demand.c.number == row.part_of)
    return _numbers(connection, and_(or_(demand.c.part_of == row.id, whole), demand.c.is_redacted.is_(False)))


def _numbers(connection: Connection, which: ColumnElement[bool]) -> list[tuple[int, int]]:
    found = select(demand.c.survey_id, demand.c.number).where(which).order_by(demand.c.survey_id, demand.c.number)
    return [(survey, number) for survey, number in connection.execute(found.limit(MOST_TOLD))]


def _forget_answer(connection: Connection, row: Record) -> None:
    """The answer that the demand was taken from says the same, maybe among other things."""
    columns = answer.c
    saying = (columns.response_id == row.response_id, Place(columns.text, literal(row.text, Text())) > 0)
    of_question = () if row.question is None else (columns.question == row.question,)
    connection.execute(update(answer).where(*saying, *of_question).values(text=None, is_redacted=True))


def _forget_results(connection: Connection, row: Record) -> None:
    """The zone and the items stay; where in the words they were found, and its parts, go."""
    columns = match_result.c
    mine = select(columns.run_id, columns.hits, columns.remarks).where(columns.demand_id == row.id)
    for found in connection.execute(mine).all():
        hits = [{**hit, "reasons": None} for hit in found.hits]
        emptied = {"hits": hits, "remarks": {**(found.remarks or {}), "parts": []}}
        this = (columns.demand_id == row.id, columns.run_id == found.run_id)
        connection.execute(update(match_result).where(*this).values(emptied))


def _keep_judgements(connection: Connection, row: Record) -> None:
    """What was judged of the words counts for the demand as before, under the mark.

    Where other demands say the same words the judgements stay theirs as well: they are copied in their order, and those that
    were made of this demand are handed over, so that nothing leads from it to the words.
    """
    made = select(judgement).where(judgement.c.text_hash == row.text_hash).order_by(judgement.c.id)
    told: Sequence[Record] = connection.execute(made).all()
    same = select(demand.c.id, demand.c.survey_id).where(demand.c.text_hash == row.text_hash, demand.c.id != row.id)
    heir = connection.execute(same.order_by(demand.c.survey_id != row.survey_id, demand.c.id).limit(1)).one_or_none()
    covered = {"text_hash": mark(row), "note": None, "is_redacted": True}
    if heir is None:
        connection.execute(update(judgement).where(judgement.c.text_hash == row.text_hash).values(covered))
        return
    if told:
        connection.execute(insert(judgement), [{**_copy(each, row), **covered} for each in told])
    mine = and_(judgement.c.text_hash == row.text_hash, judgement.c.demand_id == row.id)
    handed = {"demand_id": heir.id, "survey_id": heir.survey_id, "run_id": None, "note": None}
    connection.execute(update(judgement).where(mine).values(handed))


def _copy(judged: Record, row: Record) -> dict[str, object]:
    """The judgement as one of the demand; runs are of one survey only."""
    values = {name: value for name, value in judged._mapping.items() if name != "id"}
    run = judged.run_id if judged.survey_id == row.survey_id else None
    return {**values, "demand_id": row.id, "survey_id": row.survey_id, "run_id": run}
