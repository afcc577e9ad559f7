"""Splits, mergers, items taken over or delegated, transfers: what their items take from those they come from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from app.catalogue import law, reads
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.changes import queries
from app.changes.identifying import find, unknown
from app.changes.rules import KIND_LABELS, Draft, NotInForceThen, not_in_force, replay
from app.errors import Conflict, Malformed, Message, fault

# What names one item and no other is not passed on.
OWN = (ITEM.key, "handling_item_code", "record_guid", "item_guid")
# An organ that was given the item by the one above it says so, unless the entry says otherwise.
STATED: Mapping[str, Mapping[str, object]] = {"delegate": {"power_source": "2"}}


class SameDepartment(Conflict):
    slug, title = "same-department", Message("部门没有变", "The department stays the same")


def chunks(drafts: Iterable[Draft]) -> Iterator[list[Draft]]:
    """The drafts in lists of about 500, each act whole.

    An act about an item that a draft before it names begins a new list: it goes by what that draft made of the item.
    """
    chunk: list[Draft] = []
    named: set[str] = set()
    for act in _acts(drafts):
        about = {code for draft in act if draft.part.effect for code in (draft.code, *draft.part.origins)}
        if chunk and (len(chunk) + len(act) > reads.CHUNK or not about.isdisjoint(named)):
            yield chunk
            chunk, named = [], set()
        chunk += act
        named |= {draft.code for draft in act}
    if chunk:
        yield chunk


def _acts(drafts: Iterable[Draft]) -> Iterator[list[Draft]]:
    act: list[Draft] = []
    for draft in drafts:
        if act and not draft.part.follows:
            yield act
            act = []
        act.append(draft)
    if act:
        yield act


@dataclass(frozen=True, slots=True)
class Held:
    """An item, its history as the change set so far leaves it, and its content on the day that a draft is about."""

    id: int
    history: law.History
    content: law.Content | None


@dataclass(frozen=True, slots=True)
class Origin:
    """An item that another comes from, with its content on the day."""

    id: int
    content: law.Content


def filled(connection: Connection, number: int, drafts: list[Draft], base: Moment) -> list[Draft]:
    """The drafts; those whose items come from others with the ids and the content of these, as it is on their day.

    Raises ObjectNotFound, NotInForceThen or SameDepartment. What comes from no other item costs no statement.
    """
    wanted = [replace(draft, code=origin) for draft in drafts for origin in draft.part.origins]
    if not wanted:
        return drafts
    found = map(_demanded, wanted, _held(connection, number, wanted, base))
    origins = [[next(found) for _ in draft.part.origins] for draft in drafts]
    merged = [_at_home(draft, each[0]) for draft, each in zip(drafts, origins, strict=True) if _is_merged(draft)]
    results = iter(_held(connection, number, merged, base) if merged else ())
    return [
        _filled(draft, each, next(results) if _is_merged(draft) else None) if each else draft
        for draft, each in zip(drafts, origins, strict=True)
    ]


def _is_merged(draft: Draft) -> bool:
    """Whether the draft is about the item that others are merged into."""
    return draft.change == "merge" and bool(draft.part.origins)


def _held(connection: Connection, number: int, drafts: Sequence[Draft], base: Moment) -> list[Held | None]:
    """The items behind the codes, None where no item ever had one."""
    ids = list(find(connection, number, drafts, base))
    known = sorted({each for each in ids if each is not None})
    histories = reads.histories(connection, ITEM, known, base)
    earlier = queries.entries_of(connection, number, ITEM, known)
    now = {each: replay(histories.get(each, ()), earlier.get(each, ())).history for each in known}
    return [
        None if each is None else Held(each, now[each], _content(now[each], draft.effective_on))
        for each, draft in zip(ids, drafts, strict=True)
    ]


def _content(history: law.History, day: date) -> law.Content | None:
    version = law.holding(history, day)
    return None if version is None else version.content


def _demanded(draft: Draft, held: Held | None) -> Origin:
    """Raises ObjectNotFound, or NotInForceThen where the item holds nothing on the day."""
    if held is None:
        raise unknown(draft)
    if held.content is None:
        raise NotInForceThen(not_in_force(draft.kind, draft.code, draft.effective_on, held.history), code=draft.code)
    return Origin(held.id, held.content)


def _at_home(draft: Draft, first: Origin) -> Draft:
    """Where a merged item is looked for: in the division that it is given, else in that of the first it comes from."""
    own = draft.content.get("division_code") or first.content["division_code"]
    return replace(draft, division_code=str(own))


def _filled(draft: Draft, origins: Sequence[Origin], into: Held | None) -> Draft:
    source = origins[0].content
    known = tuple(each.id for each in origins)
    part = replace(draft.part, predecessors=known, giver=giver(draft.change, source))
    if into is not None:
        _refuse_gone(draft, into)
        return replace(draft, part=replace(part, effect="amend"))
    if draft.change == "merge" and len(origins) == 1:
        raise _too_few(draft)
    if draft.change in ("take_over", "delegate"):
        refuse_same_department(draft, source)
    copied = {name: value for name, value in source.items() if name not in OWN}
    return replace(draft, part=part, content={**copied, **STATED.get(draft.change, {}), **draft.content})


def giver(change: str, source: law.Content) -> object:
    """The department that an item is delegated by: it gives the item away, so that is its own to draft."""
    return source["department_code"] if change == "delegate" else None


def _refuse_gone(draft: Draft, into: Held) -> None:
    """Items are merged into one that goes on, or into a new one; never into one that is gone."""
    if into.content is None:
        zh = (
            f"不能合并到 {draft.code}：它在 {draft.effective_on} 不在有效期内（已取消或还没生效）。"
            "请合并到一个有效的事项，或用一个新的编码。"
        )
        en = f"{draft.code} does not hold on {draft.effective_on}: nothing can be merged into it. Take another code."
        raise NotInForceThen(Message(zh, en), code=draft.code)


def _too_few(draft: Draft) -> Malformed:
    zh = f"还没有 {draft.code}，只有一个事项不能合并成它。请在 from 里写两个以上；只改编码请用 amend。"
    en = f"{draft.code} is new: it takes two items or more to be merged into it."
    return Malformed(Message(zh, en), faults=[fault(zh, en, value=draft.code, rule="too-few")])


def refuse_same_department(draft: Draft, source: law.Content) -> None:
    """An item goes from one department to another. Raises SameDepartment."""
    given, kind = draft.content.get("department_code"), KIND_LABELS[draft.change]
    if given == source["department_code"]:
        code = source[ITEM.key]
        zh = f"不能{kind}给同一个部门：{code} 在 {draft.effective_on} 已经属于 {given}。请写明另一个部门。"
        en = f"{code} belongs to {given} on {draft.effective_on} already. Name another department."
        told = fault(zh, en, pointer="/content/department_code", value=str(given), rule="same-department")
        raise SameDepartment(Message(zh, en), faults=[told], code=code)
