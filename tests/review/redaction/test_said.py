"""What people wrote elsewhere is not overwritten when a text is redacted, and is named."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.db import Database
from tests.cases.reports import counts, report
from tests.factories import department, item, publish
from tests.metrics.alerts.desk import attend, created, findings, receiving
from tests.metrics.reports.desk import ONLINE, frozen
from tests.review.redaction.desk import LATER, redacted, tables_with


def test_reports_counts_of_cases_and_alerts_that_say_it_are_named(
    staff: TestClient, first: TestClient, second: TestClient
) -> None:
    titled = frozen(staff, ONLINE, title=f"{LATER} 要的数")["id"]
    frozen(staff, ONLINE, number="海政数〔2026〕4号")
    report(staff, counts("HZ-001", "2025-11", "网上", "", 5))
    of_kind = report(staff, counts("HZ-001", "2025-12", "网上", f"{LATER}经办", 5))["recorded"]["id"]
    alert = created(staff, name=f"告诉 {LATER}")["id"]
    done = redacted(first, second)
    assert done["still_said_in_reports"] == [titled]
    assert done["still_said_in_case_imports"] == [of_kind]
    assert done["still_said_in_alert_rules"] == [alert]


def test_findings_of_a_group_and_their_messages_that_say_it_are_named(
    staff: TestClient,
    first: TestClient,
    second: TestClient,
    database: Database,
    application: FastAPI,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(application.state.settings, "webhook_private_hosts", ("127.0.0.0/8",))
    publish(database, department("D-9", name="欧阳建国工作室"))
    publish(database, item("HZ-009", department_code="D-9", is_online=False))
    with receiving() as receiver:
        created(staff, metric="online_rate", group_by=["department_code"], webhook_url=receiver.url)
        attend(staff)
    told = [each["id"] for each in findings(staff) if "欧阳建国" in each["message"]]
    done = redacted(first, second, code="D-9", object="department", field="name")
    assert tables_with(database, "欧阳建国工作室") == ["alert_finding", "alert_delivery"]
    assert len(told) == 1
    assert done["still_said_in_alert_findings"] == told
    assert done["still_said_in_alert_rules"] == []
