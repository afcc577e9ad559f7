"""Which item each response is about, what it answered, and what the items promise on a day."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, select

from app.catalogue.moments import Moment
from app.catalogue.named import named_item, naming
from app.catalogue.objects import INTEGRATED_MATTER, ITEM
from app.catalogue.properties import department_name
from app.catalogue.reads import chunks
from app.catalogue.versions import Asked, at, versions
from app.db import Prepared, Record, Statement, built_once
from app.demand.runs.outcomes import View, outcomes
from app.demand.surveys.models import answer, demand, response
from app.metrics.definitions import Quantity, metrics
from app.metrics.queries import amount

# What an item says of visits, limits, fees, and of what has to be handed in and where.
STATED = (
    "onsite_visits", "promised_limit", "promised_limit_unit", "is_fee", "fees", "materials", "is_online",
    "online_depths", "accepts_at_comprehensive_window", "joint_departments",
)  # fmt: skip


def named(view: View, survey: int, question: str) -> Statement:
    """A row for each response and demand that names its item: the outcome that counts, null of what the run didn't take.

    Of a demand that was split its parts, of a response that names none one row without a demand.
    """
    effects = outcomes(view).subquery("effects")
    names = and_(demand.c.response_id == response.c.id, demand.c.question == question, demand.c.is_split.is_(False))
    joined = response.outerjoin(demand, names).outerjoin(effects, effects.c.demand_id == demand.c.id)
    effect = (effects.c.outcome, effects.c.decided_by, effects.c.item_id)
    shown = (response.c.id, response.c.number, demand.c.id.label("demand_id"), *effect)
    return select(*shown).select_from(joined).where(response.c.survey_id == survey).order_by(response.c.number)


def answers(survey: int, questions: Collection[str]) -> Statement:
    shown = (answer.c.response_id, answer.c.question, answer.c.choice, answer.c.number)
    mine = response.c.survey_id == survey, answer.c.question.in_(questions)
    return select(*shown).join(response, response.c.id == answer.c.response_id).where(*mine)


def promises(connection: Connection, ids: Iterable[int], moment: Moment) -> Mapping[int, Record]:
    """By item what it says on the moment's day; `days` is its promised limit in working days."""
    return {row.id: row for row in _of_items(connection, ids, moment, _promising(Asked(moment.latest)))}


def shared_materials(connection: Connection, ids: Iterable[int], moment: Moment) -> Mapping[int, list[Record]]:
    """By item the integrated matters in force that name it, with what they obtain by sharing."""
    found: dict[int, list[Record]] = {}
    for row in _of_items(connection, ids, moment, _sharing(Asked(moment.latest))):
        found.setdefault(row.item_id, []).append(row)
    return found


def _of_items(connection: Connection, ids: Iterable[int], moment: Moment, statement: Prepared) -> Iterator[Record]:
    for chunk in chunks(sorted(ids)):
        yield from statement.on(connection, at(moment) | {"ids": chunk})


@built_once
def _promising(asked: Asked) -> Prepared:
    item = ITEM.table.c
    place: list[ColumnElement[Any]] = [item.id, item.code, item.name, item.division_code, item.department_code]
    shown = [*place, department_name(asked).label("department_name"), *(item[name] for name in STATED)]
    held = versions(ITEM, asked, [*shown, amount(_limit()).label("days")])
    return Prepared(held.where(item.id.in_(bindparam("ids", expanding=True))))


def _limit() -> Quantity:
    """The promised limit in working days, converted as the shipped metric of promised limits does."""
    limit = metrics()["limit_compression"].after
    assert limit is not None  # noqa: S101 - a reduction has one
    return limit


@built_once
def _sharing(asked: Asked) -> Prepared:
    matter = INTEGRATED_MATTER.table
    shown = [named_item.c.item_id, matter.c.code, matter.c.name, matter.c.shared_materials]
    held = versions(INTEGRATED_MATTER, asked, shown).where(matter.c.shared_materials.is_not(None))
    of_these = held.where(naming(INTEGRATED_MATTER), named_item.c.item_id.in_(bindparam("ids", expanding=True)))
    return Prepared(of_these.order_by(named_item.c.item_id, matter.c.code))
