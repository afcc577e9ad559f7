"""What we put on the cells of somebody's workbook, a colour and a comment, and how we take it off again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from app.files.cleaning import CONTROL

AUTHOR: Final = "事项"
# Nobody else takes exactly these: a cell that has one of them was coloured by us.
COLOURS: Final[Mapping[str, str]] = {
    "rejected": "FF9B9B",
    "error": "FFC37D",
    "warning": "FFF07C",
    "advice": "BDD7F8",
}
FILLS: Final = {severity: PatternFill("solid", start_color=f"FF{colour}") for severity, colour in COLOURS.items()}
LABELS: Final = {"rejected": "拒绝", "error": "错误", "warning": "提醒", "advice": "建议"}
BELOW: Final = "\n—— 事项批注 ——\n"
"""Between a comment that was there and ours: a cell takes only one."""
MOST_SAID, LONGEST = 10, 2_000
WIDTH, LINE, CHARACTERS = 320, 20, 24  # Of a comment's box: points wide, points a line, characters a line.


@dataclass(slots=True)
class Mark:
    """What is wrong with a cell, the worst first."""

    severity: str
    said: list[str] = field(default_factory=list)

    def say(self, severity: str, text: str) -> None:
        """Beyond ten problems of one cell it is not said more."""
        if len(self.said) < MOST_SAID:
            self.said.append(f"【{LABELS[severity]}】{text}")

    @property
    def text(self) -> str:
        return plain("\n".join(self.said))[:LONGEST]


def plain(text: str) -> str:
    """Without what no workbook can hold."""
    return CONTROL.sub("�", text)


def put_on(cell: Cell, mark: Mark, *, with_comment: bool) -> None:
    """The colour, and the comment below the one that is there."""
    cell.fill = FILLS[mark.severity]
    if not with_comment:
        return
    there = cell.comment
    text, author = (f"{there.text}{BELOW}{mark.text}", there.author) if there else (mark.text, AUTHOR)
    lines = sum(1 + len(line) // CHARACTERS for line in text.split("\n"))
    cell.comment = Comment(text, author, height=LINE * (lines + 1), width=WIDTH)


def take_off(book: Workbook) -> None:
    """Every colour and comment of ours, wherever the rows were moved to meanwhile."""
    ours = {number for number, fill in enumerate(book._fills) if _is_ours(fill)}  # type: ignore[attr-defined] # what the proxies of a cell look into, and far faster
    for sheet in book.worksheets:
        for cell in cells_of(sheet):
            if cell.has_style and cell._style.fillId in ours:  # type: ignore[attr-defined]
                cell.fill = PatternFill()
            if cell.comment:
                _take_off_comment(cell, cell.comment)


def cells_of(sheet: Worksheet) -> Sequence[Cell]:
    """The cells that are there; to walk over rows and columns would make all the others."""
    return [cell for cell in sheet._cells.values() if isinstance(cell, Cell)]


def _is_ours(fill: object) -> bool:
    if not isinstance(fill, PatternFill) or fill.fill_type != "solid":
        return False
    colour = fill.start_color.rgb
    return isinstance(colour, str) and colour[-6:].upper() in COLOURS.values()


def _take_off_comment(cell: Cell, comment: Comment) -> None:
    theirs, _, ours = comment.text.partition(BELOW)
    if comment.author == AUTHOR:
        cell.comment = None
    elif ours:
        cell.comment = Comment(theirs, comment.author)
