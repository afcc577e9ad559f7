"""Reviewing: what a draft would come to, and the approval of exactly that."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection

from app.access.rules import Caller
from app.catalogue.moments import Moment, resolve
from app.catalogue.verification import latest_content_revision
from app.changes import queries, rivals
from app.changes import service as change_sets
from app.changes.publish import Applied
from app.changes.rivals import Outdated, Rival
from app.changes.rules import Refusal, by_position
from app.clock import Clock
from app.db import Record
from app.errors import Message, PreconditionFailed, PreconditionRequired
from app.metrics.figures import Row
from app.metrics.reports.disturbed import Disturbed, Draft, disturbed
from app.quality.drafts import examine
from app.quality.tried import Tried
from app.quality.verdicts import Tally
from app.review.effects import Sides, effects, first_day, past_effects


class ChangedSincePreview(PreconditionFailed):
    slug, title = "changed-since-preview", Message("预览之后又变了", "Changed since the preview")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A draft as the next revision: applied, what stands in its way, what it does to the findings and the figures.

    `content` is the last revision before it that said something new of the content.
    """

    held: Record
    content: int
    preview: change_sets.Preview
    outdated: tuple[Outdated, ...]
    rivals: tuple[Rival, ...]
    as_of: str
    findings: Tally | None
    effects: tuple[Row, ...] | None
    past: tuple[Row, ...] | None
    reports: Disturbed | None

    @property
    def applied(self) -> Applied:
        return self.preview.applied

    @property
    def tag(self) -> str:
        return tag(self.held, self.content)


def in_the_way(outdated: Iterable[Outdated], refusals: Iterable[Refusal]) -> dict[int, Sequence[Refusal | Outdated]]:
    """Why entries can't be published, by position: they don't fit what holds now, or are out of date."""
    return {**{each.position: [each] for each in outdated}, **by_position(refusals)}


def tag(held: Record, content: int) -> str:
    """What a preview was of: the entries as they then were, on the content of the catalogue as it then was."""
    return f'"{held.id}-{held.edition}-{content}"'


Entering: TypeAlias = Callable[[str], None]
STAGES: Mapping[str, Message] = {
    "apply": Message("正在试做每一条。", "The entries are being applied on trial."),
    "check": Message("正在按质量规则检查。", "The quality rules are being checked."),
    "count": Message("正在算会变的指标。", "The figures that move are being counted."),
    "past": Message("正在算会变的往日数字。", "The figures of the past that move are being counted."),
    "reports": Message("正在找会对不上的报告。", "The reports that would no longer match are being found."),
}


def review(
    connection: Connection,
    number: int,
    *,
    now: datetime,
    as_of: str | None,
    with_effects: bool = True,
    entering: Entering = lambda _: None,
) -> Reviewed:
    """What publishing now would come to, in a transaction that its owner rolls back.

    The effect on the figures is on `as_of`: by default the effective date, today where that is past. `entering` is told
    each of the STAGES. Raises WrongStatus for what is not open.
    """
    entering("apply")
    held, content = queries.get_change_set(connection, number), latest_content_revision(connection)
    found = change_sets.preview(connection, number, now=now)
    sides = sides_of(connection, held, now, as_of)
    outdated, others = tuple(rivals.outdated(connection, number)), tuple(rivals.rivals(connection, number))
    findings = moved = past = reports = None
    if with_effects:
        entering("check")
        findings = tally_of(connection, held, found.applied.revision, now)
        entering("count")
        moved = tuple(effects(connection, sides))
        entering("past")
        past = tuple(past_effects(connection, number, sides, now.date()))
        entering("reports")
        reports = _reports(connection, number, sides, now)
    as_of = sides.after.as_of.isoformat()
    return Reviewed(held, content, found, outdated, others, as_of, findings, moved, past, reports)


def _reports(connection: Connection, number: int, sides: Sides, now: datetime) -> Disturbed:
    """The reports that live figures would no longer match, where the draft reaches back to a day that one cites."""
    first = first_day(connection, number)
    return Disturbed() if first is None else disturbed(connection, Draft(first, sides.before, sides.after), now.date())


def tally_of(connection: Connection, held: Record, revision: int, now: datetime) -> Tally:
    """The findings of a change set that was applied as a revision. An undoing only brings back what was published."""
    return examine(connection, Tried(held.id, revision, now.date(), restores=held.undoes is not None))


def day_of(held: Record, now: datetime, as_of: str | None) -> str:
    return max(held.effective_on, now.date()).isoformat() if as_of is None else as_of


def sides_of(connection: Connection, held: Record, now: datetime, as_of: str | None) -> Sides:
    """The day as it is known, and as the applied draft would have it."""
    after = resolve(connection, now, day_of(held, now, as_of))
    before = _known_before(connection, now, after)
    return Sides(before, after, f"/v1/change-sets/{held.id}/preview")


def _known_before(connection: Connection, now: datetime, after: Moment) -> Moment:
    known = str(after.revision - 1)
    return replace(resolve(connection, now, after.as_of.isoformat(), known), newest=after.newest)


def approve(
    connection: Connection, number: int, if_match: str | None, *, by: Caller, clock: Clock, four_eyes: bool
) -> Applied:
    """Publish exactly what the preview showed, whose tag is `if_match`.

    Raises PreconditionRequired without one, ChangedSincePreview where the entries or the catalogue changed meanwhile, or
    what approving raises.
    """

    def demand_seen(held: Record) -> None:
        _demand_seen(held, latest_content_revision(connection), if_match)

    return change_sets.approve(connection, number, by=by, clock=clock, four_eyes=four_eyes, demand_seen=demand_seen)


def _demand_seen(held: Record, content: int, if_match: str | None) -> None:
    path = f"/v1/change-sets/{held.id}/preview"
    if if_match is None:
        zh = f"批准前请先看预览（{path}），并把它的 ETag 写在请求头 If-Match 里：批准的正是看过的内容。"
        en = f"Read the preview first ({path}) and send its ETag as If-Match: what was read is what is approved."
        raise PreconditionRequired(Message(zh, en))
    now = tag(held, content)
    if now not in {each.strip().removeprefix("W/") for each in if_match.split(",")}:
        zh = (
            f"If-Match 里的不是变更单 {held.id} 现在的预览的 ETag：看过之后条目、封面或目录又变了（或写错了，* 也不行）。"
            f"什么都没有写入。请再看一次预览（{path}）。"
        )
        en = (
            f"If-Match is not the ETag of the present preview of change set {held.id}: its entries, its cover or the "
            f"catalogue changed since it was read, or it is mistyped (* is not taken). Read it again ({path})."
        )
        raise ChangedSincePreview(Message(zh, en), preview_url=path)
