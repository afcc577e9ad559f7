"""What is wrong with rows and columns of responses, and how it is told."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.demand.survey_files.desk import FIRST, SECOND, problems, responses, send, told, with_cells
from tests.demand.surveys.desk import made
from tests.imports.uploads import csv_file

WRONG: list[tuple[dict[str, Any], tuple[str, str | None, str]]] = [
    ({"number": ""}, ("问卷编号", None, "missing")),
    ({"number": "某某公司"}, ("问卷编号", "某某公司", "bad-number")),
    ({"number": "合计"}, ("问卷编号", "合计", "total-row")),
    ({"day": "去年"}, ("填写日期", "去年", "not-a-date")),
    ({"size": "特大企业"}, ("企业规模", "特大企业", "unknown-code")),
    ({"industry": "C65"}, ("行业代码", "C65", "industry-of-another-section")),
    ({"industry": "食品"}, ("行业代码", "食品", "unknown-industry")),
    ({"ownership": "6"}, ("企业性质", "6", "unknown-code")),
    ({"zone": "高新区"}, ("片区", "高新区", "unknown-zone")),
    ({"c5": "很满意"}, ("5", "很满意", "unknown-option")),
    ({"c5": "1、2"}, ("5", "1、2", "single-choice")),
    ({"c15": "1、2、3、4"}, ("15", "1、2、3、4", "too-many-options")),
    ({"c15": "1、9"}, ("15", "9", "unknown-option")),
    ({"c15": "1、1"}, ("15", "1、1", "repeated-option")),
    ({"days": "三天"}, ("8(平均需要多少个工作日)", "三天", "not-a-number")),
    ({"days": "3天"}, ("8(平均需要多少个工作日)", "3天", "other-unit")),
    ({"days": "-1"}, ("8(平均需要多少个工作日)", "-1", "number-too-small")),
    ({"item": "——"}, ("10(事项的名称)", "——", "no-words")),
    ({"c18": "长" * 2001}, ("18", "长" * 100, "text-too-long")),
    ({"c18": "请打 138 1234 5678"}, ("18", None, "mobile-number")),
    ({"number": "13812345678"}, ("问卷编号", None, "mobile-number")),
    ({"c5": "找老周 13812345678"}, ("5", None, "mobile-number")),
    ({"zone": "zhou@example.com"}, ("片区", None, "mail-address")),
    ({"c18": "身份证 11010519491231002X"}, ("18", None, "identity-number")),
]


@pytest.mark.one_database
def test_what_is_wrong_is_told_by_row_and_column(desk: TestClient, survey: str) -> None:
    rows = [with_cells(FIRST, **{"number": f"R-{row}", **cells}) for row, (cells, _) in enumerate(WRONG, 3)]
    body = responses(desk, survey, SECOND, *rows, dry_run="true")
    assert problems(body) == [(row, *wrong) for row, (_, wrong) in enumerate(WRONG, 3)]
    assert told(body) == (1 + len(WRONG), 1, 0, len(WRONG), 0)
    assert [each["rule"] for each in body["problems"] if "13812345678" in str(each)] == []


def test_a_respondent_is_in_one_stratum(desk: TestClient) -> None:
    strata = [{"key": "small", "label": "小微", "size": ["1"]}, {"key": "food", "label": "食品", "industry": ["C13"]}]
    survey = made(desk, design={"strata": strata})
    header = ("问卷编号", "层", "规模", "行业")
    rows = [("A", "", "1", "C13"), ("B", "食品", "1", "C13"), ("C", "小微", "3", "C13"), ("D", "中型", "1", "65")]
    status, body = send(desk, survey, csv_file(header, *rows))
    assert status == 200
    assert problems(body) == [
        (2, "层", "small, food", "two-strata"),
        (4, "层", "小微", "breaks-stratum"),
        (5, "层", "中型", "unknown-stratum"),
    ]
    status, body = send(desk, survey, csv_file(("问卷编号", "规模", "行业"), ("A", "1", "C13")))
    assert problems(body) == [(2, None, "small, food", "two-strata")]


def test_a_number_stands_for_one_response(desk: TestClient, survey: str) -> None:
    body = responses(desk, survey, FIRST, with_cells(SECOND, number="S-001"), dry_run="true")
    assert (problems(body), "第 2 行" in body["problems"][0]["message"]) == ([(3, "问卷编号", "S-001", "twice")], True)


def test_a_hundred_problems_are_told_and_the_rest_counted(desk: TestClient, survey: str) -> None:
    rows = [with_cells(FIRST, number=f"R-{place}", c5="很满意", fee="免费") for place in range(70)]
    body = responses(desk, survey, *rows, dry_run="true")
    assert (len(body["problems"]), body["problem_count"], body["rejected"]) == (100, 140, 70)
    assert {each["rule"]: each["count"] for each in body["rules"]} == {"not-a-number": 70, "unknown-option": 70}


@pytest.mark.one_database
def test_columns_that_cannot_be_read_are_refused(desk: TestClient, survey: str) -> None:
    wrong = [
        (("5", "企业规模"), "问卷编号", "missing-column"),
        (("问卷编号", "5", "满意度"), "满意度", "unknown-column"),
        (("问卷编号", "5", "对“一网通办”是否满意"), "对“一网通办”是否满意", "duplicate-column"),
        (("问卷编号", "15", "15_1"), "15_1", "duplicate-column"),
    ]
    for header, column, rule in wrong:
        status, body = send(desk, survey, csv_file(header, ["1"] * len(header)))
        assert (status, [(each["column"], each["rule"]) for each in body["errors"]]) == (422, [(column, rule)])
