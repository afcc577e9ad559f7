"""Who answered what: counted by hand for eight enterprises."""

from typing import Any

import pytest

from app.demand.intervals import wilson
from tests.demand.answers import fill_in
from tests.demand.tabulation.conftest import ZONES, Desk, filled
from tests.demand.written import a_survey
from tests.jobs.desk import app_of


def chosen(group: dict[str, Any]) -> dict[str, int]:
    """The options that anybody chose."""
    return {each["code"]: each["respondents"] for each in group["options"] if each["respondents"]}


def test_each_option_as_a_share_of_those_who_answered(desk: Desk) -> None:
    body = desk.tabulation("question=q5")
    (everybody,) = body["values"]
    assert (everybody["group"], everybody["responses"], everybody["answered"], everybody["unanswered"]) == ({}, 8, 6, 2)
    assert [each["label"] for each in everybody["options"]] == ["非常满意", "比较满意", "一般", "不太满意", "不满意"]
    assert chosen(everybody) == {"1": 2, "2": 3, "4": 1}
    second, low_high = everybody["options"][1]["share_of_respondents"], wilson(3, 6)
    assert (second["numerator"], second["denominator"], second["value"], second["percent"]) == (3, 6, 0.5, 50.0)
    assert (second["low"], second["high"]) == low_high
    assert everybody["options"][2]["share_of_respondents"]["low"] == 0.0
    assert (body["basis"], body["question"]["kind"], everybody["note"]) == ("responses", "single", None)


def test_of_several_choices_shares_of_respondents_and_of_answers(desk: Desk) -> None:
    body = desk.tabulation("question=q15")
    (everybody,) = body["values"]
    assert (everybody["answered"], everybody["unanswered"], everybody["answers"]) == (5, 3, 9)
    assert chosen(everybody) == {"1": 4, "2": 2, "3": 1, "4": 2}
    first = everybody["options"][0]
    assert first["share_of_respondents"]["percent"] == 80.0
    of_answers = first["share_of_answers"]
    assert (of_answers["numerator"], of_answers["denominator"], of_answers["percent"]) == (4, 9, 44.44)
    assert of_answers["low"] is of_answers["high"] is None
    assert (body["question"]["most"], any("超过 100%" in note for note in body["notes"])) == (3, True)


def test_numbers_with_mean_and_quartiles(desk: Desk) -> None:
    body = desk.tabulation("question=q8.days")
    (everybody,) = body["values"]
    assert everybody["numbers"] == {
        "n": 6,
        "mean": 6.5,
        "minimum": 1.0,
        "lower_quartile": 3.5,
        "median": 5.0,
        "upper_quartile": 5.0,
        "maximum": 20.0,
    }
    assert (body["question"]["unit"], everybody["options"], body["texts"]) == ("工作日", [], None)
    assert body["question"]["text"] == "从网上递交材料到办理完毕：平均需要多少个工作日"


def test_a_number_that_nobody_gave(desk: Desk) -> None:
    (everybody,) = desk.tabulation("question=q10.visits")["values"]
    assert (everybody["answered"], everybody["numbers"], everybody["note"]) == (0, None, "没有企业回答这一题。")


def test_by_size_those_who_did_not_state_it_are_a_group_of_their_own(desk: Desk) -> None:
    groups = desk.tabulation("question=q5&by=size")["values"]
    assert [(each["group"]["size"], each["group"]["size_label"]) for each in groups] == [
        ("1", "小微企业"),
        ("2", "中型企业"),
        ("3", "大型企业"),
        (None, "未填写"),
    ]
    assert [(each["responses"], each["answered"], each["unanswered"]) for each in groups] == [
        (4, 3, 1),
        (2, 2, 0),
        (1, 1, 0),
        (1, 0, 1),
    ]
    assert [chosen(each) for each in groups] == [{"1": 1, "2": 2}, {"1": 1, "4": 1}, {"2": 1}, {}]
    assert groups[0]["note"] == "只有 3 家企业回答，数字只说明这几家，不能推及其他企业。"
    nobody = groups[3]["options"][0]["share_of_respondents"]
    assert (nobody["denominator"], nobody["value"], nobody["percent"], nobody["low"]) == (0, None, None, None)


def test_industries_are_grouped_by_section_however_fine_their_codes_are(desk: Desk) -> None:
    groups = desk.tabulation("question=q4&by=industry")["values"]
    assert [(each["group"]["industry"], each["group"]["industry_label"], each["responses"]) for each in groups] == [
        ("C", "制造业", 4),
        ("F", "批发和零售业", 2),
        ("I", "信息传输、软件和信息技术服务业", 1),
        (None, "未填写", 1),
    ]
    assert [chosen(each) for each in groups] == [{"1": 3, "2": 1}, {"1": 1, "2": 1}, {"1": 1}, {"1": 1}]


def test_zones_are_in_the_order_of_the_design(desk: Desk) -> None:
    groups = desk.tabulation("question=q8.days&by=zone")["values"]
    assert [each["group"]["zone"] for each in groups] == [*ZONES, None]
    assert [each["numbers"]["median"] for each in groups] == [4.0, 1.0, 12.5, 5.0]


def test_what_enterprises_are_is_a_question_too(desk: Desk) -> None:
    (by_key,), (by_name,) = (desk.tabulation(f"question={name}")["values"] for name in ("q1", "size"))
    assert by_key == by_name
    assert (by_key["answered"], by_key["unanswered"], chosen(by_key)) == (7, 1, {"1": 4, "2": 2, "3": 1})
    (industries,) = desk.tabulation("question=q2")["values"]
    assert {each["label"]: each["respondents"] for each in industries["options"]} == {
        "制造业": 4,
        "批发和零售业": 2,
        "信息传输、软件和信息技术服务业": 1,
    }


def test_what_the_question_does_not_offer_counts_all_the_same(desk: Desk) -> None:
    """Sizes are those of the code list, whichever of them were printed."""
    options = [{"code": "1", "label": "小型和微型"}, {"code": "2", "label": "中型企业"}]
    size = {"key": "a", "text": "规模", "kind": "single", "attribute": "size", "options": options}
    asked = {"key": "short", "title": "短问卷", "questions": [size]}
    with app_of(desk.client).state.database.write() as connection:
        survey = a_survey(connection, questionnaire=asked)
        fill_in(
            connection, survey, [filled("001", ("3", None, None, None)), filled("002", ("1", None, None, None))], ()
        )
    (group,) = desk.tabulation("question=a", survey)["values"]
    assert (group["answered"], group["answers"]) == (2, 2)
    named = [(each["code"], each["label"], each["respondents"]) for each in group["options"]]
    assert named == [("1", "小型和微型", 1), ("2", "中型企业", 0), ("3", "大型企业", 1)]


def test_what_they_are_can_be_asked_though_the_questionnaire_does_not(desk: Desk) -> None:
    body = desk.tabulation("question=zone")
    assert (body["question"]["text"], body["question"]["number"]) == ("片区", None)
    assert chosen(body["values"][0]) == {ZONES[0]: 3, ZONES[1]: 2, ZONES[2]: 2}
    state_owned = desk.tabulation("question=zone&by=ownership")["values"][0]
    assert (state_owned["group"]["ownership_label"], chosen(state_owned)) == ("国有集体企业", {})


def test_texts_come_a_page_at_a_time_and_redacted_ones_are_only_counted(desk: Desk) -> None:
    body = desk.tabulation("question=q18&by=size&limit=1")
    texts = body["texts"]
    assert [each["answered"] for each in body["values"]] == [2, 1, 0, 0]
    assert (texts["total"], texts["redacted"]) == (2, 1)
    assert texts["items"] == [
        {
            "response": "001",
            "group": {"size": "1", "size_label": "小微企业"},
            "choice": None,
            "text": "希望减少材料",
        }
    ]
    following = desk.client.get(texts["next"]).json()["texts"]
    assert [(each["response"], each["text"]) for each in following["items"]] == [("006", "=一次说清要什么")]
    assert following["next"] is None


def test_what_is_written_beside_an_option_is_shown_with_it(desk: Desk) -> None:
    body = desk.tabulation("question=q7")
    texts = body["texts"]
    assert (chosen(body["values"][0]), texts["total"], texts["redacted"]) == ({"4": 2}, 1, 1)
    assert [(each["response"], each["choice"], each["text"]) for each in texts["items"]] == [
        ("005", "4", "=登录总是掉线")
    ]
    assert desk.tabulation("question=q5")["texts"] is None


def test_a_stratified_sample_is_said_to_be_one(desk: Desk) -> None:
    def is_told(query: str) -> bool:
        return any("分层" in note for note in desk.tabulation(query)["notes"])

    assert is_told("question=q5")
    assert not is_told("question=q5&by=size")
    assert is_told("question=q5&by=zone")


@pytest.mark.parametrize(
    ("query", "rule", "suggestion", "said"),
    [
        ("question=q8.day", "unknown-question", "q8.days", "是否为 q8.days"),
        ("question=q8", "unknown-question", "q8.days", "请写其中的一问：q8.days、q8.fee"),
        ("question=", "unknown-question", None, "没有题"),
        ("by=size", "missing", None, "question"),
        ("question=q5&by=region", "literal_error", None, "by"),
        ("question=q5&format=xls", "unknown-format", "xlsx", "xls"),
        ("question=q5&limit=0", "greater_than_equal", None, "limit"),
    ],
)
def test_what_cannot_be_asked(desk: Desk, query: str, rule: str, suggestion: str | None, said: str) -> None:
    answer = desk.client.get(f"/v1/surveys/{desk.answered}/tabulation?{query}")
    (told,) = answer.json()["errors"]
    assert (answer.status_code, told["rule"], told.get("suggestion")) == (422, rule, suggestion)
    assert said in answer.text


def test_a_survey_that_is_not_there(desk: Desk) -> None:
    answer = desk.client.get("/v1/surveys/999/tabulation?question=q5")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/survey-not-found")
