"""The course of the demonstration: the change sets in order and how many items each one moves, read from plan.toml."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parent / "plan.toml"
NEVER = 1_000


@dataclass(frozen=True, slots=True)
class Step:
    """A change set to be: its key in the tables, its two dates, what its document says."""

    key: str
    published_on: date
    effective_on: date
    title: str
    reason: str
    document_number: str


@dataclass(frozen=True, slots=True)
class Suspension:
    """So many items out of use from a change set on, until a day, until another change set, or still."""

    change_set: str
    count: int
    until: date | None = None
    resumed: str | None = None


@dataclass(frozen=True, slots=True)
class Benchmark:
    """The day the published report speaks of, and the counts that the course of the items has to meet on it."""

    day: date
    offline: int
    more_than_one_visit: int
    three_visits: int


@dataclass(frozen=True, slots=True)
class Corrections:
    """What was recorded wrongly and put right later."""

    online: int
    online_until: date
    visits: int
    recalled_on: date


@dataclass(frozen=True, slots=True)
class Limits:
    """Promised limits that change apart from the general waves."""

    planned: int
    planned_on: date
    last: int
    over_statutory: int


@dataclass(frozen=True, slots=True)
class Later:
    """What happens after the benchmark day."""

    fewer_visits: int
    left_hall: int
    cancelled_on: date


@dataclass(frozen=True, slots=True)
class Cases:
    """What the published report says of the cases of some months, and how they are spread.

    `months` weighs each month (`2024-01`), `late` and `bad` are shares by the department's key, `others` for the rest.
    A month is reported on a day of the next one; the `restated` ones again on `restated_on`.
    """

    accepted: int
    handed_over: int
    reported_on_day: int
    restated_on: date
    restated: Sequence[str]
    months: Mapping[str, float]
    late: Mapping[str, float]
    bad: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Plan:
    steps: tuple[Step, ...]
    created: Mapping[str, int]
    suspended: tuple[Suspension, ...]
    benchmark: Benchmark
    online: Mapping[str, float]
    online_after: Mapping[str, int]
    hall: Mapping[str, float]
    unstated: Mapping[str, float]
    corrections: Corrections
    limits: Limits
    later: Later
    cases: Cases

    def place(self, key: str) -> int:
        """Where a change set stands in the order of publication."""
        return next(place for place, step in enumerate(self.steps) if step.key == key)


@cache
def plan() -> Plan:
    document = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return Plan(
        steps=tuple(Step(**step) for step in document["change_sets"]),
        created=document["created"],
        suspended=tuple(Suspension(**suspension) for suspension in document["suspended"]),
        benchmark=Benchmark(**document["benchmark"]),
        online=document["online"],
        online_after=document["online_after"],
        hall=document["hall"],
        unstated=document["unstated"],
        corrections=Corrections(**document["corrections"]),
        limits=Limits(**document["limits"]),
        later=Later(**document["later"]),
        cases=Cases(**document["cases"]),
    )


@cache
def place(key: str) -> int:
    return plan().place(key)


@cache
def place_on(day: date) -> int:
    """The last change set that is published and in effect on a day."""
    return max(n for n, step in enumerate(plan().steps) if step.published_on <= day and step.effective_on <= day)
