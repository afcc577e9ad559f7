"""Reading lists for comparison: how far one takes over the list above, where it and its items contradict each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from app.catalogue.moments import Moment
from app.db import Record
from app.lists.conformity import queries
from app.lists.conformity.comparing import Compared, Side
from app.lists.conformity.preconditions import demand_compared, demand_editions, demand_upper
from app.lists.conformity.taking_over import Entry, TakeOver, Unclaimed, take_over


@dataclass(frozen=True, slots=True)
class OfList:
    """A list on a day, with its editions in force."""

    held: Record
    editions: Sequence[Record]


@dataclass(frozen=True, slots=True)
class ComparedLists:
    """A list and the one above it, and what became of the entries of both."""

    ours: OfList
    upper: OfList
    found: TakeOver


@dataclass(frozen=True, slots=True)
class ComparedItems:
    """A list with editions in force, what items say of it, and the filters of those that contradict it."""

    ours: OfList
    compared: Compared

    @property
    def filters(self) -> Mapping[Side, str]:
        return self.compared.of_list(self.ours.held.code, self.ours.held.division_code)


def compare_lists(connection: Connection, code: str, moment: Moment) -> ComparedLists:
    """Raises ObjectNotFound or NoUpperList."""
    held = queries.get_list(connection, code, moment)
    found = queries.find_list(connection, held.upper_list_code, moment) if held.upper_list_code else None
    ours = _with_editions(connection, held, moment)
    upper = _with_editions(connection, demand_upper(held, found, moment), moment)
    above, mine = entries(connection, upper, moment), entries(connection, ours, moment)
    return ComparedLists(ours, upper, take_over(above, mine, _unclaimed(ours.editions)))


def compare_items(connection: Connection, code: str, moment: Moment) -> ComparedItems:
    """Raises ObjectNotFound, NothingToCompare or NoEdition."""
    held = queries.get_list(connection, code, moment)
    compared, ours = demand_compared(held), _with_editions(connection, held, moment)
    demand_editions(held, ours.editions, moment)
    return ComparedItems(ours, compared)


def upper_codes(connection: Connection, held: Record, moment: Moment) -> frozenset[str] | None:
    """The basic codes that the list above has on the day; None where no list above is named."""
    if held.upper_list_code is None:
        return None
    found = queries.find_list(connection, held.upper_list_code, moment)
    if found is None:
        return frozenset()
    above = entries(connection, _with_editions(connection, found, moment), moment)
    return frozenset(each.basic_code for each in above if each.basic_code)


def entries(connection: Connection, of_list: OfList, moment: Moment) -> list[Entry]:
    """Of all editions in force, in order."""
    items = queries.items_named(connection, of_list.held.code, moment)
    return [
        Entry(edition.code, said, items.get((edition.code, place)))
        for edition in of_list.editions
        for place, said in enumerate(edition.entries or ())
    ]


def _with_editions(connection: Connection, held: Record, moment: Moment) -> OfList:
    return OfList(held, queries.editions_in_force(connection, held.code, moment))


def _unclaimed(editions: Sequence[Record]) -> list[Unclaimed]:
    return [
        Unclaimed(edition.code, said["catalog_code"], said.get("name"), said["reason"])
        for edition in editions
        for said in edition.unclaimed or ()
    ]
