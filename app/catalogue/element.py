"""What an element is: its names elsewhere, its kind, and the column it becomes. Knows kinds, not elements."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from inspect import get_annotations
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from sqlalchemy import Boolean, Column, Integer
from sqlalchemy.types import TypeEngine

from app.db import CodeSet, DayText, Json, PlainText
from app.errors import Message

Kind = Literal["text", "number", "flag", "date", "code", "codes", "texts", "list"]


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a catalogued object.

    `label` is the Chinese name of the standard, `exchange` the column of the national exchange tables, `codes` the key
    of its code list. `required` marks what a complete guide states: a rule, never NOT NULL. `summary` elements stand
    in lists. `derived` elements are computed from the others and never given. `pattern` is what a code must look like
    in full; `never` says why a yes is refused; `note` what the label leaves open.
    """

    label: str
    exchange: str | None = None
    codes: str | None = None
    required: bool = False
    summary: bool = False
    derived: bool = False
    also: tuple[str, ...] = ()
    pattern: str | None = None
    never: Message | None = None
    note: str | None = None
    name: str = ""
    kind: Kind = "text"
    section: str = ""
    model: type[BaseModel] | None = None

    @property
    def filterable(self) -> bool:
        return self.kind not in ("texts", "list")

    @property
    def described(self) -> str:
        return f"{self.label}：{self.note}" if self.note else self.label

    @property
    def multi_valued(self) -> bool:
        return self.kind in ("codes", "texts", "list")

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header a spreadsheet may give this element: API field, Chinese label, exchange column."""
        return tuple(dict.fromkeys(name for name in (self.name, self.label, self.exchange, *self.also) if name))


def elements_of(model: type[BaseModel]) -> Iterator[Element]:
    """The elements a model declares, in order; the section is the title of the class that declares them."""
    sections = {
        name: getattr(base, "section", "") for base in reversed(model.__mro__) for name in get_annotations(base)
    }
    for name, field in model.model_fields.items():
        for mark in field.metadata:
            if isinstance(mark, Element):
                kind, inner = kind_of(field.annotation, mark)
                yield replace(mark, name=name, kind=kind, model=inner, section=sections[name])


SCALARS: dict[type, Kind] = {bool: "flag", int: "number", date: "date", str: "text"}


def kind_of(annotation: Any, mark: Element) -> tuple[Kind, type[BaseModel] | None]:
    given = [part for part in get_args(annotation) if part is not NoneType]
    bare = given[0] if isinstance(annotation, UnionType) and given else annotation
    if get_origin(bare) is not tuple:
        return ("code" if mark.codes else SCALARS[bare]), None
    inner = get_args(bare)[0]
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        return "list", inner
    return ("codes" if mark.codes else "texts"), None


COLUMN_TYPES: dict[Kind, TypeEngine[Any]] = {
    "text": PlainText,
    "code": PlainText,
    "number": Integer(),
    "flag": Boolean(),
    "date": DayText(),
    "codes": CodeSet(),
    "texts": Json,
    "list": Json,
}


def columns_of(model: type[BaseModel]) -> list[Column[Any]]:
    """A nullable column for every element; only what the model itself demands (`name`, the key) is NOT NULL."""
    return [
        Column(element.name, COLUMN_TYPES[element.kind], nullable=not model.model_fields[element.name].is_required())
        for element in elements_of(model)
    ]
