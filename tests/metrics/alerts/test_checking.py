"""What is wrong with a rule is told with its place when it is written, and nothing is kept."""

import socket
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.access.rules import Role
from tests.jobs.desk import app_of, keyed
from tests.metrics.alerts.desk import ONLINE, created, got, post, put

pytestmark = pytest.mark.one_database

REFUSED: dict[str, tuple[dict[str, Any], dict[str, object]]] = {
    "an unknown metric": (
        {"metric": "onlin_rate"}, {"pointer": "/metric", "rule": "unknown-metric", "suggestion": "online_rate"}
    ),
    "a metric that can't be computed": (
        {"metric": "guide_accuracy"}, {"pointer": "/metric", "rule": "metric-not-computable"}
    ),
    "an unknown group": (
        {"group_by": ["departmnt_code"]},
        {"pointer": "/group_by", "rule": "unknown-group", "suggestion": "department_code"},
    ),
    "a sum over what repeats it": (
        {"metric": "cross_region_agreement_items", "group_by": ["agreements"], "condition": {"above": 3}},
        {"pointer": "/group_by", "rule": "sums-repeat"},
    ),
    "a group that nobody is in": (
        {"group_by": ["task_type"], "group": ["99"]}, {"pointer": "/group", "rule": "no-such-group", "value": "99"}
    ),
    "a group of nothing": ({"group": ["01"]}, {"pointer": "/group", "rule": "no-such-group"}),
    "an unknown division": ({"within": "449999"}, {"pointer": "/within", "rule": "unknown-division"}),
    "no division": ({"within": "44"}, {"pointer": "/within", "rule": "not-a-division"}),
    "an unknown element": (
        {"filter": "is_onlin = true"}, {"pointer": "/filter", "rule": "unknown-property", "position": 0}
    ),
    "a list that never was": (
        {"filter": "A_CONTAINS(lists, ('licencing'))"}, {"pointer": "/filter", "rule": "unknown-list"}
    ),
    "a filter without room for links": (
        {"filter": "(" * 39 + "is_online = true" + ")" * 39}, {"pointer": "/filter", "rule": "no-room"}
    ),
    "per cent for a share": (
        {"condition": {"below": 85}},
        {"pointer": "/condition/below", "rule": "limit-out-of-range", "value": "85", "suggestion": "0.85"},
    ),
    "no condition": ({"condition": {}}, {"pointer": "/condition", "rule": "one-condition"}),
    "two conditions": ({"condition": {"below": 0.8, "above": 0.9}}, {"pointer": "/condition", "rule": "one-condition"}),
    "a misspelt condition": (
        {"condition": {"bellow": 0.8}}, {"pointer": "/condition/bellow", "suggestion": "below"}
    ),
    "a text for a limit": ({"condition": {"below": "0.8"}}, {"pointer": "/condition/below", "rule": "float_type"}),
    "no name": ({"name": " "}, {"pointer": "/name", "rule": "string_too_short"}),
    "a misspelt member": ({"webhook": "https://oa.example"}, {"pointer": "/webhook", "suggestion": "webhook_url"}),
    "this machine": ({"webhook_url": "https://127.0.0.1/"}, {"pointer": "/webhook_url", "rule": "private-address"}),
    "this machine by its name": (
        {"webhook_url": "https://localhost/hooks"}, {"pointer": "/webhook_url", "rule": "private-address"}
    ),
    "this machine as a number": (
        {"webhook_url": "https://2130706433/"}, {"pointer": "/webhook_url", "rule": "private-address"}
    ),
    "the inside": ({"webhook_url": "http://10.1.2.3/"}, {"pointer": "/webhook_url", "rule": "private-address"}),
    "the inside as IPv6": (
        {"webhook_url": "https://[::ffff:192.168.1.1]/"}, {"pointer": "/webhook_url", "rule": "private-address"}
    ),
    "the inside through a translator": (
        {"webhook_url": "https://[64:ff9b::a00:1]/"}, {"pointer": "/webhook_url", "rule": "private-address"}
    ),
    "a cloud's own address": (
        {"webhook_url": "http://169.254.169.254/"}, {"pointer": "/webhook_url", "rule": "private-address"}
    ),
    "the internet in the clear": (
        {"webhook_url": "http://8.8.8.8/"}, {"pointer": "/webhook_url", "rule": "https-needed"}
    ),
    "a password": (
        {"webhook_url": "https://li:Geheim@oa.example/"}, {"pointer": "/webhook_url", "rule": "credentials-in-url"}
    ),
    "another protocol": ({"webhook_url": "file:///etc/passwd"}, {"pointer": "/webhook_url", "rule": "malformed-url"}),
    "no such port": (
        {"webhook_url": "https://oa.example:99999/"}, {"pointer": "/webhook_url", "rule": "malformed-url"}
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_named_with_its_place_and_nothing_is_kept(staff: TestClient, case: str) -> None:
    other, said = REFUSED[case]
    answer = post(staff, **other)
    assert answer.status_code == 422, answer.text
    (found,) = [each for each in answer.json()["errors"] if said.items() <= each.items()]
    assert found["detail"]
    assert "parameter" not in found
    assert "Geheim" not in answer.text
    assert got(staff, "/v1/alert-rules")["total"] == 0


def test_everything_wrong_is_named_at_once(staff: TestClient) -> None:
    answer = post(staff, metric="onlin_rate", group_by=["x"], within="44", filter="a = 1")
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/metric", "/group_by", "/within", "/filter"]


@pytest.mark.parametrize("said", [{"months": 1}, {"metric": "on_time_rate"}], ids=["items", "cases"])
def test_months_are_of_what_counts_cases(staff: TestClient, said: dict[str, object]) -> None:
    (told,) = post(staff, **said).json()["errors"]
    assert (told["pointer"], told["rule"]) == ("/months", "other-basis")


def test_a_figure_of_two_days_is_not_watched(staff: TestClient) -> None:
    (told,) = post(staff, metric="material_reduction").json()["errors"]
    assert (told["pointer"], told["rule"]) == ("/metric", "two-days")


def test_a_host_that_nobody_knows_is_taken_with_a_warning(staff: TestClient) -> None:
    rule = created(staff, webhook_url="https://hooks.invalid/a")
    (told,) = rule["warnings"]
    assert "hooks.invalid" in told
    assert rule["webhook"]["status"] == "untried"


def test_http_is_refused_where_it_leads_to_the_internet_and_warned_of_where_nobody_knows(
    staff: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is never sent there."""
    rule = created(staff, webhook_url="http://oa.invalid/hooks")
    unknown, plain = rule["warnings"]
    assert "oa.invalid" in unknown
    assert "https" in plain
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("93.184.216.34", 0))])
    for url in ("http://93.184.216.34/hooks", "http://oa.example/hooks"):
        answer = put(staff, rule, {**ONLINE, "webhook_url": url})
        (told,) = answer.json()["errors"]
        assert (answer.status_code, told["pointer"], told["rule"]) == (422, "/webhook_url", "https-needed")
    assert put(staff, rule, {**ONLINE, "webhook_url": "https://oa.example/hooks"}).status_code == 200


@pytest.mark.parametrize("role", ["editor", "reader"])
def test_who_may_not_define_sees_rules_but_not_what_may_be_a_password(staff: TestClient, role: Role) -> None:
    rule = created(staff, webhook_url="https://hooks.invalid/a?key=Geheim")
    other = keyed(app_of(staff), "民政局 李华", role)
    assert post(other).status_code == put(other, rule, {"withdrawn": True}).status_code == 403
    answer = other.get(f"/v1/alert-rules/{rule['id']}")
    assert answer.status_code == (200 if role == "editor" else 403)
    assert "Geheim" not in answer.text
    assert got(staff, f"/v1/alert-rules/{rule['id']}")["webhook_url"] == "https://hooks.invalid/a?key=Geheim"


def test_what_is_not_there_is_not_found(staff: TestClient) -> None:
    for path in ("/v1/alert-rules/9", "/v1/alert-rules/9/deliveries", "/v1/alert-findings/9"):
        assert staff.get(path).status_code == 404
    for path in ("/v1/alert-rules/9/rotate-secret", "/v1/alert-rules/9/test"):
        assert staff.post(path).json()["type"] == "/problems/alert-rule-not-found"


def test_rules_are_few(staff: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.metrics.alerts.service.MOST_RULES", 1)
    created(staff)
    answer = post(staff)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/too-many-alert-rules")
