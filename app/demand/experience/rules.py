"""What an item promises, what a respondent met with, and which is worse. Pure.

Both are numbers of the same thing, less being better: visits, working days, whether a fee is charged, whether one has to
submit again elsewhere, whether paper is asked for. What one of them doesn't say is not compared: unknown is never a no.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, get_args

from app.demand.surveys.questions import Measure, Part
from app.files.cleaning import as_compared

Verdict: TypeAlias = Literal["worse", "equal", "better"]
Apart: TypeAlias = Literal["not_answered", "answer_unclear", "promise_not_stated", "promise_not_comparable"]
VERDICTS: Final[Sequence[Verdict]] = get_args(Verdict)
APART: Final[Sequence[Apart]] = get_args(Apart)

# Working days of a unit, as the metric `limit_compression` converts: a month 22, a year 250. Calendar days and hours are
# not converted.
WORKING_DAYS: Mapping[str, int] = {"工作日": 1, "个工作日": 1, "月": 22, "个月": 22, "年": 250}

PAPER, ELECTRONIC, EITHER = "1", "2", "3"  # Of the code list material_format.
ACCEPTED_ONLINE, HANDLED_ONLINE = frozenset("4567"), frozenset("567")  # Of online_depth.
NONE = "无"


@dataclass(frozen=True, slots=True)
class Promise:
    """What an item says on a day. None is not stated.

    `days` is its promised limit in working days; `is_other_days` where it is stated in a unit that is not converted.
    """

    visits: int | None = None
    days: int | None = None
    is_other_days: bool = False
    is_charged: bool | None = None
    is_submitted_once: bool | None = None
    needs_paper: bool | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a respondent answered to one question: a number, or the options that were chosen."""

    number: float | None = None
    choices: list[str] = field(default_factory=list)


def compare(measure: Measure, part: Part, said: Said | None, promise: Promise) -> Verdict | Apart:
    """`part` is the question that measures."""
    if said is None:
        return "not_answered"
    met = EXPERIENCED[measure](part, said)
    if met is None:
        return "answer_unclear"
    promised = promised_of(measure, promise)
    if promised is None:
        other = measure == "working_days" and promise.is_other_days
        return "promise_not_comparable" if other else "promise_not_stated"
    return "worse" if met > promised else "better" if met < promised else "equal"


def promised_of(measure: Measure, promise: Promise) -> float | None:
    """As the number that is compared."""
    once = promise.is_submitted_once
    again = None if once is None else not once
    stated: Mapping[str, float | None] = {
        "visits": promise.visits,
        "working_days": promise.days,
        "fee": promise.is_charged,
        "resubmission": again,
        "paper": promise.needs_paper,
    }
    return stated[measure]


def _visits(_: Part, said: Said) -> float | None:
    return said.number


def _days(part: Part, said: Said) -> float | None:
    """A question without a unit is one of working days, since that is what it measures."""
    days = 1 if part.unit is None else WORKING_DAYS.get(as_compared(part.unit))
    return None if said.number is None or days is None else said.number * days


def _fee(_: Part, said: Said) -> float | None:
    """Whether any was paid. How much is not compared: the standards of fees are texts."""
    return None if said.number is None else said.number > 0


def _option(part: Part, said: Said) -> float | None:
    """Whether an option was chosen that is worse; 其他, beside which anything may be written, doesn't say."""
    options = [option for option in part.options if option.code in said.choices]
    if any(option.worse for option in options):
        return True
    return False if options and not any(option.open for option in options) else None


EXPERIENCED: Mapping[Measure, Callable[[Part, Said], float | None]] = {
    "visits": _visits,
    "working_days": _days,
    "fee": _fee,
    "resubmission": _option,
    "paper": _option,
}


def is_charged(*, is_fee: bool | None, fees: Sequence[object] | None) -> bool | None:
    """By what the item says, else by its list of fees. Where it lists fees and says that it takes none nobody knows."""
    if fees:
        return None if is_fee is False else True
    return False if is_fee is None and fees is not None else is_fee


def is_submitted_once(
    *, at_one_window: bool | None, depths: Collection[str] | None, joint: str | None, shared: Collection[str]
) -> bool | None:
    """Whether one application is enough: it is accepted at a comprehensive window or online, or some of its materials are
    obtained by sharing, so that nobody may ask for them again (国务院关于在线政务服务的若干规定 art. 7).

    It is not where neither is so and other departments take part. Else the item doesn't say.
    """
    if at_one_window or shared or ACCEPTED_ONLINE & set(depths or ()):
        return True
    takes_others = joint is not None and joint.strip() not in ("", NONE)
    return False if at_one_window is False and depths is not None and takes_others else None


def needs_paper(
    formats: Sequence[str | None] | None, depths: Collection[str] | None, *, is_online: bool | None
) -> bool | None:
    """`formats` are those of the materials. One of paper is asked for openly; nothing is where all are electronic, where
    the item is handled online to its end, or where each may be either and the item can be done online.
    """
    if PAPER in (formats or ()):
        return True
    if HANDLED_ONLINE & set(depths or ()) or (formats is not None and set(formats) <= {ELECTRONIC}):
        return False
    may_be_electronic = formats is not None and set(formats) <= {ELECTRONIC, EITHER}
    return False if may_be_electronic and is_online else None
