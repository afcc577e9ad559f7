from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.conftest import NewDatabase, Template
from tests.demand.report.market import Market, fill, market
from tests.demand.report.walks import get


@pytest.fixture(scope="module")
def asked(
    database_kind: str, template: Template, migrated_url: Callable[[str], str], new_database: NewDatabase
) -> Iterator[Market]:
    """One for all tests of a module."""
    filled = template(database_kind, "market", fill, migrated_url(database_kind))
    with market(new_database(database_kind, filled)) as made:
        yield made


@pytest.fixture(scope="module")
def researcher(asked: Market) -> TestClient:
    return asked.client()


@pytest.fixture(scope="module")
def report(asked: Market, researcher: TestClient) -> dict[str, Any]:
    said: dict[str, Any] = get(researcher, asked.path)
    return said
