"""What has become of the accepted cases by a day: closed, closed on time, reviewed, how, and what was done about it."""

from collections.abc import Iterable, Mapping
from datetime import date

from seed.demo.cases.channels import ONLINE, SELF_SERVICE
from seed.demo.cases.portions import part, portions
from seed.demo.cases.volumes import Accepted
from seed.demo.courses import courses
from seed.demo.plan import plan
from seed.demo.standing import handled_by

Counts = Mapping[str, int]

GOOD = {"very_satisfied": 0.9, "fairly_satisfied": 0.085, "basically_satisfied": 0.015}
BAD = {"dissatisfied": 0.7, "very_dissatisfied": 0.3}
GROWING = ("closed", "closed_on_time", "reviewed", *GOOD, *BAD, "bad_reviews_verified", "bad_reviews_fixed")
CALENDAR_DAYS = 1.4
"""A working day in calendar days."""
TAKEN = 0.7
"""Part of the promised limit that the slower cases take."""
REVIEWED: Mapping[str, float] = {ONLINE: 0.72, SELF_SERVICE: 0.25}
REVIEWED_OTHERWISE = 0.5
REVIEWED_LATER = 0.06
VERIFIED, FIXED = 0.85, 0.8


def outcome(cell: Accepted, days: Iterable[date]) -> Counts:
    """What is known on the last of the days on which the month was reported; no count falls from day to day."""
    known: Counts = dict.fromkeys(GROWING, 0)
    for day in days:
        new = _since(cell, day, known)
        known = {name: count + new[name] for name, count in known.items()}
    return {"accepted": cell.count, **known}


def _since(cell: Accepted, day: date, before: Counts) -> Counts:
    """What came on top of what the last report said."""
    key = f"{cell.key}|{day}"
    closed = cell.count - _pending(cell, day) - before["closed"]
    ratio = REVIEWED.get(cell.channel, REVIEWED_OTHERWISE)
    late_reviews = part(before["closed"] - before["reviewed"], REVIEWED_LATER, "reviewed later", key)
    reviewed = part(closed, ratio, "reviewed", key) + late_reviews
    late = part(closed, _late(cell), "late", key)
    new = {"closed": closed, "closed_on_time": closed - late, "reviewed": reviewed}
    return new | _reviews(cell, reviewed, before, key)


def _pending(cell: Accepted, day: date) -> int:
    """Cases of the month's last days, as far as the limit reaches beyond the day."""
    limit = courses()[cell.matter.key].promised(cell.month.now)
    open_days = limit * CALENDAR_DAYS * TAKEN - (day - cell.month.last_day).days
    ratio = min(0.9, max(0.0, open_days / cell.month.last_day.day))
    return part(cell.count, ratio, "pending", cell.key)


def _late(cell: Accepted) -> float:
    """Share of the closed cases that took longer than promised; none of what is settled at once."""
    at_once = courses()[cell.matter.key].promised(cell.month.now) == 0
    return 0.0 if at_once else _of_department(plan().cases.late, cell)


def _of_department(shares: Mapping[str, float], cell: Accepted) -> float:
    return shares.get(handled_by(cell.matter, cell.month.now), shares["others"])


def _reviews(cell: Accepted, reviewed: int, before: Counts, key: str) -> dict[str, int]:
    bad = part(reviewed, _of_department(plan().cases.bad, cell), "bad", key)
    verified = part(bad, VERIFIED, "verified", key)
    waiting = before["bad_reviews_verified"] - before["bad_reviews_fixed"] + verified
    return {
        **_levels(GOOD, reviewed - bad, key),
        **_levels(BAD, bad, key),
        "bad_reviews_verified": verified,
        "bad_reviews_fixed": part(waiting, FIXED, "fixed", key),
    }


def _levels(weights: Mapping[str, float], reviews: int, key: str) -> Mapping[str, int]:
    return dict(zip(weights, portions(reviews, list(weights.values()), "levels", key), strict=True))
