"""What the items of an answer promise on its day, as rules compare it and as the API says it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from app.catalogue.addresses import item_url
from app.catalogue.code_lists import labels
from app.catalogue.moments import Moment
from app.db import Record
from app.demand.experience import queries
from app.demand.experience.rules import Promise, is_charged, is_submitted_once, needs_paper
from app.files.cleaning import as_compared


@dataclass(frozen=True, slots=True)
class Shared:
    """A material of the item that an integrated matter obtains by sharing."""

    material: str
    matter_code: str
    matter_name: str


@dataclass(frozen=True, slots=True)
class Promising:
    """An item as it is on the day."""

    row: Record
    promise: Promise
    shared: Sequence[Shared] = field(default=())


def read(connection: Connection, ids: Iterable[int], moment: Moment) -> Mapping[int, Promising]:
    """By item, those that are in the catalogue on the moment's day."""
    wanted = list(ids)
    matters = queries.shared_materials(connection, wanted, moment)
    rows = queries.promises(connection, wanted, moment)
    return {number: _promising(row, matters.get(number, ())) for number, row in rows.items()}


def _promising(row: Record, matters: Sequence[Record]) -> Promising:
    shared = _shared(row, matters)
    promise = Promise(
        visits=row.onsite_visits,
        days=row.days,
        is_other_days=row.days is None and None not in (row.promised_limit, row.promised_limit_unit),
        is_charged=is_charged(is_fee=row.is_fee, fees=row.fees),
        is_submitted_once=is_submitted_once(
            at_one_window=row.accepts_at_comprehensive_window,
            depths=row.online_depths,
            joint=row.joint_departments,
            shared=[each.material for each in shared],
        ),
        needs_paper=needs_paper(_formats(row), row.online_depths, is_online=row.is_online),
    )
    return Promising(row, promise, shared)


def _formats(row: Record) -> list[str | None] | None:
    return None if row.materials is None else [each.get("material_format") for each in row.materials]


def _shared(row: Record, matters: Sequence[Record]) -> list[Shared]:
    """What the matters share is named as the item names its materials."""
    own = {as_compared(each["name"]): each["name"] for each in row.materials or ()}
    return [
        Shared(own[as_compared(name)], matter.code, matter.name)
        for matter in matters
        for name in matter.shared_materials
        if as_compared(name) in own
    ]


def item_out(promising: Promising, moment: Moment) -> dict[str, object]:
    row = promising.row
    named = ("code", "name", "division_code", "department_code", "department_name")
    return {**{name: row._mapping[name] for name in named}, "url": item_url(row, moment.as_of, moment)}


def promise_out(promising: Promising) -> dict[str, Any]:
    """What is compared, and the elements it was read from."""
    row, promise = promising.row, promising.promise
    return {
        "visits": promise.visits,
        "working_days": promise.days,
        "promised_limit": row.promised_limit,
        "promised_limit_unit": row.promised_limit_unit,
        "promised_limit_unit_label": labels("limit_unit").get(row.promised_limit_unit),
        "is_charged": promise.is_charged,
        "fees": row.fees,
        "is_submitted_once": promise.is_submitted_once,
        "accepts_at_comprehensive_window": row.accepts_at_comprehensive_window,
        "online_depths": None if row.online_depths is None else list(row.online_depths),
        "joint_departments": row.joint_departments,
        "shared_materials": [
            {"material": each.material, "matter_code": each.matter_code, "matter_name": each.matter_name}
            for each in promising.shared
        ],
        "needs_paper": promise.needs_paper,
        "material_formats": _formats(row),
    }
