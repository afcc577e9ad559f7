"""The very items behind a change, page by page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

from sqlalchemy import Connection

from app.catalogue.addresses import item_address, pins
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.catalogue.values import value_label
from app.db import Record
from app.errors import Malformed, Message, fault
from app.metrics.changes import queries
from app.metrics.changes.counting import COUNTED
from app.metrics.changes.rules import ChangeKind, K, Scale, label, written
from app.metrics.changes.service import Movement, written_key
from app.metrics.figures import Row
from app.metrics.groups import Names
from app.metrics.queries import GroupKey
from app.metrics.rules import WITHOUT_DENOMINATOR
from app.pages import fingerprint, link, read_cursor, write_cursor


class NoSuchGroup(Malformed):
    slug, title = "no-such-group", Message("没有这个组", "No such group")


@dataclass(frozen=True, slots=True)
class Wanted(Generic[K]):
    """Which of the differing items are asked for, and which page of them."""

    kind: K | None
    group: tuple[str, ...]
    limit: int
    cursor: str | None

    def parameters(self, pinned: Mapping[str, object], group_by: Sequence[str]) -> dict[str, object]:
        """What addresses of its pages ask, but for the page."""
        return {**pinned, "kind": self.kind, "group_by": list(group_by) or None, "group": list(self.group) or None}


def key_of(keys: Iterable[GroupKey], group: Sequence[str]) -> GroupKey | None:
    """The group of the texts in an address, where it is among these."""
    return {tuple(map(written_key, key)): key for key in keys}.get(tuple(group))


def changed_items(connection: Connection, movement: Movement, wanted: Wanted[ChangeKind]) -> dict[str, object]:
    """A page of the items in order of code. Raises Malformed for a group that isn't there or a cursor of another query."""
    key = _key(movement, wanted.group)
    asked = wanted.parameters(movement.pinned, [each.name for each in movement.dimensions])
    question = fingerprint({"path": movement.path, **asked})
    total, *after = read_cursor(wanted.cursor, question, (int, str, int)) if wanted.cursor else (None,)
    group = " AND ".join(each.text(part) for each, part in zip(movement.dimensions, key, strict=True)) or None
    chosen = connection, movement.comparison, group, wanted.kind
    rows = queries.items_page(*chosen, after, wanted.limit, movement.moments)
    if total is None:
        total = len(rows) if len(rows) <= wanted.limit else queries.count_items(*chosen, movement.moments)
    shown, following = rows[: wanted.limit], None
    if len(rows) > wanted.limit:
        cursor = write_cursor(question, [total, shown[-1].code, shown[-1].id])
        following = link(movement.path, **asked, limit=wanted.limit, cursor=cursor)
    scale = movement.scale(key)
    called = {side: movement.names(connection, side) for side in queries.SIDES}
    items = [_item(movement, each, scale, called) for each in shown]
    return {"items": items, "total": total, "next": following, **movement.stated}


def _key(movement: Movement, group: Sequence[str]) -> GroupKey:
    """The group of the texts in an address. Raises NoSuchGroup where there is none on either day."""
    found = key_of(movement.keys, group)
    if found is not None:
        return found
    given, wanted = len(group), len(movement.dimensions)
    zh = f"这两天都没有“{'、'.join(group)[:60]}”这个组。请用 /v1/metric-changes 给出的 items_url。"
    en = "There is no such group on either day. Follow an items_url of /v1/metric-changes."
    if given != wanted:
        zh = f"group 要与 group_by 一一对应：group_by 有 {wanted} 个，group 有 {given} 个。没有填的组写 null。"
        en = f"Give a group for each group_by: {wanted} are asked for, {given} given. Write null for the group of none."
    raise NoSuchGroup(Message(zh, en), faults=[fault(zh, en, parameter="group", rule="no-such-group")])


def _item(movement: Movement, found: Record, scale: Scale | None, called: Mapping[str, Sequence[Names]]) -> Row:
    before, after = (_side(movement, found, name, called[name]) for name in queries.SIDES)
    change = [_within(found, "after", name) - _within(found, "before", name) for name in COUNTED]
    points = None if scale is None else scale.points(change[0], change[1])
    last = "before" if after is None else "after"
    named = {name: found._mapping[f"{last}_{name}"] for name in ("name", "department_code", "department_name")}
    return {
        "id": found.id,
        "code": found.code,
        **named,
        "kind": found.kind,
        "label": label(found.kind, movement.after.metric.better),
        "before": before,
        "after": after,
        **written("points", points, movement.after.metric.kind),
    }


def _within(found: Record, side: str, name: str) -> int:
    """What the item counts for in the group that is asked for."""
    return int(found._mapping[f"{side}_{name}"] or 0) * int(found._mapping[f"{side}_member"] or 0)


def _side(movement: Movement, found: Record, side: str, names: Sequence[Names]) -> Row | None:
    held = {name.removeprefix(f"{side}_"): value for name, value in found._mapping.items() if name.startswith(side)}
    if held["id"] is None:
        return None
    counted: Row = {name: _within(found, side, name) for name in COUNTED}
    if movement.after.metric.kind in WITHOUT_DENOMINATOR:
        counted |= {"denominator": None}
    group: Row = {}
    for place, (each, name) in enumerate(zip(movement.dimensions, names, strict=True)):
        stored = held[f"group_{place}"]
        group |= {
            each.name: stored,
            f"{each.name}_label": "、".join(name(key) or str(key) for key in each.keys(stored)),
        }
    moment: Moment = getattr(movement, side).moment
    unpublished = movement.is_draft and side == "after"
    return {
        **counted,
        "group": group,
        "status": held["status"],
        "status_label": value_label(ITEM.elements["status"], held["status"]),
        "department_code": held["department_code"],
        "department_name": held["department_name"],
        "url": None if unpublished else item_address(held["code"], held["division_code"], pins(moment.as_of, moment)),
    }
