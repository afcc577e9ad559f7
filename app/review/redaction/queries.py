"""Statements about redactions, and about the objects that they are of."""

from collections.abc import Collection, Sequence
from itertools import islice

from sqlalchemy import ColumnElement, Connection, Text, cast, false, func, literal, or_, select

from app.access.models import account
from app.catalogue import reads
from app.catalogue.divisions import below
from app.catalogue.objects import DEPARTMENT, ObjectType
from app.catalogue.queries import NAME_THE_DIVISION, ambiguous
from app.catalogue.search import Place
from app.catalogue.versions import ever
from app.changes.models import change_set, change_set_event, redaction
from app.changes.redactable import Target
from app.db import Record
from app.errors import Message, NotFound
from app.metrics.definitions import Metric
from app.metrics.recorded import every_metric

SHOWN = 100


class RedactionNotFound(NotFound):
    slug, title = "redaction-not-found", Message("没有这次隐去", "No such redaction")


def get_redaction(connection: Connection, number: int) -> Record:
    row = connection.execute(select(redaction).where(redaction.c.id == number)).one_or_none()
    if row is None:
        raise RedactionNotFound(Message(f"没有第 {number} 号隐去申请。", f"There is no redaction {number}."))
    return row


def redactions_page(connection: Connection, after: int, limit: int) -> tuple[Sequence[Record], int]:
    """`limit` + 1 redactions after a number, and how many there are."""
    page = select(redaction).where(redaction.c.id > after).order_by(redaction.c.id).limit(limit + 1)
    total = connection.execute(select(func.count()).select_from(redaction)).scalar_one()
    return connection.execute(page).all(), total


def object_of(connection: Connection, kind: ObjectType, code: str, division: str | None) -> int:
    """The object that has the code, or had it last. Raises ObjectNotFound or CodeIsAmbiguous."""
    held = reads.holders_ever(connection, kind, {code}).get(code, {})
    meant = {place: number for place, number in held.items() if division is None or place in ("", division)}
    if len(meant) > 1:
        raise ambiguous(code, sorted(meant), NAME_THE_DIVISION)
    if not meant:
        zh, en = f"没有编码为 {code} 的{kind.label.zh}。", f"There is no {kind.label.en} {code}."
        raise reads.ObjectNotFound(Message(zh, en), code=code)
    return next(iter(meant.values()))


def codes_of(connection: Connection, kind: ObjectType, number: int) -> Sequence[str]:
    """Every code that the object ever had."""
    table = kind.table.c
    return connection.execute(ever([table[kind.key]]).where(table.id == number).distinct()).scalars().all()


def texts_of(connection: Connection, target: Target, number: int) -> set[str]:
    """Every text that stands in any version of the object."""
    table = target.kind.table.c
    column = table[target.element.name]
    values = connection.execute(ever([column]).where(table.id == number, column.is_not(None))).scalars()
    return {text for value in values for text in target.texts(value)}


def is_within(connection: Connection, kind: ObjectType, number: int, division: str) -> bool:
    """Whether the object, as it was last recorded, lies within a division: by itself, or by its department."""
    table = kind.table.c
    last = ever([below(_place(kind), division)]).where(table.id == number).order_by(table.recorded_in.desc())
    return bool(connection.execute(last.limit(1)).scalar())


def _place(kind: ObjectType) -> ColumnElement[str]:
    """The division of an object; a basic item is of none."""
    table, department = kind.table.c, DEPARTMENT.table.c
    if "division_code" in kind.elements:
        return table.division_code
    mine = department.code == table.department_code if "department_code" in kind.elements else false()
    named = ever([department.division_code]).where(mine).order_by(department.recorded_in.desc())
    return named.limit(1).scalar_subquery()


def persons_of(connection: Connection, number: int) -> frozenset[int]:
    """The accounts that count as the same person as an account."""
    row = connection.execute(select(account.c.id, account.c.made_by).where(account.c.id == number)).one()
    return frozenset(each for each in row if each is not None)


def metric_that_looks_at(connection: Connection, target: Target) -> Metric | None:
    """A metric that ever looked at the element, in any version of its definition."""
    wanted = (target.kind.table.name, target.element.name)
    return next((each for each in every_metric(connection) if wanted in each.columns), None)


def change_sets_that_say(connection: Connection, texts: Collection[str]) -> list[int]:
    """The first change sets whose title, reason or comments hold one of the texts."""
    said = change_set.outerjoin(change_set_event, change_set_event.c.change_set_id == change_set.c.id)
    written = (change_set.c.title, change_set.c.reason, change_set_event.c.comment)
    found: set[int] = set()
    for chunk in reads.chunks(texts, SHOWN):
        holding = or_(*(Place(cast(column, Text), literal(text, Text())) > 0 for text in chunk for column in written))
        found.update(connection.execute(select(change_set.c.id).select_from(said).where(holding).distinct()).scalars())
    return list(islice(sorted(found), SHOWN))
