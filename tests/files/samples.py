"""Files to read: written with openpyxl, or by hand where a file is to be wrong."""

import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook

SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

CONTENT_TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
RELATIONS = (
    f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
ROOT_RELATIONS = (
    f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
WORKBOOK = (
    f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}">'
    '<sheets><sheet name="事项" sheetId="1" r:id="rId1"/></sheets></workbook>'
)


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def workbook(folder: Path, rows: Iterable[Sequence[object]], *, name: str = "items.xlsx") -> Path:
    """One sheet with these rows."""
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    return saved(folder, book, name)


def saved(folder: Path, book: Workbook, name: str = "items.xlsx") -> Path:
    content = BytesIO()
    book.save(content)
    return written(folder, name, content.getvalue())


def sheet_of_xml(folder: Path, sheet_data: str, *, before: str = "", **more: str) -> Path:
    """A workbook whose one sheet has exactly this XML inside <sheetData>, and `before` it; `more` adds or replaces parts."""
    data = f"{before}<sheetData>{sheet_data}</sheetData>"
    sheet = f'<worksheet xmlns="{SPREADSHEET}" xmlns:x="{SPREADSHEET}">{data}</worksheet>'
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": ROOT_RELATIONS,
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": sheet,
    }
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in (parts | more).items():
            archive.writestr(part, text)
    return written(folder, "items.xlsx", content.getvalue())


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'
