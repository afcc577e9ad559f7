"""The items behind the codes of some rows, looked up for all of them at once."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from app.catalogue import reads
from app.catalogue.alike import Alike, alike, mixed_case_codes
from app.catalogue.codes import is_local
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM, OPEN_DAY
from app.catalogue.versions import ever, history, versions
from app.imports.candidates import Candidate, Key, key
from app.imports.comparison import Comparison, Held
from app.imports.reach import Place

COLUMNS = ITEM.table.c


class Stage(NamedTuple):
    """The code an item has from a day on."""

    code: str
    valid_from: date


class Tenure(NamedTuple):
    """Whose an item is from a day until a day."""

    valid_from: date
    valid_to: date
    place: Place


@dataclass(slots=True)
class Existing:
    """What the catalogue holds under the codes of a chunk, and what became of items that are no longer there."""

    held: Mapping[str, Sequence[Held]]
    stages: Mapping[Key, Sequence[Stage]] = field(default_factory=dict)
    tenures: Mapping[int, Sequence[Tenure]] = field(default_factory=dict)
    alike: Alike = field(default_factory=dict)
    exported: Mapping[str, Sequence[Held]] = field(default_factory=dict)

    def end(self, item: Held) -> date:
        """The day from which an item that the file ends is no longer in force."""
        return max((tenure.valid_to for tenure in self.tenures.get(item.id, ())), default=OPEN_DAY)

    def places(self, item: Held, start: date, end: date) -> set[Place]:
        """Whose the item is on the days that a change is about: a transfer may be planned."""
        tenures = self.tenures.get(item.id, ())
        return {each.place for each in tenures if each.valid_from < end and start < each.valid_to}

    def other_case(self, candidate: Candidate) -> str | None:
        """The code of an item that the candidate's differs from in nothing but case."""
        for code, division in self.alike.get(candidate.code.casefold(), ()):
            if key(code, division) == key(code, candidate.division or division) and code != candidate.code:
                return code
        return None

    def items(self, candidate: Candidate, day: date) -> list[Held]:
        """One at most, unless a local code stands without its division and is used in several."""
        found = [held for held in self.held.get(candidate.code, ()) if held.valid_from <= day < held.valid_to]
        return _meant(candidate, found)

    def as_exported(self, candidate: Candidate) -> Held | None:
        """The item as it was when the workbook was written."""
        return next(iter(_meant(candidate, self.exported.get(candidate.code, ()))), None)


def _meant(candidate: Candidate, found: Sequence[Held]) -> list[Held]:
    """Of those that have the code the ones in the candidate's division, where it is a local code and says it."""
    if not is_local(candidate.code) or candidate.division is None:
        return list(found)
    return [held for held in found if held.content["division_code"] == candidate.division]


def look_up(connection: Connection, comparison: Comparison, chunk: Sequence[Candidate]) -> Existing:
    """A few statements, however many rows and days there are."""
    days = {comparison.day(candidate) for candidate in chunk}
    codes = {candidate.code for candidate in chunk}
    existing = Existing(_held(connection, codes, days, comparison.moment))
    if (base := comparison.book.base) is not None:
        existing.exported = _held(connection, codes, {base.as_of}, base)
    gone = [candidate for candidate in chunk if not existing.items(candidate, comparison.day(candidate))]
    existing.stages = _stages(connection, gone, comparison.moment)
    strange = {each.code for each in gone if key(each.code, each.division) not in existing.stages}
    existing.alike = _alike(connection, comparison, strange)
    limited = comparison.reach.is_limited
    ending = (existing.held.get(each.code, ()) for each in chunk if limited or each.ends or each.is_cancelled)
    existing.tenures = _tenures(connection, {held.id for items in ending for held in items}, comparison.moment)
    return existing


def as_exported(connection: Connection, comparison: Comparison, candidates: Sequence[Candidate]) -> list[Held | None]:
    """Each item as it was when the workbook was written; of a file that doesn't say when, as it is on the day asked for."""
    moment = comparison.book.base or comparison.moment
    known = Existing({}, exported=_held(connection, {each.code for each in candidates}, {moment.as_of}, moment))
    return [known.as_exported(each) for each in candidates]


def _held(
    connection: Connection, codes: Collection[str], days: Collection[date], moment: Moment
) -> dict[str, list[Held]]:
    columns = [COLUMNS.id, COLUMNS.valid_from, COLUMNS.valid_to, *(COLUMNS[name] for name in ITEM.given)]
    one_day = versions(ITEM, replace(moment, as_of=next(iter(days))), columns) if len(days) == 1 else None
    statement = history(ITEM, moment, columns) if one_day is None else one_day
    found: dict[str, list[Held]] = {}
    for chunk in reads.chunks(codes):
        for row in connection.execute(statement.where(COLUMNS.code.in_(chunk))):
            content = {name: row._mapping[name] for name in ITEM.given}
            found.setdefault(row.code, []).append(Held(row.id, row.valid_from, row.valid_to, content))
    return found


def _stages(connection: Connection, gone: Sequence[Candidate], moment: Moment) -> dict[Key, list[Stage]]:
    """For codes that items once held: the stages of those items as they are known now, none where undone."""
    numbers = dict(_once_held(connection, {candidate.code for candidate in gone}))
    stages: dict[int, list[Stage]] = {}
    columns = [COLUMNS.id, COLUMNS.code, COLUMNS.valid_from]
    for chunk in reads.chunks(set(numbers.values())):
        rows = history(ITEM, moment, columns).where(COLUMNS.id.in_(chunk)).order_by(COLUMNS.valid_from)
        for row in connection.execute(rows):
            stages.setdefault(row.id, []).append(Stage(row.code, row.valid_from))
    keys: Iterable[Key] = {key(candidate.code, candidate.division) for candidate in gone}
    return {each: stages.get(numbers[each], []) for each in keys if each in numbers}


def _once_held(connection: Connection, codes: Collection[str]) -> Iterator[tuple[Key, int]]:
    """Every key that an item ever had with its latest holder; a local code also without its division."""
    for chunk in reads.chunks(codes):
        statement = ever([COLUMNS.code, COLUMNS.division_code, COLUMNS.id]).where(COLUMNS.code.in_(chunk))
        for row in connection.execute(statement.order_by(COLUMNS.valid_from, COLUMNS.recorded_in)):
            yield key(row.code, row.division_code), row.id
            yield (row.code, None), row.id


def _alike(connection: Connection, comparison: Comparison, codes: Collection[str]) -> Alike:
    """Codes that are nearly these; those of mixed case are read once an import."""
    if codes and comparison.mixed_case is None:
        comparison.mixed_case = mixed_case_codes(connection, comparison.moment)
    return alike(connection, comparison.moment, codes, comparison.mixed_case or {})


def _tenures(connection: Connection, numbers: Collection[int], moment: Moment) -> dict[int, list[Tenure]]:
    columns = [COLUMNS.id, COLUMNS.valid_from, COLUMNS.valid_to, *(COLUMNS[name] for name in Place._fields)]
    found: dict[int, list[Tenure]] = {}
    for chunk in reads.chunks(numbers):
        for number, start, end, *place in connection.execute(
            history(ITEM, moment, columns).where(COLUMNS.id.in_(chunk))
        ):
            found.setdefault(number, []).append(Tenure(start, end, Place(*place)))
    return found
