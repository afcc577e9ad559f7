"""The workbook to fill in: every column is understood again, and what the drop-downs offer is taken."""

from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook, load_workbook

from app.demand.survey_files.headers import Headers
from app.demand.surveys.templates import get_template
from tests.demand.survey_files.desk import send, told, warned
from tests.demand.surveys.desk import made

pytestmark = pytest.mark.one_database

QUESTIONNAIRE = get_template("enterprise-2020")


def blank(desk: TestClient, survey: str, kind: str = "responses") -> Workbook:
    answer = desk.get(f"{survey}/imports/template.xlsx?kind={kind}")
    assert answer.status_code == 200, answer.text
    return load_workbook(BytesIO(answer.content))


def headers(book: Workbook) -> list[str]:
    return [str(cell.value) for cell in book.worksheets[0][1]]


def offered(book: Workbook) -> dict[str, tuple[str, list[str]]]:
    """By header, whether only what is offered is taken, and what is offered."""
    sheet, found = book.worksheets[0], {}
    for each in sheet.data_validations.dataValidation:
        if each.formula1:
            header = str(sheet.cell(1, next(iter(each.sqref.ranges)).min_col).value)
            found[header] = ("strict" if each.showErrorMessage else "open", _choices(book, each.formula1))
    return found


def _choices(book: Workbook, formula: str) -> list[str]:
    if formula.startswith('"'):
        return formula.strip('"').split(",")
    sheet, cells = book.defined_names[formula].attr_text.split("!")
    return [row[0].value for row in book[sheet.strip("'")][cells.replace("$", "")]]


def test_every_question_has_its_columns(desk: TestClient, survey: str) -> None:
    names = headers(blank(desk, survey))
    assert names[:8] == [
        "问卷编号",
        "层",
        "填写日期",
        "企业规模",
        "行业代码",
        "企业性质",
        "片区",
        "4、是否通过“一网通办”办理过政务服务事项",
    ]
    assert {"8(平均需要多少个工作日)", "9(网络是否好用)", "15(办事不用跑多个窗口（部门）)", "17(其他)"} < set(names)
    read = Headers(QUESTIONNAIRE)
    fields = [read.field(each) for each in names[7:]]
    of_options = [
        f"{key}_{option.code}" for key in ("q15", "q16", "q17") for option in QUESTIONNAIRE.asked[key].options
    ]
    others = [key for key, part in QUESTIONNAIRE.asked.items() if part.kind != "multiple" and not part.attribute]
    assert sorted(map(str, fields)) == sorted([*of_options, *others])


def test_drop_downs_offer_the_options(desk: TestClient, survey: str) -> None:
    found = offered(blank(desk, survey))
    assert found["企业规模"] == ("strict", ["小微企业", "中型企业", "大型企业"])
    assert found["片区"][1] == ["经济技术开发区", "宿城经济开发区", "宿豫高新技术开发区"]
    assert found["层"][1][0] == "小微·经济技术开发区"
    assert found["12、同一事项是否需要向不同部门重复提交申请"] == (
        "open",
        ["不需要，只提交一次", "需要重复提交", "其他"],
    )
    assert found["15(不用到现场办理)"] == ("strict", ["是"])
    assert found["15(其他)"][0] == "open"


def test_options_that_have_no_room_in_a_drop_down_stand_on_a_sheet(desk: TestClient) -> None:
    options = [{"code": str(code), "label": f"第{code}类政务服务事项，包括设立、变更、注销"} for code in range(1, 31)]
    asked = [{"key": "q1", "text": "办的哪一类", "kind": "single", "options": options}]
    survey = made(desk, questionnaire={"key": "kinds", "title": "事项类别", "questions": asked})
    assert offered(blank(desk, survey))["q1、办的哪一类"] == ("strict", [each["label"] for each in options])


def test_filled_in_it_is_taken(desk: TestClient, survey: str) -> None:
    book = blank(desk, survey)
    cells: dict[str, Any] = {"问卷编号": "T-01", "层": "中型企业", "企业规模": "中型企业", "8(平均需要多少个工作日)": 3}
    cells |= {"15(不用到现场办理)": "是", "15(其他)": "晚上也能办", "10(事项的名称)": "公积金提取"}
    cells |= {"12、同一事项是否需要向不同部门重复提交申请": "其他：看窗口"}
    row = {name: place for place, name in enumerate(headers(book), 1)}
    for name, cell in cells.items():
        book.worksheets[0].cell(2, row[name]).value = cell
    content = BytesIO()
    book.save(content)
    status, body = send(desk, survey, content.getvalue(), "答卷.xlsx", dry_run="false")
    assert (status, told(body), warned(body)) == (201, (1, 1, 0, 0, 1), [])
    said = desk.get(f"{survey}/responses/T-01").json()
    assert (said["stratum"], said["answers"]) == (
        "medium",
        {
            "q8.days": 3.0,
            "q10.item": "公积金提取",
            "q12": {"choice": "3", "text": "看窗口"},
            "q15": ["1", {"choice": "6", "text": "晚上也能办"}],
        },
    )


def test_a_workbook_of_demands(desk: TestClient, survey: str) -> None:
    book = blank(desk, survey, "demands")
    assert headers(book) == ["诉求", "企业数", "题", "问卷编号"]
    assert offered(book)["题"] == ("strict", ["q10.item", "q10.began", "q14", "q18"])
    assert [book.worksheets[0].title, book.worksheets[1].title] == ["诉求", "填表说明"]
    book.worksheets[0].append(["公积金提取", 2, "q18"])
    content = BytesIO()
    book.save(content)
    status, body = send(desk, survey, content.getvalue(), "诉求.xlsx", kind="demands")
    assert (status, told(body), warned(body)) == (200, (1, 1, 0, 0, 1), [])


def test_a_questionnaire_of_hundreds_of_options_has_a_column_for_each_question(desk: TestClient) -> None:
    options = [{"code": str(code), "label": f"事项{code}"} for code in range(1, 61)]
    asked = [
        {"key": f"q{place}", "text": f"第{place}批事项", "kind": "multiple", "options": options} for place in range(9)
    ]
    survey = made(desk, questionnaire={"key": "many", "title": "事项", "questions": asked})
    assert len(headers(blank(desk, survey))) == len(("问卷编号", "层", "填写日期", *range(4))) + 9


def test_it_is_called_after_the_survey(desk: TestClient, survey: str) -> None:
    answer = desk.get(f"{survey}/imports/template.xlsx")
    assert quote("答卷模板-“一网、一门、一次”改革企业调查.xlsx") in answer.headers["Content-Disposition"]
    assert desk.get("/v1/surveys/404/imports/template.xlsx").status_code == 404
