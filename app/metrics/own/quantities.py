"""What a definition sums: elements that are numbers, in units whose codes are known."""

from collections.abc import Iterator, Mapping

from app.catalogue.objects import ITEM
from app.catalogue.properties import item_filters
from app.catalogue.virtual import LIST_ELEMENTS, VERIFICATION_ELEMENTS
from app.errors import Fault, Message, fault
from app.filters import Kind, Property
from app.filters.properties import nearest
from app.metrics.definitions import Quantity
from app.metrics.own.schemas import QuantityBody

SUMMED = frozenset(ITEM.elements) | {each.name for each in (*LIST_ELEMENTS, *VERIFICATION_ELEMENTS)}
NO_NUMBER = Message("不是能相加的数字要素", "is no element that is a number")
NO_CODE = Message("不是代码要素，不能作单位", "is no element that is a code")


def read(said: QuantityBody | None) -> Quantity | None:
    """A quantity without faults. Elements may be called by their Chinese names."""
    if said is None:
        return None
    unit = _elements("code")[said.unit].name if said.unit else None
    return Quantity(_elements("number")[said.element].name, unit, tuple(said.working_days.items()))


def faults(said: QuantityBody, pointer: str) -> Iterator[Fault]:
    numbers, units = _elements("number"), _elements("code")
    if said.element not in numbers:
        yield _unknown(said.element, numbers, f"{pointer}/element", NO_NUMBER)
    if said.unit and said.unit not in units:
        yield _unknown(said.unit, units, f"{pointer}/unit", NO_CODE)
    if bool(said.unit) != bool(said.working_days):
        zh = "unit 和 working_days 要同时写：前者是单位要素，后者是每个单位代码合多少个工作日。"
        yield fault(zh, "unit and working_days go together.", pointer=f"{pointer}/working_days", rule="misfit")
    elif said.unit in units:
        yield from _unknown_codes(said, units[said.unit], f"{pointer}/working_days")


def _unknown_codes(said: QuantityBody, unit: Property, pointer: str) -> Iterator[Fault]:
    known = unit.codes or {}
    listed = "、".join(f"{code}（{label}）" for code, label in list(known.items())[:10])
    for code in said.working_days:
        if code not in known:
            zh, en = f"{unit.label}没有代码“{code[:20]}”。可用：{listed}。", f"{unit.name} has no code {code[:20]!r}."
            yield fault(zh, en, pointer=pointer, value=code[:20], rule="unknown-code")


def _unknown(word: str, elements: Mapping[str, Property], pointer: str, why: Message) -> Fault:
    near = next((elements[each].name for each in nearest(word, elements)), None)
    hint_zh, hint_en = (f"是否为 {near}？", f" Did you mean {near!r}?") if near else ("", "")
    shown = word[:60]
    return fault(
        f"“{shown}”{why.zh}。{hint_zh}", f"{shown!r} {why.en}.{hint_en}",
        pointer=pointer, value=shown, rule="unknown-element", suggestion=near,
    )  # fmt: skip


def _elements(kind: Kind) -> dict[str, Property]:
    """The elements of a kind by name and by label."""
    found = [each for each in item_filters().properties.values() if each.name in SUMMED and each.kind == kind]
    return {word: each for each in found for word in (each.label, each.name)}
