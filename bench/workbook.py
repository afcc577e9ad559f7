"""A clerk's workbook: as the service writes it, then with some cells edited, in pieces and without a spreadsheet."""

import re
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO
from urllib.request import urlopen
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook

from bench.data import DAY, Data
from bench.servers import serving_ours

EDITED = "咨询方式"
WRITTEN = "政务服务热线 12345（每日 9:00—17:00）"
EVERY = 50
PIECE = 1 << 20
ROW_END = b"</row>"
ROW = re.compile(rb'<row r="(\d+)"')


def write_edited(path: Path, data: Data) -> int:
    """Every fiftieth of all items has another 咨询方式; how many have."""
    exported, asked = path.with_name("exported.xlsx"), f"/v1/items?format=xlsx&as_of={DAY}"
    with serving_ours(data) as server, urlopen(server.address + asked) as answer, exported.open("wb") as file:
        shutil.copyfileobj(answer, file, PIECE)
    return edit(exported, path)


def edit(source: Path, target: Path) -> int:
    sheet, header, column = place(source)
    edited = 0
    with ZipFile(source) as workbook, ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1) as copy:
        for part in workbook.namelist():
            with workbook.open(part) as read, copy.open(part, "w", force_zip64=True) as write:
                if part == sheet:
                    edited = copy_edited(read, write, header, column)
                else:
                    shutil.copyfileobj(read, write, PIECE)
    return edited


def copy_edited(read: IO[bytes], write: IO[bytes], header: int, column: str) -> int:
    edited = 0
    for row in rows(read):
        number = int(found[1]) if (found := ROW.search(row)) else header
        is_mine = number > header and (number - header) % EVERY == 0
        write.write(with_cell(row, f"{column}{number}") if is_mine else row)
        edited += is_mine
    return edited


def place(source: Path) -> tuple[str, int, str]:
    """The part of the sheet that has the column, the row of its header, and its letters."""
    with CalamineWorkbook.from_path(source) as workbook:
        for number, name in enumerate(workbook.sheet_names, 1):
            for row, cells in enumerate(islice(workbook.get_sheet_by_name(name).iter_rows(), 5), 1):
                if EDITED in cells:
                    return f"xl/worksheets/sheet{number}.xml", row, get_column_letter(cells.index(EDITED) + 1)
    raise SystemExit(f"{source.name} has no column {EDITED}")


def rows(sheet: IO[bytes]) -> Iterator[bytes]:
    """The text of the sheet in pieces that end with a row each; the last is what stands behind them."""
    rest = b""
    while piece := sheet.read(PIECE):
        *whole, rest = (rest + piece).split(ROW_END)
        yield from (row + ROW_END for row in whole)
    yield rest


def with_cell(row: bytes, address: str) -> bytes:
    """The row with another text in a cell that has one; its format stays."""
    cell = re.compile(rb'<c r="%b"( s="\d+")?[^>]*>.*?</c>' % address.encode())
    written, count = cell.subn(
        rb'<c r="%b"\1 t="inlineStr"><is><t>%b</t></is></c>' % (address.encode(), WRITTEN.encode()), row
    )
    if count != 1:
        raise SystemExit(f"{address} holds no text: {row[:500]!r}")
    return written
