"""Reading lists: which list and which editions are meant, and their entries with the items that they name."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Connection

from app.catalogue.absent import absence
from app.catalogue.moments import Moment, parse_day
from app.catalogue.objects import LIST
from app.catalogue.reads import ObjectNotFound
from app.db import Record
from app.errors import Malformed, Message, refused
from app.filters.properties import nearest
from app.lists.editions import queries
from app.lists.editions.rules import SAID, Edition, Entry, editions

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def get_list(connection: Connection, code: str, moment: Moment) -> Record:
    """The list as it is on the day. Raises ObjectNotFound, with the days on which it holds."""
    rows = queries.list_versions(connection, code, moment)
    held = [row for row in rows if row.valid_from <= moment.as_of < row.valid_to]
    if held:
        return held[0]
    raise _no_list(connection, code, moment)


def get_known_list(connection: Connection, code: str, moment: Moment) -> Record:
    """The list as it is on the day, or was last by then, or will be. Raises ObjectNotFound."""
    rows = queries.list_versions(connection, code, moment)
    if not rows:
        raise _no_list(connection, code, moment)
    begun = [row for row in rows if row.valid_from <= moment.as_of]
    return begun[-1] if begun else rows[0]


def _no_list(connection: Connection, code: str, moment: Moment) -> ObjectNotFound:
    if absent := absence(connection, LIST, code, moment):
        return ObjectNotFound(absent, code=code)
    near = next(iter(nearest(code, queries.list_codes(connection))), None)
    hint, hint_en = (f"是否为 {near}？", f" Did you mean {near!r}?") if near else ("", "")
    message = Message(f"没有编码为 {code} 的清单。{hint}全部清单见 /v1/lists。", f"There is no list {code}.{hint_en}")
    return ObjectNotFound(message, code=code, suggestion=near)


def editions_of(connection: Connection, code: str, moment: Moment) -> list[Edition]:
    """All editions of a list that are known at the revision, in order of their start."""
    return editions(queries.edition_versions(connection, code, moment))


def get_edition(known: Sequence[Edition], code: str, list_code: str) -> Edition:
    """Raises ObjectNotFound where the list has no edition of that code."""
    found = next((each for each in known if each.code == code), None)
    if found is None:
        raise ObjectNotFound(_no_edition(known, code, list_code), code=code)
    return found


def _no_edition(known: Sequence[Edition], code: str, list_code: str) -> Message:
    near = next(iter(nearest(code, [each.code for each in known])), None)
    hint, hint_en = (f"是否为 {near}？", f" Did you mean {near!r}?") if near else ("", "")
    zh = f"清单 {list_code} 没有编码为 {code} 的版本。{hint}全部版本见 /v1/lists/{list_code}/editions。"
    return Message(zh, f"The list {list_code} has no edition {code}.{hint_en}")


def in_force(known: Iterable[Edition], day: date) -> list[Record]:
    return [row for each in known if (row := each.on(day)) is not None]


def chosen(known: Sequence[Edition], code: str | None, list_code: str, day: date) -> list[Record]:
    """The edition of that code, in force or not, or those in force on the day. Raises Malformed for another code."""
    if code is None:
        return in_force(known, day)
    return [_demanded(known, code, list_code, "edition").nearest(day)]


def day_of(asked: str | None) -> str | None:
    """The day that one side of a comparison is about; None where it is an edition. Raises Malformed for no real day."""
    return parse_day(asked, "to").isoformat() if asked and DAY.fullmatch(asked) else None


def side(known: Sequence[Edition], asked: str, list_code: str, day: date, parameter: str) -> list[Record]:
    """One side of a comparison: what was in force on a day, or an edition by its code. Raises Malformed."""
    if DAY.fullmatch(asked):
        return in_force(known, parse_day(asked, parameter))
    return [_demanded(known, asked, list_code, parameter).nearest(day)]


def _demanded(known: Sequence[Edition], code: str, list_code: str, parameter: str) -> Edition:
    try:
        return get_edition(known, code, list_code)
    except ObjectNotFound as unknown:
        raise _unknown(unknown, code, parameter) from None


def _unknown(unknown: ObjectNotFound, code: str, parameter: str) -> Malformed:
    return refused(parameter, code, "unknown-edition", unknown.detail)


def entries_of(connection: Connection, rows: Sequence[Record]) -> list[Entry]:
    """The entries of editions one after the other, as issued, each with the item that it names."""
    ids = [row.version_id for row in rows]
    issued, named = queries.entries_of(connection, ids), queries.named_by(connection, ids)
    return [
        Entry(
            row.code,
            place + 1,
            {name: said[name] for name in SAID if said.get(name)},
            named.get((row.version_id, place)),
        )
        for row in rows
        for place, said in enumerate(issued[row.version_id])
    ]
