from pathlib import Path

import pytest
from openpyxl import Workbook

from app.files.archives import part_named
from app.files.number_formats import percent_styles
from app.files.rows import BrokenCell
from app.files.sheets import Extent, Hidden, column_letters, column_number, exact_look, outside, survey
from app.files.tables import open_table
from app.files.workbook_parts import SPREADSHEET
from app.files.workbooks import RESULTS
from tests.files.samples import saved, sheet_of_xml, text_cell

SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(("number", "letters"), [(0, ""), (1, "A"), (26, "Z"), (27, "AA"), (500, "SF"), (16384, "XFD")])
def test_columns_are_lettered(number: int, letters: str) -> None:
    assert column_letters(number) == letters
    assert column_number(letters.encode()) == number


@pytest.mark.parametrize("place", ["A1", "BH620", "A699", "AB5"])
def test_a_cell_inside(place: str) -> None:
    assert not outside(Extent(620, 60)).search(f'<c r="{place}"/>'.encode())


@pytest.mark.parametrize(
    "cell", ['<c r="A700"/>', '<c r="CA1"/>', '<c r="AAA1"/>', "<c><v>1</v></c>", '<c s="1" r="A1"/>']
)
def test_a_cell_outside_or_without_its_place(cell: str) -> None:
    assert outside(Extent(620, 60)).search(cell.encode())


def test_cells_with_only_a_format_do_not_count(tmp_path: Path) -> None:
    rows = f'<row r="1">{text_cell("A1", "名称")}</row><row r="2">{text_cell("A2", "甲")}</row>'
    path = sheet_of_xml(tmp_path, rows + '<row r="1048576"><c r="XFD1048576" s="0"/></row>')
    part = part_named(path, SHEET)
    assert survey(path, part).extent == Extent(1048576, 16384)
    assert exact_look(path, part).extent == Extent(2, 1)
    assert [row.cells for row in open_table(path, "a.xlsx")] == [["甲"]]


@pytest.mark.parametrize(
    "rows",
    [
        '<row><c t="str"><v>名称</v></c></row><row><c t="str"><v>甲</v></c></row>',
        '<x:row r="1"><x:c r="A1" t="str"><x:v>名称</x:v></x:c></x:row><x:row r="2"><x:c r="A2" t="str"><x:v>甲</x:v></x:c></x:row>',
        "<row r='1'><c r='A1' t='str'><v>名称</v></c></row><row r='2'><c t='str' r='A2'><v>甲</v></c></row>",
    ],
)
def test_sheets_as_other_programs_write_them(tmp_path: Path, rows: str) -> None:
    table = open_table(sheet_of_xml(tmp_path, rows), "a.xlsx")
    assert (table.headers, [row.cells for row in table]) == (("名称",), [["甲"]])


@pytest.mark.parametrize(
    ("cell", "broken"),
    [
        ('<c r="B2" t="e"><v>#REF!</v></c>', BrokenCell("#REF!")),
        ('<c r="B2" s="1" t="e"><f>A1/0</f><v>#DIV/0!</v></c>', BrokenCell("#DIV/0!")),
        ('<c r="B2"><f>A1&amp;"x"</f><v></v></c>', BrokenCell('=A1&"x"')),
        ('<c r="B2"><f>1+1</f><v/></c>', BrokenCell("=1+1")),
        ('<c r="B2"><f>1+1</f></c>', BrokenCell("=1+1")),
        ('<c r="B2" t="str"><f>""</f><v></v></c>', None),
        ('<c r="B2"><f>1+1</f><v>2</v></c>', None),
    ],
)
def test_failed_formulas_are_found(tmp_path: Path, cell: str, broken: BrokenCell | None) -> None:
    path = sheet_of_xml(tmp_path, f'<row r="2">{text_cell("A2", "甲")}{cell}</row>')
    assert survey(path, part_named(path, SHEET)).lost == ({(2, 2): broken} if broken else {})


@pytest.mark.parametrize(
    ("cell", "seen"),
    [
        ('<c r="B2" s="1"><v>1</v></c>', "100%"),
        ('<c r="B2" s="2" t="n"><v>0.955</v></c>', "95.5%"),
        ('<c r="B2" s="1"><f>A1/2</f><v>0.5</v></c>', "50%"),
        ('<c r="B2" s="3"><v>1</v></c>', None),
        ('<c r="B2" s="4"><v>12</v></c>', None),
        ('<c r="B2"><v>1</v></c>', None),
        ('<c r="B2" s="1" t="s"><v>1</v></c>', None),
        ('<c r="B2" s="1" t="b"><v>1</v></c>', None),
        ('<c r="B2" s="1"/>', None),
    ],
)
def test_numbers_shown_in_per_cent_are_found(tmp_path: Path, cell: str, seen: str | None) -> None:
    styles = (
        f'<styleSheet xmlns="{SPREADSHEET}"><numFmts count="2"><numFmt numFmtId="164" formatCode="#,##0.0%"/>'
        '<numFmt numFmtId="165" formatCode="0&quot;件（%）&quot;\\%"/></numFmts>'
        '<cellStyleXfs count="1"><xf numFmtId="9"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0"/>'
        '<xf numFmtId="9"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="3"/></cellXfs></styleSheet>'
    )
    path = sheet_of_xml(tmp_path, f'<row r="2">{text_cell("A2", "甲")}{cell}</row>', **{"xl/styles.xml": styles})
    found = survey(path, part_named(path, SHEET), percent_styles(path)).lost
    assert {place: str(each) for place, each in found.items()} == ({(2, 2): seen} if seen else {})


def test_a_sheet_longer_than_one_piece(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{n}">{text_cell(f"A{n}", "名" * 50)}<c r="AB{n}"><v>{n}</v></c></row>' for n in range(1, 20_001)
    )
    path = sheet_of_xml(tmp_path, rows + '<row r="20001"><c r="A20001" t="e"><v>#N/A</v></c></row>')
    seen = survey(path, part_named(path, SHEET))
    assert seen.extent == exact_look(path, part_named(path, SHEET)).extent._replace(rows=20_001)
    assert seen.lost == {(20_001, 1): BrokenCell("#N/A")}
    assert seen.is_plain


HIDDEN = '<row r="2" hidden="1">{}</row><row r="3" spans="1:2" hidden="true" ht="3"/><row r="4" hidden="0">{}</row>'


@pytest.mark.parametrize("columns", ['<cols><col min="2" max="3" hidden="1"/><col hidden="0" min="4" max="4"/></cols>'])
def test_hidden_rows_and_columns(tmp_path: Path, columns: str) -> None:
    rows = f'<row r="1">{text_cell("A1", "名称")}</row>' + HIDDEN.format(text_cell("A2", "甲"), text_cell("A4", "乙"))
    path = sheet_of_xml(tmp_path, rows, before=columns)
    part, hidden = part_named(path, SHEET), Hidden(frozenset({2, 3}), frozenset({2, 3}))
    assert survey(path, part).hidden == hidden
    assert exact_look(path, part).hidden == hidden
    assert open_table(path, "a.xlsx").hidden == hidden


def test_rows_that_do_not_say_where_they_are_may_be_hidden(tmp_path: Path) -> None:
    row = '<row{}><c t="str"><v>名称</v></c></row>'
    path = sheet_of_xml(tmp_path, row.format("") + row.format(' hidden="1"'))
    assert open_table(path, "a.xlsx").hidden.rows == {2}


def test_a_hundred_thousand_rows_with_formats_only(tmp_path: Path) -> None:
    rows = f'<row r="1">{text_cell("A1", "名称")}</row><row r="2">{text_cell("A2", "甲")}</row>'
    formatted = '<row r="{0}" s="1"><c r="A{0}" s="1"/><c r="Z{0}" s="1"/></row>'
    empty = "".join(map(formatted.format, range(3, 100_003)))
    assert [row.cells for row in open_table(sheet_of_xml(tmp_path, rows + empty), "a.xlsx")] == [["甲"]]


def test_the_sheet_that_we_wrote_ourselves_is_passed_over(tmp_path: Path) -> None:
    book = Workbook()
    ours = book.worksheets[0]
    ours.title = "改了名"
    ours.append([RESULTS])
    ours.append(["拒绝", 3])
    for row in (["名称"], ["甲"]):
        (book["清单"] if "清单" in book.sheetnames else book.create_sheet("清单")).append(row)
    table = open_table(saved(tmp_path, book), "a.xlsx")
    assert (table.sheet, table.other_sheets) == ("清单", ())
