"""What a draft does to the findings of its items: on the days that it writes, by the rules that judge what is published."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.catalogue.moments import resolve
from app.catalogue.objects import ITEM
from app.catalogue.reads import chunks
from app.catalogue.versions import versions
from app.changes.rules import Draft
from app.clock import FrozenClock
from app.db import Database
from app.quality.in_force import rules_in_force
from app.quality.queries import broken_by
from app.quality.rules import Severity
from tests.changes.desk import TODAY, act, amend, drafted, previewed
from tests.changes.wishes import part, split, transfer
from tests.conftest import NOW
from tests.factories import amend as amendment
from tests.factories import department, item, publish
from tests.quality import cases
from tests.quality.desk import LIMITS, OVER, RULE, created, found, right

STREET = "JD-001"
FEW = 20  # Guides of a draft, so that its preview lists all that is found.


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    publish(
        database,
        department(),
        department(STREET, name="海珠区江南中街道办事处"),
        right("HZ-001", **LIMITS),
        right("HZ-002", **OVER),
    )


def test_a_new_error_a_kept_one_and_one_that_is_fixed(staff: TestClient) -> None:
    path = drafted(
        staff, amend("HZ-001", promised_limit=30), amend("HZ-002", statutory_limit=40), created("HZ-003", **OVER)
    )
    assert found(staff, path) == [
        ("HZ-001", TODAY, "new", True),
        ("HZ-003", TODAY, "new", True),
        ("HZ-002", TODAY, "fixed", False),
    ]
    told = previewed(staff, path)["findings"]
    assert (told["counts"]["error"], told["blocking"]) == ({"new": 2, "unchanged": 0, "fixed": 1}, 2)
    first = told["first"][0]
    assert (first["rule"], first["severity"], first["elements"], first["position"]) == (
        RULE,
        "error",
        ["promised_limit"],
        1,
    )
    assert first["message"]
    assert first["remedy"]
    assert not first["is_exempt"]


@pytest.mark.parametrize(
    ("stated", "blocks"),
    [({"name": "养老机构设立备案"}, False), ({"promised_limit": 25}, True), ({"statutory_limit": 21}, True)],
)
def test_an_old_error_blocks_only_where_the_draft_touches_what_it_is_about(
    staff: TestClient, *, stated: dict[str, Any], blocks: bool
) -> None:
    assert found(staff, drafted(staff, amend("HZ-002", **stated))) == [("HZ-002", TODAY, "unchanged", blocks)]


def test_each_day_on_which_something_new_begins_is_looked_at(staff: TestClient, database: Database) -> None:
    """Planned versions too: what the draft makes of them begins when they do."""
    publish(database, amendment("HZ-001", date(2027, 1, 1), statutory_limit=10))
    path = drafted(staff, amend("HZ-001", promised_limit=15))
    assert found(staff, path) == [("HZ-001", "2027-01-01", "unchanged", True)]
    path = drafted(staff, amend("HZ-001", statutory_limit=15), amend("HZ-001", on="2026-09-01", promised_limit=5))
    assert found(staff, path) == [
        ("HZ-001", TODAY, "new", True),
        ("HZ-001", "2027-01-01", "fixed", False),
    ]


def test_what_is_only_cut_off_before_and_after_a_change_is_not_looked_at(staff: TestClient) -> None:
    path = drafted(staff, amend("HZ-002", until="2026-06-01", promised_limit=10))
    assert found(staff, path) == [("HZ-002", TODAY, "fixed", False)]


def test_an_error_that_comes_back_as_it_was_before_is_new(staff: TestClient, database: Database) -> None:
    """Though its version then is one with the earlier one, and no version begins on the day."""
    publish(database, amendment("HZ-002", date(2026, 2, 1), promised_limit=10))
    path = drafted(staff, amend("HZ-002", on="2026-02-01", promised_limit=30))
    assert found(staff, path) == [("HZ-002", "2026-02-01", "new", True)]


def test_items_that_end_have_no_findings(staff: TestClient) -> None:
    assert found(staff, drafted(staff, act("cancel", "HZ-002"))) == []


def test_what_is_split_off_passes_on_old_errors_but_answers_for_its_own_values(staff: TestClient) -> None:
    stated = {"HZ-010": {}, "HZ-011": {"promised_limit": 25}, "HZ-012": {"promised_limit": 5}}
    parts = [part(code, name=f"养老机构备案 {code}", **own) for code, own in stated.items()]
    assert found(staff, drafted(staff, split("HZ-002", *parts))) == [
        ("HZ-011", TODAY, "unchanged", True),
        ("HZ-010", TODAY, "unchanged", False),
        ("HZ-012", TODAY, "fixed", False),
    ]


def test_what_is_transferred_keeps_its_old_errors(staff: TestClient) -> None:
    path = drafted(staff, transfer("HZ-002", STREET, code="JD-002"))
    assert found(staff, path) == [("JD-002", TODAY, "unchanged", False)]


def test_later_pages_do_not_look_again(staff: TestClient) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=30), amend("HZ-002", promised_limit=35))
    first = previewed(staff, path, limit=1)
    assert first["findings"]["blocking"] == 2
    assert staff.get(first["next"]).json()["findings"] is None


def of_severity(database: Database, severity: Severity) -> str:
    with database.read() as connection:
        return next(
            rule.key for rule in rules_in_force(connection) if rule.severity == severity and rule.key in cases.CASES
        )


@pytest.mark.parametrize("severity", ["warning", "advice"])
def test_what_is_no_error_is_told_and_blocks_nothing(staff: TestClient, database: Database, severity: Severity) -> None:
    key = of_severity(database, severity)
    path = drafted(staff, created("HZ-009", **cases.CASES[key].breaks))
    assert found(staff, path, key) == [("HZ-009", TODAY, "new", False)]


def test_the_preview_and_the_published_list_judge_every_rule_alike(staff: TestClient, database: Database) -> None:
    publish(database, *map(department, (cases.DEPARTMENT, cases.ANOTHER)), guide(*cases.numbered(999, cases.NAMESAKE)))
    cases.found_dead(database, FrozenClock(NOW))
    left_out = {cases.NOT_VERIFIED, *cases.BY_LISTS}
    breaking = tuple(each for each in cases.breaking() if each[0] not in left_out)
    passing = tuple(each for each in cases.passing() if each[0] not in cases.BY_LISTS)
    guides = {code: content for _, code, content in (*breaking, *passing)}
    found: dict[str, set[str]] = {code: set() for code in guides}
    for some in chunks(guides, FEW):
        path = drafted(staff, *({"kind": "create", "code": code, "content": guides[code]} for code in some))
        told = previewed(staff, path)["findings"]
        assert told["total"] == len(told["first"])
        for each in told["first"]:
            assert each["state"] == "new"
            found[each["code"]].add(each["rule"])
    assert [key for key, code, _ in breaking if key not in found[code]] == []
    assert [key for key, code, _ in passing if key in found[code]] == []
    publish(database, *(guide(code, content) for code, content in guides.items()), on=NOW.date())
    cases.confirmed(database, FrozenClock(NOW))
    assert judged(database, guides) == found


def guide(code: str, content: Mapping[str, Any]) -> Draft:
    return item(code, **content)


def judged(database: Database, codes: Collection[str]) -> dict[str, set[str]]:
    """The rules that each published item breaks, by its code."""
    columns = ITEM.table.c
    with database.read() as connection:
        moment = resolve(connection, NOW)
        rows = connection.execute(versions(ITEM, moment, [columns.id, columns.code]).where(columns.code.in_(codes)))
        named: dict[int, str] = dict(rows.all())
        broken = broken_by(connection, rules_in_force(connection), moment, named)
        return {code: set(broken.get(number, ())) for number, code in named.items()}
