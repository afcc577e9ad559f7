"""The schema comes from the migrations alone, and they say what the tables in the code say."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, inspect, text

from app.access.service import NewKey, create_key, digest
from app.engines import make_engine
from app.main import create_app
from app.models import metadata
from app.settings import Settings
from tests.clients import Client
from tests.conftest import NOW
from tests.databases import ROOT, migrate

VERSION_TABLES = (
    "agreement_version", "basic_item_version", "department_version", "edition_version", "hall_version",
    "integrated_matter_version", "item_version", "list_version", "transfer_version", "window_version",
)  # fmt: skip
# What only the migrations make, since no table in the code can say it for both databases.
ONE_TRUTH = {f"{table}_one_truth" for table in VERSION_TABLES}
EXCLUSION = (
    "EXCLUDE USING gist (int4range(id, id, '[]'::text) WITH =, daterange(valid_from, valid_to) WITH &&,"
    " int4range(recorded_in, superseded_in) WITH &&)"
)


def config(url: str) -> Config:
    made = Config(ROOT / "alembic.ini")
    made.attributes["database_url"] = url
    return made


@contextmanager
def engine(url: str) -> Iterator[Engine]:
    made = make_engine(url)
    try:
        yield made
    finally:
        made.dispose()


def tables(url: str) -> set[str]:
    with engine(url) as made:
        return {name for name in inspect(made).get_table_names() if declared(name)}


def declared(name: str) -> bool:
    """All but the table of Alembic and the index of words, which only a migration can make (see below)."""
    return name != "alembic_version" and not name.removeprefix("ix_").startswith("item_search")


@pytest.fixture(scope="module")
def migrated(database_kind: str, new_database: Callable[[str], str]) -> str:
    url = new_database(database_kind)
    migrate(url)
    return url


@pytest.fixture(scope="module")
def created(database_kind: str, new_database: Callable[[str], str]) -> str:
    """The same tables made from the code, without the migrations."""
    url = new_database(database_kind)
    with engine(url) as made:
        metadata.create_all(made)
    return url


def test_there_and_back_and_there_again(database_kind: str, new_database: Callable[[str], str]) -> None:
    url = new_database(database_kind)
    migrate(url)
    assert tables(url) == set(metadata.tables)
    command.downgrade(config(url), "base")
    assert tables(url) == set()
    migrate(url)
    assert tables(url) == set(metadata.tables)


def test_a_revision_that_no_change_set_made_keeps_its_number(
    database_kind: str, new_database: Callable[[str], str]
) -> None:
    """There and back: without definitions its change set is 0, since the column then takes no null."""
    url = new_database(database_kind)
    migrate(url)
    with engine(url) as made, made.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO revision VALUES (1, '2026-03-01', 7, '2020-01-01'), (2, '2026-03-02', NULL, '2020-01-01')"
            )
        )
    assert change_sets(url) == [(1, 7), (2, None)]
    command.downgrade(config(url), BEFORE_DEFINITIONS)
    assert change_sets(url) == [(1, 7), (2, 0)]
    migrate(url)
    assert change_sets(url) == [(1, 7), (2, None)]


BEFORE_DEFINITIONS = "7d1c2f0a9b34"


def change_sets(url: str) -> list[tuple[int, int | None]]:
    with engine(url) as made, made.connect() as connection:
        return [
            tuple(row) for row in connection.execute(text("SELECT number, change_set FROM revision ORDER BY number"))
        ]


def test_an_open_draft_goes_on_after_the_review_came(database_kind: str, new_database: Callable[[str], str]) -> None:
    """Its entries do what their kinds say, and belong to the department that then had the item; there and back."""
    url = new_database(database_kind)
    command.upgrade(config(url), BEFORE_REVIEW)
    with engine(url) as made, made.begin() as connection:
        for statement in AN_OPEN_DRAFT:
            connection.execute(text(statement))
    migrate(url)
    assert entries(url, "act, kind, effect, department_code, division_code") == [
        (1, "create", "create", None, None),
        (2, "suspend", "amend", "11440100007482532A", "440105"),
        (3, "cancel", "cancel", "11440100007482532A", "440105"),
    ]
    with engine(url) as made, made.begin() as connection:
        found = connection.execute(text("SELECT retroactive, edition, author_account, second_person FROM change_set"))
        assert [tuple(map(bool, row)) for row in found] == [(False, True, False, False)]
        connection.execute(text("UPDATE change_set SET status = 'returned'"))
    command.downgrade(config(url), BEFORE_REVIEW)
    assert entries(url, "position, kind") == [(1, "create"), (2, "suspend"), (3, "cancel")]
    with engine(url) as made, made.connect() as connection:
        assert connection.execute(text("SELECT status FROM change_set")).scalars().all() == ["draft"]


BEFORE_REVIEW = "e2c94b7a1d05"
AN_OPEN_DRAFT = (
    "INSERT INTO catalogue_object (id, object) VALUES (1, 'item'), (2, 'item')",
    (
        "INSERT INTO item_version (id, version, valid_from, valid_to, made_in, recorded_in, superseded_in, code, name,"
        " division_code, department_code) VALUES (1, 1, '2020-01-01', '9999-12-31', 1, 1, 2147483647, 'HZ-001',"
        " '养老机构备案', '440105', '11440100007482532A')"
    ),
    (
        "INSERT INTO change_set (id, title, effective_on, status, author, created_at)"
        " VALUES (7, '调整', '2026-03-02', 'draft', '王敏', '2026-03-02')"
    ),
    (
        "INSERT INTO entry (change_set_id, position, object, object_id, kind, code, effective_on, base_revision) VALUES"
        " (7, 1, 'item', 2, 'create', 'HZ-002', '2026-03-02', 1), (7, 2, 'item', 1, 'suspend', 'HZ-001', '2026-03-02', 1),"
        " (7, 3, 'item', 1, 'cancel', 'HZ-001', '2026-03-02', 1)"
    ),
)


def entries(url: str, columns: str) -> list[tuple[object, ...]]:
    with engine(url) as made, made.connect() as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT {columns} FROM entry ORDER BY position"))]


def test_migrating_twice_changes_nothing(migrated: str) -> None:
    migrate(migrated)
    assert tables(migrated) == set(metadata.tables)


def test_the_tables_in_the_code_have_not_drifted(migrated: str) -> None:
    command.check(config(migrated))


@pytest.mark.parametrize("fact", ["columns", "constraints", "indexes"])
def test_what_alembic_does_not_compare(migrated: str, created: str, fact: str) -> None:
    """Types with collations and defaults, CHECK and EXCLUDE constraints, predicates of partial indexes, triggers."""
    assert facts(migrated, fact) == facts(created, fact)


def test_only_the_migrations_forbid_two_versions_at_once(migrated: str, created: str) -> None:
    assert set(one_truth(migrated)) == ONE_TRUTH
    assert set(one_truth(migrated).values()) == {one_truth_of(migrated)}
    assert one_truth(created) == {}


def test_text_orders_by_code_point(migrated: str) -> None:
    """Lists, cursors and codes order alike on both databases: PostgreSQL compares them in the C locale."""
    ordered = {
        (table, column)
        for table in (*VERSION_TABLES, "division")
        for column in ("code", "name", "department_code", "division_code", "catalog_code")
        if column in metadata.tables[table].c and (table, column) != ("division", "name")
    }
    if migrated.startswith("sqlite"):
        assert not any("COLLATE" in definition for definition in facts(migrated, "tables").values())
        return
    collations = {key: definition for key, definition in facts(migrated, "columns").items() if key in ordered}
    assert set(collations) == ordered
    assert {collation for _, collation, _, _ in collations.values()} == {"C"}


def one_truth_of(url: str) -> str:
    return "BEFORE INSERT" if url.startswith("sqlite") else EXCLUSION


def one_truth(url: str) -> dict[str, str]:
    with engine(url) as made, made.connect() as connection:
        if url.startswith("sqlite"):
            triggers = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
            return {name: "BEFORE INSERT" if "BEFORE INSERT" in sql else sql for name, sql in triggers}
        return {name: sql for name, sql in connection.execute(text(f"{CONSTRAINTS} AND contype = 'x'"))}  # noqa: C416


CONSTRAINTS = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid::regclass::text !~ 'alembic'"
POSTGRESQL = {
    "columns": """
        SELECT table_name, column_name, data_type, collation_name, is_nullable, column_default
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name != 'alembic_version'""",
    "constraints": f"{CONSTRAINTS} AND contype != 'x' AND conrelid::regclass::text != 'item_search'",
    "indexes": """
        SELECT indexname, indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND tablename != 'alembic_version' AND indexname NOT LIKE '%one_truth'""",
}
SQLITE = {
    "columns": """
        SELECT m.name, c.name, c.type, null, c."notnull", c.dflt_value
        FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT IN ('alembic_version', 'sqlite_stat1')""",
    "indexes": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "tables": "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT IN ('alembic_version', 'sqlite_stat1')",
}


def facts(url: str, fact: str) -> dict[Any, Any]:
    """What the database says of itself, by name."""
    with engine(url) as made, made.connect() as connection:
        if fact == "constraints" and url.startswith("sqlite"):
            return sqlite_constraints(connection)
        rows = connection.execute(text((SQLITE if url.startswith("sqlite") else POSTGRESQL)[fact])).all()
        if fact == "columns":
            return {(row[0], row[1]): tuple(row[2:]) for row in rows if declared(row[0])}
        return {name: " ".join(definition.split()) for name, definition in rows if declared(name)}


def sqlite_constraints(connection: Connection) -> dict[Any, Any]:
    found = inspect(connection)
    return {
        table: {
            "check": sorted((each["name"], each["sqltext"]) for each in found.get_check_constraints(table)),
            "unique": sorted((each["name"], each["column_names"]) for each in found.get_unique_constraints(table)),
            "primary": found.get_pk_constraint(table),
            "foreign": sorted(map(str, found.get_foreign_keys(table))),
        }
        for table in sorted(filter(declared, found.get_table_names()))
    }


def test_what_must_read_before_it_writes_is_no_sql_to_print(
    capsys: pytest.CaptureFixture[str], new_database: Callable[[str], str]
) -> None:
    url = new_database("sqlite")
    command.upgrade(config(url), "9d40f7b21ce8", sql=True)
    assert "ADD COLUMN search_text" in capsys.readouterr().out
    with pytest.raises(CommandError, match="shixiang migrate"):
        command.upgrade(config(url), "9d40f7b21ce8:head", sql=True)


def test_items_of_before_are_found_by_their_words(database_kind: str, new_database: Callable[[str], str]) -> None:
    """Names, aliases and main items that were there before words were looked for, of every version."""
    url = new_database(database_kind)
    command.upgrade(config(url), "7d1c2f0a9b34")
    with engine(url) as made, made.begin() as connection:
        connection.execute(text("INSERT INTO catalogue_object (id, object) VALUES (1, 'item'), (2, 'department')"))
        connection.execute(
            text(OLD_ITEM),
            [
                {"from": "2020-01-01", "to": "2021-01-01", "name": "ＧＳＰ认证"},
                {"from": "2021-01-01", "to": "9999-12-31", "name": "药品经营许可"},
            ],
        )
        connection.execute(text(OLD_DEPARTMENT))
    migrate(url)
    with engine(url) as made, made.connect() as connection:
        said = connection.execute(text("SELECT search_text FROM item_version ORDER BY valid_from")).scalars().all()
        called = connection.execute(text("SELECT search_text FROM department_version")).scalar()
        grams = str(connection.execute(text("SELECT grams FROM item_search WHERE rowid = 1")).scalar())
    assert said == ["gsp认证\n药店\n药品", "药品经营许可\n药店\n药品"]
    assert called == "区药监局(筹)"
    assert all(gram in grams for gram in ("gs", "认证", "经营", "药店", "店"))


OLD_ITEM = """
    INSERT INTO item_version (id, version, valid_from, valid_to, made_in, recorded_in, superseded_in, code, name,
                              division_code, department_code, aliases, main_item_name)
    VALUES (1, 1, :from, :to, 1, 1, 2147483647, 'A-1', :name, '440105', 'D-1', '["药店"]', '药品')"""
OLD_DEPARTMENT = """
    INSERT INTO department_version (id, version, valid_from, valid_to, made_in, recorded_in, superseded_in, code, name,
                                    division_code)
    VALUES (2, 1, '2020-01-01', '9999-12-31', 1, 1, 2147483647, 'D-1', '区药监局（筹）', '440105')"""


def test_a_key_of_before_still_opens_and_does_again_after_going_back(
    database_kind: str, new_database: Callable[[str], str]
) -> None:
    """Keys became accounts of administrators with a token; the next account has a number of its own."""
    url = new_database(database_kind)
    command.upgrade(config(url), BEFORE_ACCOUNTS)
    with engine(url) as made, made.begin() as connection:
        rows = [{"id": 3, "name": "审批局 王敏", "digest": digest("sx_old"), "revoked": None}]
        rows += [{"id": 7, "name": "离任者", "digest": digest("sx_gone"), "revoked": "2026-02-01 09:00:00"}]
        connection.execute(text(OLD_KEY), rows)
    migrate(url)
    assert [opens(url, key) for key in ("sx_old", "sx_gone", "sx_other")] == [200, 401, 401]
    with engine(url) as made, made.begin() as connection:
        new = create_key(connection, NewKey("新来的"), NOW)
        create_key(connection, NewKey("读者", "reader"), NOW)
        numbers = connection.execute(text("SELECT id FROM account ORDER BY id")).scalars().all()
    assert numbers == [3, 7, 8, 9]
    command.downgrade(config(url), BEFORE_ACCOUNTS)
    with engine(url) as made, made.connect() as connection:
        left = connection.execute(text("SELECT name, digest FROM api_key WHERE revoked_at IS NULL ORDER BY id")).all()
    assert [tuple(row) for row in left] == [("审批局 王敏", digest("sx_old")), ("新来的", digest(new))]
    migrate(url)
    assert [opens(url, key) for key in ("sx_old", "sx_gone", new)] == [200, 401, 200]


BEFORE_ACCOUNTS = "b58e03c7d1f2"
OLD_KEY = """
    INSERT INTO api_key (id, name, digest, created_at, revoked_at)
    VALUES (:id, :name, :digest, '2026-01-01 09:00:00', :revoked)"""


def opens(url: str, key: str) -> int:
    app = create_app(Settings(database_url=url, frozen_clock=NOW))
    answer = Client(app).get("/v1/audit", headers={"Authorization": f"Bearer {key}"})
    app.state.database.close()
    return answer.status_code
