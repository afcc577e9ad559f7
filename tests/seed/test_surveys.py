"""The surveys of the demonstration against what was published of them, and as the service tells of them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from seed.demo.surveys import Survey, surveys
from seed.demo.tables import table
from tests.conftest import copied
from tests.jobs.desk import keyed
from tests.seed.replay import SURVEY_DAY, TODAY, Model

pytestmark = pytest.mark.one_database

OF_2016, OF_2020, OF_153 = surveys()


@pytest.fixture(scope="module")
def desk(demo_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A researcher's, in a copy of the demonstration."""
    with copied(demo_url, Path(tmp_path_factory.mktemp("surveys")) / "shixiang.db") as client:
        yield keyed(client.app, "研究员 周", "researcher")  # type: ignore[arg-type]  # it is the application


def published(survey: Survey) -> dict[str, list[tuple[int | None, float | None, int]]]:
    """By question, in the order of the options."""
    found: dict[str, list[tuple[int | None, float | None, int]]] = {}
    figures: Any = survey.body["published"]
    for place, figure in enumerate(figures):
        mine = found.setdefault(figure["question"], [])
        assert figure["option"] == str(len(mine) + 1), place
        mine.append((figure["respondents"], figure["share"], figure["base"]))
    return found


def answers(question: str) -> list[Any]:
    said: Any = [each["answers"] for each in OF_2020.responses]
    return [each[question] for each in said if question in each]


def test_what_ten_enterprises_said_in_2016() -> None:
    assert published(OF_2016) == {
        "used": [(8, None, 10)],
        "uses": [(7, None, 8), (3, None, 8), (2, None, 8), (2, None, 8), (1, None, 8)],
        "better": [(8, None, 8)] * 4,
        "repeated": [(2, None, 8)],
        "paper": [(2, None, 8)],
        "known": [(2, None, 10), (7, None, 10), (1, None, 10)],
        "heard": [(7, None, 10)],
        "expected": [(8, None, 10), (6, None, 10), (4, None, 10)],
        "wished": [(6, None, 10), (2, None, 10)],
    }
    assert OF_2016.body["is_synthetic"] is False
    assert not OF_2016.responses


def test_what_they_did_online_and_what_they_wished_to_are_demands_of_so_many() -> None:
    assert [(each.question, each.weight, len(each.parts)) for each in OF_2016.demands] == [
        *(("uses", weight, 0) for weight in (7, 3, 2, 2, 1)),
        ("wished", 6, 3),
        ("wished", 2, 5),
    ]


def test_the_parts_of_a_wish_have_its_weight(desk: TestClient) -> None:
    demands = desk.get("/v1/surveys/1/demands?question=wished").json()["items"]
    whole = {each["number"]: each["weight"] for each in demands if each["is_split"]}
    parts = [each for each in demands if not each["is_split"]]
    assert sorted(whole.values()) == [2, 6]
    assert [each["weight"] for each in parts] == [whole[each["part_of"]] for each in parts] == [6] * 3 + [2] * 5


def test_as_many_answered_as_were_planned_in_each_stratum(desk: TestClient) -> None:
    body = desk.get("/v1/surveys/2").json()
    strata = [(each["key"], each["planned"], each["responses"]) for each in body["strata"]]
    assert strata == [("small-a", 5, 5), ("small-b", 5, 5), ("small-c", 5, 5), ("medium", 10, 10), ("large", 5, 5)]
    assert (body["planned"], body["responses"], body["outside_strata"]) == (30, 30, 0)
    assert body["warnings"] == []
    assert len(body["questionnaire"]["questions"]) == 18


def test_the_thirty_say_that_they_are_invented(desk: TestClient) -> None:
    body = desk.get("/v1/surveys/2").json()
    assert body["is_synthetic"] is True
    assert "编造" in body["title"]
    assert "不能引用" in body["about"]
    assert [desk.get(f"/v1/surveys/{number}").json()["is_synthetic"] for number in (1, 3)] == [False, False]


def test_every_demand_of_theirs_comes_from_what_was_written(desk: TestClient) -> None:
    demands = desk.get("/v1/surveys/2/demands?limit=1000").json()["items"]
    said: Any = {each["number"]: each["answers"] for each in OF_2020.responses}
    assert len(demands) > 70
    for each in demands:
        assert each["weight"] == 1
        assert each["text"] in said[each["response"]][each["question"]]


def test_they_came_once_or_twice_and_some_more_often() -> None:
    visits = Counter(answers("q10.visits"))
    assert visits["1"] + visits["2"] > 2 * (visits["3"] + visits["4"] + visits["5"]) > 0
    assert 0 < len(answers("q8.fee")) < 10
    assert all({"1", "2"} <= set(answers(question)) for question in ("q12", "q13"))
    assert all(1 <= len(chosen) <= 3 for question in ("q15", "q16", "q17") for chosen in answers(question))


def test_some_questions_are_left_empty_and_some_are_not_for_all() -> None:
    said: Any = [each["answers"] for each in OF_2020.responses]
    assert 0 < len(answers("q4")) < 30
    assert all("q5" not in each and "q8.days" not in each for each in said if each.get("q4") != "1")
    assert all("q16" not in each for each in said if each.get("q10.visits", "1") == "1")


def test_the_period_is_that_of_the_plan() -> None:
    days: list[Any] = [each["answered_on"] for each in OF_2020.responses]
    assert SURVEY_DAY <= min(days) <= max(days) < OF_2020.entered_on
    assert {day.month for day in days} == {12}


def test_some_come_for_what_the_district_does_not_have(known_then: Model) -> None:
    names = {str(item["name"]) for item in known_then.on("item", SURVEY_DAY)}
    matters = {row["matter"] for row in table("survey_enterprises")}
    assert "会计师事务所执业许可" in matters - names
    assert len(matters & names) >= 8


def test_shares_of_104_6_per_cent_are_kept_and_told(desk: TestClient) -> None:
    assert published(OF_153) == {
        "size": [(None, 88.2, 153), (None, 15.7, 153), (None, 0.7, 153)],
        "industry": [(None, share, 153) for share in (28.1, 31.1, 4.4, 6.7, 2.2, 27.4)],
        "satisfied": [(None, 90.8, 153)],
    }
    warnings = {each["question"]: each for each in desk.get("/v1/surveys/3").json()["warnings"]}
    assert warnings["size"]["rule"] == "shares-off-100"
    assert "104.6%" in warnings["size"]["message"]


def test_shares_by_industry_are_of_the_small_ones(desk: TestClient) -> None:
    """No count of 153 makes them; 135 is 88.2 % of 153."""
    warnings = {each["question"]: each for each in desk.get("/v1/surveys/3").json()["warnings"]}
    assert warnings["industry"]["rule"] == "shares-of-no-count"
    assert "基数是 135 时" in warnings["industry"]["message"]


@pytest.mark.parametrize(("survey", "as_of"), [(1, "2026-11-12"), (2, "2020-12-08")])
def test_two_were_matched_by_words_and_find_the_same_again(desk: TestClient, survey: int, as_of: str) -> None:
    [run] = desk.get(f"/v1/surveys/{survey}/matching-runs").json()["items"]
    assert (run["status"], run["as_of"], run["revision"], run["semantic"]) == ("done", as_of, 40, False)
    assert run["summary"]["demands"] == desk.get(f"/v1/surveys/{survey}").json()["demands"]
    assert desk.get(run["verify_url"]).json()["agrees"] is True


@pytest.mark.parametrize(("survey", "judgements"), [(1, 5), (2, 11)])
def test_some_of_what_was_found_is_judged(desk: TestClient, survey: int, judgements: int) -> None:
    said = desk.get(f"/v1/surveys/{survey}/judgements").json()["items"]
    assert len(said) == judgements
    assert {each["judge"] for each in said} == {"演示判断人（虚构）"}
    assert all(each["counts"] for each in said)


def test_what_counts_follows_the_judgements(desk: TestClient) -> None:
    results = desk.get("/v1/surveys/2/matching-runs/2/results?judged=true").json()["items"]
    outcomes = {each["text"]: each["outcome"] for each in results}
    assert outcomes["会计师事务所执业许可"] == outcomes["排污许可证要延续"] == "unmet"
    assert outcomes["医生换了工作单位，执业地点要变更"] == "met_online"
    assert outcomes["企业投资项目核准"] == outcomes["营业执照丢了要补一张"] == "met_at_counter"
    assert outcomes["不动产登记"] == "review"


def test_the_report_of_the_thirty_answers_at_once(desk: TestClient) -> None:
    report = desk.get("/v1/surveys/2/report").json()
    [whole] = report["tables"][0]["rows"]
    counted = {each["outcome"]: each["demands"]["numerator"] for each in whole["figures"]}
    assert (report["as_of"], report["run"]["id"], whole["demands"]) == ("2020-12-08", 2, 81)
    assert sum(counted[name] for name in ("met", "unmet", "review")) == 81
    assert min(counted[name] for name in ("met_online", "met_at_counter", "unmet", "review")) > 0
    assert any("合成" in note for note in report["notes"])


def test_nothing_is_judged_unmet_that_a_later_list_meets(latest: Model) -> None:
    """So that runs over later lists leave these judgements standing."""
    names = {str(item["name"]) for day in (SURVEY_DAY, TODAY) for item in latest.on("item", day)}
    unmet = {row["demand"] for row in table("survey_judgements") if row["verdict"] == "unmet"}
    assert len(unmet) == 5
    assert not any(
        word in name for word in ("会计师事务所", "环境影响", "排污许可", "ISO", "科技经营") for name in names
    )


def test_they_stand_in_the_order_in_which_they_were_entered_and_each_after_it_was_held() -> None:
    entered = [survey.entered_on for survey in surveys()]
    assert entered == sorted(entered)
    held: list[Mapping[str, object]] = [survey.body for survey in surveys()]
    assert all(_day(body.get("held_to")) < day for body, day in zip(held, entered, strict=True))


def _day(stated: object) -> date:
    return stated if isinstance(stated, date) else date.min


def test_the_catalogue_is_as_it_was(desk: TestClient) -> None:
    assert desk.get("/v1/items?limit=1").json()["revision"] == 40
