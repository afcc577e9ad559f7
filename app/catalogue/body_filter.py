"""Filters of items that stand in a body, where what they find is settled at once."""

from dataclasses import replace

from sqlalchemy import ColumnElement, Connection

from app.catalogue.known import demand_known
from app.catalogue.params import ItemQuestion
from app.catalogue.properties import item_filters
from app.errors import Malformed
from app.filters import FilterError, Filters


def condition_of(
    connection: Connection, text: str, pointer: str = "/filter", filters: Filters | None = None
) -> ColumnElement[bool]:
    """The filter is one over items, unless it is of other `filters`.

    Raises Malformed with the faults at the pointer: also where it names a list, a matter or a batch that never was.
    """
    try:
        demand_known(connection, ItemQuestion(filter=text), filters=filters)
        return (filters or item_filters()).condition(text)
    except FilterError as error:
        faults = [replace(each, parameter=None, pointer=pointer) for each in error.faults]
        raise Malformed(error.detail, faults=faults) from error
