"""Reviewing change sets: preview, submit, return, approve, withdraw, rebase, undo."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from app.access.dependencies import Drafter, Follower, GuardedRoute, Reviewer
from app.catalogue.dependencies import AsOf, Now, ServiceClock, TrialSession, WriteSession
from app.catalogue.paging import read_limit
from app.changes import service as change_sets
from app.changes.events import Comment
from app.changes.rebasing import Place, rebase
from app.changes.routes import After, Limit, Number, shown
from app.changes.schemas import ChangeSetOut
from app.changes.undoing import undo
from app.jobs.routes import accepted
from app.jobs.schemas import JobOut
from app.metrics.changes.items import Wanted
from app.metrics.changes.rules import ChangeKind
from app.pages import DEFAULT_LIMIT, JsonBytes
from app.review import present, schemas, service
from app.review.background import enqueue_preview
from app.review.pages import Asked, preview_page, previewed_items
from app.review.submitting import submit
from app.schema import wants_english

router = APIRouter(prefix="/change-sets", tags=["审核"], route_class=GuardedRoute)

IfMatch = Annotated[
    str | None, Header(description="预览的 ETag：批准的正是预览过的内容", examples=['"30-2-29"'], max_length=200)
]
Metric = Annotated[str, Query(description="指标的 key", examples=["online_rate"])]


@router.get(
    "/{number}/preview",
    summary="预览",
    operation_id="preview_change_set",
    responses={200: {"model": schemas.PreviewOut}},
)
def preview_change_set(
    request: Request,
    number: Number,
    _: Follower,
    connection: TrialSession,
    now: Now,
    as_of: AsOf = None,
    after: After = 0,
    limit: Limit = DEFAULT_LIMIT,
) -> Response:
    """What publishing now would come to: applied by the code that publishes, read, and rolled back.

    Every field from old to new, what stands in the way, and every figure that moves with the items that move it, on
    `as_of`: by default the effective date, today where that is past. The ETag is what an approval has to send.

    A change set of more than 5,000 entries is previewed by a job first (POST); what the last one said is then read here,
    409 where there is none of the entries and the catalogue as they now are.
    """
    page = preview_page(connection, Asked(number, as_of, after, limit), now, english=wants_english(request))
    return JsonBytes(page, headers={"ETag": page["etag"]})


@router.post(
    "/{number}/preview",
    status_code=202,
    summary="在后台预览",
    operation_id="start_preview",
    responses={202: {"model": JobOut}},
)
def start_preview(
    request: Request, number: Number, caller: Drafter, connection: WriteSession, now: Now, as_of: AsOf = None
) -> Response:
    """A job whose result is the first page of the preview without its entries. A large change set needs it.

    The ETag in the result is what an approval has to send.
    """
    job = enqueue_preview(connection, number, as_of, english=wants_english(request), by=caller, now=now)
    return accepted(request, connection, job, caller)


@router.get(
    "/{number}/preview/items",
    summary="预览里使指标变动的事项",
    operation_id="list_previewed_items",
    responses={200: {"model": schemas.ItemEffects}},
)
def list_previewed_items(
    number: Number,
    _: Follower,
    connection: TrialSession,
    now: Now,
    metric: Metric,
    as_of: AsOf = None,
    kind: Annotated[ChangeKind | None, Query(description="哪一类变化；不给为全部")] = None,
    limit: Annotated[str | None, Query(description="每页条数")] = None,
    cursor: Annotated[str | None, Query(description="上一页给出的游标")] = None,
) -> Response:
    """The items of one figure that the draft changes: what each counts for now and would count for.

    409 for a change set of more than 5,000 entries: the preview that a job made tells how many items of which kind.
    """
    wanted: Wanted[ChangeKind] = Wanted(kind, (), read_limit(limit), cursor)
    page = previewed_items(connection, number, metric, as_of, wanted, now)
    return JsonBytes({name: page[name] for name in ("items", "total", "next")})


@router.post(
    "/{number}/submit", summary="提交", operation_id="submit_change_set", responses={200: {"model": ChangeSetOut}}
)
def submit_change_set(number: Number, caller: Drafter, connection: WriteSession, now: Now) -> Response:
    """To the reviewer; no entry can be changed until it comes back.

    409 where an item would break a rule that it kept, or still breaks one whose elements the draft touches, if the rule
    is an error and the item is not exempt. The preview lists these findings as those that block. A change set of more
    than 5,000 entries is previewed by a job first (POST to its preview), whose findings then count; 409 without one.
    """
    submit(connection, number, by=caller, now=now)
    return shown(connection, number)


@router.post(
    "/{number}/recall", summary="取回", operation_id="recall_change_set", responses={200: {"model": ChangeSetOut}}
)
def recall_change_set(number: Number, caller: Drafter, connection: WriteSession, now: Now) -> Response:
    """What was submitted is taken back by its author to go on with."""
    change_sets.recall(connection, number, by=caller, now=now)
    return shown(connection, number)


@router.post(
    "/{number}/return", summary="退回", operation_id="return_change_set", responses={200: {"model": ChangeSetOut}}
)
def return_change_set(
    number: Number, body: schemas.Return, caller: Reviewer, connection: WriteSession, now: Now
) -> Response:
    """Back to its author, with the reason and comments on entries."""
    comments = [Comment(each.position, each.text) for each in body.comments]
    change_sets.send_back(connection, number, body.reason, comments, by=caller, now=now)
    return shown(connection, number)


@router.post(
    "/{number}/approve",
    summary="批准并发布",
    operation_id="approve_change_set",
    responses={200: {"model": ChangeSetOut}},
)
def approve_change_set(
    request: Request,
    number: Number,
    caller: Reviewer,
    connection: WriteSession,
    clock: ServiceClock,
    if_match: IfMatch = None,
) -> Response:
    """Publishes what the preview showed at once, all or nothing, as the next revision, or refuses.

    By somebody who wrote none of it. 428 without the ETag of the preview, 412 where the entries or the catalogue changed
    since, 409 where an entry no longer fits what holds now.
    """
    four_eyes = request.app.state.settings.four_eyes
    service.approve(connection, number, if_match, by=caller, clock=clock, four_eyes=four_eyes)
    return shown(connection, number)


@router.post(
    "/{number}/withdraw", summary="撤回", operation_id="withdraw_change_set", responses={200: {"model": ChangeSetOut}}
)
def withdraw_change_set(number: Number, caller: Drafter, connection: WriteSession, now: Now) -> Response:
    """What is not published is given up by its author; it stays on record."""
    change_sets.withdraw(connection, number, by=caller, now=now)
    return shown(connection, number)


@router.post(
    "/{number}/rebase",
    summary="按现状更新",
    operation_id="rebase_change_set",
    responses={200: {"model": schemas.RebaseOut}},
)
def rebase_change_set(
    number: Number, body: schemas.Rebase, caller: Drafter, connection: WriteSession, now: Now
) -> Response:
    """Brings a change set up to what holds now, where others changed the same objects after it was drafted.

    The answer shows both values of each field that both changed. This change set's value stays wanted unless the field
    stands in `keep_theirs`. What an entry copied from the item that its own comes from follows that item, and is shown.
    """
    theirs = {Place(each.position, each.field) for each in body.keep_theirs}
    done = rebase(connection, number, theirs, by=caller, now=now)
    differences = [present.difference_out(each) for each in done.differences]
    return shown(connection, number, differences=differences, dropped=done.dropped)


@router.post(
    "/{number}/undo",
    status_code=201,
    summary="撤销已发布的变更",
    operation_id="undo_change_set",
    responses={201: {"model": ChangeSetOut}},
)
def undo_change_set(
    number: Number, body: schemas.Undo, caller: Drafter, connection: WriteSession, now: Now
) -> Response:
    """A draft that turns what a published change set changed back over the same days. It is reviewed like any other.

    409 naming the later change set where one touched the same field. What was known meanwhile stays known.
    """
    draft = undo(connection, number, body.reason, by=caller, now=now)
    return shown(connection, draft, status=201)
