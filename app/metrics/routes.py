"""Figures of the catalogue, and what they mean."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from app.catalogue.dependencies import AsOf, Format, KnownAt, Now, Snapshot, kept
from app.catalogue.moments import resolve
from app.metrics import present, schemas
from app.metrics.basis import demand_basis, moment_of
from app.metrics.definitions import NotComputable
from app.metrics.dependencies import TABLE, BaseAsOf, FilterText, GroupBy, InPeriod, Keys, Within, answer
from app.metrics.figures import additive, figures_of
from app.metrics.groups import grouping
from app.metrics.in_force import chosen, get_versions, in_force, names_of, waiting
from app.pages import JsonBytes
from app.validators import validated

router = APIRouter(tags=["指标"])

MetricKey = Annotated[str, Path(description="指标的 key", examples=["online_rate"])]


@router.get(
    "/metrics",
    summary="指标定义",
    operation_id="list_metrics",
    response_class=JsonBytes,
    responses={200: {"model": schemas.Metrics}},
)
def list_metrics(request: Request, snapshot: Snapshot, now: Now, known_at: KnownAt = None) -> Response:
    """The metrics in force with formula, filters, unit, source and caveats; and those that can't be computed, with why."""
    with snapshot() as connection:
        moment = resolve(connection, now, None, known_at)
        known = in_force(connection, moment)
    defined = [present.definition(each) for each in known.values()]
    waits = [present.waiting(each) for each in waiting(known).values()]
    dates = {name: moment.stated[name] for name in ("known_at", "revision")}
    said = {**dates, "items": defined, "total": len(defined), "not_computable": waits}
    return validated(request, JsonBytes(said))


@router.get(
    "/metrics/{key}",
    summary="一个指标的定义",
    operation_id="get_metric",
    response_class=JsonBytes,
    responses={200: {"model": schemas.MetricHistory | schemas.WaitingMetric}},
)
def get_metric(request: Request, key: MetricKey, snapshot: Snapshot) -> Response:
    """One metric with every version of its definition; its ETag begins with the number of the last.

    What can't be computed yet answers `computable: false`, why, and what it waits for.
    """
    with snapshot() as connection:
        found = get_versions(connection, key)
    if isinstance(found, NotComputable):
        return validated(request, JsonBytes(present.waiting(found)))
    return validated(request, *present.numbered(found))


@router.get(
    "/metric-values",
    summary="指标数值",
    operation_id="list_metric_values",
    response_class=JsonBytes,
    responses={200: {"model": schemas.MetricValues, "content": TABLE}},
)
def list_metric_values(
    request: Request,
    snapshot: Snapshot,
    now: Now,
    *,
    metric: Keys = None,
    group_by: GroupBy = None,
    within: Within = None,
    filter: FilterText = None,  # noqa: A002 - the name of the parameter
    as_of: AsOf = None,
    period: InPeriod = None,
    known_at: KnownAt = None,
    base_as_of: BaseAsOf = None,
    format_: Format = None,
) -> Response:
    """Figures on `as_of`, of cases over the months of `period`, as known at `known_at`: a row for each metric, or for
    each metric and group.

    Each row has its numerator, denominator, what is unknown, and addresses whose totals are those very numbers. There
    is no total row: leave `group_by` out for the whole. Groups of a multi-valued element overlap (`additive: false`).

    Metrics that compare with an earlier day need `base_as_of`; they are the ones that no `metric` means if it is given,
    and that it doesn't mean otherwise. Nothing else takes it, unless `filter` names what was so on that day.
    """
    with snapshot() as connection:
        moment = moment_of(connection, now, as_of, known_at, period, base_as_of=base_as_of)
        groups = group_by or ()

        def make() -> Response:
            metrics = chosen(connection, metric or (), moment)
            values = figures_of(connection, metrics, groups, moment, within, filter)
            dimensions = grouping(groups, demand_basis(metrics, moment))
            body = {**moment.stated, "additive": additive(dimensions), "values": values}
            return answer(request, format_, body, dimensions=dimensions, names=names_of(metrics))

        return kept(request, moment, make=make)
