"""How many items have each value of an element, under all the other conditions of a list."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from sqlalchemy import Connection, func

from app.catalogue import search
from app.catalogue.before import looking_once
from app.catalogue.code_lists import labels
from app.catalogue.divisions import division_names
from app.catalogue.element import Element
from app.catalogue.moments import Moment
from app.catalogue.objects import DEPARTMENT, ITEM
from app.catalogue.ordering import properties
from app.catalogue.params import FILTERABLE, NOT_STATED, ItemQuestion, names_in, unknown_element
from app.catalogue.values import reader, value_label
from app.catalogue.versions import Asked, at, versions
from app.db import Prepared, built_once
from app.errors import Malformed, Message, fault, refused
from app.filters import quoted
from app.pages import link, refuse_long_links

MOST_FACETS = 10
MOST_VALUES = 1000
MOST_STORED = 20_000  # Combinations of the codes of one element.
NONE = ""  # Of a multi-valued element: it states that there is none, which is not the same as not stated.
FEWER = Message("减少 facets", "count fewer elements")
NOT_FILLED = "未填"
Value: TypeAlias = str | int | bool | None


class TooManyValues(Malformed):
    slug, title = "too-many-values", Message("取值太多", "Too many values")


def read_facets(text: str | None) -> tuple[Element, ...]:
    """`task_type,是否网办` as elements, each once. Raises Malformed for what can't be counted by value."""
    if text is None:
        return ()
    named = {element.label: element for element in FILTERABLE.values()} | dict(FILTERABLE)
    names = names_in("facets", text)
    for name in names:
        if name not in named and name in properties():
            zh = f"不能按“{name}”各值计数：只能按事项自己的单值要素或多值代码。可以用 filter 限定它。"
            raise refused("facets", name, "not-countable", Message(zh, f"The values of {name} can't be counted."))
        if name not in named:
            raise unknown_element("facets", name, {word: element.name for word, element in named.items()})
    wanted = tuple(dict.fromkeys(named[name] for name in names))
    if len(wanted) > MOST_FACETS:
        zh = f"参数 facets 最多 {MOST_FACETS} 个要素，现在有 {len(wanted)} 个。"
        raise refused("facets", text, "too-many-facets", Message(zh, f"facets takes at most {MOST_FACETS} elements."))
    return wanted


@built_once
def counting_values(element: Element, question: ItemQuestion, asked: Asked) -> Prepared:
    column = ITEM.table.c[element.name]
    counted = versions(ITEM, asked, [column, func.count()]).where(*question.conditions())
    return Prepared(looking_once(counted.group_by(column).limit(MOST_STORED + 1), asked))


def facets(
    connection: Connection, wanted: Sequence[Element], question: ItemQuestion, moment: Moment
) -> dict[str, object]:
    """By element: every value that occurs, most frequent first, with its name, its count and the address of its items.

    Raises TooManyValues for an element that has far too many to be listed, LinksTooLong where they all together repeat
    too long a question.
    """
    counted = {element: _counts(connection, element, question.without(element.name), moment) for element in wanted}
    pinned = (moment if question.looks_back else replace(moment, base=None)).pinned
    refuse_long_links(sum(map(len, counted.values())), len(link("", **question.parameters)), FEWER)
    return {
        element.name: _facet(
            element, counts, question.without(element.name), pinned, _names(connection, element, moment)
        )
        for element, counts in counted.items()
    }


def _counts(connection: Connection, element: Element, others: ItemQuestion, moment: Moment) -> Counter[Value]:
    statement = counting_values(element, others.shape, Asked(moment.latest))
    rows = statement.on(connection, {**at(moment), **search.given(others.words)}).all()
    counts: Counter[Value] = Counter()
    for stored, count in rows:
        for value in _values(element, stored):
            counts[value] += count
    if len(counts) > MOST_VALUES or len(rows) > MOST_STORED:
        raise _too_many(element)
    return counts


def _facet(
    element: Element,
    counts: Mapping[Value, int],
    others: ItemQuestion,
    pinned: Mapping[str, object],
    names: Callable[[Value], str | None],
) -> dict[str, object]:
    listed = sorted(counts.items(), key=lambda each: (-each[1], each[0] is None, each[0]))
    values = [
        {
            "value": value,
            "label": names(value),
            "count": count,
            "url": link("/v1/items", **_having(element, value, others), **pinned),
        }
        for value, count in listed
    ]
    return {"label": element.label, "multi_valued": element.multi_valued, "values": values}


def _values(element: Element, stored: Any) -> Sequence[Value]:
    """An item with several codes counts for each of them."""
    if element.kind != "codes":
        return (stored,)
    return (None,) if stored is None else tuple(stored) or (NONE,)


def _names(connection: Connection, element: Element, moment: Moment) -> Callable[[Value], str | None]:
    """What a clerk reads; of departments and divisions the name of the day."""
    names: Mapping[Any, str] = labels(element.codes) if element.codes else {}
    if element.name == "department_code":
        columns = DEPARTMENT.table.c
        names = dict(connection.execute(versions(DEPARTMENT, moment, [columns.code, columns.name])).all())
    if element.name == "division_code":
        names = division_names(connection, moment)

    def name(value: Value) -> str | None:
        if value is None:
            return NOT_FILLED
        return names.get(value) or ("无" if value == NONE else value_label(replace(element, codes=None), value))

    return name


def _having(element: Element, value: Value, others: ItemQuestion) -> dict[str, object]:
    """The parameters of the items with the value: the element's own, or a condition for what it can't say."""
    asked = others.parameters
    if value is None:
        return {**asked, element.name: NOT_STATED}
    text = str(value).lower() if isinstance(value, bool) else str(value)
    sayable = element.kind != "text" or (text != NOT_STATED and reader(element)(text) == text)
    if sayable and value != NONE:
        return {**asked, element.name: text}
    condition = f"A_EQUALS({element.name}, ())" if element.kind == "codes" else f"{element.name} = {quoted(text)}"
    return {**asked, "filter": f"({others.filter}) AND {condition}" if others.filter else condition}


def _too_many(element: Element) -> TooManyValues:
    zh = f"{element.label}（{element.name}）的取值超过 {MOST_VALUES} 种，不能逐个计数。请先用 filter、within 或 q 缩小范围，或换一个要素。"
    en = f"{element.name} has more than {MOST_VALUES} values here. Narrow the list, or count another element."
    told = fault(zh, en, parameter="facets", value=element.name, rule="too-many-values")
    return TooManyValues(Message(zh, en), faults=[told])
