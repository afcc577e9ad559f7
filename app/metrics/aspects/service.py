"""Groups of metrics with the figures of their members."""

from collections.abc import Mapping

from sqlalchemy import Connection

from app.catalogue.known import demand_known
from app.catalogue.moments import Moment
from app.catalogue.params import ItemQuestion
from app.errors import Message, NotFound, fault
from app.filters.properties import nearest
from app.metrics.aspects.definitions import Aspect, aspects
from app.metrics.figures import Row, figures_of
from app.metrics.links import check_room
from app.metrics.recorded import Recorded


class GroupNotFound(NotFound):
    slug, title = "metric-group-not-found", Message("没有这个指标组", "No such group of metrics")


def get_aspect(key: str) -> Aspect:
    """Raises GroupNotFound with the nearest key."""
    if key in aspects():
        return aspects()[key]
    names = {each.name_zh: each.key for each in aspects().values()} | {each: each for each in aspects()}
    near = next((names[word] for word in nearest(key, names)), None)
    zh = f"没有名为“{key[:60]}”的指标组。" + (f"是否为 {near}？" if near else "全部指标组见 /v1/metric-groups。")
    en = f"There is no group {key[:60]!r}." + (f" Did you mean {near!r}?" if near else " See /v1/metric-groups.")
    raise GroupNotFound(Message(zh, en), faults=[fault(zh, en, value=key[:60], suggestion=near, rule="unknown-group")])


def figures_by_key(
    connection: Connection,
    aspect: Aspect,
    known: Mapping[str, Recorded],
    moment: Moment,
    question: ItemQuestion,
) -> dict[str, Row]:
    """The figures of the members that are in force at the moment, counted together.

    Raises Malformed where the division or the filter is wrong, also where no member can be computed.
    """
    check_room(question)
    demand_known(connection, question)
    members = (known[key].metric for key in aspect.metrics if key in known)
    metrics = tuple(metric for metric in members if not metric.needs_base)
    if not metrics:
        return {}
    rows = figures_of(connection, metrics, (), moment, question.within, question.filter)
    return {str(row["metric"]): row for row in rows}
