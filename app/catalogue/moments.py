"""The two dates of every answer: the day it is about (as_of) and the revision it was known by (known_at)."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Column, Connection, Date, DateTime, Integer, Table, func, select, true

from app.catalogue.periods import Period
from app.clock import SHANGHAI
from app.db import Record, Statement, metadata
from app.errors import Malformed, Message, fault

revision = Table(
    "revision",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("published_at", DateTime(timezone=True), nullable=False, index=True),
    Column("change_set", Integer),  # null where metrics, redactions, verifications, dead links or cases took it
    Column("starts_on", Date, nullable=False),  # the first day that the catalogue then says anything about
)


BASE_AS_OF = "base_as_of"

REVISION = select(revision.c.number, revision.c.published_at, revision.c.starts_on)
LAST = REVISION.order_by(revision.c.number.desc()).limit(1)
NEWEST = LAST.subquery("newest")


@dataclass(frozen=True, slots=True)
class Moment:
    """What was so on `as_of`, as the catalogue knew it at `revision`, the last one published by `known_at`.

    `newest` is the catalogue's last revision. Where two days are compared `base` is the earlier one; of counts of cases
    `period` says which months, and `as_of` is the last day of the last.
    """

    as_of: date
    known_at: datetime | None
    revision: int
    newest: int
    since: datetime | None = None
    starts_on: date | None = None
    base: date | None = None
    period: Period | None = None

    @property
    def latest(self) -> bool:
        """While no later revision exists, reads may use what is indexed for now."""
        return self.revision == self.newest

    @property
    def stated(self) -> dict[str, object]:
        """The dates as every answer carries them; before the catalogue began it says since when it knows anything."""
        known_at = self.known_at.isoformat() if self.known_at else None
        dates: dict[str, object] = {"as_of": self.as_of.isoformat(), "known_at": known_at, "revision": self.revision}
        dates |= self._beside
        note = self.note or self._note_of_base
        return {**dates, "note": note} if note else dates

    @property
    def pinned(self) -> dict[str, object]:
        """The two dates as addresses carry them, so that they lead to the same for ever."""
        day: dict[str, object] = {} if self.period else {"as_of": self.as_of.isoformat()}
        return {**day, **self._beside, "known_at": self.revision}

    @property
    def _beside(self) -> dict[str, object]:
        base: dict[str, object] = {BASE_AS_OF: self.base.isoformat()} if self.base else {}
        return base | ({"period": str(self.period)} if self.period else {})

    @property
    def known_base(self) -> date | None:
        """The base day, unless it lies before all that the catalogue records: what was there then nobody knows."""
        return None if self.starts_on and self.base and self.base < self.starts_on else self.base

    @property
    def _note_of_base(self) -> str | None:
        if self.known_base == self.base:
            return None
        return f"比较日 {self.base} 太早：本目录只记录了 {self.starts_on} 起的情况，那天有哪些事项不知道。"

    @property
    def note(self) -> str | None:
        """Why there is nothing, where the moment lies before all that the catalogue knows."""
        if self.revision:
            if self.starts_on == date.max:
                return f"按第 {self.revision} 版所知，目录里还没有事项。"
            early = self.starts_on is not None and self.as_of < self.starts_on
            return f"本目录只记录了 {self.starts_on} 起的情况，更早的情况不知道。" if early else None
        if self.since is None:
            return "目录还没有发布过任何内容。"
        return f"本目录自 {self.since:%Y-%m-%d} 起才有记录，此前什么都不知道。"


@dataclass(frozen=True, slots=True)
class Asking:
    """What a request calls the two dates, so that a refusal names the right parameter."""

    as_of: str = "as_of"
    known_at: str = "known_at"


def resolve(
    connection: Connection,
    now: datetime,
    as_of: str | None = None,
    known_at: str | None = None,
    asking: Asking = Asking(),
    base_as_of: str | None = None,
) -> Moment:
    """The moment a request means. `known_at` is a day (its end), an instant with offset, or a revision number.

    Raises Malformed where a date does not exist or lies ahead of what can be known, or the base day is no earlier one.
    """
    day = now.date() if as_of is None else parse_day(as_of, asking.as_of)
    base = read_base(base_as_of, day, Message(f"参数 {asking.as_of}", asking.as_of))
    newest = connection.execute(LAST).one_or_none()
    known, instant = (newest, None) if known_at is None else _known(connection, now, known_at, newest, asking)
    last = 0 if newest is None else newest.number
    if known is None:
        return Moment(day, instant, 0, last, since=_began(connection), base=base)
    at = instant or in_shanghai(known.published_at)
    return Moment(day, at, known.number, last, starts_on=known.starts_on, base=base)


def each_known_then(connection: Connection, now: datetime, days: Sequence[date]) -> list[Moment]:
    """Each day as the catalogue knew it at its end, a day that has not ended as it is known now. One statement."""
    known = connection.execute(REVISION.order_by(revision.c.number)).all()
    times = [in_shanghai(each.published_at) for each in known]
    since = times[0] if times else None
    moments = []
    for day in days:
        instant = datetime.combine(day, time.max, SHANGHAI)
        place = bisect_right(times, instant)
        at, newest = min(instant, now), known[-1].number if known else 0
        if place:
            last = known[place - 1]
            moments.append(Moment(day, at, last.number, newest, starts_on=last.starts_on))
        else:
            moments.append(Moment(day, at, 0, newest, since=since))
    return moments


def with_newest(statement: Statement) -> Statement:
    """The statement about now with the newest revision in each row, so that nothing else need be asked (`now_in`)."""
    return statement.add_columns(*NEWEST.c).join(NEWEST, true())


def now_in(row: Record, day: date) -> Moment:
    """The moment a row of `with_newest` is about."""
    return Moment(day, in_shanghai(row.published_at), row.number, row.number, starts_on=row.starts_on)


def latest_revision(connection: Connection) -> int:
    last = connection.execute(LAST).one_or_none()
    return 0 if last is None else last.number


def _began(connection: Connection) -> datetime | None:
    at = connection.execute(select(func.min(revision.c.published_at))).scalar()
    return None if at is None else in_shanghai(at)


def in_shanghai(at: datetime) -> datetime:
    """SQLite keeps no offset: what it holds is Shanghai time."""
    return at.replace(tzinfo=SHANGHAI) if at.tzinfo is None else at.astimezone(SHANGHAI)


def _known(
    connection: Connection, now: datetime, text: str, newest: Record | None, asking: Asking
) -> tuple[Record | None, datetime | None]:
    """The revision that `known_at` means, None where there was none yet, and the instant where it was one."""
    if text.isdecimal() and text.isascii() and len(text) < 8:
        return _numbered(connection, int(text), newest, asking.known_at), None
    instant = parse_instant(text, asking.known_at)
    if instant.date() > now.date() or (instant > now and instant.time() != time.max):
        raise _in_the_future(text, asking)
    return connection.execute(LAST.where(revision.c.published_at <= instant)).one_or_none(), min(instant, now)


def _numbered(connection: Connection, number: int, newest: Record | None, parameter: str) -> Record | None:
    last = 0 if newest is None else newest.number
    if number > last:
        raise _malformed(
            parameter,
            str(number),
            "unknown-revision",
            f"没有第 {number} 版：目录现在是第 {last} 版。",
            f"There is no revision {number}: the catalogue is at revision {last}.",
        )
    return newest if number == last else connection.execute(REVISION.where(revision.c.number == number)).one_or_none()


def read_day(now: datetime, as_of: str | None) -> date:
    """The day a request is about: today, unless it says."""
    return now.date() if as_of is None else parse_day(as_of, "as_of")


def read_base(text: str | None, day: date, called: Message) -> date | None:
    """The day that `day` is compared with. Raises Malformed where it is not the earlier one; `called` says what `day` is."""
    if text is None:
        return None
    base = parse_day(text, BASE_AS_OF)
    if base >= day:
        raise _malformed(
            BASE_AS_OF,
            text,
            "base-not-before",
            f"参数 {BASE_AS_OF} 的值“{text}”要早于{called.zh}（{day}）：它是拿来比较的、较早的那一天。",
            f"{BASE_AS_OF} = {text!r} must be earlier than {called.en} ({day}), which it is compared with.",
        )
    return base


def parse_day(text: str, parameter: str) -> date:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) and (day := date.fromisoformat(text)) < date.max:
            return day
    except ValueError:
        pass
    raise _malformed(
        parameter,
        text,
        "not-a-date",
        f"参数 {parameter} 的值“{text}”不是日期。请写成 2024-06-30 这样的年-月-日，日期要存在，且早于 {date.max}。",
        f"{parameter} = {text!r} is not a date. Write an existing day as 2024-06-30.",
    )


def parse_instant(text: str, parameter: str) -> datetime:
    """A day means its end. `+` in a URL often arrives as a blank; both are taken."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return datetime.combine(parse_day(text, parameter), time.max, SHANGHAI)
    try:
        instant = datetime.fromisoformat(text.replace(" ", "+"))
        in_time = instant.astimezone(SHANGHAI) if instant.tzinfo else None
    except (ValueError, OverflowError):
        in_time = None
    if in_time is None:
        raise _malformed(
            parameter,
            text,
            "not-an-instant",
            f"参数 {parameter} 的值“{text}”看不懂。请写一天（2020-12-08）、带时区的时刻（2020-12-08T09:00:00+08:00）或版次号（12）。",
            f"{parameter} = {text!r} is neither a day, an instant with an offset, nor a revision number.",
        )
    return in_time


def _in_the_future(text: str, asking: Asking) -> Malformed:
    day, parameter = asking.as_of, asking.known_at
    return _malformed(
        parameter,
        text,
        "in-the-future",
        f"参数 {parameter} 的值“{text}”在将来：将来才会知道的内容现在答不了。要看将来某天的情况，请用 {day}。",
        f"{parameter} = {text!r} lies in the future, which nobody knows yet. For a coming day use {day}.",
    )


def _malformed(parameter: str, value: str, rule: str, zh: str, en: str) -> Malformed:
    return Malformed(Message(zh, en), faults=[fault(zh, en, parameter=parameter, value=value[:100], rule=rule)])
