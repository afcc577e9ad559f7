"""Who is calling, for routes that not everybody may use."""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from sqlalchemy.exc import OperationalError

from app.access import queries
from app.access.arriving import arrived
from app.access.oidc import ended
from app.access.rules import Caller, Permission
from app.access.service import bearer, caller_of, digest, expired
from app.db import Record
from app.engines import Busy
from app.parameters import refuse_unread_body

JWT_DOTS = 2  # Between its three parts; no token of ours has one.

scheme = HTTPBearer(auto_error=False, description="shixiang key create --name 名称，或 POST /v1/tokens")


def recognise(request: Request) -> Caller:
    """The caller of a request, found once. Raises Unauthorized; whose account was removed is told in the log as well."""
    state = request.state
    if getattr(state, "caller", None) is None:
        now, given = request.app.state.clock.now(), bearer(request.headers.get("authorization"))
        found = _holder(request, given, now)
        state.suspect = found
        state.caller = caller_of(found, now, ended if _is_foreign(given) else expired)
        if found is not None and found.token_id is not None and found.last_used_on != now.date():
            _note_use(request, found)
    caller: Caller = state.caller
    return caller


def _holder(request: Request, given: str, now: datetime) -> Record | None:
    """Whose token it is, whatever became of them. One of the identity provider that is new here is asked about."""
    database, provider = request.app.state.database, request.app.state.provider
    with database.read() as connection:
        found = queries.by_digest(connection, digest(given))
    if found is None and provider is not None and _is_foreign(given):
        return arrived(database, provider.identify(given, now), given, now)
    return found


def _is_foreign(given: str) -> bool:
    return given.count(".") == JWT_DOTS


def _note_use(request: Request, found: Record) -> None:
    """The day a token was last used; while others write that can wait until its next use."""
    database, now = request.app.state.database, request.app.state.clock.now()
    with suppress(Busy, OperationalError), database.note() as connection:
        queries.note_use(connection, found.token_id, now.date())


class GuardedRoute(APIRoute):
    """Finds out who is calling before anything of the body is read. What they may do is a dependency of the route.

    A body that the route would not read is refused.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle, unread = super().get_route_handler(), self.body_field is None

        async def guarded(request: Request) -> Response:
            await run_in_threadpool(recognise, request)
            if unread:
                await refuse_unread_body(request)
            return await handle(request)

        return guarded


class Allowed:
    """A dependency: the caller, who must have one of the permissions. Raises NotPermitted."""

    def __init__(self, *permissions: Permission) -> None:
        self.permissions = permissions

    async def __call__(self, request: Request, _: Annotated[object, Depends(scheme)]) -> Caller:
        caller: Caller = request.state.caller
        to_read = request.method == "GET"
        if not any(caller.may(each, to_read=to_read) for each in self.permissions):
            caller.demand(self.permissions[0], to_read=to_read)
        return caller


Known = Annotated[Caller, Depends(Allowed("read"))]
AccountHolder = Annotated[Caller, Depends(Allowed("account"))]
Follower = Annotated[Caller, Depends(Allowed("follow"))]
Researcher = Annotated[Caller, Depends(Allowed("survey"))]
Drafter = Annotated[Caller, Depends(Allowed("draft"))]
# Jobs are those of who asked for them.
JobOwner = Annotated[Caller, Depends(Allowed("draft", "survey"))]
JobFollower = Annotated[Caller, Depends(Allowed("follow", "survey"))]
Reviewer = Annotated[Caller, Depends(Allowed("review"))]
Definer = Annotated[Caller, Depends(Allowed("define"))]
Administrator = Annotated[Caller, Depends(Allowed("administer"))]
