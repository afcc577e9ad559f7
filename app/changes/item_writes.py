"""Writes addressed to an item: each is an entry of a change set, of a new one unless an open one is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import orjson
from sqlalchemy import Connection

from app.access.rules import Caller
from app.catalogue.addresses import item_address
from app.catalogue.codes import is_local
from app.catalogue.moments import resolve
from app.catalogue.objects import ITEM
from app.catalogue.queries import get_item, item_now
from app.changes.drafted import Drafted, draft_all, first_day
from app.changes.drafting import demand_whole, read_content
from app.changes.item_params import Drafting, DraftingForAWhile, DraftingOfItem
from app.changes.rules import KIND_LABELS, Draft, EntryKind
from app.db import Record
from app.errors import Conflict, Malformed, Message, PreconditionFailed, PreconditionRequired, fault
from app.validators import ANY, versions_named


class ItemExists(Conflict):
    slug, title = "item-exists", Message("事项已经存在", "The item exists already")


class ItemChanged(PreconditionFailed):
    slug, title = "item-changed", Message("事项已经是另一个版本", "The item is at another version")


@dataclass(frozen=True, slots=True)
class Addressed:
    """The item of an address, and the tags of it that the writer has read."""

    code: str
    if_match: str | None


def create(connection: Connection, body: Mapping[str, object], wish: Drafting, *, by: Caller, now: datetime) -> Drafted:
    """A new item. Raises MalformedContent, ItemExists, InThePast, or what `changes.service.add` raises."""
    content = read_content(ITEM, body, "")
    demand_whole(ITEM, content, "")
    day = first_day(connection, wish, now.date())
    code = str(content["code"])
    if wish.change_set is None:
        _refuse_taken(connection, code, str(content["division_code"]), day)
    return _draft(connection, Draft(ITEM, "create", code, content, day), str(content["name"]), wish, by=by, now=now)


def change(
    connection: Connection,
    kind: EntryKind,
    item: Addressed,
    wish: DraftingOfItem,
    *,
    by: Caller,
    now: datetime,
    content: Mapping[str, object] | None = None,
) -> Drafted:
    """A change of the item that has the code on the effective day, as known now.

    Raises as reading the item does, PreconditionRequired, ItemChanged, MalformedContent, InThePast, or what
    `changes.service.add` raises.
    """
    new = read_content(ITEM, content or {}, "")
    day = first_day(connection, wish, now.date())
    held = get_item(connection, item.code, resolve(connection, now, str(day)), wish.division_code)
    _demand_match(held, item, day)
    draft = Draft(ITEM, kind, held.code, new, day, _last_day(wish, day), held.division_code)
    return _draft(connection, draft, orjson.loads(held.written)["name"], wish, by=by, now=now)


def _last_day(wish: DraftingOfItem, day: date) -> date | None:
    until = wish.until if isinstance(wish, DraftingForAWhile) else None
    if until is not None and until <= day:
        zh, en = f"截止日期 {until} 要晚于生效日期 {day}。", f"until ({until}) must be later than effective_on ({day})."
        raise Malformed(Message(zh, en), faults=[fault(zh, en, parameter="until", value=str(until), rule="misfit")])
    return until


def _refuse_taken(connection: Connection, code: str, division: str, day: date) -> None:
    if item_now(connection, code, day, division if is_local(code) else None) is None:
        return
    zh = f"编码 {code} 在 {day} 已有事项使用。要修改它，请用 PATCH /v1/items/{code}；要新增，请换一个编码。"
    en = f"On {day} an item has the code {code}. To change it, PATCH /v1/items/{code}; for a new one take another code."
    raise ItemExists(
        Message(zh, en), faults=[fault(zh, en, pointer="/code", value=code, rule="item-exists")], code=code
    )


def _demand_match(held: Record, item: Addressed, day: date) -> None:
    """The writer has read the version that is to be changed: the one that holds on the effective day."""
    path = item_address(held.code, held.division_code, f"?as_of={day}")
    if item.if_match is None:
        zh = f"修改事项要带请求头 If-Match：先取 {path}，把回答里的 ETag 放进去，免得盖掉别人的修改。"
        en = f"A write to an item takes If-Match: read {path} first and send its ETag, so that no edit is lost."
        raise PreconditionRequired(Message(zh, en), code=held.code)
    if not versions_named(item.if_match) & {ANY, str(held.version)}:
        zh = (
            f"事项 {held.code} 在 {day} 是第 {held.version} 个版本，不是 If-Match 里的 {item.if_match}："
            f"别人改过，或那一天另有安排。请重新取 {path}，核对后用它的 ETag 再改。"
        )
        en = f"On {day} item {held.code} is at version {held.version}, not {item.if_match}. Read {path} and try again."
        raise ItemChanged(Message(zh, en), code=held.code)


def _draft(connection: Connection, draft: Draft, name: str, wish: Drafting, *, by: Caller, now: datetime) -> Drafted:
    title = f"{KIND_LABELS[draft.change]} {draft.code} {name}"
    drafted = draft_all(connection, [draft], title, wish, by=by, now=now)
    if not drafted.entries:
        raise _unchanged(draft)
    return drafted


def _unchanged(draft: Draft) -> Malformed:
    states = {"suspend": "已经是暂停的", "resume": "没有暂停，不用恢复"}
    zh = f"{draft.code} 在 {draft.effective_on} {states.get(draft.change, '已经是这样')}，没有可变更的。"
    en = f"On {draft.effective_on} {draft.code} is like that already: nothing would change."
    return Malformed(Message(zh, en), faults=[fault(zh, en, rule="unchanged")], code=draft.code)
