"""What becomes of an item's findings by a change, and which of them stand in its way. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from heapq import nsmallest
from typing import Final, Literal

from app.quality.rules import SEVERITIES, Rule, Severity

State = Literal["new", "unchanged", "fixed"]
STATES: Final[tuple[State, ...]] = ("new", "unchanged", "fixed")
MOST_FIRST = 200


@dataclass(frozen=True, slots=True)
class Changed:
    """An item on the first day of what a change makes of it, and the rules that it broke and would break then.

    `touched` are the elements that the change states, `position` is the entry that does. Nothing stands in its way of
    rules that it is `exempt` from, nor of what the change only `restores`.
    """

    code: str
    on: date
    position: int
    broken: Set[str]
    breaks: Set[str]
    touched: Set[str]
    exempt: Set[str]
    restores: bool = False

    def state_of(self, rule: str) -> State:
        """What becomes of a finding that there is before or after."""
        if rule not in self.broken:
            return "new"
        return "unchanged" if rule in self.breaks else "fixed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A finding of an item that a change makes, leaves or ends. `elements` are those of the rule that it touches."""

    item: Changed
    rule: Rule
    state: State
    elements: tuple[str, ...]

    @property
    def is_exempt(self) -> bool:
        return self.rule.key in self.item.exempt

    @property
    def blocks(self) -> bool:
        """An error that is new, or that the item keeps though the change touches what it is about."""
        if self.rule.severity != "error" or self.is_exempt or self.item.restores:
            return False
        return self.state == "new" or (self.state == "unchanged" and bool(self.elements))

    @property
    def order(self) -> tuple[object, ...]:
        """What blocks comes first, new errors before old ones."""
        ranks = STATES.index(self.state), SEVERITIES.index(self.rule.severity)
        return (not self.blocks, *ranks, self.item.code, self.rule.key, self.item.on)


def verdicts(item: Changed, rules: Mapping[str, Rule]) -> Iterator[Verdict]:
    """Of each of the rules that the item breaks before or after."""
    for key in (item.broken | item.breaks) & rules.keys():
        rule = rules[key]
        elements = tuple(name for name in rule.elements if name in item.touched)
        yield Verdict(item, rule, item.state_of(key), elements)


@dataclass(slots=True)
class Tally:
    """Findings counted by severity and state, with the first ones, however many there are."""

    counts: Counter[tuple[Severity, State]] = field(default_factory=Counter)
    blocking: int = 0
    exempt: int = 0
    first: Sequence[Verdict] = ()

    def add(self, found: Iterable[Verdict]) -> None:
        told = list(found)
        self.counts.update((each.rule.severity, each.state) for each in told)
        self.blocking += sum(each.blocks for each in told)
        self.exempt += sum(each.is_exempt and each.state != "fixed" for each in told)
        self.first = nsmallest(MOST_FIRST, [*self.first, *told], key=lambda each: each.order)
