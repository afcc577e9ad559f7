"""Why a figure of cases moved, by kind of change and item by item. The points add up to the change exactly."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection

from app.cases.queries import items_then
from app.catalogue.moments import in_shanghai
from app.catalogue.params import ItemQuestion
from app.db import Record
from app.errors import Message, fault
from app.metrics.cases.links import CaseAddresses, counts_url
from app.metrics.cases.movement import KINDS, CaseChangeKind, Movement, NothingToCompare, Side, Tally, valued
from app.metrics.changes.items import Wanted, key_of
from app.metrics.changes.rules import Scale, moved, written
from app.metrics.changes.service import ITEMS, written_key
from app.metrics.figures import Row, as_reported, group_of, refuse_too_many, row
from app.metrics.groups import Dimension
from app.metrics.queries import GroupKey
from app.metrics.rules import WITHOUT_DENOMINATOR
from app.pages import fingerprint, link, read_cursor, write_cursor

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
        (told,) = as_reported(
            [row(side.metric, group_of(key, dimensions, names), parts, addresses)], side.unreported, side.moment
        )
        return told

    return shown


def _change(movement: Movement, key: GroupKey, before: Row, after: Row) -> Row:
    sides, kinds = (movement.before, movement.after), movement.tallies(key)
    figures, scale = [valued(side, key) for side in sides], movement.scale(key)
    return {
        "group": (after if key in movement.after.numbers else before)["group"],
        "before": before,
        "after": after,
        **written("change", moved(*figures), movement.after.metric.kind),
        **_differences(movement, *movement.differences(key)),
        "note": _note(movement, before, after),
        "kinds": [_kind(movement, key, scale, kind, kinds[kind]) for kind in KINDS if kind in kinds],
    }


def _note(movement: Movement, *rows: Row) -> str | None:
    """Why there is no change to tell, or what isn't in it; said once where it is so on both sides."""
    periods = [str(side.moment.period) for side in (movement.before, movement.after)]
    names = ("以前所知的", "后来所知的") if movement.same_months else periods
    notes = [each.get("note") for each in rows]
    if notes[0] == notes[1]:
        return None if notes[0] is None else str(notes[0])
    return "".join(f"{name}：{note}" for name, note in zip(names, notes, strict=True) if note)


def _differences(movement: Movement, numerator: int, denominator: int, unknown: int) -> Row:
    without = movement.after.metric.kind in WITHOUT_DENOMINATOR
    return {
        "numerator_change": numerator,
        "denominator_change": None if without else denominator,
        "unknown_change": unknown,
    }


def _points(movement: Movement, scale: Scale | None, numerator: int, denominator: int) -> Row:
    points = None if scale is None else scale.points(numerator, denominator)
    return written("points", points, movement.after.metric.kind)


def _kind(movement: Movement, key: GroupKey, scale: Scale | None, kind: CaseChangeKind, tally: Tally) -> Row:
    group = {"group_by": list(movement.asked.group_by) or None, "group": [written_key(each) for each in key] or None}
    return {
        "kind": kind,
        "label": LABELS[kind],
        "items": len(tally.items),
        **_differences(movement, tally.numerator, tally.denominator, tally.unknown),
        **_points(movement, scale, tally.numerator, tally.denominator),
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


def changed_items(connection: Connection, movement: Movement, wanted: Wanted[CaseChangeKind]) -> dict[str, object]:
    """A page of the items of a group that count otherwise, in order of code: before, after, and the points of each."""
    key = _key(movement, wanted.group)
    kinds = {
        item: kind
        for kind, tally in movement.tallies(key).items()
        if wanted.kind in (None, kind)
        for item in tally.items
    }
    items = items_then(connection, kinds, movement.after.moment)
    asked = wanted.parameters(movement.pinned, movement.asked.group_by)
    question = fingerprint({"path": ITEMS, **asked})
    last = tuple(read_cursor(wanted.cursor, question, (str, int))) if wanted.cursor else ("", 0)
    rest = sorted(place for item, row in items.items() if (place := (row.code, item)) > last)
    shown, following = rest[: wanted.limit], None
    if len(rest) > wanted.limit:
        following = link(ITEMS, **asked, limit=wanted.limit, cursor=write_cursor(question, list(shown[-1])))
    scale = movement.scale(key)
    told = [_item(movement, key, scale, items[item], kinds[item]) for _, item in shown]
    return {"items": told, "total": len(kinds), "next": following, **movement.stated}


def _key(movement: Movement, group: Sequence[str]) -> GroupKey:
    """The group of the texts in an address. Raises NothingToCompare where there is none on either side."""
    found = key_of(movement.keys, group)
    if found is None:
        zh = f"没有“{'、'.join(group)[:60]}”这个组。请用 /v1/metric-changes 给出的 items_url。"
        en = "There is no such group. Follow an items_url of /v1/metric-changes."
        raise NothingToCompare(Message(zh, en), faults=[fault(zh, en, parameter="group", rule="no-such-group")])
    return found


def _item(movement: Movement, key: GroupKey, scale: Scale | None, item: Record, kind: CaseChangeKind) -> Row:
    numerator, denominator, _ = movement.differences(key, item.id)
    sides = {"before": movement.before, "after": movement.after}
    return {
        "id": item.id,
        "code": item.code,
        "name": item.name,
        "kind": kind,
        "label": LABELS[kind],
        **{name: _then(movement, side, key, item.id) for name, side in sides.items()},
        **_points(movement, scale, numerator, denominator),
    }


def _then(movement: Movement, side: Side, key: GroupKey, item: int) -> Row | None:
    """What the item counts for on a side, and the address of its counts in the group; null where it has none."""
    if item not in side.numbers.get(key, {}):
        return None
    figure, asked = side.figure(key, item), movement.asked
    group = [each.text(code) for each, code in zip(movement.dimensions, key, strict=True)]
    question = ItemQuestion(within=asked.within, filter=asked.filter)
    url = counts_url(question, side.moment, [f"id = {item}", *group], ["month", "channel"])
    return {"numerator": figure.numerator, "denominator": figure.denominator, "unknown": figure.unknown, "url": url}
