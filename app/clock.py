"""The time of day, in one place: days are Asia/Shanghai days, and a test or the seed can hold the clock still."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    def now(self) -> datetime: ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(SHANGHAI)


@dataclass
class FrozenClock:
    """A clock that stands at `at` until it is set again."""

    at: datetime

    def now(self) -> datetime:
        return self.at.astimezone(SHANGHAI)


def today(clock: Clock) -> date:
    return clock.now().date()
