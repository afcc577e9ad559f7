"""Writes addressed to items: a new one, a merge patch, suspend, resume, cancel. Each drafts and publishes nothing."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from app.access.dependencies import Drafter, GuardedRoute
from app.catalogue.dependencies import Now, WriteSession
from app.changes import item_writes, present, queries
from app.changes.drafted import Drafted
from app.changes.item_params import Drafting, DraftingForAWhile, DraftingOfItem
from app.changes.item_writes import Addressed
from app.changes.rules import Status
from app.changes.schemas import EntryOut, Stated
from app.pages import JsonBytes

router = APIRouter(prefix="/items", tags=["事项"], route_class=GuardedRoute)

ItemCode = Annotated[str, Path(description="事项编码：现在的或曾经用过的", max_length=64)]
IfMatch = Annotated[
    str | None,
    Header(description="生效那天的版本的 ETag，* 为任何版本；没有是 428，不是那个版本是 412", max_length=1000),
]
MERGE_PATCH: Mapping[str, Any] = {
    "requestBody": {
        "content": {"application/merge-patch+json": {"schema": {"$ref": "#/components/schemas/ItemMembers"}}}
    }
}


class ItemMembers(Stated):
    """Elements of an item with their values, by name or label; codes or what they are called."""


class DraftedOut(BaseModel):
    """The change set that the write went into, and what its new entries would change once it is approved."""

    change_set: Annotated[int, Field(description="变更单号")]
    status: Status
    title: str
    entries: Annotated[list[EntryOut], Field(description="新加的条目")]
    url: Annotated[str, Field(description="变更单的地址")]
    preview_url: str


@router.post(
    "", status_code=202, summary="新增事项", operation_id="create_item", responses={202: {"model": DraftedOut}}
)
def create_item(
    body: ItemMembers, wish: Annotated[Drafting, Query()], caller: Drafter, connection: WriteSession, now: Now
) -> Response:
    """Drafts a new item: its elements, the code among them. It stands in no list before its change set is approved."""
    return shown(connection, item_writes.create(connection, body.content, wish, by=caller, now=now))


@router.patch(
    "/{code}",
    status_code=202,
    summary="修改事项",
    operation_id="patch_item",
    responses={202: {"model": DraftedOut}},
    openapi_extra=dict(MERGE_PATCH),
)
def patch_item(
    code: ItemCode,
    body: ItemMembers,
    wish: Annotated[DraftingForAWhile, Query()],
    caller: Drafter,
    connection: WriteSession,
    now: Now,
    if_match: IfMatch = None,
) -> Response:
    """Drafts a merge patch (RFC 7396): what is named gets the new value, null is not stated, the rest stays."""
    item = Addressed(code, if_match)
    drafted = item_writes.change(connection, "amend", item, wish, by=caller, now=now, content=body.content)
    return shown(connection, drafted)


@router.post(
    "/{code}/suspend",
    status_code=202,
    summary="暂停事项",
    operation_id="suspend_item",
    responses={202: {"model": DraftedOut}},
)
def suspend_item(
    code: ItemCode,
    wish: Annotated[DraftingForAWhile, Query()],
    caller: Drafter,
    connection: WriteSession,
    now: Now,
    if_match: IfMatch = None,
) -> Response:
    """Drafts that the item is suspended: it stays in lists, and out of the rates that count items in use."""
    drafted = item_writes.change(connection, "suspend", Addressed(code, if_match), wish, by=caller, now=now)
    return shown(connection, drafted)


@router.post(
    "/{code}/resume",
    status_code=202,
    summary="恢复事项",
    operation_id="resume_item",
    responses={202: {"model": DraftedOut}},
)
def resume_item(
    code: ItemCode,
    wish: Annotated[DraftingOfItem, Query()],
    caller: Drafter,
    connection: WriteSession,
    now: Now,
    if_match: IfMatch = None,
) -> Response:
    """Drafts that a suspended item is in use again."""
    drafted = item_writes.change(connection, "resume", Addressed(code, if_match), wish, by=caller, now=now)
    return shown(connection, drafted)


@router.post(
    "/{code}/cancel",
    status_code=202,
    summary="取消事项",
    operation_id="cancel_item",
    responses={202: {"model": DraftedOut}},
)
def cancel_item(
    code: ItemCode,
    wish: Annotated[DraftingOfItem, Query()],
    caller: Drafter,
    connection: WriteSession,
    now: Now,
    if_match: IfMatch = None,
) -> Response:
    """Drafts that the item ends: it stands in no list and no rate from that day on."""
    drafted = item_writes.change(connection, "cancel", Addressed(code, if_match), wish, by=caller, now=now)
    return shown(connection, drafted)


def shown(connection: Connection, drafted: Drafted, **more: object) -> Response:
    """The change set that a write went into, with its new entries; `more` is what else is told of them."""
    cover, names = drafted.change_set, queries.names_of(connection, drafted.entries)
    path = f"/v1/change-sets/{cover.id}"
    body = {
        "change_set": cover.id,
        "status": cover.status,
        "title": cover.title,
        "entries": [present.entry_out(row, names) for row in drafted.entries],
        "url": path,
        "preview_url": f"{path}/preview",
        **more,
    }
    return JsonBytes(body, status_code=202, headers={"Location": path})
