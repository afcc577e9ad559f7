"""Evidence that a claim of an item is so: which elements can have it, and what of it is kept."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from app.catalogue.element import Element
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.catalogue.params import NOT_STATED
from app.catalogue.versions import versions
from app.errors import Fault, Malformed, Message, fault
from app.filters.properties import nearest
from app.quality.verification.schemas import EvidenceGiven

PROVABLE = {each.name: each for each in ITEM.given.values() if each.kind in ("flag", "code", "codes")}
BY_ANY_NAME = {each.label: each for each in PROVABLE.values()} | PROVABLE

EARLIEST = date(2000, 1, 1)  # No page of a government office is older.


class EvidenceUnfit(Malformed):
    slug, title = "evidence-unfit", Message("佐证有误", "The evidence does not fit")


def seen(
    connection: Connection, item: int, given: Sequence[EvidenceGiven], checker: str, moment: Moment
) -> list[dict[str, object]]:
    """The evidence as it is kept, with what the elements say at the moment: seen today, by `checker`, unless it says.

    Raises EvidenceUnfit with all that is wrong and where.
    """
    held = versions(ITEM, moment, [ITEM.table.c[name] for name in PROVABLE]).where(ITEM.table.c.id == item)
    values = dict(connection.execute(held).one()._mapping)
    faults = list(_faults(given, values, moment.as_of))
    if faults:
        raise EvidenceUnfit(faults[0].detail, faults=faults)
    return [
        {
            "element": (name := BY_ANY_NAME[each.element].name),
            "value": written(values[name]),
            "url": each.url,
            "checked_on": each.checked_on or moment.as_of,
            "checker": each.checker or checker,
        }
        for each in given
    ]


def written(value: object) -> str:
    """A value as text: true, false, a code, codes with commas between them."""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _faults(given: Sequence[EvidenceGiven], values: Mapping[str, Any], today: date) -> Iterator[Fault]:
    named: set[str] = set()
    for place, each in enumerate(given):
        pointer, element = f"/evidence/{place}", BY_ANY_NAME.get(each.element)
        if element is None:
            yield _not_provable(each.element, f"{pointer}/element")
            continue
        if element.name in named:
            zh, en = f"{element.label}的佐证写了两条，请只留一条。", f"{element.name} has evidence twice; leave one."
            yield fault(zh, en, pointer=f"{pointer}/element", value=each.element, rule="twice")
        named.add(element.name)
        yield from _about_value(element, values[element.name], f"{pointer}/element")
        if each.checked_on is not None:
            yield from _about_day(each.checked_on, today, f"{pointer}/checked_on")


def _about_day(day: date, today: date, pointer: str) -> Iterator[Fault]:
    if day > today:
        zh, en = f"核对日期 {day} 还没有到。", f"{day} lies in the future."
        yield fault(zh, en, pointer=pointer, value=str(day), rule="in-the-future")
    elif day < EARLIEST:
        zh = f"核对日期 {day} 太早，应不早于 {EARLIEST}，请核对年份。"
        yield fault(zh, f"{day} is before {EARLIEST}.", pointer=pointer, value=str(day), rule="too-early")


def _about_value(element: Element, value: object, pointer: str) -> Iterator[Fault]:
    if value is None:
        zh = f"这个事项没有填{element.label}，没有可以佐证的内容。请先填写并发布。"
        en = f"The item does not state {element.name}: there is nothing to show. Publish a value first."
        yield fault(zh, en, pointer=pointer, value=NOT_STATED, rule="not-stated")


def _not_provable(word: str, pointer: str) -> Fault:
    near = next((BY_ANY_NAME[each].name for each in nearest(word, BY_ANY_NAME)), None)
    shown, known = word[:60], ITEM.elements.get(word) or ITEM.by_label.get(word)
    why = "不是是否类或代码类的要素，不能有佐证" if known else "不是要素"
    zh = f"“{shown}”{why}。" + (f"是否为 {near}？" if near and not known else "")
    en = f"{shown!r} is no yes/no or coded element." + (f" Did you mean {near!r}?" if near and not known else "")
    return fault(zh, en, pointer=pointer, value=shown, rule="not-provable", suggestion=None if known else near)
