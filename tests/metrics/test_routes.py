import pytest
from fastapi.testclient import TestClient

from app.metrics.definitions import metrics, not_computable
from app.metrics.schemas import Metrics, MetricValues


def test_definitions_say_what_they_mean_and_what_waits_says_why(client: TestClient) -> None:
    answer = client.get("/v1/metrics").json()
    Metrics.model_validate(answer)
    assert answer["total"] == len(answer["items"]) == len(metrics())
    assert len(answer["not_computable"]) == len(not_computable())


def test_one_definition(client: TestClient) -> None:
    online = client.get("/v1/metrics/online_rate").json()
    assert (online["computable"], online["denominator"], online["numerator"]) == (
        True,
        "status = '1'",
        "is_online = true",
    )
    assert client.get(online["values_url"]).json()["values"][0]["metric"] == "online_rate"


def test_limits_say_how_units_become_working_days(client: TestClient) -> None:
    limit = client.get("/v1/metrics/limit_compression").json()
    assert limit["after"] == {
        "element": "promised_limit",
        "unit": "promised_limit_unit",
        "working_days": {"1": 1, "4": 0},
    }
    assert any("22" in caveat and "250" in caveat for caveat in limit["caveats"])


def test_a_metric_that_waits_answers_with_the_reason(client: TestClient) -> None:
    answer = client.get("/v1/metrics/authority_change_timeliness")
    assert (answer.status_code, answer.json()["computable"], answer.json()["basis"]) == (200, False, "changes")
    assert answer.json()["reason"]
    assert answer.json()["waits_for"]


def test_a_definition_that_does_not_exist_is_404_with_the_nearest(client: TestClient) -> None:
    answer = client.get("/v1/metrics/onlinerate")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/metric-not-found")
    assert answer.json()["errors"][0]["suggestion"] == "online_rate"


def test_values_answer_with_their_dates(client: TestClient) -> None:
    answer = client.get("/v1/metric-values").json()
    MetricValues.model_validate(answer)
    of_one_day = [key for key, each in metrics().items() if each.basis == "items" and not each.needs_base]
    assert [row["metric"] for row in answer["values"]] == of_one_day
    assert (answer["as_of"], answer["additive"]) == ("2026-03-02", True)


@pytest.mark.parametrize(
    ("query", "problem", "parameter", "suggestion"),
    [
        ("metric=onlin_rate", "unknown-metric", "metric", "online_rate"),
        ("metric=guide_accuracy", "metric-not-computable", "metric", None),
        ("group_by=name", "unknown-group", "group_by", None),
        ("group_by=taks_type", "unknown-group", "group_by", "task_type"),
        ("filter=is_onlin = true", "invalid-filter", "filter", "is_online"),
        ("within=44", "malformed", "within", None),
        ("as_of=2024-02-30", "malformed", "as_of", None),
        ("metrics=online_rate", "unknown-parameter", "metrics", "metric"),
    ],
)
def test_what_is_wrong_is_named_in_both_languages(
    client: TestClient, query: str, problem: str, parameter: str, suggestion: str | None
) -> None:
    for language in ("zh-CN", "en"):
        answer = client.get(f"/v1/metric-values?{query}", headers={"Accept-Language": language})
        document = answer.json()
        assert (answer.status_code, document["type"]) == (422, f"/problems/{problem}")
        assert document["errors"][0]["parameter"] == parameter
        if suggestion:
            assert document["errors"][0]["suggestion"] == suggestion


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("metric=online_rate,one_visit_rate", "metric=online_rate&metric=one_visit_rate"),
        ("metric=online_rate，item_count", "metric=online_rate&metric=item_count"),
        ("metric=item_count&group_by=task_type, status", "group_by=task_type&group_by=status"),
    ],
)
def test_several_values_with_commas_are_told_how_to_ask(client: TestClient, query: str, hint: str) -> None:
    answer = client.get(f"/v1/metric-values?{query}").json()
    assert (answer["status"], answer["detail"]) == (422, f"多个值请重复写：{hint}。")
    assert answer["errors"][0]["suggestion"] == hint


def test_where_one_value_is_taken_commas_are_told_so(client: TestClient) -> None:
    answer = client.get("/v1/metric-changes?metric=online_rate,item_count&from=2025-01-01").json()
    assert "只能给一个值" in answer["detail"]
    assert "是否为" in client.get("/v1/metric-values?metric=online_rate,one_visit").json()["detail"]


@pytest.mark.parametrize(("name", "why"), [("materials", "它是清单"), ("name", "取值太多")])
def test_what_figures_are_not_grouped_by_is_told_briefly(client: TestClient, name: str, why: str) -> None:
    answer = client.get(f"/v1/metric-values?metric=item_count&group_by={name}")
    assert (answer.json()["type"], len(answer.content) < 1200) == ("/problems/unknown-group", True)
    assert why in answer.json()["detail"]
    assert "/v1/elements" in answer.json()["detail"]
