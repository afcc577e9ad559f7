"""Answers that a client keeps: 304 while they hold, 200 as soon as a publication or midnight changes them."""

import re
from datetime import date, datetime
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.catalogue.divisions import division
from app.catalogue.objects import DEPARTMENT
from app.clock import SHANGHAI, FrozenClock
from app.db import Database
from app.main import contract, create_app
from app.settings import Settings
from tests.clients import Client
from tests.factories import amend, department, draft, item, publish

pytestmark = pytest.mark.one_database

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
    "/v1/items?format=csv",
    "/v1/items?format=xlsx",
    "/v1/metric-values?metric=online_rate",
    "/v1/metric-values?metric=online_rate&format=csv",
    "/v1/metric-series?metric=online_rate&from=2026-01-01",
    "/v1/metric-changes?metric=online_rate&from=2026-01-01",
]
# What the software itself says holds until there is another edition of it.
DECLARED = [
    "/v1/elements",
    "/v1/elements?format=csv",
    "/v1/code-lists",
    "/v1/code-lists?format=csv",
    "/v1/code-lists/task_type",
    "/v1/code-lists/task_type?format=csv",
]


@pytest.fixture
def planned(database: Database, clock: FrozenClock) -> None:
    """A-1 goes online on the third of March, known since the first; the clock stands a minute before midnight."""
    online = amend("A-1", date(2026, 3, 3), is_online=True)
    publish(database, department(), item("A-1", is_online=False), item("A-2", is_online=True), online)
    clock.at = datetime(2026, 3, 2, 23, 59, tzinfo=SHANGHAI)


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize("path", [*KEPT, *DECLARED])
def test_asked_again_the_answer_still_holds(client: TestClient, path: str) -> None:
    first = client.get(path)
    tag = first.headers["ETag"]
    assert (first.headers["Cache-Control"], first.headers["Vary"]) == ("no-cache", "Accept, Accept-Language")
    for known in (tag, f'"x", W/{tag}', "*"):
        again = client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert client.get(path, headers={"If-None-Match": '"x"'}).status_code == 200


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize("path", [*KEPT, *DECLARED, "/healthz", "/readyz", "/metrics"])
def test_the_contract_has_the_headers_that_answers_have(application: FastAPI, client: TestClient, path: str) -> None:
    answer, asked = client.get(path), urlsplit(path).path
    paths = {template: each["get"] for template, each in application.openapi()["paths"].items() if "get" in each}
    found = paths.get(asked) or next(
        paths[each] for each in paths if re.fullmatch(re.sub("{.*}", "[^/]+", each), asked)
    )
    described, parameters = found["responses"]["200"].get("headers", {}), found.get("parameters", ())
    kept = "ETag" in answer.headers
    assert kept == ("ETag" in described) == ("304" in found["responses"])
    assert kept == ("If-None-Match" in {each["name"] for each in parameters if each["in"] == "header"})
    assert {"Link", "Content-Disposition"} & {*map(str.title, answer.headers)} <= described.keys()


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
        assert "format=" in path or "2026-03-03" in again.text


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
    if not path.startswith("/v1/items?format="):  # which are sent as they are read
        assert head.headers["content-length"] == str(len(whole.content))
    assert head.headers.get("ETag") == whole.headers.get("ETag")


def test_head_of_what_is_not_there_or_takes_no_get(client: TestClient) -> None:
    assert client.head("/v1/items/A-9").status_code == 404
    assert client.head("/v1/items?limit=0").status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/v1/items?filter=x",
        "/v1/items?filter=x&format=csv",
        "/v1/departments?within=999999",
        "/v1/metric-values?filter=x",
        "/v1/metric-values?metric=online&format=csv",
        "/v1/metric-series?metric=online_rate&from=2026-01-01&filter=x",
        "/v1/metric-changes?metric=online_rate&from=2026-01-01&filter=x",
        "/v1/elements?format=xls",
    ],
)
def test_a_failure_has_no_tag(client: TestClient, path: str) -> None:
    """Though a client that has any answer (`*`) would not need a right one."""
    answer = client.get(path, headers={"If-None-Match": "*"})
    assert (answer.status_code, "ETag" in answer.headers) == (422, False)


@pytest.mark.usefixtures("planned")
def test_divisions_that_are_filled_in_later_are_asked_anew(client: TestClient, database: Database) -> None:
    """They stand in no revision: the tag is of what is there."""
    tag = client.get("/v1/divisions?within=440106").headers["ETag"]
    with database.write() as connection:
        called = update(division).where(division.c.code == "440106")
        connection.execute(called.values(name="天河新区"))
    try:
        assert client.get("/v1/divisions?within=440106", headers={"If-None-Match": tag}).status_code == 200
    finally:
        with database.write() as connection:
            connection.execute(called.values(name="天河区"))


EDITION = {
    "app.main.contract": lambda: contract() | {"info": {"version": "0.2.0"}},
    "app.main.code_lists": dict,
}


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize("name", [*EDITION, None])
def test_another_edition_of_the_software_is_asked_anew(
    client: TestClient, database: Database, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, name: str | None
) -> None:
    """A label or a column may be new, though nothing was published; started anew it is the same."""
    paths = ["/v1/items", "/v1/items?format=csv", "/v1/metric-values?metric=online_rate"]
    tags = [client.get(path).headers["ETag"] for path in paths]
    if name is not None:
        monkeypatch.setattr(name, EDITION[name])
    app = create_app(Settings(database_url=database.engine.url.render_as_string(hide_password=False)))
    app.state.clock = clock
    asked = [Client(app).get(path, headers={"If-None-Match": tag}) for path, tag in zip(paths, tags, strict=True)]
    app.state.database.close()
    assert {answer.status_code for answer in asked} == {304 if name is None else 200}
