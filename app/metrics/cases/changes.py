"""Why a figure of cases moved, by kind of change and item by item. The points add up to the change exactly."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection

from app.cases.queries import items_then
from app.catalogue.moments import in_shanghai
from app.catalogue.params import ItemQuestion
from app.db import Record
from app.errors import Message, fault
from app.metrics.cases.links import CaseAddresses
from app.metrics.cases.movement import KINDS, CaseChangeKind, Movement, NothingToCompare, Side, Tally, valued
from app.metrics.changes.rules import moved, written
from app.metrics.changes.service import ITEMS, written_key
from app.metrics.figures import Row, group_of, refuse_too_many, row
from app.metrics.groups import Dimension
from app.metrics.queries import GroupKey
from app.metrics.rules import WITHOUT_DENOMINATOR
from app.pages import link

LABELS: Mapping[CaseChangeKind, str] = {
    "restated": "重报",
    "added": "新报",
    "gone": "不再有",
    "reclassified": "事项的范围或分组改变",
    "changed": "办件数变化",
}


def changes(connection: Connection, movement: Movement) -> list[Row]:
    """For each group the figure on both sides, and by kind of change what moved it."""
    question = ItemQuestion(within=movement.asked.within, filter=movement.asked.filter)
    refuse_too_many(len(movement.keys), question, 2 * len(KINDS))
    before, after = (
        _shown(connection, movement.dimensions, question, side) for side in (movement.before, movement.after)
    )
    return [_change(movement, key, before(key), after(key)) for key in movement.keys]


def _shown(
    connection: Connection, dimensions: Sequence[Dimension], question: ItemQuestion, side: Side
) -> Callable[[GroupKey], Row]:
    """The row of metric-values for a group on one side, with the names of its last day."""
    names = [each.labels(connection, side.moment) for each in dimensions]
    addresses = CaseAddresses(question, side.moment)

    def shown(key: GroupKey) -> Row:
        parts = side.parts(side.numbers.get(key, {}).values())
        return row(side.metric, group_of(key, dimensions, names), parts, addresses)

    return shown


def _change(movement: Movement, key: GroupKey, before: Row, after: Row) -> Row:
    sides, kinds = (movement.before, movement.after), movement.tallies(key)
    figures = [valued(side, key) for side in sides]
    empty = [str(side.moment.period) for side, figure in zip(sides, figures, strict=True) if figure is None]
    return {
        "group": (after if key in movement.after.numbers else before)["group"],
        "before": before,
        "after": after,
        **written("change", moved(*figures), movement.after.metric.kind),
        **_differences(movement, *movement.differences(key)),
        "note": f"{'、'.join(empty)}：没有可计的办件。" if empty else None,
        "kinds": [_kind(movement, key, kind, kinds[kind]) for kind in KINDS if kind in kinds],
    }


def _differences(movement: Movement, numerator: int, denominator: int, unknown: int) -> Row:
    without = movement.after.metric.kind in WITHOUT_DENOMINATOR
    return {
        "numerator_change": numerator,
        "denominator_change": None if without else denominator,
        "unknown_change": unknown,
    }


def _points(movement: Movement, key: GroupKey, numerator: int, denominator: int) -> Row:
    in_units = movement.scale(key)
    points = None if in_units is None else in_units.points(numerator, denominator)
    return written("points", points, movement.after.metric.kind)


def _kind(movement: Movement, key: GroupKey, kind: CaseChangeKind, tally: Tally) -> Row:
    group = {"group_by": list(movement.asked.group_by) or None, "group": [written_key(each) for each in key] or None}
    return {
        "kind": kind,
        "label": LABELS[kind],
        "items": len(tally.items),
        **_differences(movement, tally.numerator, tally.denominator, tally.unknown),
        **_points(movement, key, tally.numerator, tally.denominator),
        "items_url": link(ITEMS, **movement.pinned, kind=kind, **group),
    }


def reports_out(movement: Movement) -> list[Row]:
    """What was reported of the months between the two revisions, and why it restated what stood."""
    return [
        {
            "id": each.id,
            "revision": each.recorded_in,
            "at": in_shanghai(each.at),
            "by": each.by,
            "reason": each.reason,
            "undoes": each.undoes,
            "url": f"/v1/case-imports/{each.id}",
        }
        for each in movement.reports
    ]


def changed_items(
    connection: Connection, movement: Movement, kind: CaseChangeKind | None, group: Sequence[str]
) -> list[Row]:
    """The items of a group that count otherwise, in order of code: before, after, and the points of each."""
    known = {tuple(map(written_key, key)): key for key in movement.keys}
    if tuple(group) not in known:
        zh = f"没有“{'、'.join(group)[:60]}”这个组。请用 /v1/metric-changes 给出的 items_url。"
        en = "There is no such group. Follow an items_url of /v1/metric-changes."
        raise NothingToCompare(Message(zh, en), faults=[fault(zh, en, parameter="group", rule="no-such-group")])
    key = known[tuple(group)]
    kinds = {
        item: each for each, tally in movement.tallies(key).items() if kind in (None, each) for item in tally.items
    }
    items = items_then(connection, kinds, movement.after.moment)
    return [_item(movement, key, items[number], kinds[number]) for number in sorted(kinds, key=lambda n: items[n].code)]


def _item(movement: Movement, key: GroupKey, item: Record, kind: CaseChangeKind) -> Row:
    numerator, denominator, _ = movement.differences(key, item.id)
    sides = {"before": movement.before, "after": movement.after}
    return {
        "id": item.id,
        "code": item.code,
        "name": item.name,
        "kind": kind,
        "label": LABELS[kind],
        **{name: _then(side, key, item.id) for name, side in sides.items()},
        **_points(movement, key, numerator, denominator),
    }


def _then(side: Side, key: GroupKey, item: int) -> Row | None:
    """What the item counts for on a side, and the address of its counts; null where it has none."""
    if item not in side.numbers.get(key, {}):
        return None
    figure = side.figure(key, item)
    url = link("/v1/case-statistics", filter=f"id = {item}", **side.moment.pinned, group_by=["month", "channel"])
    return {"numerator": figure.numerator, "denominator": figure.denominator, "unknown": figure.unknown, "url": url}
