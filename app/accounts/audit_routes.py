"""The log, for administrators."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from app.access.dependencies import Administrator, GuardedRoute
from app.accounts import present
from app.accounts.schemas import LogPage
from app.audit import log
from app.catalogue.dependencies import Snapshot
from app.pages import DEFAULT_LIMIT, MAX_LIMIT, JsonBytes, link

router = APIRouter(prefix="/audit", tags=["审计"], route_class=GuardedRoute)

Text = Annotated[str | None, Query(max_length=200)]


@router.get("", summary="日志", operation_id="list_audit_entries", responses={200: {"model": LogPage}})
def list_audit_entries(
    _: Administrator,
    snapshot: Snapshot,
    about: Annotated[Text, Query(description="关于什么", examples=["change-set/30"])] = None,
    account: Annotated[Text, Query(description="谁做的", examples=["user/3"])] = None,
    action: Annotated[Text, Query(description="做了什么", examples=["change-set.approve"])] = None,
    outcome: Annotated[Literal["done", "refused"] | None, Query(description="做成了，还是被拒绝")] = None,
    after: Annotated[int, Query(description="从第几条之后开始", ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(description="条数", ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> Response:
    """Every write, sign-in and refusal in order. Each entry holds the hash of the one before (`shixiang audit verify`)."""
    asked = {"about": about, "account": account, "action": action, "outcome": outcome}
    wanted = {name: value for name, value in asked.items() if value is not None}
    with snapshot() as connection:
        rows = log.entries(connection, wanted, after, limit + 1)
        total, head = log.count(connection, wanted), log.head(connection)
    following = link("/v1/audit", **wanted, after=rows[limit - 1].number, limit=limit) if len(rows) > limit else None
    items = list(map(present.entry_of_log, rows[:limit]))
    return JsonBytes({"items": items, "total": total, "next": following, "head": str(head)})
