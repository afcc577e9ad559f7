"""What the database writes as JSON says exactly what the row holds, whatever it holds."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    MetaData,
    Table,
    Text,
    cast,
    delete,
    insert,
    select,
)

from app.db import CodeSet, Json
from app.engines import make_engine
from app.json_rows import MOST_ARGUMENTS, json_object, ready

SAMPLE = Table(
    "sample",
    MetaData(),
    Column("name", Text),
    Column("is_online", Boolean),
    Column("online_depths", CodeSet),
    Column("materials", Json),
    Column("promised_limit", Integer),
    Column("valid_from", Date),
    prefixes=["TEMPORARY"],
)
PLAIN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
ROWS = st.fixed_dictionaries(
    {
        "name": st.none() | PLAIN | st.sampled_from(['}\x1e{"', '"}', "\\", "养老机构备案", "\x1e", "\u2028"]),
        "is_online": st.none() | st.booleans(),
        "online_depths": st.none() | st.sets(st.sampled_from(["01", "5", "6", "99"])).map(sorted),
        "materials": st.none() | st.lists(st.fixed_dictionaries({"name": PLAIN, "copies": st.integers(0, 99)})),
        "promised_limit": st.none() | st.integers(0, 2**31 - 1),
        "valid_from": st.none() | st.dates(date(1949, 10, 1)),
    }
)


@pytest.fixture(scope="module")
def connection(database_url: str) -> Iterator[Connection]:
    engine = make_engine(database_url)
    with engine.connect() as connection:
        SAMPLE.create(connection)
        yield connection
        connection.rollback()
    engine.dispose()


def written(connection: Connection, row: dict[str, Any], members: dict[str, Any]) -> str:
    connection.execute(delete(SAMPLE))
    connection.execute(insert(SAMPLE), row)
    return connection.execute(select(json_object(members))).scalar_one()


@given(row=ROWS)
def test_every_value_comes_back_as_it_was(connection: Connection, row: dict[str, Any]) -> None:
    shown = json.loads(written(connection, row, dict(SAMPLE.c.items())))
    assert list(shown) == list(SAMPLE.c.keys())
    assert shown == json.loads(orjson.dumps(row))


@given(row=ROWS)
def test_an_object_too_large_for_one_function_is_one_object(connection: Connection, row: dict[str, Any]) -> None:
    columns = dict(SAMPLE.c.items())
    members = {f"{name}_{time}": column for time in range(MOST_ARGUMENTS // 4) for name, column in columns.items()}
    assert 2 * len(members) > 2 * MOST_ARGUMENTS
    shown = json.loads(written(connection, row, members))
    assert list(shown) == list(members)
    held = json.loads(orjson.dumps(row))
    assert all(shown[name] == held[name.rpartition("_")[0]] for name in members)


def test_more_is_said_at_its_end(connection: Connection) -> None:
    row = dict.fromkeys(SAMPLE.c.keys()) | {"name": "养老机构备案"}
    text = written(connection, row, {"name": SAMPLE.c.name})
    assert orjson.loads(orjson.dumps([ready(text), ready(text, {"url": "/v1"})])) == [
        {"name": "养老机构备案"},
        {"name": "养老机构备案", "url": "/v1"},
    ]


def test_a_type_of_which_nothing_is_said_is_refused(connection: Connection) -> None:
    """The databases write instants and decimals differently."""
    with pytest.raises(KeyError):
        connection.execute(select(json_object({"at": cast(SAMPLE.c.name, DateTime)})))
