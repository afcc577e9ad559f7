"""The columns of a workbook as its sheets have them: width, colour of the header, help at the cell, drop-down."""

from collections.abc import Mapping, Sequence

from app.catalogue.element import Kind
from app.catalogue.workbook import layout
from app.catalogue.workbook.descriptions import Described
from app.files.worksheets import Column, Validation, inline

WIDTHS: Mapping[str, int] = {layout.CODE: 36, layout.NAME: 40}
OF_KIND: Mapping[Kind, int] = {"number": 12, "flag": 12, "date": 14, "code": 16}
WIDE = 24
FEW = 12  # Choices that stand in the formula itself; more of them in a named range.
TITLE, TEXT = 32, 255  # The most Excel shows.


def column(described: Described) -> Column:
    element = described.element
    of_header = min(WIDE, 2 * len(element.label) + 4)  # A Chinese sign is two characters wide; the filter has a button.
    width = WIDTHS.get(element.label) or max(OF_KIND.get(element.kind, WIDE), of_header)
    return Column(element.label, width, element.kind == "number", element.required, _validation(described))


def _validation(described: Described) -> Validation:
    element, options = described.element, described.choices
    strict = bool(described.asks) and element.kind in ("code", "flag", "number")
    return Validation(
        title=element.label[:TITLE],
        prompt=_prompt(described),
        error=f"“{element.label}”：{described.asks}。没有的空着。" if strict else None,
        choices=choices_of(element.codes, options) if options else None,
        is_whole=strict and element.kind == "number",
    )


def _prompt(described: Described) -> str:
    asks = f"{described.asks}。" if described.asks and described.element.kind != "text" else ""
    return f"{described.duty}。{described.meaning}{asks}"[:TEXT]


def choices_of(codes: str | None, options: Sequence[str]) -> str:
    """The choices as a formula: themselves, or the range of their code list."""
    listed = inline(options) if len(options) <= FEW else None
    return listed or range_of(codes or "")


def range_of(codes: str) -> str:
    """The name of the range that holds the labels of a code list."""
    return f"codes_{codes}"
