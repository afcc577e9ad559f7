"""Rows as the API shows them: open ends as null, links as absolute paths."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from orjson import Fragment
from pydantic import BaseModel, ConfigDict, Field, create_model

from app.catalogue.addresses import item_address, item_url, pins
from app.catalogue.moments import Moment, in_shanghai
from app.catalogue.objects import ITEM, OPEN_DAY, ObjectType
from app.catalogue.schemas import EvidenceSeen, Facet
from app.catalogue.virtual import BEFORE_ELEMENTS, LIST_ELEMENTS
from app.db import Record
from app.json_rows import ready
from app.pages import link


def open_end(day: object) -> object:
    """The API writes an open end as null."""
    return None if day == OPEN_DAY else day


def summaries(rows: Sequence[Record], moment: Moment, *, addressed: bool = True) -> list[Fragment]:
    """Items as the database wrote them, with their addresses."""
    if not addressed:
        return [ready(row.written) for row in rows]
    dates = pins(moment.as_of, moment)
    return [ready(row.written, {"url": item_address(row.code, row.division_code, dates)}) for row in rows]


def detail(row: Record, moment: Moment) -> Fragment:
    """An item as the database wrote it, with the dates and addresses of the answer."""
    dates = pins(moment.as_of, moment)
    addresses = {
        "versions_url": item_address(row.code, row.division_code, dates, "/versions"),
        "url": item_address(row.code, row.division_code, dates),
    }
    return ready(row.written, moment.stated | addresses)


def item_versions(rows: Sequence[Record], moment: Moment) -> list[dict[str, object]]:
    return [_version(row, before, moment) for row, before in zip(rows, [None, *rows], strict=False)]


def _version(row: Record, before: Record | None, moment: Moment) -> dict[str, object]:
    changed = [] if before is None else [n for n in ITEM.given if row._mapping[n] != before._mapping[n]]
    return {
        "version": row.version,
        "code": row.code,
        "name": row.name,
        "status": row.status,
        "department_code": row.department_code,
        "valid_from": row.valid_from,
        "valid_to": open_end(row.valid_to),
        "made_in": row.made_in,
        "made_at": in_shanghai(row.made_at),
        "change_set": row.change_set,
        "changed": changed,
        "url": item_url(row, row.valid_from, moment),
    }


def catalogued(kind: ObjectType, path: str, row: Record, moment: Moment) -> dict[str, object]:
    url = link(f"{path}/{row._mapping[kind.key]}", **moment.pinned)
    return {**row._mapping, "valid_to": open_end(row.valid_to), "url": url}


# The models below only describe: answers are written from rows to bytes.

DATES: Mapping[str, Any] = {
    "as_of": (str, Field(description="哪一天的情况")),
    "known_at": (str | None, Field(description="按何时所知")),
    "revision": (int, Field(description="目录的版次")),
    "note": (str | None, Field(description="那时目录还不知道什么；知道时没有这一项", default=None)),
}
SPAN: Mapping[str, Any] = {
    "valid_from": (str, Field(description="生效日期")),
    "valid_to": (str | None, Field(description="失效日期（不含），空为长期")),
}


def _fields(kind: ObjectType, *, summary_only: bool) -> dict[str, Any]:
    declared = kind.content.model_fields
    return {
        name: (declared[name].annotation, Field(description=element.described))
        for name, element in kind.elements.items()
        if element.summary or not summary_only
    }


NAMED: Mapping[str, Any] = {
    "id": (int, ...),
    "department_name": (str | None, ...),
    "version": (int, ...),
    "made_in": (int, ...),
}
TOLD: Mapping[str, Any] = {"codes": list[str], "flag": bool | None, "number": int | None, "code": str | None}
# What only a list says of an item, where `fields` asks for it.
ALSO: Mapping[str, Any] = {
    "effective_from": (str, Field(description="计划生效日期")),
    "effective_to": (str | None, Field(description="计划取消日期")),
    "department_uscc": (str, Field(description="实施主体统一社会信用代码")),
    "verified_on": (str | None, Field(description="最近核实日期，空为从未核实")),
    "days_since_verification": (int | None, Field(description="距上次核实天数：as_of 减最近核实日期，空为从未核实")),
    "has_dead_link": (bool, Field(description="有无失效链接")),
    "has_online_evidence": (bool, Field(description="网办有无佐证：是否网办最近的佐证与现在填的一致")),
    **{each.name: (TOLD[each.kind], Field(description=each.described)) for each in (*LIST_ELEMENTS, *BEFORE_ELEMENTS)},
}
# What one item says beside its elements.
CONFIRMED: Mapping[str, Any] = {
    "verified_on": ALSO["verified_on"],
    "verified_by": (str | None, Field(description="谁核实的")),
    "evidence": (dict[str, EvidenceSeen], Field(description="佐证：要素 = 最近的一条")),
    "lists": ALSO["lists"],
}


def _nothing_required(schema: dict[str, Any]) -> None:
    """Every member may be absent, though none is null for that."""
    del schema["required"]


@cache
def listed_model() -> type[BaseModel]:
    """An item of a list: of all that can be said of it, what `fields` asks for."""
    members = {**_fields(ITEM, summary_only=False), **NAMED, **SPAN, **ALSO, "url": (str, ...)}
    config = ConfigDict(json_schema_extra=_nothing_required)
    return create_model("ItemSummary", __config__=config, __doc__=LISTED, **members)


LISTED = "An item of a list: the elements that `fields` asks for; without it those that lists show."


@cache
def detail_model() -> type[BaseModel]:
    links = {"versions_url": (str, ...), "url": (str, ...)}
    members = {**_fields(ITEM, summary_only=False), **NAMED, **SPAN, **CONFIRMED, **DATES, **links}
    return create_model("ItemDetail", **members)


@cache
def object_model(kind: ObjectType) -> type[BaseModel]:
    name = "".join(part.capitalize() for part in kind.name.split("_"))
    return create_model(name, **{"id": (int, ...), **_fields(kind, summary_only=False), **SPAN, "url": (str, ...)})


@cache
def dated_model(kind: ObjectType) -> type[BaseModel]:
    return create_model(f"{object_model(kind).__name__}Detail", __base__=object_model(kind), **DATES)


@cache
def page_model(kind: ObjectType) -> type[BaseModel]:
    entry = listed_model() if kind is ITEM else object_model(kind)
    fields: dict[str, Any] = {"items": (list[entry], ...), "total": (int, ...), "next": (str | None, ...), **DATES}  # type: ignore[valid-type]
    if kind is ITEM:
        fields["base_as_of"] = (str | None, Field(None, description="比较日；没有给时没有这一项"))
        fields["facets"] = (
            dict[str, Facet] | None,
            Field(None, description="各值的事项数；没有要 facets 时没有这一项"),
        )
    return create_model(f"{entry.__name__}Page", **fields)


class ItemVersion(BaseModel):
    """One version of an item: from when until when, by which revision, what changed against the one before."""

    version: int
    code: str
    name: str
    status: str | None
    department_code: str
    valid_from: str
    valid_to: str | None
    made_in: int
    made_at: str
    change_set: int
    changed: list[str]
    url: str


class ItemVersions(BaseModel):
    """All versions of an item known at a revision."""

    id: int
    items: list[ItemVersion]
    total: int
    known_at: str | None
    revision: int
