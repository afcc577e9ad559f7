"""When a figure is worth an alert, and when a message is tried again. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, Literal, Self, TypeAlias, get_args

from app.errors import Fault, Message, fault
from app.metrics.rules import Kind

Test = Literal["below", "above", "changes_by", "rises_by", "falls_by"]
TESTS: tuple[Test, ...] = get_args(Test)
CHANGES: frozenset[Test] = frozenset(("changes_by", "rises_by", "falls_by"))  # Beside what was last known.
FindingKind = Literal["figure", "broken", "undelivered"]
Closing = Literal["recovered", "no_items", "rule_changed", "rule_stopped"]
MessageType = Literal["alert.opened", "alert.closed", "alert.test"]
DeliveryStatus = Literal["waiting", "delivered", "failed", "dropped"]
MOST_GROUPS = 1_000
# Waits after the first attempt, the second, …: eight attempts in all, over about a day.
WAITS = tuple(map(timedelta, (0,) * 7, (60, 300, 900, 3_600, 10_800, 28_800, 43_200)))
MOST_ATTEMPTS = len(WAITS) + 1
GONE = 410  # The HTTP status of a receiver that wants no more messages.
FORMER_SECRET_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Seen:
    """A figure at a moment, exact. `definition_version` says by which meaning of the metric."""

    revision: int
    day: date
    definition_version: int
    numerator: int
    denominator: int | None

    @property
    def value(self) -> Fraction:
        return Fraction(self.numerator, 1 if self.denominator is None else self.denominator)

    def is_comparable(self, other: "Seen") -> bool:
        """Between two meanings of a metric nothing has risen or fallen."""
        return self.definition_version == other.definition_version


Holds: TypeAlias = Callable[[Fraction, Fraction | None, Fraction], bool]
HOLDS: Mapping[Test, Holds] = {
    "below": lambda now, _, limit: now < limit,
    "above": lambda now, _, limit: now > limit,
    "changes_by": lambda now, before, limit: before is not None and abs(now - before) >= limit,
    "rises_by": lambda now, before, limit: before is not None and now - before >= limit,
    "falls_by": lambda now, before, limit: before is not None and before - now >= limit,
}
SAID: Mapping[Test, Message] = {
    "below": Message("低于 {limit}", "below {limit}"),
    "above": Message("高于 {limit}", "above {limit}"),
    "changes_by": Message("一次变动达到 {limit}", "changed by {limit} or more"),
    "rises_by": Message("一次上升达到 {limit}", "rose by {limit} or more"),
    "falls_by": Message("一次下降达到 {limit}", "fell by {limit} or more"),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of a figure against a number in the figure's own unit; of a share that is between 0 and 1."""

    test: Test
    limit: float

    @classmethod
    def of(cls, said: Mapping[Test, float]) -> Self:
        """As it stands in a body: `{"below": 0.85}`."""
        ((test, limit),) = said.items()
        return cls(test, limit)

    @property
    def said(self) -> dict[Test, float]:
        return {self.test: self.limit}

    @property
    def words(self) -> Message:
        return Message(*(text.format(limit=f"{self.limit:.12g}") for text in SAID[self.test]))

    def holds(self, now: Seen, before: Seen | None) -> bool:
        """Exactly: 0.12 has risen by 0.02 from 0.10."""
        last = before.value if before is not None and now.is_comparable(before) else None
        return HOLDS[self.test](now.value, last, Fraction(str(self.limit)))

    def is_certain(self, figure: Mapping[str, Any]) -> bool:
        """Whether it holds however the items that don't state what is asked turn out."""
        if not figure["unknown"]:
            return True
        highest = figure["value_max"]
        if highest is None or self.test not in ("below", "above"):
            return False
        return bool(self.test == "above" or highest < self.limit)

    def faults(self, kind: Kind) -> Iterator[Fault]:
        """Where no figure of the kind could ever meet it, or every one does."""
        misfit = _misfit(self.test, self.limit, kind)
        if misfit is not None:
            pointer, suggestion = f"/condition/{self.test}", _suggested(self.test, self.limit, kind)
            zh, en = misfit
            if suggestion is not None:
                zh, en = f"{zh}是否为 {suggestion}？", f"{en} Did you mean {suggestion}?"
            yield fault(
                zh, en, pointer=pointer, value=f"{self.limit:.12g}", rule="limit-out-of-range", suggestion=suggestion
            )


SHARES: frozenset[Kind] = frozenset({"share", "case_share"})
AT_MOST_ONE: frozenset[Kind] = SHARES | {"reduction"}


def _misfit(test: Test, limit: float, kind: Kind) -> Message | None:
    if test not in ("below", "above"):
        too_far = kind in SHARES and limit > 1
        return CHANGE_OF_SHARE if too_far else None if limit > 0 else CHANGE
    if kind in AT_MOST_ONE and (limit > 1 or (limit == 1 and test == "above")):
        return SHARE
    if kind != "reduction" and (limit < 0 or (limit == 0 and test == "below")):
        return SHARE if kind in SHARES else NEGATIVE
    return None


def _suggested(test: Test, limit: float, kind: Kind) -> str | None:
    """Per cent are often written for a share."""
    is_percent = kind in AT_MOST_ONE and 1 < limit <= 100 and not (test == "above" and limit == 100)
    return f"{limit / 100:.12g}" if is_percent else None


SHARE = Message(
    "占比和压缩率的值不超过 1，占比在 0 和 1 之间（85% 写成 0.85），这个界限永远不会或总是达到。",
    "Shares lie between 0 and 1 (85 % is 0.85), reductions do not exceed 1: this limit is met never or always.",
)
CHANGE_OF_SHARE = Message(
    "占比的变动不会超过 1：两个百分点写成 0.02。", "A share can't change by more than 1: two points are 0.02."
)
CHANGE = Message("变动多少要大于 0。", "The change must be greater than 0.")
NEGATIVE = Message("这个指标的值不会是负数，这个界限永远不会达到。", "This figure is never negative.")


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When a message that failed so often is tried again; None where it was tried often enough."""
    return now + WAITS[attempts - 1] if attempts < MOST_ATTEMPTS else None
