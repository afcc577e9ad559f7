"""That the departments of a batch of transfers stand on its first day: who takes over, gives away, supervises.

Looked at are the batches that a revision writes, and in a later version of one what it says anew. What becomes of a
department afterwards changes no batch. Before its own first day the catalogue cannot tell: there it is enough that a
department was ever known.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import TypeAlias

from sqlalchemy import Connection, and_, select

from app.catalogue.moments import revision
from app.catalogue.objects import DEPARTMENT
from app.catalogue.versions import OPEN, ever
from app.changes.reform.transfers import BATCH, PREVIOUS, SHOWN, is_written
from app.db import Record
from app.errors import Fault, fault

DAY = timedelta(days=1)
WHO = {
    "department_code": "划入部门",
    "from_department_code": "划出部门",
    "supervising_department_code": "监管部门",
}
Spans: TypeAlias = Mapping[str, Sequence[tuple[date, date]]]


@dataclass(frozen=True, slots=True)
class Named:
    """A department that a batch names: in its entry at a place, or as the one that takes over."""

    batch: str
    day: date
    place: int | None
    member: str
    code: str

    def stands(self, spans: Spans, first: date) -> bool:
        """Who gives away may end as the batch begins."""
        days = [self.day, self.day - DAY] if self.member == "from_department_code" else [self.day]
        known = spans.get(self.code, ())
        if min(days) < first:
            return bool(known)
        return any(start <= day < end for start, end in known for day in days)

    @property
    def missing(self) -> Fault:
        entry = "" if self.place is None else f"第 {self.place + 1} 条的"
        pointer = f"/content/{self.member}" if self.place is None else f"/content/entries/{self.place}/{self.member}"
        return fault(
            f"划转批次 {self.batch} {entry}{WHO[self.member]} {self.code} 在 {self.day} 没有登记，或还未设立、已经撤销。"
            "请核对部门编码和生效日期，或在同一张变更单里新增它。",
            f"The batch {self.batch} names the department {self.code}, which does not stand on {self.day}.",
            pointer=pointer,
            value=self.code,
            rule="department-missing",
        )


def broken(connection: Connection, number: int) -> Iterator[Fault]:
    named = [each for row in _written(connection, number) for each in _said_anew(row)]
    if not named:
        return
    first = connection.execute(select(revision.c.starts_on).where(revision.c.number == number)).scalar_one()
    spans = _spans(connection, {each.code for each in named})
    yield from islice((each.missing for each in named if not each.stands(spans, first)), SHOWN)


def _written(connection: Connection, number: int) -> Sequence[Record]:
    """The versions written, each with the one that ends as it begins."""
    same = and_(
        PREVIOUS.c.id == BATCH.c.id, PREVIOUS.c.superseded_in == OPEN, PREVIOUS.c.valid_to == BATCH.c.valid_from
    )
    before = [PREVIOUS.c.department_code.label("to_before"), PREVIOUS.c.entries.label("entries_before")]
    shown = [BATCH.c.code, BATCH.c.valid_from, BATCH.c.department_code, BATCH.c.entries, *before]
    written = ever(shown).select_from(BATCH.outerjoin(PREVIOUS, same)).where(is_written(number))
    return connection.execute(written.order_by(BATCH.c.code, BATCH.c.valid_from)).all()


def _said_anew(row: Record) -> Iterator[Named]:
    if row.department_code != row.to_before:
        yield Named(row.code, row.valid_from, None, "department_code", row.department_code)
    before = {(entry["code"], *said) for entry in row.entries_before or () for said in _of_entry(entry)}
    for place, entry in enumerate(row.entries or ()):
        for member, code in _of_entry(entry):
            if (entry["code"], member, code) not in before:
                yield Named(row.code, row.valid_from, place, member, code)


def _of_entry(entry: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    for member in ("from_department_code", "supervising_department_code"):
        code = entry.get(member)
        if code:
            yield member, code


def _spans(connection: Connection, codes: Collection[str]) -> Spans:
    department, spans = DEPARTMENT.table.c, dict[str, list[tuple[date, date]]]()
    known = ever([department.code, department.valid_from, department.valid_to])
    for row in connection.execute(known.where(department.superseded_in == OPEN, department.code.in_(codes))):
        spans.setdefault(row.code, []).append((row.valid_from, row.valid_to))
    return spans
