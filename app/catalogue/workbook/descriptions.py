"""What is said of each column of a workbook: what it means, what may be written in it, whether it has to be."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from app.catalogue.code_lists import labels
from app.catalogue.element import Element, Kind
from app.catalogue.objects import ITEM
from app.catalogue.values import NONE
from app.catalogue.workbook import layout

DERIVED = "由系统算出，不能填写；导入前请删去这一列。"
NOT_ASKED = "不用填"
# In front of what an entry says, and behind it; the names keep apart what an entry says under the same ones.
KEYS = (
    Element(layout.CODE, name="item_code", required=True),
    Element(layout.DIVISION, name="item_division_code"),
    Element(layout.NAME, name="item_name"),
    Element(layout.PLACE, name="place", kind="number"),
)
REMOVE = Element(layout.REMOVE, name="remove", kind="flag")


@dataclass(frozen=True, slots=True)
class Described:
    """`duty` says whether anything has to be written."""

    element: Element
    meaning: str
    duty: str

    @property
    def choices(self) -> Sequence[str]:
        """What may be written, where there is a list of it."""
        return _choices(self.element) if self.asks else ()

    @property
    def asks(self) -> str:
        """What may be written, in short: where there are choices they are offered beside it. Nothing of what is computed."""
        return "" if self.duty == NOT_ASKED else ASKS[self.element.kind](self.element)

    @property
    def takes(self) -> str:
        """What may be written, every choice included."""
        listed = "、".join(self.choices)
        return f"{self.asks}：{listed}" if self.choices and self.element.codes else self.asks


def of_item(element: Element) -> Described:
    meaning = DERIVED if element.name in ITEM.elements and element.derived else _texts()["item"][element.name]
    return Described(element, meaning, _duty(element, ITEM.demanded))


def of_entry(listed: Element) -> Sequence[Described]:
    """The columns of the sheet of a list, in order."""
    known = {**_texts()["entry"], **_texts()[listed.name]}
    fields = listed.model.model_fields if listed.model else {}
    demanded = (KEYS[0].name, *(name for name, field in fields.items() if field.is_required()))
    elements = (*KEYS, *layout.entry_elements(listed), REMOVE)
    return [Described(each, known[each.name], _duty(each, demanded)) for each in elements]


def notes() -> Sequence[str]:
    """What holds for the whole workbook."""
    return tuple(_texts()["notes"])


@cache
def _texts() -> Mapping[str, Any]:
    return tomllib.loads(files("app.catalogue.workbook").joinpath("meanings.toml").read_text(encoding="utf-8"))


def _duty(element: Element, demanded: Sequence[str]) -> str:
    if element.name in demanded:
        return "必填"
    if element.required:
        return "应填"
    return NOT_ASKED if element.derived and element.name != "department_name" else "可填"


def _choices(element: Element) -> Sequence[str]:
    """What a cell of the element may hold, each for itself; nothing where that can't be listed."""
    if element is REMOVE:
        return ("是",)
    if element.kind == "flag":
        return ("否",) if element.never else ("是", "否")
    named = tuple(labels(element.codes).values()) if element.codes else ()
    return (*named, NONE) if element.kind == "codes" and NONE not in named else named


def _flag(element: Element) -> str:
    if element is REMOVE:
        return "是，或空着"
    return "否，或空着" if element.never else "是 或 否；不知道的空着，不要写否"


def _codes(element: Element) -> str:
    none = "[]" if NONE in labels(element.codes or "").values() else NONE
    return f"从下拉列表中选；有几个的，用顿号分开写；没有任何一个，写 {none}"


ASKS: Mapping[Kind, Callable[[Element], str]] = {
    "text": lambda _: "文字",
    "number": lambda _: "整数，0 或更大，不带单位",
    "date": lambda _: "日期，如 2024-06-30",
    "flag": _flag,
    "code": lambda _: "从下拉列表中选一个",
    "codes": _codes,
    "texts": lambda _: "文字；有几个的，用分号分开",
}
