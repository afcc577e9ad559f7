"""Whether the service lives and is ready, and its figures for those who watch it."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from app.catalogue.dependencies import Now, Snapshot
from app.catalogue.moments import latest_revision
from app.metrics.openmetrics import CONTENT_TYPE, MEDIA_TYPE
from app.pages import JsonBytes


class Health(BaseModel):
    """`revision` stands in the answer of readyz."""

    status: str
    revision: int | None = None


router = APIRouter(tags=["运行"])


@router.get("/", include_in_schema=False)
def home(request: Request) -> Response:
    return RedirectResponse(f"{request.scope.get('root_path', '')}/docs")


@router.get("/healthz", summary="存活", operation_id="healthz", responses={200: {"model": Health}})
async def healthz() -> Response:
    """The process answers."""
    return JsonBytes({"status": "ok"})


@router.get("/readyz", summary="就绪", operation_id="readyz", responses={200: {"model": Health}})
def readyz(request: Request) -> Response:
    """The database answers and is migrated; with the catalogue's revision."""
    try:
        with request.app.state.database.read() as connection:
            return JsonBytes({"status": "ok", "revision": latest_revision(connection)})
    except SQLAlchemyError:
        return JsonBytes({"status": "unavailable"}, status_code=503)


@router.get(
    "/metrics",
    summary="供监测系统读取的指标",
    operation_id="scrape_metrics",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}},
)
def scrape_metrics(request: Request, snapshot: Snapshot, now: Now) -> Response:
    """Every share of today by department as OpenMetrics text: its value, numerator, denominator and what is unknown."""
    with snapshot() as connection:
        return Response(request.app.state.exposition.text(connection, now), media_type=CONTENT_TYPE)
