"""What Excel and WPS are told of a sheet beside its rows, and that it is told in the order they demand."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from app.files.csv_writing import Columns
from app.files.workbook_writing import DoesNotFit, write_workbook
from app.files.worksheets import LONGEST_LIST, Column, Sheet, Validation, absolute, inline

ONLINE = Validation("是否网办", "必填。是 或 否", "只能写 是 或 否", inline(["是", "否"]))
THEMES = Validation("主题", "可填。可写几个", None, "codes_theme")
DAYS = Validation("时限", "天数", "只能写整数", is_whole=True)
NOTE = Validation("说明", '“&”、"<"都可以写')
COLUMNS = (
    Column("事项编码", 36, is_required=True),
    Column("是否网办", 12, validation=ONLINE),
    Column("主题", 24, validation=THEMES),
    Column("时限", 12, is_number=True, validation=DAYS),
    Column("说明", 24, validation=NOTE),
)
ROW: Columns = [["HZ-1"], ["是"], ["教育"], [5], ["甲&乙"]]
SHEETS = (
    Sheet("事项", COLUMNS, [ROW, ROW], frozen=1),
    Sheet("申请材料", COLUMNS[:1]),
    Sheet("代码表", [Column("主题", 24)], [[["教育", "社保"]]], visibility="hidden"),
    Sheet("_版本", [Column("", 24)], [[["shixiang"]]], visibility="veryHidden", has_header=False),
)
RANGES = {"codes_theme": absolute("代码表", 1, 2, 1, 3)}
NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# ECMA-376 part 1, CT_Worksheet, as far as it is used here.
ORDER = ["sheetViews", "cols", "sheetData", "autoFilter", "dataValidations"]


def written(sheets: Sequence[Sheet] = SHEETS) -> BytesIO:
    file = BytesIO()
    write_workbook(file, sheets, RANGES)
    file.seek(0)
    return file


def opened() -> Any:
    return load_workbook(written())


def test_the_parts_of_a_sheet_stand_in_the_order_of_the_standard() -> None:
    with ZipFile(written()) as book:
        for place in range(1, len(SHEETS) + 1):
            found = [
                each.tag.removeprefix(NAMESPACE) for each in ET.fromstring(book.read(f"xl/worksheets/sheet{place}.xml"))
            ]
            assert found == [name for name in ORDER if name in found]
        workbook = ET.fromstring(book.read("xl/workbook.xml"))
    assert [each.tag.removeprefix(NAMESPACE) for each in workbook] == ["bookViews", "sheets", "definedNames"]


def test_every_part_is_named_and_none_is_missing() -> None:
    with ZipFile(written()) as book:
        parts = set(book.namelist())
        types = ET.fromstring(book.read("[Content_Types].xml"))
        relations = ET.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    named = {each.attrib["PartName"][1:] for each in types if "PartName" in each.attrib}
    assert named == {part for part in parts if part.startswith("xl/") and not part.endswith(".rels")}
    assert {f"xl/{each.attrib['Target']}" for each in relations} == named - {"xl/workbook.xml"}


def test_header_and_first_columns_stay_and_visible_sheets_have_a_filter() -> None:
    book = opened()
    assert [sheet.freeze_panes for sheet in book.worksheets] == ["B2", "A2", "A2", None]
    assert [sheet.auto_filter.ref for sheet in book.worksheets] == ["A1:E3", "A1:A1", None, None]
    with ZipFile(written()) as archive:
        names = list(ET.fromstring(archive.read("xl/workbook.xml")).iter(f"{NAMESPACE}definedName"))
    filters = [(name.attrib["localSheetId"], name.attrib["hidden"], name.text) for name in names[:2]]
    assert filters == [("0", "1", "'事项'!$A$1:$E$3"), ("1", "1", "'申请材料'!$A$1:$A$1")]
    assert {name.attrib["name"] for name in names[:2]} == {"_xlnm._FilterDatabase"}


def test_sheets_are_hidden() -> None:
    assert [sheet.sheet_state for sheet in opened().worksheets] == ["visible", "visible", "hidden", "veryHidden"]
    states = [sheet.visible for sheet in CalamineWorkbook.from_filelike(written()).sheets_metadata]
    assert states[1:] == [SheetVisibleEnum.Visible, SheetVisibleEnum.Hidden, SheetVisibleEnum.VeryHidden]


def test_headers_are_coloured_and_columns_as_wide_as_said() -> None:
    sheet = opened().worksheets[0]
    colours = [cell.fill.fgColor.rgb for cell in sheet[1]]
    assert colours[0] != colours[1] == colours[2]
    assert all(cell.font.b for cell in sheet[1])
    assert [sheet.column_dimensions[letters].width for letters in "ABCD"] == [36, 12, 24, 12]
    assert sheet["A2"].fill.fill_type is None


def test_a_cell_says_what_it_takes() -> None:
    book = opened()
    online, themes, days, note = book.worksheets[0].data_validations.dataValidation
    assert [str(each.sqref) for each in (online, themes, days, note)] == [
        f"{letter}2:{letter}1048576" for letter in "BCDE"
    ]
    assert (online.type, online.formula1, online.errorStyle) == ("list", '"是,否"', "stop")
    assert (online.showErrorMessage, online.error, online.errorTitle) == (True, "只能写 是 或 否", "是否网办")
    assert (themes.type, themes.formula1, themes.showErrorMessage) == ("list", "codes_theme", False)
    assert (days.type, days.operator, days.formula1, days.formula2) == ("whole", "between", "0", "2147483647")
    assert (note.type, note.promptTitle, note.prompt, note.error) == (None, "说明", '“&”、"<"都可以写', None)
    assert all(each.showInputMessage and each.allowBlank for each in (online, themes, days, note))
    assert book.defined_names["codes_theme"].attr_text == "'代码表'!$A$2:$A$3"


def test_every_sheet_is_read_as_it_was_written() -> None:
    book = CalamineWorkbook.from_filelike(written())
    rows = [book.get_sheet_by_name(sheet.name).to_python() for sheet in SHEETS]
    one = ["HZ-1", "是", "教育", 5.0, "甲&乙"]
    assert rows[0] == [[column.header for column in COLUMNS], one, one]
    assert rows[1:] == [[["事项编码"]], [["主题"], ["教育"], ["社保"]], [["shixiang"]]]


@pytest.mark.parametrize(
    ("choices", "formula"),
    [
        (["是", "否"], '"是,否"'),
        (["甲,乙", "丙"], None),
        (['"甲"'], None),
        (["长" * LONGEST_LIST], f'"{"长" * LONGEST_LIST}"'),
        (["长" * LONGEST_LIST, "短"], None),
    ],
)
def test_a_short_list_stands_in_the_formula(choices: list[str], formula: str | None) -> None:
    assert inline(choices) == formula


def test_a_sheet_of_a_list_takes_so_many_rows_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.files.workbook_writing.LAST_ROW", 3)
    batch = [["HZ-1"]]
    written([SHEETS[0], Sheet("申请材料", COLUMNS[:1], [batch, batch])])
    with pytest.raises(DoesNotFit, match="工作表“申请材料”超过"):
        written([SHEETS[0], Sheet("申请材料", COLUMNS[:1], [batch, batch, batch])])
