"""Confirming that items are still right: one with its evidence, or all that a list shows, each as a revision of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, insert, literal, not_, select
from sqlalchemy.types import Date, Integer

from app.access.rules import Caller
from app.audit.log import Deed, record
from app.catalogue import search
from app.catalogue.known import demand_known
from app.catalogue.listing import count_items
from app.catalogue.moments import Moment, resolve
from app.catalogue.objects import ITEM
from app.catalogue.params import ItemQuestion
from app.catalogue.verification import evidence, verification
from app.catalogue.versions import Asked, at, versions
from app.changes.permits import NotYours, is_own
from app.changes.publish import conclude, take_revision
from app.clock import Clock
from app.db import Record
from app.errors import Conflict, Message, fault


class ListHasChanged(Conflict):
    slug, title = "list-has-changed", Message("清单变了", "The list has changed")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Who confirms, by whose clock, with what remark."""

    by: Caller
    clock: Clock
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How many items were confirmed, as which revision showed them (`seen`), on which day, known from which on."""

    total: int
    on: date
    seen: int
    revision: int


def verify_items(
    connection: Connection, question: ItemQuestion, expected: int, confirmation: Confirmation
) -> Confirmed:
    """Confirm all items that the question finds today, which have to be as many as the caller saw.

    Raises ListHasChanged where they are not, NotYours where one is not the caller's, Malformed where the question is wrong.
    """
    moment = resolve(connection, confirmation.clock.now())
    demand_known(connection, question)
    total = count_items(connection, question, moment)
    if total != expected:
        raise _changed(expected, total)
    conditions, words = question.shape.conditions(), search.given(question.words)
    _demand_own(connection, conditions, {**at(moment), **words}, confirmation.by)
    number = _written(connection, conditions, words, moment, confirmation)
    asked = {name: value for name, value in question.parameters.items() if value is not None}
    _tell(connection, "items", confirmation, number, items=total, asked=asked or None)
    return Confirmed(total, moment.as_of, moment.revision, number)


def verify_item(
    connection: Connection,
    found: Record,
    seen: Sequence[Mapping[str, object]],
    confirmation: Confirmation,
    moment: Moment,
) -> Confirmed:
    """Confirm one item that holds at the moment, with the evidence as it is kept. Raises NotYours."""
    itself = [ITEM.table.c.id == found.id]
    _demand_own(connection, itself, at(moment), confirmation.by)
    number = _written(connection, itself, {}, moment, confirmation)
    if seen:
        of = select(verification.c.id).where(verification.c.recorded_in == number).scalar_subquery()
        known = {"verification_id": of, "item_id": found.id, "recorded_in": number}
        connection.execute(insert(evidence).values([{**each, **known} for each in seen]))
    elements = [each["element"] for each in seen]
    _tell(connection, f"item/{found.code}", confirmation, number, evidence=elements or None)
    return Confirmed(1, moment.as_of, moment.revision, number)


def _written(
    connection: Connection,
    conditions: list[ColumnElement[bool]],
    words: Mapping[str, object],
    moment: Moment,
    confirmation: Confirmation,
) -> int:
    """A row for each item, in one statement; the revision that they took."""
    by, number = confirmation.by, take_revision(connection, confirmation.clock)
    said = {
        "verified_on": literal(moment.as_of, Date()),
        "verified_at": literal(confirmation.clock.now(), verification.c.verified_at.type),
        "by": literal(by.name),
        "account_id": literal(by.id, Integer()),
        "note": literal(confirmation.note, verification.c.note.type),
        "recorded_in": literal(number, Integer()),
    }
    chosen = versions(ITEM, Asked(latest=True), (ITEM.table.c.id, *said.values())).where(*conditions)
    connection.execute(insert(verification).from_select(["item_id", *said], chosen), {**at(moment), **words})
    return number


def _tell(connection: Connection, about: str, confirmation: Confirmation, revision: int, **details: object) -> None:
    """One entry, however many items were confirmed; then the revision is complete."""
    deed, now = Deed("item.verify", about), confirmation.clock.now()
    record(connection, confirmation.by, deed, now, revision=revision, **details)
    conclude(connection, revision, confirmation.clock)


def _demand_own(
    connection: Connection, conditions: list[ColumnElement[bool]], values: Mapping[str, object], by: Caller
) -> None:
    """Raises NotYours naming the first that is not the caller's."""
    columns = ITEM.table.c
    outside = not_(is_own(columns.department_code, columns.division_code, by))
    shown = (columns.code, columns.name, columns.department_code, columns.division_code)
    first = versions(ITEM, Asked(latest=True), shown).where(*conditions, outside).order_by(columns.code, columns.id)
    found = connection.execute(first.limit(1), values).one_or_none()
    if found is not None:
        raise _not_yours(found, by)


def _not_yours(found: Record, by: Caller) -> NotYours:
    if by.role == "editor":
        zh = f"事项 {found.code}“{found.name}”属于部门 {found.department_code}，“{by.name}”只能核实自己部门的事项。"
        en = f"Item {found.code} belongs to {found.department_code}, which {by.name!r} does not edit."
    else:
        zh = f"事项 {found.code}“{found.name}”不在区划 {by.division_code} 之内，“{by.name}”不能核实。"
        en = f"Item {found.code} is not within {by.division_code}, where {by.name!r} acts."
    return NotYours(Message(zh, en), code=found.code)


def _changed(expected: int, total: int) -> ListHasChanged:
    zh = f"你看到的是 {expected} 个事项，现在符合条件的有 {total} 个。请按同样的条件再看一遍清单，看过的才能核实；什么都没有写入。"
    en = f"You saw {expected} items, and {total} are found now. Read the list again; nothing was written."
    told = fault(zh, en, pointer="/expected", value=str(expected), rule="list-has-changed", suggestion=str(total))
    return ListHasChanged(Message(zh, en), faults=[told])
