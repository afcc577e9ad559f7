"""What must hold of the lists, transfers, agreements, integrated matters and halls that a revision writes."""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import TypeAlias

from sqlalchemy import Connection

from app.catalogue.objects import (
    AGREEMENT,
    EDITION,
    HALL,
    INTEGRATED_MATTER,
    ITEM,
    LIST,
    NAMING,
    TRANSFER,
    WINDOW,
    ObjectType,
)
from app.changes.reform import (
    agreements,
    belonging,
    editions,
    filters,
    halls,
    handed_over,
    list_kinds,
    matters,
    merged,
    naming,
    sizes,
    transfer_batches,
    transfer_departments,
    transfers,
    upper_lists,
)
from app.errors import Fault

Check: TypeAlias = Callable[[Connection, int], Iterator[Fault]]

# What is asked of a revision, by the kinds of objects that it has to have written to be asked it.
CHECKS: Sequence[tuple[Collection[ObjectType], Check]] = (
    ((LIST, EDITION), editions.broken),
    *(((kind,), partial(naming.broken, kind)) for kind in NAMING),
    ((HALL, WINDOW), halls.broken),
    ((TRANSFER, ITEM), transfers.broken),
    ((TRANSFER,), transfer_departments.broken),
    ((TRANSFER,), transfer_batches.broken),
    ((TRANSFER,), handed_over.broken),
    ((LIST,), upper_lists.broken),
    ((LIST,), list_kinds.broken),
    *(((kind,), partial(filters.broken, kind)) for kind in (EDITION, TRANSFER, AGREEMENT)),
    *(((kind,), partial(sizes.broken, kind)) for kind in (EDITION, AGREEMENT, TRANSFER)),
    *(((kind, ITEM), partial(belonging.broken, kind)) for kind in (EDITION, AGREEMENT)),
    ((AGREEMENT,), agreements.broken),
    ((INTEGRATED_MATTER,), matters.broken),
    ((INTEGRATED_MATTER,), merged.broken),
)


def broken(connection: Connection, number: int, kinds: Collection[ObjectType]) -> Iterator[Fault]:
    """`kinds` are those that the revision wrote."""
    asked = (check for concerned, check in CHECKS if any(kind in kinds for kind in concerned))
    return chain.from_iterable(check(connection, number) for check in asked)
