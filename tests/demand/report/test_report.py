"""The report over HTTP: what it says, and that every address lists just what was counted."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.demand.report.market import DEMANDS, ELSEWHERE, MARKET, PERMITS, Market
from tests.demand.report.walks import counted, everything, figure, get, numbers, parts
from tests.demand.written import a_demand, a_job, a_result, a_run, a_survey


def test_demands_are_counted_by_themselves_and_by_the_enterprises_behind_them(report: dict[str, Any]) -> None:
    assert numbers(report) == {
        "met_online": (3, 10),
        "met_at_counter": (1, 2),
        "met_online_unknown": (1, 1),
        "unmet": (3, 7),
        "review": (2, 7),
    }
    share = figure(report, "met")
    assert (share["demands"]["percent"], share["demands"]["percent_max"]) == (50, 70)
    assert (share["enterprises"]["percent"], share["enterprises"]["percent_max"]) == (48.15, 74.07)
    assert round(share["demands"]["low"], 4) == 0.2366


def test_it_is_told_by_size_section_of_industry_ownership_and_zone_with_a_group_for_what_isnt_stated(
    report: dict[str, Any],
) -> None:
    assert [table["by"] for table in report["tables"]] == [[], ["size"], ["industry"], ["ownership"], ["zone"]]
    groups = {table["label"]: [row["group"] for row in table["rows"]] for table in report["tables"]}
    assert [each["size_label"] for each in groups["企业规模"]] == ["小微企业", "中型企业", "大型企业", "未填写"]
    assert [each["industry"] for each in groups["行业"]] == ["C", "F", "I", None]
    assert groups["行业"][1]["industry_label"] == "批发和零售业"
    assert [each["zone"] for each in groups["片区"]] == ["琶洲片区", "赤岗片区", None]
    assert numbers(report, "industry", "F") == {
        "met_online": (2, 8),
        "met_at_counter": (1, 2),
        "met_online_unknown": (0, 0),
        "unmet": (0, 0),
        "review": (0, 0),
    }
    assert numbers(report, "size", None)["review"] == (2, 7)


def test_several_dimensions_are_told_singly_and_crossed(asked: Market, researcher: TestClient) -> None:
    report = get(researcher, asked.path, by=["size", "zone"])
    assert [table["by"] for table in report["tables"]] == [[], ["size"], ["zone"], ["size", "zone"]]
    crossed = report["tables"][-1]
    assert crossed["label"] == "企业规模 × 片区"
    assert [(each["group"]["size"], each["group"]["zone"], each["demands"]) for each in crossed["rows"]] == [
        ("1", "琶洲片区", 1),
        ("1", "赤岗片区", 2),
        ("2", "琶洲片区", 2),
        ("3", "赤岗片区", 2),
        (None, None, 3),
    ]


def test_every_address_lists_just_the_demands_that_were_counted(asked: Market, researcher: TestClient) -> None:
    """Of all, of two crossed dimensions group by group, of what is unmet, to be reviewed and asked for."""
    report = get(researcher, asked.path, by=["ownership", "zone"])
    whole, crossed = report["tables"][0], report["tables"][-1]
    of_groups = [part for row in crossed["rows"] for part in (row, row["figures"][4], row["figures"][5])]
    checked = 0
    for part in (*of_groups, *parts([whole, report["unmet"], report["review"], report["asked_items"]])):
        if "demands_url" in part and "demands" in part:
            page = get(researcher, part["demands_url"])
            assert (page["total"], page["enterprises"]) == counted(part), part["demands_url"]
            checked += 1
    assert checked > 25


def test_every_address_lists_just_the_items_that_were_counted(researcher: TestClient, report: dict[str, Any]) -> None:
    for part in (report["items"], *report["items"]["departments"]):
        for name in ("asked", "perhaps_asked", "not_asked"):
            assert get(researcher, part[f"{name}_url"])["total"] == part[name], part[f"{name}_url"]
        assert get(researcher, part["items_url"])["total"] == part["total"]
        assert part["total"] == part["asked"] + part["perhaps_asked"] + part["not_asked"]
    assert report["asked_items"]["total"] == get(researcher, report["asked_items"]["items_url"])["total"]


def test_items_are_asked_for_perhaps_asked_for_or_asked_for_by_nobody(
    researcher: TestClient, report: dict[str, Any]
) -> None:
    """Those suspended, ended or elsewhere are no items in use. What came first where it is to be reviewed may be asked for."""
    items = report["items"]
    listed = {name: {each["code"] for each in everything(researcher, items[f"{name}_url"])} for name in
              ("asked", "perhaps_asked", "not_asked")}  # fmt: skip
    assert listed == {"asked": {"YD", "CY", "YL"}, "perhaps_asked": {"SB"}, "not_asked": {"GS"}}
    by_department = {each["department_code"]: each for each in items["departments"]}
    assert (by_department[MARKET]["asked"], by_department[MARKET]["not_asked"]) == (2, 0)
    assert (by_department[PERMITS]["total"], by_department[PERMITS]["not_asked"]) == (3, 1)
    assert by_department[MARKET]["department_name"] == "海珠区市场监督管理局"


def test_equal_words_that_nothing_meets_stand_together_those_of_most_enterprises_first(report: dict[str, Any]) -> None:
    unmet = report["unmet"]
    assert unmet["total"] == 2
    first = unmet["rows"][0]
    assert (first["wordings"], first["numbers"]) == (["会计师事务所执业许可"], [5, 6])
    assert (first["demands"], first["enterprises"]) == (2, 6)
    assert (first["decided_by"], first["probability"], first["judgement"]) == ("run", 0.05, None)
    assert first["elsewhere"] == {**ELSEWHERE["elsewhere"], "label": "由别处办理"}


def test_the_most_asked_items_come_with_their_demands(report: dict[str, Any]) -> None:
    first, second, third = report["asked_items"]["rows"]
    assert (first["code"], first["is_online"], first["demands"], first["enterprises"]) == ("YD", True, 3, 10)
    assert (first["numbers"], first["wordings"]) == ([1, 2, 10], ["开药店怎么办证"])
    assert [(each["code"], each["is_online"]) for each in (second, third)] == [("CY", False), ("YL", None)]


def test_the_review_list_says_why(report: dict[str, Any]) -> None:
    assert report["review"]["enterprises"] == 7
    assert [(each["reason"], each["demands"]) for each in report["review"]["reasons"]] == [
        ("uncertain", 1),
        ("not-matched", 1),
    ]


def test_pages_of_demands_and_items_are_one_list(asked: Market, researcher: TestClient) -> None:
    demands = everything(researcher, f"{asked.path}/demands?limit=3")
    assert [each["number"] for each in demands] == list(range(1, len(DEMANDS) + 1))
    assert [each["text"] for each in demands] == [text for _, text, *_ in DEMANDS]
    items = everything(researcher, f"{asked.path}/items?limit=2")
    assert [each["code"] for each in items] == ["CY", "GS", "SB", "YD", "YL"]


def test_a_cursor_belongs_to_its_question(asked: Market, researcher: TestClient) -> None:
    following = get(researcher, f"{asked.path}/items", limit=1)["next"]
    said = get(researcher, f"{following}&asked=true", 422)
    assert said["type"] == "/problems/wrong-cursor"


def test_a_demand_says_what_meets_it_and_who_says_so(asked: Market, researcher: TestClient) -> None:
    first = get(researcher, f"{asked.path}/demands")["items"][0]
    assert (first["outcome"], first["label"], first["item"]["code"]) == ("met_online", "可网上办", "YD")
    assert (first["decided_by"], first["reason"], first["respondent"]) == ("run", None, "Q1")
    assert get(researcher, first["item"]["url"])["name"] == "药品经营许可（零售）核发"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ({"by": "size"}, "group-for-each"),
        ({"by": "size", "group": "9"}, "unknown-group"),
        ({"by": "industry", "group": "C13"}, "unknown-group"),
        ({"outcome": "satisfied"}, None),
        ({"hint": "complaint"}, None),
        ({"as_of": "2020-13-01"}, "not-a-date"),
        ({"judged_until": "2031-01-01"}, "in-the-future"),
        ({"known_at": "99"}, "unknown-revision"),
    ],
)
def test_what_cant_be_asked_is_told(
    asked: Market, researcher: TestClient, query: dict[str, str], rule: str | None
) -> None:
    said = get(researcher, f"{asked.path}/demands", 422, **query)
    assert rule in (None, said["errors"][0]["rule"])


@pytest.mark.one_database
def test_there_has_to_be_a_survey_and_a_run_of_it_that_has_ended(asked: Market, researcher: TestClient) -> None:
    assert get(researcher, "/v1/surveys/999/report", 404)["type"] == "/problems/survey-not-found"
    with asked.database.write() as connection:
        other = a_survey(connection)
        running = a_run(connection, other, ended_at=None, job_id=a_job(connection))
    said = get(researcher, f"/v1/surveys/{other}/report", 409)
    assert said["type"] == "/problems/not-matched"
    assert f"POST /v1/surveys/{other}/matching-runs" in said["detail"]
    assert (
        get(researcher, f"/v1/surveys/{other}/report", 409, run=running)["type"] == "/problems/matching-run-unfinished"
    )
    assert get(researcher, asked.path, 404, run=running)["type"] == "/problems/matching-run-not-found"


@pytest.mark.one_database
def test_only_researchers_read_it(asked: Market) -> None:
    assert get(asked.client("reader"), asked.path, 403)["permission"] == "survey"
    assert asked.client("reviewer").get(f"{asked.path}/demands").status_code == 403


@pytest.mark.one_database
def test_it_is_told_in_english_where_that_is_asked_for_and_printed_in_chinese(
    asked: Market, researcher: TestClient
) -> None:
    english = {"Accept-Language": "en"}
    said = researcher.get(f"{asked.path}?as_of=2020-12-08", headers=english).json()
    assert [each["label"] for each in said["tables"][0]["rows"][0]["figures"]][:2] == ["met", "met online"]
    assert said["meaning"][0]["term"] == "demand"
    assert said["notes"][-1].endswith(f'POST {{"as_of": "2020-12-08"}} to /v1/surveys/{asked.survey}/matching-runs.')
    page = researcher.get(f"{asked.path}?format=html", headers=english).text
    assert "可网上办" in page
    assert "met online" not in page


def test_enterprises_are_said_to_count_once_for_each_demand(asked: Market, researcher: TestClient) -> None:
    said = get(researcher, asked.path)
    assert said["tables"][0]["rows"][0]["enterprises"] == 27
    assert said["notes"][0] == (
        "“按企业（家次）”不是企业的家数：10 条诉求的企业数相加是 27，一家企业提几条就计几次；"
        "写明了答卷的 8 条来自 5 份答卷。"
    )


def test_demands_that_look_like_several_needs_are_told_until_they_are_split(
    asked: Market, researcher: TestClient
) -> None:
    with asked.database.write() as connection:
        of = a_survey(connection)
        run = a_run(connection, of)
        for number, parts in enumerate((["办社保卡", "交公积金"], ["办社保卡", "交公积金"], []), start=1):
            one = a_demand(connection, of, number, f"要办的事{number}", is_split=number == 2)
            a_result(connection, run, one, "review", remarks={"parts": parts, "elsewhere": None, "unmatched": None})
    notes = get(researcher, f"/v1/surveys/{of}/report")["notes"]
    assert notes[1].startswith("1 条诉求像是几件事，没有拆分（第 1 条）：一条只算一个，比对不会算它有；")
    assert [each["number"] for each in everything(researcher, notes[1].rsplit("：", 1)[1])] == [1]
    others = everything(researcher, f"/v1/surveys/{of}/report/demands?several=false&limit=1")
    assert [each["number"] for each in others] == [2, 3]
    assert not any("几件事" in note for note in get(researcher, asked.path)["notes"])
