"""Statements over lists, their editions, the entries of these, and the items that entries name."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, and_, func, literal, null, select

from app.catalogue.moments import Moment
from app.catalogue.named import named_item, naming
from app.catalogue.objects import EDITION, ITEM, LIST, OPEN_DAY
from app.catalogue.places import lies_in
from app.catalogue.properties import department_name
from app.catalogue.reads import chunks
from app.catalogue.versions import Asked, at, ever, history, holds, versions
from app.changes.models import entry
from app.db import Record
from app.json_rows import JsonLength

KEPT, EDITED = LIST.table.c, EDITION.table.c
# What is said of an edition wherever it is named.
HEAD = (
    "code", "name", "list_code", "division_code", "department_code", "document_number", "batch", "issued_by",
    "issued_on", "filter", "note",
)  # fmt: skip


def list_versions(connection: Connection, code: str, moment: Moment) -> Sequence[Record]:
    """All that a list is, was and will be, as known at the revision, in order of time."""
    shown = [KEPT.id, *(KEPT[name] for name in LIST.elements), KEPT.valid_from, KEPT.valid_to]
    known = history(LIST, moment, shown).where(KEPT.code == code)
    return connection.execute(known.order_by(KEPT.valid_from)).all()


def list_codes(connection: Connection) -> Sequence[str]:
    """The codes that lists have or had."""
    return connection.execute(ever([KEPT.code]).distinct()).scalars().all()


def edition_versions(connection: Connection, list_code: str, moment: Moment) -> Sequence[Record]:
    """The editions of a list, whatever day they are about, without their entries; each in order of time."""
    return _all_versions(connection, EDITED.list_code == list_code, moment)


def versions_of(connection: Connection, ids: Collection[int], moment: Moment) -> Sequence[Record]:
    """As `edition_versions`, of editions by their ids: no more than a page of them."""
    return _all_versions(connection, EDITED.id.in_(ids), moment)


def _all_versions(connection: Connection, wanted: ColumnElement[bool], moment: Moment) -> Sequence[Record]:
    counted = JsonLength(EDITED.entries).label("entry_count")
    shown = [EDITED.id, EDITED.version_id, *(EDITED[name] for name in HEAD), EDITED.valid_from, EDITED.valid_to]
    known = history(EDITION, moment, [*shown, counted]).where(wanted)
    return connection.execute(known.order_by(EDITED.valid_from, EDITED.code)).all()


def in_force_of(kinds: Collection[str], within: str | None, moment: Moment | Asked) -> list[ColumnElement[bool]]:
    """Which editions are of lists that hold then and are of the kinds (of no kinds: of any), in a division."""
    lists = versions(LIST, moment, [KEPT.code]).where(KEPT.list_kind.in_(kinds))
    return [*lies_in(EDITION, moment, within), *([EDITED.list_code.in_(lists)] if kinds else [])]


def counts(connection: Connection, codes: Collection[str], moment: Moment) -> Mapping[str, Record]:
    """By list: how many editions are in force, and how many entries they have."""
    entries = func.coalesce(func.sum(JsonLength(EDITED.entries)), 0).label("entry_count")
    shown = [EDITED.list_code, func.count().label("edition_count"), entries]
    found = versions(EDITION, moment, shown).where(EDITED.list_code.in_(codes)).group_by(EDITED.list_code)
    return {row.list_code: row for row in connection.execute(found)}


def item_counts(connection: Connection, codes: Collection[str], moment: Moment) -> Mapping[str, int]:
    """By list: how many items in force the editions in force name."""
    shown: list[ColumnElement[Any]] = [EDITED.list_code, func.count(named_item.c.item_id.distinct())]
    in_force = and_(ITEM.table.c.id == named_item.c.item_id, holds(ITEM, moment))
    named = EDITION.table.join(named_item, naming(EDITION)).join(ITEM.table, in_force)
    found = versions(EDITION, moment, shown).select_from(named).where(EDITED.list_code.in_(codes))
    return dict(connection.execute(found.group_by(EDITED.list_code)).all())


def entries_of(connection: Connection, version_ids: Collection[int]) -> Mapping[int, Sequence[Mapping[str, str]]]:
    """The entries of versions of editions, as they were issued."""
    held = ever([EDITED.version_id, EDITED.entries]).where(EDITED.version_id.in_(version_ids))
    return {number: entries or () for number, entries in connection.execute(held)}


def unclaimed_of(connection: Connection, version_id: int) -> Sequence[Mapping[str, str]]:
    held = ever([EDITED.unclaimed]).where(EDITED.version_id == version_id)
    return connection.execute(held).scalar() or ()


def named_by(connection: Connection, version_ids: Collection[int]) -> Mapping[tuple[int, int], int | None]:
    """By version and place (from 0): the items that versions of editions name."""
    of_editions = and_(named_item.c.object == EDITION.name, named_item.c.version_id.in_(version_ids))
    named = select(named_item.c.version_id, named_item.c.position, named_item.c.item_id).where(of_editions)
    return {(version, place): item for version, place, item in connection.execute(named)}


def items(connection: Connection, ids: Collection[int], moment: Moment) -> Mapping[int, Record]:
    """What items are at the moment; those that are not in force then are left out."""
    asked, columns = Asked(moment.latest), ITEM.table.c
    shown = [
        columns.id,
        columns.code,
        columns.name,
        columns.catalog_code,
        columns.division_code,
        columns.department_code,
    ]
    held = versions(ITEM, asked, [*shown, department_name(asked).label("department_name")])
    return {
        row.id: row
        for chunk in chunks(sorted(ids))
        for row in connection.execute(held.where(columns.id.in_(chunk)), at(moment))
    }


def items_called(
    connection: Connection, names: Collection[str], division: str, moment: Moment
) -> Mapping[str, Sequence[str]]:
    """By name: the codes of the items of a division that bear it at the moment."""
    columns = ITEM.table.c
    found: dict[str, list[str]] = {}
    for chunk in chunks(sorted(names)):
        held = versions(ITEM, moment, [columns.name, columns.code]).where(columns.name.in_(chunk))
        for name, code in connection.execute(held.where(columns.division_code == division).order_by(columns.code)):
            found.setdefault(name, []).append(code)
    return found


def drafted_ends(connection: Connection, change_set: int | None) -> Mapping[int, date]:
    """By edition: the day on which a change set ends it."""
    ends = select(entry.c.object_id, func.min(entry.c.effective_on)).where(
        entry.c.change_set_id == change_set, entry.c.object == EDITION.name, entry.c.effect == "cancel"
    )
    return dict(connection.execute(ends.group_by(entry.c.object_id)).all())


def drafted_editions(connection: Connection, change_set: int | None) -> Sequence[Record]:
    """The editions that a change set creates, as `edition_versions` has published ones, and what they don't claim."""
    new = entry.c.new
    until = func.coalesce(entry.c.until, literal(OPEN_DAY, Date)).label("valid_to")
    shown = [entry.c.object_id.label("id"), entry.c.code, entry.c.effective_on.label("valid_from"), until]
    said = [new[name].as_string().label(name) for name in ("name", "list_code", "document_number")]
    created = select(*shown, *said, null().label("version_id"), new["unclaimed"].as_json().label("unclaimed"))
    created = created.where(
        entry.c.change_set_id == change_set, entry.c.object == EDITION.name, entry.c.effect == "create"
    )
    return connection.execute(created.order_by(entry.c.position)).all()


def named_between(
    connection: Connection, list_code: str, days: tuple[date, date], moment: Moment, but: Collection[int] = ()
) -> Mapping[int, str]:
    """By item: an edition of the list that names it and is in force on some of the days, `but` not these."""
    start, end = days
    overlapping = and_(EDITED.list_code == list_code, EDITED.valid_from < end, EDITED.valid_to > start)
    joined = EDITION.table.join(named_item, naming(EDITION))
    named = history(EDITION, moment, [named_item.c.item_id, func.min(EDITED.code)]).select_from(joined)
    named = named.where(overlapping, EDITED.id.not_in(but), named_item.c.item_id.is_not(None))
    named = named.group_by(named_item.c.item_id)
    return dict(connection.execute(named).all())


def editions_called(connection: Connection, code: str, moment: Moment) -> Sequence[Record]:
    """The versions of editions that have a code, whatever their list."""
    shown = [EDITED.list_code, EDITED.name, EDITED.valid_from, EDITED.valid_to]
    return connection.execute(history(EDITION, moment, shown).where(EDITED.code == code)).all()
