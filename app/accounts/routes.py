"""Signing in and out, and who one is."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import Connection

from app.access.dependencies import AccountHolder, GuardedRoute, Known
from app.access.queries import by_digest, department_codes
from app.access.rules import Caller
from app.access.service import bearer, caller, digest
from app.accounts import present, queries, signing_in
from app.accounts.schemas import Me, NewPassword, PasswordChanged, SignedOut, SignIn, TokenOut
from app.accounts.signing_in import Passwords, Wish
from app.catalogue.dependencies import Now, Snapshot, WriteSession
from app.errors import Malformed, Message, TooLarge, fault
from app.pages import JsonBytes

MOST_BYTES = 10_000
UNKEPT = {"Cache-Control": "no-store"}


class BriefRoute(APIRoute):
    """Whoever signs in isn't known yet, so no more is read than signing in takes. Raises TooLarge."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def brief(request: Request) -> Response:
            stated = request.headers.get("content-length", "")
            if not stated.isdigit() or int(stated) > MOST_BYTES:
                zh = f"登录的请求最多 {MOST_BYTES} 字节，并要写明 Content-Length。"
                raise TooLarge(Message(zh, f"Signing in takes {MOST_BYTES} bytes at most, stated as Content-Length."))
            return await handle(request)

        return brief


signing = APIRouter(tags=["账号"], route_class=BriefRoute)
router = APIRouter(tags=["账号"], route_class=GuardedRoute)


def lifetime(request: Request, body: SignIn) -> timedelta:
    """Raises Malformed for one that is longer than the operator allows."""
    most: int = request.app.state.settings.token_hours
    if body.lifetime is not None and body.lifetime > most:
        zh, en = (
            f"lifetime 最多 {most} 小时。要更久请建密钥（POST /v1/api-keys）。",
            f"At most {most} hours; or make a key.",
        )
        raise Malformed(
            Message(zh, en), faults=[fault(zh, en, pointer="/lifetime", value=str(body.lifetime), rule="too-long")]
        )
    return timedelta(hours=body.lifetime or most)


@signing.post("/tokens", status_code=201, summary="登录", operation_id="sign_in", responses={201: {"model": TokenOut}})
def sign_in(request: Request, body: SignIn, snapshot: Snapshot, now: Now) -> Response:
    """A short token for a login and its password. After five wrong ones in a quarter of an hour 429 says until when."""
    wish = Wish(body.login, body.password, body.scope, lifetime(request, body))
    made = signing_in.sign_in(request.app.state.database, wish, now)
    with snapshot() as connection:
        found = by_digest(connection, digest(made))
        shown = {} if found is None else whose(connection, caller(found))
    return JsonBytes({**shown, "token": made}, status_code=201, headers=UNKEPT)


@router.delete("/tokens/current", summary="退出登录", operation_id="sign_out", responses={200: {"model": SignedOut}})
def sign_out(request: Request, by: Known, connection: WriteSession, now: Now) -> Response:
    """The token that this is asked with is not taken any more."""
    signing_in.sign_out(connection, by, bearer(request.headers.get("authorization")), now)
    return JsonBytes({"revoked_at": now})


@router.get("/me", summary="我是谁", operation_id="get_me", responses={200: {"model": Me}})
def get_me(by: Known, snapshot: Snapshot) -> Response:
    """Whose token this is, and what may be done with it."""
    with snapshot() as connection:
        return JsonBytes(whose(connection, by), headers=UNKEPT)


@router.put(
    "/me/password", summary="改密码", operation_id="change_password", responses={200: {"model": PasswordChanged}}
)
def change_password(request: Request, body: NewPassword, by: AccountHolder, snapshot: Snapshot, now: Now) -> Response:
    """All other tokens and keys of the account end."""
    with snapshot() as connection:
        login = queries.login_of(connection, by.id)
    signing_in.change_password(request.app.state.database, by, login, Passwords(body.old, body.new), now)
    return JsonBytes({"login": login, "changed_at": now})


def whose(connection: Connection, by: Caller) -> dict[str, object]:
    number = by.id or 0
    return present.me(by, queries.login_of(connection, number), department_codes(connection, number))
