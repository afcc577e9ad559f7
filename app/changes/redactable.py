"""What may be made unreadable: free text, never a key, nor what a code, flag, number or date says. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.catalogue.element import Element, elements_of
from app.catalogue.objects import ObjectType
from app.errors import Malformed, Message, fault
from app.filters.properties import nearest

MARK = "〔已隐去〕"

IDENTIFYING = ("code", "guid")


class NotRedactable(Malformed):
    slug, title = "not-redactable", Message("这个要素不能隐去", "This element cannot be redacted")


@dataclass(frozen=True, slots=True)
class Target:
    """An element of free text, or the `member` of free text that each entry of a list has."""

    kind: ObjectType
    element: Element
    member: Element | None = None

    @property
    def name(self) -> str:
        return self.element.name if self.member is None else f"{self.element.name}.{self.member.name}"

    @property
    def label(self) -> str:
        return self.element.label if self.member is None else f"{self.element.label}·{self.member.label}"

    @property
    def mark(self) -> str | list[str]:
        """What stands in place of its texts."""
        return MARK if (self.member or self.element).kind == "text" else [MARK]

    def texts(self, value: Any) -> set[str]:
        """What can be read in a value of the element."""
        values = [value] if self.member is None else [entry.get(self.member.name) for entry in value or ()]
        return {text for each in values for text in _texts(each) if text != MARK}

    def covered(self, value: Any, texts: Collection[str] | None = None) -> Any:
        """The value with the mark in place of these texts, or of all that it has.

        Whatever else it says, and how many entries it has, stays.
        """
        if self.member is None:
            return _covered(value, texts)
        name = self.member.name
        return value and [{**entry, name: _covered(entry[name], texts)} if name in entry else entry for entry in value]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str) and value:
        yield value
    elif isinstance(value, list | tuple):
        yield from value


def _covered(value: Any, texts: Collection[str] | None) -> Any:
    """In a list of texts a single mark stands for all that go; what is not stated stays so."""
    said = set(_texts(value))
    gone = said if texts is None else said.intersection(texts)
    if not gone:
        return value
    return MARK if isinstance(value, str) else list(dict.fromkeys(MARK if each in gone else each for each in value))


def read_target(kind: ObjectType, field: str) -> Target:
    """The element by its name or label, a member of a list as `windows.phone`. Raises NotRedactable."""
    name, _, inner = field.partition(".")
    element = _named(list(kind.elements.values()), name, kind.label.zh)
    if element.model is None:
        if inner:
            raise _refused(field, "unknown-element", f"{element.label}不是清单，没有“{inner}”。", f"{name} is no list.")
        return Target(kind, _demand_text(element, field))
    members = list(elements_of(element.model))
    if not inner:
        offered = "、".join(f"{element.name}.{each.name}" for each in members if _is_free_text(each))
        zh = f"{element.label}是清单，请写明隐去其中哪一项：{offered}。"
        raise _refused(field, "whole-list", zh, f"{element.name} is a list: name a member of its entries.")
    return Target(kind, element, _demand_text(_named(members, inner, element.label), field))


def _named(elements: list[Element], name: str, where: str) -> Element:
    found = next((each for each in elements if name in (each.name, each.label)), None)
    if found is not None:
        return found
    near = next(iter(nearest(name, [word for each in elements for word in (each.name, each.label)])), None)
    zh = f"{where}没有名为“{name[:60]}”的要素。" + (f"是否为 {near}？" if near else "")
    raise _refused(name[:60], "unknown-element", zh, f"There is no element {name[:60]!r}.", near)


def _demand_text(element: Element, field: str) -> Element:
    if _is_free_text(element):
        return element
    zh = f"{element.label}（{element.name}）是编码、代码、数字、日期或是否，不是文字，不能隐去；写错了请用变更单改正。"
    raise _refused(field, "not-free-text", zh, f"{element.name} is no free text; correct it with a change set.")


def _is_free_text(element: Element) -> bool:
    """What identifies an object is text as well, and told by how it is called."""
    is_key = element.pattern is not None or element.name.rpartition("_")[2] in IDENTIFYING
    return element.kind in ("text", "texts") and not element.derived and not is_key


def _refused(field: str, rule: str, zh: str, en: str, near: str | None = None) -> NotRedactable:
    told = fault(zh, en, pointer="/field", value=field, rule=rule, suggestion=near)
    return NotRedactable(Message(zh, en), faults=[told])


def is_marked(value: object) -> bool:
    """Whether a redaction overwrote anything of a value."""
    if isinstance(value, Mapping):
        return any(map(is_marked, value.values()))
    if isinstance(value, list | tuple):
        return any(map(is_marked, value))
    return isinstance(value, str) and MARK in value
