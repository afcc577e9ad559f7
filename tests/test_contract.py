"""What the API promises: the OpenAPI document, its snapshot, and the pages that show it."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.patterns import LOGIN, SAID
from app.settings import Settings
from tests.databases import ROOT

SNAPSHOT = ROOT / "docs" / "openapi.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    application = create_app(Settings(database_url="sqlite:///never-opened.db"))
    application.state.database.close()
    return application.openapi()


@pytest.fixture(scope="module")
def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_the_contract_changes_only_on_purpose(document: dict[str, Any]) -> None:
    agreed = json.loads(SNAPSHOT.read_text(encoding="utf-8")) if SNAPSHOT.exists() else None
    if agreed != json.loads(json.dumps(document)):
        pytest.fail("The API differs from docs/openapi.json. If that is meant, run make openapi and commit the file.")


def test_every_operation_is_named_and_explained(operations: dict[str, dict[str, Any]]) -> None:
    for name, operation in operations.items():
        assert operation.get("summary"), name
        assert operation.get("description"), f"{name} has no docstring"
        assert not re.search("_v1_|_(get|post|put|patch|delete)$", operation["operationId"]), f"{name} has no name"
    names = [operation["operationId"] for operation in operations.values()]
    assert len(names) == len(set(names))


def test_every_parameter_is_explained(operations: dict[str, dict[str, Any]]) -> None:
    unexplained = [
        (name, parameter["name"])
        for name, operation in operations.items()
        for parameter in operation.get("parameters", ())
        if not parameter.get("description") and parameter["in"] == "query"
    ]
    assert unexplained == []


# Told in words of their own: the key of a metric, numbers as query parameters, a position in the feed.
OTHERWISE_TOLD = {"^[a-z][a-z0-9_]{2,63}$", "^[a-z][a-z0-9-]{2,63}$", r"^(\d+|null)$", "^[0-9]{1,10}-[0-9]{1,10}$"}


def patterns_in(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (said for name, said in part.items() if name == "pattern" and isinstance(said, str))
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from patterns_in(each)


def test_every_pattern_is_said_in_words(document: dict[str, Any]) -> None:
    """The contract leaves out that of logins: capitals are taken too, and made small."""
    found = set(patterns_in(document))
    assert found | {LOGIN} == set(SAID) | OTHERWISE_TOLD


def test_every_setting_is_explained() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


class Addresses(HTMLParser):
    """Every address that a page loads or links to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("src", "href") and value]


LOADED = re.compile(rb"""(?:url\(|@import|importScripts\(|sourceMappingURL=)\s*["']?((?:https?:)?//[^\s"')]+)""")


def test_the_pages_need_no_internet(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    assert re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]+", page.text) == []
    parser = Addresses()
    parser.feed(page.text)
    assert any(address.endswith(".js") for address in parser.found)
    for address in parser.found:
        assert urlsplit(address).netloc == ""
        asset = client.get(address)
        assert asset.status_code == 200, address
        assert len(asset.content) > 100
        assert LOADED.findall(asset.content) == [], address


def test_the_first_page_is_the_documentation(client: TestClient) -> None:
    assert client.get("/").url.path == "/docs"


def test_redoc_is_not_offered(client: TestClient) -> None:
    assert client.get("/redoc").status_code == 404


def test_it_lives_and_is_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok", "revision": 0}
