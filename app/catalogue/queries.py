"""Statements over items and the other catalogued objects."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, tuple_

from app.catalogue import lineage
from app.catalogue.absent import absence
from app.catalogue.addresses import item_url
from app.catalogue.codes import NATIONAL_LENGTHS, is_local
from app.catalogue.membership import lists_of
from app.catalogue.moments import Moment, revision, with_newest
from app.catalogue.objects import DEPARTMENT, ITEM, WINDOW, ObjectType
from app.catalogue.paging import Page
from app.catalogue.properties import department_name, hall_name, valid_until
from app.catalogue.reads import ObjectNotFound, chunks
from app.catalogue.verified import evidence_of, verified_by, verified_on
from app.catalogue.versions import Asked, at, ever, history, versions
from app.db import Prepared, Record, Statement
from app.errors import Conflict, Gone, Message, NotFound
from app.json_rows import json_object


class ItemNotFound(NotFound):
    slug, title = "item-not-found", Message("没有这个事项", "No such item")


class ItemCancelled(Gone):
    slug, title = "item-cancelled", Message("事项已取消", "The item is cancelled")


class CodeIsAmbiguous(Conflict):
    slug, title = "ambiguous-code", Message("编码不唯一", "The code is not unique")


NAME_THE_DIVISION = Message("请加上 division_code。", "Add division_code.")


def summary(asked: Asked) -> dict[str, ColumnElement[Any]]:
    """What a list says of each item."""
    columns = ITEM.table.c
    stated = {element.name: columns[element.name] for element in ITEM.elements.values() if element.summary}
    return {"id": columns.id, **stated, **_held_as(asked)}


def detail(asked: Asked) -> dict[str, ColumnElement[Any]]:
    """What is said of one item: all its elements, who confirmed it, and the lists that it is on."""
    columns = ITEM.table.c
    stated = {name: columns[name] for name in ITEM.elements}
    said = {**_confirmed(asked), "lists": lists_of(asked)}
    return {"id": columns.id, **stated, **_held_as(asked), "made_in": columns.made_in, **said}


def _confirmed(asked: Asked) -> dict[str, ColumnElement[Any]]:
    return {"verified_on": verified_on(asked), "verified_by": verified_by(asked), "evidence": evidence_of(asked)}


def _held_as(asked: Asked) -> dict[str, ColumnElement[Any]]:
    columns = ITEM.table.c
    named, until = department_name(asked), valid_until()
    return {"department_name": named, "version": columns.version, "valid_from": columns.valid_from, "valid_to": until}


def written(members: Mapping[str, ColumnElement[Any]]) -> tuple[ColumnElement[Any], ...]:
    """An item as JSON, with what names it and what its address is made of."""
    columns = ITEM.table.c
    return (json_object(members).label("written"), columns.id, columns.code, columns.division_code, columns.version)


# Statements are built once and kept: with so many columns, building costs more than running.


@cache
def one_by(column: str, asked: Asked, *, in_division: bool) -> Prepared:
    return Prepared(_one_by(column, asked, in_division=in_division))


@cache
def one_now(*, in_division: bool) -> Prepared:
    """The item that has the code today, with the newest revision."""
    return Prepared(with_newest(_one_by("code", Asked(latest=True), in_division=in_division)))


def _one_by(column: str, asked: Asked, *, in_division: bool) -> Statement:
    """The item whose column has the value `wanted`."""
    columns = ITEM.table.c
    statement = versions(ITEM, asked, written(detail(asked))).where(columns[column] == bindparam("wanted"))
    if in_division:
        statement = statement.where(columns.division_code == bindparam("division"))
    return statement.limit(2)


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
    number = last_holder(connection, code, moment, division)
    rows = _items_by(connection, "id", number, moment, None)
    if not rows:
        raise _not_in_force(connection, code, number, moment)
    return rows[0]


def holder(connection: Connection, code: str, moment: Moment, division: str | None) -> int:
    """The id behind a code: of the item that has it at the moment, else of the last one that had it."""
    held = _held(connection, code, moment, division)
    return last_holder(connection, code, moment, division) if held is None else int(held.id)


def _held(connection: Connection, code: str, moment: Moment, division: str | None) -> Record | None:
    rows = _items_by(connection, "code", code, moment, division)
    if len(rows) > 1:
        raise ambiguous(code, sorted(row.division_code for row in rows), NAME_THE_DIVISION)
    return rows[0] if rows else None


def _items_by(
    connection: Connection, column: str, value: object, moment: Moment, division: str | None
) -> Sequence[Record]:
    statement = one_by(column, Asked(moment.latest), in_division=division is not None)
    return statement.on(connection, {**at(moment), "wanted": value, "division": division}).all()


def last_holder(connection: Connection, code: str, moment: Moment, division: str | None) -> int:
    """The id of the item that had the code last by the day; of the first that had it, where that was later."""
    columns = ITEM.table.c
    held = ever([columns.id, columns.division_code, columns.valid_from]).where(columns.code == code)
    rows = connection.execute(held.order_by(columns.valid_from, columns.recorded_in)).all()
    divisions = sorted({row.division_code for row in rows})
    if division is None and len(divisions) > 1 and is_local(code):
        raise ambiguous(code, divisions, NAME_THE_DIVISION)
    mine = [row for row in rows if division in (None, row.division_code)]
    if not mine:
        raise _unknown(code, division, divisions)
    begun = [row for row in mine if row.valid_from <= moment.as_of]
    return int(begun[-1].id if begun else mine[0].id)


def _unknown(code: str, division: str | None, divisions: Sequence[str]) -> ItemNotFound:
    if divisions:
        used = "、".join(divisions)
        zh = f"区划 {division} 没有编码为 {code} 的事项；这个编码用在 {used}。"
        return ItemNotFound(Message(zh, f"There is no item {code} in {division}, but in {used}."), code=code)
    task, handling = NATIONAL_LENGTHS
    zh = f"没有编码为 {code} 的事项。请核对编码（实施编码 {task} 位，业务办理项编码 {handling} 位）。"
    return ItemNotFound(Message(zh, f"There is no item {code}."), code=code)


def _not_in_force(connection: Connection, code: str, number: int, moment: Moment) -> ItemNotFound | ItemCancelled:
    columns = ITEM.table.c
    shown = [columns.code, columns.division_code, columns.valid_from, columns.valid_to]
    spans = history(ITEM, moment, shown).where(columns.id == number)
    rows = connection.execute(spans.order_by(columns.valid_from)).all()
    ended = [row for row in rows if row.valid_to <= moment.as_of]
    if ended:
        return _cancelled(connection, code, number, ended[-1], moment)
    never = "它曾经登记过，后来更正为从未有效。" if moment.latest else "按当时所知没有它。"
    starts = f"它从 {rows[0].valid_from} 起生效。" if rows else never
    return ItemNotFound(
        Message(
            f"{moment.as_of} 没有编码为 {code} 的事项：{starts}",
            f"Item {code} is not in force on {moment.as_of}.",
        ),
        code=code,
    )


def _cancelled(connection: Connection, code: str, number: int, last: Record, moment: Moment) -> ItemCancelled:
    """What ended was cancelled, or has come to other items: then these are named."""
    day, path = last.valid_to, item_url(last, last.valid_from, moment)
    zh, en, codes = "取消", "", None
    if (found := lineage.heirs(connection, number, day, moment)) is not None:
        kind, codes = found
        some = "、".join(codes[:SHOWN]) + (f" 等 {len(codes)} 个事项" if len(codes) > SHOWN else "")
        zh, en = f"{CAME_TO[kind]} {some}", f": now {', '.join(codes[:SHOWN])}"
    return ItemCancelled(
        Message(
            f"事项 {code} 自 {day} 起已{zh}。最后的内容见 {path}。",
            f"Item {code} ended on {day}{en}. Its last version: {path}",
        ),
        code=code,
        last_version_url=path,
        successor_codes=codes,
    )


CAME_TO: Mapping[str, str] = {"split": "拆分为", "merge": "并入", "delegate": "下放为"}
SHOWN = 10


def ambiguous(code: str, divisions: Sequence[str], remedy: Message) -> CodeIsAmbiguous:
    """A local code that several divisions use, and what to do about it."""
    return CodeIsAmbiguous(
        Message(
            f"地方编码 {code} 在多个区划使用：{'、'.join(divisions)}。{remedy.zh}",
            f"The local code {code} is used in {', '.join(divisions)}. {remedy.en}",
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


def department_names(connection: Connection, moment: Moment, codes: Collection[str] | None = None) -> dict[str, str]:
    """What departments are called on the day, by code: all of them, or those of some codes."""
    department = DEPARTMENT.table.c
    named = versions(DEPARTMENT, moment, [department.code, department.name])
    if codes is None:
        return dict(connection.execute(named).all())
    found = (connection.execute(named.where(department.code.in_(chunk))) for chunk in chunks(codes))
    return {code: name for rows in found for code, name in rows}


@dataclass(frozen=True, slots=True)
class Objects:
    """The objects of a page, how many there are in all, and the place of the last where there are more."""

    rows: Sequence[Record]
    total: int
    last: tuple[object, ...] | None


def objects_page(
    connection: Connection,
    kind: ObjectType,
    moment: Moment,
    wanted: Sequence[ColumnElement[bool]],
    page: Page,
    shown: Iterable[ColumnElement[Any]] = (),
) -> Objects:
    """Objects of a kind in order of their code, with all that they say, or with what is `shown`: key and id among it."""
    held = _objects(kind, moment, shown).where(*wanted)
    key, number = kind.table.c[kind.key], kind.table.c.id
    if page.after:
        held = held.where(tuple_(key, number) > tuple_(*page.after))
    rows = connection.execute(held.order_by(key, number).limit(page.limit + 1), at(moment)).all()
    total = page.total_of(len(rows), lambda: _count_objects(connection, kind, moment, wanted))
    last = rows[page.limit - 1]._mapping if len(rows) > page.limit else None
    return Objects(rows[: page.limit], total, None if last is None else (last[kind.key], last["id"]))


def get_object(
    connection: Connection, kind: ObjectType, moment: Moment, code: str, shown: Iterable[ColumnElement[Any]] = ()
) -> Record:
    """Raises ObjectNotFound where none has the code at the moment, with the days on which one does."""
    found = _objects(kind, moment, shown).where(kind.table.c[kind.key] == code)
    row = connection.execute(found.limit(1), at(moment)).one_or_none()
    if row is None:
        zh, en = kind.label
        never = Message(f"没有编码为 {code} 的{zh}。请核对编码。", f"There is no {en} {code}.")
        raise ObjectNotFound(absence(connection, kind, code, moment) or never, code=code)
    return row


def _objects(kind: ObjectType, moment: Moment, shown: Iterable[ColumnElement[Any]]) -> Statement:
    asked, columns = Asked(moment.latest), kind.table.c
    said = {"hall_name": hall_name(asked).label("hall_name")} if kind is WINDOW else {}
    stated = (said.get(name, columns[name]) for name in kind.elements)
    return versions(kind, asked, tuple(shown) or (columns.id, *stated, columns.valid_from, columns.valid_to))


def _count_objects(
    connection: Connection, kind: ObjectType, moment: Moment, wanted: Sequence[ColumnElement[bool]]
) -> int:
    counted = versions(kind, Asked(moment.latest), [func.count()]).where(*wanted)
    return int(connection.execute(counted, at(moment)).scalar_one())
