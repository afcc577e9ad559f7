"""What deserves a look in rows that can be taken in: a name that is another item's, a division that is not the item's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from app.cases.comparing import Placed
from app.cases.reading import Sheet
from app.catalogue.codes import is_local
from app.catalogue.moments import Moment
from app.catalogue.namesakes import Namesake, Namesakes, namesakes
from app.catalogue.periods import Month
from app.catalogue.workbook.layout import NAME
from app.errors import Message
from app.files.cleaning import as_compared
from app.files.remarks import Remark


def row_remarks(connection: Connection, sheet: Sheet, placed: Sequence[Placed], moment: Moment) -> Iterator[Remark]:
    """In order of rows. Names are looked up for all rows of a month at once."""
    bearers = _bearers(connection, placed, moment)
    seen = {(each.said.month, version.code) for each in placed for version in each.versions}
    for each in placed:
        if _is_of_another_place(each):
            yield _another_division(sheet, each)
        for bearer in bearers.get(each.said.month, {}).get(each.said.name or "", ()):
            if not _bears_its_name(each) and _is_another(each, bearer) and _is_near(each, bearer, seen):
                yield _name_of_another(each, bearer)
                break


def _bearers(connection: Connection, placed: Sequence[Placed], moment: Moment) -> Mapping[Month, Namesakes]:
    """By month, who bears the names that are not the item's own, on its last day."""
    names: dict[Month, set[str]] = {}
    for each in placed:
        if each.said.name and not _bears_its_name(each):
            names.setdefault(each.said.month, set()).add(each.said.name)
    departments = {version.department_code for each in placed for version in each.versions}
    return {
        month: namesakes(connection, wanted, departments, replace(moment, as_of=month.last_day))
        for month, wanted in names.items()
    }


def _bears_its_name(placed: Placed) -> bool:
    said = as_compared(placed.said.name or "")
    return any(as_compared(version.name) == said for version in placed.versions)


def _is_another(placed: Placed, bearer: Namesake) -> bool:
    return all((bearer.code, bearer.division_code) != (each.code, each.division_code) for each in placed.versions)


def _is_near(placed: Placed, bearer: Namesake, seen: set[tuple[Month, str]]) -> bool:
    """Of the same department or in the same file: every district has an item of that name."""
    same_department = any(each.department_code == bearer.department_code for each in placed.versions)
    return same_department or (placed.said.month, bearer.code) in seen


def _name_of_another(placed: Placed, bearer: Namesake) -> Remark:
    said, own = placed.said, placed.versions[-1].name
    message = Message(
        f"“{said.name}”是 {bearer.code} 的名称，这一行的编码 {said.code} 是“{own}”：多半是名称与编码错了行。请逐行核对编码和名称，"
        "件数按编码算。",
        f"{said.name!r} is the name of {bearer.code}; the code of this row, {said.code}, is {own!r}: names have probably "
        "slipped against codes. Check each row; counts go by the code.",
    )
    return Remark("name-of-another-item", message, 1, (said.row,), NAME, said.name, bearer.code)


def _is_of_another_place(placed: Placed) -> bool:
    """A national code is found wherever it is said to be; a local one only in its division."""
    said = placed.said
    return (
        said.division is not None
        and not is_local(said.code)
        and all(each.division_code != said.division for each in placed.versions)
    )


def _another_division(sheet: Sheet, placed: Placed) -> Remark:
    said, own = placed.said, placed.versions[-1].division_code
    message = Message(
        f"事项 {said.code} 在 {said.month} 属于区划 {own}，不是 {said.division}；件数按编码算在 {own}。请核对编码和区划。",
        f"Item {said.code} is of the division {own} in {said.month}, not {said.division}; counts go by the code. Check both.",
    )
    return Remark("another-division", message, 1, (said.row,), sheet.column("division_code"), said.division, own)
