"""A bureau switches rules off and makes its own; what it decided stays on record."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from app.quality import service
from app.quality.in_force import rules_in_force
from app.quality.rule_book import shipped
from tests.factories import department, item, publish

RULES = "/v1/quality-rules"
PHONE = {
    "key": "licence-without-phone",
    "name": "许可没有咨询方式",
    "severity": "warning",
    "filter": "task_type = '01' AND 咨询方式 IS NULL",
    "message": "行政许可没有填咨询方式。",
    "remedy": "填咨询电话。",
    "source": "本局 2026 年指南整治方案",
}
BODY = {name: value for name, value in PHONE.items() if name != "key"}


@pytest.fixture(autouse=True)
def bureau(database: Database) -> None:
    publish(database, department(), item("HZ-001", task_type="01"), item("HZ-002", name="公墓审批", task_type="20"))


def made(staff: TestClient, **different: object) -> dict[str, Any]:
    answer = staff.post(RULES, json=PHONE | different)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def rule(staff: TestClient, key: str) -> dict[str, Any]:
    body: dict[str, Any] = staff.get(f"{RULES}/{key}").json()
    return body


def switch(staff: TestClient, key: str, *, on: bool) -> dict[str, Any]:
    answer = staff.post(f"{RULES}/{key}/switch", json={"on": on, "reason": "指南另行整治"})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def keys_found(staff: TestClient) -> set[str]:
    return {each["rule"] for each in staff.get("/v1/findings").json()["items"]}


def log_of(staff: TestClient, key: str) -> list[str]:
    entries = staff.get("/v1/audit", params={"about": f"quality-rule/{key}"}).json()["items"]
    return [each["action"] for each in entries]


class TestReading:
    """What rules there are, and what they say."""

    def test_all_that_are_shipped(self, staff: TestClient) -> None:
        body = staff.get(RULES).json()
        assert [each["key"] for each in body["items"]] == list(shipped())
        assert body["total"] == len(shipped())
        assert all(each["is_on"] and not each["is_own"] for each in body["items"])

    def test_one_with_its_items(self, staff: TestClient) -> None:
        found = rule(staff, "legal-basis-missing")
        assert (found["severity"], found["elements"], found["decisions"]) == ("warning", ["legal_basis"], [])
        assert staff.get(found["items_url"]).json()["total"] == 2

    def test_one_that_there_is_not(self, staff: TestClient) -> None:
        answer = staff.get(f"{RULES}/shares-names")
        assert (answer.status_code, answer.json()["errors"][0]["suggestion"]) == (404, "shares-name")


class TestSwitching:
    """A rule that is off finds nothing."""

    def test_off_and_on_again(self, staff: TestClient) -> None:
        assert "guide-incomplete" in keys_found(staff)
        assert switch(staff, "guide-incomplete", on=False)["is_on"] is False
        assert "guide-incomplete" not in keys_found(staff)
        body = switch(staff, "guide-incomplete", on=True)
        assert "guide-incomplete" in keys_found(staff)
        decided = [(each["is_on"], each["reason"], each["by"], each["definition"]) for each in body["decisions"]]
        assert decided == [(on, "指南另行整治", "审批局 王敏", None) for on in (False, True)]
        assert log_of(staff, "guide-incomplete") == ["quality-rule.switch"] * 2

    def test_what_it_is_already_records_nothing(self, staff: TestClient) -> None:
        assert switch(staff, "guide-incomplete", on=True)["decisions"] == []

    def test_it_stands_in_the_list_as_off(self, staff: TestClient) -> None:
        switch(staff, "shares-name", on=False)
        off = [each["key"] for each in staff.get(RULES).json()["items"] if not each["is_on"]]
        assert off == ["shares-name"]

    def test_a_reason_is_needed(self, staff: TestClient) -> None:
        for body in ({"on": False}, {"on": False, "reason": ""}, {"reason": "指南另行整治"}):
            assert staff.post(f"{RULES}/shares-name/switch", json=body).status_code == 422, body

    def test_a_rule_that_there_is_not(self, staff: TestClient) -> None:
        assert staff.post(f"{RULES}/nothing/switch", json={"on": False, "reason": "无"}).status_code == 404


class TestOwnRules:
    """They are checked as what is shipped is, and found by as well."""

    def test_it_finds_from_then_on(self, database: Database, staff: TestClient) -> None:
        body = made(staff)
        assert (body["is_own"], body["is_on"], body["version"]) == (True, True, 1)
        assert body["elements"] == ["task_type", "consultation_contact"]
        (found,) = staff.get("/v1/findings", params={"rule": PHONE["key"]}).json()["items"]
        assert (found["name"], found["count"]) == (PHONE["name"], 1)
        with database.read() as connection:
            assert [each.key for each in rules_in_force(connection)] == [*shipped(), PHONE["key"]]

    def test_its_next_version(self, staff: TestClient) -> None:
        made(staff)
        answer = staff.put(f"{RULES}/{PHONE['key']}", json=BODY | {"severity": "error"}, headers={"If-Match": '"1"'})
        body = answer.json()
        assert (answer.status_code, body["version"], body["severity"]) == (200, 2, "error")
        assert [each["definition"]["severity"] for each in body["decisions"]] == ["warning", "error"]
        assert answer.headers["ETag"].startswith('"2-')
        assert log_of(staff, PHONE["key"]) == ["quality-rule.create", "quality-rule.replace"]

    def test_the_same_again_records_nothing(self, staff: TestClient) -> None:
        made(staff)
        assert staff.put(f"{RULES}/{PHONE['key']}", json=BODY).json()["version"] == 1
        assert len(rule(staff, PHONE["key"])["decisions"]) == 1

    def test_one_that_is_off_stays_off_in_other_words(self, staff: TestClient) -> None:
        made(staff)
        switch(staff, PHONE["key"], on=False)
        body = staff.put(f"{RULES}/{PHONE['key']}", json=BODY | {"severity": "advice"}).json()
        assert (body["is_on"], body["version"]) == (False, 2)

    def test_somebody_was_faster(self, staff: TestClient) -> None:
        made(staff)
        staff.put(f"{RULES}/{PHONE['key']}", json=BODY | {"severity": "error"})
        answer = staff.put(f"{RULES}/{PHONE['key']}", json=BODY, headers={"If-Match": '"1"'})
        assert (answer.status_code, answer.json()["type"]) == (412, "/problems/quality-rule-changed")

    def test_what_is_shipped_is_switched_but_not_changed(self, staff: TestClient) -> None:
        answer = staff.put(f"{RULES}/shares-name", json=BODY)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/quality-rule-not-own")

    def test_a_key_that_is_taken(self, staff: TestClient) -> None:
        made(staff)
        for key in (PHONE["key"], "shares-name"):
            answer = staff.post(RULES, json=PHONE | {"key": key})
            assert (answer.status_code, answer.json()["type"]) == (409, "/problems/quality-rule-key-taken")

    def test_how_many_may_be_on(self, staff: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(service, "MOST_OWN", 1)
        made(staff)
        another = PHONE | {"key": "another-rule"}
        assert staff.post(RULES, json=another).status_code == 409
        switch(staff, PHONE["key"], on=False)
        assert staff.post(RULES, json=another).status_code == 201
        answer = staff.post(f"{RULES}/{PHONE['key']}/switch", json={"on": True, "reason": "恢复"})
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/too-many-quality-rules")

    def test_as_many_as_may_be_are_asked_together(self, staff: TestClient) -> None:
        """Each as long as it may be, of as many values as it can hold."""
        codes = ", ".join(["'01'"] * 320)
        for number in range(service.MOST_OWN):
            made(staff, key=f"own-rule-{number}", filter=f"promised_limit < {number} AND task_type IN ({codes})")
        assert staff.get("/v1/findings").status_code == 200

    @pytest.mark.parametrize(
        ("different", "pointer", "broken"),
        [
            ({"key": "Licence"}, "/key", "malformed-key"),
            ({"key": "许可"}, "/key", "malformed-key"),
            ({"filter": "is_onlne = true"}, "/filter", "unknown-property"),
            ({"filter": "is_online = 是"}, "/filter", "flag-value"),
            ({"filter": "1 = 1"}, "/filter", "looks-at-nothing"),
            ({"filter": "NOT A_CONTAINS(lists, ('licencing'))"}, "/filter", "unknown-list"),
        ],
    )
    def test_what_is_wrong_is_told_where_it_stands(
        self, staff: TestClient, different: dict[str, str], pointer: str, broken: str
    ) -> None:
        answer = staff.post(RULES, json=PHONE | different)
        (fault,) = answer.json()["errors"]
        assert (answer.status_code, fault["pointer"], fault["rule"]) == (422, pointer, broken)
        assert staff.get(RULES).json()["total"] == len(shipped())

    def test_a_filter_that_is_too_long(self, staff: TestClient) -> None:
        long = " OR ".join(["is_online = true"] * 200)
        assert staff.post(RULES, json=PHONE | {"filter": long}).status_code == 422

    def test_a_misspelt_member(self, staff: TestClient) -> None:
        answer = staff.post(RULES, json=PHONE | {"remedie": "无"})
        assert (answer.status_code, answer.json()["errors"][0]["suggestion"]) == (422, "remedy")
