"""Evidence that a claim of an item is so: which elements can have it, and what of it is kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from app.catalogue.element import Element
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.catalogue.params import NOT_STATED
from app.catalogue.versions import history
from app.db import Record
from app.errors import Fault, Malformed, Message, fault
from app.filters.properties import nearest
from app.quality.verification.schemas import EvidenceGiven

PROVABLE = {each.name: each for each in ITEM.given.values() if each.kind in ("flag", "code", "codes")}
BY_ANY_NAME = {each.label: each for each in PROVABLE.values()} | PROVABLE

EARLIEST = date(2000, 1, 1)  # No page of a government office is older.


class EvidenceUnfit(Malformed):
    slug, title = "evidence-unfit", Message("佐证有误", "The evidence does not fit")


@dataclass(frozen=True, slots=True)
class Seen:
    """What was given as evidence, the day on which it was seen, and what the item stated then; null where it did not hold."""

    given: EvidenceGiven
    on: date
    stated: Mapping[str, Any] | None


def seen(
    connection: Connection, item: int, given: Sequence[EvidenceGiven], checker: str, moment: Moment
) -> list[dict[str, object]]:
    """The evidence as it is kept, with what the elements said on its day: seen today, by `checker`, unless it says.

    Raises EvidenceUnfit with all that is wrong and where.
    """
    columns = [ITEM.table.c[name] for name in (*PROVABLE, "valid_from", "valid_to")]
    held = connection.execute(history(ITEM, moment, columns).where(ITEM.table.c.id == item)).all()
    days = [each.checked_on or moment.as_of for each in given]
    looked_at = [Seen(each, day, _stated(held, day)) for each, day in zip(given, days, strict=True)]
    faults = list(_faults(looked_at, moment.as_of))
    if faults:
        raise EvidenceUnfit(faults[0].detail, faults=faults)
    return [_kept(each, checker) for each in looked_at]


def _stated(held: Sequence[Record], day: date) -> Mapping[str, Any] | None:
    return next((dict(row._mapping) for row in held if row.valid_from <= day < row.valid_to), None)


def _kept(each: Seen, checker: str) -> dict[str, object]:
    given, name = each.given, BY_ANY_NAME[each.given.element].name
    value = written((each.stated or {}).get(name))
    return {
        "element": name,
        "value": value,
        "url": given.url,
        "checked_on": each.on,
        "checker": given.checker or checker,
    }


def written(value: object) -> str:
    """A value as text: true, false, a code, codes with commas between them."""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _faults(looked_at: Sequence[Seen], today: date) -> Iterator[Fault]:
    named: set[str] = set()
    for place, each in enumerate(looked_at):
        word, pointer = each.given.element, f"/evidence/{place}"
        element = BY_ANY_NAME.get(word)
        if element is None:
            yield _not_provable(word, f"{pointer}/element")
            continue
        if element.name in named:
            zh, en = f"{element.label}的佐证写了两条，请只留一条。", f"{element.name} has evidence twice; leave one."
            yield fault(zh, en, pointer=f"{pointer}/element", value=word, rule="twice")
        named.add(element.name)
        yield from _about_day(element, each, today, pointer)


def _about_day(element: Element, each: Seen, today: date, pointer: str) -> Iterator[Fault]:
    day = str(each.on)
    if each.on > today:
        zh, en = f"核对日期 {day} 还没有到。", f"{day} lies in the future."
        yield fault(zh, en, pointer=f"{pointer}/checked_on", value=day, rule="in-the-future")
    elif each.on < EARLIEST:
        zh = f"核对日期 {day} 太早，应不早于 {EARLIEST}，请核对年份。"
        en = f"{day} is before {EARLIEST}."
        yield fault(zh, en, pointer=f"{pointer}/checked_on", value=day, rule="too-early")
    elif each.stated is None:
        zh = f"这个事项 {day} 不在目录里，那天没有可以佐证的内容。请核对日期。"
        en = f"The catalogue did not have the item on {day}: there was nothing to show. Check the day."
        yield fault(zh, en, pointer=f"{pointer}/checked_on", value=day, rule="not-held")
    elif each.stated[element.name] is None:
        zh = f"这个事项 {day} 没有填{element.label}，没有可以佐证的内容。请核对日期，或者先填写并发布。"
        en = f"The item did not state {element.name} on {day}: there is nothing to show. Publish a value first."
        yield fault(zh, en, pointer=f"{pointer}/element", value=NOT_STATED, rule="not-stated")


def _not_provable(word: str, pointer: str) -> Fault:
    near = next((BY_ANY_NAME[each].name for each in nearest(word, BY_ANY_NAME)), None)
    shown, known = word[:60], ITEM.elements.get(word) or ITEM.by_label.get(word)
    why = "不是是否类或代码类的要素，不能有佐证" if known else "不是要素"
    zh = f"“{shown}”{why}。" + (f"是否为 {near}？" if near and not known else "")
    en = f"{shown!r} is no yes/no or coded element." + (f" Did you mean {near!r}?" if near and not known else "")
    return fault(zh, en, pointer=pointer, value=shown, rule="not-provable", suggestion=None if known else near)
