"""What has to wait for what: the circle that makes it impossible, the stages, the longest path. Pure."""

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TypeAlias

# By each thing, those that have to be done before it. All of them are keys.
Before: TypeAlias = Mapping[str, Sequence[str]]


def circle(before: Before) -> list[str] | None:
    """One circle in the order in which its things would be done, the first one once more at the end; None without one."""
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return None


def in_order(before: Before) -> list[str]:
    """Each after all that it waits for; of what may come at once the first one named. There must be no circle."""
    stage = stages(before)
    return sorted(before, key=lambda each: stage[each])


def stages(before: Before) -> dict[str, int]:
    """1 can start at once; others start once the last one that they wait for, of the stage before, is done."""
    found: dict[str, int] = {}
    for each in TopologicalSorter(before).static_order():
        found[each] = 1 + max((found[other] for other in before[each]), default=0)
    return found


def longest_path(before: Before, lasts: Mapping[str, int]) -> list[str]:
    """The things in order that last longest one after another; of several such paths the one that ends first in `before`."""
    ends: dict[str, int] = {}
    last_before: dict[str, str | None] = {}
    for each in in_order(before):
        last_before[each] = max(before[each], key=lambda other: ends[other], default=None)
        waited = last_before[each]
        ends[each] = lasts[each] + (0 if waited is None else ends[waited])
    path: list[str] = []
    at: str | None = max(before, key=lambda each: ends[each], default=None)
    while at is not None:
        path.insert(0, at)
        at = last_before[at]
    return path
