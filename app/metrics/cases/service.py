"""Counts of cases summed up by group: each with what is not stated, and the address of the items behind it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias, cast

from sqlalchemy import Connection

from app.cases.elements import COUNTS
from app.cases.queries import items_then
from app.catalogue.addresses import item_url
from app.catalogue.moments import Moment
from app.catalogue.params import ItemQuestion
from app.db import Record
from app.metrics.cases.links import counts_url
from app.metrics.cases.queries import ACCEPTED, Tally, tallied, unreported
from app.metrics.figures import Row, demand_answerable, groups_of, refuse_too_many
from app.metrics.groups import Dimension, grouping
from app.metrics.queries import GroupKey

ALL: Final = f"{ACCEPTED} IS NOT NULL"  # It is always stated.
OPTIONAL = tuple(name for name in COUNTS if name != ACCEPTED)
ITEMS, RECORDS = Tally(ALL, "items"), Tally(ALL, "records")
STATED: Mapping[str, tuple[Tally, Tally, Tally]] = {
    name: (
        Tally(f"{name} IS NOT NULL", name),
        Tally(f"{name} IS NOT NULL", "records"),
        Tally(f"{name} IS NULL", ACCEPTED),
    )
    for name in OPTIONAL
}
TALLIES = (ITEMS, RECORDS, *(tally for tallies in STATED.values() for tally in tallies))
PLACES = {tally: place for place, tally in enumerate(TALLIES, 1)}
BY_ITEM = "item"
Items: TypeAlias = Mapping[int, Record]


@dataclass(frozen=True, slots=True)
class Statistics:
    """The rows of an answer, what they are grouped by, and the months of which nothing is reported."""

    rows: Sequence[Row]
    dimensions: Sequence[Dimension]
    unreported: Sequence[str]

    @property
    def flat(self) -> Iterator[Row]:
        """As a table: groups and what is not stated side by side."""
        for row in self.rows:
            group, unstated = cast(Row, row["group"]), cast(Row, row["unstated"])
            yield {**row, **group, **{f"unstated_{name}": count for name, count in unstated.items()}}

    @property
    def columns(self) -> list[str]:
        groups = [name for each in self.dimensions for name in (each.name, f"{each.name}_label")]
        item = ["code", "name", "url"] if _place(self.dimensions) is not None else []
        unstated = [f"unstated_{name}" for name in OPTIONAL]
        return [*groups, *item, *COUNTS, *unstated, "item_count", "report_count", "items_url"]


def statistics(connection: Connection, group_by: Sequence[str], question: ItemQuestion, moment: Moment) -> Statistics:
    """Sums over the months of the moment, in order of the groups. Raises Malformed where what is asked is wrong."""
    dimensions = grouping(group_by, "cases")
    demand_answerable(connection, question, "cases", moment)
    numbers = tallied(connection, TALLIES, dimensions, question, moment)
    refuse_too_many(len(numbers), question)
    groups = groups_of(connection, numbers, dimensions, moment)
    items = _items(connection, dimensions, numbers, moment)
    rows = [
        {
            "group": group.shown,
            **_item(items, dimensions, group.key, moment),
            **_sums(numbers[group.key]),
            "items_url": _url(question, moment, dimensions, group.key),
        }
        for group in groups
    ]
    return Statistics(rows, dimensions, unreported(connection, question.within, moment))


def _sums(numbers: Sequence[int]) -> Row:
    """What no report states is null, not 0; `unstated` are the cases accepted of reports that don't state it."""
    sums, unstated = {}, {}
    for name, (summed, stated, without) in STATED.items():
        sums[name] = numbers[PLACES[summed]] if numbers[PLACES[stated]] else None
        if numbers[PLACES[without]]:
            unstated[name] = numbers[PLACES[without]]
    records = numbers[PLACES[RECORDS]]
    counted = {"item_count": numbers[PLACES[ITEMS]], "report_count": records}
    return {ACCEPTED: numbers[0] if records else None, **sums, "unstated": unstated, **counted}


def _url(question: ItemQuestion, moment: Moment, dimensions: Sequence[Dimension], key: GroupKey) -> str:
    """The very counts, item by item; of one item, month by month and channel by channel."""
    group = [each.text(code) for each, code in zip(dimensions, key, strict=True)]
    by = [BY_ITEM] if _place(dimensions) is None else ["month", "channel", "business_kind"]
    return counts_url(question, moment, group, by)


def _items(connection: Connection, dimensions: Sequence[Dimension], keys: Iterable[GroupKey], moment: Moment) -> Items:
    place = _place(dimensions)
    return {} if place is None else items_then(connection, (int(key[place] or 0) for key in keys), moment)


def _place(dimensions: Sequence[Dimension]) -> int | None:
    return next((place for place, each in enumerate(dimensions) if each.name == BY_ITEM), None)


def _item(items: Items, dimensions: Sequence[Dimension], key: GroupKey, moment: Moment) -> Row:
    """The item of a group by item, as it last was, with its address then."""
    place = _place(dimensions)
    row = None if place is None else items.get(int(key[place] or 0))
    if row is None:
        return {"code": None, "name": None, "url": None}
    day = min(moment.as_of, row.valid_to - timedelta(days=1))
    return {"code": row.code, "name": row.name, "url": item_url(row, day, moment) if row.is_known else None}
