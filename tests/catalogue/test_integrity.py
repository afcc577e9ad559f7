"""What the database itself refuses, whoever writes to it."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Connection, Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.catalogue.objects import OBJECT_TYPES, OPEN_DAY, OPEN_REVISION, catalogue_object
from app.db import Database

OBJECT = 900
CONTENT = {
    "code": "HZ-001", "name": "养老机构备案", "division_code": "440105", "department_code": "HZ-MZ",
    "catalog_code": "440111003000", "list_kind": "licensing", "succession": "replaced", "list_code": "licensing",
    "partner_division_code": "440106",
}  # fmt: skip
NEW_YEAR, MID_YEAR, END = date(2026, 1, 1), date(2026, 7, 1), date(2027, 1, 1)


@pytest.fixture(params=[kind.table.name for kind in OBJECT_TYPES.values()])
def table(request: pytest.FixtureRequest) -> Table:
    return {kind.table.name: kind.table for kind in OBJECT_TYPES.values()}[request.param]


@pytest.fixture
def connection(database: Database, table: Table) -> Iterator[Connection]:
    """One version of one object: valid in 2026, known from revision 3 until 6."""
    with database.write() as connection:
        connection.execute(insert(catalogue_object).values(id=OBJECT, object="item"))
        write(connection, table, NEW_YEAR, END, 3, 6)
        yield connection


def write(connection: Connection, table: Table, start: date, end: date, recorded: int, superseded: int) -> None:
    span = {"valid_from": start, "valid_to": end, "made_in": 1, "recorded_in": recorded, "superseded_in": superseded}
    content = {name: value for name, value in CONTENT.items() if name in table.c}
    with connection.begin_nested():
        connection.execute(insert(table).values(**content, **span, id=OBJECT, version=1))


@pytest.mark.parametrize(
    ("start", "end", "recorded", "superseded"),
    [
        pytest.param(NEW_YEAR, END, 3, 6, id="the same days, the same revisions"),
        pytest.param(MID_YEAR, OPEN_DAY, 5, OPEN_REVISION, id="the later half, the later revisions"),
        pytest.param(date(2025, 1, 1), date(2026, 1, 2), 1, 4, id="one day, one revision"),
        pytest.param(date(2026, 12, 31), OPEN_DAY, 5, 6, id="the last day, the last revision"),
        pytest.param(MID_YEAR, date(2026, 7, 2), 4, 5, id="inside"),
        pytest.param(date(2020, 1, 1), OPEN_DAY, 1, OPEN_REVISION, id="around"),
    ],
)
def test_two_versions_that_hold_at_once_are_refused(
    connection: Connection, table: Table, start: date, end: date, recorded: int, superseded: int
) -> None:
    with pytest.raises(IntegrityError):
        write(connection, table, start, end, recorded, superseded)


@pytest.mark.parametrize(
    ("start", "end", "recorded", "superseded"),
    [
        pytest.param(END, OPEN_DAY, 3, 6, id="from the day it ends"),
        pytest.param(date(2020, 1, 1), NEW_YEAR, 3, 6, id="until the day it starts"),
        pytest.param(NEW_YEAR, END, 6, OPEN_REVISION, id="from the revision that replaced it"),
        pytest.param(NEW_YEAR, END, 1, 3, id="until the revision that learned it"),
    ],
)
def test_versions_that_meet_but_do_not_overlap_are_taken(
    connection: Connection, table: Table, start: date, end: date, recorded: int, superseded: int
) -> None:
    write(connection, table, start, end, recorded, superseded)
    assert len(connection.execute(select(table.c.version_id).where(table.c.id == OBJECT)).all()) == 2


@pytest.mark.parametrize(
    ("start", "end", "recorded", "superseded"),
    [
        pytest.param(END, END, 7, 9, id="valid for no day"),
        pytest.param(OPEN_DAY, END, 7, 9, id="ends before it starts"),
        pytest.param(END, OPEN_DAY, 7, 7, id="known at no revision"),
        pytest.param(END, OPEN_DAY, 9, 7, id="replaced before it was learned"),
    ],
)
def test_a_version_of_no_time_is_refused(
    connection: Connection, table: Table, start: date, end: date, recorded: int, superseded: int
) -> None:
    with pytest.raises(IntegrityError):
        write(connection, table, start, end, recorded, superseded)


def test_a_version_needs_its_object(connection: Connection, table: Table) -> None:
    content = {name: value for name, value in CONTENT.items() if name in table.c}
    span = {"valid_from": NEW_YEAR, "valid_to": END, "made_in": 1, "recorded_in": 1, "superseded_in": OPEN_REVISION}
    with pytest.raises(IntegrityError), connection.begin_nested():
        connection.execute(insert(table).values(**content, **span, id=OBJECT + 1, version=1))


def test_a_replaced_version_cannot_be_opened_again_beside_the_new_one(connection: Connection, table: Table) -> None:
    write(connection, table, NEW_YEAR, END, 6, OPEN_REVISION)
    with pytest.raises(IntegrityError), connection.begin_nested():
        connection.execute(update(table).where(table.c.recorded_in == 3).values(superseded_in=OPEN_REVISION))


@pytest.mark.parametrize("needed", ["name", "valid_from", "valid_to", "recorded_in", "superseded_in", "version"])
def test_what_every_version_states(connection: Connection, table: Table, needed: str) -> None:
    with pytest.raises(IntegrityError), connection.begin_nested():
        connection.execute(update(table).values({needed: None}))
