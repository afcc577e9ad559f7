"""What a bureau does with its own metrics: define one, define it anew, withdraw it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from app.access.rules import Caller
from app.catalogue.body_filter import condition_of
from app.catalogue.moments import latest_revision, resolve
from app.clock import Clock
from app.errors import Conflict, Message, PreconditionFailed, fault
from app.metrics.definitions import Metric, not_computable
from app.metrics.in_force import MetricNotFound
from app.metrics.own.checking import CONDITIONS, InvalidDefinition, basis_of, filters_of, read
from app.metrics.own.oversights import oversights
from app.metrics.own.schemas import Definition, NewMetric, NextDefinition, Withdrawal
from app.metrics.recorded import Recorded, content, recorded_at, versions_of
from app.metrics.recording import record, withdrawal
from app.validators import ANY, versions_named

MOST_OWN = 50  # All metrics at once are one statement, which must stay within what the databases take.


class KeyTaken(Conflict):
    slug, title = "metric-key-taken", Message("指标的 key 已有人用", "The key is taken")


class NameTaken(Conflict):
    slug, title = "metric-name-taken", Message("指标的名称已有人用", "The name is taken")


class NotOwn(Conflict):
    slug, title = "metric-not-own", Message("不是本单位的指标", "Not a metric of the bureau's own")


class TooManyMetrics(Conflict):
    slug, title = "too-many-metrics", Message("自定义指标太多", "Too many metrics")


class MetricChanged(PreconditionFailed):
    slug, title = "metric-changed", Message("指标已被别人改过", "The metric was changed meanwhile")


@dataclass(frozen=True, slots=True)
class Author:
    """Who records, and by whose clock."""

    caller: Caller
    clock: Clock


def create(connection: Connection, body: NewMetric, author: Author) -> list[Message]:
    """Record a metric of the bureau's own; what looks like an oversight. Raises InvalidDefinition, KeyTaken or NameTaken."""
    metric = read(body.key, body, version=1)
    _demand_named(connection, body)
    known = recorded_at(connection, latest_revision(connection))
    if metric.key in not_computable() or metric.key in known:
        raise _taken(metric.key, known.get(metric.key))
    _demand_few(known)
    _demand_own_name(metric, known)
    return _record(connection, metric, author)


def replace(
    connection: Connection, key: str, body: NextDefinition | Withdrawal, author: Author, if_match: str | None
) -> list[Message]:
    """Record the next version of an own metric, or nothing where it says the same; what looks like an oversight.

    Raises MetricNotFound, NotOwn, MetricChanged, InvalidDefinition or NameTaken.
    """
    last = _last_own(connection, key)
    _demand_match(last, if_match)
    if isinstance(body, Withdrawal):
        if not last.withdrawn:
            record(connection, [withdrawal(last)], author.caller, author.clock)
        return []
    _demand_key(key, body.key)
    metric = read(key, body, last.metric.definition_version + 1)
    _demand_named(connection, body)
    if not last.withdrawn and content(metric) == content(last.metric):
        return oversights(connection, metric, resolve(connection, author.clock.now()))
    known = recorded_at(connection, latest_revision(connection))
    if last.withdrawn:
        _demand_few(known)
    _demand_own_name(metric, known)
    return _record(connection, metric, author)


def _demand_named(connection: Connection, body: Definition) -> None:
    """Raises Malformed for a condition about a list, a batch, an agreement or a matter that never was: it would count none."""
    for name in CONDITIONS:
        text = getattr(body, name)
        if text is not None:
            condition_of(connection, text, f"/{name}", filters_of(body) if basis_of(body) == "cases" else None)


def _record(connection: Connection, metric: Metric, author: Author) -> list[Message]:
    found = oversights(connection, metric, resolve(connection, author.clock.now()))
    record(connection, [Recorded(metric, released=False)], author.caller, author.clock)
    return found


def _last_own(connection: Connection, key: str) -> Recorded:
    found = versions_of(connection, key)
    if found and not found[-1].released:
        return found[-1]
    if found or key in not_computable():
        zh = f"{key} 是随软件发布的指标，不能改。请用另一个 key 新建自己的指标。"
        raise NotOwn(Message(zh, f"{key} comes with the software. Define a metric of your own under another key."))
    zh, en = f"没有 key 为“{key[:60]}”的指标。新建请用 POST /v1/metrics。", f"There is no metric {key[:60]!r}; POST it."
    raise MetricNotFound(Message(zh, en), code=key[:100])


def _taken(key: str, by: Recorded | None) -> KeyTaken:
    if by is None or by.released:
        kind = "还算不出来的指标" if by is None else "随软件发布的指标"
        zh, en = f"{key} 是{kind}，请换一个 key。", f"{key} is a metric of the software. Choose another key."
    else:
        zh = f"本单位已有指标 {key}。要改它的定义，请用 PUT /v1/metrics/{key}。"
        en = f"There is an own metric {key} already. To define it anew, PUT /v1/metrics/{key}."
    return KeyTaken(Message(zh, en), faults=[fault(zh, en, pointer="/key", value=key, rule="key-taken")], code=key)


def _demand_own_name(metric: Metric, known: Mapping[str, Recorded]) -> None:
    """Two metrics of one name would be told apart by nobody who reads a table."""
    others = (each.metric for each in known.values() if not each.withdrawn and each.metric.key != metric.key)
    same = next((each.key for each in others if each.name_zh == metric.name_zh), None)
    if same:
        zh = f"已有名为“{metric.name_zh}”的指标：{same}。请用它，或换一个名称。"
        en = f"Metric {same} is called {metric.name_zh!r} already. Use it, or choose another name."
        told = fault(zh, en, pointer="/name_zh", value=metric.name_zh, rule="name-taken", suggestion=same)
        raise NameTaken(Message(zh, en), faults=[told], code=same)


def _demand_key(key: str, said: str | None) -> None:
    if said not in (None, key):
        zh = f"key 定了不能改：地址里是 {key}，正文里是“{said}”。请去掉正文里的 key，或另建一个指标。"
        en = f"A key never changes: the address says {key}, the body {said!r}. Leave it out, or create another metric."
        raise InvalidDefinition(Message(zh, en), faults=[fault(zh, en, pointer="/key", value=said, rule="another-key")])


def _demand_few(known: Mapping[str, Recorded]) -> None:
    own = sum(not each.released and not each.withdrawn for each in known.values())
    if own >= MOST_OWN:
        zh = f"自定义指标已有 {own} 个，最多 {MOST_OWN} 个。请先停用不再需要的。"
        raise TooManyMetrics(Message(zh, f"There are {own} own metrics, {MOST_OWN} at most. Withdraw some first."))


def _demand_match(last: Recorded, if_match: str | None) -> None:
    key, number = last.metric.key, last.metric.definition_version
    if not versions_named(if_match or ANY) & {ANY, str(number)}:
        zh = f"指标 {key} 现在是第 {number} 个定义，不是 {if_match}：别人已经改过。请先看 /v1/metrics/{key} 再改。"
        en = f"Metric {key} is at definition {number}, not {if_match}. Read /v1/metrics/{key} first."
        raise MetricChanged(Message(zh, en), code=key)
