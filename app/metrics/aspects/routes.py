"""What evaluations look at, as groups of metrics: what the catalogue computes of it, and what it can't."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from app.catalogue.dependencies import AsOf, KnownAt, Now, Snapshot, kept
from app.catalogue.moments import resolve
from app.catalogue.params import ItemQuestion
from app.metrics.aspects import present, schemas
from app.metrics.aspects.definitions import aspects
from app.metrics.aspects.service import figures_by_key, get_aspect
from app.metrics.basis import moment_of
from app.metrics.dependencies import FilterText, InPeriod, Within
from app.metrics.in_force import in_force
from app.pages import JsonBytes
from app.validators import validated

router = APIRouter(prefix="/metric-groups", tags=["指标"])

GroupKey = Annotated[str, Path(description="指标组的 key", examples=["convenience"])]


@router.get(
    "",
    summary="指标组（考核维度）",
    operation_id="list_metric_groups",
    response_class=JsonBytes,
    responses={200: {"model": schemas.MetricGroups}},
)
def list_metric_groups(request: Request, snapshot: Snapshot, now: Now, known_at: KnownAt = None) -> Response:
    """The aspects and indices of evaluations with their members; what a catalogue can't compute is named with why."""
    with snapshot() as connection:
        moment = resolve(connection, now, None, known_at)
        known = in_force(connection, moment)
    items = [present.aspect_out(each, known) for each in aspects().values()]
    dates = {name: moment.stated[name] for name in ("known_at", "revision")}
    return validated(request, JsonBytes({**dates, "items": items, "total": len(items)}))


@router.get(
    "/{key}",
    summary="一个指标组的数值",
    operation_id="get_metric_group",
    response_class=JsonBytes,
    responses={200: {"model": schemas.MetricGroupFigures}},
)
def get_metric_group(
    request: Request,
    key: GroupKey,
    snapshot: Snapshot,
    now: Now,
    *,
    within: Within = None,
    filter: FilterText = None,  # noqa: A002 - the name of the parameter
    as_of: AsOf = None,
    period: InPeriod = None,
    known_at: KnownAt = None,
) -> Response:
    """The members of a group, each with its figure on `as_of`, of cases over the months of `period`, as known at
    `known_at`; or the reason why there is none.

    There is no score: no weights were published.
    """
    aspect, question = get_aspect(key), ItemQuestion(within=within, filter=filter)
    with snapshot() as connection:
        moment = resolve(connection, now, as_of, known_at)
        months = [moment_of(connection, now, None, known_at, period)] if period else []

        def make() -> Response:
            known = in_force(connection, moment)
            figures = figures_by_key(connection, aspect, known, (moment, *months), question)
            told = {"period": str(months[0].period)} if months else {}
            return JsonBytes({**present.with_figures(aspect, known, figures, moment), **told})

        return kept(request, moment, *months, make=make)
