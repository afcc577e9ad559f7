"""What people wrote elsewhere is not overwritten when a text is redacted, and is named."""

from fastapi.testclient import TestClient

from tests.cases.reports import counts, report
from tests.metrics.alerts.desk import created
from tests.metrics.reports.desk import ONLINE, frozen
from tests.review.redaction.desk import LATER, redacted


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
