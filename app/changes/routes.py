"""Change sets: draft, add entries, preview, submit, approve."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection

from app.access.dependencies import Drafter, Follower, GuardedRoute, Reviewer
from app.catalogue.dependencies import Now, ServiceClock, Snapshot, TrialSession, WriteSession
from app.changes import present, queries, service
from app.changes.entries import as_drafts
from app.changes.rules import Status
from app.changes.schemas import (
    ChangeSetOut,
    ChangeSetPage,
    EntriesAdded,
    EntryPage,
    NewChangeSet,
    NewEntry,
    OneOrMany,
    PreviewOut,
)
from app.changes.service import Cover
from app.errors import Malformed, Message, fault
from app.pages import DEFAULT_LIMIT, MAX_LIMIT, JsonBytes, link
from app.schema import wants_english

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


@router.get("/{number}", summary="一张变更单", operation_id="get_change_set", responses={200: {"model": ChangeSetOut}})
def get_change_set(number: Number, _: Follower, snapshot: Snapshot) -> Response:
    """Why, by which document, from when, by whom, and how many entries."""
    with snapshot() as connection:
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
    path = f"/v1/change-sets/{number}/entries"
    following = link(path, after=rows[limit - 1].position, limit=limit) if len(rows) > limit else None
    items = [present.entry_out(row, names) for row in rows[:limit]]
    return JsonBytes({"items": items, "total": total, "next": following})


@router.get(
    "/{number}/preview", summary="预览", operation_id="preview_change_set", responses={200: {"model": PreviewOut}}
)
def preview_change_set(
    request: Request,
    number: Number,
    _: Follower,
    connection: TrialSession,
    now: Now,
    after: After = 0,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """What publishing now would come to: applied by the code that publishes, read, and rolled back."""
    found = service.preview(connection, number, now=now)
    rows, total = queries.entries_page(connection, number, after, limit)
    names = queries.names_of(connection, rows[:limit])
    applied, refused_at = found.applied, found.applied.refused_at
    path = f"/v1/change-sets/{number}/preview"
    english = wants_english(request)
    told = [refusal.message for refusal in applied.refusals[:MAX_LIMIT]] + [each.detail for each in found.conflicts]
    conflicts = [message.en if english else message.zh for message in told]
    answer: dict[str, Any] = {
        "change_set": number,
        "revision": applied.revision,
        "versions": applied.versions,
        "publishable": total > 0 and not conflicts,
        "conflicts": conflicts,
        "findings": [present.remark(code, finding, english=english) for code, finding in found.remarks],
        "total": total,
        "entries": [
            present.preview_entry(row, names, applied.kept, refused_at.get(row.position, ()), english=english)
            for row in rows[:limit]
        ],
        "next": link(path, after=rows[limit - 1].position, limit=limit) if len(rows) > limit else None,
    }
    return JsonBytes(answer)


@router.post(
    "/{number}/submit", summary="提交", operation_id="submit_change_set", responses={200: {"model": ChangeSetOut}}
)
def submit_change_set(number: Number, caller: Drafter, connection: WriteSession, now: Now) -> Response:
    """Ready for approval; no entry can be added any more."""
    service.submit(connection, number, by=caller, now=now)
    return shown(connection, number)


@router.post(
    "/{number}/approve",
    summary="批准并发布",
    operation_id="approve_change_set",
    responses={200: {"model": ChangeSetOut}},
)
def approve_change_set(
    request: Request, number: Number, caller: Reviewer, connection: WriteSession, clock: ServiceClock
) -> Response:
    """Publishes at once, all or nothing, as the next revision. 409 where something changed since the draft was made."""
    four_eyes = request.app.state.settings.four_eyes
    service.approve(connection, number, by=caller, clock=clock, four_eyes=four_eyes)
    return shown(connection, number)


@router.post(
    "/{number}/withdraw", summary="撤回", operation_id="withdraw_change_set", responses={200: {"model": ChangeSetOut}}
)
def withdraw_change_set(number: Number, caller: Drafter, connection: WriteSession, now: Now) -> Response:
    """A draft or submitted change set is given up; it stays on record."""
    service.withdraw(connection, number, by=caller, now=now)
    return shown(connection, number)


def shown(connection: Connection, number: int, status: int = 200, **more: object) -> Response:
    row = queries.get_change_set(connection, number)
    body = {**present.change_set_out(row, queries.entry_counts(connection, number)), **more}
    return JsonBytes(
        body, status_code=status, headers={"Location": f"/v1/change-sets/{number}"} if status == 201 else None
    )
