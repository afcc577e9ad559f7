"""Groups of metrics with the figures of their members."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from app.catalogue.moments import Moment
from app.catalogue.params import ItemQuestion
from app.errors import Message, NotFound, fault
from app.filters.properties import nearest
from app.metrics.aspects.definitions import Aspect, aspects
from app.metrics.definitions import Basis
from app.metrics.figures import Row, demand_answerable, figures_of
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
    moments: Iterable[Moment],
    question: ItemQuestion,
) -> dict[str, Row]:
    """The figures of the members that are in force: those that count items on the day, cases over the months.

    Raises Malformed where the division or the filter is wrong, also where no member can be computed.
    """
    metrics = [known[key].metric for key in aspect.metrics if key in known]
    found: dict[str, Row] = {}
    for moment in moments:
        basis: Basis = "cases" if moment.period else "items"
        demand_answerable(connection, question, basis, moment)
        counted = tuple(metric for metric in metrics if metric.basis == basis and not metric.needs_base)
        if counted:
            rows = figures_of(connection, counted, (), moment, question.within, question.filter)
            found |= {str(row["metric"]): row for row in rows}
    return found
