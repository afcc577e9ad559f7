"""What each row would do: add, amend, leave unchanged, or be rejected. Looked up for many rows at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from sqlalchemy import Connection, select

from app.catalogue.divisions import division
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.changes.rules import IN_USE, SUSPENDED, Draft, EntryKind
from app.errors import Conflict, Message
from app.files.plans import Plan
from app.imports import departments, existing, merging
from app.imports.books import Book
from app.imports.candidates import Candidate
from app.imports.comparison import Comparison, Held, Pair
from app.imports.existing import Existing
from app.imports.reach import Reach
from app.imports.reach_checks import beyond_reach
from app.imports.row_checks import checked, twice_in_file

Outcome = Literal["added", "amended", "unchanged", "rejected"]


class NoDivisions(Conflict):
    slug, title = "no-divisions", Message("还没有行政区划", "There are no divisions")


@dataclass(slots=True)
class Judged:
    """A row with what it would do and the drafts for it; `content` is the item as it would be, `before` as it is.

    `item` is its id, null where it would be new.
    """

    candidate: Candidate
    outcome: Outcome
    drafts: list[Draft] = field(default_factory=list)
    content: Mapping[str, object] = field(default_factory=dict)
    before: Mapping[str, object] = field(default_factory=dict)
    item: int | None = None

    @property
    def amended(self) -> Mapping[str, object]:
        """The elements of an existing item that would have another value."""
        return next((draft.content for draft in self.drafts if draft.change == "amend"), {})


def begin(connection: Connection, plan: Plan, moment: Moment, reach: Reach, book: Book) -> Comparison:
    """Raises NoDivisions before the first row, where every row would be refused for the same reason."""
    divisions = frozenset(connection.execute(select(division.c.code)).scalars())
    if not divisions:
        raise NoDivisions(
            Message(
                "行政区划表是空的，还不能导入。请管理员先运行 shixiang seed reference。",
                "There are no divisions yet. An operator has to run shixiang seed reference first.",
            )
        )
    return Comparison(plan, moment, reach, divisions, book)


def judge(connection: Connection, comparison: Comparison, chunk: Sequence[Candidate]) -> list[Judged]:
    """The rows of a chunk, judged by a few statements for all of them."""
    known = existing.look_up(connection, comparison, [candidate for candidate in chunk if not candidate.problems])
    pairs = [_pair(comparison, known, candidate) for candidate in chunk]
    for pair in pairs:
        merging.settle(known, pair)
    departments.look_up(connection, comparison, [pair for pair in pairs if not pair.candidate.problems])
    return [_judge_one(known, pair) for pair in pairs]


def _pair(comparison: Comparison, known: Existing, candidate: Candidate) -> Pair:
    found = known.items(candidate, comparison.day(candidate))
    return Pair(comparison, candidate, found[0] if found else None)


def _judge_one(known: Existing, pair: Pair) -> Judged:
    candidate = pair.candidate
    if problem := twice_in_file(pair) or (None if candidate.problems else checked(known, pair)):
        candidate.problems.append(problem)
    if candidate.problems:
        return Judged(candidate, "rejected")
    judged = _added(pair) if pair.found is None else _changed(known, pair, pair.found)
    if problem := beyond_reach(known, pair, judged.drafts):
        candidate.problems.append(problem)
        return Judged(candidate, "rejected")
    _note_department(pair, judged)
    return judged


def _note_department(pair: Pair, judged: Judged) -> None:
    stated = pair.candidate.content.get("department_code")
    pair.comparison.departments.add(pair.held("department_code") or str(stated))
    if judged.outcome == "added":
        departments.add_where_new(pair)


def _added(pair: Pair) -> Judged:
    """An item that the file lists as cancelled and nobody knows stays unknown."""
    candidate = pair.candidate
    if candidate.is_cancelled:
        return Judged(candidate, "unchanged")
    draft = Draft(ITEM, "create", candidate.code, candidate.content, pair.day, candidate.ends, candidate.division)
    return Judged(candidate, "added", [draft], candidate.content)


def _changed(known: Existing, pair: Pair, found: Held) -> Judged:
    stated = pair.candidate.content
    drafts = [
        Draft(ITEM, change, pair.candidate.code, content, day, division_code=pair.held("division_code"))
        for change, content, day in _changes(pair, found, known.end(found))
    ]
    return Judged(
        pair.candidate,
        "amended" if drafts else "unchanged",
        drafts,
        {**found.content, **stated},
        found.content,
        found.id,
    )


def _changes(pair: Pair, found: Held, ends: date) -> Iterator[tuple[EntryKind, Mapping[str, object], date]]:
    """What would have to be done to make the item what the row says."""
    candidate = pair.candidate
    if candidate.is_cancelled:
        # The day an item began is no day to cancel it from: its past would be gone.
        last = max(candidate.ends or pair.day, pair.day, pair.comparison.moment.as_of)
        if last < ends:
            yield "cancel", {}, last
        return
    stated, held = candidate.content, found.content
    amended = {name: value for name, value in stated.items() if held.get(name) != value and name != "status"}
    if amended:
        yield "amend", amended, pair.day
    if (held.get("status"), stated.get("status")) in SWITCHES:
        yield SWITCHES[held.get("status"), stated.get("status")], {}, pair.day
    if candidate.ends and candidate.ends < ends:
        yield "cancel", {}, candidate.ends


SWITCHES: Mapping[tuple[object, object], EntryKind] = {(IN_USE, SUSPENDED): "suspend", (SUSPENDED, IN_USE): "resume"}
