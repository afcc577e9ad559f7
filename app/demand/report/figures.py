"""The figures of a report from what was counted: shares with their bounds and intervals. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple, get_args

from app.catalogue.shares import percent, ratio
from app.demand.report.groups import DIMENSIONS, Key
from app.demand.runs.hints import HINTS
from app.demand.runs.outcomes import MET, OUTCOMES, Outcome
from app.demand.shares import share_out
from app.demand.surveys.questions import Attribute
from app.errors import Message


class Line(NamedTuple):
    """A figure of the report: demands of which outcomes it counts, and which others might prove to be of them."""

    key: str
    label: Message
    outcomes: frozenset[Outcome]
    perhaps: frozenset[Outcome] = frozenset()


REVIEW: Final[frozenset[Outcome]] = frozenset({"review"})
OPEN: Final[frozenset[Outcome]] = REVIEW | {"met_online_unknown"}
LINES: Final = (
    Line("met", Message("有事项可办（合计）", "met"), frozenset(MET.values()), REVIEW),
    Line("met_online", Message("可网上办", "met online"), frozenset({"met_online"}), OPEN),
    Line("met_at_counter", Message("只能线下办", "met at the counter only"), frozenset({"met_at_counter"}), OPEN),
    Line(
        "met_online_unknown",
        Message("有事项，未填能否网办", "met, online or not is not stated"),
        frozenset({"met_online_unknown"}),
        REVIEW,
    ),
    Line("unmet", Message("没有事项可办", "unmet"), frozenset({"unmet"}), REVIEW),
    Line("review", Message("待复核", "to review"), REVIEW),
)
BY_KEY: Final[Mapping[str, Line]] = {each.key: each for each in LINES}
NAMES: Final[Mapping[str, Message]] = {each: BY_KEY[each].label for each in OUTCOMES}
Unsure = Literal["uncertain", "not-matched"]
UNCERTAIN, NOT_MATCHED = get_args(Unsure)
REASONS: Final[Mapping[str, Message]] = {
    UNCERTAIN: Message("比对拿不准", "the matcher is not sure"),
    NOT_MATCHED: Message("文字已隐去或没法比对", "its text was redacted or can't be matched"),
    "rejected": Message("排在第一的事项被人工否定", "the first hit was rejected"),
    "not-in-list-that-day": Message("对应的事项那天不在清单里或已暂停", "its item was not in the list that day"),
    "list-not-searched": Message("那天的清单里有这次比对没有找过的事项", "that day's list was not searched"),
    "item-not-judged": Message(
        "比对排在第一的事项不在人工判定“没有”时看的清单里",
        "the first hit was not in the list that was judged to have none",
    ),
}
NoHint = Literal["none", "not-compared"]
NO_HINT, NOT_COMPARED = get_args(NoHint)
HINT_NAMES: Final[Mapping[str, Message]] = {
    NO_HINT: Message("没有提示", "no hint"),
    **{kind: named.label for kind, named in HINTS.items()},
    NOT_COMPARED: Message("没有比对过，无从提示", "not compared, so that nobody looked for a hint"),
}


class Count(NamedTuple):
    """Demands, and the enterprises that make them: one that makes several counts in each."""

    demands: int = 0
    enterprises: int = 0

    def plus(self, other: "Count") -> "Count":
        return Count(self.demands + other.demands, self.enterprises + other.enterprises)


NOTHING: Final = Count()
WEIGHTS: Final[Mapping[str, Message]] = {
    "demands": Message("按诉求", "by demands"),
    "enterprises": Message("按企业（家次）", "by enterprises, who count once for each demand"),
}


class Cell(NamedTuple):
    """Demands of one outcome, to be reviewed for one of REASONS, from enterprises of one kind; `of` has their group by each dimension."""

    outcome: Outcome
    why: str | None
    of: Key
    counted: Count


Counts = Mapping[Outcome, Count]


def counts_by(cells: Iterable[Cell], by: Sequence[Attribute]) -> dict[Key, dict[Outcome, Count]]:
    """By group of some dimensions the demands of each outcome. Of no dimension there is one group."""
    places = [DIMENSIONS.index(each) for each in by]
    found: dict[Key, dict[Outcome, Count]] = {} if by else {(): {}}
    for cell in cells:
        group = found.setdefault(tuple(cell.of[place] for place in places), {})
        group[cell.outcome] = group.get(cell.outcome, NOTHING).plus(cell.counted)
    return found


def total_of(counts: Counts, outcomes: Iterable[Outcome] = OUTCOMES) -> Count:
    total = NOTHING
    for each in outcomes:
        total = total.plus(counts.get(each, NOTHING))
    return total


def shares_of(line: Line, counts: Counts, whole: Count) -> dict[str, dict[str, Any]]:
    """A line as a share of all, by demands and by enterprises."""
    part, most = (total_of(counts, outcomes) for outcomes in (line.outcomes, line.outcomes | line.perhaps))
    return {name: share(getattr(part, name), getattr(most, name), getattr(whole, name)) for name in WEIGHTS}


def share(numerator: int, most: int, denominator: int) -> dict[str, Any]:
    """`value` is the lower bound: what is to be reviewed isn't counted. `value_max` is the upper one: it all is, and so is
    what isn't stated. `low` to `high` is the Wilson interval of `value` at 95 %, as if each counted one were drawn by itself.
    """
    bound = {"value_max": ratio(most, denominator), "percent_max": percent(most, denominator)}
    return share_out(numerator, denominator) | bound


def reasons_of(cells: Iterable[Cell]) -> dict[str, Count]:
    """Why demands are to be reviewed."""
    found: dict[str, Count] = {}
    for cell in cells:
        if cell.why is not None:
            found[cell.why] = found.get(cell.why, NOTHING).plus(cell.counted)
    return {reason: found[reason] for reason in REASONS if reason in found}
