"""What evaluations look at: which metrics stand for it, with which figures, and what a catalogue can't compute."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from app.metrics.aspects.definitions import Aspect, Framework, Member, aspects, check
from app.metrics.aspects.present import aspect_out
from app.metrics.definitions import metrics, not_computable
from tests.factories import department, item, publish

FOUR = ["办事指南发布情况", "事项办理深度", "网办效率", "便民利企"]
FIVE = ["在线服务成效度", "在线办理成熟度", "服务方式完备度", "服务事项覆盖度", "办事指南准确度"]


@pytest.fixture
def catalogue(database: Database) -> None:
    publish(
        database,
        department(),
        item("HZ-001", task_type="01", is_online=True, online_depths=["5"]),
        item("HZ-002", task_type="07", is_online=False, online_depths=["1"]),
        item("HZ-003", task_type="07"),
    )


def ask(client: TestClient, path: str, **asked: Any) -> dict[str, Any]:
    answer = client.get(f"/v1/metric-groups{path}", params=asked)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def test_four_aspects_and_five_degrees_without_a_score(client: TestClient) -> None:
    groups = ask(client, "")["items"]
    assert [each["name_zh"] for each in groups] == FOUR + FIVE
    for each in groups:
        assert "权重没有公布" in each["framework"]["no_score"]
        assert "score" not in each
    levels = [(each["name_zh"], each["at_least"], each["standing"]) for each in groups[-1]["framework"]["levels"]]
    assert levels[0] == ("非常高", 90, "已核实")
    assert levels[-1] == ("低", 65, "凭记忆，尚未核实")
    names = {each["sub_indicator"] for group in groups for each in group["members"]}
    assert names >= {
        "差评整改",
        "查询精准度",
        "申报易用度",
        "减时间",
        "减跑动",
        "电子证照便利化",
        "便民服务",
        "无障碍服务",
        "特色服务",
    }


@pytest.mark.usefixtures("catalogue")
def test_a_member_has_the_figure_that_the_metric_has(client: TestClient) -> None:
    """All groups at once; one of them is asked for a part of the catalogue, and for a day before it began."""
    narrowed = [{"within": "440105", "filter": "task_type = '07'"}, {"as_of": "2019-12-31"}]
    questions: list[tuple[str, dict[str, str]]] = [(key, {}) for key in aspects()] + [
        ("handling_depth", asked) for asked in narrowed
    ]
    for key, asked in questions:
        members = ask(client, f"/{key}", **asked)["members"]
        of_items = [each for each in members if each["computable"] and metrics()[each["metric"]].basis == "items"]
        assert [each["figure"] for each in of_items] == values(client, of_items, **asked), key
        assert len(members) == len(aspects()[key].members)


def values(client: TestClient, members: list[dict[str, Any]], **asked: str) -> list[dict[str, Any]]:
    keys = [each["metric"] for each in members]
    rows: list[dict[str, Any]] = client.get("/v1/metric-values", params={"metric": keys, **asked}).json()["values"]
    return rows if keys else []


@pytest.mark.usefixtures("catalogue")
def test_members_that_count_cases_wait_for_a_period(client: TestClient) -> None:
    members = ask(client, "/online_service_effectiveness")["members"]
    waiting = [each for each in members if each["computable"] and each["figure"] is None]
    assert {each["metric"] for each in waiting} >= {"online_case_rate", "on_time_rate", "good_review_rate"}
    assert all("period" in each["waits_for"] for each in waiting)
    told = ask(client, "/online_service_effectiveness", period="2026-01")
    assert (told["period"], told["as_of"]) == ("2026-01..2026-01", "2026-03-02")
    of_cases = [each for each in told["members"] if each["metric"] in {each["metric"] for each in waiting}]
    assert [each["figure"] for each in of_cases] == values(client, of_cases, period="2026-01")


@pytest.mark.usefixtures("catalogue")
def test_what_cannot_be_computed_is_named_with_why(client: TestClient) -> None:
    for group in ask(client, "")["items"]:
        waits = [each for each in ask(client, f"/{group['key']}")["members"] if not each["computable"]]
        assert len(waits) + group["computable"] == len(group["members"])
        for each in waits:
            assert each["reason"]
            assert each["waits_for"]
            assert each["figure"] is None
    effectiveness = ask(client, "/online_service_effectiveness")
    assert (effectiveness["computable"], effectiveness["name_zh"]) == (4, "在线服务成效度")


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("path", "status", "rule"),
    [
        ("/便民利", 404, "unknown-group"),
        ("/online_service_effectiveness?within=449999", 422, "unknown-division"),
        ("/online_service_effectiveness?filter=is_onlin = true", 422, None),
        ("/convenience?known_at=99", 422, "unknown-revision"),
    ],
)
def test_what_cannot_be_asked(client: TestClient, path: str, status: int, rule: str | None) -> None:
    answer = client.get(f"/v1/metric-groups{path}")
    assert answer.status_code == status, answer.text
    assert rule is None or answer.json()["errors"][0]["rule"] == rule


def test_the_index_of_an_evaluation_points_to_its_group(client: TestClient) -> None:
    for name in FIVE:
        (key,) = (key for key, each in aspects().items() if each.name_zh == name)
        address = not_computable()[key].reason.rpartition(" ")[2].rstrip("。")
        assert client.get(address).json()["key"] == key


def test_a_metric_that_was_defined_later_was_not_computed_then() -> None:
    said: Any = aspect_out(aspects()["handling_depth"], {})
    first = said["members"][0]
    assert (first["name_zh"], first["computable"]) == ("一网通办率（事项口径）", False)
    assert first["reason"] == "按当时所知，这个指标还没有定义。"


def framework() -> Framework:
    return next(iter(aspects().values())).framework


@pytest.mark.parametrize(
    "members",
    [
        (),
        (Member(metric="online_ratio"),),
        (Member(metric="online_rate"), Member(metric="online_rate")),
        (Member(name_zh="查询精准度", name_en="precision of search", reason="要在平台上查"),),
        (Member(metric="online_rate", reason="算不出来"),),
    ],
)
def test_a_group_that_makes_no_sense_is_not_read(members: tuple[Member, ...]) -> None:
    with pytest.raises(ValueError, match="convenience"):
        check(Aspect(key="convenience", framework=framework(), name_zh="便民利企", name_en="", members=members))
