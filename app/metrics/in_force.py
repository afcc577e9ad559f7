"""The metrics that a request means: by their keys, as they were defined at its moment."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from sqlalchemy import Connection

from app.catalogue.moments import Moment, latest_revision
from app.errors import Fault, Malformed, Message, NotFound, fault
from app.filters.properties import nearest
from app.metrics.definitions import Basis, Metric, NotComputable, not_computable
from app.metrics.recorded import Recorded, first_recorded, recorded_at, recorded_at_each, versions_of
from app.metrics.repeats import not_repeated

Named: TypeAlias = Mapping[str, Metric | NotComputable]

MOST_FAULTS = 20


class UnknownMetric(Malformed):
    slug, title = "unknown-metric", Message("没有这个指标", "Unknown metric")


class MetricNotFound(NotFound):
    slug, title = "metric-not-found", Message("没有这个指标", "No such metric")


class MetricNotComputable(Malformed):
    slug, title = "metric-not-computable", Message("这个指标还算不出来", "The metric can't be computed yet")


@dataclass(frozen=True, slots=True)
class Asking:
    """How a request asks for metrics: whether for several, and the way out where one was defined only later."""

    way_out: Message
    several: bool = True


AT_ONCE = Asking(Message("去掉 known_at 就按现在的定义算。", "Without known_at it is computed as defined now."))


def in_force(connection: Connection, moment: Moment) -> Mapping[str, Recorded]:
    """The definitions in force at a moment by key, shipped ones first, by one short query."""
    return _standing(recorded_at(connection, moment.revision))


def names_of(metrics: Iterable[Metric]) -> dict[str, str]:
    """What the metrics are called, by key."""
    return {metric.key: metric.name_zh for metric in metrics}


def _standing(recorded: Mapping[str, Recorded]) -> Mapping[str, Recorded]:
    return {key: each for key, each in recorded.items() if not each.withdrawn}


def waiting(known: Container[str]) -> Mapping[str, NotComputable]:
    """What can't be computed yet, unless the bureau itself says how."""
    return {key: each for key, each in not_computable().items() if key not in known}


def chosen(connection: Connection, keys: Iterable[str], moment: Moment, asking: Asking = AT_ONCE) -> tuple[Metric, ...]:
    """The metrics of the keys as defined at the moment, each once; of no keys all in force that count what it is about:
    cases over months, else items.

    Raises UnknownMetric or MetricNotComputable.
    """
    return chosen_at(connection, keys, (moment,), asking)[moment.revision]


def chosen_at(
    connection: Connection, keys: Iterable[str], moments: Iterable[Moment], asking: Asking = AT_ONCE
) -> Mapping[int, tuple[Metric, ...]]:
    """The metrics of the keys as defined at each of the moments, by revision. Raises as `chosen` does."""
    asked, moments = tuple(dict.fromkeys(keys)), tuple(moments)
    basis: Basis = "cases" if any(moment.period for moment in moments) else "items"
    standing = recorded_at_each(connection, (moment.revision for moment in moments))
    if asked:
        return {number: _chosen(connection, asked, recorded, asking) for number, recorded in standing.items()}
    return {number: _all(recorded, basis) for number, recorded in standing.items()}


def _all(recorded: Mapping[str, Recorded], basis: Basis) -> tuple[Metric, ...]:
    known = (each.metric for each in _standing(recorded).values())
    return tuple(metric for metric in known if metric.basis == basis)


def _chosen(
    connection: Connection, keys: Sequence[str], recorded: Mapping[str, Recorded], asking: Asking
) -> tuple[Metric, ...]:
    known = {key: each.metric for key, each in _standing(recorded).items()}
    waits = waiting(known)
    unknown = [key for key in keys if key not in known and key not in waits]
    if unknown:
        raise _unknown(connection, unknown[:MOST_FAULTS], recorded, asking)
    waited = [_waits(waits[key]) for key in keys if key in waits]
    if waited:
        raise MetricNotComputable(waited[0].detail, faults=waited)
    return tuple(known[key] for key in keys)


def get_versions(connection: Connection, key: str) -> Sequence[Recorded] | NotComputable:
    """All versions of a metric, the first one first. Raises MetricNotFound with the nearest key."""
    found = versions_of(connection, key) or not_computable().get(key)
    if found is None:
        known = {key: each.metric for key, each in recorded_at(connection, latest_revision(connection)).items()}
        unknown = _no_metric(key, {**known, **not_computable()})
        raise MetricNotFound(unknown.detail, faults=[unknown], code=key[:100])
    return found


def _unknown(
    connection: Connection, keys: Iterable[str], recorded: Mapping[str, Recorded], asking: Asking
) -> UnknownMetric:
    """A metric that is not yet or no longer in force is told from one that never was."""
    known = {key: each.metric for key, each in _standing(recorded).items()}
    first = first_recorded(connection)
    faults = [
        _withdrawn(key, recorded[key].recorded_in)
        if key in recorded
        else _defined_later(key, *first[key], asking)
        if key in first
        else not_repeated("metric", key, known, several=asking.several) or _no_metric(key, known)
        for key in keys
    ]
    return UnknownMetric(faults[0].detail, faults=faults)


def _withdrawn(key: str, since: int) -> Fault:
    zh = f"指标 {key} 自第 {since} 版起停用。要看停用前的数，请加 known_at={since - 1}。"
    en = f"Metric {key} is withdrawn since revision {since}. For its figures before, add known_at={since - 1}."
    return fault(zh, en, parameter="metric", value=key, rule="withdrawn-metric")


def _defined_later(key: str, since: int, day: date, asking: Asking) -> Fault:
    zh, en = (text.format(day=day) for text in asking.way_out)
    zh = f"指标 {key} 从第 {since} 版（{day}）起才有定义，按更早所知算不出来。{zh}"
    en = f"Metric {key} is defined since revision {since} ({day}); it can't be computed as known before. {en}"
    return fault(zh, en, parameter="metric", value=key, rule="defined-later")


def _no_metric(key: str, known: Named) -> Fault:
    """Of metrics of the same name the first is meant: the released one."""
    keys = {each.name_zh: each.key for each in reversed(list(known.values()))} | {each: each for each in known}
    near = next((keys[word] for word in nearest(key, keys)), None)
    zh, en = "全部指标见 /v1/metrics。", " See /v1/metrics."
    if near:
        zh, en = f"是否为 {near}？", f" Did you mean {near!r}?"
    shown = key[:60]
    return fault(
        f"没有名为“{shown}”的指标。{zh}", f"There is no metric {shown!r}.{en}",
        parameter="metric", value=shown, rule="unknown-metric", suggestion=near,
    )  # fmt: skip


def _waits(metric: NotComputable) -> Fault:
    return fault(
        f"指标 {metric.key}（{metric.name_zh}）还算不出来：{metric.reason}需要：{metric.waits_for}。",
        f"Metric {metric.key} ({metric.name_en}) can't be computed yet; see /v1/metrics/{metric.key}.",
        parameter="metric", value=metric.key, rule="metric-not-computable",
    )  # fmt: skip
