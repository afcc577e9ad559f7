"""The work list: counts by rule and department, each with the address of its very items."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.catalogue.moments import resolve
from app.db import Database
from app.quality.findings import Wish, findings
from app.quality.rule_book import shipped
from tests.conftest import AFTER_THE_DEMO
from tests.factories import amend, department, item, publish
from tests.quality.cases import ANOTHER, DEPARTMENT


def found(client: TestClient, **asked: str | list[str]) -> dict[str, Any]:
    answer = client.get("/v1/findings", params=asked)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def counts(body: dict[str, Any]) -> dict[str, int]:
    return {each["rule"]: each["count"] for each in body["items"]}


def total_of(client: TestClient, url: str) -> int:
    answer = client.get(url)
    assert answer.status_code == 200, answer.text
    total: int = answer.json()["total"]
    return total


@pytest.fixture
def bureau(database: Database) -> None:
    """Two items of one department are promised too late, one of another is, and one is neither online nor says why."""
    late: dict[str, Any] = {"promised_limit": 30, "statutory_limit": 20, "task_type": "20"}
    publish(
        database,
        department(DEPARTMENT),
        department(ANOTHER, name="天河区民政局", division_code="440106"),
        *(item(code, name=code, department_code=DEPARTMENT, **late) for code in ("HZ-001", "HZ-002")),
        item("TH-001", department_code=ANOTHER, division_code="440106", **late),
        item("TH-002", name="老年人优待证办理", department_code=ANOTHER, division_code="440106", is_online=False, task_type="20"),
    )  # fmt: skip


@pytest.mark.usefixtures("bureau")
class TestWorkList:
    """What is to be done, by rule and department."""

    def test_errors_come_first_then_what_concerns_most_items(self, staff: TestClient) -> None:
        told = [(each["severity"], each["count"]) for each in found(staff)["items"]]
        assert {severity for severity, _ in told} == {"error", "warning", "advice"}
        assert told == sorted(told, key=lambda each: (["error", "warning", "advice"].index(each[0]), -each[1]))

    def test_a_rule_has_its_departments(self, staff: TestClient) -> None:
        (late,) = found(staff, rule="promised-over-statutory")["items"]
        assert (late["name"], late["severity"], late["count"], late["exempted"]) == (
            "承诺时限超过法定时限", "error", 3, 0,
        )  # fmt: skip
        assert [(each["code"], each["label"], each["count"]) for each in late["departments"]] == [
            (DEPARTMENT, "海珠区民政局", 2),
            (ANOTHER, "天河区民政局", 1),
        ]

    def test_a_department_has_its_numbers(self, staff: TestClient) -> None:
        asked = ["promised-over-statutory", "offline-without-reason", "guide-incomplete"]
        body = found(staff, rule=asked)
        assert body["departments"] == [
            {"code": DEPARTMENT, "label": "海珠区民政局", "error": 2, "warning": 0, "advice": 2, "exempted": 0},
            {"code": ANOTHER, "label": "天河区民政局", "error": 1, "warning": 0, "advice": 3, "exempted": 0},
        ]
        assert body["total"] == 8

    def test_every_number_leads_to_its_items(self, staff: TestClient) -> None:
        for each in found(staff)["items"]:
            assert total_of(staff, each["items_url"]) == each["count"]
            for part in each["departments"]:
                assert total_of(staff, part["items_url"]) == part["count"]

    def test_what_is_exempt_counts_and_is_told_apart(self, staff: TestClient) -> None:
        """So that every number has its items; what is left to be done comes first."""
        for code in ("HZ-001", "HZ-002"):
            wish = {"rule": "promised-over-statutory", "code": code, "reason": "省里统一设定", "until": "2026-09-01"}
            number = staff.post("/v1/exemptions", json=wish).json()["id"]
            assert staff.post(f"/v1/exemptions/{number}/approve").status_code == 200
        body = found(staff)
        assert sum(each["count"] for each in body["items"]) == body["total"]
        assert (
            sum(each[part] for each in body["departments"] for part in ("error", "warning", "advice")) == body["total"]
        )
        assert body["exempted"] == sum(each["exempted"] for each in body["items"]) == 2
        assert [(each["code"], each["error"], each["exempted"]) for each in body["departments"]] == [
            (ANOTHER, 1, 0),
            (DEPARTMENT, 2, 2),
        ]
        assert [found(staff, as_of=day)["exempted"] for day in ("2026-03-01", "2026-08-31", "2026-09-01")] == [0, 2, 0]
        late = body["items"][0]
        assert (late["count"], late["exempted"], total_of(staff, late["items_url"])) == (3, 2, 3)
        assert [each["code"] for each in late["departments"]] == [ANOTHER, DEPARTMENT]

    def test_of_some_departments_severities_and_divisions(self, staff: TestClient) -> None:
        assert counts(found(staff, severity="error", department_code=DEPARTMENT)) == {"promised-over-statutory": 2}
        body = found(staff, severity=["error"], within="440106")
        assert counts(body) == {"promised-over-statutory": 1}
        assert "within=440106" in body["items"][0]["items_url"]
        assert total_of(staff, body["items"][0]["items_url"]) == 1
        both = found(staff, severity="error", department_code=[DEPARTMENT, ANOTHER])["items"][0]
        assert (both["count"], total_of(staff, both["items_url"])) == (3, 3)

    def test_nothing_to_do_is_an_empty_list(self, staff: TestClient) -> None:
        body = found(staff, rule="limit-means-none")
        assert (body["items"], body["departments"], body["total"]) == ([], [], 0)

    def test_what_was_found_on_a_day_or_at_a_revision(self, database: Database, staff: TestClient) -> None:
        publish(database, amend("HZ-001", date(2026, 3, 1), promised_limit=10), on=date(2026, 3, 2))
        late = "promised-over-statutory"
        assert counts(found(staff, rule=late)) == {late: 2}
        assert counts(found(staff, rule=late, as_of="2026-02-28")) == {late: 3}
        before = found(staff, rule=late, known_at="1")
        assert (counts(before), before["revision"]) == ({late: 3}, 1)
        assert total_of(staff, before["items"][0]["items_url"]) == 3

    def test_before_the_catalogue_began_there_is_nothing(self, staff: TestClient) -> None:
        body = found(staff, known_at="2019-01-01")
        assert (body["items"], body["total"], body["revision"]) == ([], 0, 0)
        assert body["note"]

    def test_in_english(self, staff: TestClient) -> None:
        answer = staff.get(
            "/v1/findings", params={"rule": "promised-over-statutory"}, headers={"Accept-Language": "en"}
        )
        assert answer.json()["items"][0]["remedy"] == "Shorten the promised limit, or check the statutory one."


class TestRefused:
    """What there is not, with the nearest that there is."""

    @pytest.mark.parametrize("asked", ["promised-over-statutry", "承诺时限超过法定时限"])
    def test_an_unknown_rule(self, staff: TestClient, asked: str) -> None:
        answer = staff.get("/v1/findings", params={"rule": asked})
        assert answer.status_code == 422
        (fault,) = answer.json()["errors"]
        assert (fault["parameter"], fault["rule"], fault["suggestion"]) == (
            "rule", "unknown-rule", "promised-over-statutory",
        )  # fmt: skip

    @pytest.mark.usefixtures("bureau")
    @pytest.mark.parametrize("near", [None, DEPARTMENT])
    def test_a_department_that_never_was(self, staff: TestClient, near: str | None) -> None:
        """Mistyped, it would look as if it had nothing to do."""
        code = near[:-1] + "X" if near else "nope"
        answer = staff.get("/v1/findings", params={"department_code": [ANOTHER, code]})
        assert answer.status_code == 422
        (fault,) = answer.json()["errors"]
        assert (fault["parameter"], fault["value"], fault["rule"]) == ("department_code", code, "unknown-department")
        assert fault.get("suggestion") == near
        assert found(staff, department_code=DEPARTMENT, as_of="2000-01-01")["total"] == 0

    def test_a_rule_that_is_off(self, staff: TestClient) -> None:
        staff.post("/v1/quality-rules/guide-incomplete/switch", json={"on": False, "reason": "指南另行整治"})
        answer = staff.get("/v1/findings", params={"rule": "guide-incomplete"})
        assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, "rule-is-off")

    def test_an_unknown_severity_division_or_parameter(self, staff: TestClient) -> None:
        for asked in ({"severity": "fatal"}, {"within": "990000"}, {"rules": "shares-name"}):
            assert staff.get("/v1/findings", params=asked).status_code == 422, asked

    def test_without_a_key(self, client: TestClient) -> None:
        assert client.get("/v1/findings").status_code == 401
        assert client.get("/v1/quality-rules").status_code == 401


class TestDemonstration:
    """The district has honest findings of each severity, and each leads to its items."""

    @pytest.fixture
    def work(self, demo: TestClient) -> dict[str, Any]:
        with demo.app.state.database.read() as connection:  # type: ignore[attr-defined] # a FastAPI
            moment = resolve(connection, AFTER_THE_DEMO)
            return findings(connection, Wish(), moment, english=False)

    def test_findings_of_each_severity(self, work: dict[str, Any]) -> None:
        of = {each: sum(part[each] for part in work["departments"]) for each in ("error", "warning", "advice")}
        assert (of["error"], of["warning"]) == (3, 12)
        assert of["advice"] > 1000
        assert work["total"] == sum(of.values())

    def test_every_number_is_the_total_of_its_address(self, demo: TestClient, work: dict[str, Any]) -> None:
        found_by = {each["rule"]: each for each in work["items"]}
        for key, rule in shipped().items():
            expected = found_by[key]["count"] if key in found_by else 0
            asked = {"filter": rule.filter, "limit": "1"}
            assert demo.get("/v1/items", params=asked).json()["total"] == expected, key
        for each in work["items"]:
            assert total_of(demo, each["items_url"]) == each["count"]
