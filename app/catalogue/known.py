"""Whether what a question names was ever there: its division, the lists and matters in its filter. A typo finds nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection

from app.catalogue.comparing import demand_base
from app.catalogue.divisions import demand_division, division
from app.catalogue.moments import Moment
from app.catalogue.objects import AGREEMENT, INTEGRATED_MATTER, LIST, TRANSFER
from app.catalogue.params import ItemQuestion
from app.catalogue.properties import item_filters
from app.catalogue.versions import ever
from app.errors import Message
from app.filters import FilterError, Filters
from app.filters.properties import Named, nearest


@dataclass(frozen=True, slots=True)
class Source:
    """Where the codes of an element come from, what they are called, and where they are listed."""

    code: ColumnElement[Any]
    called: Message
    address: str


# Codes that no code list tells: the catalogue does. Those that once were may be asked for on any date.
SOURCES: Mapping[str, Source] = {
    "lists": Source(LIST.table.c.code, Message("清单", "list"), "/v1/lists"),
    "integrated_matters": Source(
        INTEGRATED_MATTER.table.c.code, Message("一件事", "integrated matter"), "/v1/integrated-matters"
    ),
    "transfers": Source(TRANSFER.table.c.code, Message("划转批次", "transfer"), "/v1/transfers"),
    "agreements": Source(AGREEMENT.table.c.code, Message("通办协议", "agreement"), "/v1/agreements"),
    "agreement_partners": Source(division.c.code, Message("区划", "division"), "/v1/divisions"),
}


def demand_known(
    connection: Connection, question: ItemQuestion, moment: Moment | None = None, filters: Filters | None = None
) -> None:
    """The filter is one over items, unless it is of other `filters`.

    Raises Malformed for a division that never was, FilterError for a list, a matter, a batch of transfers or a partner
    that never was.

    Also for what was so on a base day, where the moment has none; of no moment, where none can be given.
    `ever` asks of every revision: what is asked on an earlier date, or of before it was known, is simply empty.
    """
    demand_division(connection, question.within)
    if filters is None:
        demand_base(question.filter, moment)
    named = (filters or item_filters()).named(question.filter) if question.filter else ()
    for element, source in SOURCES.items():
        codes = {each.code: each for each in named if each.property == element}
        if codes:
            _demand(connection, source, codes)


def _demand(connection: Connection, source: Source, codes: Mapping[str, Named]) -> None:
    held = ever([source.code]).where(source.code.in_(codes)).distinct()
    missing = codes.keys() - set(connection.execute(held).scalars())
    if missing:
        first = min((codes[code] for code in missing), key=lambda each: each.piece.position)
        raise _unknown(first, source, list(connection.execute(ever([source.code]).distinct()).scalars()))


def _unknown(named: Named, source: Source, options: list[str]) -> FilterError:
    near = next(iter(nearest(named.code, options)), None)
    (zh, en), shown = source.called, named.piece.shown
    hint, hint_en = (f"是否为 {near}？", f" Did you mean {near!r}?") if near else ("", "")
    message = Message(
        f"没有编码为 {shown} 的{zh}，从来没有过。{hint}全部{zh}见 {source.address}。",
        f"There is no {en} {shown}, and never was.{hint_en} See {source.address}.",
    )
    return FilterError(message, named.piece, rule=f"unknown-{en.replace(' ', '-')}", suggestion=near)
