"""Judgements as they are read: those about a text, those of a survey, and which of them count."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, union

from app.catalogue.moments import in_shanghai
from app.db import Record, Statement
from app.demand.runs.entries import Scope
from app.demand.runs.models import judgement, match_result
from app.demand.runs.standing import REJECT, rejections, settlements
from app.demand.surveys.models import demand
from app.quality.exemptions.items import Called, called

MOST_ABOUT_A_TEXT = 20


@dataclass(frozen=True, slots=True)
class Sought:
    """Which judgements of a survey are asked for; nothing said is all."""

    demand: int | None = None
    verdict: str | None = None
    judge: str | None = None
    run: int | None = None


def about_text(connection: Connection, text_hash: str, now: datetime) -> list[dict[str, Any]]:
    """The last judgements of the same normalised text, in whatever survey and division, the newest first."""
    about = _judgements().where(judgement.c.text_hash == text_hash).order_by(judgement.c.id.desc())
    return shown(connection, connection.execute(about.limit(MOST_ABOUT_A_TEXT)).all(), now)


def by_text(
    connection: Connection, within: str, hashes: Collection[str], now: datetime
) -> Mapping[str, list[dict[str, Any]]]:
    """The judgements about some texts and the lists of a division, in order, by text."""
    about = _judgements().where(judgement.c.within == within, judgement.c.text_hash.in_(hashes))
    rows = connection.execute(about.order_by(judgement.c.id)).all()
    found: dict[str, list[dict[str, Any]]] = {}
    for row, said in zip(rows, shown(connection, rows, now), strict=True):
        found.setdefault(row.text_hash, []).append(said)
    return found


def judgements_page(
    connection: Connection, survey: int, sought: Sought, after: int, limit: int
) -> tuple[Sequence[Record], int]:
    """`limit` + 1 judgements after a number, and how many there are."""
    wanted = [judgement.c.survey_id == survey, *_conditions(sought)]
    page = _judgements().where(*wanted, judgement.c.id > after).order_by(judgement.c.id).limit(limit + 1)
    counted = select(func.count()).select_from(judgement.join(demand)).where(*wanted)
    return connection.execute(page).all(), connection.execute(counted).scalar_one()


def judgements(connection: Connection, numbers: Collection[int]) -> Sequence[Record]:
    return connection.execute(_judgements().where(judgement.c.id.in_(numbers)).order_by(judgement.c.id)).all()


def _judgements() -> Statement:
    of_demand = (demand.c.number.label("demand"), demand.c.text)
    return select(*judgement.c, *of_demand).select_from(judgement.join(demand))


def _conditions(sought: Sought) -> Iterable[ColumnElement[bool]]:
    columns = {
        demand.c.number: sought.demand,
        judgement.c.verdict: sought.verdict,
        judgement.c.judge: sought.judge,
        judgement.c.run_id: sought.run,
    }
    return (column == value for column, value in columns.items() if value is not None)


def shown(connection: Connection, rows: Sequence[Record], now: datetime) -> list[dict[str, Any]]:
    """With what their items are called today, and whether each counts."""
    names = called(connection, {row.item_id for row in rows if row.item_id}, now.date())
    counting = _counting(connection, rows, now)
    return [judgement_out(row, names.get(row.item_id), counts=row.id in counting) for row in rows]


def _counting(connection: Connection, rows: Sequence[Record], now: datetime) -> set[int]:
    """Those that hold: of several about the same text and division the last one, and rejections not taken back."""
    counting: set[int] = set()
    for within in {row.within for row in rows}:
        hashes = [row.text_hash for row in rows if row.within == within]
        held = (each(within, now).subquery() for each in (settlements, rejections))
        some = (select(each.c.judgement_id).where(each.c.text_hash.in_(hashes)) for each in held)
        counting.update(connection.execute(union(*some)).scalars())
    return counting


def judgement_out(row: Record, item: Called | None, *, counts: bool) -> dict[str, Any]:
    return {
        "id": row.id,
        "survey": row.survey_id,
        "demand": row.demand,
        "text": row.text,
        "within": row.within,
        "verdict": row.verdict,
        "item": None if item is None else {"code": item.code, "name": item.name, "division_code": item.division_code},
        "note": row.note,
        "judge": row.judge,
        "at": in_shanghai(row.at),
        "run": row.run_id,
        "as_of": row.as_of,
        "revision": row.revision,
        "matcher_version": row.matcher_version,
        "counts": counts,
    }


def judged_texts(within: str) -> ColumnElement[bool]:
    """Whether anybody judged the text of a demand, about the lists of a division."""
    about = select(judgement.c.id).where(judgement.c.text_hash == demand.c.text_hash, judgement.c.within == within)
    return about.exists()


def statements(connection: Connection, run: Record) -> list[tuple[str, str, int | None]]:
    """Text, judge and the item that meets it (None: none does), of the demands of a run, in the order they were made.

    What judges say of other lists is about another text, as it were: they may both be right.
    """
    columns = judgement.c
    texts = select(demand.c.text_hash).select_from(match_result.join(demand)).where(match_result.c.run_id == run.id)
    made = select(columns.text_hash, columns.as_of, columns.revision, columns.judge, columns.item_id).where(
        columns.within == run.within, columns.verdict != REJECT, columns.text_hash.in_(texts)
    )
    rows = connection.execute(made.order_by(columns.id))
    return [(f"{row.text_hash} {row.as_of} {row.revision}", row.judge, row.item_id) for row in rows]


@dataclass(frozen=True, slots=True)
class Settled:
    """Which item meets a text (None: none does), by the judgement that counts, and the list it was judged about.

    `text` is None where it was redacted since.
    """

    judgement: int
    text: str | None
    scope: Scope
    item: int | None


def settled(connection: Connection, until: datetime) -> list[Settled]:
    """Every text that was judged, in the order of the judgements. A statement for each division that was judged about."""
    places = connection.execute(select(judgement.c.within).distinct().order_by(judgement.c.within)).scalars().all()
    found = [each for within in places for each in _settled(connection, within, until)]
    return sorted(found, key=lambda each: each.judgement)


def _settled(connection: Connection, within: str, until: datetime) -> Iterable[Settled]:
    counting, columns = settlements(within, until).subquery("counting"), judgement.c
    joined = judgement.join(counting, counting.c.judgement_id == columns.id).join(demand)
    shown = (columns.id, demand.c.text, columns.as_of, columns.revision, columns.item_id)
    for row in connection.execute(select(*shown).select_from(joined)):
        yield Settled(row.id, row.text, Scope(within, row.as_of, row.revision), row.item_id)
