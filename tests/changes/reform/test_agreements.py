from datetime import date

import pytest

from app.changes.checks import CatalogueInconsistent
from app.changes.rules import Draft
from app.db import Database
from tests.factories import DIVISION, item, publish
from tests.lists.agreements.desk import AGREEMENTS, HUICHENG, ITEMS, QINGXIU, TIANHE, agreement

NEXT = date(2027, 1, 1)
NATIONAL = "11440106007482532A4000111001000"


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    publish(database, *ITEMS, item(NATIONAL, division_code=TIANHE))
    publish(database, *AGREEMENTS)


@pytest.mark.parametrize(
    ("drafts", "rules"),
    [
        ((agreement("a", DIVISION, "HZ-004"),), ["agreement-with-oneself"]),
        ((agreement("a", "530199", "HZ-004"),), ["unknown-division"]),
        ((agreement("a", HUICHENG, "HZ-004", NATIONAL),), ["not-ours"]),
        ((agreement("a", HUICHENG, "HZ-004", "HZ-003", start=NEXT),), ["item-agreed-twice"]),
        ((agreement("a", "530102", "HZ-004"), agreement("b", "530102", "HZ-004", start=NEXT)), ["item-agreed-twice"]),
        ((agreement("a", "530102", "HZ-004", until=NEXT), agreement("b", "530102", "HZ-004", start=NEXT)), []),
        ((agreement("a", QINGXIU, "HZ-002"),), []),
        ((agreement("b", DIVISION, "TH-001", division_code=TIANHE),), []),
    ],
)
def test_what_an_agreement_may_say(database: Database, drafts: tuple[Draft, ...], rules: list[str]) -> None:
    found: list[str | None] = []
    try:
        publish(database, *drafts)
    except CatalogueInconsistent as refused:
        found = [each.rule for each in refused.faults]
    assert found == rules
