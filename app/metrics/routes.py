"""Figures of the catalogue, and what they mean."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from app.catalogue.dependencies import AsOf, KnownAt, Now, Snapshot
from app.catalogue.moments import resolve
from app.metrics import definitions, present, schemas
from app.metrics.dependencies import JSON_OR_CSV, FilterText, Format, GroupBy, Keys, Within, answer
from app.metrics.figures import additive, figures
from app.metrics.groups import grouping
from app.pages import JsonBytes

router = APIRouter(tags=["指标"])

MetricKey = Annotated[str, Path(description="指标的 key", examples=["online_rate"])]


@router.get(
    "/metrics",
    summary="指标定义",
    operation_id="list_metrics",
    response_class=JsonBytes,
    responses={200: {"model": schemas.Metrics}},
)
def list_metrics() -> Response:
    """All metrics with formula, filters, unit, rounding, source and caveats; and those that can't be computed, with why."""
    defined = [present.definition(metric) for metric in definitions.metrics().values()]
    waiting = [present.definition(metric) for metric in definitions.not_computable().values()]
    return JsonBytes({"items": defined, "total": len(defined), "not_computable": waiting})


@router.get(
    "/metrics/{key}",
    summary="一个指标的定义",
    operation_id="get_metric",
    response_class=JsonBytes,
    responses={200: {"model": schemas.MetricDefinition | schemas.WaitingMetric}},
)
def get_metric(key: MetricKey) -> Response:
    """One metric. What can't be computed yet answers `computable: false`, why, and what it waits for."""
    return JsonBytes(present.definition(definitions.get_metric(key)))


@router.get(
    "/metric-values",
    summary="指标数值",
    operation_id="list_metric_values",
    response_class=JsonBytes,
    responses={200: {"model": schemas.MetricValues, "content": JSON_OR_CSV}},
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
    known_at: KnownAt = None,
    format_: Format = None,
) -> Response:
    """Figures on `as_of` as known at `known_at`: a row for each metric, or for each metric and group.

    Each row has its numerator, denominator, what is unknown, and addresses whose totals are those very numbers. There
    is no total row: leave `group_by` out for the whole. Groups of a multi-valued element overlap (`additive: false`).
    """
    with snapshot() as connection:
        moment = resolve(connection, now, as_of, known_at)
        values = figures(connection, metric or (), group_by or (), moment, within, filter)
    body = {**moment.stated, "additive": additive(group_by or ()), "values": values}
    return answer(request, format_, body, grouping(group_by or ()))
