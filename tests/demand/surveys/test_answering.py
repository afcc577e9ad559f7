from typing import Any

import pytest

from app.demand.surveys.answering import Answer, check_answers
from app.demand.surveys.templates import get_template

QUESTIONNAIRE = get_template("enterprise-2020")


def answers(**given: Any) -> list[Answer]:
    checked = check_answers(QUESTIONNAIRE, given)
    assert checked.misfits == []
    return checked.answers


def misfits(given: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    return [
        (each.as_fault().pointer or "", each.rule, each.suggestion)
        for each in check_answers(QUESTIONNAIRE, given).misfits
    ]


@pytest.mark.parametrize("written", ["1", "①", "办理过", "1.办理过", "①办理过", 1, ["1"], {"choice": "1"}])
def test_an_option_is_named_by_code_number_or_label(written: object) -> None:
    assert answers(q4=written) == [Answer("q4", "1")]


def test_several_options_with_what_is_written_beside_one() -> None:
    assert answers(q15=["1", {"choice": "其他", "text": " 晚上也能办 "}]) == [
        Answer("q15", "1"),
        Answer("q15", "6", text="晚上也能办"),
    ]


@pytest.mark.parametrize(("written", "number"), [(5, 5.0), (2.5, 2.5), ("12", 12.0), ("１２", 12.0), (0, 0.0)])
def test_a_number_is_taken_as_a_number_or_its_digits(written: object, number: float) -> None:
    assert check_answers(QUESTIONNAIRE, {"q8.days": written}).answers == [Answer("q8.days", number=number)]


def test_what_is_left_empty_is_not_answered() -> None:
    assert answers(q4=None, q5="", q15=[], q18="  ") == []


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"q4": "3"}, [("/q4", "unknown-option", None)]),
        ({"q5": "很满意"}, [("/q5", "unknown-option", "非常满意")]),
        ({"q5": "很不满意"}, [("/q5", "unknown-option", "不满意")]),
        ({"q4": ["1", "2"]}, [("/q4", "single-choice", None)]),
        ({"q15": ["1", "2", "3", "4"]}, [("/q15", "too-many-options", None)]),
        ({"q15": ["1", "9", "3"]}, [("/q15/1", "unknown-option", None)]),
        ({"q15": ["1", "不用到现场办理"]}, [("/q15", "repeated-option", None)]),
        ({"q15": [{"choice": "1", "text": "方便"}]}, [("/q15/0/text", "not-open", None)]),
        ({"q15": [{"chioce": "1"}]}, [("/q15/0", "extra_forbidden", None)]),
        ({"q13": True}, [("/q13", "not-an-option", None)]),
        ({"q13": {"choice": ["1"]}}, [("/q13", "not-an-option", None)]),
        ({"q8.days": "三天"}, [("/q8.days", "not-a-number", None)]),
        ({"q8.days": "1_0"}, [("/q8.days", "not-a-number", None)]),
        ({"q8.days": float("nan")}, [("/q8.days", "not-a-number", None)]),
        ({"q8.days": 10**400}, [("/q8.days", "not-a-number", None)]),
        ({"q8.days": True}, [("/q8.days", "not-a-number", None)]),
        ({"q8.fee": -1}, [("/q8.fee", "number-too-small", None)]),
        ({"q8.fee": 1e15}, [("/q8.fee", "number-too-large", None)]),
        ({"q14": 5}, [("/q14", "not-a-text", None)]),
        ({"q14": "好" * 2001}, [("/q14", "text-too-long", None)]),
        ({"q14": "好\u200b的"}, [("/q14", "invisible-characters", None)]),
        ({"q14": "半个\ud800"}, [("/q14", "invisible-characters", None)]),
        ({"q15": [{"choice": "6", "text": "\udfff"}]}, [("/q15/0/text", "invisible-characters", None)]),
        ({"q4": "\ud800"}, [("/q4", "unknown-option", None)]),
        ({"q10.item": "……！"}, [("/q10.item", "no-words", None)]),
        ({"q19": "1"}, [("/q19", "unknown-question", "q1")]),
        ({"q9": "1"}, [("/q9", "question-has-parts", "q9.guidance")]),
        ({"q9/x~": "1"}, [("/q9~1x~0", "unknown-question", None)]),
        ({"q1": "1"}, [("/q1", "answered-elsewhere", "size")]),
    ],
)
def test_an_answer_that_does_not_fit_is_told_at_its_place(
    given: dict[str, Any], wrong: list[tuple[str, str, str | None]]
) -> None:
    assert misfits(given) == wrong


@pytest.mark.parametrize("text", ["好" * 2000, "第一行\n第二行", "English is fine", "办 license 混写", "🙂 满意"])
def test_any_script_and_two_thousand_characters_are_taken(text: str) -> None:
    assert answers(q18=text) == [Answer("q18", text=text)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("请打 13800138000", "mobile-number"),
        ("电话：138-0013-8000，找张经理", "mobile-number"),
        ("＋86 １３８ ００１３ ８０００", "mobile-number"),
        ("身份证 11010519491231002X 办不了", "identity-number"),
        ("身份证321302199001011234要办证", "identity-number"),
        ("证号 110105194912310021（抄错了一位）", "identity-number"),
        ("发到 wang.min@example.com", "mail-address"),
    ],
)
def test_contacts_and_identity_numbers_are_refused_and_not_repeated(text: str, rule: str) -> None:
    (found,) = check_answers(QUESTIONNAIRE, {"q18": text}).misfits
    assert (found.rule, found.value) == (rule, None)
    assert not any(each.isdigit() for each in found.message.zh)


@pytest.mark.parametrize(
    "text",
    ["窗口电话 12345 打不通", "信用代码 91440101MA5ABCDE7X", "跑了 3 次、花了 1500 元", "订单 2020120813800138000123"],
)
def test_other_numbers_are_no_contacts(text: str) -> None:
    assert answers(q18=text) == [Answer("q18", text=text)]
