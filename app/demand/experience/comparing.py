"""Every response about an item beside what the item promises: who met with worse, by item and in sum."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, get_args

from sqlalchemy import Connection

from app.db import Record
from app.demand.experience import queries
from app.demand.experience.promising import Promising, read
from app.demand.experience.rules import Apart, Said, Verdict, compare
from app.demand.runs.outcomes import View
from app.demand.surveys.questions import Measure, Part, Questionnaire

# Why a response is about no item: it names none; the run didn't take what it names; whether an item meets it is to be
# reviewed; none does; or it names several things that aren't one item, so that nobody knows which its answers are about.
About: TypeAlias = Literal["no_item_named", "not_in_run", "to_review", "unmet", "several_items"]
ABOUT: Final[Sequence[About]] = get_args(About)
COMPARED: Final[Sequence[Measure]] = ("visits", "working_days", "fee", "resubmission", "paper")


@dataclass(slots=True)
class Tally:
    """The numbers of the responses by what came of comparing one question."""

    measure: Measure
    part: Part
    by: dict[Verdict | Apart, list[str]] = field(default_factory=lambda: defaultdict(list))


@dataclass(slots=True)
class OfItem:
    """The responses about one item."""

    promising: Promising
    responses: list[str] = field(default_factory=list)
    judged: list[str] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Experience:
    """All responses: `apart` those that are about no item, the others by item and, in `sum`, together."""

    responses: int
    apart: Mapping[About, Sequence[str]]
    items: Sequence[OfItem]
    sum: Sequence[Tally]


@dataclass(frozen=True, slots=True)
class Named:
    """The item that a response is about, or why it is about none."""

    response_id: int
    number: str
    item_id: int | None = None
    why: About | None = None
    is_judged: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A survey's questions about an item (`item`) and what it was like (`parts`), and a run seen at a moment.

    `only` are the items that are wanted, None all.
    """

    survey: int
    item: Part
    parts: Mapping[Measure, Part]
    view: View
    only: Collection[int] | None = None

    def wants(self, item: int) -> bool:
        return self.only is None or item in self.only


def measuring(questionnaire: Questionnaire) -> dict[Measure, Part]:
    """The questions that measure something of an item."""
    found = {measure: questionnaire.measuring(measure) for measure in COMPARED}
    return {measure: part for measure, part in found.items() if part is not None}


def look(connection: Connection, asked: Asked) -> Experience:
    """Four statements, however many responses there are; of items as many more as they are taken 500 at a time."""
    named = about(connection.execute(queries.named(asked.view, asked.survey, asked.item.key)))
    wanted = {each.item_id for each in named if each.item_id is not None and asked.wants(each.item_id)}
    promised = read(connection, wanted, asked.view.moment)
    of_items = [
        (each, promised[each.item_id]) for each in named if each.item_id is not None and each.item_id in promised
    ]
    apart = {why: [each.number for each in named if each.why == why] for why in ABOUT}
    return Experience(len(named), apart, *_compare(of_items, asked.parts, _said(connection, asked)))


def _said(connection: Connection, asked: Asked) -> Mapping[tuple[int, str], Said]:
    """By response and question."""
    said: dict[tuple[int, str], Said] = {}
    questions = [part.key for part in asked.parts.values()]
    for response, question, choice, number in connection.execute(queries.answers(asked.survey, questions)):
        said.setdefault((response, question), Said(number)).choices.append(choice)
    return said


def _compare(
    of_items: Iterable[tuple[Named, Promising]],
    parts: Mapping[Measure, Part],
    said: Mapping[tuple[int, str], Said],
) -> tuple[list[OfItem], list[Tally]]:
    """By item, those about most responses first; and in sum."""
    items: dict[int, OfItem] = {}
    total = _tallies(parts)
    for each, promising in of_items:
        of_item = items.setdefault(promising.row.id, OfItem(promising, tallies=_tallies(parts)))
        of_item.responses.append(each.number)
        of_item.judged += [each.number] if each.is_judged else []
        for tally, whole in zip(of_item.tallies, total, strict=True):
            answered = said.get((each.response_id, tally.part.key))
            found = compare(tally.measure, tally.part, answered, promising.promise)
            tally.by[found].append(each.number)
            whole.by[found].append(each.number)
    return sorted(items.values(), key=lambda each: (-len(each.responses), each.promising.row.code)), total


def _tallies(parts: Mapping[Measure, Part]) -> list[Tally]:
    return [Tally(measure, part) for measure, part in parts.items()]


def about(rows: Iterable[Record]) -> list[Named]:
    """Of each response the item that it is about."""
    by_response: dict[int, list[Record]] = defaultdict(list)
    for row in rows:
        by_response[row.id].append(row)
    return [_about(named) for named in by_response.values()]


def _about(named: Sequence[Record]) -> Named:
    first, found = named[0], {(_why(row), row.item_id) for row in named}
    if len(found) > 1:
        return Named(first.id, first.number, why="several_items")
    why, item = found.pop()
    return Named(first.id, first.number, item, why, all(row.decided_by == "judgement" for row in named))


def _why(row: Record) -> About | None:
    if row.demand_id is None:
        return "no_item_named"
    if row.outcome is None:
        return "not_in_run"
    return None if row.item_id is not None else "unmet" if row.outcome == "unmet" else "to_review"
