"""The reports by which the counts become known: one a month, and one that says anew what two months have come to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from seed.demo.cases.outcomes import outcome
from seed.demo.cases.volumes import Month, accepted, months
from seed.demo.plan import plan


@dataclass(frozen=True, slots=True)
class Report:
    """The rows of a file, on the day it was handed in; each row has its counts, `code`, `month`, `channel` and
    `business_kind` (None: not told apart). A month is reported whole, also when it is reported again."""

    reported_on: date
    file_name: str
    note: str
    rows: Sequence[Mapping[str, object]]


@cache
def reports() -> Sequence[Report]:
    """In the order in which they were handed in; the same on every machine and in every run."""
    return (*(_monthly(month) for month in months()), _restatement())


def _monthly(month: Month) -> Report:
    day = _reported_on(month)
    return Report(
        reported_on=day,
        file_name=f"X区办件统计{month.name}（演示）.xlsx",
        note=f"{month.name}受理的办件，办结和评价截至{day}。",
        rows=tuple(_rows(month, (day,))),
    )


def _reported_on(month: Month) -> date:
    return month.last_day + timedelta(days=plan().cases.reported_on_day)


def _restatement() -> Report:
    settings = plan().cases
    again = [month for month in months() if month.name in settings.restated]
    names = "、".join(settings.restated)
    return Report(
        reported_on=settings.restated_on,
        file_name=f"X区办件统计{names}（重报，演示）.xlsx",
        note=f"重报{names}受理的办件：上次报送后又有办结和评价，截至{settings.restated_on}。",
        rows=tuple(row for month in again for row in _rows(month, (_reported_on(month), settings.restated_on))),
    )


def _rows(month: Month, days: tuple[date, ...]) -> Iterator[Mapping[str, object]]:
    for cell in accepted():
        if cell.month == month:
            told = {"code": cell.code, "month": month.name, "channel": cell.channel, "business_kind": cell.kind}
            yield {**told, **outcome(cell, days)}
