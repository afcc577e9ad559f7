"""Whether the service lives and is ready."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from app.catalogue.moments import latest_revision
from app.pages import JsonBytes


class Health(BaseModel):
    """`revision` stands in the answer of readyz."""

    status: str
    revision: int | None = None


router = APIRouter(tags=["运行"])


@router.get("/", include_in_schema=False)
def home() -> Response:
    return RedirectResponse("docs")


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
