"""From what a figure says it is about to a question, and from a question to a moment."""

from dataclasses import dataclass, replace
from datetime import date

from app.catalogue.moments import Moment, read_base
from app.catalogue.periods import parse_period
from app.errors import AppError, Malformed, Message, fault
from app.metrics.basis import refuse_days
from app.metrics.cases.service import BY_ITEM
from app.metrics.groups import UnknownGroup, grouping
from app.metrics.reports.rules import Question, When
from app.metrics.reports.schemas import StatedFigure


class DayAhead(Malformed):
    slug, title = "report-day-ahead", Message("报告不能说将来", "A report can't tell of the future")


AS_OF = Message("这一天", "this day")


def question(figure: StatedFigure, today: date) -> Question:
    """Raises UnknownGroup, TooManyGroups or InvalidPeriod. A figure of months is about the last day of the last."""
    period = None if figure.period is None else parse_period(figure.period, today)
    day = figure.as_of or today if period is None else period.last_day
    when = When(day, None if period is None else str(period), figure.base_as_of)
    group_by = tuple(each.name for each in grouping(figure.group_by, when.basis))
    if BY_ITEM in group_by:
        raise _by_item()
    return Question(figure.metric, when, group_by, figure.within, figure.filter)


def _by_item() -> UnknownGroup:
    """What items are called may be redacted; a report stays."""
    zh = "报告里的数字不能逐项分组（item）：事项由每个数字的地址列出。请去掉 item。"
    en = "Figures of a report are not grouped by item: their addresses list the items. Leave item out."
    return UnknownGroup(Message(zh, en), faults=[fault(zh, en, parameter="group_by", value=BY_ITEM, rule="by-item")])


def moment_of(when: When, known: Moment, today: date) -> Moment:
    """The moment of a figure as it is known at a revision: the one place where its time is read.

    Raises DayAhead, or Malformed for a base day that is no earlier one or stands beside months.
    """
    if when.as_of > today:
        raise _ahead(when.as_of, today)
    if when.period is not None:
        refuse_days(base=None if when.base_as_of is None else str(when.base_as_of))
        return replace(known, as_of=when.as_of, period=parse_period(when.period, today))
    base = read_base(None if when.base_as_of is None else str(when.base_as_of), when.as_of, AS_OF)
    return replace(known, as_of=when.as_of, base=base)


def _ahead(day: date, today: date) -> DayAhead:
    zh = f"{day} 还没有到（今天 {today}）：报告引用的数字以后不能再变，请写今天或更早的一天。"
    en = f"{day} lies ahead (today is {today}): what a report cites must stay. Write today or an earlier day."
    return DayAhead(Message(zh, en), faults=[fault(zh, en, parameter="as_of", value=str(day), rule="day-ahead")])


def placed(error: AppError, pointer: str) -> AppError:
    """The refusal of a part of a body: what it says of a parameter is said of that member."""
    error.faults = tuple(
        replace(each, pointer=f"{pointer}/{each.parameter}", parameter=None) if each.parameter else each
        for each in error.faults
    )
    return error


@dataclass(frozen=True, slots=True)
class Wanted:
    """A figure that is wanted, and where in the body it is asked for."""

    figure: StatedFigure
    pointer: str

    def question(self, today: date) -> Question:
        """Raises what `question` raises, at its place."""
        try:
            return question(self.figure, today)
        except AppError as error:
            raise placed(error, self.pointer) from error
