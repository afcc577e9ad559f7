"""Which question a column is about, by what people and survey tools write above it."""

import pytest

from app.demand.survey_files.headers import Headers
from app.demand.survey_files.personal import is_personal
from app.demand.surveys.questions import Questionnaire
from app.demand.surveys.templates import get_template

ENTERPRISES = Headers(get_template("enterprise-2020"))


@pytest.mark.parametrize(
    "header",
    [
        "q5", "Q5", "5", "5.", "５、", "第5题", "对“一网通办”是否满意", "对一网通办是否满意？", "5、对“一网通办”是否满意",
        "5.对“一网通办”是否满意[单选题]", "5、对“一网通办”是否满意（必填）",
    ],
)  # fmt: skip
def test_a_question_goes_by_its_key_its_number_or_its_text(header: str) -> None:
    assert ENTERPRISES.field(header) == "q5"


@pytest.mark.parametrize(
    "header",
    [
        "q8.days", "8(平均需要多少个工作日)", "8.1", "8-1", "8_1", "平均需要多少个工作日",
        "8、从网上递交材料到办理完毕：平均需要多少个工作日", "从网上递交材料到办理完毕（平均需要多少个工作日）",
    ],
)  # fmt: skip
def test_a_part_goes_by_its_key_or_stands_behind_its_question(header: str) -> None:
    assert ENTERPRISES.field(header) == "q8.days"


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("q15_1", "q15_1"),
        ("15(不用到现场办理)", "q15_1"),
        ("15、办事更方便主要体现在[多选题](不用到现场办理)", "q15_1"),
        ("15、办事更方便主要体现在:不用到现场办理", "q15_1"),
        ("15（办事不用跑多个窗口（部门））", "q15_5"),
        ("17_11", "q17_11"),
        ("q15_6_text", "q15_6_text"),
        ("15(其他)[选项填空]", "q15_6_text"),
        ("15_text", "q15_6_text"),
    ],
)
def test_an_option_stands_behind_its_question(header: str, field: str) -> None:
    assert ENTERPRISES.field(header) == field


@pytest.mark.parametrize(("header", "field"), [("1", "size"), ("2、行业代码", "industry"), ("企业性质", "ownership")])
def test_what_the_enterprise_is_belongs_to_the_response(header: str, field: str) -> None:
    assert ENTERPRISES.field(header) == field


@pytest.mark.parametrize(
    "header",
    ["8", "19", "150", "q1x", "15(晚上办理)", "5(非常满意)度", "18(困难)", "1(小微企业)", "number", "size", ""],
)
def test_what_names_no_question_is_none(header: str) -> None:
    """Question 8 is answered by its parts, and 15 is not 1 with something behind it."""
    assert ENTERPRISES.field(header) is None


def test_what_two_questions_share_names_neither() -> None:
    asked = [{"key": key, "number": "1", "text": "是否满意", "kind": "text"} for key in ("before", "after")]
    headers = Headers(Questionnaire.model_validate({"key": "twice", "title": "办前办后", "questions": asked}))
    assert [headers.field(each) for each in ("before", "after", "1", "是否满意", "1、是否满意")] == [
        "before", "after", None, None, None,
    ]  # fmt: skip


def test_a_question_may_be_called_as_a_column_of_responses() -> None:
    asked = [{"key": "number", "number": "7", "text": "跑了几次", "kind": "number"}]
    headers = Headers(Questionnaire.model_validate({"key": "visits", "title": "跑动", "questions": asked}))
    assert [headers.field(each) for each in ("number", "7", "answers.number")] == [None, *["answers.number"] * 2]


@pytest.mark.parametrize(
    "header",
    [
        "姓名", "联系人", "联系电话", "手机号码", "填表人及电话", "企业名称", "19、企业名称", "单位全称", "身份证号", "电子邮箱", "E-mail",
        "统一社会信用代码", "法定代表人姓名", "来自IP", "微信号", "注册地址", "您的姓名", "phone", "company_name", "联系方式（选填）",
    ],
)  # fmt: skip
def test_names_and_contacts_are_personal(header: str) -> None:
    assert is_personal(header)


@pytest.mark.parametrize(
    "header",
    [
        "是否用手机办理过",
        "企业规模",
        "企业性质",
        "所在园区",
        "事项的名称",
        "问卷编号",
        "是否愿意留下电话",
        "诉求",
        "15(电话)",
        "5",
    ],
)
def test_a_question_in_which_a_telephone_occurs_is_a_question(header: str) -> None:
    assert not is_personal(header)


def test_a_header_of_thousands_of_characters_takes_no_time() -> None:
    assert not is_personal("联系人" * 5_000 + "们")
    assert ENTERPRISES.field("5" + "(" * 30_000) is None
