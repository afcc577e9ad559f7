"""Months from one to another, both included: what counts of cases are about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.errors import Malformed, Message, fault

MOST_MONTHS = 120
FIRST_YEAR, LAST_YEAR = 1949, 2999
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


class InvalidPeriod(Malformed):
    slug, title = "invalid-period", Message("月份有误", "Invalid period")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return self.plus(1).first_day - timedelta(days=1)

    @property
    def number(self) -> int:
        """Months are numbered without a gap."""
        return self.year * 12 + self.month - 1

    def plus(self, months: int) -> "Month":
        year, month = divmod(self.number + months, 12)
        return Month(year, month + 1)


@dataclass(frozen=True, slots=True)
class Period:
    """The months from `first` to `last`, both included."""

    first: Month
    last: Month

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"

    def __len__(self) -> int:
        return self.last.number - self.first.number + 1

    def __iter__(self) -> Iterator[Month]:
        return (self.first.plus(each) for each in range(len(self)))

    @property
    def first_day(self) -> date:
        return self.first.first_day

    @property
    def last_day(self) -> date:
        return self.last.last_day


def last_months(count: int, day: date) -> Period:
    """The last so many months that are over on a day."""
    month = Month(day.year, day.month)
    last = month.plus(-1)
    return Period(last.plus(1 - count), last)


def month_of(text: str) -> Month | None:
    """None of what is no month, such as 2024-13, or lies beyond what anybody counts."""
    found = MONTH.fullmatch(text)
    month = Month(int(found[1]), int(found[2])) if found else None
    return month if month and FIRST_YEAR <= month.year <= LAST_YEAR else None


def parse_period(text: str, today: date, parameter: str = "period") -> Period:
    """`2024-01..2024-06`, or one month. Raises InvalidPeriod where it is none, runs backward, is too long or not over."""
    first, dots, last = text.partition("..")
    begin, end = month_of(first), month_of(last if dots else first)
    if begin is None or end is None:
        raise _invalid(
            parameter,
            text,
            "not-a-period",
            f"参数 {parameter} 的值“{text[:40]}”不是月份。请写成 2024-01..2024-06（两头都算）或 2024-06。",
            f"{parameter} = {text[:40]!r} is no period. Write 2024-01..2024-06 (both included) or 2024-06.",
        )
    period = Period(begin, end)
    if begin > end:
        zh, en = f"参数 {parameter}：{first} 晚于 {last}，请对调。", f"{parameter} runs backward; exchange its months."
        raise _invalid(parameter, text, "backward", zh, en, suggestion=f"{last}..{first}")
    if len(period) > MOST_MONTHS:
        zh = f"参数 {parameter} 有 {len(period)} 个月，最多 {MOST_MONTHS} 个月。"
        raise _invalid(
            parameter, text, "too-many-months", zh, f"{parameter} has {len(period)} months, {MOST_MONTHS} at most."
        )
    if period.last_day >= today:
        zh = f"参数 {parameter}：{end} 还没有结束（今天 {today}），那个月的办件还不能统计。"
        raise _invalid(parameter, text, "month-not-over", zh, f"{end} is not over yet (today is {today}).")
    return period


def _invalid(parameter: str, value: str, rule: str, zh: str, en: str, suggestion: str | None = None) -> InvalidPeriod:
    told = fault(zh, en, parameter=parameter, value=value[:100], rule=rule, suggestion=suggestion)
    return InvalidPeriod(Message(zh, en), faults=[told])
