from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Barrier, Thread

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.catalogue.moments import latest_revision, revision
from app.clock import FrozenClock
from app.db import Database
from app.main import create_app
from app.metrics import definitions
from app.metrics.definitions import Metric, metrics
from app.metrics.models import metric_definition
from app.metrics.recorded import Recorded, recorded_at
from app.metrics.recording import RELEASE, record_release
from app.settings import Settings
from tests.conftest import NOW
from tests.factories import department, item, publish
from tests.metrics.own.desk import LICENCES_ONLINE, created, figure, put

SHIPPED = metrics()
STRICTER = "is_online = true AND onsite_visits = 0"
Ship = Callable[..., None]


LAST_REVISION = select(revision.c.number, revision.c.change_set).order_by(revision.c.number.desc()).limit(1)


@pytest.fixture
def ship(monkeypatch: pytest.MonkeyPatch) -> Ship:
    """Another release: these metrics as said, without those, the others as they are."""

    def release(*said: Metric, without: tuple[str, ...] = ()) -> None:
        shipped = {key: metric for key, metric in SHIPPED.items() if key not in without}
        monkeypatch.setattr(definitions, "metrics", lambda: shipped | {metric.key: metric for metric in said})

    return release


@contextmanager
def serving(url: str) -> Iterator[TestClient]:
    """The service from its start to its end."""
    with TestClient(create_app(Settings(database_url=url, frozen_clock=NOW)), raise_server_exceptions=False) as client:
        yield client


def start(url: str) -> None:
    with serving(url):
        pass


@pytest.fixture
def catalogue(database: Database) -> int:
    return publish(
        database,
        department(),
        item("HZ-1", is_online=True, onsite_visits=0),
        item("HZ-2", is_online=True, onsite_visits=1),
        item("HZ-3", is_online=False),
    )


def records(database: Database) -> dict[str, Recorded]:
    with database.read() as connection:
        return dict(recorded_at(connection, latest_revision(connection)))


def changes(database: Database) -> list[tuple[str, int, int, bool]]:
    """Key, version, revision and whether withdrawn of all that was recorded after the first release."""
    columns = metric_definition.c
    later = select(columns.key, columns.version, columns.recorded_in, columns.withdrawn).where(columns.recorded_in > 0)
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(later.order_by(columns.key, columns.version))]


def online(**other: object) -> Metric:
    return replace(SHIPPED["online_rate"], **other)  # type: ignore[arg-type]  # a metric of another release


def test_the_first_start_records_what_is_shipped_since_ever(
    database: Database, database_url: str, catalogue: int
) -> None:
    with serving(database_url) as client:
        assert client.get("/readyz").json()["revision"] == catalogue
        online = client.get("/v1/metrics/online_rate").json()
    assert (online["recorded_in"], online["recorded_by"], online["released"]) == (0, RELEASE.name, True)
    found = records(database)
    assert {key: each.metric for key, each in found.items()} == SHIPPED
    assert list(found) == list(SHIPPED)
    assert {each.recorded_in for each in found.values()} == {0}


def test_what_was_answered_before_the_first_start_is_answered_after_it(
    client: TestClient, database_url: str, catalogue: int
) -> None:
    pinned = f"/v1/metric-values?as_of=2026-03-01&known_at={catalogue}"
    before = client.get(pinned).json()
    start(database_url)
    assert client.get(pinned).json() == before


def test_another_start_records_nothing(database: Database, database_url: str, catalogue: int) -> None:
    start(database_url)
    start(database_url)
    assert (changes(database), len(records(database))) == ([], len(SHIPPED))
    with database.read() as connection:
        assert latest_revision(connection) == catalogue


def test_a_release_that_differs_takes_one_revision_and_leaves_the_past(
    database: Database, database_url: str, client: TestClient, catalogue: int, ship: Ship
) -> None:
    start(database_url)
    before = figure(client, "online_rate")
    new = replace(SHIPPED["online_rate"], key="online_share", definition_version=1)
    ship(online(numerator=STRICTER, definition_version=2), new, without=("hall_share",))
    start(database_url)
    taken = catalogue + 1
    assert changes(database) == [
        ("hall_share", 2, taken, True),
        ("online_rate", 2, taken, False),
        ("online_share", 1, taken, False),
    ]
    with database.read() as connection:
        assert connection.execute(LAST_REVISION).one() == (taken, None)
    after = figure(client, "online_rate")
    assert (before["numerator"], before["definition_version"]) == (2, 1)
    assert (after["numerator"], after["definition_version"]) == (1, 2)
    assert figure(client, "online_rate", f"&known_at={catalogue}") == before
    assert client.get(f"/v1/metric-values?metric=online_share&known_at={catalogue}").status_code == 422
    assert client.get("/v1/metric-values?metric=hall_share").json()["errors"][0]["rule"] == "withdrawn-metric"
    start(database_url)
    assert len(changes(database)) == 3


@pytest.mark.usefixtures("catalogue")
def test_a_changed_definition_has_a_new_number_even_where_the_release_forgot_it(
    database: Database, database_url: str, ship: Ship
) -> None:
    start(database_url)
    ship(online(numerator=STRICTER))
    start(database_url)
    start(database_url)
    assert [(key, version) for key, version, *_ in changes(database)] == [("online_rate", 2)]


@pytest.mark.usefixtures("catalogue")
def test_a_higher_number_alone_is_recorded(database: Database, database_url: str, ship: Ship) -> None:
    start(database_url)
    ship(online(definition_version=5))
    start(database_url)
    assert [(key, version) for key, version, *_ in changes(database)] == [("online_rate", 5)]


@pytest.mark.usefixtures("catalogue")
def test_a_metric_that_vanished_and_came_back_is_in_force_again(
    database: Database, database_url: str, ship: Ship
) -> None:
    start(database_url)
    ship(without=("hall_share",))
    start(database_url)
    ship()
    start(database_url)
    assert [(key, version, withdrawn) for key, version, _, withdrawn in changes(database)] == [
        ("hall_share", 2, True),
        ("hall_share", 3, False),
    ]


@pytest.mark.usefixtures("catalogue")
def test_a_key_that_the_bureau_uses_stays_its_own_until_it_is_withdrawn(
    database: Database, database_url: str, staff: TestClient, ship: Ship
) -> None:
    start(database_url)
    created(staff)
    key = LICENCES_ONLINE["key"]
    ship(online(key=key))
    start(database_url)
    assert not records(database)[key].released
    put(staff, key, {"withdrawn": True})
    start(database_url)
    assert (records(database)[key].released, records(database)[key].metric.definition_version) == (True, 3)


@pytest.mark.usefixtures("catalogue")
def test_own_metrics_are_not_touched_by_a_release(
    database: Database, database_url: str, staff: TestClient, ship: Ship
) -> None:
    created(staff)
    start(database_url)
    ship(online(numerator=STRICTER))
    start(database_url)
    assert [key for key, *_ in changes(database)] == ["licence_online_rate", "online_rate"]


def test_workers_that_start_at_once_record_once(
    database: Database, database_url: str, catalogue: int, ship: Ship
) -> None:
    start(database_url)
    ship(online(numerator=STRICTER))
    together, databases = Barrier(4), [Database(database_url) for _ in range(4)]

    def begin(own: Database) -> None:
        together.wait()
        record_release(own, FrozenClock(NOW))
        own.close()

    workers = [Thread(target=begin, args=(each,)) for each in databases]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert changes(database) == [("online_rate", 2, catalogue + 1, False)]


def test_two_services_on_one_database_answer_alike(database_url: str, staff: TestClient, catalogue: int) -> None:
    with serving(database_url) as other:
        created(staff)
        assert other.get("/v1/metric-values").json() == staff.get("/v1/metric-values").json()
        put(staff, LICENCES_ONLINE["key"], {**LICENCES_ONLINE, "denominator": "status = '1'"})
        assert figure(other, LICENCES_ONLINE["key"])["definition_version"] == 2
        assert figure(other, LICENCES_ONLINE["key"], f"&known_at={catalogue + 1}")["definition_version"] == 1


def test_a_database_without_tables_does_not_keep_the_service_from_starting(
    database_kind: str, new_database: Callable[[str], str]
) -> None:
    with serving(new_database(database_kind)) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503


def test_both_databases_keep_a_definition_as_it_was_written(database: Database, database_url: str) -> None:
    """JSONB sorts the members of an object: what has an order is kept as a list."""
    start(database_url)
    limit = records(database)["limit_compression"].metric
    assert (limit.sets, limit.after) == (SHIPPED["limit_compression"].sets, SHIPPED["limit_compression"].after)
