"""Statements over items and the other catalogued objects."""

from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Text, bindparam, case, func, literal, select, tuple_

from app.catalogue.codes import NATIONAL_LENGTHS
from app.catalogue.moments import Moment, revision, with_newest
from app.catalogue.objects import ITEM, OPEN_DAY, ObjectType
from app.catalogue.params import ItemQuestion
from app.catalogue.properties import department_name, valid_until
from app.catalogue.versions import Asked, at, ever, history, versions
from app.db import PlainText, Prepared, Record, Statement
from app.errors import Conflict, Gone, Message, NotFound
from app.json_rows import json_object


class ItemNotFound(NotFound):
    slug, title = "item-not-found", Message("没有这个事项", "No such item")


class ItemCancelled(Gone):
    slug, title = "item-cancelled", Message("事项已取消", "The item is cancelled")


class CodeIsAmbiguous(Conflict):
    slug, title = "ambiguous-code", Message("编码不唯一", "The code is not unique")


def summary(asked: Asked) -> dict[str, ColumnElement[Any]]:
    """What a list says of each item; `dates` is filled in when the statement runs."""
    columns = ITEM.table.c
    stated = {element.name: columns[element.name] for element in ITEM.elements.values() if element.summary}
    return {"id": columns.id, **stated, **_held_as(asked), "url": _address()}


def detail(asked: Asked) -> dict[str, ColumnElement[Any]]:
    """What is said of one item: all its elements."""
    columns = ITEM.table.c
    stated = {name: columns[name] for name in ITEM.elements}
    return {"id": columns.id, **stated, **_held_as(asked), "made_in": columns.made_in}


def _held_as(asked: Asked) -> dict[str, ColumnElement[Any]]:
    columns = ITEM.table.c
    named, until = department_name(asked), valid_until()
    return {"department_name": named, "version": columns.version, "valid_from": columns.valid_from, "valid_to": until}


def _address() -> ColumnElement[str]:
    """`item_address`, as the database writes it."""
    columns = ITEM.table.c
    whose = case((func.length(columns.code).in_(NATIONAL_LENGTHS), ""), else_="&division_code=" + columns.division_code)
    return literal("/v1/items/") + columns.code + bindparam("dates", type_=Text()) + whose


# Statements are built once for each question and kept: with so many columns, building costs more than running.


@lru_cache(maxsize=256)
def counting(question: ItemQuestion, asked: Asked) -> Prepared:
    columns = ITEM.table.c
    counted = columns.valid_from < columns.valid_to  # always so; named for the index that serves counts
    return Prepared(versions(ITEM, asked, [func.count()]).where(counted, *question.conditions()))


@lru_cache(maxsize=256)
def listing(question: ItemQuestion, asked: Asked, *, beyond: bool) -> Prepared:
    """A page in order of code; `beyond` begins it after the (code, id) given as `after_code`, `after_id`."""
    columns = ITEM.table.c
    shown = [json_object(summary(asked)).label("written"), columns.code, columns.id]
    statement = versions(ITEM, asked, shown).where(*question.conditions())
    if beyond:
        after = tuple_(bindparam("after_code", type_=PlainText), bindparam("after_id", type_=Integer()))
        statement = statement.where(tuple_(columns.code, columns.id) > after)
    return Prepared(statement.order_by(columns.code, columns.id).limit(bindparam("rows", type_=Integer())))


@cache
def one_by(column: str, asked: Asked, *, in_division: bool) -> Prepared:
    return Prepared(_one_by(column, asked, in_division=in_division))


@cache
def one_now(*, in_division: bool) -> Prepared:
    """The item that has the code today, with the newest revision."""
    return Prepared(with_newest(_one_by("code", Asked(latest=True), in_division=in_division)))


def _one_by(column: str, asked: Asked, *, in_division: bool) -> Statement:
    """The item whose column has the value `wanted`, as JSON, with what its address is made of."""
    columns = ITEM.table.c
    shown = [json_object(detail(asked)).label("written"), columns.id, columns.code, columns.division_code]
    statement = versions(ITEM, asked, shown).where(columns[column] == bindparam("wanted"))
    if in_division:
        statement = statement.where(columns.division_code == bindparam("division"))
    return statement.limit(2)


def count_items(connection: Connection, question: ItemQuestion, moment: Moment) -> int:
    return int(counting(question, Asked(moment.latest)).on(connection, at(moment)).scalar_one())


def items_page(
    connection: Connection, question: ItemQuestion, moment: Moment, after: Sequence[object], limit: int
) -> Sequence[Record]:
    """`limit` + 1 items in order of code, from `after` (code, id) on; the one too many tells that there are more."""
    statement = listing(question, Asked(moment.latest), beyond=bool(after))
    given = dict(zip(("after_code", "after_id"), after, strict=False))
    dates = pins(moment.as_of, moment)
    return statement.on(connection, {**at(moment), **given, "dates": dates, "rows": limit + 1}).all()


def item_now(connection: Connection, code: str, day: date, division: str | None) -> Record | None:
    """The item that has the code on the day as known now, with the newest revision; None where it takes more to say."""
    wanted = {"moment_as_of": day, "wanted": code, "division": division}
    rows = one_now(in_division=division is not None).on(connection, wanted).all()
    return rows[0] if len(rows) == 1 else None


def get_item(connection: Connection, code: str, moment: Moment, division: str | None) -> Record:
    """The item that has the code at the moment, or that ever had it.

    Raises ItemNotFound, ItemCancelled (with a link to its last version), or CodeIsAmbiguous for a local code that two
    divisions use.
    """
    held = _held(connection, code, moment, division)
    if held is not None:
        return held
    number = last_holder(connection, code, division)
    rows = _items_by(connection, "id", number, moment, None)
    if not rows:
        raise _not_in_force(connection, code, number, moment)
    return rows[0]


def holder(connection: Connection, code: str, moment: Moment, division: str | None) -> int:
    """The id behind a code: of the item that has it at the moment, else of the last one that had it."""
    held = _held(connection, code, moment, division)
    return last_holder(connection, code, division) if held is None else int(held.id)


def _held(connection: Connection, code: str, moment: Moment, division: str | None) -> Record | None:
    rows = _items_by(connection, "code", code, moment, division)
    if len(rows) > 1:
        raise _ambiguous(code, rows)
    return rows[0] if rows else None


def _items_by(
    connection: Connection, column: str, value: object, moment: Moment, division: str | None
) -> Sequence[Record]:
    statement = one_by(column, Asked(moment.latest), in_division=division is not None)
    return statement.on(connection, {**at(moment), "wanted": value, "division": division}).all()


def last_holder(connection: Connection, code: str, division: str | None) -> int:
    columns = ITEM.table.c
    held = ever([columns.id, columns.division_code]).where(columns.code == code)
    if division is not None:
        held = held.where(columns.division_code == division)
    latest = connection.execute(held.order_by(columns.valid_from.desc(), columns.recorded_in.desc())).all()
    places = {row.division_code: row for row in reversed(latest)}
    if len(places) > 1 and len(code) not in NATIONAL_LENGTHS:
        raise _ambiguous(code, list(places.values()))
    if not latest:
        raise ItemNotFound(
            Message(
                f"没有编码为 {code} 的事项。请核对编码（实施编码 {NATIONAL_LENGTHS[0]} 位，业务办理项编码 {NATIONAL_LENGTHS[1]} 位）。",
                f"There is no item {code}.",
            ),
            code=code,
        )
    return int(latest[0].id)


def _not_in_force(connection: Connection, code: str, number: int, moment: Moment) -> ItemNotFound | ItemCancelled:
    columns = ITEM.table.c
    shown = [columns.code, columns.division_code, columns.valid_from, columns.valid_to]
    spans = history(ITEM, moment, shown).where(columns.id == number)
    rows = connection.execute(spans.order_by(columns.valid_from)).all()
    ended = [row for row in rows if row.valid_to <= moment.as_of]
    if ended:
        last = ended[-1]
        day = last.valid_to
        path = item_url(last, last.valid_from, moment)
        return ItemCancelled(
            Message(
                f"事项 {code} 自 {day} 起已取消。最后的内容见 {path}。",
                f"Item {code} ended on {day}. Its last version: {path}",
            ),
            code=code,
            last_version_url=path,
        )
    never = "它曾经登记过，后来更正为从未有效。" if moment.latest else "按当时所知没有它。"
    starts = f"它从 {rows[0].valid_from} 起生效。" if rows else never
    return ItemNotFound(
        Message(
            f"{moment.as_of} 没有编码为 {code} 的事项：{starts}",
            f"Item {code} is not in force on {moment.as_of}.",
        ),
        code=code,
    )


def _ambiguous(code: str, rows: Sequence[Record]) -> CodeIsAmbiguous:
    divisions = [row.division_code for row in rows]
    return CodeIsAmbiguous(
        Message(
            f"地方编码 {code} 在多个区划使用：{'、'.join(divisions)}。请加上 division_code。",
            f"The local code {code} is used in {', '.join(divisions)}. Add division_code.",
        ),
        code=code,
        division_codes=divisions,
    )


def item_history(connection: Connection, number: int, moment: Moment) -> Sequence[Record]:
    """All versions known at the revision, in order of time, with when each was published."""
    published = select(revision.c.published_at).where(revision.c.number == ITEM.table.c.made_in)
    change_set = select(revision.c.change_set).where(revision.c.number == ITEM.table.c.made_in)
    columns = [
        *ITEM.table.c,
        published.scalar_subquery().label("made_at"),
        change_set.scalar_subquery().label("change_set"),
    ]
    statement = history(ITEM, moment, columns).where(ITEM.table.c.id == number).order_by(ITEM.table.c.valid_from)
    return connection.execute(statement).all()


def objects_page(
    connection: Connection,
    kind: ObjectType,
    moment: Moment,
    wanted: Sequence[ColumnElement[bool]],
    after: Sequence[object],
    limit: int,
) -> Sequence[Record]:
    """Departments, windows or basic items in order of their code."""
    columns = kind.table.c
    key = columns[kind.key]
    shown = [columns[name] for name in kind.elements]
    statement = versions(kind, moment, [columns.id, *shown, columns.valid_from, columns.valid_to]).where(*wanted)
    if after:
        statement = statement.where(tuple_(key, columns.id) > tuple_(*after))
    return connection.execute(statement.order_by(key, columns.id).limit(limit + 1)).all()


def count_objects(
    connection: Connection, kind: ObjectType, moment: Moment, wanted: Sequence[ColumnElement[bool]]
) -> int:
    return int(connection.execute(versions(kind, moment, [func.count()]).where(*wanted)).scalar_one())


def item_url(row: Record, day: date, moment: Moment, part: str = "") -> str:
    """The address of an item as it was on a day; a local code is unique only in its division, so that is named."""
    return item_address(row.code, row.division_code, pins(day, moment), part)


def pins(day: date, moment: Moment) -> str:
    """The two dates as an address carries them."""
    return f"?as_of={day}&known_at={moment.revision}"


def item_address(code: str, division: str, dates: str, part: str = "") -> str:
    local = "" if len(code) in NATIONAL_LENGTHS else f"&division_code={division}"
    return f"/v1/items/{code}{part}{dates}{local}"


def open_end(day: object) -> object:
    """The API writes an open end as null."""
    return None if day == OPEN_DAY else day
