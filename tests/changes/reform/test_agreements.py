from datetime import date

import pytest

from app.catalogue.objects import AGREEMENT
from app.changes.checks import CatalogueInconsistent
from app.changes.rules import Draft
from app.db import Database
from tests.factories import DIVISION, amend, draft, item, publish
from tests.lists.agreements.desk import AGREEMENTS, HUICHENG, ITEMS, QINGXIU, TIANHE, agreement

NEXT = date(2027, 1, 1)
NATIONAL = "11440106007482532A4000111001000"


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    publish(database, *ITEMS, item(NATIONAL, division_code=TIANHE))
    publish(database, *AGREEMENTS)


def refusals(database: Database, *drafts: Draft) -> list[str | None]:
    """The rules that stand in the way of publishing the drafts."""
    try:
        publish(database, *drafts)
    except CatalogueInconsistent as refused:
        return [each.rule for each in refused.faults]
    return []


def test_what_an_agreement_may_say(database: Database) -> None:
    later = agreement("b", "530102", "HZ-004", start=NEXT)
    cases: tuple[tuple[list[str], tuple[Draft, ...]], ...] = (
        (["agreement-with-oneself"], (agreement("a", DIVISION, "HZ-004"),)),
        (["unknown-division"], (agreement("a", "530199", "HZ-004"),)),
        (["not-ours"], (agreement("a", HUICHENG, "HZ-004", NATIONAL),)),
        (["item-agreed-twice"], (agreement("a", HUICHENG, "HZ-004", "HZ-003", start=NEXT),)),
        (["item-agreed-twice"], (agreement("a", "530102", "HZ-004"), later)),
        (["entry-count"], (agreement("a", "530102"),)),
        (["entry-count"], (agreement("a", "530102", entries=None),)),
        (["missing-value"], (agreement("a", "530102", "HZ-004", filter="is_online ="),)),
        ([], (agreement("a", "530102", "HZ-004", until=NEXT), later)),
        ([], (agreement("c", QINGXIU, "HZ-002"),)),
        ([], (agreement("d", DIVISION, "TH-001", division_code=TIANHE),)),
    )
    for rules, drafts in cases:
        assert refusals(database, *drafts) == rules


def test_an_item_agreed_twice_is_told_once_however_often_the_other_agreement_changed(database: Database) -> None:
    signed = draft("amend", "HZ-tb-441302", {"signed_on": "2024-05-06"}, kind=AGREEMENT, start=date(2024, 6, 1))
    publish(database, signed)
    assert refusals(database, agreement("a", HUICHENG, "HZ-003")) == ["item-agreed-twice"]


def test_an_item_that_an_agreement_names_stays_in_its_division(database: Database) -> None:
    moved = [amend(code, NEXT, division_code=TIANHE) for code in ("HZ-003", "HZ-004")]
    assert refusals(database, *moved) == ["not-ours"]
    entries = {"entries": [{"code": "HZ-001"}, {"code": "HZ-002"}]}
    less = draft("amend", "HZ-tb-441302", entries, kind=AGREEMENT, start=NEXT)
    assert refusals(database, *moved, less) == []
