"""Evaluating a rule: what its figure is at a moment, and what that means beside what was known before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection

from app.catalogue.moments import Moment
from app.errors import Malformed, Message, fault
from app.metrics.alerts.held import Watched
from app.metrics.alerts.rules import MOST_GROUPS, Seen
from app.metrics.changes.service import written_key
from app.metrics.figures import UNREPORTED, Row, figures_of
from app.metrics.in_force import chosen
from app.metrics.queries import GroupKey


class TooManyToWatch(Malformed):
    slug, title = "too-many-to-watch", Message("要检查的组太多", "Too many groups to watch")


@dataclass(frozen=True, slots=True)
class Reading:
    """The figure of one group at a moment; `seen` is None where it has no value, or lacks a month that isn't reported:
    what comes of that is no change.
    """

    key: GroupKey
    row: Row
    seen: Seen | None

    @property
    def kept_key(self) -> str:
        return orjson.dumps(list(self.key)).decode()

    @property
    def figure(self) -> dict[str, Any]:
        """The parts that a finding keeps."""
        return {name: self.row[name] for name in KEPT}


KEPT = ("value", "value_max", "percent", "numerator", "denominator", "unknown", "definition_version")


def readings(connection: Connection, watched: Watched, moment: Moment) -> list[Reading]:
    """Of each group, or of the one that is watched. Raises Malformed where it can't be computed (any more)."""
    rows = _rows(connection, watched, watched.about(moment))
    found = [_reading(row, watched.group_by, moment) for row in rows]
    wanted = [each for each in found if watched.group in (None, tuple(map(written_key, each.key)))]
    if len(wanted) > MOST_GROUPS:
        zh = f"要检查的组有 {len(wanted)} 个，最多 {MOST_GROUPS} 个。请减少 group_by，或用 within、filter 缩小范围。"
        en = f"{len(wanted)} groups are to be watched, {MOST_GROUPS} at most."
        raise TooManyToWatch(Message(zh, en), faults=[fault(zh, en, parameter="group_by", rule="too-many-groups")])
    return wanted


def _rows(connection: Connection, watched: Watched, moment: Moment) -> list[Row]:
    metrics = chosen(connection, [watched.metric], moment)
    return figures_of(connection, metrics, watched.group_by, moment, watched.within, watched.filter)


def _reading(row: Row, group_by: Sequence[str], moment: Moment) -> Reading:
    group: Any = row["group"]
    figure: Any = row
    seen = None
    if figure["value"] is not None and not figure.get(UNREPORTED):
        parts = figure["definition_version"], figure["numerator"], figure["denominator"]
        seen = Seen(moment.revision, moment.as_of, *parts)
    return Reading(tuple(group[name] for name in group_by), row, seen)


@dataclass(frozen=True, slots=True)
class Turn:
    """What an evaluation changes: groups whose condition begins to hold, those where it ended, and those that are gone."""

    opened: Sequence[Reading]
    recovered: Sequence[Reading]
    gone: Sequence[str]


def turn(found: Sequence[Reading], watched: Watched, before: Mapping[str, Seen], standing: set[str]) -> Turn:
    """`standing` are the keys of groups whose finding is open. What has no value neither opens nor closes one."""
    holding = dict(_judged(found, watched, before))
    named = {each.kept_key: each for each in found}
    return Turn(
        [named[key] for key, holds in holding.items() if holds and key not in standing],
        [named[key] for key, holds in holding.items() if not holds and key in standing],
        sorted(standing - named.keys()),
    )


def _judged(found: Sequence[Reading], watched: Watched, before: Mapping[str, Seen]) -> Iterator[tuple[str, bool]]:
    for each in found:
        if each.seen is not None:
            yield each.kept_key, watched.condition.holds(each.seen, before.get(each.kept_key))
