"""Recording definitions: each change of what metrics mean takes a revision of its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, insert
from sqlalchemy.exc import SQLAlchemyError

from app.access.rules import Caller
from app.audit.log import Deed
from app.audit.log import record as record_deed
from app.catalogue.moments import in_shanghai, latest_revision
from app.changes.publish import conclude, take_revision
from app.clock import Clock
from app.db import Database
from app.engines import Busy
from app.logs import log
from app.metrics import definitions
from app.metrics.definitions import Metric
from app.metrics.models import metric_definition
from app.metrics.recorded import Recorded, content, recorded_at

RELEASE = Caller("shixiang")  # By whom what is shipped was recorded.
SINCE_EVER = 0


def record_release(database: Database, clock: Clock) -> None:
    """Record the shipped definitions that differ from the last recorded, as several workers may at once.

    A database that is away or not migrated is told of by `readyz`; the service starts nevertheless.
    """
    try:
        with database.read() as connection:
            if not _news(connection):
                return
        with database.write() as connection:
            news = _news(connection)
            record(connection, news, RELEASE, clock, first=_never_released(connection))
    except (SQLAlchemyError, Busy) as error:
        log.warning("released metrics were not recorded", error=type(error).__name__)


def record(
    connection: Connection, changed: Sequence[Recorded], by: Caller, clock: Clock, *, first: bool = False
) -> None:
    """Record versions of definitions, all in one new revision; the first release holds since ever and takes none."""
    if not changed:
        return
    number = SINCE_EVER if first else take_revision(connection, clock)
    rows = [
        {
            "key": each.metric.key,
            "version": each.metric.definition_version,
            "recorded_in": number,
            "recorded_at": in_shanghai(clock.now()),
            "recorded_by": by.name,
            "released": each.released,
            "withdrawn": each.withdrawn,
            "definition": content(each.metric),
        }
        for each in changed
    ]
    connection.execute(insert(metric_definition), rows)
    for each in changed:
        metric, withdrawn = each.metric, each.withdrawn or None
        deed = Deed("metric.define", f"metric/{metric.key}")
        record_deed(connection, by, deed, clock.now(), version=metric.definition_version, withdrawn=withdrawn)
    conclude(connection, number, clock)


def _news(connection: Connection) -> list[Recorded]:
    known = recorded_at(connection, latest_revision(connection))
    shipped = definitions.metrics()
    return [*_changed(known, shipped), *_vanished(known, shipped)]


def _changed(known: Mapping[str, Recorded], shipped: Mapping[str, Metric]) -> Iterator[Recorded]:
    """What is shipped and was never recorded, or otherwise. A key that the bureau itself uses stays the bureau's."""
    for key, metric in shipped.items():
        last = known.get(key)
        if last is None or last.recorded_at is None:
            yield Recorded(metric)
        elif last.withdrawn or (last.released and _differs(metric, last.metric)):
            number = max(metric.definition_version, last.metric.definition_version + 1)
            yield Recorded(replace(metric, definition_version=number))


def _differs(metric: Metric, last: Metric) -> bool:
    return metric.definition_version > last.definition_version or content(metric) != content(last)


def _vanished(known: Mapping[str, Recorded], shipped: Mapping[str, Metric]) -> Iterator[Recorded]:
    """What is shipped no more is withdrawn."""
    for key, last in known.items():
        if last.released and not last.withdrawn and key not in shipped:
            yield withdrawal(last)


def withdrawal(last: Recorded) -> Recorded:
    """The next version, which says as much as the last one but is not in force."""
    number = last.metric.definition_version + 1
    return Recorded(replace(last.metric, definition_version=number), last.released, withdrawn=True)


def _never_released(connection: Connection) -> bool:
    return all(each.recorded_at is None for each in recorded_at(connection, SINCE_EVER).values())
