"""What an integrated matter shares and merges are materials and steps that its members have on its first day.

Where a member doesn't state its materials or steps, or isn't there on that day, nobody can tell.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from sqlalchemy import ColumnElement, Connection, and_, or_

from app.catalogue.named import named_item, naming
from app.catalogue.objects import INTEGRATED_MATTER, ITEM
from app.catalogue.versions import OPEN, ever
from app.db import Record, Statement
from app.errors import Fault, fault
from app.files.cleaning import as_compared

SHOWN = 50
MATTER = INTEGRATED_MATTER.table
# What the matter says, the element of its members that has it, what both are called, and the rule.
PARTS = (
    ("shared_materials", "materials", "共享材料", "申请材料", "unknown-material"),
    ("merged_steps", "process_steps", "合并环节", "办理环节", "unknown-step"),
)


def broken(connection: Connection, number: int) -> Iterator[Fault]:
    """`unknown-material` and `unknown-step`, of what a matter did not say before."""
    yield from islice(_faults(connection, number), SHOWN)


def _faults(connection: Connection, number: int) -> Iterator[Fault]:
    matters = connection.execute(_written(number)).all()
    if matters:
        members, before = _members(connection, number), _said_before(connection, number)
        for row in matters:
            had = members.get(row.version_id, [])
            if len(had) == len(row.members or ()):
                yield from _of_matter(row, had, before)


def _written(number: int) -> Statement:
    said = (MATTER.c[name] for name, *_ in PARTS)
    matter = [MATTER.c[name] for name in ("id", "version_id", "code", "valid_from", "members")]
    return ever([*matter, *said]).where(*_is_written(number)).order_by(MATTER.c.code, MATTER.c.valid_from)


def _is_written(number: int) -> tuple[ColumnElement[bool], ...]:
    says = or_(*(MATTER.c[name].is_not(None) for name, *_ in PARTS))
    return MATTER.c.recorded_in == number, MATTER.c.superseded_in == OPEN, says


def _of_matter(row: Record, members: Sequence[Record], before: Mapping[tuple[int, str], set[str]]) -> Iterator[Fault]:
    for said, element, label, of_members, rule in PARTS:
        had = [member._mapping[element] for member in members]
        if None in had:
            continue
        known = {as_compared(each["name"]) for entries in had for each in entries} | before.get((row.id, said), set())
        for place, name in enumerate(row._mapping[said] or ()):
            if as_compared(name) not in known:
                yield fault(
                    f"一件事 {row.code} 的{label}“{name}”，在 {row.valid_from} 没有一个成员事项的{of_members}里有。"
                    "请照成员事项里的名称写，或删去。",
                    f"No member of {row.code} has {name!r} in its {element} on {row.valid_from}.",
                    pointer=f"/content/{said}/{place}", value=name[:200], rule=rule,
                )  # fmt: skip


def _members(connection: Connection, number: int) -> dict[int, list[Record]]:
    """By the versions of matters, the items that each names, as they are on its first day."""
    item, day = ITEM.table.c, MATTER.c.valid_from
    on_it = and_(item.superseded_in == OPEN, item.valid_from <= day, item.valid_to > day)
    joined = MATTER.join(named_item, naming(INTEGRATED_MATTER))
    joined = joined.join(ITEM.table, and_(item.id == named_item.c.item_id, on_it))
    named = ever([MATTER.c.version_id, *(item[element] for _, element, *_ in PARTS)]).select_from(joined)
    found: dict[int, list[Record]] = {}
    for row in connection.execute(named.where(*_is_written(number))):
        found.setdefault(row.version_id, []).append(row)
    return found


def _said_before(connection: Connection, number: int) -> dict[tuple[int, str], set[str]]:
    """By the matter and what it says: all that it said there before the revision."""
    said = [name for name, *_ in PARTS]
    matters = ever([MATTER.c.id]).where(*_is_written(number))
    former = ever([MATTER.c.id, *(MATTER.c[name] for name in said)])
    found: dict[tuple[int, str], set[str]] = {}
    for row in connection.execute(former.where(MATTER.c.id.in_(matters), MATTER.c.recorded_in < number)):
        for name in said:
            found.setdefault((row.id, name), set()).update(map(as_compared, row._mapping[name] or ()))
    return found
