"""Answers that a client keeps: 304 while they hold, 200 as soon as a publication or midnight changes them."""

from datetime import date, datetime

import pytest
from fastapi.testclient import TestClient

from app.catalogue.objects import DEPARTMENT
from app.clock import SHANGHAI, FrozenClock
from app.db import Database
from tests.factories import amend, department, draft, item, publish

KEPT = [
    "/v1/items",
    "/v1/items?is_online=true&limit=1",
    "/v1/items?q=养老&facets=task_type&sort=-name",
    "/v1/items/A-1",
    "/v1/items/A-1/versions",
    "/v1/items/A-1/diff?from=2020-01-01",
    "/v1/departments",
    "/v1/departments/11440100007482532A",
    "/v1/windows",
    "/v1/basic-items",
    "/v1/divisions",
]


@pytest.fixture
def planned(database: Database, clock: FrozenClock) -> None:
    """A-1 goes online on the third of March, known since the first; the clock stands a minute before midnight."""
    online = amend("A-1", date(2026, 3, 3), is_online=True)
    publish(database, department(), item("A-1", is_online=False), item("A-2", is_online=True), online)
    clock.at = datetime(2026, 3, 2, 23, 59, tzinfo=SHANGHAI)


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize("path", KEPT)
def test_asked_again_the_answer_still_holds(client: TestClient, path: str) -> None:
    first = client.get(path)
    tag = first.headers["ETag"]
    assert (first.headers["Cache-Control"], first.headers["Vary"]) == ("no-cache", "Accept, Accept-Language")
    for known in (tag, f'"x", W/{tag}'):
        again = client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert client.get(path, headers={"If-None-Match": '"x"'}).status_code == 200


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize("path", KEPT)
def test_at_midnight_it_is_asked_anew(client: TestClient, clock: FrozenClock, path: str) -> None:
    """Without any publication: a planned version begins."""
    tag = client.get(path).headers["ETag"]
    clock.at = datetime(2026, 3, 3, 0, 0, tzinfo=SHANGHAI)
    again = client.get(path, headers={"If-None-Match": tag})
    if path.endswith("/versions"):
        assert again.status_code == 304  # all versions, of whatever day
    else:
        assert again.status_code == 200
        assert "2026-03-03" in again.text


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize("path", KEPT)
def test_after_a_publication_it_is_asked_anew(client: TestClient, database: Database, path: str) -> None:
    tag = client.get(path).headers["ETag"]
    publish(database, item("A-9"), on=date(2026, 3, 2))
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.usefixtures("planned")
def test_a_question_on_fixed_dates_holds_past_midnight(client: TestClient, clock: FrozenClock) -> None:
    pinned = "/v1/items?as_of=2026-03-02&known_at=1"
    tag = client.get(pinned).headers["ETag"]
    clock.at = datetime(2026, 3, 3, 0, 0, tzinfo=SHANGHAI)
    assert client.get(pinned, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.usefixtures("planned")
def test_another_question_or_language_has_another_tag(client: TestClient) -> None:
    asked = ["/v1/items", "/v1/items?limit=1", "/v1/items?is_online=true", "/v1/departments", "/v1/items?sort=name"]
    tags = [client.get(path).headers["ETag"] for path in asked]
    tags.append(client.get("/v1/items", headers={"Accept-Language": "en"}).headers["ETag"])
    assert len(set(tags)) == len(tags)
    orders = ["/v1/items?is_online=true&limit=1", "/v1/items?limit=1&is_online=true"]
    assert len({client.get(path).headers["ETag"] for path in orders}) == 1


@pytest.mark.usefixtures("planned")
def test_the_tag_of_an_item_begins_with_its_version(client: TestClient, database: Database) -> None:
    before = client.get("/v1/items/A-1").headers["ETag"]
    publish(database, draft("amend", "A-1", {"name": "改名"}, start=date(2026, 3, 2)), on=date(2026, 3, 2))
    after = client.get("/v1/items/A-1").headers["ETag"]
    assert (before[:3], after[:3]) == ('"1-', '"3-')


@pytest.mark.usefixtures("planned")
def test_a_department_with_a_new_name_changes_its_items(client: TestClient, database: Database) -> None:
    """The name stands in the answer, though the item's version is the same."""
    tag = client.get("/v1/items/A-1").headers["ETag"]
    publish(
        database, draft("amend", "11440100007482532A", {"name": "区民政局"}, kind=DEPARTMENT, start=date(2026, 3, 2))
    )
    again = client.get("/v1/items/A-1", headers={"If-None-Match": tag})
    assert (again.status_code, again.json()["department_name"]) == (200, "区民政局")


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize("path", [*KEPT, "/healthz", "/v1/metrics", "/v1/metric-values?metric=online_rate", "/docs"])
def test_head_is_get_without_the_body(client: TestClient, path: str) -> None:
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert head.headers["content-length"] == str(len(whole.content))
    assert head.headers.get("ETag") == whole.headers.get("ETag")


def test_head_of_what_is_not_there_or_takes_no_get(client: TestClient) -> None:
    assert client.head("/v1/items/A-9").status_code == 404
    assert client.head("/v1/items?limit=0").status_code == 422


def test_a_failure_has_no_tag(client: TestClient) -> None:
    answer = client.get("/v1/items?filter=x", headers={"If-None-Match": "*"})
    assert (answer.status_code, "ETag" in answer.headers) == (422, False)
