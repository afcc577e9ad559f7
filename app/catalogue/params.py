"""What `GET /v1/items` may be asked: dates, a division, CQL2, and every filterable element as a parameter."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, literal, or_
from starlette.datastructures import QueryParams

from app.catalogue import search
from app.catalogue.comparing import of_base
from app.catalogue.element import Element
from app.catalogue.objects import ITEM, ObjectType
from app.catalogue.properties import item_filters, within_division
from app.catalogue.values import reader
from app.db import CodeSet
from app.errors import Malformed, Message, refused
from app.files.problems import CellProblem
from app.filters.expressions import holds
from app.filters.properties import nearest
from app.pages import DEFAULT_LIMIT, MAX_LIMIT
from app.parameters import NAMES

NOT_STATED = "null"
COVERED = frozenset({"department_code", "task_type", "is_online", "status"})
FILTERABLE: Mapping[str, Element] = {element.name: element for element in ITEM.elements.values() if element.filterable}
MANY_VALUES = 500
MOST_ASKED_AGAIN = 500  # Characters.

BASE_DAY = "比较日，年-月-日，早于 as_of：比较日申请材料数一类的要素（…_before）说的是哪一天，按同一 known_at 所知"
GENERAL = {
    "within": "行政区划代码：该区划及其下级全部，如 440000",
    "filter": "CQL2 文本，如 is_online = true AND promised_limit > statutory_limit；要素可用中文名称",
    "q": "要找的词，空格分开为都要有：在事项名称、别名、主项名称、部门名称里找，最合的排在前面",
    "sort": "排序：要素名，减号为从大到小，逗号分开，如 -promised_limit,name；未填的在最后，最后按编码",
    "fields": "只要哪些要素，逗号分开，如 code,name,materials,url；默认为清单的要素",
    "sections": "只要哪些节的要素，逗号分开，如 标识,子清单；只用于文件，不与 fields 同时写",
    "facets": "按哪些要素各值计数，逗号分开，如 task_type,is_online；每个要素不受它自己的条件限制",
    "as_of": "哪一天的清单（年-月-日），默认今天",
    "known_at": "按何时所知：一天、带时区的时刻或版次号，默认最新",
    "base_as_of": BASE_DAY,
    "limit": f"每页条数，默认 {DEFAULT_LIMIT}，最多 {MAX_LIMIT}；文件为只要前多少行，不写为全部，多少都行",
    "cursor": "上一页给出的游标",
    "format": "json 是一页；csv、ndjson、xlsx 是全部行的文件（有 limit 时是前几行）；不写则看 Accept，默认 json",
}
SCHEMAS: Mapping[str, dict[str, Any]] = {
    "format": {"type": "string", "enum": ["json", "csv", "ndjson", "xlsx"]},
    "flag": {"type": "string", "enum": ["true", "false", NOT_STATED]},
    "number": {"type": "string", "pattern": r"^(\d+|null)$"},
}


@dataclass(frozen=True, slots=True)
class ItemQuestion:
    """Which items are asked for, apart from the dates and the page."""

    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    within: str | None = None
    filter: str | None = None
    words: tuple[str, ...] = ()

    @property
    def is_long(self) -> bool:
        """Whether so much is asked that nobody asks it again (see `app.db.built_once`)."""
        texts = (self.filter or "", *(value for _, values in self.values for value in values))
        return sum(map(len, texts)) > MOST_ASKED_AGAIN

    @property
    def looks_back(self) -> bool:
        """Whether its filter is about a base day too. Raises FilterError."""
        return bool(of_base(self.filter))

    @property
    def shape(self) -> "ItemQuestion":
        """The question as far as its statement depends on it: not on the words themselves."""
        return replace(self, words=search.shape(self.words)) if self.words else self

    def without(self, name: str) -> "ItemQuestion":
        """The question without what it asks of one element by its parameter."""
        return replace(self, values=tuple(each for each in self.values if each[0] != name))

    @property
    def parameters(self) -> dict[str, object]:
        """The question as query parameters, in one order however it was asked."""
        values = {name: list(values) for name, values in self.values}
        return {**values, "within": self.within, "filter": self.filter, "q": " ".join(self.words) or None}

    @property
    def is_narrow(self) -> bool:
        """Whether an index leads straight to the items: a department and a type are named, and what it covers."""
        asked = {name: len(values) for name, values in self.values}
        plain = self.filter is None and self.within is None and not self.words and asked.keys() <= COVERED
        return plain and asked.get("department_code") == asked.get("task_type") == 1

    def conditions(self) -> list[ColumnElement[bool]]:
        """Of a shape, where it has words. Raises Malformed where a code, a division or the filter is wrong."""
        conditions = [one_of(FILTERABLE[name], values) for name, values in self.values]
        if self.within is not None:
            conditions.append(within_division(self.within))
        if self.filter:
            conditions.append(item_filters().condition(self.filter))
        return conditions + search.conditions(self.words)


def read_question(query: QueryParams) -> ItemQuestion:
    """The question of a request; parameters that are no element are read elsewhere."""
    names = sorted(name for name in query if name in FILTERABLE)
    values = tuple((name, tuple(sorted(query.getlist(name)))) for name in names)
    return ItemQuestion(values, query.get("within"), query.get("filter"), search.read_words(query.get("q")))


def one_of(element: Element, values: Sequence[str], kind: ObjectType = ITEM) -> ColumnElement[bool]:
    """The element has one of the values; `null` asks for what doesn't state it."""
    return among(kind.table.c[element.name], element, values)


def among(column: ColumnElement[Any], element: Element, values: Sequence[str]) -> ColumnElement[bool]:
    """As `one_of`, of an element that is computed. Raises Malformed where a value is wrong."""
    if len(values) > MANY_VALUES:
        raise _too_many(element, len(values))
    stated = [read_value(element, value) for value in values if value != NOT_STATED]
    conditions: list[ColumnElement[bool]] = [column.is_(None)] if NOT_STATED in values else []
    if element.kind == "codes":
        conditions += [holds(column, code) if code else column == literal((), CodeSet()) for code in stated]
    elif len(stated) == 1:
        conditions.append(column == stated[0])
    elif stated:
        conditions.append(column.in_(stated))
    return or_(*conditions)


def read_value(element: Element, text: str) -> Any:
    """One value of a parameter, "" for none of the codes. Raises Malformed with the rule and the nearest code."""
    try:
        value = reader(element)(text)
    except CellProblem as problem:
        raise _misread(element, text, problem) from None
    if value is None:
        zh = f"参数 {element.name} 没有值。要找没有填{element.label}的，请写 {element.name}={NOT_STATED}。"
        en = f"{element.name} has no value. To find what doesn't state it write {element.name}={NOT_STATED}."
        raise refused(element.name, text, "no-value", Message(zh, en))
    if isinstance(value, tuple) and len(value) > 1:
        raise _to_be_repeated(element, value)
    return next(iter(value), "") if isinstance(value, tuple) else value


def _misread(element: Element, text: str, problem: CellProblem) -> Malformed:
    """Several values in one, as `sort` and `fields` take them, are told how to be written."""
    zh, en = problem.message
    zh, en = f"参数 {element.name}：{zh}", f"{element.name}: {en}"
    if problem.rule == "not-a-flag":
        zh = f"参数 {element.name} 的值“{text[:40]}”不对：应为 true（是）、false（否）或 {NOT_STATED}（未填）。"
        en = f"{element.name} = {text[:40]!r} must be true, false or {NOT_STATED}."
    if parts := _several(element, text):
        return _to_be_repeated(element, parts)
    return refused(element.name, text, problem.rule, Message(zh[:300], en[:300]), problem.suggestion)


def _several(element: Element, text: str) -> list[str]:
    """The values that a text with commas holds, if each is right by itself."""
    parts = [part for part in re.split("[,，]", text) if part]
    read = reader(element)
    try:
        return [part for part in parts if read(part) is not None] if len(parts) > 1 else []
    except CellProblem:
        return []


def _to_be_repeated(element: Element, parts: Sequence[str]) -> Malformed:
    again = "&".join(f"{element.name}={part}" for part in parts[:5]) + ("&…" if len(parts) > 5 else "")
    message = Message(f"参数 {element.name} 一次给一个值，多个值请重复写：{again}。", f"Repeat the parameter: {again}.")
    return refused(element.name, ",".join(parts), "repeat-the-parameter", message)


def _too_many(element: Element, count: int) -> Malformed:
    zh = f"参数 {element.name} 给了 {count} 个值，最多 {MANY_VALUES} 个。请分几次查，或用 filter、within 说明条件，或下载整份清单（format=csv）。"
    en = f"{element.name} was given {count} values; at most {MANY_VALUES} are taken. Ask in portions, or export the list."
    return refused(element.name, str(count), "too-many-values", Message(zh, en))


def names_in(parameter: str, text: str) -> list[str]:
    """The names in a list of `sort`, `fields` or `facets`. Raises Malformed where there is none, or an empty one."""
    names = [name.strip() for name in text.split(",")]
    if all(name.removeprefix("-") for name in names):
        return names
    zh = f"参数 {parameter} 没有内容，或有多余的逗号。请写要素名，用逗号分开；不需要就去掉 {parameter}。"
    raise refused(parameter, text, "no-value", Message(zh, f"{parameter} is empty or has a comma too many."))


def unknown_element(parameter: str, name: str, known: Mapping[str, str]) -> Malformed:
    """`known` are the words that would do, with the API name of each."""
    near = next((known[word] for word in nearest(name, known)), None)
    zh = f"没有名为“{name[:60]}”的要素。" + (f"是否为 {near}？" if near else "全部要素见 /v1/elements。")
    en = f"There is no element {name[:60]!r}." + (f" Did you mean {near!r}?" if near else " See /v1/elements.")
    return refused(parameter, name, "unknown-element", Message(zh, en), near)


def openapi_parameters(names: Mapping[str, Collection[str]]) -> list[dict[str, Any]]:
    """The parameters as the OpenAPI document lists them, with the names that the text of some may hold."""
    general = [_described(name, text, dict(SCHEMAS.get(name, {"type": "string"}))) for name, text in GENERAL.items()]
    for parameter in general:
        if parameter["name"] in names:
            parameter["schema"][NAMES] = sorted(names[parameter["name"]])
    return general + [element_parameter(element) for element in FILTERABLE.values()]


def element_parameter(element: Element) -> dict[str, Any]:
    return _described(element.name, _says(element), _schema(element))


def _described(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _says(element: Element) -> str:
    listed = f"代码表 {element.codes}，代码或名称均可" if element.codes else None
    return "；".join(filter(None, (f"{element.label}，可重复（或）", listed, element.note)))


def _schema(element: Element) -> dict[str, Any]:
    return {"type": "array", "items": dict(SCHEMAS.get(element.kind, {"type": "string"}))}
