"""A sheet of an xlsx file: its columns, what they take, and the XML in front of its rows and behind them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from app.files.csv_writing import Columns
from app.files.sheets import column_letters
from app.files.workbook_parts import HEADER, PLAIN, REQUIRED, SPREADSHEET, TEXT, XML, attribute, escaped

LAST_ROW = 2**20
LARGEST_NUMBER = 2**31 - 1
LONGEST_LIST = 255  # Characters of a list that stands in a formula.


class Validation(NamedTuple):
    """What is said at a cell of a column, and what it takes: one of a list, a whole number, or anything.

    `choices` is the list as a formula: what `inline` makes, or the name of a range. Without `error` anything else is
    taken too. A title has at most 32 characters, a text 255.
    """

    title: str
    prompt: str
    error: str | None = None
    choices: str | None = None
    is_whole: bool = False


class Column(NamedTuple):
    """The header of a column, its width in characters, whether its cells are numbers, whether it is to be filled."""

    header: str
    width: int
    is_number: bool = False
    is_required: bool = False
    validation: Validation | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Its rows come in batches, column by column. The header and the first `frozen` columns stay in sight."""

    name: str
    columns: Sequence[Column]
    batches: Iterable[Columns] = ()
    frozen: int = 0
    visibility: Literal["visible", "hidden", "veryHidden"] = "visible"
    has_header: bool = True

    def cells(self, last_row: int) -> str:
        """All of them as a formula names them."""
        return absolute(self.name, 1, 1, len(self.columns), last_row)


def absolute(sheet: str, left: int, top: int, right: int, bottom: int) -> str:
    """A range of cells as a formula names it."""
    name = sheet.replace("'", "''")
    return f"'{name}'!${column_letters(left)}${top}:${column_letters(right)}${bottom}"


def inline(choices: Sequence[str]) -> str | None:
    """A list as a formula; None where it is too long for one, or a choice holds what separates two."""
    text = ",".join(choices)
    fits = len(text) <= LONGEST_LIST and not any("," in each or '"' in each for each in choices)
    return f'"{text}"' if fits else None


def opening(sheet: Sheet, *, selected: bool) -> str:
    """Everything in front of the first row below the header."""
    shown = 'tabSelected="1" ' if selected else ""
    view = f'<sheetView {shown}workbookViewId="0">{_pane(sheet)}</sheetView>'
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{column.width}" style="{PLAIN if column.is_number else TEXT}" customWidth="1"/>'
        for place, column in enumerate(sheet.columns, 1)
    )
    return (
        f'{XML}<worksheet xmlns="{SPREADSHEET}"><sheetViews>{view}</sheetViews>'
        f"<cols>{columns}</cols><sheetData>{_header(sheet)}"
    )


def ending(sheet: Sheet, last_row: int) -> str:
    """Everything behind the last row, in the order of CT_Worksheet (ECMA-376, 18.3.1.99)."""
    visible = sheet.visibility == "visible"
    filtered = f'<autoFilter ref="A1:{column_letters(len(sheet.columns))}{last_row}"/>' if visible else ""
    return f"</sheetData>{filtered}{_validations(sheet.columns)}</worksheet>"


def _pane(sheet: Sheet) -> str:
    if not sheet.has_header:
        return ""
    corner, aside = f"{column_letters(sheet.frozen + 1)}2", f'xSplit="{sheet.frozen}" ' if sheet.frozen else ""
    active = "bottomRight" if sheet.frozen else "bottomLeft"
    return f'<pane {aside}ySplit="1" topLeftCell="{corner}" activePane="{active}" state="frozen"/>'


def _header(sheet: Sheet) -> str:
    cells = "".join(
        f'<c r="{column_letters(place)}1" s="{REQUIRED if column.is_required else HEADER}" t="inlineStr">'
        f"<is><t>{escaped(column.header)}</t></is></c>"
        for place, column in enumerate(sheet.columns, 1)
    )
    return f'<row r="1">{cells}</row>' if sheet.has_header else ""


def _validations(columns: Sequence[Column]) -> str:
    written = [
        _validation(column.validation, column_letters(place))
        for place, column in enumerate(columns, 1)
        if column.validation
    ]
    return f'<dataValidations count="{len(written)}">{"".join(written)}</dataValidations>' if written else ""


def _validation(validation: Validation, letters: str) -> str:
    """On every cell of the column below the header, so that rows which are added have it too."""
    kind, formulas = _taken(validation)
    attributes = {**kind, **_refusal(validation), "promptTitle": validation.title, "prompt": validation.prompt}
    attributes["sqref"] = f"{letters}2:{letters}{LAST_ROW}"
    written = "".join(f' {name}="{attribute(value)}"' for name, value in attributes.items())
    return f'<dataValidation allowBlank="1" showInputMessage="1"{written}>{"".join(formulas)}</dataValidation>'


def _taken(validation: Validation) -> tuple[dict[str, str], Iterator[str]]:
    if validation.choices:
        kind, limits = {"type": "list"}, [validation.choices]
    elif validation.is_whole:
        kind, limits = {"type": "whole", "operator": "between"}, ["0", str(LARGEST_NUMBER)]
    else:
        kind, limits = {}, []
    return kind, (f"<formula{place}>{escaped(limit)}</formula{place}>" for place, limit in enumerate(limits, 1))


def _refusal(validation: Validation) -> dict[str, str]:
    if validation.error is None:
        return {}
    return {"errorStyle": "stop", "showErrorMessage": "1", "errorTitle": validation.title, "error": validation.error}
