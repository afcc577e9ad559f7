"""What is wrong with the row of column names: it holds none, stands below another, or is a cover's title."""

import re
from collections.abc import Collection, Sequence

from app.errors import Fault, Message
from app.files.cleaning import shown
from app.files.errors import NoHeader, TwoHeaders
from app.files.headers import folded
from app.files.sheets import column_letters

NUMBER = re.compile(r"[\d.,/-]+")
LOOKED_AT = 4
"""How many rows may stand above the names, or be names of another kind: a title, groups, exchange names."""
ENOUGH = 2  # Names that a row has to hold to look like a header: one may be a value by chance.
SHEETS_SHOWN = 5
Rows = Sequence[tuple[int, list[object]]]


def sheet_said(sheet: str | None) -> Message:
    return Message(f"工作表“{sheet}”", f"sheet '{sheet}', ") if sheet else Message("", "")


def which_was_read(sheet: str | None, others: Sequence[str]) -> Message:
    """Which sheet was read, where there are others: a cover or a note may stand before the list."""
    if not sheet or not others:
        return Message("", "")
    names = "”“".join(others[:SHEETS_SHOWN])
    zh, en = (f" 等 {len(others)} 张", f" and more, {len(others)} in all") if len(others) > SHEETS_SHOWN else ("", "")
    return Message(
        f"读的是第一张有内容的工作表“{sheet}”，没有读“{names}”{zh}；清单不在“{sheet}”的，请把它移到最前面，或删去“{sheet}”",
        f"the first sheet with content, '{sheet}', was read, not '{names}'{en}; if the list is there, move it to the front",
    )


def refuse_other_header(rows: Rows, names: Collection[str]) -> None:
    """Raises TwoHeaders where a row below the first holds column names, by the folded `names` or repeating the first."""
    (first, header), *below = rows
    own = _texts(header)
    for number, cells in below:
        texts = _texts(cells)
        if _holds_names(texts, {*names, *own}):
            said = [str(shown(cell)) for cell in cells if cell is not None][:3]
            below_gaps = any(above is None and cell is not None for above, cell in zip(header, cells, strict=False))
            names_above = 2 * sum(text in names for text in own) >= len(own)
            raise (_second_header if names_above and not below_gaps else _header_below)(first, number, said)


def holds_names(cells: list[object], names: Collection[str]) -> bool:
    """Whether a row looks like the column names of which `names` are the known ones, folded."""
    return _holds_names(_texts(cells), names)


def _holds_names(texts: Sequence[str], names: Collection[str]) -> bool:
    known = [text for text in texts if text in names]
    return len(known) >= ENOUGH and 2 * len(known) >= len(texts)


def refuse_no_header(rows: Rows, headers: tuple[str, ...], sheet: str | None, others: Sequence[str]) -> None:
    """Raises NoHeader for a first row of numbers, or one that holds a title only."""
    number, names = rows[0][0], [header for header in headers if header]
    (zh, en), (which_zh, which_en) = sheet_said(sheet), which_was_read(sheet, others)
    more_zh, more_en = (f"。{which_zh}", f". {which_en}") if which_zh else ("", "")
    if all(map(NUMBER.fullmatch, names)):
        raise NoHeader(
            f"{zh}第 {number} 行应是表头（列名），却全是数字；请在第一行写上列名{more_zh}",
            f"{en}row {number} should be the header, but holds only numbers; write the column names there{more_en}",
            row=number,
            value=names[0],
        )
    if len(names) == 1 and len(rows) > 1 and sum(cell is not None for cell in rows[1][1]) > 1:
        raise NoHeader(
            f"{zh}第 {number} 行只有“{names[0]}”，像是标题而不是表头；请删去标题，让列名在第一行{more_zh}",
            f"{en}row {number} holds only '{names[0]}', a title rather than a header; delete it{more_en}",
            row=number,
            value=names[0],
        )


def refuse_odd_headers(headers: tuple[str, ...]) -> None:
    """A header nobody can see whole is one that nobody meant; databases differ on what they do with it."""
    for place, header in enumerate(headers, 1):
        if any(character < " " for character in header):
            raise NoHeader(
                f"第 {place} 列的表头“{header!r}”里有控制字符，请重新输入表头",
                f"the header of column {place}, {header!r}, holds a control character",
            )


def nameless(column: int, row: int, value: str | None) -> Fault:
    letters = column_letters(column)
    return Fault(
        detail=Message(
            f"第 {column} 列（{letters} 列）有内容而没有表头；请写上列名，或删去这一列",
            f"column {column} ({letters}) has content and no header; name it or delete it",
        ),
        row=row,
        column=f"第 {column} 列",
        value=value,
        rule="column-without-header",
    )


def _texts(cells: list[object]) -> list[str]:
    return [folded(shown(cell) or "") for cell in cells if cell is not None]


def _second_header(first: int, second: int, said: Sequence[str]) -> TwoHeaders:
    return TwoHeaders(
        f"第 {second} 行（“{'”“'.join(said)}”…）像是第二行表头：列名只能占一行，第 {first} 行已经是了。请删去第 {second} 行",
        f"row {second} ({', '.join(said)} …) looks like a second header below row {first}; delete it",
        row=second,
        value=said[0],
    )


def _header_below(first: int, second: int, said: Sequence[str]) -> TwoHeaders:
    return TwoHeaders(
        f"第 {first} 行像是标题或分组，列名（“{'”“'.join(said)}”…）在第 {second} 行：列名只能占一行，要在最前面。"
        f"请取消合并单元格，让每一列的列名都在第 {second} 行，再删去它上面的行",
        f"row {first} looks like a title or groups, the names ({', '.join(said)} …) are in row {second}; "
        f"unmerge, put all names into row {second} and delete what stands above it",
        row=second,
        value=said[0],
    )
