"""A bureau's own metrics: define one, define it anew, withdraw it."""

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from sqlalchemy import Connection

from app.access.dependencies import Definer, GuardedRoute
from app.catalogue.dependencies import ServiceClock, WriteSession
from app.errors import Message
from app.metrics import present
from app.metrics.own import schemas, service
from app.metrics.own.service import Author
from app.metrics.recorded import versions_of
from app.metrics.routes import MetricKey
from app.pages import JsonBytes
from app.schema import wants_english
from app.validators import content_tag

router = APIRouter(prefix="/metrics", tags=["指标"], route_class=GuardedRoute)

IfMatch = Annotated[
    str | None, Header(description="只在定义还是这个版本（ETag）时才改；否则 412", examples=['"1"'], max_length=200)
]


@router.post(
    "",
    status_code=201,
    summary="新建自定义指标",
    operation_id="create_metric",
    responses={201: {"model": schemas.MetricRecorded}},
)
def create_metric(
    request: Request, body: schemas.NewMetric, caller: Definer, connection: WriteSession, clock: ServiceClock
) -> Response:
    """A metric of the bureau's own, in force from the revision that this takes. It is checked before it is taken."""
    warnings = service.create(connection, body, Author(caller, clock))
    return shown(request, connection, body.key, warnings, status=201)


@router.put(
    "/{key}",
    summary="自定义指标的新定义",
    operation_id="replace_metric",
    responses={200: {"model": schemas.MetricRecorded}},
)
def replace_metric(
    request: Request,
    key: MetricKey,
    body: schemas.NextVersion,
    caller: Definer,
    connection: WriteSession,
    clock: ServiceClock,
    if_match: IfMatch = None,
) -> Response:
    """The next version of an own metric; what was known before keeps the old one. The same definition records nothing.

    `{"withdrawn": true}` withdraws the metric: it is in force no more, but as known before it still is.
    """
    warnings = service.replace(connection, key, body, Author(caller, clock), if_match)
    return shown(request, connection, key, warnings)


def shown(request: Request, connection: Connection, key: str, warnings: list[Message], status: int = 200) -> Response:
    versions, english = versions_of(connection, key), wants_english(request)
    told = [each.said(english=english) for each in warnings]
    headers = {"ETag": content_tag(*present.numbered(versions))} | (
        {"Location": f"/v1/metrics/{key}"} if status == 201 else {}
    )
    return JsonBytes({**present.history(versions), "warnings": told}, status_code=status, headers=headers)
