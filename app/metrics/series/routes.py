"""Figures over time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.catalogue.dependencies import Format, Now, OpenSnapshot, Snapshot, kept
from app.catalogue.moments import parse_day
from app.catalogue.params import ItemQuestion
from app.metrics.basis import demand_basis, demand_from, moment_of, refuse_days
from app.metrics.cases import series as of_cases
from app.metrics.dependencies import TABLE, BaseAsOf, FilterText, From, GroupBy, InPeriod, To, Within, answer
from app.metrics.figures import additive
from app.metrics.groups import grouping
from app.metrics.in_force import chosen, names_of
from app.metrics.series.periods import Every, points
from app.metrics.series.schemas import MetricSeries
from app.metrics.series.service import KNOWN_THEN, Series, moments_of, series
from app.pages import JsonBytes

router = APIRouter(tags=["指标"])

SomeKeys = Annotated[list[str], Query(description="指标的 key，可重复", examples=[["online_rate"]])]
KnownThen = Annotated[
    str | None,
    Query(
        description="按何时所知：一天、带时区的时刻或版次号，默认最新；as_of 为每个点各按当天结束时所知",
        examples=["as_of"],
    ),
]


@router.get(
    "/metric-series",
    summary="指标的时间序列",
    operation_id="list_metric_series",
    response_class=JsonBytes,
    responses={200: {"model": MetricSeries, "content": TABLE}},
)
def list_metric_series(
    request: Request,
    snapshot: Snapshot,
    now: Now,
    *,
    metric: SomeKeys,
    from_: From = None,
    to: To = None,
    period: InPeriod = None,
    every: Annotated[Every, Query(description="多久一个点：每期的最后一天；周到星期日为止")] = "month",
    group_by: GroupBy = None,
    within: Within = None,
    filter: FilterText = None,  # noqa: A002 - the name of the parameter
    known_at: KnownThen = None,
    base_as_of: BaseAsOf = None,
    format_: Format = None,
) -> Response:
    """Figures at the end of each day, week, month, quarter or year from `from` to `to`, and on `to` itself; of cases over
    each month, quarter or year of `period`.

    Each row is what `GET /v1/metric-values` answers on that day (over those months) with the same `known_at`, by metric,
    group and date; a group has a row on the days on which it has items. At most 1,000 points, 40 of what looks at
    verifications or links or counts objects, 60 of cases. With `known_at=as_of` every day is as it was known at its end.
    All points are compared with the same `base_as_of`, and come after it.
    """
    question = ItemQuestion(within=within, filter=filter)
    if period is not None:
        refuse_days(from_, to, known_at, base_as_of)
        return _of_cases(
            request,
            snapshot,
            now,
            Cases(tuple(metric), tuple(group_by or ()), question, period, every, known_at),
            format_,
        )
    first, last = parse_day(demand_from(from_), "from"), now.date() if to is None else parse_day(to, "to")
    dimensions = grouping(group_by or ())
    with snapshot() as connection:
        moments = moments_of(connection, now, points(first, last, every), known_at, base_as_of)
        asked = Series(tuple(metric), dimensions, question, moments, then=known_at == KNOWN_THEN)

        def make() -> Response:
            span = {"from": first.isoformat(), "to": last.isoformat(), "every": every, **asked.stated}
            values, names = series(connection, asked)
            body = {**span, "additive": additive(dimensions), "values": values}
            return answer(request, format_, body, dimensions=dimensions, names=names)

        return kept(request, moments[0], moments[-1], make=make, resolved=())


@dataclass(frozen=True, slots=True)
class Cases:
    """What is asked of cases over time."""

    keys: tuple[str, ...]
    group_by: tuple[str, ...]
    question: ItemQuestion
    period: str
    every: Every
    known_at: str | None


def _of_cases(request: Request, snapshot: OpenSnapshot, now: datetime, asked: Cases, form: str | None) -> Response:
    with snapshot() as connection:
        moment = moment_of(connection, now, None, asked.known_at, asked.period)

        def make() -> Response:
            metrics = chosen(connection, asked.keys, moment)
            dimensions = grouping(asked.group_by, demand_basis(metrics, moment))
            wanted = of_cases.Asked(metrics, dimensions, asked.question, moment, asked.every)
            values = of_cases.series(connection, wanted)
            months = moment.period
            span = {"from": months.first_day, "to": months.last_day, "every": asked.every} if months else {}
            body = {**span, **moment.stated, "additive": additive(dimensions), "values": values}
            return answer(request, form, body, dimensions=dimensions, names=names_of(metrics))

        return kept(request, moment, make=make)
