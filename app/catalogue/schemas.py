"""Reference data as it goes over the wire. These models only describe; answers are written straight to bytes."""

from typing import Annotated

from pydantic import BaseModel, Field, JsonValue


class Dated(BaseModel):
    """The dates that every answer carries."""

    as_of: str
    known_at: str | None
    revision: int
    note: Annotated[str | None, Field(description="所问的时间早于目录的记录时，说明从何时起才有")] = None


class EvidenceSeen(BaseModel):
    """Where somebody saw that an element of an item is so."""

    value: Annotated[str, Field(description="当时填的值：true、false 或代码，多个代码用逗号分开")]
    url: Annotated[str, Field(description="在哪里看到的")]
    checked_on: Annotated[str, Field(description="哪天看的")]
    checker: Annotated[str, Field(description="谁看的")]


class Division(BaseModel):
    """A division of GB/T 2260 in force on a day."""

    code: str
    name: str
    type: str | None
    level: Annotated[str, Field(description="province、prefecture 或 county")]
    parent_code: str | None
    successor_code: str | None
    valid_from: str
    valid_to: str | None


class FacetValue(BaseModel):
    """A value with the number of items that have it; null is not stated, "" that there is none of a list of codes."""

    value: str | int | bool | None
    label: str | None
    count: int
    url: Annotated[str, Field(description="正好这些事项的地址")]


class Facet(BaseModel):
    """The values of an element under all other conditions, the most frequent first."""

    label: str
    multi_valued: Annotated[bool, Field(description="一个事项可以有几个值，各值相加会多于事项数")]
    values: list[FacetValue]


class DivisionPage(Dated):
    items: list[Division]
    total: int
    next: str | None


class ElementOut(BaseModel):
    """An element as it is declared: API field, Chinese label, exchange column, kind, code list."""

    name: str
    label: str
    exchange: str | None
    section: str
    kind: str
    code_list: str | None
    required: bool
    derived: Annotated[bool, Field(description="由其他要素算出，不能填写")]
    note: Annotated[str | None, Field(description="名称没有说清的：怎样算出，何时为空")]
    filterable: Annotated[bool, Field(description="能不能写在 filter 里")]
    selectable: Annotated[bool, Field(description="能不能写在 fields 里，即清单和文件里能有")]
    headers: Annotated[list[str], Field(description="导入文件里可用的表头")]
    elements: Annotated[list["ElementOut"], Field(description="清单类要素每一项的要素")]


class ElementList(BaseModel):
    items: list[ElementOut]
    total: int


class CodeOut(BaseModel):
    """One code; `standing` differs from the list's where it is less sure than the rest."""

    code: str
    name_zh: str
    name_en: str | None
    standing: str


class CodeListOut(BaseModel):
    """A code list. `standing` says how far it is verified; "our proposal" has no published list behind it."""

    key: str
    name_zh: str
    multi_valued: bool
    standing: str
    note: str
    codes: list[CodeOut]
    variants: Annotated[list[dict[str, JsonValue]], Field(description="别处使用的另一套代码")]


class CodeLists(BaseModel):
    items: list[CodeListOut]
    total: int
