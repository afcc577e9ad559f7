"""A figure that is chosen by a text which is redacted can't be counted again: that is told, and the report isn't wrong."""

from typing import Any

from fastapi.testclient import TestClient

from app.db import Database
from tests.factories import CIVIL_AFFAIRS, item, publish
from tests.metrics.alerts.desk import created
from tests.metrics.reports.desk import DAY, ONLINE, frozen, verified
from tests.review.redaction.desk import asked, redacted

NAMED: dict[str, Any] = {"metric": "item_count", "as_of": DAY, "filter": "name LIKE '%机构%'"}
OF_DEPARTMENT: dict[str, Any] = {"metric": "item_count", "as_of": DAY, "filter": "department_name LIKE '%民政%'"}


def test_a_report_whose_filter_names_what_was_redacted_is_not_called_wrong(
    staff: TestClient, first: TestClient, second: TestClient
) -> None:
    report = frozen(staff, NAMED, ONLINE)
    assert verified(staff, report)["agrees"] is True
    done = redacted(first, second, code="HZ-002", field="name")
    found = verified(staff, report)
    named, online = found["figures"]
    assert (found["agrees"], named["agrees"], online["agrees"]) == (None, None, True)
    assert named["note"].startswith(f"第 {done['id']} 次隐去以后不能重算")
    assert named["live"]["note"] == named["note"]
    assert {"group": {}, "field": "numerator", "frozen": 2, "found": 1} in named["differences"]


def test_the_edition_that_replaces_it_says_so(staff: TestClient, first: TestClient, second: TestClient) -> None:
    before = frozen(staff, NAMED)
    done = redacted(first, second, code="HZ-002", field="name")
    more = {"number": "海政数〔2026〕4号", "supersedes": before["id"], "reason": "名称有误"}
    (moved,) = frozen(staff, NAMED, **more)["changes"]["moved"]
    assert moved["note"] == f"第 {done['id']} 次隐去改写了条件用到的文字，也会使数不同。"


def test_through_items_and_with_several_redactions_too(
    staff: TestClient, first: TestClient, second: TestClient
) -> None:
    report = frozen(staff, {**NAMED, "filter": f"{NAMED['filter']} AND {OF_DEPARTMENT['filter']}"})
    department = redacted(first, second, code=CIVIL_AFFAIRS, object="department", field="name")["id"]
    name = redacted(first, second, code="HZ-001", field="name")["id"]
    (figure,) = verified(staff, report)["figures"]
    assert figure["agrees"] is None
    assert figure["note"].startswith(f"第 {department}、{name} 次隐去")


def test_what_a_redaction_left_as_it_was_still_agrees(staff: TestClient, first: TestClient, second: TestClient) -> None:
    report = frozen(staff, {**NAMED, "filter": "consultation_contact IS NOT NULL"})
    redacted(first, second)
    assert verified(staff, report)["agrees"] is True


def test_frozen_after_the_redaction_it_is_counted_again(
    staff: TestClient, first: TestClient, second: TestClient, database: Database
) -> None:
    redacted(first, second, code="HZ-002", field="name")
    publish(database, item("HZ-003"))
    report = frozen(staff, NAMED)
    assert report["figures"][0]["values"][0]["numerator"] == 2
    assert verified(staff, report)["agrees"] is True


def test_whoever_asks_is_told_of_the_reports_and_rules_before(
    staff: TestClient, first: TestClient, second: TestClient
) -> None:
    by_name = frozen(staff, ONLINE, NAMED)["id"]
    by_department = frozen(staff, OF_DEPARTMENT, number="海政数〔2026〕4号")["id"]
    frozen(staff, ONLINE, number="海政数〔2026〕5号")
    rule = created(staff, filter="name LIKE '%机构%'")["id"]
    created(staff, name="全部")
    of_name = asked(first, code="HZ-002", field="name").json()
    assert (of_name["used_by_reports"], of_name["used_by_alert_rules"]) == ([by_name], [rule])
    told = asked(first, code=CIVIL_AFFAIRS, object="department", field="name").json()
    assert (told["used_by_reports"], told["used_by_alert_rules"]) == ([by_department], [])
    assert second.get(f"/v1/redactions/{of_name['id']}").json()["used_by_reports"] == [by_name]
    assert redacted(first, second, code="HZ-002", field="name")["used_by_reports"] == [by_name]
