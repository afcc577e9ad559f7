"""A preview is what publishing would come to, by the code that publishes; it writes nothing."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.changes.desk import act, amend, contents, decided, drafted, opened, published
from tests.factories import CIVIL_AFFAIRS, department, item, publish

NEW = {"name": "社会团体登记", "division_code": "440105", "department_code": CIVIL_AFFAIRS}


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    publish(database, department(), item("HZ-001", is_online=False, promised_limit=20), item("HZ-002"))


def preview(staff: TestClient, path: str) -> dict[str, Any]:
    answer = staff.get(f"{path}/preview")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_it_says_what_would_be_written_and_writes_nothing(
    staff: TestClient, client: TestClient, database: Database
) -> None:
    path = drafted(
        staff,
        amend("HZ-001", on="2026-07-01", promised_limit=10),
        {"kind": "create", "code": "HZ-009", "content": NEW},
        act("cancel", "HZ-002"),
    )
    before, listed = contents(database), client.get("/v1/items?as_of=2026-07-01").json()
    found = preview(staff, path)
    assert (found["publishable"], found["conflicts"]) == (True, [])
    assert (found["revision"], found["total"], found["next"]) == (2, 3, None)
    assert found["versions"] == 4, "two parts of the first item, the new one, what is left of the cancelled one"
    (change,) = found["entries"][0]["changes"]
    assert (change["label"], change["old"], change["new"]) == ("承诺办结时限", 20, 10)
    assert (found["entries"][0]["kept"], found["entries"][0]["refusals"]) == ([], [])
    assert contents(database) == before
    assert client.get("/v1/items?as_of=2026-07-01").json() == listed
    assert staff.get(path).json()["status"] == "draft"


def test_it_keeps_its_word(staff: TestClient, database: Database) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=10, on="2027-01-01"), amend("HZ-001", is_online=True))
    promised, before = preview(staff, path), contents(database)
    done = decided(staff, path).json()
    assert done["revision"] == promised["revision"]
    assert contents(database)["item_version"] - before["item_version"] == promised["versions"]


def test_it_can_be_asked_again_and_again(staff: TestClient) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=10))
    assert preview(staff, path) == preview(staff, path)


def test_what_no_longer_fits_is_told_entry_by_entry(staff: TestClient, database: Database) -> None:
    path = drafted(
        staff, amend("HZ-001", promised_limit=10), amend("HZ-002", is_online=True), amend("HZ-001", is_online=True)
    )
    published(staff, amend("HZ-001", promised_limit=15), act("cancel", "HZ-002", on="2026-01-01"))
    before = contents(database)
    found = preview(staff, path)
    assert not found["publishable"]
    assert [len(entry["refusals"]) for entry in found["entries"]] == [1, 1, 1]
    assert "“15”" in found["entries"][0]["refusals"][0]
    assert "已经取消" in found["entries"][1]["refusals"][0]
    assert "“调整办事指南”改过（第 2 版）" in found["entries"][2]["refusals"][0]
    assert found["conflicts"] == [entry["refusals"][0] for entry in found["entries"]]
    assert contents(database) == before


@pytest.mark.parametrize(
    ("entry", "conflict"),
    [
        (amend("HZ-001", department_code="HZ-NONE"), "属于部门 HZ-NONE，而这个部门没有登记"),
        (amend("HZ-001", division_code="999999"), "行政区划代码 999999 不在"),
        (amend("HZ-001", code="HZ-002"), "编码 HZ-002 在同一时间会有两个事项使用"),
        ({"kind": "create", "code": "HZ-001", "content": NEW}, "编码 HZ-001 在同一时间会有两个事项使用"),
    ],
)
def test_what_the_catalogue_would_contradict_is_told(staff: TestClient, entry: dict[str, Any], conflict: str) -> None:
    found = preview(staff, drafted(staff, entry))
    assert not found["publishable"]
    assert conflict in found["conflicts"][0]


def test_an_empty_draft_has_an_empty_preview(staff: TestClient) -> None:
    found = preview(staff, opened(staff))
    assert (found["versions"], found["entries"], found["total"]) == (0, [], 0)


def test_a_long_preview_is_walked(staff: TestClient) -> None:
    creations = [{"kind": "create", "code": f"HZ-{number}", "content": NEW} for number in range(100, 107)]
    path = drafted(staff, *creations)
    first = staff.get(f"{path}/preview?limit=4").json()
    second = staff.get(first["next"]).json()
    assert [entry["code"] for page in (first, second) for entry in page["entries"]] == [
        creation["code"] for creation in creations
    ]
    assert (first["total"], first["versions"], second["versions"], second["next"]) == (7, 7, 7, None)
