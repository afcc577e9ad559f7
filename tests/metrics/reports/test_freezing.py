"""What a report cites, that it stays, and what can't be cited."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from app.db import Database
from app.metrics.reports import disturbed
from app.metrics.reports.answers import ReportPage
from app.metrics.reports.rules import canonical, checksum
from tests.factories import amend, publish
from tests.metrics.own.desk import FEES, created, put
from tests.metrics.reports.desk import DAY, ONLINE, frozen, post, sha256_of, total, verified
from tests.statements import counted

BY_DEPARTMENT = ONLINE | {"group_by": ["department_code"], "label": "各部门网办率"}
COUNT = {"metric": "item_count", "as_of": DAY}


@pytest.mark.usefixtures("catalogue")
def test_a_report_says_what_its_figures_mean_and_leads_to_their_items(staff: TestClient, client: TestClient) -> None:
    report = frozen(staff, ONLINE, BY_DEPARTMENT | {"filter": "task_type = '01'", "within": "440100"})
    assert (report["revision"], report["frozen_by"], report["superseded_by"]) == (2, "审批局 王敏", None)
    rate, groups = report["figures"]
    assert rate["meaning"]["formula"] == "符合分子条件的事项数 ÷ 符合分母条件的事项数"
    assert (rate["meaning"]["numerator"], rate["meaning"]["source"] != "") == ("is_online = true", True)
    assert [(row["numerator"], row["denominator"], row["unknown"]) for row in rate["values"]] == [(3, 8, 1)]
    assert groups["within_name"] == "广州市"
    for row in [*rate["values"], *groups["values"]]:
        assert total(client, row["numerator_url"]) == row["numerator"]
        assert total(client, row["denominator_url"]) == row["denominator"]
        assert total(client, row["unknown_url"]) == row["unknown"]
    live = client.get(groups["values_url"]).json()["values"]
    assert [row["group"] for row in live] == [row["group"] for row in groups["values"]]


@pytest.mark.usefixtures("catalogue")
def test_anybody_can_recompute_the_checksum_and_nobody_can_change_the_text(
    database: Database, staff: TestClient, client: TestClient
) -> None:
    report = frozen(staff, BY_DEPARTMENT)
    cited = client.get(report["cited_url"])
    assert sha256_of(client, report) == report["checksum"]
    assert json.dumps(cited.json(), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == cited.content
    deed = staff.get("/v1/audit", params={"about": f"report/{report['id']}"}).json()["items"][0]
    assert (deed["action"], deed["details"]["checksum"]) == ("report.freeze", report["checksum"])
    rewritten = cited.text.replace('"numerator":2', '"numerator":3')
    with database.write() as connection:
        connection.execute(text("UPDATE report SET cited = :cited"), {"cited": rewritten})
    found = verified(client, report)
    assert (found["agrees"], found["checksum"]["agrees"]) == (False, False)
    assert [(each["field"], each["frozen"], each["found"]) for each in found["figures"][0]["differences"]] == [
        ("numerator", 3, 2)
    ]
    with database.write() as connection:
        forged = {"cited": cited.text, "title": "另一个标题"}
        connection.execute(text("UPDATE report SET cited = :cited, title = :title"), forged)
    assert verified(client, report)["checksum"]["agrees"] is False


@pytest.mark.one_database
def test_equal_content_is_equal_text() -> None:
    one, other = {"b": [1, 0.5, None], "a": "事项"}, {"a": "事项", "b": [1, 0.5, None]}
    assert canonical(one) == canonical(other) == '{"a":"事项","b":[1,0.5,null]}'.encode()
    assert checksum(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.usefixtures("catalogue")
def test_a_report_may_be_of_what_was_known_then(database: Database, staff: TestClient) -> None:
    publish(database, amend("HZ-2", date(2025, 1, 1), is_online=True), on=date(2026, 2, 1))
    now = frozen(staff, ONLINE)
    then = frozen(staff, ONLINE, number="海政数〔2026〕4号", known_at="2026-01-31")
    assert [(each["revision"], each["figures"][0]["values"][0]["numerator"]) for each in (now, then)] == [
        (3, 4),
        (2, 3),
    ]
    early = frozen(staff, ONLINE | {"as_of": "2019-01-01"}, number="海政数〔2026〕5号")["figures"][0]
    assert early["values"][0]["value"] is None
    assert "2024-01-01 起的情况" in early["note"]


@pytest.mark.usefixtures("catalogue")
def test_reports_are_listed_from_the_last_one_on(staff: TestClient, client: TestClient) -> None:
    made = [frozen(staff, COUNT, number=f"海政数〔2026〕{place}号")["id"] for place in (1, 2, 3)]
    page = client.get("/v1/reports?limit=2").json()
    ReportPage.model_validate(page)
    rest = client.get(page["next"]).json()
    assert [each["id"] for each in [*page["items"], *rest["items"]]] == made[::-1]
    assert (page["total"], rest["next"]) == (3, None)
    found = client.get("/v1/reports", params={"number": "海政数〔2026〕2号"}).json()["items"]
    assert [each["id"] for each in found] == [made[1]]
    missing = client.get(f"/v1/reports/{made[-1] + 1}")
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/report-not-found")


@pytest.mark.usefixtures("catalogue")
def test_a_corrected_report_names_the_one_it_replaces_and_what_moved(
    database: Database, staff: TestClient, client: TestClient
) -> None:
    kept = {"metric": "licence_item_count", "as_of": DAY}
    old = frozen(staff, BY_DEPARTMENT, ONLINE, kept, COUNT)
    publish(database, amend("HZ-2", date(2025, 1, 1), is_online=True), on=date(2026, 3, 1))
    new = {"number": "海政数〔2026〕9号", "supersedes": old["id"], "reason": "教育局补报后更正"}
    report = frozen(staff, ONLINE, BY_DEPARTMENT, kept, {"metric": "online_item_count", "as_of": DAY}, **new)
    assert report["replaces"]["number"] == old["number"]
    told = report["changes"]
    assert (told["reason"], told["unchanged"]) == ("教育局补报后更正", 1)
    assert [[each["metric"] for each in told[name]] for name in ("only_before", "only_after")] == [
        ["item_count"],
        ["online_item_count"],
    ]
    whole, grouped = told["moved"]
    (row,) = whole["values"]
    assert (row["before"]["numerator"], row["after"]["numerator"], row["change_exact"]) == (3, 4, "1/8")
    (moved,) = grouped["values"]
    assert moved["group"]["department_code"] == "11440100007482532A"
    for kind in [*row["kinds"], *moved["kinds"]]:
        assert (kind["kind"], kind["items"]) == ("corrected", 1)
        assert client.get(kind["items_url"]).json()["items"][0]["code"] == "HZ-2"
    assert client.get(whole["changes_url"]).json()["values"][0]["change_exact"] == "1/8"
    assert client.get(old["url"]).json()["superseded_by"]["id"] == report["id"]
    assert verified(client, old)["agrees"]
    again = post(staff, ONLINE, **new | {"number": "海政数〔2026〕10号"})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/report-already-superseded")
    taken = post(staff, ONLINE, number=old["number"])
    assert (taken.status_code, taken.json()["report_url"]) == (409, old["url"])


@pytest.mark.usefixtures("catalogue")
def test_a_number_in_other_brackets_is_the_same_number(staff: TestClient, client: TestClient) -> None:
    held = frozen(staff, ONLINE, number="海政数［2026］ 5号")
    alike = (
        "海政数〔2026〕5号",
        "海政数[2026]5号",
        "海政数【２０２６】５号",
        "海政数（2026）5 号",
        "海政数﹝2026﹞5号",
    )
    for written in alike:
        taken = post(staff, ONLINE, number=written)
        assert (taken.status_code, taken.json()["report_url"]) == (409, held["url"])
        assert "海政数［2026］ 5号" in taken.json()["detail"]
        (found,) = client.get("/v1/reports", params={"number": written}).json()["items"]
        assert (found["id"], found["number"]) == (held["id"], "海政数［2026］ 5号")
    for other in ("海政数〔2026〕15号", "海政数〔2026〕5号.", "海政数〔2026〕.号", "海政数|5号"):
        frozen(staff, ONLINE, number=other)


@pytest.mark.usefixtures("catalogue")
def test_letters_of_full_width_are_the_same_letters(staff: TestClient) -> None:
    held = frozen(staff, ONLINE, number="Ｘ政数﹝2026﹞1号-a+b")
    taken = post(staff, ONLINE, number="X政数〔2026〕1号-ａ+b")
    assert (taken.status_code, taken.json()["report_url"]) == (409, held["url"])
    frozen(staff, ONLINE, number="x政数〔2026〕1号-a+b")


@pytest.mark.usefixtures("catalogue")
def test_a_report_keeps_the_definition_that_its_metric_then_had(staff: TestClient, client: TestClient) -> None:
    created(staff)
    own = {"metric": "licence_online_rate", "as_of": DAY}
    report = frozen(staff, own)
    put(staff, "licence_online_rate", FEES | {"name_zh": "行政许可网上可办率"})
    found = verified(client, report)
    assert (found["agrees"], found["live_differs"]) == (True, 1)
    assert client.get(report["figures"][0]["values"][0]["numerator_url"]).json()["total"] == 3
    (told,) = frozen(staff, own, number="2", supersedes=report["id"], reason="改了定义")["changes"]["moved"]
    assert "由占比（%）改成了计数（项）" in told["note"]
    staff.put("/v1/metrics/licence_online_rate", json={"withdrawn": True})
    (figure,) = verified(client, report)["figures"]
    assert (figure["agrees"], figure["live"]["differs"]) == (True, True)
    assert figure["live"]["note"].startswith("这个指标现在已停用")


FIGURE = {"metric": "online_rate", "as_of": DAY}
REFUSED: list[tuple[dict[str, Any], str, str, str]] = [
    ({"figures": []}, "nothing-cited", "/figures", "nothing-cited"),
    ({"figures": [FIGURE, {"metric": "onlinerate"}]}, "unknown-metric", "/figures/1/metric", "unknown-metric"),
    (
        {"figures": [{"metric": "guide_accuracy"}]},
        "metric-not-computable",
        "/figures/0/metric",
        "metric-not-computable",
    ),
    ({"figures": [FIGURE, {"metric": "x" * 200}]}, "unknown-metric", "/figures/1/metric", "unknown-metric"),
    ({"figures": [FIGURE, FIGURE | {"as_of": "2026-03-03"}]}, "report-day-ahead", "/figures/1/as_of", "day-ahead"),
    ({"figures": [FIGURE | {"period": "2025-01"}]}, "other-basis", "/figures/0/period", "not-by-months"),
    ({"figures": [{"metric": "on_time_rate"}]}, "other-basis", "/figures/0/period", "no-period"),
    ({"figures": [FIGURE | {"period": "2025-13"}]}, "invalid-period", "/figures/0/period", "not-a-period"),
    ({"figures": [FIGURE | {"base_as_of": "2025-01-01"}]}, "base-not-used", "/figures/0/base_as_of", "base-not-used"),
    (
        {"figures": [FIGURE, {"metric": "step_reduction"}]},
        "metric-needs-base",
        "/figures/1/base_as_of",
        "metric-needs-base",
    ),
    ({"figures": [FIGURE | {"group_by": ["name"]}]}, "unknown-group", "/figures/0/group_by", "unknown-group"),
    (
        {"figures": [{"metric": "on_time_rate", "period": "2025-01", "group_by": ["item"]}]},
        "unknown-group",
        "/figures/0/group_by",
        "by-item",
    ),
    ({"figures": [FIGURE | {"within": "44"}]}, "malformed", "/figures/0/within", "not-a-division"),
    ({"figures": [FIGURE, FIGURE | {"filter": "onlin=1"}]}, "invalid-filter", "/figures/1/filter", "unknown-property"),
    ({"figures": [FIGURE], "known_at": "99"}, "malformed", "/known_at", "unknown-revision"),
    ({"figures": [FIGURE], "supersedes": 7}, "malformed", "/reason", "missing"),
    ({"figures": [FIGURE], "reason": "更正"}, "malformed", "/supersedes", "missing"),
    ({"figures": [FIGURE], "supersedes": 7, "reason": "更正"}, "malformed", "/supersedes", "unknown-report"),
    ({"template": {"key": "distrct"}}, "malformed", None, "unknown-template"),  # type: ignore[list-item]
    ({"template": {"key": "district"}}, "incomplete-template", "/template/within", "missing"),
    (
        {"template": {"key": "district", "within": "440105", "period": "2026-03"}},
        "invalid-period",
        "/template/period",
        "month-not-over",
    ),
    ({"figures": [FIGURE | {"metrik": "x"}]}, "malformed", "/figures/0/metrik", "extra_forbidden"),
]


@pytest.mark.usefixtures("catalogue")
def test_what_can_not_be_cited_is_named_with_its_rule(staff: TestClient, client: TestClient) -> None:
    for body, problem, pointer, rule in REFUSED:
        answer = post(staff, **body)
        said = answer.json()
        assert (answer.status_code, said["type"]) == (422, f"/problems/{problem}"), (body, said)
        assert (said["errors"][0].get("pointer"), said["errors"][0]["rule"]) == (pointer, rule), said
    assert client.get("/v1/reports").json()["total"] == 0


@pytest.mark.usefixtures("catalogue")
def test_a_preview_lists_the_reports_that_live_figures_would_no_longer_match(
    staff: TestClient, preview: Callable[[dict[str, Any]], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced = frozen(staff, ONLINE)
    following = {"number": "海政数〔2026〕8号", "supersedes": replaced["id"], "reason": "改标题"}
    standing = frozen(staff, COUNT, BY_DEPARTMENT, ONLINE, ONLINE | {"as_of": "2024-06-30"}, **following)
    frozen(staff, COUNT, number="海政数〔2026〕9号")
    entry = {"kind": "amend", "code": "HZ-2", "content": {"is_online": True}, "effective_on": "2025-01-01"}
    previewed = preview(entry)
    assert (previewed["reports_looked_at"], previewed["reports_more"]) == (2, 0)
    (told,) = previewed["reports"]
    assert (told["number"], told["url"]) == ("海政数〔2026〕8号", standing["url"])
    assert [each["position"] for each in told["figures"]] == [2, 3]
    (row,) = told["figures"][1]["values"]
    assert [row[side]["numerator"] for side in ("frozen", "now", "after")] == [3, 3, 4]
    assert preview(entry | {"effective_on": "2026-03-02"})["reports"] == []
    monkeypatch.setattr(disturbed, "MOST_REPORTS", 1)
    few = preview(entry)
    assert (few["reports"], few["reports_looked_at"], few["reports_more"]) == ([], 1, 1)


@pytest.mark.one_database
@pytest.mark.usefixtures("catalogue")
def test_however_many_reports_and_figures_there_are_a_way_of_asking_is_one_statement(
    client: TestClient, staff: TestClient, preview: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    entry = {"kind": "amend", "code": "HZ-2", "content": {"is_online": True}, "effective_on": "2025-01-01"}

    def statements(*figures: dict[str, Any], reports: int) -> tuple[int, int]:
        for place in range(reports):
            report = frozen(staff, *figures, number=f"{len(figures)}-{place}")
        with counted() as verifying:
            verified(client, report)
        with counted() as previewing:
            assert preview(entry)["reports"]
        return len(verifying), len(previewing)

    few = statements(ONLINE, reports=1)
    keys = ("online_rate", "item_count", "online_item_count", "licence_item_count", "one_visit_rate", "hall_share")
    assert statements(*({"metric": key, "as_of": DAY} for key in keys), reports=4) == few


@pytest.fixture
def preview(staff: TestClient) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What the preview of a change set with the entry says."""

    def previewed(entry: dict[str, Any]) -> dict[str, Any]:
        cover = {"title": "更正", "effective_on": "2026-03-02", "retroactive": True}
        path = staff.post("/v1/change-sets", json=cover).headers["Location"]
        assert staff.post(f"{path}/entries", json=entry).status_code == 201
        found: dict[str, Any] = staff.get(f"{path}/preview").json()
        return found

    return previewed
