"""What every test may ask for."""

import atexit
import gc
import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import enumerate as enumerate_threads
from typing import Any, Protocol

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import Phase, settings
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from rich.console import Console
from sqlalchemy import URL
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from app.access import passwords
from app.access.service import NewKey, create_key
from app.clock import SHANGHAI, FrozenClock
from app.db import Database
from app.demand.runs.matchers import Matchers
from app.jobs.worker import NAME as WORKER
from app.main import create_app
from app.settings import Settings
from seed import load
from tests.clients import LOOP, Client
from tests.databases import (
    KINDS,
    copy_sqlite,
    create_postgresql,
    create_sqlite,
    drop_postgresql,
    empty,
    end_server,
    given_server,
    migrate,
    postgresql_database,
    postgresql_server,
    sqlite_database,
)
from tests.sharing import Shared

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
AFTER_THE_DEMO = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)

SHARED_NAME = "shared"
SHARED = pytest.StashKey[Path]()

# A busy machine is slow, not wrong.
settings.register_profile("shixiang", deadline=None)
# Nobody waits for the smallest example there: the failing one is printed as it was found.
settings.register_profile("ci", deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
settings.load_profile("ci" if os.environ.get("CI") else "shixiang")


class ByDatabaseAndModule(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Side by side, each process goes through modules of one database, then of the other: of what is made for a module
    or a database little is made twice.
    """

    def _split_scope(self, nodeid: str) -> str:
        return f"{nodeid.split('::', maxsplit=1)[0]} {_kind(nodeid)}"


def _kind(nodeid: str) -> str | None:
    """The database that a test is asked of."""
    asked = re.split(r"[\[\]-]", nodeid)
    return next((kind for kind in KINDS if kind in asked), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left = {item for item in items if item.get_closest_marker("one_database") and _kind(item.nodeid) == "postgresql"}
    config.hook.pytest_deselected(items=list(left))
    items[:] = [item for item in items if item not in left]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByDatabaseAndModule:
    return ByDatabaseAndModule(config, log)


def pytest_collection_finish() -> None:
    """Thousands of tests are there until the end: the garbage collector need not look at them again and again, nor at what
    a test makes before it has made much.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session", autouse=True)
def loop_goes_on() -> Iterator[None]:
    """Of all requests."""
    with LOOP:
        yield


@pytest.fixture(scope="session", autouse=True)
def true_hasher() -> Iterator[PasswordHash]:
    """Hashing as the service does it. The tests hash as ever, only with little memory: each hash takes a core for a moment."""
    true = passwords.hasher
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "hasher", PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),)))
        yield true


@pytest.fixture(autouse=True)
def no_worker_is_left() -> Iterator[None]:
    """It would ask its database while other tests count statements."""
    yield
    assert not [each for each in enumerate_threads() if each.name == WORKER]


def pytest_configure(config: pytest.Config) -> None:
    """The process that starts the others, or does all itself, keeps what they share until they have ended."""
    if not hasattr(config, "workerinput"):
        directory = TemporaryDirectory(prefix="shixiang-tests-")
        config.stash[SHARED] = folder = Path(directory.name)
        atexit.register(directory.cleanup)  # Last: until then the server's package writes there.
        config.add_cleanup(lambda: end_server(folder))
        config.add_cleanup(lambda: _drop_templates(folder))


def _drop_templates(folder: Path) -> None:
    """From the server that was given; one of our own ends with all that it holds."""
    for each in folder.glob("*.postgresql") if given_server() else ():
        drop_postgresql(each.read_text())


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput[SHARED_NAME] = str(node.config.stash[SHARED])


@pytest.fixture(scope="session")
def shared(request: pytest.FixtureRequest) -> Shared:
    told = getattr(request.config, "workerinput", None)
    return Shared(Path(told[SHARED_NAME]) if told else request.config.stash[SHARED])


@pytest.fixture(scope="session")
def server(shared: Shared) -> Callable[[], URL]:
    """Gives the server of PostgreSQL, which is started when it is first asked for."""
    return cache(lambda: given_server() or postgresql_server(shared.folder))


class NewDatabase(Protocol):
    def __call__(self, kind: str, like: str | None = None) -> str: ...


@pytest.fixture(scope="session")
def new_database(server: Callable[[], URL]) -> Iterator[NewDatabase]:
    """Makes a database of a kind, empty or the copy of one, and gives its URL; it lasts until the end of the process."""
    with ExitStack() as stack:

        def new(kind: str, like: str | None = None) -> str:
            return stack.enter_context(
                sqlite_database(like) if kind == "sqlite" else postgresql_database(server(), like)
            )

        yield new


class Template(Protocol):
    def __call__(self, kind: str, name: str, fill: Callable[[str], None], like: str | None = None) -> str: ...


@pytest.fixture(scope="session")
def template(shared: Shared, server: Callable[[], URL]) -> Template:
    """Gives the URL of a database that is filled once in a run and then only copied."""

    def template_of(kind: str, name: str, fill: Callable[[str], None], like: str | None = None) -> str:
        def make() -> str:
            url = (
                create_sqlite(shared.folder / f"{name}.db", like)
                if kind == "sqlite"
                else create_postgresql(server(), like)
            )
            fill(url)
            return url

        return shared.once(f"{name}.{kind}", make)

    return template_of


@pytest.fixture(scope="session")
def migrated_url(template: Template) -> Callable[[str], str]:
    """Gives the URL of a database with all tables, to be copied."""
    return lambda kind: template(kind, "migrated", migrate)


@pytest.fixture(scope="session", params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
def database_url(database_kind: str, migrated_url: Callable[[str], str], new_database: NewDatabase) -> str:
    return new_database(database_kind, migrated_url(database_kind))


@pytest.fixture(scope="session")
def application(database_url: str) -> Iterator[FastAPI]:
    """The service on one migrated database with the divisions of GB/T 2260, its clock standing still."""
    app = create_app(Settings(database_url=database_url, frozen_clock=NOW, four_eyes=False))
    load.reference(app.state.database)
    yield app
    app.state.database.close()


@pytest.fixture
def database(application: FastAPI) -> Iterator[Database]:
    """An empty catalogue; what the test wrote is gone after it."""
    database: Database = application.state.database
    application.state.clock = FrozenClock(NOW)
    # What is in memory is of another catalogue, which had the same revisions.
    application.state.matchers = Matchers(database, application.state.settings)
    yield database
    with database.write() as connection:
        empty(connection)


@pytest.fixture
def clock(application: FastAPI, database: Database) -> FrozenClock:  # noqa: ARG001 - it resets the clock
    """The service's clock; set `at` to move it."""
    held: FrozenClock = application.state.clock
    return held


@pytest.fixture
def client(application: FastAPI, database: Database) -> TestClient:  # noqa: ARG001
    """Somebody without a key."""
    return Client(application, raise_server_exceptions=False)


@pytest.fixture
def staff(application: FastAPI, database: Database) -> TestClient:
    """Somebody of the approval bureau, with a key."""
    with database.write() as connection:
        key = create_key(connection, NewKey("审批局 王敏"), NOW)
    return Client(application, headers={"Authorization": f"Bearer {key}"}, raise_server_exceptions=False)


@pytest.fixture(scope="session")
def demo_url(database_kind: str, migrated_url: Callable[[str], str], template: Template) -> str:
    """The demonstration district as it is delivered, to be copied."""

    def fill(url: str) -> None:
        with closing(Database(url)) as database:
            load.reference(database)
            load.demo(database, progress=Console(quiet=True))
            # The server's own daemon does it within a minute; without statistics each sort takes 20 times as long.
            if database_kind == "postgresql":
                with database.aside() as connection:
                    connection.exec_driver_sql("ANALYZE")

    return template(database_kind, "demo", fill, migrated_url(database_kind))


@pytest.fixture(scope="session")
def demo(database_kind: str, demo_url: str, new_database: NewDatabase) -> Iterator[TestClient]:
    """The demonstration district, read only."""
    app = create_app(Settings(database_url=new_database(database_kind, demo_url), frozen_clock=AFTER_THE_DEMO))
    yield Client(app, raise_server_exceptions=False)
    app.state.database.close()


@pytest.fixture
def own_demo(demo_url: str, tmp_path: Path) -> Iterator[TestClient]:
    """A copy of the demonstration in SQLite that may be written to."""
    with copied(demo_url, tmp_path / "shixiang.db") as client:
        yield client


@contextmanager
def copied(demo_url: str, copy: Path) -> Iterator[TestClient]:
    copy_sqlite(demo_url, copy)
    app = create_app(Settings(database_url=f"sqlite:///{copy}", frozen_clock=AFTER_THE_DEMO, four_eyes=False))
    yield Client(app, raise_server_exceptions=False)
    app.state.database.close()
