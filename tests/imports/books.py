"""Workbooks as clerks have them: exported, edited, uploaded again."""

from io import BytesIO
from typing import Any

from fastapi.testclient import TestClient
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell

from tests.imports.uploads import Report, checked, imported

MAIN = "事项"
Written = str | int | None
FEW = (
    "name,division_code,department_code,department_name,status,is_online,promised_limit,promised_limit_unit,"
    "onsite_visits,service_objects,consultation_contact,materials,legal_basis,cross_region"
)


def exported(staff: TestClient, **asked: str) -> Workbook:
    """The list as a workbook of a few columns, which is quicker."""
    return whole(staff, fields=FEW, **asked)


def whole(staff: TestClient, **asked: str) -> Workbook:
    """The list as a workbook of all columns."""
    answer = staff.get("/v1/items", params={"format": "xlsx", **asked})
    assert answer.status_code == 200, answer.text
    return load_workbook(BytesIO(answer.content))


def template(staff: TestClient) -> Workbook:
    answer = staff.get("/v1/imports/template.xlsx")
    assert answer.status_code == 200, answer.text
    return load_workbook(BytesIO(answer.content))


def saved(book: Workbook) -> bytes:
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def column(book: Workbook, header: str, sheet: str = MAIN) -> int:
    (found,) = [cell.column for cell in book[sheet][1] if cell.value == header]
    return int(found)


def row(book: Workbook, code: str, sheet: str = MAIN) -> int:
    """The first row of an item."""
    place = column(book, "事项编码", sheet)
    return next(n for n in range(2, book[sheet].max_row + 1) if book[sheet].cell(n, place).value == code)


def cell(book: Workbook, code: str, header: str) -> Cell:
    found = book[MAIN].cell(row(book, code), column(book, header))
    assert isinstance(found, Cell)
    return found


def edit(book: Workbook, code: str, **values: Written) -> None:
    """Writes into the cells of an item, by label."""
    for header, value in values.items():
        cell(book, code, header).value = value


def entry(book: Workbook, sheet: str, code: str, place: int) -> int:
    """The row of an entry, by its number in the list."""
    at, numbered = column(book, "事项编码", sheet), column(book, "序号", sheet)
    return next(
        n
        for n in range(2, book[sheet].max_row + 1)
        if book[sheet].cell(n, at).value == code and book[sheet].cell(n, numbered).value in (place, str(place))
    )


def set_entry(book: Workbook, sheet: str, number: int, **values: Written) -> None:
    for header, value in values.items():
        book[sheet].cell(number, column(book, header, sheet)).value = value


def add_entry(book: Workbook, sheet: str, **values: Written) -> int:
    """A new row at the end of a list; its number."""
    number = book[sheet].max_row + 1
    set_entry(book, sheet, number, **values)
    return number


def tried(staff: TestClient, book: Workbook, **form: str) -> Report:
    return checked(staff, saved(book), "items.xlsx", **form)


def published(staff: TestClient, book: Workbook, **form: str) -> Report:
    return imported(staff, saved(book), "items.xlsx", **form)


def rows(staff: TestClient, report: Report, outcome: str | None = None) -> list[dict[str, Any]]:
    """What the answer says of each row that is not as it was."""
    asked = {"limit": "1000", **({"outcome": outcome} if outcome else {})}
    return list(staff.get(report["rows_url"], params=asked).json()["items"])
