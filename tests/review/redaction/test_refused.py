"""Redaction takes two people who may, and a text that no figure looks at."""

from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.access.models import account
from app.access.service import NewKey, create_key
from app.changes.rules import Draft
from app.db import Database
from tests.conftest import NOW
from tests.factories import CIVIL_AFFAIRS, amend, department, item, publish
from tests.review.redaction.desk import LATER, PHONE, REQUEST, asked, reviewer

pytestmark = pytest.mark.one_database


def test_one_person_alone_cannot(first: TestClient, client: TestClient) -> None:
    made = asked(first)
    told = first.post(f"{made.headers['Location']}/confirm")
    assert (told.status_code, told.json()["type"]) == (403, "/problems/own-redaction")
    assert client.get("/v1/items/HZ-001").json()["consultation_contact"] == LATER


def test_nor_with_a_key_of_their_own(application: FastAPI, database: Database, first: TestClient) -> None:
    path = asked(first).headers["Location"]
    own = reviewer(application, database, "王敏的脚本")
    with database.write() as connection:
        number = connection.execute(select(account.c.id).where(account.c.name == "审批局 王敏")).scalar_one()
        connection.execute(update(account).where(account.c.name == "王敏的脚本").values(made_by=number))
    assert own.post(f"{path}/confirm").status_code == 403


@pytest.mark.parametrize("role", ["reader", "researcher", "editor"])
def test_who_may_not_review_may_not_redact(
    client: TestClient, database: Database, first: TestClient, role: Any
) -> None:
    path = asked(first).headers["Location"]
    with database.write() as connection:
        key = create_key(connection, NewKey("别人", role), NOW)
    headers = {"Authorization": f"Bearer {key}"}
    assert client.post("/v1/redactions", json=REQUEST, headers=headers).status_code == 403
    assert client.post(f"{path}/confirm", headers=headers).status_code == 403
    assert client.get("/v1/redactions", headers=headers).status_code == 403
    assert client.post(f"{path}/confirm").status_code == 401


def test_a_reviewer_redacts_within_the_division_only(
    application: FastAPI, database: Database, first: TestClient
) -> None:
    elsewhere = reviewer(application, database, "天河 陈洁", division_code="440106")
    city = reviewer(application, database, "广州 周洋", division_code="440100")
    path = asked(first).headers["Location"]
    assert elsewhere.post(f"{path}/confirm").json()["type"] == "/problems/not-yours"
    assert asked(elsewhere).status_code == 403
    assert asked(elsewhere, code="W-01", object="window", field="phone").status_code == 403
    assert asked(city, code="W-01", object="window", field="phone").status_code == 201
    assert city.post(f"{path}/confirm").status_code == 200


def to_tianhe(start: date, until: date | None = None) -> Draft:
    return amend("HZ-021", start, until, division_code="440106", department_code="11440106MB2D12345X")


def test_where_it_lies_today_decides_whatever_else_the_same_revision_recorded(
    application: FastAPI, database: Database
) -> None:
    publish(database, department("11440106MB2D12345X", name="天河区民政局", division_code="440106"))
    publish(database, item("HZ-021", consultation_contact=PHONE))
    publish(database, *(to_tianhe(*span) for span in ((date(2024, 1, 1), date(2025, 1, 1)), (date(2027, 1, 1), None))))
    haizhu = reviewer(application, database, "海珠 陈洁", division_code="440105")
    tianhe = reviewer(application, database, "天河 陈洁", division_code="440106")
    assert asked(haizhu, code="HZ-021", division_code="440105").status_code == 201
    assert asked(tianhe, code="HZ-021", division_code="440105").json()["type"] == "/problems/not-yours"


def test_of_what_ended_the_last_place_decides(application: FastAPI, database: Database) -> None:
    publish(database, department("11440106MB2D12345X", name="天河区民政局", division_code="440106"))
    ending = item("HZ-021", until=date(2025, 1, 1), consultation_contact=PHONE)
    publish(database, ending, to_tianhe(date(2024, 1, 1)))
    haizhu = reviewer(application, database, "海珠 陈洁", division_code="440105")
    tianhe = reviewer(application, database, "天河 陈洁", division_code="440106")
    assert asked(haizhu, code="HZ-021", division_code="440105").json()["type"] == "/problems/not-yours"
    assert asked(tianhe, code="HZ-021", division_code="440105").status_code == 201


REFUSED = [
    ("is_online", "not-free-text"),
    ("promised_limit", "not-free-text"),
    ("是否网办", "not-free-text"),
    ("code", "not-free-text"),
    ("department_code", "not-free-text"),
    ("division_code", "not-free-text"),
    ("catalog_code", "not-free-text"),
    ("item_guid", "not-free-text"),
    ("task_type", "not-free-text"),
    ("online_depths", "not-free-text"),
    ("online_level", "not-free-text"),
    ("windows.code", "not-free-text"),
    ("materials.necessity", "not-free-text"),
    ("windows", "whole-list"),
    ("windows.fax", "unknown-element"),
    ("name.first", "unknown-element"),
    ("consultation_contct", "unknown-element"),
]


@pytest.mark.parametrize(("field", "rule"), REFUSED)
def test_only_free_text_is_redacted(first: TestClient, field: str, rule: str) -> None:
    told = asked(first, field=field)
    assert told.status_code == 422
    assert [(each["pointer"], each["rule"]) for each in told.json()["errors"]] == [("/field", rule)]


def test_a_text_that_a_metric_ever_looked_at_stays(staff: TestClient, first: TestClient, second: TestClient) -> None:
    waiting = asked(first).headers["Location"]
    definition = {
        "key": "hotline_rate",
        "name_zh": "留热线率",
        "kind": "share",
        "denominator": "status = '1'",
        "numerator": "咨询方式 LIKE '%12345%'",
        "source": "本局考核办法",
    }
    assert staff.post("/v1/metrics", json=definition).status_code == 201
    assert staff.put("/v1/metrics/hotline_rate", json={"withdrawn": True}).status_code == 200
    told = asked(first)
    assert (told.status_code, told.json()["type"]) == (409, "/problems/used-by-figures")
    assert "留热线率" in told.json()["detail"]
    assert second.post(f"{waiting}/confirm").status_code == 409
    assert asked(first, field="windows.phone").status_code == 201


def test_a_name_that_a_metric_looks_at_through_items_stays(staff: TestClient, first: TestClient) -> None:
    definition = {
        "key": "civil_count",
        "name_zh": "民政事项数",
        "kind": "count",
        "numerator": "department_name LIKE '%民政%'",
        "source": "本局考核办法",
    }
    assert staff.post("/v1/metrics", json=definition).status_code == 201
    told = asked(first, code=CIVIL_AFFAIRS, object="department", field="name")
    assert told.json()["type"] == "/problems/used-by-figures"


def test_what_is_not_there_is_told(first: TestClient) -> None:
    assert asked(first, code="HZ-404").json()["type"] == "/problems/object-not-found"
    assert asked(first, field="quantity_limit").json()["type"] == "/problems/nothing-to-redact"
    assert first.post("/v1/redactions/99/confirm").status_code == 404


def test_it_is_done_once(first: TestClient, second: TestClient) -> None:
    path = asked(first).headers["Location"]
    again = asked(first).headers["Location"]
    assert second.post(f"{path}/confirm").status_code == 200
    assert second.post(f"{path}/confirm").json()["type"] == "/problems/redaction-done"
    assert second.post(f"{again}/confirm").json()["type"] == "/problems/nothing-to-redact"
    listed = first.get("/v1/redactions").json()
    assert [each["revision"] for each in listed["items"]] == [4, None]
    assert listed["items"][0].items() <= first.get(path).json().items()


def test_a_reason_does_not_repeat_it(first: TestClient) -> None:
    told = asked(first, field="windows.phone", reason=f"窗口登了个人手机 {PHONE}")
    assert (told.status_code, told.json()["errors"][0]["pointer"]) == (422, "/reason")
