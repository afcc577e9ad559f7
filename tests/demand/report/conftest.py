from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from tests.conftest import NewDatabase
from tests.demand.report.market import Market, market


@pytest.fixture(scope="module")
def asked(database_kind: str, migrated_url: Callable[[str], str], new_database: NewDatabase) -> Iterator[Market]:
    """One for all tests of a module; whoever judges in it judges words that no other test looks at."""
    with market(new_database(database_kind, migrated_url(database_kind))) as made:
        yield made


@pytest.fixture(scope="module")
def researcher(asked: Market) -> TestClient:
    return asked.client()
