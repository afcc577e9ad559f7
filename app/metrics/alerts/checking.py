"""What a rule must be before it is taken: every name in it known, and a limit that a figure can meet."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from app.cases.properties import case_filters
from app.catalogue.body_filter import condition_of
from app.catalogue.divisions import demand_division
from app.catalogue.moments import Moment
from app.catalogue.params import ItemQuestion
from app.errors import Fault, Malformed, Message, fault
from app.metrics.alerts.evaluating import demand_fit, readings
from app.metrics.alerts.held import Watched
from app.metrics.alerts.rules import Condition
from app.metrics.alerts.schemas import AlertRuleBody
from app.metrics.definitions import Metric
from app.metrics.groups import demand_summable, grouping
from app.metrics.in_force import chosen
from app.metrics.links import LONGEST_GROUPS, check_room
from app.metrics.two_days import MetricNeedsBase


class InvalidAlertRule(Malformed):
    slug, title = "invalid-alert-rule", Message("预警规则有误", "Invalid alert rule")


def read(connection: Connection, body: AlertRuleBody, moment: Moment) -> Watched:
    """What a body says is to be watched. Raises InvalidAlertRule with all that is wrong and where."""
    watched = Watched(
        body.metric,
        tuple(body.group_by),
        None if body.group is None else tuple(body.group),
        body.within,
        body.filter,
        Condition.of(body.condition.given),
        body.months,
    )
    asked = Asked(connection, watched, moment)
    _refuse([each for check in CHECKS for each in _faults(check, asked)])
    known = replace(watched, group_by=tuple(each.name for each in grouping(watched.group_by, watched.basis)))
    _refuse(list(_faults(_check_group_there, replace(asked, watched=known))))
    return known


@dataclass(frozen=True)
class Asked:
    """What is to be watched, and the moment whose names count."""

    connection: Connection
    watched: Watched
    moment: Moment

    @property
    def metric(self) -> Metric:
        """Raises UnknownMetric or MetricNotComputable."""
        (metric,) = chosen(self.connection, [self.watched.metric], self.moment)
        return metric


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise InvalidAlertRule(faults[0].detail, faults=faults)


def _faults(check: Callable[[Asked], None], asked: Asked) -> Iterator[Fault]:
    """What stands at a parameter elsewhere is a member of the body here."""
    try:
        check(asked)
    except Malformed as error:
        for each in error.faults:
            yield replace(each, parameter=None, pointer=each.pointer or f"/{each.parameter}")


def _check_metric(asked: Asked) -> None:
    try:
        metric = asked.metric
    except MetricNeedsBase:
        raise _two_days(asked.watched.metric) from None
    if (metric.basis == "cases") != (asked.watched.months is not None):
        raise _other_basis(metric)
    demand_fit(asked.watched.condition, metric)


def _other_basis(metric: Metric) -> Malformed:
    zh = f"指标 {metric.key} 数的不是办件，是某一天的数：请去掉 months。"
    en = f"Metric {metric.key} counts no cases: leave months out."
    if metric.basis == "cases":
        zh = f"指标 {metric.key} 数的是办件：请写 months，看最近几个已经结束的月份，如 1。"
        en = f"Metric {metric.key} counts cases: say in months of how many of the last months that are over."
    told = fault(zh, en, pointer="/months", value=metric.key, rule="other-basis")
    return Malformed(Message(zh, en), faults=[told])


def _two_days(key: str) -> Malformed:
    zh = f"指标 {key} 比较两天，规则里没有比较日，不能预警。请用某一天的指标。"
    en = f"Metric {key} compares two days, of which a rule has one. Watch a figure of one day."
    return Malformed(Message(zh, en), faults=[fault(zh, en, pointer="/metric", value=key, rule="two-days")])


def _check_groups(asked: Asked) -> None:
    dimensions = grouping(asked.watched.group_by, asked.watched.basis)
    given = asked.watched.group
    if given is not None and len(given) != len(dimensions):
        zh = f"group 要与 group_by 一一对应：group_by 有 {len(dimensions)} 个，group 有 {len(given)} 个。"
        en = f"Give a code in group for each group_by: there are {len(dimensions)}, and {len(given)} codes."
        raise Malformed(Message(zh, en), faults=[fault(zh, en, pointer="/group", rule="no-such-group")])


def _check_sums(asked: Asked) -> None:
    """Once metric and groups are known, whose faults are told by themselves."""
    try:
        metric, dimensions = asked.metric, grouping(asked.watched.group_by, asked.watched.basis)
    except Malformed:
        return
    demand_summable([metric], dimensions)


def _check_division(asked: Asked) -> None:
    demand_division(asked.connection, asked.watched.within)


def _check_filter(asked: Asked) -> None:
    """The addresses of findings add the group to the filter, and the figure's links the metric to both."""
    text, filters = asked.watched.filter, case_filters() if asked.watched.months else None
    if text is not None:
        condition_of(asked.connection, text, filters=filters)
        check_room(ItemQuestion(filter=f"({text}){LONGEST_GROUPS}"), filters)


CHECKS = (_check_metric, _check_groups, _check_sums, _check_division, _check_filter)


def _check_group_there(asked: Asked) -> None:
    """A group that has no items today is nothing that could be watched; of too many groups none is."""
    wanted = asked.watched.group
    if not readings(asked.connection, asked.watched, asked.moment) and wanted is not None:
        shown = "、".join(wanted)[:60]
        zh = f"今天没有“{shown}”这个组。有哪些组见 /v1/metric-values?metric=…&group_by=…；没有填的组写 null。"
        en = f"There is no group {shown!r} today. See /v1/metric-values with the same group_by; write null for none."
        raise Malformed(Message(zh, en), faults=[fault(zh, en, pointer="/group", value=shown, rule="no-such-group")])
