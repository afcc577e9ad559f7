"""Rules over metrics that count no items, or that mean something of another kind than when the rule was written."""

from datetime import date

from fastapi.testclient import TestClient

from app.catalogue.objects import WINDOW
from app.db import Database
from tests.factories import draft, publish
from tests.metrics.alerts.desk import created, figure, fill, findings, got, put
from tests.metrics.objects.offices import offices, registered
from tests.metrics.own.desk import LICENCES_ONLINE, body
from tests.metrics.own.desk import created as metric_created
from tests.metrics.own.desk import put as redefine

TODAY = date(2026, 3, 2)
COUNT = {"name_zh": "网上可办数", "kind": "count", "numerator": "is_online = true"}
SHARE = body(denominator="status = '1'")


def test_no_items_moved_a_number_of_windows(staff: TestClient, client: TestClient, database: Database) -> None:
    offices(database)
    registered(database)
    created(staff, metric="window_count", condition={"below": 2})
    assert findings(staff) == []
    publish(database, draft("cancel", "W-02", kind=WINDOW, start=TODAY), on=TODAY)
    (found,) = findings(staff)
    assert (found["previous"]["value"], found["opened"]["changes_url"]) == (2, None)
    assert figure(client, found["opened"]["figure_url"])["value"] == 1


def test_a_share_that_became_a_count_breaks_the_rule_until_it_is_written_anew(
    staff: TestClient, database: Database
) -> None:
    fill(database, True, True, False)
    key = metric_created(staff, SHARE)["key"]
    rule = created(staff, metric=key, condition={"below": 0.7})
    assert [each["open"] for each in findings(staff)] == [True]
    assert redefine(staff, key, COUNT).status_code == 200
    share, broken = findings(staff)
    assert (share["open"], share["closed"], broken["kind"]) == (True, None, "broken")
    assert "由占比" in broken["message"]
    assert "低于 0.7" in broken["message"]
    put(staff, rule, {"name": rule["name"], "metric": key, "condition": {"below": 3}})
    (now,) = findings(staff, open="true")
    assert (now["kind"], now["opened"]["value"], now["opened"]["changes_url"]) == ("figure", 2, None)


def test_a_count_that_became_a_share_never_meets_its_limit(staff: TestClient, database: Database) -> None:
    """Also of a rule that has not seen a figure yet."""
    fill(database, True, False)
    key = metric_created(staff, COUNT | {"key": LICENCES_ONLINE["key"]})["key"]
    rule = created(staff, metric=key, condition={"above": 5})
    assert redefine(staff, key, SHARE).status_code == 200
    assert [each["kind"] for each in findings(staff)] == ["broken"]
    assert "0 和 1 之间" in got(staff, f"/v1/alert-rules/{rule['id']}")["broken"]
