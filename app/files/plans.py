"""Headers, known fields and a mapping become a plan, which turns the cells of a row into raw values by field."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from app.errors import Fault, Message
from app.files.cleaning import as_compared, shown
from app.files.column_faults import beside_constant, derived_column, nothing_known, twice, unknown_column, unknown_field
from app.files.errors import BadColumns, BadMapping
from app.files.headers import IGNORED, folded, nearest
from app.files.mapping import ColumnMapping
from app.files.rows import BLANK, MISSING

Cells = Sequence[object]
Take = Callable[[Cells], object]
Read = Callable[[object], object]
NO_MAPPING = ColumnMapping()


@dataclass(frozen=True, slots=True)
class Field:
    """A field and every header it goes by besides its name: exchange names, Chinese labels. `label` is what people call it."""

    name: str
    names: tuple[str, ...] = ()
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """`columns` says which headers feed a field, `ignored` which feed none; both as the file writes them."""

    columns: Mapping[str, tuple[str, ...]]
    ignored: tuple[str, ...]
    constants: Mapping[str, object]
    _fields: tuple[str, ...]
    _pick: Callable[[Cells], Iterable[object]]
    _takes: tuple[tuple[str, Take], ...]

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.columns, *self.constants)

    def column(self, name: str) -> str | None:
        """The header to name in a problem with this field."""
        return " / ".join(self.columns.get(name, ())) or None

    def values(self, cells: Cells) -> dict[str, object]:
        """Raw values by field: None is 'not stated', a field that is not there is to stay as it is."""
        found = {name: cell for name, cell in zip(self._fields, self._pick(cells), strict=True) if cell is not MISSING}
        for name, take in self._takes:
            cell = take(cells)
            if cell is not MISSING:
                found[name] = cell
        found.update(self.constants)
        return found


def plan(
    headers: Sequence[str],
    known: Sequence[Field],
    mapping: ColumnMapping | None = None,
    *,
    derived: Collection[str] = (),
    beside: Collection[str] = (),
    sheet: str | None = None,
    others: Sequence[str] = (),
) -> Plan:
    """Raises BadMapping for fields that do not exist, NoHeader if no header is known, BadColumns for what is left.

    `derived` are the headers of what is computed and never given, `beside` those that say nothing of what is kept;
    `sheet` is told where no header is known, and `others` that were not read. Without a mapping nothing says that there
    could be one; fields are then called by their labels.
    """
    mappable, mapping = mapping is not None, mapping or NO_MAPPING
    _refuse_unknown_fields(known, mapping)
    sources = _sources(headers, known, mapping, IGNORED.union(map(folded, beside)))
    written = [name for entry in known for name in (*entry.names, entry.name)]
    computed = set(map(folded, derived))
    unknown = [
        derived_column(header)
        if folded(header) in computed
        else unknown_column(header, nearest(header, written), mappable=mappable)
        for header in sources.unknown
    ]
    if not sources.direct and not sources.first_filled:
        raise nothing_known(headers, unknown, sheet, others, mappable=mappable)
    called = {each.name: f" {each.name}" if mappable or not each.label else f"“{each.label}”" for each in known}
    if faults := unknown + _collisions(sources, mapping, called, mappable=mappable):
        more = Message(f"（共 {len(faults)} 列有问题）", f" ({len(faults)} columns are not right)")
        zh, en = faults[0].detail
        raise BadColumns(*(zh + more.zh, en + more.en) if len(faults) > 1 else (zh, en), faults=faults)
    return _planned(sources, mapping)


class _Column(NamedTuple):
    place: int
    header: str


@dataclass(frozen=True, slots=True)
class _Sources:
    """Which columns feed which field, by themselves or as one of several."""

    direct: dict[str, list[_Column]] = field(default_factory=dict)
    first_filled: dict[str, list[_Column]] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    passed_over: Collection[str] = ()


def _sources(
    headers: Sequence[str], known: Sequence[Field], mapping: ColumnMapping, passed_over: Collection[str]
) -> _Sources:
    names = {folded(name): entry.name for entry in known for name in (*entry.names, entry.name)}
    sources = _Sources(passed_over=passed_over)
    for place, header in enumerate(headers):
        if header:
            _place(_Column(place, header), names, mapping, sources)
    return sources


def _place(column: _Column, names: dict[str, str], mapping: ColumnMapping, sources: _Sources) -> None:
    key = folded(column.header)
    shared = [name for name, keys in mapping.first_filled.items() if key in keys]
    for name in shared:
        sources.first_filled.setdefault(name, []).append(column)
    own = mapping.columns[key] if key in mapping.columns else names.get(key)
    if own and own not in shared:
        sources.direct.setdefault(own, []).append(column)
    elif not shared:
        explained = key in mapping.columns or key in sources.passed_over
        (sources.ignored if explained else sources.unknown).append(column.header)


def _collisions(sources: _Sources, mapping: ColumnMapping, called: Mapping[str, str], *, mappable: bool) -> list[Fault]:
    """A field fed twice: by two columns, by a column beside its `first_filled`, by a column beside its constant."""
    faults = []
    for name, columns in sources.direct.items():
        all_columns = columns + sources.first_filled.get(name, [])
        if len(all_columns) > 1:
            faults.append(twice(called[name], [column.header for column in all_columns], mappable=mappable))
        elif name in mapping.constants:
            faults.append(beside_constant(name, columns[0].header))
    for name, columns in sources.first_filled.items():
        if len({folded(column.header) for column in columns}) < len(columns):
            faults.append(twice(called[name], [column.header for column in columns], mappable=mappable))
    return faults


def _planned(sources: _Sources, mapping: ColumnMapping) -> Plan:
    reads = {name: _reader(name, mapping) for name in (*sources.direct, *sources.first_filled)}
    simple = {name: columns[0].place for name, columns in sources.direct.items() if reads[name] is None}
    takes: list[tuple[str, Take]] = []
    for name, columns in sources.direct.items():
        if read := reads[name]:
            takes.append((name, _take_one(columns[0].place, read)))
    ordered = {
        name: sorted(columns, key=lambda column: mapping.first_filled[name].index(folded(column.header)))
        for name, columns in sources.first_filled.items()
    }
    takes += [
        (name, _take_first([c.place for c in columns], reads[name] or _as_it_is)) for name, columns in ordered.items()
    ]
    feeding = {**sources.direct, **ordered}
    return Plan(
        columns={name: tuple(column.header for column in columns) for name, columns in feeding.items()},
        ignored=tuple(sources.ignored),
        constants=mapping.constants,
        _fields=tuple(simple),
        _pick=_picker(tuple(simple.values())),
        _takes=tuple(takes),
    )


def _picker(places: tuple[int, ...]) -> Callable[[Cells], Iterable[object]]:
    if len(places) > 1:
        return itemgetter(*places)
    return lambda cells: [cells[place] for place in places]


def _take_one(place: int, read: Read) -> Take:
    return lambda cells: read(cells[place])


def _take_first(places: Sequence[int], read: Read) -> Take:
    def take(cells: Cells) -> object:
        found: object = MISSING
        for place in places:
            cell = cells[place]
            if cell is None:
                found = None
            elif cell is not MISSING:
                return read(cell)
        return found

    return take


def _as_it_is(cell: object) -> object:
    return cell


def _reader(name: str, mapping: ColumnMapping) -> Read | None:
    """What the mapping does to a cell of this field; only text, numbers and yes/no are touched."""
    meant = mapping.values.get(name)
    shape = mapping.lists.get(name)
    separators = shape.separators if shape else mapping.split.get(name)
    if separators:
        return _reader_of_many(
            re.compile("|".join(map(re.escape, separators))), meant or {}, shape.field if shape else None
        )
    return _reader_of_one(meant) if meant else None


def _reader_of_one(meant: Mapping[str, object]) -> Read:
    meaning = _meaning(meant)

    def read(cell: object) -> object:
        text = _written(cell)
        if text is None or (value := meaning(text)) == text:
            return cell
        return None if value == "" else value

    return read


def _reader_of_many(separator: re.Pattern[str], meant: Mapping[str, object], inner: str | None) -> Read:
    meaning = _meaning(meant)

    def read(cell: object) -> object:
        text = _written(cell)
        if text is None:
            return cell
        parts = [part for piece in separator.split(text) if (part := piece.strip(BLANK))]
        values = [value for part in parts if (value := meaning(part)) != ""]
        return ([{inner: value} for value in values] if inner else values) or None

    return read


def _meaning(meant: Mapping[str, object]) -> Callable[[str], object]:
    """What a text stands for, itself by default; the same few texts come again and again, so it remembers them."""
    return lru_cache(maxsize=4096)(lambda text: meant.get(as_compared(text), text))


def _written(cell: object) -> str | None:
    if isinstance(cell, str):
        return cell
    return shown(cell) if isinstance(cell, bool | int | float) else None


def _refuse_unknown_fields(known: Sequence[Field], mapping: ColumnMapping) -> None:
    names = [entry.name for entry in known]
    wrong = {name: section for name, section in mapping.fields().items() if name not in names}
    if wrong:
        faults = [unknown_field(section, name, nearest(name, names)) for name, section in wrong.items()]
        raise BadMapping(*faults[0].detail, faults=faults)
