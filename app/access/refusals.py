"""What was refused to whom, told in the log by itself: the transaction that would have done it is rolled back."""

from urllib.parse import quote

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from app.access.rules import Caller
from app.access.service import caller
from app.audit.log import Deed, record
from app.engines import Busy
from app.errors import AppError
from app.logs import log

READS = ("GET", "HEAD")
OF_WRITES = (409, 412, 428)
LONGEST = 200


async def tell(request: Request, error: AppError) -> None:
    """The answer stays what it is: while others write, the refusal stands in the ordinary log alone."""
    if error.status == 401 and _gave_unknown_token(request):
        log.warning("unknown token", method=request.method, path=_path(request))
    by = _refused(request, error.status)
    if by is not None:
        await run_in_threadpool(_record, request, by, error)


def _gave_unknown_token(request: Request) -> bool:
    return "authorization" in request.headers and getattr(request.state, "suspect", None) is None


def _refused(request: Request, status: int) -> Caller | None:
    """Whose refusal is worth telling. Unknown tokens aren't: anybody could fill the log with them."""
    known: Caller | None = getattr(request.state, "caller", None)
    if known is None:
        suspect = getattr(request.state, "suspect", None)
        return caller(suspect) if status == 401 and suspect is not None else None
    told = status in (401, 403) or (status in OF_WRITES and request.method not in READS)
    return known if told else None


def _record(request: Request, by: Caller, error: AppError) -> None:
    state = request.app.state
    said = {"status": error.status, "problem": error.slug, "method": request.method, "path": _path(request)}
    try:
        with state.database.note() as connection:
            record(connection, by, deed_of(request), state.clock.now(), **said)
    except (Busy, SQLAlchemyError) as reason:
        log.warning("refusal not recorded", account=by.account, why=type(reason).__name__, **said)


def deed_of(request: Request) -> Deed:
    """What was asked, named as if it had been done: approve_change_set of /v1/change-sets/30 is change-set.approve."""
    parts = _path(request).removeprefix("/v1").strip("/").split("/")
    thing = parts[0].removesuffix("s")
    about = f"{thing}/{parts[1]}" if len(parts) > 1 else thing
    operation = getattr(request.scope.get("route"), "operation_id", None) or request.method.lower()
    return Deed(f"{thing}.{operation.partition('_')[0]}", about, "refused")


def _path(request: Request) -> str:
    """The address below the service's own, with nothing in it that a database would refuse."""
    return quote(request.scope["path"].removeprefix(request.scope.get("root_path", "")), errors="replace")[:LONGEST]
