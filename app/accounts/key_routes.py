"""Keys: everybody's own, all of them for administrators."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.access.dependencies import AccountHolder, GuardedRoute, Known
from app.access.rules import Remit
from app.accounts import keys, present, queries
from app.accounts.keys import Wish
from app.accounts.schemas import KeyMade, KeyOut, KeyPage, NewKey
from app.catalogue.dependencies import Now, Snapshot, WriteSession
from app.pages import DEFAULT_LIMIT, MAX_LIMIT, JsonBytes, link

router = APIRouter(prefix="/api-keys", tags=["账号"], route_class=GuardedRoute)

Number = Annotated[int, Path(description="密钥号", ge=1, le=2**31 - 1)]
After = Annotated[int, Query(description="从第几号之后开始", ge=0, le=2**31 - 1)]
Limit = Annotated[int, Query(description="条数", ge=1, le=MAX_LIMIT)]


@router.post(
    "", status_code=201, summary="建立密钥", operation_id="create_api_key", responses={201: {"model": KeyMade}}
)
def create_api_key(body: NewKey, by: AccountHolder, connection: WriteSession, now: Now) -> Response:
    """A long token, shown this once. Without `role` it is one of the caller's own account.

    With `role` it is a caller of its own, which only an administrator makes; who made it counts as the same person.
    """
    remit = None if body.role is None else Remit(body.role, body.departments, body.division_code)
    keys.demand_role(remit, body.departments, body.division_code)
    made, row = keys.make(connection, Wish(body.name, body.scope, timedelta(days=body.days), remit), by, now)
    headers = {"Cache-Control": "no-store"}
    return JsonBytes({**present.key_out(row), "token": made}, status_code=201, headers=headers)


@router.get("", summary="密钥清单", operation_id="list_api_keys", responses={200: {"model": KeyPage}})
def list_api_keys(by: Known, snapshot: Snapshot, after: After = 0, limit: Limit = DEFAULT_LIMIT) -> Response:
    """Those that were not revoked: one's own, all for administrators. When each was last used, never what it is."""
    with snapshot() as connection:
        rows, total = queries.keys_page(connection, by, after, limit)
    following = link("/v1/api-keys", after=rows[limit - 1].id, limit=limit) if len(rows) > limit else None
    return JsonBytes({"items": list(map(present.key_out, rows[:limit])), "total": total, "next": following})


@router.delete("/{number}", summary="停用密钥", operation_id="revoke_api_key", responses={200: {"model": KeyOut}})
def revoke_api_key(number: Number, by: AccountHolder, connection: WriteSession, now: Now) -> Response:
    """It is not taken any more, from now on."""
    return JsonBytes(present.key_out(keys.end(connection, number, by, now)))
