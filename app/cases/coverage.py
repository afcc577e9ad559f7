"""Who has reported a month, and who hasn't: of each department the items that it had in force, and those with counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from app.cases.models import case_count
from app.catalogue.known import demand_known
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.catalogue.params import ItemQuestion
from app.catalogue.periods import Month
from app.catalogue.properties import within_division
from app.catalogue.queries import department_names
from app.catalogue.versions import known_of, versions
from app.db import Statement
from app.filters import quoted
from app.pages import link

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was reported of a month, as known at the moment, which is about its last day."""

    month: Month
    moment: Moment
    within: str | None = None

    def departments(self, connection: Connection) -> list[Row]:
        """Those that had items in force, in order of code. Raises Malformed for a division that never was."""
        demand_known(connection, ItemQuestion(within=self.within), self.moment)
        names = department_names(connection, self.moment)
        rows = connection.execute(self._statement())
        return [self._department(code, names.get(code), items, reported) for code, items, reported in rows]

    def _statement(self) -> Statement:
        item, counts = ITEM.table.c, case_count.c
        of_month = select(counts.item_id).where(counts.month == str(self.month), known_of(case_count, self.moment))
        reported = of_month.distinct().subquery("reported")
        chosen = versions(ITEM, self.moment, (item.department_code, func.count(), func.count(reported.c.item_id)))
        joined = chosen.select_from(ITEM.table.outerjoin(reported, reported.c.item_id == item.id))
        within = [] if self.within is None else [within_division(self.within)]
        return joined.where(*within).group_by(item.department_code).order_by(item.department_code)

    def _department(self, code: str, name: str | None, items: int, reported: int) -> Row:
        month, within = str(self.month), {"within": self.within}
        of_department = f"department_code = {quoted(code)}"
        pinned = {"as_of": self.moment.as_of, "known_at": self.moment.revision}
        counted = {"period": month, "filter": of_department, **within, "known_at": self.moment.revision}
        return {
            "department_code": code,
            "department_name": name,
            "item_count": items,
            "reported_item_count": reported,
            "unreported_item_count": items - reported,
            "items_url": link("/v1/items", department_code=code, **within, **pinned),
            "counts_url": link("/v1/case-statistics", **counted, group_by="item") if reported else None,
            "template_url": link("/v1/case-imports/template.xlsx", department_code=code, month=month),
        }


def told(coverage: Coverage, rows: Sequence[Row], reported: bool | None) -> dict[str, object]:  # noqa: FBT001
    """The answer: how many departments reported anything, and those that are asked for."""
    have = [row for row in rows if row["counts_url"] is not None]
    wanted = rows if reported is None else [row for row in rows if (row["counts_url"] is not None) is reported]
    return {
        "month": str(coverage.month),
        **coverage.moment.stated,
        "department_count": len(rows),
        "reported_department_count": len(have),
        "values": wanted,
    }
