"""What a clerk is told names what there is: case imports take no mapping, and a refusal holds no list to look into."""

from datetime import date

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.db import Database
from app.files.annotated import summary
from tests.cases.reports import HEADER, counts, report
from tests.cases.test_annotated import annotated, first_sheet
from tests.factories import department, item, publish
from tests.imports.uploads import xlsx_file
from tests.jobs.desk import keyed

pytestmark = pytest.mark.one_database

JAN = ("HZ-001", "2026-01", "网上", "")
CHECK_FIRST = "先检查一次（dry_run=true），其中的 restatements、beside 逐条列出。"


@pytest.fixture(autouse=True)
def items(database: Database) -> None:
    publish(database, department(), item(), on=date(2025, 12, 1))


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (("办结数量",), "不认识“办结数量”这一列，最接近的是“办结量”；请改列名，或删去该列"),
        (("办结件数", "办结量"), "“办结件数”“办结量”这 2 列都是“办结件数”，只能留一列；请改列名，或删去多的"),
    ],
)
def test_columns_are_called_as_the_file_calls_them(staff: TestClient, header: tuple[str, ...], told: str) -> None:
    row = [*JAN[:3], 1, *[1] * len(header)]
    refused = report(staff, row, header=("事项编码", "月份", "办理渠道", "受理件数", *header), status=422)
    assert refused["errors"][0]["detail"] == told


def test_no_known_column_at_all(staff: TestClient) -> None:
    refused = report(staff, ["甲", "乙"], header=("一", "二"), status=422)
    assert refused["detail"].startswith("表头里没有一个认得的列名；请确认列名在文件的第一行")
    assert "映射" not in refused["detail"]


def test_a_missing_reason_says_how_to_see_what_changes(staff: TestClient) -> None:
    report(staff, counts(*JAN, 10))
    assert report(staff, counts(*JAN, 11), status=422)["detail"].endswith(CHECK_FIRST)
    report(staff, counts("HZ-001", "2026-01", "窗口", "变更", 3))
    assert report(staff, counts("HZ-001", "2026-01", "窗口", "注销", 1), status=422)["detail"].endswith(CHECK_FIRST)


def test_a_department_is_told_by_name_and_code(application: FastAPI) -> None:
    editor = keyed(application, "教育局 陈静", "editor")
    (problem,) = report(editor, counts(*JAN, 10), dry_run="true", status=200)["problems"]
    assert problem["rule"] == "not-yours"
    assert problem["message"].startswith("事项那时属于部门 海珠区民政局（11440100007482532A），")


def test_lines_that_find_no_room_are_left_for_the_next_check(
    staff: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "MOST_LINES", 2)
    book = annotated(staff, xlsx_file(HEADER, *(counts(f"HZ-4{number:02}", *JAN[1:], 1) for number in range(5))))
    assert first_sheet(book)[-1][0] == "… 另有 3 条，改好这些再检查"
