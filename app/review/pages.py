"""Pages of a preview: tried at once, or of a large change set what a job said with a page of its entries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.catalogue.law import Kept
from app.changes import events, queries, rivals
from app.changes import present as change_sets_present
from app.changes import service as change_sets
from app.changes.fitting import fitting
from app.changes.rules import unpublished
from app.db import Record
from app.metrics.changes.items import Wanted, changed_items
from app.metrics.changes.rules import ChangeKind
from app.metrics.figures import Row
from app.pages import link
from app.review import present
from app.review.background import finished, is_large, too_many_for_items
from app.review.effects import movement_of
from app.review.present import Told
from app.review.service import in_the_way, review, sides_of

FIRST_PAGE_ONLY = dict.fromkeys(
    ("findings", "effects", "past", "past_total", "reports", "reports_looked_at", "reports_more")
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A page of a preview: `limit` entries after a position."""

    number: int
    as_of: str | None
    after: int
    limit: int

    @property
    def path(self) -> str:
        return f"/v1/change-sets/{self.number}/preview"


def preview_page(connection: Connection, asked: Asked, now: datetime, *, english: bool) -> dict[str, Any]:
    """In a transaction that is rolled back. Raises WrongStatus for what is not open, or PreviewIsAJob.

    What a job said beside the entries is in the language of who asked for it.
    """
    page = _from_job if is_large(connection, asked.number) else _tried
    return page(connection, asked, now, english=english)


def previewed_items(
    connection: Connection, number: int, metric: str, as_of: str | None, wanted: Wanted[ChangeKind], now: datetime
) -> Row:
    """A page of the items of a figure, in a transaction that is rolled back.

    Raises WrongStatus for what is not open, or PreviewIsAJob for what is too large to be tried at once.
    """
    held = queries.get_change_set(connection, number)
    unpublished(held.status)
    if is_large(connection, number):
        raise too_many_for_items(number, as_of)
    change_sets.preview(connection, number, now=now)
    moved = movement_of(connection, sides_of(connection, held, now, as_of), metric)
    return changed_items(connection, moved, wanted)


def _tried(connection: Connection, asked: Asked, now: datetime, *, english: bool) -> dict[str, Any]:
    found = review(connection, asked.number, now=now, as_of=asked.as_of, with_effects=not asked.after)
    told = in_the_way(found.outdated, found.applied.refusals)
    rows, total = queries.entries_page(connection, asked.number, asked.after, asked.limit)
    shown = _shown(connection, asked, rows, found.applied.kept, told, english=english)
    return present.preview_out(found, told, total, english=english) | shown


def _from_job(connection: Connection, asked: Asked, now: datetime, *, english: bool) -> dict[str, Any]:
    """Its entries are looked at now: they and the catalogue are those that the job looked at."""
    held = queries.get_change_set(connection, asked.number)
    said = finished(connection, held, asked.as_of, now)
    rows, _ = queries.entries_page(connection, held.id, asked.after, asked.limit)
    found = fitting(connection, held.id, rows, now)
    told = in_the_way(rivals.outdated(connection, held.id), found.refusals)
    shown = _shown(connection, asked, rows, found.kept, told, english=english)
    return {**said, "status": held.status, **(FIRST_PAGE_ONLY if asked.after else {}), **shown}


def _shown(
    connection: Connection,
    asked: Asked,
    rows: Sequence[Record],
    kept: Mapping[int, Sequence[Kept]],
    told: Told,
    *,
    english: bool,
) -> dict[str, object]:
    """The entries of a page, and where the next one is; `rows` are one more than the page where there is a next one."""
    here = rows[: asked.limit]
    names, said = queries.names_of(connection, here), events.comments(connection, asked.number)
    entries = [
        change_sets_present.preview_entry(row, names, kept, present.refusals(told, row.position), said, english=english)
        for row in here
    ]
    more = {"as_of": asked.as_of, "after": here[-1].position, "limit": asked.limit} if len(rows) > len(here) else None
    return {"entries": entries, "next": link(asked.path, **more) if more else None}
