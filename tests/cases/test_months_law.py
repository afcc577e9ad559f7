"""Whatever became of the items: counts are summed up by what each item last said of the month, as it was known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Self, TypeAlias

from fastapi import FastAPI
from hypothesis import given, settings
from sqlalchemy import Connection, select

from app.cases.models import case_count
from app.catalogue.named import named_item
from app.catalogue.objects import AGREEMENT, DEPARTMENT, ITEM, OPEN_DAY
from app.catalogue.params import ItemQuestion
from app.db import Database, Record
from app.metrics.basis import moment_of
from app.metrics.cases.queries import tallied, unreported
from app.metrics.cases.service import ITEMS, RECORDS, STATED
from app.metrics.groups import grouping
from tests.cases.histories import MONTHS, CaseHistory, case_histories, first_day, last_day, recorded
from tests.metrics.histories import NOW

GUANGDONG = "440000"
ASKED = 12  # Questions about each history.
TALLIES = (ITEMS, RECORDS, *STATED["closed"])


def is_known(row: Record, number: int) -> bool:
    return bool(row.recorded_in <= number < row.superseded_in)


@dataclass(frozen=True)
class World:
    """All that the tables hold, looked through row by row, as known at a revision."""

    number: int
    items: Sequence[Record]
    departments: Sequence[Record]
    agreements: Sequence[Record]
    named: Sequence[Record]
    counts: Sequence[Record]

    @classmethod
    def of(cls, connection: Connection, number: int) -> Self:
        tables = (ITEM.table, DEPARTMENT.table, AGREEMENT.table, named_item, case_count)
        return cls(number, *(connection.execute(select(each)).all() for each in tables))

    def handled(self, count: Record) -> "Handled":
        """By the last version of the item in the month, else by the one that was known last to be in it."""
        in_month = [
            each
            for each in self.items
            if each.id == count.item_id and each.recorded_in <= self.number
            if each.valid_from <= last_day(count.month) and each.valid_to > first_day(count.month)
        ]
        known = [each for each in in_month if is_known(each, self.number)]
        if known:
            return Handled(self, count, max(known, key=lambda each: each.valid_from))
        return Handled(self, count, max(in_month, key=lambda each: (each.superseded_in, each.valid_from)))


@dataclass(frozen=True)
class Handled:
    """A count beside what its item said in the month."""

    world: World
    count: Record
    item: Record

    @property
    def in_guangdong(self) -> bool:
        return str(self.item.division_code).startswith("44")

    @property
    def department_name(self) -> str | None:
        told = [each for each in self._that_day(self.world.departments) if each.code == self.item.department_code]
        return told[0].name if told else None

    @property
    def has_agreements(self) -> bool | None:
        """Unknown where no agreement of the division is known at all."""
        known = (each for each in self.world.agreements if is_known(each, self.world.number))
        if all(each.division_code != self.item.division_code for each in known):
            return None
        naming = {each.version_id for each in self.world.named if each.item_id == self.item.id}
        return any(each.version_id in naming for each in self._that_day(self.world.agreements))

    def _that_day(self, rows: Sequence[Record]) -> list[Record]:
        day, number = last_day(self.count.month), self.world.number
        return [each for each in rows if is_known(each, number) and each.valid_from <= day < each.valid_to]


# Each filter, told once more; what isn't true, be it unknown, doesn't pass.
FILTERS: Mapping[str | None, Callable[[Handled], object]] = {
    None: lambda _: True,
    "task_type = '01'": lambda each: each.item.task_type == "01",
    "NOT (is_online = true)": lambda each: each.item.is_online is False,
    "is_online IS NULL OR closed > 5": lambda each: each.item.is_online is None or (each.count.closed or 0) > 5,
    "onsite_visits > 0 AND channel = 'online'": lambda each: (
        (each.item.onsite_visits or 0) > 0 and each.count.channel == "online"
    ),
    "department_name = '民政局'": lambda each: each.department_name == "民政局",
    "department_name IS NULL": lambda each: each.department_name is None,
    "agreement_partner_count > 0": lambda each: each.has_agreements,
    "NOT (agreement_partner_count > 0)": lambda each: each.has_agreements is False,
    "month >= '2025-02'": lambda each: each.count.month >= "2025-02",
    "business_kind IS NULL": lambda each: each.count.business_kind == "",
    "valid_from <= DATE('2025-02-10')": lambda each: str(each.item.valid_from) <= "2025-02-10",
    "effective_to IS NULL": lambda each: each.item.valid_to == OPEN_DAY,
    "code = 'C1' OR code = 'D2'": lambda each: each.item.code in ("C1", "D2"),
    "status = '2'": lambda each: each.item.status == "2",
}
GROUPS: Mapping[str, Callable[[Handled], object]] = {
    "month": lambda each: each.count.month,
    "channel": lambda each: each.count.channel,
    "business_kind": lambda each: each.count.business_kind or None,
    "item": lambda each: each.count.item_id,
    "department_code": lambda each: each.item.department_code,
    "task_type": lambda each: each.item.task_type,
    "is_online": lambda each: each.item.is_online,
    "onsite_visits": lambda each: each.item.onsite_visits,
    "county": lambda each: each.item.division_code if not each.item.division_code.endswith("00") else None,
}
Answer: TypeAlias = Mapping[Any, list[int]]


@dataclass(frozen=True)
class Asked:
    """A period, as known at a revision, perhaps of a division and by a filter; and what it is grouped by."""

    months: Sequence[str]
    number: int
    within: str | None
    filter: str | None
    groups: Sequence[str]

    @classmethod
    def any(cls, chance: Random, revisions: int) -> Self:
        first = chance.choice([0, 0, 1, 2])
        return cls(
            MONTHS[first : chance.choice([first, len(MONTHS) - 1]) + 1],
            chance.choice([revisions, chance.randrange(1, revisions + 1)]),
            chance.choice([None, None, GUANGDONG]),
            chance.choice([None, None, *FILTERS]),
            chance.sample(sorted(GROUPS), chance.randrange(3)),
        )

    def answered(self, connection: Connection) -> tuple[Answer, Sequence[str]]:
        moment = moment_of(connection, NOW, None, str(self.number), f"{self.months[0]}..{self.months[-1]}")
        question = ItemQuestion(within=self.within, filter=self.filter)
        told = tallied(connection, TALLIES, grouping(self.groups, "cases"), question, moment)
        return told, unreported(connection, self.within, moment)

    def by_hand(self, world: World) -> tuple[Answer, Sequence[str]]:
        known = [each for each in world.counts if each.month in self.months and is_known(each, self.number)]
        handled = [each for each in map(world.handled, known) if self.within is None or each.in_guangdong]
        reported = {each.count.month for each in handled}
        found: dict[tuple[object, ...], list[Record]] = {} if self.groups else {(): []}
        for each in handled:
            if FILTERS[self.filter](each) is True:
                found.setdefault(tuple(GROUPS[name](each) for name in self.groups), []).append(each.count)
        told = {key: summed(counts) for key, counts in found.items()}
        return told, [month for month in self.months if month not in reported]


def summed(counts: Sequence[Record]) -> list[int]:
    """The cases accepted, and each of TALLIES."""
    stated = [row for row in counts if row.closed is not None]
    accepted, closed = sum(row.accepted for row in counts), sum(row.closed for row in stated)
    unstated = accepted - sum(row.accepted for row in stated)
    return [accepted, len({row.item_id for row in counts}), len(counts), closed, len(stated), unstated]


def test_counts_are_of_what_the_item_last_said_of_the_month(
    application: FastAPI,
    database_kind: str,
    database: Database,  # noqa: ARG001 - nothing else is in it
) -> None:
    """Fewer times where each takes longer."""

    @settings(max_examples=25 if database_kind == "sqlite" else 8)
    @given(case_histories())
    def law(drawn: tuple[CaseHistory, Random]) -> None:
        history, chance = drawn
        with recorded(application, history) as connection:
            for _ in range(ASKED):
                asked = Asked.any(chance, len(history.catalogue.published))
                assert asked.answered(connection) == asked.by_hand(World.of(connection, asked.number)), asked

    law()
