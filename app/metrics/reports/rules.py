"""What a report says, as the text that its checksum is of; and where two sets of rows differ. Pure."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from string import ascii_letters, digits
from typing import Any, TypeAlias

import orjson

from app.metrics.definitions import Basis

Cited: TypeAlias = Mapping[str, Any]
Row: TypeAlias = Mapping[str, Any]
GroupKey: TypeAlias = tuple[object, ...]

LABEL = "_label"
URL = "_url"
OF_THE_QUESTION = frozenset({"metric", "definition_version"})
WIDER = ord("０") - ord("0")  # From a letter or a digit to the one of full width.
NOTE = "note"  # In words of the software, which may change: compared with nothing.
VALUES = ("value", "percent", "numerator", "denominator", "unknown")
# What people write one for the other in the number of a document: brackets of any kind, letters and digits of any width.
OTHERWISE_WRITTEN: Mapping[str, str] = {
    **dict.fromkeys("〔［【（(﹝﹙", "["),
    **dict.fromkeys("〕］】）)﹞﹚", "]"),
    **{chr(ord(letter) + WIDER): letter for letter in ascii_letters + digits},
}
BLANKS = " \u3000"
ROUNDED = 2  # Digits of a number that is no whole one.


@dataclass(frozen=True, slots=True)
class When:
    """The time that a figure is about: a day; of two days that are compared the later one; or the last day of months."""

    as_of: date
    period: str | None = None
    base_as_of: date | None = None

    @property
    def basis(self) -> Basis:
        """What is counted then: cases over months, else items (or other objects) on a day."""
        return "cases" if self.period else "items"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for one figure of a report; the revision is that of the report."""

    metric: str
    when: When
    group_by: tuple[str, ...] = ()
    within: str | None = None
    filter: str | None = None

    @property
    def stated(self) -> dict[str, Any]:
        """As it is cited."""
        asked = {"group_by": list(self.group_by), "within": self.within, "filter": self.filter}
        days = {name: None if day is None else str(day) for name, day in asdict(self.when).items()}
        return {"metric": self.metric, **asked, **days}

    @property
    def parameters(self) -> dict[str, object]:
        """As addresses carry it, apart from the dates."""
        return {"metric": self.metric, "group_by": self.group_by or None, "within": self.within, "filter": self.filter}


def question_of(figure: Cited) -> Question:
    """What was asked for a figure that is cited."""
    base = figure["base_as_of"]
    when = When(date.fromisoformat(figure["as_of"]), figure["period"], base and date.fromisoformat(base))
    return Question(figure["metric"], when, tuple(figure["group_by"]), figure["within"], figure["filter"])


def canonical(cited: Cited) -> bytes:
    """JSON in UTF-8 with members in order of their names and without blanks: equal content is equal bytes."""
    return orjson.dumps(cited, option=orjson.OPT_SORT_KEYS)


def as_read(content: Any) -> Any:
    """What is read of the content once it is kept: lists for tuples, text for dates."""
    return orjson.loads(orjson.dumps(content))


def checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def cited_rows(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Rows of metric-values as they are cited: without addresses, and without what the figure itself says."""
    kept: list[dict[str, Any]] = as_read([{name: row[name] for name in row if _is_cited(name)} for row in rows])
    return kept


def _is_cited(name: str) -> bool:
    return not name.endswith(URL) and name not in OF_THE_QUESTION


def key_of(row: Row) -> GroupKey:
    """Which group a row is of, whatever the group is called, and in whatever order it is written."""
    return tuple(row["group"][name] for name in sorted(row["group"]) if not name.endswith(LABEL))


def in_order(group: Mapping[str, Any], group_by: Sequence[str]) -> dict[str, Any]:
    """A group as it was asked for: what is kept is in order of names."""
    return {name: group[name] for each in group_by for name in (each, each + LABEL)}


def called(row: Row) -> str:
    """What its group is called; nothing of a row that has none."""
    return " · ".join(_called(name, row["group"]) for name in row["group"] if not name.endswith(LABEL))


def _called(name: str, group: Row) -> str:
    return str(group.get(name + LABEL) or group[name])


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a row is not what it was: in a number or in a name of its group; or it is there no more, or only now."""

    group: Mapping[str, Any]
    field: str
    was: Any
    now: Any


def differences(was: Sequence[Row], now: Sequence[Row], *, shown: bool = False) -> Iterator[Difference]:
    """In order of what was, then of what is only now; of what is `shown` only the numbers that a reader sees.

    What a later edition of the software says beside is no difference.
    """
    old, new = by_group(was), by_group(now)
    for key in {**old, **new}:
        if key not in old or key not in new:
            there = new.get(key) or old[key]
            yield Difference(there["group"], "row", key in old, key in new)
            continue
        before, after = (_values(each) if shown else _flat(each) for each in (old[key], new[key]))
        for name in before:
            if before[name] != after.get(name):
                yield Difference(old[key]["group"], name, before.get(name), after.get(name))


def by_group(rows: Iterable[Row]) -> dict[GroupKey, Row]:
    return {key_of(row): row for row in rows}


def _flat(row: Row) -> Mapping[str, Any]:
    labels = {name: value for name, value in row["group"].items() if name.endswith(LABEL)}
    return {**{name: value for name, value in row.items() if name not in ("group", NOTE)}, **labels}


def _values(row: Row) -> Mapping[str, Any]:
    return {name: row[name] for name in VALUES}


def written(row: Row) -> str:
    """The number that a sentence gives: in per cent where it has one, whole where it is; — where there is none."""
    if row.get("percent") is not None:
        return f"{row['percent']:.{ROUNDED}f}%"
    value = row["value"]
    if value is None:
        return "—"
    return str(int(value)) if float(value).is_integer() else f"{value:.{ROUNDED}f}"


def change_of(amount: float | int) -> str:
    """A difference as it is printed: whole where it is, else with as many digits as say something."""
    return str(int(amount)) if float(amount).is_integer() else f"{amount:.4g}"


def number_of(row: Row) -> float | int | None:
    """The number that a chart shows: per cent where there is one."""
    percent: float | None = row.get("percent")
    value: float | int | None = row["value"]
    return value if percent is None else percent
