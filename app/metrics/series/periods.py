"""The days of a series: the last day of each period, and the last day asked for."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal, get_args

from app.errors import Malformed, Message, fault
from app.metrics.spans import check_order

Every = Literal["day", "week", "month", "quarter", "year"]

MOST_POINTS = 1_000
MOST_ONE_BY_ONE = 40  # Three years by month; of 25,000 items a point takes 0.3 seconds.


class TooManyPoints(Malformed):
    slug, title = "too-many-points", Message("时间点太多", "Too many points")


def _months(count: int) -> Callable[[date], int]:
    return lambda day: (day.year * 12 + day.month - 1) // count


def _month_end(count: int) -> Callable[[int], date]:
    def end(period: int) -> date:
        year, month = divmod((period + 1) * count, 12)
        return date(year, month + 1, 1) - timedelta(days=1)

    return end


# The number of the period that a day lies in; periods are numbered without a gap. Weeks end on Sunday.
NUMBER: Mapping[Every, Callable[[date], int]] = {
    "day": date.toordinal,
    "week": lambda day: (day.toordinal() - 1) // 7,
    "month": _months(1),
    "quarter": _months(3),
    "year": _months(12),
}
LAST_DAY: Mapping[Every, Callable[[int], date]] = {
    "day": date.fromordinal,
    "week": lambda period: date.fromordinal((period + 1) * 7),
    "month": _month_end(1),
    "quarter": _month_end(3),
    "year": _month_end(12),
}


def points(first: date, last: date, every: Every) -> Sequence[date]:
    """The last day of every period that `first` … `last` touches, the last period's being `last` itself.

    Raises BackwardSpan, or TooManyPoints beyond a thousand.
    """
    check_order(first, last)
    count = count_points(first, last, every)
    if count > MOST_POINTS:
        raise _too_many(count, first, last, every)
    begin, end_of = NUMBER[every](first), LAST_DAY[every]
    return [*(end_of(begin + place) for place in range(count - 1)), last]


def count_points(first: date, last: date, every: Every) -> int:
    number = NUMBER[every]
    return number(last) - number(first) + 1


def refuse_points(count: int) -> None:
    """Raises TooManyPoints beyond forty: what looks at verifications or links, or at a base day as known then, or counts
    objects, is counted point by point.
    """
    if count <= MOST_ONE_BY_ONE:
        return
    zh = (
        "看核实、链接情况的数字，数窗口、批次等对象的，以及按每一天当时所知（known_at=as_of）看比较日的，每个时间点要单独计算，"
        f"一次最多 {MOST_ONE_BY_ONE} 个点，这里有 {count} 个。请用更大的间隔（every），或缩短 from 到 to 的时间。"
    )
    en = (
        "What looks at verifications or links, counts objects, or looks at a base day as known then, is counted point by"
        f" point: {MOST_ONE_BY_ONE} at most, not {count}."
    )
    raise TooManyPoints(Message(zh, en), faults=[fault(zh, en, parameter="every", rule="too-many-points")])


def _too_many(count: int, first: date, last: date, every: Every) -> TooManyPoints:
    coarser = next((each for each in get_args(Every) if count_points(first, last, each) <= MOST_POINTS), None)
    hint_zh = f"用更大的间隔（如 every={coarser}），或" if coarser else ""
    hint_en = f"Use every={coarser}, or shorten the span." if coarser else "Shorten the span."
    zh = f"every={every} 会有 {count} 个时间点，最多 {MOST_POINTS} 个。请{hint_zh}缩短 from 到 to 的时间。"
    en = f"every={every} would give {count} points, {MOST_POINTS} at most. {hint_en}"
    told = fault(zh, en, parameter="every", value=every, rule="too-many-points", suggestion=coarser)
    return TooManyPoints(Message(zh, en), faults=[told])
