"""How many cases are accepted: by item, month, channel and, where somebody counts them apart, kind of business."""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from seed.demo.cases.channels import ONLINE, channels, is_online
from seed.demo.cases.portions import portions
from seed.demo.draws import share
from seed.demo.lives import in_use, lives
from seed.demo.matters import Matter, matters
from seed.demo.plan import place_on, plan
from seed.demo.standing import code
from seed.demo.tables import column, table

NO_CASES: Mapping[str, float] = {"08": 0.75, "09": 0.55, "01": 0.4}
"""Shares of the items that nobody applies for in half a year, by their type; OTHERWISE of the other types."""
OTHERWISE = 0.17
UNEVENNESS = 0.5
MOST, MOST_HANDED_OVER = 60, 3
"""About as many cases in half a year has the busiest item that is not among the frequent services; most have a few."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month of reports, told by its last day; `now` is the place in the order of publication it has reached then."""

    name: str
    last_day: date
    now: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """The cases accepted of an item in a month by one channel; `kind` is None where they are not told apart."""

    matter: Matter
    month: Month
    channel: str
    kind: str | None
    count: int

    @property
    def key(self) -> str:
        return f"{self.matter.key}|{self.month.name}|{self.channel}|{self.kind or ''}"

    @property
    def code(self) -> str:
        return code(self.matter, self.month.now)


@cache
def accepted() -> tuple[Accepted, ...]:
    """In the order of months; nothing of an item that is not in use at a month's end."""
    found = (cell for matter in matters() for cell in (*_told_apart(matter), *_as_one(matter)))
    return tuple(sorted(found, key=lambda cell: cell.month.name))


@cache
def months() -> tuple[Month, ...]:
    return tuple(_month(name) for name in plan().cases.months)


def _month(name: str) -> Month:
    first = date.fromisoformat(f"{name}-01")
    last_day = first.replace(day=monthrange(first.year, first.month)[1])
    return Month(name, last_day, place_on(last_day))


def _told_apart(matter: Matter) -> Iterator[Accepted]:
    for row in table("case_kinds"):
        if row["item"] == matter.name:
            open_ = [month for month in _open(matter) if is_online(matter, month.now)]
            for month, count in _by_month(matter, int(row["online"]), open_, row["kind"]):
                yield Accepted(matter, month, ONLINE, row["kind"], count)


def _as_one(matter: Matter) -> Iterator[Accepted]:
    """Where an item's kinds are counted online, it is counted as one elsewhere only."""
    for month, count in _by_month(matter, _totals().get(matter.key, 0), _open(matter), "months"):
        ways = {way: weight for way, weight in channels(matter, month.now).items() if not _is_told_apart(matter, way)}
        counts = portions(count, list(ways.values()), "channel", f"{matter.key}|{month.name}")
        yield from (Accepted(matter, month, way, None, n) for way, n in zip(ways, counts, strict=True) if n)


def _is_told_apart(matter: Matter, channel: str) -> bool:
    return channel == ONLINE and matter.name in column("case_kinds", "item", "kind")


def _open(matter: Matter) -> list[Month]:
    return [month for month in months() if in_use(lives()[matter.key], month.last_day)]


def _by_month(matter: Matter, whole: int, open_: Sequence[Month], salt: str) -> Iterator[tuple[Month, int]]:
    if whole:
        weights = [_busyness(matter, month) for month in open_]
        counts = portions(whole, weights, salt, matter.key)
        yield from ((month, count) for month, count in zip(open_, counts, strict=True) if count)


def _busyness(matter: Matter, month: Month) -> float:
    drawn = share("month", f"{matter.key}|{month.name}")
    return plan().cases.months[month.name] * (1 + UNEVENNESS * (drawn - 0.5))


@cache
def _totals() -> Mapping[str, int]:
    """By item, what is not told apart; licences handed over and the other items each add up to a published figure."""
    settings = plan().cases
    handed_over = [matter for matter in matters() if matter.basic.batch]
    others = [matter for matter in matters() if not matter.basic.batch]
    shares = (
        *_shared_out(settings.handed_over, handed_over),
        *_shared_out(settings.accepted - settings.handed_over, others),
    )
    return dict(shares)


def _shared_out(figure: int, among: Sequence[Matter]) -> Iterator[tuple[str, int]]:
    """One case for each item that is asked for at all, and the rest by how often it is."""
    asked_for = [matter for matter in among if _open(matter) and _is_asked_for(matter)]
    told_apart = sum(
        int(row["online"]) for matter in among for row in table("case_kinds") if row["item"] == matter.name
    )
    weights = [_weight(matter) * len(_open(matter)) for matter in asked_for]
    counts = portions(figure - told_apart - len(asked_for), weights, "items", str(figure))
    return ((matter.key, 1 + count) for matter, count in zip(asked_for, counts, strict=True))


def _is_asked_for(matter: Matter) -> bool:
    never = NO_CASES.get(matter.basic.task_type, OTHERWISE)
    return _named_volume(matter) is not None or share("no cases", matter.key) >= never


def _weight(matter: Matter) -> float:
    named = _named_volume(matter)
    drawn = share("volume", matter.key)
    if named is not None:
        return named * (0.3 + drawn)
    square = drawn * drawn
    return (MOST_HANDED_OVER if matter.basic.batch else MOST) * square * square


def _named_volume(matter: Matter) -> float | None:
    """About how many cases each variant of a frequent service has in half a year."""
    named = column("case_volumes", "item", "cases").get(matter.basic.name)
    return int(named) / len(matter.basic.variants) if named else None
