"""What deserves a look in the sheet as a whole, as lines of the problem list."""

from collections.abc import Iterator
from typing import NamedTuple, Self

from app.files.plans import Plan
from app.files.remarks import Remark
from app.files.sheet_remarks import sheet_remarks
from app.files.tables import Table
from app.imports.report import Line


class Told(NamedTuple):
    """A line, and of how many rows or columns it tells."""

    line: Line
    times: int

    @classmethod
    def of(cls, remark: Remark) -> Self:
        return cls(Line("warning", remark.rule, remark.message, value=remark.value), remark.times)


def sheet_findings(table: Table, plan: Plan) -> Iterator[Told]:
    return map(Told.of, sheet_remarks(table, plan))
