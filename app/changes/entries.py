"""An entry as it comes over the wire, read as a draft of a change."""

from datetime import date

from app.catalogue.objects import OBJECT_TYPES
from app.changes.drafting import read_content
from app.changes.rules import Draft
from app.changes.schemas import NewEntry
from app.errors import Malformed, Message, fault


def as_draft(entry: NewEntry, day: date, place: str) -> Draft:
    """`place` is the JSON pointer of the entry in the body."""
    kind = OBJECT_TYPES[entry.object]
    content = read_content(kind, entry.content, f"{place}/content")
    start = entry.effective_on or day
    _refuse_misfits(entry, start, place)
    _refuse_two_codes(entry, content.get(kind.key, entry.code), f"{place}/content", kind.key)
    return Draft(kind, entry.kind, entry.code, content, start, entry.until, entry.division_code)


def _refuse_misfits(entry: NewEntry, start: date, place: str) -> None:
    """What the kind of entry has no use for is refused rather than passed over."""
    if entry.kind in ("suspend", "resume", "cancel") and entry.content:
        raise _misfit(
            place, "content", "暂停、恢复、取消的条目不带 content。", f"A {entry.kind} entry takes no content."
        )
    if entry.kind == "amend" and not entry.content:
        raise _misfit(place, "content", "修改条目要在 content 里写明新值。", "An amend entry needs content.")
    if entry.kind == "cancel" and entry.until is not None:
        raise _misfit(
            place,
            "until",
            "取消没有截止日期；临时停办请用暂停（suspend）。",
            "A cancellation has no end; suspend instead.",
        )
    if entry.until is not None and entry.until <= start:
        raise _misfit(
            place, "until", f"截止日期 {entry.until} 要晚于生效日期 {start}。", "until must be later than effective_on."
        )


def _refuse_two_codes(entry: NewEntry, code: object, place: str, key: str) -> None:
    if entry.kind == "create" and code != entry.code:
        zh = f"编码写了两个：code 是 {entry.code}，content 里是 {code}。请只写一个。"
        raise _misfit(place, key, zh, f"Two codes are given: code is {entry.code}, content has {code}. Give one.")


def _misfit(place: str, name: str, zh: str, en: str) -> Malformed:
    return Malformed(Message(zh, en), faults=[fault(zh, en, pointer=f"{place}/{name}", rule="misfit")])
