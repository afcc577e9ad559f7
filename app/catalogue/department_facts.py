"""What items, windows and batches of transfers say of a department: SQL at a moment."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, case, column, false, null, or_, select, true

from app.catalogue.element import Element
from app.catalogue.moments import Moment
from app.catalogue.objects import DEPARTMENT, ITEM, TRANSFER, WINDOW
from app.catalogue.properties import item_filters
from app.catalogue.versions import Asked, history, known_of, versions
from app.db import Statement
from app.json_rows import JsonEntries

IN_USE = "status = '1'"
ENTERED, NOT_STATED = "is_in_service_hall = true", "is_in_service_hall IS NULL"
MINE = DEPARTMENT.table.c

FACTS: Mapping[str, Element] = {
    element.name: element
    for element in (
        Element(
            label="有事项进驻大厅或有窗口",
            name="is_in_hall",
            kind="flag",
            note="null 为不知道：有在用事项没有填是否进驻，或本区划没有登记过窗口",
        ),
        Element(
            label="已划出事项",
            name="has_handed_over",
            kind="flag",
            note="当日有效的划转批次从它划出过事项；null 为本区划没有登记过划转批次",
        ),
    )
}


def is_in_hall(asked: Moment | Asked) -> ColumnElement[bool]:
    """Whether the department has an item in use that entered the service hall, or a window; null where that is not known."""
    windows = versions(WINDOW, asked, [WINDOW.table.c.department_code])
    present = or_(MINE.code.in_(_holders(ENTERED, asked)), MINE.code.in_(windows))
    perhaps = or_(MINE.code.in_(_holders(NOT_STATED, asked)), MINE.division_code.not_in(_with_windows(asked)))
    return case((present, true()), (perhaps, null()), else_=false())


def has_handed_over(asked: Moment | Asked) -> ColumnElement[bool]:
    """Whether a batch in force hands over items of the department; null where none was ever recorded in its division."""
    batch = TRANSFER.table.c
    entries = JsonEntries(batch.entries).table_valued(column("value", batch.entries.type), joins_implicitly=True)
    givers = versions(TRANSFER, asked, [entries.c.value["from_department_code"].as_string()])
    recorded = history(TRANSFER, asked, [batch.division_code])
    return case(
        (MINE.code.in_(givers.select_from(TRANSFER.table, entries)), true()),
        (MINE.division_code.not_in(recorded), null()),
        else_=false(),
    )


SAID: Mapping[str, Callable[[Moment | Asked], ColumnElement[bool]]] = {
    "is_in_hall": is_in_hall,
    "has_handed_over": has_handed_over,
}


def _holders(items: str, asked: Moment | Asked) -> Statement:
    """The departments of the items in use for which a filter (CQL2) is true."""
    condition = item_filters().condition(f"{IN_USE} AND {items}")
    return versions(ITEM, asked, [ITEM.table.c.department_code]).where(condition)


def _with_windows(asked: Moment | Asked) -> Any:
    """The divisions in which windows are known, of whatever day."""
    owner = DEPARTMENT.table.alias("owner")
    owners = history(WINDOW, asked, [WINDOW.table.c.department_code])
    return select(owner.c.division_code).where(known_of(owner, asked), owner.c.code.in_(owners))
