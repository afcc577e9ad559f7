"""Every failure is a problem document a clerk can act on, in Chinese unless English is asked for."""

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.main import create_app
from app.settings import Settings
from tests.clients import Client

pytestmark = pytest.mark.one_database

CHINESE = re.compile("[一-鿿]")

FAILURES = [
    pytest.param("GET", "/v1/nothing", 404, "not-found", id="unknown address"),
    pytest.param("GET", "/nothing", 404, "not-found", id="unknown address outside the API"),
    pytest.param("DELETE", "/v1/items", 405, "method-not-allowed", id="unknown method"),
    pytest.param("POST", "/healthz", 405, "method-not-allowed", id="unknown method outside the API"),
    pytest.param("GET", "/v1/items?is_onlin=true", 422, "unknown-parameter", id="unknown parameter"),
    pytest.param("GET", "/v1/items?limit=0", 422, "malformed", id="limit"),
    pytest.param("GET", "/v1/items?cursor=abc", 422, "wrong-cursor", id="cursor"),
    pytest.param("GET", "/v1/items/HZ-404", 404, "item-not-found", id="unknown item"),
    pytest.param("GET", "/v1/departments/HZ-404", 404, "object-not-found", id="unknown department"),
    pytest.param("GET", "/v1/code-lists/task_typ", 404, "code-list-not-found", id="unknown code list"),
    pytest.param("GET", "/v1/elements?format=xml", 422, "malformed", id="unknown format"),
    pytest.param("GET", f"/v1/items/{'9' * 65}", 422, "malformed", id="code too long"),
    pytest.param("GET", "/v1/items/HZ%00", 422, "malformed", id="NUL in the address"),
    pytest.param("GET", "/v1/items?within=440105%00", 422, "malformed", id="NUL in a parameter"),
    pytest.param("GET", "/v1/change-sets", 401, "unauthorized", id="no key"),
]


@pytest.mark.parametrize(("method", "path", "status", "slug"), FAILURES)
def test_a_failure_is_a_problem_document(client: TestClient, method: str, path: str, status: int, slug: str) -> None:
    answer = client.request(method, path)
    document = problem(answer, status)
    assert document["type"] == f"/problems/{slug}"
    assert CHINESE.search(document["title"])
    assert CHINESE.search(document["detail"])
    assert answer.headers["Content-Language"] == "zh-CN"


@pytest.mark.parametrize(("method", "path", "status", "slug"), FAILURES)
def test_it_is_english_where_english_is_asked_for(
    client: TestClient, method: str, path: str, status: int, slug: str
) -> None:
    answer = client.request(method, path, headers={"Accept-Language": "en"})
    document = problem(answer, status)
    assert document["type"] == f"/problems/{slug}"
    assert not CHINESE.search(str(document))
    assert answer.headers["Content-Language"] == "en"


def problem(answer: Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "Accept-Language" in answer.headers["Vary"]
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    assert {"type", "title", "detail"} <= document.keys()
    assert None not in document.values()
    return document


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en", "en"),
        ("en-US,en;q=0.9", "en"),
        ("EN-gb", "en"),
        ("en;q=0.9, zh;q=0.3", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh; q=0.9, en; q=0.8", "zh-CN"),
        ("zh", "zh-CN"),
        ("*", "zh-CN"),
        ("fr", "zh-CN"),
        ("en;q=0", "zh-CN"),
        ("en;q=nan", "zh-CN"),
        ("en;q=很多".encode().decode("latin-1"), "zh-CN"),
        (",;q=,", "zh-CN"),
        ("", "zh-CN"),
    ],
)
def test_the_language_is_the_one_preferred(client: TestClient, accepted: str, language: str) -> None:
    answer = client.get("/v1/nothing", headers={b"Accept-Language": accepted.encode("latin-1")})
    assert answer.headers["Content-Language"] == language


def test_a_wrong_method_names_the_right_ones(client: TestClient) -> None:
    said = client.delete("/v1/items")
    assert said.json()["detail"] == "这个地址不支持 DELETE，可以用 GET、HEAD、POST。"
    assert client.put("/v1/items").headers["Allow"] == "GET, HEAD, POST"
    refused = client.delete("/v1/metrics/online_rate")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, PUT")
    assert client.delete("/v1/metrics").headers["Allow"] == "GET, HEAD, POST"


def test_a_body_that_would_be_lost_is_refused(staff: TestClient) -> None:
    created = staff.post("/v1/change-sets", json={"title": "更新", "effective_on": "2026-03-02"}).json()
    withdraw = f"/v1/change-sets/{created['id']}/withdraw"
    document = problem(staff.post(withdraw, json={"reason": "重复了"}), 422)
    assert document["detail"] == "这个地址不带请求体，其中的 reason 不会起作用，请去掉。"
    assert [(each["pointer"], each["rule"]) for each in document["errors"]] == [("/reason", "no-body")]
    assert problem(staff.post(withdraw, content=b"reason"), 422)["errors"][0]["pointer"] == ""
    assert staff.get(f"/v1/change-sets/{created['id']}").json()["status"] == "draft"
    assert staff.post(withdraw, json={}).status_code == 200


HIDDEN = ["\u202e", "\u2066", "\u200b", "\u200d", "\u2060", "\ufeff", "\u2028", "\x85", "\x1b", "\0"]
BREAKS = ["\n", "\r", "\t"]


@pytest.mark.parametrize("sign", HIDDEN + BREAKS, ids=ascii)
def test_a_line_holds_nothing_that_nobody_sees(staff: TestClient, sign: str) -> None:
    title, name = f"更新{sign}指南", f"大{sign}屏"
    user = {"login": "li.na", "name": name, "role": "reader"}
    for answer in (
        staff.post("/v1/change-sets", json={"title": title, "effective_on": "2026-03-02"}),
        staff.post("/v1/api-keys", json={"name": name, "role": "reader"}),
        staff.post("/v1/users", json=user),
    ):
        (told,) = problem(answer, 422)["errors"]
        assert told["rule"] == "string_pattern_mismatch"
        assert "（只写一行，不能有换行、制表符、零宽字符" in told["detail"]
    reason = {"title": "更新", "effective_on": "2026-03-02", "reason": f"一{sign}二"}
    assert staff.post("/v1/change-sets", json=reason).status_code == (201 if sign in BREAKS else 422)


def test_a_shape_is_said_in_words(staff: TestClient) -> None:
    user = {"login": "李娜", "name": "李娜", "role": "reviewer", "division_code": "4401"}
    english = {"Accept-Language": "en"}
    assert [each["detail"] for each in problem(staff.post("/v1/users", json=user), 422)["errors"]] == [
        "login 不能写成“李娜”（只能用小写字母、数字、点、横线、下划线，最多 64 个字符）",
        "division_code 不能写成“4401”（GB/T 2260 的 6 位数字）",
    ]
    assert [each["detail"] for each in problem(staff.post("/v1/users", json=user, headers=english), 422)["errors"]] == [
        "login takes small letters, digits, . _ -, 64 at most, not '李娜'",
        "division_code takes six digits of GB/T 2260, not '4401'",
    ]


def test_faults_show_values_as_they_were_sent_and_where_they_stand(staff: TestClient) -> None:
    answer = staff.post("/v1/change-sets", json={"title": True, "reason": 7})
    document = problem(answer, 422)
    assert document["detail"].startswith("请求有 3 处错误：title 应为文字，得到“true”；")
    assert document["detail"].count("；") == 2
    shown = {each["pointer"]: each.get("value") for each in document["errors"]}
    assert shown == {"/title": "true", "/reason": "7", "/effective_on": None}
    many = problem(staff.post("/v1/change-sets", json={f"field_{n}": n for n in range(5)}), 422)
    assert (many["detail"].count("；"), many["detail"].endswith("；等"), len(many["errors"])) == (3, True, 5)


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/v1/items/verify", {"expected": 137.5}, "expected 应为整数，得到“137.5”"),
        ("/v1/items/verify", {"expected": None}, "expected 应为整数，得到“null”"),
        ("/v1/items/HZ-001/verify", {"evidence": [{"element": "status", "url": "https://a.cn"}] * 51}, "evidence 最多 50 条"),
        ("/v1/items/HZ-001/verify", {"note": 7}, "note 应为文字，得到“7”"),
    ],
)  # fmt: skip
def test_a_limit_is_told_in_words(staff: TestClient, path: str, body: dict[str, object], said: str) -> None:
    (told,) = problem(staff.post(path, json=body), 422)["errors"]
    assert told["detail"] == said


def test_a_fault_deep_in_a_body_is_named_by_its_whole_path(staff: TestClient) -> None:
    limit = {"element": "promised_limit", "unit": "promised_limit_unit", "working_days": {"1": -1}}
    said = {"key": "own_rate", "name_zh": "压缩率", "kind": "reduction", "before": limit, "after": limit}
    errors = problem(staff.post("/v1/metrics", json=said), 422)["errors"]
    assert [(each["pointer"], each["detail"]) for each in errors] == [
        ("/before/working_days/1", "before.working_days.1 不能小于 0"),
        ("/after/working_days/1", "after.working_days.1 不能小于 0"),
    ]
    created = staff.post("/v1/change-sets", json={"title": "更新", "effective_on": "2026-03-02"}).json()
    entries = [{"kind": "amend", "code": "HZ-001"}, {"kind": "amend", "code": None}]
    (told,) = problem(staff.post(created["entries_url"], json=entries), 422)["errors"]
    assert (told["pointer"], told["value"], told["detail"][:6]) == ("/1/code", "null", "1.code")


BODIES = [
    pytest.param("{", {"rule": "json_invalid", "position": 1}, id="broken JSON"),
    pytest.param("[]", {"rule": "model_attributes_type", "pointer": ""}, id="not an object"),
    pytest.param("{}", {"rule": "missing", "pointer": "/title"}, id="nothing in it"),
    pytest.param(
        '{"title": "更新", "effective_on": "2026-02-30"}',
        {"pointer": "/effective_on", "value": "2026-02-30"},
        id="a day that does not exist",
    ),
    pytest.param(
        '{"title": "更新", "effective_on": "2026-03-02", "titel": "x"}',
        {"rule": "extra_forbidden", "pointer": "/titel"},
        id="an unknown field",
    ),
    pytest.param('{"title": "  ", "effective_on": "2026-03-02"}', {"rule": "string_too_short"}, id="a blank title"),
    pytest.param(
        '{"title": "\\u0000", "effective_on": "2026-03-02"}', {"rule": "string_pattern_mismatch"}, id="NUL in the title"
    ),
    pytest.param(
        '{"title": "更新", "reason": "a\\u0000", "effective_on": "2026-03-02"}',
        {"pointer": "/reason"},
        id="NUL in text",
    ),
    pytest.param(
        '{"title": "\\ud83d", "effective_on": "2026-03-02"}', {"rule": "string_unicode"}, id="half a character"
    ),
    pytest.param('{"title": 7, "effective_on": "2026-03-02"}', {"rule": "string_type"}, id="a number as title"),
]


@pytest.mark.parametrize(("body", "fault"), BODIES)
def test_a_malformed_body_says_where(staff: TestClient, body: str, fault: dict[str, object]) -> None:
    answer = staff.post("/v1/change-sets", content=body.encode(), headers={"Content-Type": "application/json"})
    document = problem(answer, 422)
    assert document["errors"][0] | fault == document["errors"][0]
    assert CHINESE.search(document["errors"][0]["detail"])
    assert staff.get("/v1/change-sets").json()["total"] == 0


def test_a_body_without_its_content_type_is_told_what_lacks(staff: TestClient) -> None:
    answer = staff.post("/v1/change-sets", content=b'{"title": "x", "effective_on": "2026-03-02"}')
    assert "Content-Type: application/json" in problem(answer, 422)["detail"]


@pytest.mark.parametrize("terminal", [True, False])
def test_an_inner_failure_tells_nothing_and_logs_no_secret(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    terminal: bool,  # noqa: FBT001
) -> None:
    """A database without tables fails on every question; the traceback is for the operator, the key for nobody."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    client = Client(create_app(Settings(database_url=f"sqlite:///{tmp_path}/empty.db")), raise_server_exceptions=False)
    answer = client.get("/v1/change-sets?status=draft", headers={"Authorization": "Bearer sx_7GeHeimniS"})
    document = problem(answer, 500)
    assert set(document) == {"type", "title", "status", "detail"}
    logged = "".join(capsys.readouterr())
    assert "request failed" in logged
    assert "no such table" in logged
    assert "7GeHeimniS" not in logged
    assert "status=draft" not in logged
    assert client.get("/readyz").status_code == 503
    client.app.state.database.close()  # type: ignore[attr-defined]  # the client knows only an ASGI callable
