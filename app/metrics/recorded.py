"""Definitions as they were recorded: which version of each holds at a revision, and all that there ever were."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any

import orjson
from sqlalchemy import Connection, Integer, Text, bindparam, cast, func, select

from app.catalogue import moments
from app.catalogue.moments import in_shanghai
from app.db import Prepared, Record
from app.metrics import definitions
from app.metrics.definitions import Metric, Quantity
from app.metrics.models import metric_definition

QUANTITIES = ("value", "before", "after")


@dataclass(frozen=True, slots=True)
class Recorded:
    """One version of a definition. What was shipped and never recorded is by nobody, and holds since ever."""

    metric: Metric
    released: bool = True
    withdrawn: bool = False
    recorded_in: int = 0
    recorded_at: datetime | None = None
    recorded_by: str | None = None


columns = metric_definition.c
# As text, so that a definition that was read before is not read again.
VERSIONS = select(
    *(each for each in columns if each is not columns.definition), cast(columns.definition, Text).label("written")
)
_later = metric_definition.alias()
LATEST = (
    select(func.max(_later.c.version))
    .where(_later.c.key == columns.key, _later.c.recorded_in <= bindparam("revision", type_=Integer()))
    .scalar_subquery()
)
AT_REVISION = Prepared(VERSIONS.where(columns.version == LATEST))
UNTIL = VERSIONS.where(columns.recorded_in <= bindparam("revision", type_=Integer())).order_by(columns.recorded_in)


def recorded_at(connection: Connection, revision: int) -> Mapping[str, Recorded]:
    """The version of each metric that holds at a revision, withdrawn ones included; released ones come first.

    Until a release is recorded, what is shipped holds.
    """
    return _arranged(map(_recorded, AT_REVISION.on(connection, {"revision": revision})))


def recorded_at_each(connection: Connection, revisions: Iterable[int]) -> Mapping[int, Mapping[str, Recorded]]:
    """What `recorded_at` says at each of the revisions, by one query."""
    numbers = sorted(set(revisions))
    if len(numbers) == 1:
        return {numbers[0]: recorded_at(connection, numbers[0])}
    rows = [_recorded(row) for row in connection.execute(UNTIL, {"revision": numbers[-1]})]
    ends = [bisect_right(rows, number, key=lambda each: each.recorded_in) for number in numbers]
    standing: dict[str, Recorded] = {}
    found = {}
    for number, (begin, end) in zip(numbers, pairwise([0, *ends]), strict=True):
        standing |= {each.metric.key: each for each in rows[begin:end]}
        found[number] = _arranged(standing.values())
    return found


def _arranged(recorded: Iterable[Recorded]) -> Mapping[str, Recorded]:
    found, shipped = list(recorded), definitions.metrics()
    if not any(each.released for each in found):
        found += map(Recorded, shipped.values())
    places = {key: place for place, key in enumerate(shipped)}
    found.sort(key=lambda each: (places.get(each.metric.key, len(places)), each.metric.key))
    return {each.metric.key: each for each in found}


def versions_of(connection: Connection, key: str) -> Sequence[Recorded]:
    """Every version of a definition, the first one first; none of a key that nobody ever defined."""
    rows = connection.execute(VERSIONS.where(columns.key == key).order_by(columns.version))
    shipped = definitions.metrics().get(key)
    return [_recorded(row) for row in rows] or ([Recorded(shipped)] if shipped else [])


def every_metric(connection: Connection) -> list[Metric]:
    """Every version of every definition that there ever was, withdrawn ones and what is shipped now included."""
    return [*(_recorded(row).metric for row in connection.execute(VERSIONS)), *definitions.metrics().values()]


def first_recorded(connection: Connection) -> Mapping[str, tuple[int, date]]:
    """In which revision each metric was first defined, and on which day that was; none of what holds since ever."""
    revisions = moments.revision
    first = func.min(revisions.c.number), func.min(revisions.c.published_at)
    defined = metric_definition.join(revisions, revisions.c.number == columns.recorded_in)
    rows = connection.execute(select(columns.key, *first).select_from(defined).group_by(columns.key))
    return {key: (number, in_shanghai(at).date()) for key, number, at in rows}


def _recorded(row: Record) -> Recorded:
    return Recorded(
        metric=_metric(row.key, row.version, row.written),
        released=row.released,
        withdrawn=row.withdrawn,
        recorded_in=row.recorded_in,
        recorded_at=in_shanghai(row.recorded_at),
        recorded_by=row.recorded_by,
    )


def content(metric: Metric) -> dict[str, Any]:
    """What is recorded of a metric: all that it says but its key and version. What it has no use for is left out."""
    said = {name: value for name, value in asdict(metric).items() if value is not None}
    written: dict[str, Any] = orjson.loads(orjson.dumps(said))
    return {name: value for name, value in written.items() if name not in ("key", "definition_version")}


@lru_cache(maxsize=1024)
def _metric(key: str, version: int, written: str) -> Metric:
    said: dict[str, Any] = {"name_en": None} | orjson.loads(written)
    quantities = {name: _quantity(said[name]) for name in QUANTITIES if name in said}
    return Metric(**(said | quantities | {"caveats": tuple(said["caveats"])}), key=key, definition_version=version)


def _quantity(said: Mapping[str, Any]) -> Quantity:
    return Quantity(said["element"], said["unit"], tuple((code, days) for code, days in said["working_days"]))
