"""A finding opens when its condition begins to hold, stays one, and closes when it holds no longer."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Connection

from app.catalogue.moments import Moment
from app.clock import FrozenClock
from app.db import Database
from app.metrics.alerts import schemas, watching
from app.metrics.alerts.evaluating import Reading, readings
from app.metrics.alerts.findings import Occasion
from app.metrics.alerts.held import Rule, Watched
from app.metrics.alerts.rules import Seen
from app.metrics.alerts.watching import Step, Verdict
from tests.cases.reports import counts, report
from tests.factories import CIVIL_AFFAIRS, amend, item, publish
from tests.jobs.desk import worker_of
from tests.metrics.alerts.desk import ONLINE, OTHER, attend, created, figure, fill, findings, got, put, set_online
from tests.metrics.own.desk import LICENCES_ONLINE
from tests.metrics.own.desk import created as metric_created

TODAY = date(2026, 3, 2)


def test_a_finding_opens_once_and_closes_with_the_figures_of_then(
    staff: TestClient, client: TestClient, database: Database
) -> None:
    first = fill(database, True, True, True, True, None)
    rule = created(staff)
    assert findings(staff) == []
    set_online(database, "HZ-001", False, TODAY)
    (found,) = findings(staff, open="true")
    schemas.FindingOut.model_validate(found)
    assert (found["kind"], found["rule_id"], found["rule_version"]) == ("figure", rule["id"], 1)
    opened, previous = found["opened"], found["previous"]
    assert (opened["revision"], opened["as_of"]) == (first + 1, "2026-03-02")
    assert (opened["value"], opened["numerator"], opened["denominator"], opened["unknown"]) == (0.6, 3, 5, 1)
    assert (previous["value"], previous["revision"]) == (0.8, first)
    assert found["message"] == "一网通办率低于八成：2026-03-02，第 2 版 60.00%（3/5），低于 0.8。"
    set_online(database, "HZ-002", False, TODAY)
    assert [each["id"] for each in findings(staff)] == [found["id"]]
    for code in ("HZ-001", "HZ-002"):
        set_online(database, code, True, TODAY)
    assert findings(staff, open="true") == []
    (closed,) = findings(staff, rule=rule["id"])
    assert (closed["closed_because"], closed["closed"]["value"], closed["closed"]["revision"]) == ("recovered", 0.8, 5)
    assert (opened["certain"], closed["closed"]["certain"]) == (False, None)
    assert {name: closed[name] for name in ("opened", "previous")} == {"opened": opened, "previous": previous}
    for each in (opened, closed["closed"]):
        row = figure(client, each["figure_url"])
        assert {name: row[name] for name in ("value", "numerator", "denominator")}.items() <= each.items()
        moved = figure(client, each["changes_url"])
        assert moved["after"]["value"] == each["value"]


def test_unknown_items_that_could_turn_the_verdict_are_told(staff: TestClient, database: Database) -> None:
    """Three of five are online, one doesn't say: below 0.8 only if that one isn't."""
    fill(database, True, True, True, False, None)
    created(staff)
    created(staff, condition={"below": 0.9})
    assert [(each["opened"]["value_max"], each["opened"]["certain"]) for each in findings(staff)] == [
        (0.8, False),
        (0.8, True),
    ]


def test_what_has_no_value_neither_opens_nor_closes_and_is_noted(staff: TestClient, database: Database) -> None:
    """A share of which nothing is stated has none."""
    fill(database, False)
    rule = created(staff)
    (found,) = findings(staff)
    revision = set_online(database, "HZ-001", None, TODAY)
    (still,) = findings(staff)
    assert (still["id"], still["open"], still["unknown_since"]) == (found["id"], True, revision)
    assert got(staff, f"/v1/alert-rules/{rule['id']}")["unknown_groups"] == 1
    set_online(database, "HZ-001", True, TODAY)
    (closed,) = findings(staff)
    assert (closed["open"], closed["unknown_since"]) == (False, None)
    assert got(staff, f"/v1/alert-rules/{rule['id']}")["unknown_groups"] == 0


def test_each_group_has_findings_of_its_own(staff: TestClient, client: TestClient, database: Database) -> None:
    fill(database, True, False)
    publish(database, item("JY-001", department_code=OTHER, is_online=True))
    rule = created(staff, group_by=["department_code"], filter="task_type IS NULL")
    (found,) = findings(staff, rule=rule["id"])
    assert found["group"] == {"department_code": CIVIL_AFFAIRS, "department_code_label": "海珠区民政局"}
    assert "（海珠区民政局）" in found["message"]
    assert figure(client, found["opened"]["figure_url"])["denominator"] == 2
    one = created(staff, group_by=["department_code"], group=[OTHER], condition={"above": 0.8})
    (of_one,) = findings(staff, rule=one["id"])
    assert of_one["group"]["department_code"] == OTHER
    publish(database, *(amend(code, TODAY, department_code=OTHER) for code in ("HZ-001", "HZ-002")), on=TODAY)
    gone, mixed = findings(staff, rule=rule["id"])
    assert (gone["closed_because"], gone["closed"]) == ("no_items", None)
    assert (mixed["group"]["department_code"], mixed["opened"]["numerator"]) == (OTHER, 2)


@pytest.mark.parametrize(
    ("condition", "open_after"),
    [("falls_by", [False, True, False, False]), ("rises_by", [False, False, False, True]),
     ("changes_by", [False, True, False, True])],
)  # fmt: skip
def test_a_change_is_one_since_the_last_evaluation(
    staff: TestClient, database: Database, condition: str, open_after: list[bool]
) -> None:
    """0.5, then 0.25, then as before, then 0.5: a quarter is a quarter, to the last digit."""
    fill(database, True, True, False, False)
    created(staff, condition={condition: 0.25})
    seen = [bool(findings(staff, open="true"))]
    for is_online in (False, None, True):
        code = "HZ-003" if is_online is None else "HZ-001"
        publish(database, amend(code, TODAY, is_online=bool(is_online), name=f"备案 {is_online}"), on=TODAY)
        seen.append(bool(findings(staff, open="true")))
    assert seen == open_after


def test_between_two_meanings_of_a_metric_nothing_has_changed(staff: TestClient, database: Database) -> None:
    fill(database, True, False)
    key = metric_created(staff, denominator="status = '1'")["key"]
    created(staff, metric=key, condition={"changes_by": 0.1})
    assert findings(staff) == []
    said = {name: value for name, value in LICENCES_ONLINE.items() if name != "key"}
    said |= {"denominator": "status = '1'", "numerator": "status = '1' AND is_online IS NOT NULL"}
    assert staff.put(f"/v1/metrics/{key}", json=said).status_code == 200
    assert findings(staff) == []


def test_a_day_changes_figures_without_a_revision(staff: TestClient, database: Database, clock: FrozenClock) -> None:
    """A planned change begins."""
    fill(database, True)
    rule = created(staff)
    revision = publish(database, amend("HZ-001", TODAY + timedelta(days=3), is_online=False), on=date(2026, 3, 1))
    assert findings(staff) == []
    clock.at += timedelta(days=3)
    (found,) = findings(staff)
    assert (found["opened"]["revision"], found["opened"]["as_of"]) == (revision, "2026-03-05")
    shown = got(staff, f"/v1/alert-rules/{rule['id']}")
    assert (shown["evaluated_in"], shown["evaluated_on"], shown["open_findings"]) == (revision, "2026-03-05", 1)
    assert attend(staff) == 0


def test_each_revision_is_evaluated_once_however_many_processes_there_are(
    application: FastAPI, staff: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They were down for a while: every revision that came meanwhile is made up for, about its own day."""
    fill(database, True)
    rule = created(staff)
    attend(staff)
    for day in range(3, 9):
        set_online(database, "HZ-001", bool(day % 2 == 0), date(2026, 3, day))
    application.state.clock.at += timedelta(days=7)
    steps: list[tuple[int, str]] = []
    keep = watching._keep

    def counting(connection: Connection, rule: Rule, verdict: Verdict, when: Occasion) -> None:
        steps.append((when.revision, when.day.isoformat()))
        keep(connection, rule, verdict, when)

    monkeypatch.setattr(watching, "_keep", counting)
    workers = [worker_of(application) for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda worker: [worker.run_next() for _ in range(3)], workers))
    attend(staff)
    assert steps == [*((2 + place, f"2026-03-{3 + place:02}") for place in range(6)), (7, "2026-03-09")]
    assert [each["opened"]["revision"] for each in findings(staff, rule=rule["id"])] == [2, 4, 6]


def test_two_processes_that_took_the_same_step_keep_it_once(
    application: FastAPI, staff: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one was given up for dead while it still computed."""
    fill(database, False)
    rule = created(staff)
    judge = watching.judge

    def overtaken(connection: Connection, rule: Rule, step: Step, now: datetime) -> Verdict:
        verdict = judge(connection, rule, step, now)
        with database.write() as other:
            assert watching._advance(other, rule, step)
        return verdict

    monkeypatch.setattr(watching, "judge", overtaken)
    assert worker_of(application).run_next()
    assert got(staff, "/v1/alert-findings")["total"] == 0
    assert got(staff, f"/v1/alert-rules/{rule['id']}")["evaluated_in"] == 1


def test_a_rule_whose_metric_is_withdrawn_says_so_and_hinders_no_other(staff: TestClient, database: Database) -> None:
    fill(database, False)
    key = metric_created(staff, denominator="status = '1'")["key"]
    broken, whole = created(staff, metric=key, condition={"below": 0.5}), created(staff)
    attend(staff)
    assert staff.put(f"/v1/metrics/{key}", json={"withdrawn": True}).status_code == 200
    found = findings(staff, rule=broken["id"])
    assert [(each["kind"], each["open"]) for each in found] == [("figure", True), ("broken", True)]
    assert f"指标 {key} 自第 3 版起停用" in found[1]["message"]
    said = got(staff, f"/v1/alert-rules/{broken['id']}")
    assert (said["evaluated_in"], found[1]["opened"]["message"]) == (3, said["broken"])
    assert got(staff, f"/v1/alert-rules/{whole['id']}")["evaluated_in"] == 3
    body = {name: value for name, value in LICENCES_ONLINE.items() if name != "key"}
    assert staff.put(f"/v1/metrics/{key}", json=body | {"denominator": "status = '1'"}).status_code == 200
    assert [each["open"] for each in findings(staff, rule=broken["id"])] == [True, False]
    assert got(staff, f"/v1/alert-rules/{broken['id']}")["broken"] is None


def test_an_unforeseen_failure_of_one_rule_hinders_no_other(
    staff: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database, False)
    rules = [created(staff, name=name) for name in ("坏", "好")]
    asked: list[Watched] = []

    def failing(connection: Connection, watched: Watched, moment: Moment, before: Collection[Seen]) -> list[Reading]:
        asked.append(watched)
        if len(asked) == 1:
            raise ZeroDivisionError
        return readings(connection, watched, moment, before)

    monkeypatch.setattr(watching, "readings", failing)
    assert [(each["rule_id"], each["kind"]) for each in findings(staff)] == [
        (rules[0]["id"], "broken"),
        (rules[1]["id"], "figure"),
    ]


def test_a_rule_that_changes_begins_anew_and_old_findings_name_the_old_one(
    staff: TestClient, database: Database
) -> None:
    fill(database, True, False)
    rule = created(staff)
    findings(staff)
    assert put(staff, rule, {**ONLINE, "name": "改名"}).json()["open_findings"] == 1
    answer = put(staff, rule, {**ONLINE, "condition": {"below": 0.6}})
    assert [each["version"] for each in answer.json()["versions"]] == [1, 2, 3]
    old, new = findings(staff)
    assert (old["closed_because"], old["rule_version"], old["condition"]) == ("rule_changed", 1, {"below": 0.8})
    assert (new["open"], new["rule_version"], new["condition"]) == (True, 3, {"below": 0.6})
    assert put(staff, rule, {**ONLINE, "condition": {"below": 0.6}}, **{"If-Match": '"2"'}).status_code == 412
    assert put(staff, rule, {"withdrawn": True}, **{"If-Match": '"3"'}).status_code == 200
    assert [each["closed_because"] for each in findings(staff)] == ["rule_changed", "rule_stopped"]
    assert got(staff, "/v1/alert-rules")["total"] == 0
    assert got(staff, "/v1/alert-rules", withdrawn="true")["total"] == 1


def test_a_rule_that_is_switched_off_is_not_evaluated(staff: TestClient, database: Database) -> None:
    fill(database, False)
    rule = created(staff, enabled=False)
    assert attend(staff) == 0
    put(staff, rule, ONLINE)
    assert len(findings(staff)) == 1


def test_findings_are_read_page_by_page(staff: TestClient, database: Database) -> None:
    fill(database, False)
    for place in range(3):
        created(staff, name=f"规则 {place}")
    attend(staff)
    first = got(staff, "/v1/alert-findings", limit=2, open="true")
    assert (first["total"], len(first["items"])) == (3, 2)
    rest = got(staff, first["next"])
    assert ([each["rule_name"] for each in rest["items"]], rest["next"]) == (["规则 2"], None)
    rules = got(staff, got(staff, "/v1/alert-rules", limit=2, metric="online_rate")["next"])
    schemas.RulePage.model_validate(rules)
    assert [each["name"] for each in rules["items"]] == ["规则 2"]


def test_two_periods_of_cases_are_told_apart(staff: TestClient, client: TestClient, database: Database) -> None:
    fill(database, True)
    report(staff, counts("HZ-001", "2026-01", "网上", "", 10), counts("HZ-001", "2026-02", "网上", "", 10))
    created(staff, name="两月受理量上升", metric="accepted_cases", condition={"rises_by": 5}, months=2)
    assert findings(staff) == []
    report(staff, counts("HZ-001", "2026-02", "网上", "", 30), reason="补报")
    (found,) = findings(staff, open="true")
    assert figure(client, found["opened"]["changes_url"])["numerator_change"] == 20


def test_of_cases_the_last_months_that_are_over_are_watched(
    staff: TestClient, client: TestClient, database: Database
) -> None:
    fill(database, True, True)
    late = {"name": "按期办结率低于九成九", "metric": "on_time_rate", "condition": {"below": 0.99}}
    created(staff, **late, months=1)
    report(staff, counts("HZ-001", "2026-02", "网上", "", 100, 100, 100))
    assert findings(staff) == []
    report(staff, counts("HZ-001", "2026-02", "网上", "", 100, 100, 95), reason="核对后更正")
    (found,) = findings(staff, open="true")
    assert found["message"] == "按期办结率低于九成九：2026-02，第 3 版 95.00%（95/100），低于 0.99。"
    assert (found["opened"]["as_of"], found["previous"]["value"]) == ("2026-02-28", 1.0)
    assert figure(client, found["opened"]["figure_url"])["numerator"] == 95
    assert [each["kind"] for each in figure(client, found["opened"]["changes_url"])["kinds"]] == ["restated"]
