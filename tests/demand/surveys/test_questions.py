from typing import Any

import pytest
from pydantic import ValidationError

from app.demand.surveys.questions import Questionnaire
from app.demand.surveys.templates import QuestionnaireNotFound, get_template, templates

YES_NO = [{"code": "1", "label": "是"}, {"code": "2", "label": "否"}]


def asking(*questions: dict[str, Any]) -> dict[str, Any]:
    return {"key": "test", "title": "测试问卷", "questions": list(questions)}


def one(**said: Any) -> dict[str, Any]:
    return asking({"key": "a", "text": "是否满意", **said})


def faults(document: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as refused:
        Questionnaire.model_validate(document)
    return [
        ("/".join(map(str, each["loc"])), each.get("ctx", {}).get("rule", each["type"]))
        for each in refused.value.errors()
    ]


def test_the_questionnaire_of_2020_has_its_18_questions() -> None:
    found = get_template("enterprise-2020")
    assert [each.number for each in found.questions] == [str(number) for number in range(1, 19)]
    parts = {each.key: [part.key for part in each.parts] for each in found.questions if each.parts}
    assert parts == {
        "q8": ["q8.days", "q8.fee"],
        "q9": ["q9.guidance", "q9.network", "q9.operation"],
        "q10": ["q10.item", "q10.began", "q10.visits"],
        "q11": ["q11.guidance", "q11.handover"],
    }
    options = {key: len(part.options) for key, part in found.asked.items() if len(part.options) > 3}
    assert options == {"q3": 5, "q5": 5, "q6": 5, "q7": 4, "q15": 6, "q16": 8, "q17": 11}
    assert [key for key, part in found.asked.items() if part.most == 3] == ["q15", "q16", "q17"]
    assert found.attributes.keys() == {"size", "industry", "ownership"}
    measured = {part.measures: key for key, part in found.asked.items() if part.measures}
    assert measured == {
        "working_days": "q8.days",
        "fee": "q8.fee",
        "item": "q10.item",
        "visits": "q10.visits",
        "resubmission": "q12",
        "paper": "q13",
    }
    assert [key for key, part in found.asked.items() if part.asks] == ["q10.item"]


def test_what_is_kept_of_a_questionnaire_reads_back_as_it_was() -> None:
    for each in templates().values():
        assert Questionnaire.model_validate(each.kept) == each


def test_an_unknown_template_is_told_with_the_nearest() -> None:
    with pytest.raises(QuestionnaireNotFound, match="是否为 enterprise-2020？"):
        get_template("enterprise-2021")


@pytest.mark.parametrize(
    ("document", "wrong"),
    [
        (one(kind="single"), [("questions/0/options", "too-few-options")]),
        (one(), [("questions/0/kind", "missing")]),
        (one(kind="chioce"), [("questions/0/kind", "literal_error")]),
        (one(kind="single", options=YES_NO, most=2), [("questions/0/most", "not-of-this-kind")]),
        (one(kind="text", unit="元"), [("questions/0/unit", "not-of-this-kind")]),
        (one(kind="number", asks=True), [("questions/0/asks", "not-of-this-kind")]),
        (one(kind="text", options=YES_NO), [("questions/0/options", "not-of-this-kind")]),
        (one(kind="multiple", options=YES_NO, most=3), [("questions/0/most", "more-than-options")]),
        (
            one(kind="single", options=[*YES_NO, {"code": "2", "label": "不知道"}]),
            [("questions/0/options/2/code", "repeated")],
        ),
        (one(kind="text", attribute="size"), [("questions/0/attribute", "wrong-kind")]),
        (
            one(kind="single", attribute="size", options=[YES_NO[0], {"code": "7", "label": "特大"}]),
            [("questions/0/options/1/code", "unknown-code")],
        ),
        (
            one(kind="single", attribute="size", options=[YES_NO[0], {**YES_NO[1], "open": True}]),
            [("questions/0/options/1/open", "not-open")],
        ),
        (one(kind="text", attribute="zone", asks=True), [("questions/0/attribute", "two-roles")]),
        (one(kind="single", measures="paper", options=YES_NO), [("questions/0/options", "none-worse")]),
        (
            one(kind="single", options=[YES_NO[0], {**YES_NO[1], "worse": True}]),
            [("questions/0/options/1/worse", "not-measured")],
        ),
        (one(kind="text", measures="fee"), [("questions/0/measures", "wrong-kind")]),
        (
            one(kind="text", parts=[{"key": "a.b", "text": "几天", "kind": "number"}]),
            [("questions/0/kind", "not-with-parts")],
        ),
        (one(parts=[{"key": "a", "text": "几天", "kind": "number"}]), [("questions/0/parts/0/key", "repeated")]),
        (
            asking(
                {"key": "a", "text": "行业", "kind": "text", "attribute": "industry"},
                {"key": "b", "text": "再问行业", "kind": "text", "attribute": "industry"},
            ),
            [("questions/1/attribute", "repeated")],
        ),
        (one(kind="text", lable="?"), [("questions/0/lable", "extra_forbidden")]),
        (asking(), [("questions", "too_short")]),
    ],
)
def test_a_questionnaire_that_makes_no_sense_is_told_at_the_place(
    document: dict[str, Any], wrong: list[tuple[str, str]]
) -> None:
    assert faults(document) == wrong
