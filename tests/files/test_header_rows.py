import csv
from io import StringIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from app.files.errors import BadFile, EmptyFile, NoHeader, TwoHeaders
from app.files.tables import Expected, open_table
from tests.files.samples import saved, written

NAMES = {"名称", "编码", "是否网办", "办结时限", "task_name", "task_code", "is_online"}
TITLES = ["名称", "编码", "是否网办"]
DATA = ["社团登记", "HZ-002", "是"]


def refusal(path: Path) -> BadFile:
    with pytest.raises(BadFile) as caught:
        open_table(path, path.name, expected=Expected(NAMES))
    return caught.value


def csv_of(folder: Path, *rows: list[str]) -> Path:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return written(folder, "items.csv", text.getvalue().encode())


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            [TITLES, ["task_name", "task_code", "is_online"], DATA],
            "第 2 行（“task_name”“task_code”“is_online”…）像是第二行表头：列名只能占一行，第 1 行已经是了。请删去第 2 行",
        ),
        ([TITLES, TITLES, DATA], "第 2 行（“名称”“编码”“是否网办”…）像是第二行表头"),
        (
            [TITLES, ["文字", "", ""], ["task_name", "task_code", ""], DATA],
            "第 3 行（“task_name”“task_code”…）像是第二行表头",
        ),
        (
            [["基本信息", "", "办理信息"], TITLES, DATA],
            "第 1 行像是标题或分组，列名（“名称”“编码”“是否网办”…）在第 2 行",
        ),
        (
            [["海珠区事项清单", "", ""], ["", "", ""], TITLES, DATA],
            "第 1 行像是标题或分组，列名（“名称”“编码”“是否网办”…）在第 3 行",
        ),
    ],
)
def test_two_rows_of_names(tmp_path: Path, rows: list[list[str]], says: str) -> None:
    refused = refusal(csv_of(tmp_path, *rows))
    assert (type(refused), refused.detail.zh[: len(says)]) == (TwoHeaders, says)


def test_groups_over_merged_cells(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["名称", "办理信息", None], [None, "是否网办", "办结时限"], ["社团登记", "是", 5]):
        sheet.append(row)
    sheet.merge_cells("B1:C1")
    sheet.merge_cells("A1:A2")
    refused = refusal(saved(tmp_path, book))
    assert (type(refused), refused.faults[0].row) == (TwoHeaders, 2)
    assert "请取消合并单元格，让每一列的列名都在第 2 行，再删去它上面的行" in refused.detail.zh


@pytest.mark.parametrize("row", [["编码", "HZ-002", "是"], ["名称", "", ""], DATA])
def test_a_value_may_be_called_like_a_column(tmp_path: Path, row: list[str]) -> None:
    assert open_table(csv_of(tmp_path, TITLES, row), "items.csv", expected=Expected(NAMES)).headers == tuple(TITLES)


def book_of(**sheets: list[list[object]]) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    return book


LIST: list[list[object]] = [list(TITLES), list(DATA)]


@pytest.mark.parametrize(
    ("cover", "error", "says"),
    [
        ([["2026 年事项清单"]], EmptyFile, "文件只有表头，没有数据行"),
        (
            [["2026 年事项清单"], ["编制", "审批局"]],
            NoHeader,
            "工作表“封面”第 1 行只有“2026 年事项清单”，像是标题而不是表头",
        ),
        ([[2026, 3]], NoHeader, "工作表“封面”第 1 行应是表头（列名），却全是数字"),
    ],
)
def test_a_cover_before_the_list(tmp_path: Path, cover: list[list[object]], error: type[BadFile], says: str) -> None:
    refused = refusal(saved(tmp_path, book_of(封面=cover, 清单=LIST, 代码=LIST)))
    assert (type(refused), refused.detail.zh[: len(says)]) == (error, says)
    assert (
        "读的是第一张有内容的工作表“封面”，没有读“清单”“代码”；清单不在“封面”的，请把它移到最前面，或删去“封面”"
        in refused.detail.zh
    )


def test_many_other_sheets_are_counted(tmp_path: Path) -> None:
    sheets = {f"表{n}": LIST for n in range(9)}
    assert (
        "没有读“表0”“表1”“表2”“表3”“表4” 等 9 张"
        in refusal(saved(tmp_path, book_of(封面=[["清单"]], **sheets))).detail.zh
    )
