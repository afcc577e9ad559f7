"""Change sets: draft, add entries and take them out again."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy import Connection

from app.access.dependencies import Drafter, Follower, GuardedRoute
from app.catalogue.dependencies import Now, Snapshot, WriteSession
from app.changes import events, present, queries, service
from app.changes.entries import as_drafts
from app.changes.rules import OPEN, Status
from app.changes.schemas import (
    ChangedCover,
    ChangeSetDetail,
    ChangeSetOut,
    ChangeSetPage,
    EntriesAdded,
    EntryPage,
    NewChangeSet,
    NewEntry,
    OneOrMany,
)
from app.changes.service import Cover
from app.errors import Malformed, Message, fault
from app.pages import DEFAULT_LIMIT, MAX_LIMIT, JsonBytes, link

UNDOING = (*OPEN, "published")  # Published or on its way.

router = APIRouter(prefix="/change-sets", tags=["变更单"], route_class=GuardedRoute)

Number = Annotated[int, Path(description="变更单号", ge=1, le=2**31 - 1)]
After = Annotated[int, Query(description="从第几条之后开始", ge=0, le=2**31 - 1)]
Limit = Annotated[int, Query(description="条数", ge=1, le=MAX_LIMIT)]


@router.post(
    "",
    status_code=201,
    summary="新建变更单",
    operation_id="create_change_set",
    responses={201: {"model": ChangeSetOut}},
)
def create_change_set(body: NewChangeSet, caller: Drafter, connection: WriteSession, now: Now) -> Response:
    """A draft. Nothing published changes until it is approved."""
    cover = Cover(body.title, body.effective_on, body.reason, body.document_number, body.retroactive)
    number = service.create(connection, cover, by=caller, now=now)
    return shown(connection, number, status=201)


@router.get("", summary="变更单清单", operation_id="list_change_sets", responses={200: {"model": ChangeSetPage}})
def list_change_sets(
    _: Follower,
    snapshot: Snapshot,
    status: Annotated[Status | None, Query(description="只看某种状态")] = None,
    after: After = 0,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """In order of number."""
    with snapshot() as connection:
        rows, total = queries.change_sets_page(connection, status, after, limit)
        counts = queries.entry_counts_of(connection, [row.id for row in rows])
    shown_rows = [present.change_set_out(row, counts[row.id]) for row in rows[:limit]]
    following = (
        link("/v1/change-sets", status=status, after=rows[limit - 1].id, limit=limit) if len(rows) > limit else None
    )
    return JsonBytes({"items": shown_rows, "total": total, "next": following})


@router.get(
    "/{number}", summary="一张变更单", operation_id="get_change_set", responses={200: {"model": ChangeSetDetail}}
)
def get_change_set(number: Number, _: Follower, snapshot: Snapshot) -> Response:
    """Why, by which document, from when, how many entries, and what was done with it by whom."""
    with snapshot() as connection:
        told = [present.event_out(each) for each in events.history(connection, number)]
        return shown(connection, number, history=told, undone_by=queries.undoing(connection, number, UNDOING))


@router.patch(
    "/{number}", summary="改变更单的封面", operation_id="amend_change_set", responses={200: {"model": ChangeSetOut}}
)
def amend_change_set(
    number: Number, body: ChangedCover, caller: Drafter, connection: WriteSession, now: Now
) -> Response:
    """Title, reason, document number and whether it may reach into the past, while it is not with a reviewer.

    The effective date of entries that are there already stays what it is.
    """
    service.amend_cover(connection, number, body.model_dump(exclude_unset=True), by=caller, now=now)
    return shown(connection, number)


@router.post(
    "/{number}/entries",
    status_code=201,
    summary="加条目",
    operation_id="add_entries",
    responses={201: {"model": EntriesAdded}},
)
def add_entries(
    number: Number,
    body: OneOrMany,
    caller: Drafter,
    connection: WriteSession,
    now: Now,
) -> Response:
    """One entry or a list of them, all or none. What would change nothing is left out."""
    cover = queries.get_change_set(connection, number)
    one = isinstance(body, NewEntry)
    bodies = [body] if isinstance(body, NewEntry) else body
    drafts = [
        draft
        for place, entry in enumerate(bodies)
        for draft in as_drafts(entry, cover.effective_on, "" if one else f"/{place}")
    ]
    written = service.add(connection, number, drafts, by=caller, now=now)
    if not written:
        zh = "这些条目与现有内容相同，没有可变更的。"
        raise Malformed(
            Message(zh, "These entries change nothing."), faults=[fault(zh, "Nothing changes.", rule="unchanged")]
        )
    return shown(connection, number, status=201, unchanged=len(drafts) - written)


@router.get("/{number}/entries", summary="条目清单", operation_id="list_entries", responses={200: {"model": EntryPage}})
def list_entries(
    number: Number,
    _: Follower,
    snapshot: Snapshot,
    after: After = 0,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """Entries in their order, each with its fields from old to new."""
    with snapshot() as connection:
        queries.get_change_set(connection, number)
        rows, total = queries.entries_page(connection, number, after, limit)
        names = queries.names_of(connection, rows[:limit])
        said = events.comments(connection, number)
    path = f"/v1/change-sets/{number}/entries"
    following = link(path, after=rows[limit - 1].position, limit=limit) if len(rows) > limit else None
    items = [present.entry_out(row, names, said) for row in rows[:limit]]
    return JsonBytes({"items": items, "total": total, "next": following})


@router.delete(
    "/{number}/entries/{position}",
    summary="删条目",
    operation_id="remove_entry",
    responses={200: {"model": ChangeSetOut}},
)
def remove_entry(
    number: Number,
    position: Annotated[int, Path(description="第几条", ge=1, le=2**31 - 1)],
    caller: Drafter,
    connection: WriteSession,
    now: Now,
) -> Response:
    """Takes an entry out of a draft, with those of the same act: a split goes as a whole. The others keep their places."""
    service.remove(connection, number, position, by=caller, now=now)
    return shown(connection, number)


def shown(connection: Connection, number: int, status: int = 200, **more: object) -> Response:
    row = queries.get_change_set(connection, number)
    body = {**present.change_set_out(row, queries.entry_counts(connection, number)), **more}
    return JsonBytes(
        body, status_code=status, headers={"Location": f"/v1/change-sets/{number}"} if status == 201 else None
    )
