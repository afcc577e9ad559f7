"""What an entry of a kind has no use for, or lacks: refused rather than passed over or guessed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from app.catalogue.objects import ITEM
from app.catalogue.reads import sharing
from app.changes.rules import KIND_LABELS, Draft, EntryKind
from app.changes.schemas import NewEntry
from app.errors import Malformed, Message, fault

# What a kind takes beside the object, its code and the day.
TAKES: Mapping[EntryKind, Sequence[str]] = {
    "create": ("content", "until"),
    "amend": ("content", "until"),
    "suspend": ("until",),
    "resume": ("until",),
    "cancel": (),
    "split": ("into",),
    "merge": ("from", "content"),
    "take_over": ("from", "content"),
    "delegate": ("into", "keeps"),
    "transfer": ("content",),
}
OF_ITEMS = ("split", "merge", "take_over", "delegate", "transfer")
TO_ANOTHER = ("take_over", "delegate", "transfer")
INSTEAD: Mapping[tuple[EntryKind, str], Message] = {
    ("cancel", "until"): Message("临时停办请用暂停（suspend）。", " To stop for a time suspend it."),
    ("split", "content"): Message("新值写在 into 的每一项里。", " The values stand in each member of into."),
    ("delegate", "content"): Message("新值写在 into 的每一项里。", " The values stand in each member of into."),
    ("transfer", "into"): Message("新部门写在 content 里。", " The new department stands in content."),
}
NOTHING = Message("", "")


def refuse(entry: NewEntry, start: date, place: str) -> None:
    """Raises Malformed with all that does not fit."""
    found = [(name, Message(zh, en)) for name, zh, en in _misfits(entry, start)]
    if found:
        faults = [fault(*each, pointer=f"{place}/{name}", rule="misfit") for name, each in found]
        raise Malformed(found[0][1], faults=faults)


def _misfits(entry: NewEntry, start: date) -> Iterator[tuple[str, str, str]]:
    yield from _not_taken(entry)
    yield from _lacking(entry)
    if entry.until is not None and entry.until <= start:
        yield "until", f"截止日期 {entry.until} 要晚于生效日期 {start}。", "until must be later than effective_on."


def _not_taken(entry: NewEntry) -> Iterator[tuple[str, str, str]]:
    label = KIND_LABELS[entry.kind]
    if entry.kind in OF_ITEMS and entry.object != "item":
        yield "object", f"只有事项可以{label}。", f"Only items take a {entry.kind}."
    given = {"content": entry.content, "into": entry.into, "from": entry.from_, "keeps": entry.keeps}
    for name, value in {**given, "until": entry.until}.items():
        if value and name not in TAKES[entry.kind]:
            instead = INSTEAD.get((entry.kind, name), NOTHING)
            yield name, f"{label}的条目不带 {name}。{instead.zh}", f"A {entry.kind} entry takes no {name}.{instead.en}"


def _lacking(entry: NewEntry) -> Iterator[tuple[str, str, str]]:
    code, parts, origins = entry.code, len(entry.into), len(entry.from_)
    if entry.kind == "amend" and not entry.content:
        yield "content", "修改条目要在 content 里写明新值。", "An amend entry needs content."
    if entry.kind == "split" and parts < 2:
        zh = f"拆分要在 into 里写两个以上的事项，现在是 {parts} 个。不再办理请用取消（cancel），改内容请用修改（amend）。"
        yield "into", zh, f"A split needs two items or more in into; there are {parts}."
    if entry.kind == "delegate" and not parts:
        yield "into", "下放要在 into 里写明下放为下级的哪些事项。", "A delegation needs items in into."
    if entry.kind == "merge" and not origins:
        yield "from", "合并要在 from 里写明由哪些事项合并。", "A merger needs items in from."
    if entry.kind == "merge" and code in entry.from_:
        zh = f"{code} 不能并入自己。合并后由它继续的，from 里只写并进来的事项。"
        yield "from", zh, f"{code} can't be merged into itself: from names the items that go into it."
    if entry.kind == "take_over" and origins != 1:
        zh = f"承接要在 from 里写一个上级的事项，现在是 {origins} 个。"
        yield "from", zh, f"An item taken over comes from one item; there are {origins}."
    for twice in _more_than_once(entry.from_):
        yield "from", f"from 里 {twice} 写了两次，请只留一个。", f"{twice} is given twice in from."


def _more_than_once(codes: Sequence[str]) -> list[str]:
    return [code for code, times in Counter(codes).items() if times > 1]


def refuse_one_twice(parts: Sequence[Draft], place: str) -> None:
    """Each item that another is split into or delegated to has a code of its own in its division."""
    seen: set[tuple[str, str]] = set()
    for number, part in enumerate(parts):
        held = (part.code, sharing(ITEM, part.code, str(part.content.get("division_code"))))
        if held in seen:
            zh = f"into 里有两个事项的编码都是 {part.code}，请各用各的编码。"
            raise _misfit(f"{place}/into/{number}", "code", zh, f"Two items of into have the code {part.code}.")
        seen.add(held)


def refuse_no_department(kind: EntryKind, content: Mapping[str, object], place: str) -> None:
    """An item goes to another department: which one has to be said."""
    if kind in TO_ANOTHER and content.get("department_code") is None:
        zh = f"{KIND_LABELS[kind]}要在 content 里写明新的实施主体编码（department_code）。"
        raise _misfit(f"{place}/content", "department_code", zh, f"A {kind} entry needs the new department_code.")


def refuse_two_codes(code: str, stated: object, place: str, key: str) -> None:
    if stated != code:
        zh = f"编码写了两个：code 是 {code}，content 里是 {stated}。请只写一个。"
        raise _misfit(place, key, zh, f"Two codes are given: code is {code}, content has {stated}. Give one.")


def _misfit(place: str, name: str, zh: str, en: str) -> Malformed:
    return Malformed(Message(zh, en), faults=[fault(zh, en, pointer=f"{place}/{name}", rule="misfit")])
