"""What reform work was kept in on paper and entered afterwards: the hall, lists, transfers, agreements, matters."""

from collections.abc import Callable, Iterator, Mapping

from seed.demo.records import Entry
from seed.demo.reform import agreements, hall, integrated, lists, transfers


def _lists_and_transfers() -> Iterator[Entry]:
    yield from lists.entries()
    yield from transfers.entries()


RECORDS: Mapping[str, Callable[[], Iterator[Entry]]] = {
    "records-hall": hall.entries,
    "records-lists": _lists_and_transfers,
    "records-agreements": agreements.entries,
    "records-integrated": integrated.entries,
}


def entries(change_set: str) -> Iterator[Entry]:
    """By the change set's key; none of one that enters no such records."""
    if change_set in RECORDS:
        yield from RECORDS[change_set]()
