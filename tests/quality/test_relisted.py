"""What the preview of an edition or an agreement finds of items that the change set itself does not write."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.catalogue.objects import AGREEMENT, EDITION, LIST
from app.db import Database
from tests.changes.desk import TODAY, amend, drafted, previewed
from tests.factories import CIVIL_AFFAIRS, DIVISION, department, draft, publish
from tests.quality.desk import found, right

OUTSIDE, TIANHE = "licence-outside-list", "440106"
KEPT = {"name": "海珠区行政许可事项清单", "list_kind": "licensing", "succession": "replaced", "division_code": DIVISION}


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    licences = [right(f"HZ-00{number}", **HERE) for number in (1, 2)]
    publish(
        database,
        department(),
        *licences,
        right("TH-003", **HERE | {"division_code": TIANHE}),
        draft("create", "hz-licensing", KEPT, kind=LIST),
    )


HERE = {"department_code": CIVIL_AFFAIRS, "division_code": DIVISION, "catalog_code": "000111701000"}


def edition(*codes: str) -> dict[str, Any]:
    content = {"name": "2024 年版", "list_code": "hz-licensing", "division_code": DIVISION}
    return {"object": "edition", "kind": "create", "code": "hz-2024", "content": content | entries(*codes)}


def entries(*codes: str) -> dict[str, Any]:
    return {"entries": [{"code": code} for code in codes]}


def amended(*codes: str) -> dict[str, Any]:
    return {"object": "edition", "kind": "amend", "code": "hz-2024", "content": entries(*codes)}


def test_the_first_edition_that_leaves_a_licence_outside_is_not_submitted(staff: TestClient) -> None:
    path = drafted(staff, edition("HZ-001"))
    assert found(staff, path, OUTSIDE) == [("HZ-002", TODAY, "new", True)]
    answer = staff.post(f"{path}/submit")
    assert answer.status_code == 409, answer.text
    assert found(staff, drafted(staff, edition("HZ-001", "HZ-002")), OUTSIDE) == []


def test_what_an_edition_no_longer_names_and_what_it_names_now(staff: TestClient, database: Database) -> None:
    content = edition("HZ-001")["content"]
    publish(database, draft("create", "hz-2024", content, kind=EDITION))
    path = drafted(staff, amended("HZ-002"))
    assert found(staff, path, OUTSIDE) == [("HZ-001", TODAY, "new", True), ("HZ-002", TODAY, "fixed", False)]
    assert previewed(staff, path)["findings"]["first"][0]["position"] == 1
    path = drafted(staff, {**amended("HZ-001"), "content": {"note": "更正说明"}})
    assert found(staff, path, OUTSIDE) == [("HZ-002", TODAY, "unchanged", False)]


def test_an_item_that_the_change_set_writes_itself_is_told_once(staff: TestClient) -> None:
    path = drafted(staff, edition("HZ-001"), amend("HZ-002", name="养老机构设立许可（变更）"))
    assert found(staff, path, OUTSIDE) == [("HZ-002", TODAY, "new", True)]
    path = drafted(staff, edition("HZ-001"), amend("HZ-002", task_type="07"))
    assert found(staff, path, OUTSIDE) == []


def test_an_item_that_ends_has_no_findings(staff: TestClient) -> None:
    assert found(staff, drafted(staff, edition("HZ-001"), {"kind": "cancel", "code": "HZ-002"}), OUTSIDE) == []


def test_an_agreement_answers_for_both_sides(staff: TestClient, database: Database) -> None:
    rule = "one-sided-agreement"
    publish(database, department("TH-01", name="天河区民政局", division_code=TIANHE))
    publish(database, right("TH-004", **HERE | {"division_code": TIANHE, "department_code": "TH-01"}))

    def agreement(code: str, ours: str, theirs: str, item: str) -> dict[str, Any]:
        return {"name": code, "division_code": ours, "partner_division_code": theirs, **entries(item)}

    publish(database, draft("create", "hz-th", agreement("海珠—天河", DIVISION, TIANHE, "HZ-001"), kind=AGREEMENT))
    back = agreement("天河—海珠", TIANHE, DIVISION, "TH-004")
    path = drafted(staff, {"object": "agreement", "kind": "create", "code": "th-hz", "content": back})
    assert found(staff, path, rule) == [("HZ-001", TODAY, "fixed", False)]
