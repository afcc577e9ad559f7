"""The shares of today by department as OpenMetrics text, for Prometheus and whatever else scrapes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.core import Metric as Family
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from sqlalchemy import Connection

from app.catalogue.moments import Moment, resolve
from app.catalogue.params import ItemQuestion
from app.metrics.definitions import Metric
from app.metrics.groups import grouping
from app.metrics.in_force import chosen
from app.metrics.queries import Counts
from app.metrics.rules import Figure, share

CONTENT_TYPE = CONTENT_TYPE_LATEST
MEDIA_TYPE = CONTENT_TYPE.partition(";")[0]
GAUGES: Mapping[str, tuple[str, str]] = {
    "value": ("shixiang_metric_ratio", "占比（0 到 1），未填算作否；没有占比时没有这一条"),
    "numerator": ("shixiang_metric_numerator", "分子：事项数"),
    "denominator": ("shixiang_metric_denominator", "分母：事项数，含未填的"),
    "unknown": ("shixiang_metric_unknown", "在分母里、但没有填所需要素的事项数"),
}

# The key of a metric and the code of a department, with the figure.
Sample: TypeAlias = tuple[Sequence[str], Figure]


class Exposition:
    """What `/metrics` says. The last text is kept and written again for another revision or day.

    A scrape in between asks the database for its newest revision and nothing else, so it is cheap and never stale.
    """

    def __init__(self, version: str) -> None:
        self.version = version
        self._kept: tuple[object, bytes] | None = None

    def text(self, connection: Connection, now: datetime) -> bytes:
        moment = resolve(connection, now)
        about = (moment.revision, moment.as_of)
        kept = self._kept
        if kept is None or kept[0] != about:
            metrics = shares(connection, moment)
            kept = self._kept = about, written([self._build(), *families(connection, metrics, moment)])
        return kept[1]

    def _build(self) -> Family:
        return InfoMetricFamily("shixiang_build", "服务的版本", {"version": self.version})


def shares(connection: Connection, moment: Moment) -> tuple[Metric, ...]:
    return tuple(metric for metric in chosen(connection, (), moment) if metric.kind == "share")


def families(connection: Connection, metrics: tuple[Metric, ...], moment: Moment) -> Iterator[Family]:
    """Everything about one moment: figures from grouped statements, and names to show beside keys and codes."""
    dimensions = grouping(["department_code"])
    counts = Counts(connection, metrics, dimensions, ItemQuestion(), moment)
    name = dimensions[0].labels(connection, moment)
    codes = sorted(str(code) for (code,) in counts.keys)
    samples = [((metric.key, code), share(counts.parts(metric, (code,)))) for metric in metrics for code in codes]
    yield GaugeMetricFamily("shixiang_revision", "目录的版次", moment.revision)
    for part, (called, says) in GAUGES.items():
        yield gauge(called, says, part, samples)
    yield names("shixiang_metric", "指标的名称", "metric", ((each.key, each.name_zh) for each in metrics))
    yield names("shixiang_department", "部门的名称", "department_code", ((code, name(code) or code) for code in codes))


def gauge(called: str, says: str, part: str, samples: Iterable[Sample]) -> Family:
    """One part of every figure; a figure without it has no sample."""
    family = GaugeMetricFamily(called, says, labels=("metric", "department_code"))
    for labels, figure in samples:
        value = getattr(figure, part)
        if value is not None:
            family.add_metric(labels, value)
    return family


def names(called: str, says: str, label: str, named: Iterable[tuple[str, str]]) -> Family:
    family = InfoMetricFamily(called, says, labels=(label,))
    for key, name in named:
        family.add_metric((key,), {"name": name})
    return family


class Given(Collector):
    """Families that are there already."""

    def __init__(self, given: Sequence[Family]) -> None:
        self.given = given

    def collect(self) -> Iterable[Family]:
        return self.given


def written(given: Sequence[Family]) -> bytes:
    """In a registry of its own: nothing is kept in the process."""
    registry = CollectorRegistry()
    registry.register(Given(given))
    text: bytes = generate_latest(registry)  # type: ignore[no-untyped-call]
    return text
