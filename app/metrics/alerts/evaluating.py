"""Evaluating a rule: what its figure is at a moment, and what that means beside what was known before."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection

from app.catalogue.moments import Moment
from app.errors import Malformed, Message, fault
from app.metrics.alerts.held import Watched
from app.metrics.alerts.rules import MOST_GROUPS, Condition, Seen
from app.metrics.changes.redefined import called, is_comparable
from app.metrics.changes.service import written_key
from app.metrics.definitions import Metric
from app.metrics.figures import UNREPORTED, Row, figures_of
from app.metrics.in_force import chosen
from app.metrics.queries import GroupKey
from app.metrics.recorded import versions_of


class TooManyToWatch(Malformed):
    slug, title = "too-many-to-watch", Message("要检查的组太多", "Too many groups to watch")


@dataclass(frozen=True, slots=True)
class Reading:
    """The figure of one group at a moment; `seen` is None where it has no value, or lacks a month that isn't reported:
    what comes of that is no change. Of what counts no items nobody can say which ones moved it.
    """

    key: GroupKey
    row: Row
    seen: Seen | None
    counts_items: bool

    @property
    def kept_key(self) -> str:
        return orjson.dumps(list(self.key)).decode()

    @property
    def figure(self) -> dict[str, Any]:
        """The parts that a finding keeps."""
        return {name: self.row[name] for name in KEPT}


KEPT = ("value", "value_max", "percent", "numerator", "denominator", "unknown", "definition_version")


def readings(connection: Connection, watched: Watched, moment: Moment, before: Collection[Seen] = ()) -> list[Reading]:
    """Of each group, or of the one that is watched. Raises Malformed where it can't be computed (any more), or where the
    limit says nothing of what the metric has become since it was seen before.
    """
    (metric,) = chosen(connection, [watched.metric], moment)
    demand_fit(watched.condition, metric)
    _demand_same_kind(connection, watched.condition, metric, before)
    rows = figures_of(connection, (metric,), watched.group_by, watched.about(moment), watched.within, watched.filter)
    found = [_reading(row, watched.group_by, moment, metric) for row in rows]
    wanted = [each for each in found if watched.group in (None, tuple(map(written_key, each.key)))]
    if len(wanted) > MOST_GROUPS:
        raise _too_many(len(wanted))
    return wanted


def demand_fit(condition: Condition, metric: Metric) -> None:
    """Raises Malformed where no figure of the metric could ever meet the condition, or every one does."""
    faults = list(condition.faults(metric.kind))
    if faults:
        raise Malformed(faults[0].detail, faults=faults)


def _demand_same_kind(connection: Connection, condition: Condition, now: Metric, before: Collection[Seen]) -> None:
    """A limit of a share says nothing of a count."""
    others = {each.definition_version for each in before} - {now.definition_version}
    versions = versions_of(connection, now.key) if others else ()
    for was in (each.metric for each in versions if each.metric.definition_version in others):
        if not is_comparable(was, now):
            raise _other_kind(condition, was, now)


def _other_kind(condition: Condition, was: Metric, now: Metric) -> Malformed:
    former, present, words = called(was), called(now), condition.words
    zh = f"指标 {now.key} 由{former.zh}改成了{present.zh}，“{words.zh}”是按原来的定义写的。请按新的定义改规则的条件；条件不变的，请暂停后再恢复。"
    en = f"Metric {now.key} was {former.en} and is {present.en}: write the condition ({words.en}) anew, or switch the rule off and on."
    return Malformed(Message(zh, en), faults=[fault(zh, en, pointer="/condition", rule="other-kind")])


def _too_many(count: int) -> TooManyToWatch:
    zh = f"要检查的组有 {count} 个，最多 {MOST_GROUPS} 个。请减少 group_by，或用 within、filter 缩小范围。"
    en = f"{count} groups are to be watched, {MOST_GROUPS} at most."
    return TooManyToWatch(Message(zh, en), faults=[fault(zh, en, parameter="group_by", rule="too-many-groups")])


def _reading(row: Row, group_by: Sequence[str], moment: Moment, metric: Metric) -> Reading:
    group: Any = row["group"]
    figure: Any = row
    seen = None
    if figure["value"] is not None and not figure.get(UNREPORTED):
        parts = figure["definition_version"], figure["numerator"], figure["denominator"]
        seen = Seen(moment.revision, moment.as_of, *parts)
    return Reading(tuple(group[name] for name in group_by), row, seen, metric.basis != "objects")


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
