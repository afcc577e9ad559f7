"""Errors that a draft makes, or touches and leaves, keep it from being submitted; old ones don't, nor exempt ones."""

from datetime import date

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.audit.models import audit_entry
from app.catalogue.lineage import lineage
from app.catalogue.search import item_search
from app.changes.models import change_set_event
from app.db import Database
from tests.changes.desk import add, amend, contents, decided, drafted, published
from tests.changes.wishes import part, split
from tests.factories import amend as amendment
from tests.factories import department, publish
from tests.quality.desk import LIMITS, OVER, RULE, right
from tests.review.people import refused

BLOCKED = "findings-block-submission"


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    publish(database, department(), right("HZ-001", **LIMITS), right("HZ-002", **OVER))


def rows(database: Database) -> dict[str, int]:
    """How many rows there are of all that trying a draft writes, and of what is told of it."""
    with database.read() as connection:
        return contents(database) | {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (lineage, item_search, audit_entry, change_set_event)
        }


def test_a_new_error_is_refused_with_what_to_do(staff: TestClient) -> None:
    path = drafted(staff, amend("HZ-002", name="养老机构设立备案"), amend("HZ-001", promised_limit=30))
    document = refused(staff.post(f"{path}/submit"), 409, BLOCKED)
    assert (document["total"], document["preview_url"]) == (1, f"{path}/preview")
    (error,) = document["errors"]
    assert (error["value"], error["rule"], error["pointer"]) == ("HZ-001", RULE, "/entries/2")
    assert error["detail"].startswith("HZ-001（2026-03-02 起）：")
    assert error["detail"] in document["detail"]
    assert "豁免" in document["detail"]
    english = staff.post(f"{path}/submit", headers={"Accept-Language": "en"}).json()
    assert english["detail"].startswith(f"Change set {path.rsplit('/', 1)[1]} has 1 errors and was not submitted.")


def test_nothing_of_the_attempt_remains_but_that_the_log_tells_of_it(staff: TestClient, database: Database) -> None:
    parts = [part(code, name=f"养老机构备案 {code}") for code in ("HZ-010", "HZ-011")]
    path = drafted(
        staff,
        amend("HZ-002", promised_limit=25, name="养老机构设立备案"),
        split("HZ-001", *parts),
    )
    before = rows(database)
    refused(staff.post(f"{path}/submit"), 409, BLOCKED)
    assert rows(database) == before | {"audit_entry": before["audit_entry"] + 1}
    assert staff.get(path).json()["status"] == "draft"
    assert staff.get("/v1/items", params={"q": "设立"}).json()["total"] == 0


def test_what_is_sound_leaves_nothing_but_its_submission(staff: TestClient, database: Database) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=10, name="养老机构设立备案"))
    before = rows(database)
    assert staff.post(f"{path}/submit").json()["status"] == "submitted"
    assert {name: n - before[name] for name, n in rows(database).items() if n != before[name]} == {
        "audit_entry": 1,
        "change_set_event": 1,
    }


def test_what_was_mended_goes_to_the_reviewer(staff: TestClient) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=30))
    refused(staff.post(f"{path}/submit"), 409, BLOCKED)
    staff.delete(f"{path}/entries/1")
    add(staff, path, amend("HZ-001", promised_limit=15))
    assert decided(staff, path).status_code == 200


def test_an_old_error_elsewhere_is_nobodys_business(staff: TestClient) -> None:
    assert published(staff, amend("HZ-002", name="养老机构设立备案"))["status"] == "published"


def test_an_old_error_that_is_touched_and_left_is_refused(staff: TestClient) -> None:
    path = drafted(staff, amend("HZ-002", promised_limit=25))
    assert refused(staff.post(f"{path}/submit"), 409, BLOCKED)["errors"][0]["value"] == "HZ-002"


def test_an_undoing_may_bring_an_old_error_back(staff: TestClient) -> None:
    """What it restores was published before; to keep it out would keep the mistake that is undone."""
    done = published(staff, amend("HZ-002", promised_limit=10))
    undoing = staff.post(f"/v1/change-sets/{done['id']}/undo", json={"reason": "法规处要求恢复"})
    path = undoing.headers["Location"]
    told = staff.get(f"{path}/preview").json()["findings"]
    assert (told["counts"]["error"]["new"], told["blocking"]) == (1, 0)
    assert decided(staff, path).status_code == 200


def test_a_hundred_are_told_and_all_are_counted(staff: TestClient, database: Database) -> None:
    codes = [f"HZ-1{number:03}" for number in range(105)]
    publish(database, *(right(code, **LIMITS) for code in codes))
    path = drafted(staff, *(amend(code, promised_limit=30) for code in codes))
    document = refused(staff.post(f"{path}/submit"), 409, BLOCKED)
    assert (document["total"], [each["value"] for each in document["errors"]]) == (105, codes[:100])


def test_an_exempt_error_does_not_stand_in_the_way(staff: TestClient, database: Database) -> None:
    """Until the day on which the item has to keep the rule again."""
    asked = {"rule": RULE, "code": "HZ-001", "reason": "省里统一设定", "until": "2026-09-01"}
    number = staff.post("/v1/exemptions", json=asked).json()["id"]
    path = drafted(staff, amend("HZ-001", promised_limit=30))
    refused(staff.post(f"{path}/submit"), 409, BLOCKED)
    assert staff.post(f"/v1/exemptions/{number}/approve").status_code == 200
    told = staff.get(f"{path}/preview").json()["findings"]
    assert (told["blocking"], told["exempt"]) == (0, 1)
    assert [(each["state"], each["is_exempt"]) for each in told["first"] if each["rule"] == RULE] == [("new", True)]
    assert staff.post(f"{path}/submit").status_code == 200
    publish(database, amendment("HZ-001", date(2026, 9, 1), statutory_limit=19))
    later = drafted(staff, amend("HZ-001", on="2026-09-01", promised_limit=21))
    refused(staff.post(f"{later}/submit"), 409, BLOCKED)
