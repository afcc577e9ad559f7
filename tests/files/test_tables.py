from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from app.files.errors import EmptyFile, MergedCells, NoHeader, TooManyColumns, TooManyRows
from app.files.problems import RowProblem
from app.files.rows import MISSING, BrokenCell, Limits
from app.files.tables import Table, open_table
from tests.files.samples import saved, workbook, written


def csv_table(folder: Path, text: str, encoding: str = "utf-8", limits: Limits | None = None) -> Table:
    return open_table(written(folder, "upload", text.encode(encoding)), "事项.csv", limits or Limits())


def cells_of(table: Table) -> dict[int, list[object]]:
    return {row.number: row.cells for row in table}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_csv_in_every_encoding_and_dialect(tmp_path: Path, encoding: str, separator: str, line_end: str) -> None:
    text = line_end.join((f"名称{separator}编码", f"公共场所{separator}", f"{separator}甲"))
    table = csv_table(tmp_path, text, encoding)
    assert table.headers == ("名称", "编码")
    assert cells_of(table) == {2: ["公共场所", None], 3: [None, "甲"]}


def test_gb18030_beyond_gbk(tmp_path: Path) -> None:
    assert cells_of(csv_table(tmp_path, "名称\n㐀𠀀镕\n", "gb18030")) == {2: ["㐀𠀀镕"]}


def test_rows_are_numbered_as_the_spreadsheet_shows_them(tmp_path: Path) -> None:
    table = csv_table(tmp_path, '名称,编码\n"两\n行",1\n\n,\n乙,2\n')
    assert cells_of(table) == {2: ["两\n行", "1"], 5: ["乙", "2"]}


def test_a_table_can_be_gone_through_again(tmp_path: Path) -> None:
    table = csv_table(tmp_path, "名称\n甲\n")
    assert list(table) == list(table)


def test_blanks_around_cells_and_headers_are_dropped(tmp_path: Path) -> None:
    table = csv_table(tmp_path, "　名称 ,\u200b编码\n\u00a0甲\u3000,\ufeff \n")
    assert table.headers == ("名称", "编码")
    assert cells_of(table) == {2: ["甲", None]}


def test_a_separator_is_counted_in_the_header_only_and_outside_quotes(tmp_path: Path) -> None:
    assert csv_table(tmp_path, '"甲;乙;丙;丁",名称\n1;2;3,4\n').headers == ("甲;乙;丙;丁", "名称")


def test_a_short_row_is_filled_up(tmp_path: Path) -> None:
    assert cells_of(csv_table(tmp_path, "名称,编码\n甲\n")) == {2: ["甲", None]}


def test_a_row_longer_than_the_header(tmp_path: Path) -> None:
    good, commas, long = csv_table(tmp_path, "名称,编码\n甲,1\n乙,2,,\n丙,3,4,5\n")
    assert good.problem is commas.problem is None
    assert long.problem
    assert isinstance(long.problem, RowProblem)
    assert (long.problem.row, long.problem.rule, long.problem.value) == (4, "row-longer-than-header", "4")
    assert long.problem.message.zh.startswith("这一行有 4 个单元格，表头只有 2 列")


def test_columns_with_neither_header_nor_values_are_left_alone(tmp_path: Path) -> None:
    table = csv_table(tmp_path, "名称,,编码,\n甲,,1,\n")
    assert table.headers == ("名称", "", "编码", "")


NAMELESS: list[list[str | None]] = [["名称", None, "编码"], ["甲", None, "1"], ["乙", "x", "2"]]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_column_with_values_and_no_header(tmp_path: Path, kind: str) -> None:
    text = "\n".join(",".join(cell or "" for cell in row) for row in NAMELESS)
    path = written(tmp_path, "a.csv", text.encode()) if kind == "csv" else workbook(tmp_path, NAMELESS)
    with pytest.raises(NoHeader) as caught:
        open_table(path, path.name)
    (fault,) = caught.value.faults
    assert (fault.rule, fault.row, fault.column, fault.value) == ("column-without-header", 3, "第 2 列", "x")
    assert fault.detail.zh == "第 2 列（B 列）有内容而没有表头；请写上列名，或删去这一列"


@pytest.mark.parametrize(
    "text", ["广东省行政许可事项清单,,\n名称,编码,\n甲,1,\n", "广东省行政许可事项清单\n名称,编码\n甲,1\n"]
)
def test_a_title_above_the_header(tmp_path: Path, text: str) -> None:
    with pytest.raises(NoHeader, match="像是标题"):
        csv_table(tmp_path, text)


def test_numbers_where_the_header_should_be(tmp_path: Path) -> None:
    with pytest.raises(NoHeader, match="全是数字"):
        csv_table(tmp_path, "1,440100,\n2,440200,\n")


@pytest.mark.parametrize("text", ["\n\n", " ,\n", "\ufeff", "名称,编码\n", "名称,编码\n,\n"])
def test_nothing_in_it(tmp_path: Path, text: str) -> None:
    with pytest.raises(EmptyFile):
        csv_table(tmp_path, text)


def test_limits_of_rows_and_columns(tmp_path: Path) -> None:
    assert len(list(csv_table(tmp_path, "名称\n甲\n\n乙\n", limits=Limits(rows=2)))) == 2
    with pytest.raises(TooManyRows):
        list(csv_table(tmp_path, "名称\n甲\n乙\n丙\n", limits=Limits(rows=2)))
    with pytest.raises(TooManyColumns):
        csv_table(tmp_path, "a,b,c\n1,2,3\n", limits=Limits(columns=2))


def test_ndjson_has_the_keys_of_all_lines_in_order(tmp_path: Path) -> None:
    lines = (
        '\ufeff{"name": " 甲 ", "flag": true}\n\n{"materials": [{"name": "申请书"}], "name": null, "limit": 5}\n{}\n'
    )
    table = open_table(written(tmp_path, "upload", lines.encode()), "items.ndjson")
    assert table.headers == ("name", "flag", "materials", "limit")
    assert cells_of(table) == {
        1: ["甲", True, MISSING, MISSING],
        3: [None, MISSING, [{"name": "申请书"}], 5],
    }


def test_ndjson_limits(tmp_path: Path) -> None:
    path = written(tmp_path, "items.ndjson", b'{"a": 1}\n{"b": 1}\n')
    with pytest.raises(TooManyColumns):
        open_table(path, path.name, Limits(columns=1))
    with pytest.raises(TooManyRows):
        list(open_table(path, path.name, Limits(rows=1)))


def test_xlsx_cells(tmp_path: Path) -> None:
    moment = datetime(2024, 6, 30, 8)  # noqa: DTZ001  # a spreadsheet knows no zones
    rows: list[list[object]] = [
        ["名称", "值"],
        ["文字", " 甲　"],
        [None, None],
        ["数", 20],
        ["否", False],
        ["日", date(2024, 6, 30)],
    ]
    table = open_table(workbook(tmp_path, [*rows, ["刻", moment], ["时", time(9)], ["零", 0]]), "items.xlsx")
    assert [cells[1] for cells in cells_of(table).values()] == ["甲", 20, False, date(2024, 6, 30), moment, "09:00", 0]
    assert list(cells_of(table)) == [2, 4, 5, 6, 7, 8, 9]


def test_a_sheet_that_begins_lower_and_further_right(tmp_path: Path) -> None:
    table = open_table(workbook(tmp_path, [(), [None, "名称", "编码"], (), [None, "甲", "1"]]), "items.xlsx")
    assert (table.headers, table.header_row, table.first_column) == (("名称", "编码"), 2, 2)
    assert cells_of(table) == {4: ["甲", "1"]}


def test_the_first_visible_sheet_with_content_is_read(tmp_path: Path) -> None:
    book = Workbook()
    for title, content in (("隐藏", "密"), ("说明 & <注>", "名称"), ("其他", "乙")):
        sheet = book.create_sheet(title)
        sheet.append([content])
        sheet.append(["甲"])
    book["隐藏"].sheet_state = "hidden"
    table = open_table(saved(tmp_path, book), "items.xlsx")
    assert (table.headers, table.sheet, table.other_sheets) == (("名称",), "说明 & <注>", ("Sheet", "其他"))


def test_failed_formulas_do_not_pass_for_empty_cells(tmp_path: Path) -> None:
    rows: list[list[str | None]] = [[None, "名称", "编码"], [None, "甲", "#N/A"], [None, "=A1&B1", "1"]]
    assert cells_of(open_table(workbook(tmp_path, rows), "items.xlsx")) == {
        2: ["甲", BrokenCell("#N/A")],
        3: [BrokenCell("=A1&B1"), "1"],
    }


ROWS: list[list[str | None]] = [["名称", "编码"], ["甲", "1"], [None, "2"], ["丙", "3"]]


def merged(folder: Path, *ranges: str, above: int = 0) -> Path:
    book = Workbook()
    for row in [*[[]] * above, *ROWS]:
        book.worksheets[0].append(list(row))
    for each in ranges:
        book.worksheets[0].merge_cells(each)
    return saved(folder, book)


@pytest.mark.parametrize(
    ("ranges", "says"),
    [
        (["A2:A3"], "A2:A3 是合并单元格，请取消合并并逐行填写"),
        (["A1:A2"], "A1:A2 是合并单元格"),
        (["B3:B4", "A2:A3"], "A2:A3、B3:B4 是合并单元格"),
    ],
)
def test_merged_cells_among_the_rows(tmp_path: Path, ranges: list[str], says: str) -> None:
    with pytest.raises(MergedCells) as caught:
        open_table(merged(tmp_path, *ranges), "items.xlsx")
    assert caught.value.detail.zh.startswith(says)


def test_many_merged_cells_are_counted(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["名称"], *[["甲"]] * 14])
    book = load_workbook(path)
    for row in range(2, 14, 2):
        book.worksheets[0].merge_cells(f"A{row}:A{row + 1}")
    with pytest.raises(MergedCells, match="A10:A11 等 6 处是合并单元格"):
        open_table(saved(tmp_path, book), "items.xlsx")


@pytest.mark.parametrize("ranges", [["A1:B1"], ["A7:B9"], ["E2:E3"]])
def test_merged_cells_elsewhere_take_nothing_away(tmp_path: Path, ranges: list[str]) -> None:
    table = open_table(merged(tmp_path, *ranges, above=1), "items.xlsx")
    assert list(cells_of(table)) == [3, 4, 5]
