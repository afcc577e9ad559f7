"""A researcher's own workbook comes back marked."""

from io import BytesIO
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook, load_workbook

from tests.demand.survey_files.desk import FIRST, HEADER, SECOND, responses
from tests.imports.uploads import xlsx_file

pytestmark = pytest.mark.one_database


def sent(desk: TestClient, survey: str, content: bytes, name: str = "答卷.xlsx", **form: str) -> Any:
    files = {"file": (name, content)}
    return desk.post(f"{survey}/imports/annotated.xlsx", files=files, data={"kind": "responses", **form})


def annotated(desk: TestClient, survey: str, content: bytes, **form: str) -> Workbook:
    answer = sent(desk, survey, content, **form)
    assert answer.status_code == 200, answer.text
    return load_workbook(BytesIO(answer.content))


def said(book: Workbook) -> dict[str, str]:
    """The comment of each marked cell."""
    return {
        cell.coordinate: cell.comment.text for row in book.worksheets[1].iter_rows() for cell in row if cell.comment
    }


def totals(book: Workbook) -> dict[str, int]:
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(max_col=2)]
    return {str(name): count for name, count in rows if isinstance(count, int)}


def test_wrong_cells_say_what_to_do(desk: TestClient, survey: str) -> None:
    responses(desk, survey, SECOND)
    bad = [*FIRST[:6], "很满意", "3天", *FIRST[8:11], "1、2、3、4", FIRST[12]]
    book = annotated(desk, survey, xlsx_file(HEADER, bad, SECOND))
    found = said(book)
    assert list(found) == ["G2", "H2", "L2"]
    assert found["H2"] == "【拒绝】“3天”的单位不是工作日：请换算成工作日，只写数字"
    assert "最多选 3 项，选了 4 项" in found["L2"]
    assert {"文件里的行": 2, "新增": 0, "与已有的相同": 1, "不能写入的行": 1}.items() <= totals(book).items()
    told = str(book.worksheets[0]["A2"].value)
    assert told == "“答卷.xlsx”的检查（“一网、一门、一次”改革企业调查）：有 1 行不能写入。什么都没有写入。"
    assert desk.get(f"{survey}/responses").json()["total"] == 1


def test_every_problem_is_marked(desk: TestClient, survey: str) -> None:
    """Not only the first hundred."""
    rows = [[f"R-{place}", *FIRST[1:6], "很满意", *FIRST[7:]] for place in range(120)]
    assert len(said(annotated(desk, survey, xlsx_file(HEADER, *rows)))) == 120


def test_demands_are_marked_with_a_mapping(desk: TestClient, survey: str) -> None:
    content = xlsx_file(("想办什么", "几家"), ("公积金提取", 0))
    mapping = '[columns]\n"想办什么" = "text"\n"几家" = "weight"'
    found = said(annotated(desk, survey, content, kind="demands", mapping=mapping))
    assert list(found) == ["B2"]


def test_only_a_workbook_can_be_marked(desk: TestClient, survey: str) -> None:
    answer = sent(desk, survey, b"a", "答卷.csv")
    assert (answer.status_code, answer.json()["check_url"]) == (409, f"{survey}/imports")
    assert sent(desk, "/v1/surveys/404", xlsx_file(HEADER, FIRST)).status_code == 404
