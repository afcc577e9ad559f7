"""What is written into csv and xlsx files is what is read out of them."""

import csv
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.files.csv_writing import Columns, csv_pieces
from app.files.rows import BLANK
from app.files.tables import open_table
from app.files.workbook_writing import LONGEST_TEXT, MOST_ROWS, DoesNotFit, refuse_rows, write_workbook
from app.files.worksheets import Column, Sheet
from tests.files.samples import written

HEADERS = ("事项编码", "受理条件", "承诺办结时限")
CODE = "11440105MB2C0001XX4000107001000"
Rows = Sequence[Sequence[object]]
Write = Callable[[Rows], bytes]


def as_csv(rows: Rows) -> bytes:
    return b"".join(csv_pieces(HEADERS, in_batches(rows)))


def as_xlsx(rows: Rows) -> bytes:
    file = BytesIO()
    columns = [Column(header, 20, header == HEADERS[2]) for header in HEADERS]
    write_workbook(file, [Sheet("事项", columns, in_batches(rows))], {})
    return file.getvalue()


def in_batches(rows: Rows) -> Iterator[Columns]:
    """Two rows at a time, column by column."""
    for start in range(0, len(rows), 2):
        yield list(zip(*rows[start : start + 2], strict=True))


def read(content: bytes, kind: str) -> list[list[object]]:
    with TemporaryDirectory() as folder:
        path = written(Path(folder), f"items.{kind}", content)
        return [row.cells for row in open_table(path, path.name)]


# What the catalogue may hold: trimmed, without control characters, line ends as \n.
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.just("\n"))
TRICKY = [
    "=1",
    "'=1",
    "''-1",
    "@甲",
    "a\nb",
    'say "甲"',
    "_x000D_",
    "_x005F_x0041_",
    "<b>&amp;</b>",
    "1E+5",
    "007",
    "[1]",
]
CELLS = TEXT.map(lambda text: text.strip(BLANK) or None) | st.sampled_from(TRICKY)
ROWS = st.lists(st.tuples(st.just(CODE), CELLS, st.none() | st.integers(0, 2**31 - 1)), min_size=1, max_size=5)


@given(rows=ROWS)
def test_a_csv_gives_back_every_text(rows: Rows) -> None:
    expected = [[code, text, None if number is None else str(number)] for code, text, number in rows]
    assert read(as_csv(rows), "csv") == expected


@given(rows=ROWS)
def test_a_workbook_gives_back_every_text_and_number(rows: Rows) -> None:
    assert read(as_xlsx(rows), "xlsx") == [list(row) for row in rows]


def test_excel_knows_a_csv_by_its_mark() -> None:
    content = as_csv([(CODE, "甲,乙\n丙", 5)])
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))
    assert lines == [list(HEADERS), [CODE, "甲,乙\n丙", "5"]]


def test_texts_are_texts_numbers_are_numbers_and_the_header_stays() -> None:
    sheet = load_workbook(BytesIO(as_xlsx([(CODE, "=HYPERLINK(1)", 5), ("007", "http://gd.gov.cn", None)]))).worksheets[
        0
    ]
    assert (sheet.title, sheet.freeze_panes) == ("事项", "A2")
    assert [cell.value for cell in sheet[1]] == list(HEADERS)
    assert sheet["A1"].font.b
    assert [(cell.value, cell.data_type) for cell in sheet[2]] == [(CODE, "s"), ("'=HYPERLINK(1)", "s"), (5, "n")]
    assert [(cell.value, cell.data_type) for cell in sheet[3]] == [("007", "s"), ("http://gd.gov.cn", "s"), (None, "n")]
    assert (sheet["A3"].number_format, sheet["C2"].number_format) == ("@", "General")
    assert sheet["B3"].hyperlink is None
    assert sheet.column_dimensions["A"].width == 20


def test_a_workbook_does_not_say_when_it_was_written() -> None:
    """The same rows are the same bytes, which a strong ETag promises."""
    with ZipFile(BytesIO(as_xlsx([(CODE, "甲", 5)]))) as book:
        assert {part.date_time for part in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("text", ["长" * LONGEST_TEXT, "𠀀" * (LONGEST_TEXT // 2)])
def test_a_cell_takes_so_much_and_no_more(text: str) -> None:
    assert read(as_xlsx([(CODE, text, None)]), "xlsx") == [[CODE, text, None]]
    with pytest.raises(DoesNotFit) as refused:
        as_xlsx([("HZ-001", "短", 5), (CODE, text + "𠀀", 5)])
    assert refused.value.detail.zh.startswith(f"工作表“事项”里事项编码 {CODE} 的“受理条件”有 ")
    assert "请改用 csv 或 ndjson" in refused.value.detail.zh
    assert refused.value.faults[0].column == "受理条件"


def test_an_apostrophe_counts_too() -> None:
    with pytest.raises(DoesNotFit):
        as_xlsx([(CODE, "=" * LONGEST_TEXT, None)])


def test_a_sheet_takes_so_many_rows_and_no_more() -> None:
    refuse_rows(MOST_ROWS)
    with pytest.raises(DoesNotFit, match="最多 1048575 行"):
        refuse_rows(MOST_ROWS + 1)


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_without_rows_there_is_a_header(write: Write) -> None:
    assert len(write([])) > 0
