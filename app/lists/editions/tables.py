"""The entries of editions as a spreadsheet: what is written is read back as it was."""

from collections.abc import Sequence
from functools import partial
from typing import IO

from app.catalogue.element import Element, elements_of
from app.catalogue.export_params import MEDIA_TYPES
from app.catalogue.moments import Moment
from app.catalogue.reform import ListEntry
from app.db import Database
from app.downloads import Download, Nothing, Spooled
from app.files.csv_writing import Columns, csv_pieces
from app.files.workbook_writing import write_workbook
from app.files.worksheets import Column, Sheet
from app.lists.editions.present import Items
from app.lists.editions.rules import Entry

SHEET = "条目"
ENTRY: Sequence[Element] = tuple(elements_of(ListEntry))
# What a file says beside what was issued; an import looks past it.
PLACE, EDITION = "序号", "版本编码"
OF_ITEM = {"code": "现事项编码", "name": "现事项名称", "department_name": "现实施部门"}
BESIDE = (PLACE, EDITION, *OF_ITEM.values())
WIDTHS = {"name": 40, "basis": 60}
NUMBER_WIDTH, WIDTH = 8, 24


def headers() -> list[str]:
    return [PLACE, *(each.label for each in ENTRY), EDITION, *OF_ITEM.values()]


def columns_of(entries: Sequence[Entry], items: Items) -> Columns:
    """The cells, column by column."""
    held = [None if each.item_id is None else items.get(each.item_id) for each in entries]
    said = [[each.said.get(element.name) for each in entries] for element in ENTRY]
    now = [[None if row is None else row._mapping[name] for row in held] for name in OF_ITEM]
    return [[each.position for each in entries], *said, [each.edition for each in entries], *now]


def download(
    database: Database, kind: str, code: str, moment: Moment, columns: Columns, *, empty: bool = False
) -> Download:
    """The file as an answer; an empty one says only what it would be."""

    def write(file: IO[bytes]) -> None:
        if kind == "csv":
            file.writelines(csv_pieces(headers(), [columns] if columns[0] else []))
        else:
            write_workbook(file, [_sheet(columns)], {})

    day, revision = moment.as_of, moment.revision
    return Download(
        Nothing if empty else partial(Spooled.written, write),
        database.downloads,
        media_type=MEDIA_TYPES[kind],
        name=f"清单-{code}-{day}-第{revision}版.{kind}",
        plain_name=f"list-{code}-{day}-r{revision}.{kind}",
    )


def _sheet(columns: Columns) -> Sheet:
    widths = [NUMBER_WIDTH, *(WIDTHS.get(each.name, WIDTH) for each in ENTRY), *[WIDTH] * (len(OF_ITEM) + 1)]
    shown = [Column(name, width, name == PLACE) for name, width in zip(headers(), widths, strict=True)]
    return Sheet(SHEET, shown, [columns] if columns[0] else [], frozen=2)
