from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, insert, select

from app.engines import make_engine
from tests.databases import KINDS
from tests.filters.items import FILTERS, ITEM, ITEMS

Selected = Callable[[str], dict[str, set[int]]]


@pytest.fixture(scope="session")
def engines(new_database: Callable[[str], str]) -> Iterator[dict[str, Engine]]:
    """The ten items on both databases."""
    engines = {kind: make_engine(new_database(kind)) for kind in KINDS}
    for engine in engines.values():
        with engine.begin() as connection:
            ITEM.create(connection)
            connection.execute(insert(ITEM), ITEMS)
    yield engines
    for engine in engines.values():
        engine.dispose()


@pytest.fixture(scope="session")
def selected(engines: dict[str, Engine]) -> Selected:
    """The ids of the items a filter selects, by database."""

    def select_on(engine: Engine, text: str) -> set[int]:
        with engine.connect() as connection:
            return set(connection.scalars(select(ITEM.c.id).where(FILTERS.condition(text))))

    return lambda text: {kind: select_on(engine, text) for kind, engine in engines.items()}
