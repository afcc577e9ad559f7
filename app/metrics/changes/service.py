"""Why a figure moved: before, after, and the difference by kind of change, exact to the last digit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from app.catalogue.known import demand_known
from app.catalogue.moments import BASE_AS_OF, Moment
from app.catalogue.params import NOT_STATED, ItemQuestion
from app.errors import Message
from app.metrics.basis import demand_basis
from app.metrics.changes import queries
from app.metrics.changes.counting import Comparison, Side, bound
from app.metrics.changes.redefined import demand_comparable, redefinition
from app.metrics.changes.rules import KINDS, ChangeKind, Scale, Tally, label, moved, scale, written
from app.metrics.definitions import Metric
from app.metrics.figures import NO_URLS, Row, as_known, group_of, nulls_last, refuse_too_many, row
from app.metrics.groups import Key, Names, demand_summable, grouping
from app.metrics.in_force import Asking, chosen_at
from app.metrics.links import Addresses, check_room
from app.metrics.objects.rules import demand_items
from app.metrics.queries import GroupKey, Measures, counted, measures
from app.metrics.rules import FIGURES, WITHOUT_DENOMINATOR, Figure, Parts
from app.metrics.two_days import refuse_idle_base
from app.pages import link

ITEMS = "/v1/metric-changes/items"
LINKS = 2 * len(NO_URLS) + len(KINDS)  # Of a group: those of both sides, and one of each kind of change.
ASKING = Asking(
    Message(
        "请让 known_from 和 known_to 都不早于 {day}，或去掉它们。",
        "Let known_from and known_to be {day} or later, or leave them out.",
    ),
    several=False,
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, as it is written in addresses; the dates apart."""

    metric: str
    group_by: tuple[str, ...] = ()
    within: str | None = None
    filter: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """A metric at one of the two moments: its numbers by group, as they were counted with others or by itself."""

    metric: Metric
    moment: Moment
    numbers: Mapping[GroupKey, list[int]]
    measured: Measures

    def parts(self, key: GroupKey) -> Parts:
        """Of a group that has no items then, nothing."""
        return self.measured.parts(self.metric, self.numbers.get(key) or [0] * (1 + len(self.measured.places)))

    def figure(self, key: GroupKey) -> Figure:
        return FIGURES[self.metric.kind](self.parts(key))

    def valued(self, key: GroupKey) -> Figure | None:
        """The figure, unless it has no value: then `reason` says why."""
        return None if self.reason(key) else self.figure(key)

    def reason(self, key: GroupKey) -> str | None:
        figure, day = self.figure(key), self.moment.as_of
        if self.moment.note is not None:
            return f"{day}：{self.moment.note}"
        if figure.value is not None:
            return None
        if figure.denominator is None:
            return f"{day}：没有一项填了所需的要素，没有总和可言。"
        if figure.denominator:
            return f"{day}：没有一项填了所需的要素，没有占比可言。"
        return f"{day}：没有可计的事项，分母为零。"


def movement(connection: Connection, asked: Question, before: Moment, after: Moment) -> "Movement":
    """Raises Malformed where the metric, a group, the division or the filter is wrong, or the metric another one."""
    dimensions, question = grouping(asked.group_by), ItemQuestion(within=asked.within, filter=asked.filter)
    check_room(question)
    demand_known(connection, question, before)
    defined = chosen_at(connection, (asked.metric,), (before, after), ASKING)
    (was,), (now,) = defined[before.revision], defined[after.revision]
    demand_basis((was, now), after)
    demand_items(now, asked.within, before, after)
    demand_summable((was, now), dimensions)
    demand_comparable(was, now)
    refuse_idle_base((was, now), question, before)

    def at(metric: Metric, moment: Moment) -> Counted:
        numbers = counted(connection, (metric,), dimensions, question, moment)
        return Counted(metric, moment, numbers, measures((metric,)))

    return Movement(asked, at(was, before), at(now, after))


class Movement:
    """A figure at two moments, ready to say what moved it.

    `path` is where its items are. A draft is not published, so nothing leads to its side, and what it changes is told by
    what it does: only of what is published can one say that it was corrected.
    """

    def __init__(
        self, asked: Question, before: Counted, after: Counted, *, path: str = ITEMS, is_draft: bool = False
    ) -> None:
        self.dimensions = grouping(asked.group_by)
        self.question = ItemQuestion(within=asked.within, filter=asked.filter)
        self.before, self.after, self.path, self.is_draft = before, after, path, is_draft
        self.keys = sorted({*before.numbers, *after.numbers}, key=nulls_last)
        self._asked = asked

    @property
    def comparison(self) -> Comparison:
        before, after = self.before, self.after
        same = self.is_draft or (before.metric, before.moment.revision) == (after.metric, after.moment.revision)
        return Comparison(
            Side("before", before.metric, before.moment.latest),
            Side("after", after.metric, after.moment.latest),
            None if same else Side("then", after.metric, after.moment.latest),
            self.dimensions,
            self.question,
        )

    @property
    def moments(self) -> dict[str, object]:
        """What statements about the comparison run with."""
        before, after = self.before.moment, self.after.moment
        then = replace(after, as_of=before.as_of)
        sides = {"before": before, "after": after, "then": then}
        values = {name: value for side, moment in sides.items() for name, value in bound(side, moment).items()}
        return values | {"moment_base": after.known_base}

    @property
    def stated(self) -> dict[str, object]:
        """The dates as the answer carries them, and what is compared."""
        before, after = self.before.moment.stated, self.after.moment.stated
        metric, note = self.after.metric, redefinition(self.before.metric, self.after.metric)
        told = {"note": note} if note else {}
        return {
            "from": before["as_of"],
            "to": after["as_of"],
            "known_from": before["known_at"],
            "known_to": after["known_at"],
            "revision_from": before["revision"],
            "revision_to": after["revision"],
            **self._base,
            "metric": metric.key,
            "definition_version_from": self.before.metric.definition_version,
            "definition_version_to": metric.definition_version,
            **told,
        }

    @property
    def pinned(self) -> dict[str, object]:
        """The question with both dates pinned, as addresses carry it; a draft is asked about a day only."""
        stated, asked = self.stated, self._asked
        if self.is_draft:
            return {"metric": asked.metric, "as_of": stated["to"]}
        dates = {"from": stated["from"], "to": stated["to"]}
        known = {"known_from": stated["revision_from"], "known_to": stated["revision_to"]}
        return {"metric": asked.metric, **dates, **known, **self._base, "within": asked.within, "filter": asked.filter}

    @property
    def _base(self) -> dict[str, object]:
        """Both sides are compared with the same day."""
        base = self.before.moment.base
        return {BASE_AS_OF: base.isoformat()} if base else {}

    def names(self, connection: Connection, side: str) -> Sequence[Names]:
        """What the groups are called on the day of a side."""
        moment = {"before": self.before, "after": self.after}[side].moment
        return [each.labels(connection, moment) for each in self.dimensions]

    def scale(self, key: GroupKey) -> Scale | None:
        return scale(self.before.valued(key), self.after.valued(key))


def changes(connection: Connection, movement: Movement) -> list[Row]:
    """For each group the figure before and after, and by kind of change what moved it."""
    refuse_too_many(len(movement.keys), movement.question, LINKS)
    found = queries.tallies(connection, movement.comparison, movement.moments)
    before, after = (_shown(connection, movement, side) for side in (movement.before, movement.after))
    return [_change(movement, key, before(key), after(key), found.get(key, {})) for key in movement.keys]


def _shown(connection: Connection, movement: Movement, side: Counted) -> Callable[[GroupKey], Row]:
    """The row of metric-values for a group on one side, with the names of its day."""
    moment, dimensions = side.moment, movement.dimensions
    names = [each.labels(connection, moment) for each in dimensions]
    addresses = Addresses(movement.question, moment)

    def shown(key: GroupKey) -> Row:
        figure = row(side.metric, group_of(key, dimensions, names), side.parts(key), addresses)
        nowhere = NO_URLS if movement.is_draft and side is movement.after else {}
        return {**as_known(figure, moment), **nowhere}

    return shown


def _change(movement: Movement, key: GroupKey, before: Row, after: Row, kinds: Mapping[ChangeKind, Tally]) -> Row:
    was, now = movement.before, movement.after
    change = moved(was.valued(key), now.valued(key))
    one, other = was.figure(key), now.figure(key)
    whole = Tally(0, other.numerator - one.numerator, (other.denominator or 0) - (one.denominator or 0))
    whole = replace(whole, unknown=other.unknown - one.unknown)
    note = " ".join(reason for reason in (was.reason(key), now.reason(key)) if reason)
    return {
        "group": _named_group(movement, key, before, after),
        "before": before,
        "after": after,
        **written("change", change, now.metric.kind),
        **_differences(movement, whole),
        "note": note or None,
        "kinds": [_kind(movement, key, kind, kinds[kind]) for kind in KINDS if kind in kinds],
    }


def _named_group(movement: Movement, key: GroupKey, before: Row, after: Row) -> object:
    """With the names of the later day, unless the group had items on the earlier one only."""
    return before["group"] if key not in movement.after.numbers else after["group"]


def _differences(movement: Movement, tally: Tally) -> Row:
    """Counts and totals have no denominator."""
    denominator = None if movement.after.metric.kind in WITHOUT_DENOMINATOR else tally.denominator
    return {
        "numerator_change": tally.numerator,
        "denominator_change": denominator,
        "unknown_change": tally.unknown,
    }


def _kind(movement: Movement, key: GroupKey, kind: ChangeKind, tally: Tally) -> Row:
    in_units = movement.scale(key)
    points = None if in_units is None else in_units.points(tally.numerator, tally.denominator)
    names = [each.name for each in movement.dimensions]
    group = {"group_by": names or None, "group": [written_key(each) for each in key] or None}
    return {
        "kind": kind,
        "label": label(kind, movement.after.metric.better),
        "items": tally.items,
        **_differences(movement, tally),
        **written("points", points, movement.after.metric.kind),
        "items_url": link(movement.path, **movement.pinned, kind=kind, **group),
    }


def written_key(key: Key) -> str:
    """A key of a group as an address carries it; `null` is the group that has none."""
    if key is None:
        return NOT_STATED
    return str(key).lower() if isinstance(key, bool) else str(key)
