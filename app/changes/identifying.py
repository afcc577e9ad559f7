"""Which object each draft is about: found by its code on its day, come back under it, or new."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from types import MappingProxyType

from sqlalchemy import Connection, func, insert, select

from app.catalogue import law, reads
from app.catalogue.moments import Moment
from app.catalogue.objects import ObjectType, catalogue_object
from app.catalogue.queries import ambiguous
from app.changes import queries
from app.changes.rules import Draft
from app.errors import Message

NAME_THE_DIVISION = Message("请在条目里写明 division_code。", "Name the division_code in the entry.")


def identify(connection: Connection, number: int, drafts: Sequence[Draft], base: Moment) -> list[int]:
    """The permanent id of each draft's object: a new one for a creation, else the one behind its code on its day.

    Raises ObjectNotFound for a code that no object ever had, CodeIsAmbiguous for a local one of several divisions.
    """
    creations = [draft for draft in drafts if draft.effect == "create"]
    new = _allocate(connection, creations, returning(connection, creations, base))
    created: dict[str, reads.Holders] = defaultdict(dict)
    for draft, object_id in zip(creations, new, strict=True):
        created[draft.kind.name].setdefault(draft.code, {})[_place(draft)] = object_id
    others = find(connection, number, [draft for draft in drafts if draft.effect != "create"], base, created)
    following = iter(new)
    return [next(following) if draft.effect == "create" else _demanded(draft, next(others)) for draft in drafts]


def find(
    connection: Connection,
    number: int,
    drafts: Sequence[Draft],
    base: Moment,
    created: Mapping[str, reads.Holders] = MappingProxyType({}),
) -> Iterator[int | None]:
    """The id behind the code of each draft, None where no object ever had it. Raises CodeIsAmbiguous.

    `created` are the objects that the same drafts create, by their kind.
    """
    sources = {
        kind.name: _sources(connection, number, kind, drafts, base, created.get(kind.name, {}))
        for kind in {draft.kind.name: draft.kind for draft in drafts}.values()
    }
    return (_found(draft, sources[draft.kind.name]) for draft in drafts)


def returning(connection: Connection, creations: Sequence[Draft], base: Moment) -> list[int | None]:
    """The id of each creation's object where it was cancelled before: it comes back as what it was, with its history."""
    last: dict[tuple[str, str, str], tuple[int, law.Version]] = {}
    for kind in {draft.kind.name: draft.kind for draft in creations}.values():
        held = reads.holdings(connection, kind, {draft.code for draft in creations if draft.kind is kind}, base)
        ids = {(kind.name, code, each.place): each.id for code, spans in held.items() for each in spans}
        histories = reads.histories(connection, kind, sorted(set(ids.values())), base)
        last |= {key: (number, histories[number][-1]) for key, number in ids.items()}
    return [_comes_back(draft, last.get((draft.kind.name, draft.code, _place(draft)))) for draft in creations]


def _comes_back(draft: Draft, holder: tuple[int, law.Version] | None) -> int | None:
    """The id of the code's last holder, if it ended under this code before the draft begins."""
    if holder is None:
        return None
    number, version = holder
    ended = version.valid_to <= draft.effective_on and version.content[draft.kind.key] == draft.code
    return number if ended else None


def _place(draft: Draft) -> str:
    return reads.sharing(draft.kind, draft.code, str(draft.content.get("division_code")))


def _allocate(connection: Connection, creations: Sequence[Draft], known: Sequence[int | None]) -> list[int]:
    """The known ids, and a permanent one for everything new: the writer is alone, so it is the highest plus one."""
    if None not in known:
        return [number for number in known if number is not None]
    highest = connection.execute(select(func.max(catalogue_object.c.id))).scalar() or 0
    following = count(highest + 1)
    ids = [next(following) if number is None else number for number in known]
    rows = [
        {"id": number, "object": draft.kind.name}
        for draft, number, old in zip(creations, ids, known, strict=True)
        if old is None
    ]
    connection.execute(insert(catalogue_object), rows)
    return ids


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a code may be known from: held on some days, created by this change set before or just now, held once."""

    held: Mapping[str, Sequence[reads.Holding]]
    others: tuple[reads.Holders, ...]

    def holders(self, draft: Draft) -> Iterator[Mapping[str, int]]:
        """By division, from each source in turn."""
        day = draft.effective_on
        yield {each.place: each.id for each in self.held.get(draft.code, ()) if each.valid_from <= day < each.valid_to}
        yield from (source.get(draft.code, {}) for source in self.others)


def _sources(
    connection: Connection,
    number: int,
    kind: ObjectType,
    drafts: Sequence[Draft],
    base: Moment,
    created: reads.Holders,
) -> Sources:
    codes = {draft.code for draft in drafts if draft.kind is kind}
    earlier = queries.created_holders(connection, number, kind, codes)
    return Sources(
        reads.holdings(connection, kind, codes, base), (earlier, created, reads.holders_ever(connection, kind, codes))
    )


def _found(draft: Draft, sources: Sources) -> int | None:
    """From the first source that knows the code, in the division that the draft names or the only one."""
    for held in sources.holders(draft):
        meant = held
        if draft.division_code is not None:
            meant = {place: number for place, number in held.items() if place in ("", draft.division_code)}
        if len(meant) > 1:
            raise ambiguous(draft.code, sorted(meant), NAME_THE_DIVISION)
        if meant:
            return next(iter(meant.values()))
    return None


def _demanded(draft: Draft, number: int | None) -> int:
    if number is None:
        raise unknown(draft)
    return number


def unknown(draft: Draft) -> reads.ObjectNotFound:
    zh, en = draft.kind.label
    message = Message(f"没有编码为 {draft.code} 的{zh}。", f"There is no {en} {draft.code}.")
    return reads.ObjectNotFound(message, code=draft.code)
