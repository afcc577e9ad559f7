"""The two dates of every answer: which day it is about, and by when it was known."""

from datetime import date, datetime
from itertools import product

import pytest
from fastapi.testclient import TestClient

from app.catalogue.objects import OPEN_DAY
from app.clock import SHANGHAI, FrozenClock
from app.db import Database
from tests.factories import amend, department, item, publish

DATED = [
    "/v1/items", "/v1/items/HZ-001", "/v1/items/HZ-001/versions", "/v1/departments", "/v1/windows", "/v1/basic-items",
    "/v1/divisions",
]  # fmt: skip


@pytest.fixture
def corrected(database: Database) -> None:
    """Published on 2024-12-08 and 2025-06-01: what was online since 2024 is only known from the second on."""
    publish(database, department(), item("HZ-001", is_online=False), on=date(2024, 12, 8))
    publish(database, amend("HZ-001", date(2024, 1, 1), is_online=True), on=date(2025, 6, 1))


@pytest.mark.usefixtures("corrected")
@pytest.mark.parametrize(
    ("dates", "online", "revision", "known_at"),
    [
        pytest.param("", True, 2, "2025-06-01T09:00:00+08:00", id="today as now known"),
        pytest.param("as_of=2023-12-31", False, 2, "2025-06-01T09:00:00+08:00", id="before the correction begins"),
        pytest.param("as_of=2024-01-01", True, 2, "2025-06-01T09:00:00+08:00", id="its first day"),
        pytest.param("known_at=1", False, 1, "2024-12-08T09:00:00+08:00", id="as the first revision had it"),
        pytest.param("known_at=2", True, 2, "2025-06-01T09:00:00+08:00", id="the revision of the correction"),
        pytest.param("known_at=2025-05-31", False, 1, "2025-05-31T23:59:59.999999+08:00", id="the day before"),
        pytest.param("known_at=2025-06-01", True, 2, "2025-06-01T23:59:59.999999+08:00", id="a day means its end"),
        pytest.param(
            "known_at=2025-06-01T08:59:59%2B08:00", False, 1, "2025-06-01T08:59:59+08:00", id="a second before"
        ),
        pytest.param("known_at=2025-06-01T09:00:00%2B08:00", True, 2, "2025-06-01T09:00:00+08:00", id="that second"),
        pytest.param("known_at=2025-06-01T01:00:00Z", True, 2, "2025-06-01T09:00:00+08:00", id="the same in UTC"),
        pytest.param("known_at=2025-06-01T00:59:59Z", False, 1, "2025-06-01T08:59:59+08:00", id="UTC, a second before"),
        pytest.param("known_at=2025-06-01T09:00:00+08:00", True, 2, "2025-06-01T09:00:00+08:00", id="+ as a blank"),
        pytest.param("known_at=2026-03-02", True, 2, "2026-03-02T10:00:00+08:00", id="today ends now"),
    ],
)
def test_a_day_and_what_was_known(client: TestClient, dates: str, online: bool, revision: int, known_at: str) -> None:  # noqa: FBT001
    found = client.get(f"/v1/items/HZ-001?{dates}").json()
    assert (found["is_online"], found["revision"], found["known_at"]) == (online, revision, known_at)
    listed = client.get(f"/v1/items?is_online={str(online).lower()}&{dates}").json()
    assert (listed["total"], listed["revision"], listed["as_of"]) == (1, revision, found["as_of"])


IMPOSSIBLE = [
    ("as_of", "2020-13-40", "not-a-date"),
    ("as_of", "2023-02-29", "not-a-date"),
    ("as_of", "昨天", "not-a-date"),
    ("as_of", "", "not-a-date"),
    ("as_of", "20201208", "not-a-date"),
    ("as_of", "2020-12-8", "not-a-date"),
    ("as_of", "２０２０-12-08", "not-a-date"),
    ("as_of", "2020-12-08T09:00:00+08:00", "not-a-date"),
    ("as_of", "0000-01-01", "not-a-date"),
    ("as_of", OPEN_DAY.isoformat(), "not-a-date"),
    ("known_at", "2026-03-03", "in-the-future"),
    ("known_at", "2026-03-02T10:00:01+08:00", "in-the-future"),
    ("known_at", "2026-03-02T02:00:01Z", "in-the-future"),
    ("known_at", "9999-12-31", "not-a-date"),
    ("known_at", "3", "unknown-revision"),
    ("known_at", "99999", "unknown-revision"),
    ("known_at", "2020-13-40", "not-a-date"),
    ("known_at", "2025-06-01T09:00:00", "not-an-instant"),
    ("known_at", "20250601", "not-an-instant"),
    ("known_at", "0001-01-01T00:00:00+14:00", "not-an-instant"),
    ("known_at", "9999-12-31T23:00:00-14:00", "not-an-instant"),
    ("known_at", "-1", "not-an-instant"),
    ("known_at", "1.0", "not-an-instant"),
    ("known_at", "", "not-an-instant"),
]


@pytest.mark.usefixtures("corrected")
def test_a_date_that_cannot_be_meant(client: TestClient) -> None:
    for path, (parameter, value, rule) in product(DATED, IMPOSSIBLE):
        answer = client.get(path, params={parameter: value})
        assert answer.status_code == 422, (path, parameter, value)
        (fault,) = answer.json()["errors"]
        assert (fault["parameter"], fault["rule"], fault["value"]) == (parameter, rule, value)


def test_nothing_can_be_known_of_an_empty_catalogue(client: TestClient) -> None:
    answer = client.get("/v1/items").json()
    assert (answer["total"], answer["revision"], answer["known_at"]) == (0, 0, None)
    assert answer["note"] == "目录还没有发布过任何内容。"
    assert client.get("/v1/items?known_at=99999").status_code == 422
    assert client.get("/v1/items?known_at=2027-01-01").status_code == 422
    assert client.get("/v1/items?known_at=2025-01-01").json()["total"] == 0


@pytest.mark.usefixtures("corrected")
@pytest.mark.parametrize("known_at", ["2024-12-07", "0", "2024-12-08T08:59:59%2B08:00"])
def test_before_the_catalogue_began_it_says_since_when_it_knows(client: TestClient, known_at: str) -> None:
    answer = client.get(f"/v1/items?known_at={known_at}").json()
    assert (answer["items"], answer["total"], answer["next"], answer["revision"]) == ([], 0, None, 0)
    assert answer["note"] == "本目录自 2024-12-08 起才有记录，此前什么都不知道。"
    assert client.get(f"/v1/items/HZ-001?known_at={known_at}").status_code == 404


@pytest.mark.usefixtures("corrected")
def test_before_the_first_day_it_speaks_of_it_says_so(client: TestClient) -> None:
    early = client.get("/v1/items?as_of=2019-12-31").json()
    assert (early["total"], early["note"]) == (0, "本目录只记录了 2020-01-01 起的情况，更早的情况不知道。")
    assert "note" not in client.get("/v1/items?as_of=2020-01-01").json()


@pytest.mark.usefixtures("corrected")
def test_days_are_days_in_shanghai(client: TestClient, clock: FrozenClock) -> None:
    clock.at = datetime(2026, 3, 2, 15, 59, 59, tzinfo=datetime.fromisoformat("2026-03-02T00:00:00+00:00").tzinfo)
    assert client.get("/v1/items").json()["as_of"] == "2026-03-02"
    clock.at = datetime.fromisoformat("2026-03-02T16:00:00+00:00")
    assert client.get("/v1/items").json()["as_of"] == "2026-03-03"


def test_a_clock_that_steps_back_does_not_reorder_what_was_published(client: TestClient, database: Database) -> None:
    publish(database, department(), item("HZ-001"), on=date(2025, 6, 1))
    publish(database, item("HZ-002"), on=date(2025, 5, 1))
    for known_at, total in [("1", 1), ("2", 2), ("2025-05-31", 0), ("2025-06-01", 2)]:
        assert client.get(f"/v1/items?known_at={known_at}").json()["total"] == total


def test_a_later_version_begins_without_anybody_doing_anything(
    client: TestClient, database: Database, clock: FrozenClock
) -> None:
    publish(database, department(), item("HZ-001", start=date(2026, 3, 3)))
    assert client.get("/v1/items").json()["total"] == 0
    clock.at = datetime(2026, 3, 3, 0, 0, tzinfo=SHANGHAI)
    assert client.get("/v1/items").json()["total"] == 1
