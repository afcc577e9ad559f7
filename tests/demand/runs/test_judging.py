"""People judge what a run found: what they say is added, holds for equal words, and goes before the run."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from app.clock import FrozenClock
from app.db import Database
from app.demand.matching.matcher import MATCHER_VERSION
from app.demand.runs.models import judgement
from app.demand.surveys.models import demand
from tests.conftest import NOW
from tests.demand.runs.lists import ask_for, judge, researcher_of, results, run
from tests.factories import DIVISION, item, publish

ACCOUNTANT = 3  # The demand that the district has no item for.


@pytest.fixture
def made(researcher: TestClient, survey: int) -> str:
    """The address of a run."""
    return run(researcher, survey)


def number_of(path: str) -> int:
    return int(path.rsplit("/", 1)[1])


def outcome(researcher: TestClient, path: str, number: int) -> tuple[str, str, str | None]:
    """What counts of a demand, who decided it, and the item that meets it."""
    (said,) = [each for each in results(researcher, path) if each["demand"] == number]
    return said["outcome"], said["decided_by"], said["met_by"] and said["met_by"]["code"]


def test_what_counts_follows_the_judgements(researcher: TestClient, survey: int, made: str) -> None:
    judge(researcher, survey, {"demand": 5, "verdict": "confirm", "item": "JZ-1", "run": number_of(made)})
    assert outcome(researcher, made, 5) == ("met_at_counter", "judgement", "JZ-1")
    judge(researcher, survey, {"demand": 5, "verdict": "better", "item": "SP-1"})
    assert outcome(researcher, made, 5) == ("met_online", "judgement", "SP-1")
    judge(researcher, survey, {"demand": 5, "verdict": "unmet"})
    assert outcome(researcher, made, 5) == ("unmet", "judgement", None)
    said = researcher.get(made).json()["outcomes"]
    assert sum(each["demands"] for each in said.values()) == 6
    assert said["unmet"]["weight"] >= 5


def test_what_meets_nothing_stays_unmet_though_something_was_found(
    researcher: TestClient, survey: int, made: str
) -> None:
    found = results(researcher, made)[ACCOUNTANT - 1]
    judge(researcher, survey, {"demand": ACCOUNTANT, "verdict": "unmet", "run": number_of(made)})
    (judged,) = results(researcher, made, "?judged=true")
    assert (judged["demand"], judged["outcome"], judged["hits"]) == (ACCOUNTANT, "unmet", found["hits"])
    assert len(results(researcher, made, "?judged=false")) == 5


def test_it_holds_for_equal_words_in_whatever_survey_and_for_no_others(
    researcher: TestClient, survey: int, made: str, lists: Database
) -> None:
    judge(researcher, survey, {"demand": 1, "verdict": "unmet"})
    assert outcome(researcher, made, 6) == ("unmet", "judgement", None)  # The same with blanks and an exclamation mark.
    later = ask_for(lists, "食品经营许可证延续。", "食品经营许可证的延续")
    path = run(researcher, later)
    assert outcome(researcher, path, 1) == ("unmet", "judgement", None)
    assert outcome(researcher, path, 2)[1] == "run"


def test_it_holds_for_the_lists_of_its_division_only(researcher: TestClient, survey: int, made: str) -> None:
    wider = run(researcher, survey, within="440100")
    judge(researcher, survey, {"demand": 1, "verdict": "unmet", "run": number_of(wider)})
    assert outcome(researcher, wider, 1) == ("unmet", "judgement", None)
    assert outcome(researcher, made, 1)[1] == "run"


def test_a_rejected_item_is_no_finding_any_more(researcher: TestClient, survey: int, made: str) -> None:
    for demand_, said in enumerate(results(researcher, made), 1):
        if said["zone"] == "matched":
            first = said["hits"][0]["code"]
            judge(researcher, survey, {"demand": demand_, "verdict": "reject", "item": first, "run": number_of(made)})
            assert outcome(researcher, made, demand_) == ("review", "judgement", None)
            judge(researcher, survey, {"demand": demand_, "verdict": "confirm", "item": first, "run": number_of(made)})
            assert outcome(researcher, made, demand_)[1:] == ("judgement", first)


def test_many_at_once_come_back_in_their_order_with_who_said_them_and_when(
    researcher: TestClient, survey: int, made: str
) -> None:
    said = judge(
        researcher,
        survey,
        {"demand": 1, "verdict": "confirm", "item": "SP-3", "run": number_of(made), "note": "与窗口核对过"},
        {"demand": 2, "verdict": "reject", "item": "GS-2"},
        {"demand": 3, "verdict": "unmet"},
        {"demand": 1, "verdict": "reject", "item": "SP-1", "run": number_of(made)},
    )["items"]
    assert [(each["demand"], each["verdict"], each["counts"]) for each in said] == [
        (1, "confirm", True), (2, "reject", True), (3, "unmet", True), (1, "reject", True),
    ]  # fmt: skip
    first = said[0]
    assert first["item"] == {"code": "SP-3", "name": "食品经营许可证延续", "division_code": DIVISION}
    assert (first["judge"], first["at"], first["note"]) == ("研究员 周宁", NOW.isoformat(), "与窗口核对过")
    assert (first["revision"], first["matcher_version"], first["run"]) == (1, MATCHER_VERSION, number_of(made))
    assert (said[1]["matcher_version"], said[1]["run"], said[1]["remark"]) == (None, None, None)


def test_each_says_about_which_lists_it_was_made(researcher: TestClient, survey: int, lists: Database) -> None:
    """Those of the run that was looked at, else those of today."""
    early = number_of(run(researcher, survey, as_of="2021-06-01"))
    publish(lists, item("KJ-1", name="会计师事务所执业许可"), on=NOW.date())
    unmet = {"demand": ACCOUNTANT, "verdict": "unmet"}
    said = judge(researcher, survey, {**unmet, "run": early}, unmet)["items"]
    assert [(each["as_of"], each["revision"]) for each in said] == [("2021-06-01", 1), (str(NOW.date()), 2)]


def test_to_confirm_what_was_not_found_is_to_know_a_better_item(researcher: TestClient, survey: int) -> None:
    narrow = run(researcher, survey, limit=1)
    (said,) = judge(researcher, survey, {"demand": 1, "verdict": "confirm", "item": "WS-1", "run": number_of(narrow)})[
        "items"
    ]
    assert (said["verdict"], "记为 better" in said["remark"]) == ("better", True)
    assert outcome(researcher, narrow, 1) == ("met_online", "judgement", "WS-1")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("said", "rule", "pointer"),
    [
        pytest.param({"demand": 99, "verdict": "unmet"}, "unknown-demand", "/demand", id="no such demand"),
        pytest.param({"demand": 1, "verdict": "confirm"}, "item-of-verdict", "/item", id="which item"),
        pytest.param({"demand": 1, "verdict": "unmet", "item": "SP-1"}, "item-of-verdict", "/item", id="no item"),
        pytest.param({"demand": 1, "verdict": "confirm", "item": "XX-9"}, "not-in-list", "/item", id="unknown"),
        pytest.param({"demand": 1, "verdict": "reject", "item": "HW-1"}, "not-in-list", "/item", id="suspended"),
        pytest.param({"demand": 1, "verdict": "better", "item": "TH-1"}, "not-in-list", "/item", id="elsewhere"),
        pytest.param({"demand": 1, "verdict": "unmet", "run": 9999}, "unknown-run", "/run", id="no such run"),
        pytest.param(
            {"demand": 1, "verdict": "unmet", "note": "王经理 138.1234.5678"}, "mobile-number", "/note", id="a number"
        ),
        pytest.param({"demand": 1, "verdict": "meets"}, "literal_error", "/verdict", id="no verdict"),
    ],
)
def test_what_can_not_be_judged_is_refused_and_nothing_of_it_is_kept(
    researcher: TestClient, survey: int, lists: Database, said: dict[str, Any], rule: str, pointer: str
) -> None:
    alone = judge(researcher, survey, said, status=422)
    assert [(each["rule"], each["pointer"]) for each in alone["errors"]] == [(rule, pointer)]
    among = judge(researcher, survey, {"demand": 1, "verdict": "unmet"}, said, status=422)
    assert [(each["rule"], each["pointer"]) for each in among["errors"]] == [(rule, f"/1{pointer}")]
    with lists.read() as connection:
        assert connection.execute(select(func.count()).select_from(judgement)).scalar_one() == 0


@pytest.mark.one_database
def test_every_fault_of_many_is_told(researcher: TestClient, survey: int) -> None:
    told = judge(
        researcher,
        survey,
        {"demand": 99, "verdict": "confirm", "item": "XX-9"},
        {"demand": 1, "verdict": "unmet"},
        {"demand": 2, "verdict": "better"},
        status=422,
    )
    assert [each["pointer"] for each in told["errors"]] == ["/0/demand", "/0/item", "/2/item"]
    assert "3 条判断里有 3 处不对，都没有记下" in told["detail"]


def test_a_split_or_redacted_demand_is_not_judged(researcher: TestClient, survey: int, lists: Database) -> None:
    with lists.write() as connection:
        connection.execute(update(demand).where(demand.c.number == 1).values(is_split=True))
        connection.execute(update(demand).where(demand.c.number == 2).values(is_redacted=True, text=None))
    told = judge(researcher, survey, *({"demand": n, "verdict": "unmet"} for n in (1, 2)), status=422)
    assert [each["rule"] for each in told["errors"]] == ["split-demand", "redacted-demand"]


def test_an_item_is_looked_for_in_the_list_of_the_run(researcher: TestClient, survey: int, lists: Database) -> None:
    publish(lists, item("KJ-1", name="会计师事务所执业许可"), on=NOW.date())
    before, after = run(researcher, survey, known_at=1), run(researcher, survey)
    said = {"demand": ACCOUNTANT, "verdict": "better", "item": "KJ-1"}
    refused = judge(researcher, survey, {**said, "run": number_of(before)}, status=422)
    assert "按第 1 版所知" in refused["detail"]
    judge(researcher, survey, {**said, "run": number_of(after)})
    assert outcome(researcher, before, ACCOUNTANT)[1] == "run"
    assert outcome(researcher, after, ACCOUNTANT)[1:] == ("judgement", "KJ-1")


def test_a_local_code_of_two_districts_needs_its_division(researcher: TestClient, survey: int, lists: Database) -> None:
    there = item("SP-1", name="食品经营许可", division_code="440106", department_code="TH-MZ")
    publish(lists, there, on=NOW.date())
    wider = number_of(run(researcher, survey, within="440100"))
    said = {"demand": 1, "verdict": "confirm", "item": "SP-1", "run": wider}
    assert "440105、440106" in judge(researcher, survey, said, status=422)["detail"]
    (kept,) = judge(researcher, survey, {**said, "division_code": "440106"})["items"]
    assert kept["item"]["division_code"] == "440106"


def test_they_are_listed_with_whether_they_count(
    application: FastAPI, researcher: TestClient, survey: int, made: str
) -> None:
    judge(researcher, survey, {"demand": 1, "verdict": "confirm", "item": "SP-3", "run": number_of(made)})
    judge(researcher_of(application, "研究员 吴岚"), survey, {"demand": 1, "verdict": "unmet"})
    judge(researcher, survey, {"demand": 2, "verdict": "confirm", "item": "GS-1"})

    def listed(query: str) -> list[tuple[int, str, bool]]:
        page = researcher.get(f"/v1/surveys/{survey}/judgements?{query}").json()
        assert page["total"] == len(page["items"])
        return [(each["demand"], each["verdict"], each["counts"]) for each in page["items"]]

    assert listed("") == [(1, "confirm", False), (1, "unmet", True), (2, "confirm", True)]
    assert listed("demand=1&verdict=unmet") == [(1, "unmet", True)]
    assert listed(f"run={number_of(made)}") == [(1, "confirm", False)]
    assert listed("judge=研究员 吴岚") == [(1, "unmet", True)]
    first = researcher.get(f"/v1/surveys/{survey}/judgements?limit=2").json()
    rest = researcher.get(first["next"]).json()
    assert (first["total"], len(first["items"]), len(rest["items"])) == (3, 2, 1)


def test_how_far_judges_agree_stands_in_the_run(
    application: FastAPI, researcher: TestClient, survey: int, made: str
) -> None:
    other = researcher_of(application, "研究员 吴岚")
    for who, third in ((researcher, "unmet"), (other, "confirm")):
        judge(who, survey, {"demand": 1, "verdict": "confirm", "item": "SP-3"})
        judge(who, survey, {"demand": 2, "verdict": "unmet"})
        named = {} if third == "unmet" else {"item": "WS-1"}
        judge(who, survey, {"demand": ACCOUNTANT, "verdict": third, **named})
    said = researcher.get(made).json()["agreement"]
    assert (said["judges"], said["texts"], said["pairs"], said["agreeing"]) == (2, 3, 3, 2)
    assert said["share"] == pytest.approx(2 / 3, abs=1e-4)


@pytest.mark.one_database
def test_only_who_works_with_surveys_judges(client: TestClient, staff: TestClient, survey: int) -> None:
    said = {"demand": 1, "verdict": "unmet"}
    assert client.post(f"/v1/surveys/{survey}/judgements", json=said).status_code == 401
    assert staff.post(f"/v1/surveys/{survey}/judgements", json=said).status_code == 201  # An administrator.


@pytest.mark.one_database
def test_a_later_instant_does_not_change_what_was_said(
    application: FastAPI, researcher: TestClient, survey: int, made: str
) -> None:
    judge(researcher, survey, {"demand": 1, "verdict": "unmet"})
    application.state.clock = FrozenClock(NOW.replace(hour=11))
    judge(researcher, survey, {"demand": 1, "verdict": "confirm", "item": "SP-3"})
    first, second = researcher.get(f"/v1/surveys/{survey}/judgements").json()["items"]
    assert [first["at"], second["at"]] == [NOW.isoformat(), NOW.replace(hour=11).isoformat()]
    assert outcome(researcher, made, 1)[2] == "SP-3"
