"""Previewing as a job: what takes too long for a request is worked out beside it, and read from its result."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, select

from app.access.rules import Caller
from app.catalogue.moments import parse_day
from app.catalogue.verification import latest_content_revision
from app.changes import queries
from app.changes.rules import unpublished
from app.clock import SHANGHAI
from app.db import Record, Statement
from app.errors import Conflict, Message
from app.jobs.models import job
from app.jobs.service import enqueue
from app.jobs.storable import storable
from app.jobs.work import Work, register
from app.pages import link
from app.review import present
from app.review.service import STAGES, Entering, day_of, in_the_way, review, tag

KIND = "preview"
# Entries. To try one takes about half a millisecond, during which nobody else can write: so many take three seconds.
MOST_AT_ONCE = 5_000
LOOKED_THROUGH = 200  # Previews that were done last, of whatever change set.


class PreviewIsAJob(Conflict):
    slug, title = "preview-is-a-job", Message("要在后台预览", "The preview is a job")


class PreviewOutdated(Conflict):
    slug, title = "preview-outdated", Message("预览时目录又变了", "Changed while it was previewed")


def enqueue_preview(
    connection: Connection, number: int, as_of: str | None, *, english: bool, by: Caller, now: datetime
) -> int:
    """The number of the job, which tells in the language of who asked. Raises WrongStatus for what is not open."""
    held = queries.get_change_set(connection, number)
    unpublished(held.status)
    parse_day(day_of(held, now, as_of), "as_of")
    asked = {"change_set": number, "as_of": as_of, "language": "en" if english else "zh"}
    return enqueue(connection, KIND, asked, by=by, now=now)


def preview(work: Work) -> None:
    """Its result is what the first page of the preview says, but for its entries.

    Stopped between its stages, it leaves nothing. Raises PreviewOutdated where the content changed meanwhile.
    """
    work.caller().demand("follow")
    stages = list(STAGES)

    def entering(stage: str) -> None:
        work.progress(stages.index(stage), len(stages), STAGES[stage])

    with work.database.trial() as connection:
        result = _previewed(connection, work.parameters, work.clock.now(), entering)
    work.progress(len(stages), len(stages))
    with work.database.write() as connection:
        _demand_newest(connection, result)
        work.finish(connection, result)


def _demand_newest(connection: Connection, result: Mapping[str, Any]) -> None:
    """Raises PreviewOutdated: what was read before a redaction is not to be written down behind it.

    Verifications and checks of links may take revisions meanwhile.

    To be called where nobody else can write until the result is kept.
    """
    if latest_content_revision(connection) < result["revision"]:
        return
    path = result["result_url"]
    zh = f"预览时目录又有了新的版次，这次的结果已经不对，没有保留。请再 POST {path} 预览一次。"
    en = f"Another revision came while this was worked out, so its result was not kept. POST {path} once more."
    raise PreviewOutdated(Message(zh, en), preview_url=path)


def _previewed(
    connection: Connection, asked: Mapping[str, Any], now: datetime, entering: Entering
) -> dict[str, object]:
    number, as_of = asked["change_set"], asked["as_of"]
    found = review(connection, number, now=now, as_of=as_of, entering=entering)
    told, total = (
        in_the_way(found.outdated, found.applied.refusals),
        sum(queries.entry_counts(connection, number).values()),
    )
    body = present.preview_out(found, told, total, english=asked["language"] == "en")
    said: dict[str, object] = storable({**body, **_beside(number, as_of)})
    return said


def _beside(number: int, as_of: str | None) -> dict[str, str]:
    path = f"/v1/change-sets/{number}"
    return {"entries_url": f"{path}/entries", "result_url": link(f"{path}/preview", as_of=as_of)}


def is_large(connection: Connection, number: int) -> bool:
    """Whether a change set is too large to be tried while somebody waits."""
    return sum(queries.entry_counts(connection, number).values()) > MOST_AT_ONCE


def finished(connection: Connection, held: Record, as_of: str | None, now: datetime) -> dict[str, Any]:
    """What the last such job of today said of the entries as they are, on the catalogue as it is, about the same day.

    Raises WrongStatus for what is not open, and PreviewIsAJob where there is none.
    """
    unpublished(held.status)
    result, day = job.c.result, parse_day(day_of(held, now, as_of), "as_of")
    wanted = (
        job.c.id.in_(_done_last()),
        job.c.started_at >= datetime.combine(now.date(), time.min, SHANGHAI),
        result["etag"].as_string() == tag(held, latest_content_revision(connection)),
        result["as_of"].as_string() == day.isoformat(),
    )
    said = connection.execute(select(result).where(*wanted).order_by(job.c.id.desc()).limit(1)).scalar()
    beside = _beside(held.id, as_of)
    if said is None:
        raise _not_yet(held.id, beside["result_url"])
    return {name: value for name, value in said.items() if name not in beside}


def _done_last() -> Statement:
    """Read by status from the newest on, so that few results are opened, however many were kept."""
    done = select(job.c.id).where(job.c.status == "done", job.c.kind == KIND)
    return done.order_by(job.c.id.desc()).limit(LOOKED_THROUGH)


def too_many_for_items(number: int, as_of: str | None) -> PreviewIsAJob:
    path = _beside(number, as_of)["result_url"]
    zh = (
        f"变更单 {number} 太大，不能逐项列出使指标变动的事项。各类各有多少项，写在后台预览的 effects 里：请 POST {path}，"
        "等任务完成后看它的结果；逐条的改动请看同一地址的 entries。"
    )
    en = (
        f"Change set {number} is too large to list the items that move a figure. How many of each kind there are stands "
        f"in the effects of the preview that a job makes: POST {path}, and read its result when it is done."
    )
    return PreviewIsAJob(Message(zh, en), preview_url=path)


def _not_yet(number: int, path: str) -> PreviewIsAJob:
    zh = (
        f"变更单 {number} 太大，要在后台预览：请先 POST {path}，等任务完成后再看（或提交）。"
        "已经预览过的，是之后条目或目录又变了，或者到了第二天。"
    )
    en = (
        f"Change set {number} is too large to be previewed at once: POST {path} first, and look or submit again when "
        "that job is done. One that was done is of other entries, of another revision or of another day."
    )
    return PreviewIsAJob(Message(zh, en), preview_url=path)


register(KIND, preview)
