"""The counts behind a table: from the responses, or as they were published where no response is known."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection

from app.db import Record, Statement
from app.demand.surveys.published import Figures, PublishedFigure
from app.demand.surveys.questions import ATTRIBUTE_NAMES
from app.demand.tabulation import queries
from app.demand.tabulation.questions import Table
from app.demand.tabulation.rules import Spread, spread
from app.errors import Malformed, Message, fault

Basis = Literal["responses", "published"]


class OnlyPublished(Malformed):
    slug, title = "only-published", Message("只有公布的总数", "Only totals were published")


@dataclass(frozen=True, slots=True)
class Chosen:
    """How many of those who answered chose an option; `published` is the percentage as it was printed."""

    code: str
    respondents: int | None
    base: int | None
    published: float | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The respondents of one group, None of those who did not state it. What was not published is None."""

    value: str | None
    responses: int | None
    answered: int | None
    options: Sequence[Chosen] = ()
    spread: Spread | None = None

    @property
    def unanswered(self) -> int | None:
        return None if self.responses is None or self.answered is None else self.responses - self.answered

    @property
    def answers(self) -> int | None:
        """How many options were chosen in all."""
        chosen = [each.respondents for each in self.options]
        known = [each for each in chosen if each is not None]
        return sum(known) if chosen and len(known) == len(chosen) else None


@dataclass(frozen=True, slots=True)
class Counted:
    """A table with its groups in order."""

    table: Table
    basis: Basis
    groups: Sequence[Group] = field(default=())


def count(connection: Connection, table: Table) -> Counted:
    """Two grouped statements. Raises OnlyPublished where a total is to be broken down of which no response is known."""
    asked = asked_of(table)
    bases = connection.execute(queries.answered(asked)).all()
    published = [each for each in table.survey.published if each.question == table.part.key]
    if published and not any(row.answered for row in bases):
        return Counted(table, "published", [_as_published(table, published)])
    said: dict[str | None, dict[Any, int]] = {row.group: {} for row in bases}
    for row in connection.execute(_counts(table)(asked)):
        said[row.group][row.said] = row.respondents
    codes = _codes(table, {code for each in said.values() for code in each}) if table.is_chosen else ()
    groups = [_group(table, row, said[row.group], codes) for row in bases]
    return Counted(table, "responses", sorted(groups, key=lambda each: _place(table, each.value)))


def asked_of(table: Table) -> queries.Asked:
    return queries.Asked(table.survey.id, table.part, table.by)


def _counts(table: Table) -> Callable[[queries.Asked], Statement]:
    return queries.chosen if table.is_chosen else queries.numbers


def _group(table: Table, row: Record, said: Mapping[Any, int], codes: Sequence[str]) -> Group:
    if not table.is_chosen:
        return Group(row.group, row.responses, row.answered, spread=spread(list(said.items())))
    options = [Chosen(code, said.get(code, 0), row.answered) for code in codes]
    return Group(row.group, row.responses, row.answered, options)


def _codes(table: Table, said: Collection[str]) -> Sequence[str]:
    """Those that may be chosen, and what else enterprises are."""
    return [code for code in table.options if table.is_offered(code) or code in said]


def _place(table: Table, value: str | None) -> tuple[bool, int]:
    """In the order in which values are named, those who did not state it last."""
    return value is None, list(table.names(table.by)).index(value) if table.by and value else 0


def _as_published(table: Table, published: Figures) -> Group:
    if table.by is not None:
        raise _only_published(table)
    by_code = {each.option: each for each in published}
    chosen = [_published(code, by_code.get(code)) for code in _codes(table, by_code)]
    bases = {each.base for each in published}
    return Group(None, None, bases.pop() if len(bases) == 1 else None, chosen)


def _published(code: str, figure: PublishedFigure | None) -> Chosen:
    return Chosen(code, None, None) if figure is None else Chosen(code, figure.respondents, figure.base, figure.share)


def _only_published(table: Table) -> OnlyPublished:
    name = ATTRIBUTE_NAMES[table.by or "size"]
    zh = f"“{table.part.text}”只有公布的总数，没有逐份的回答，不能按{name}分开。请去掉 by。"
    en = f"Of this question only totals were published: they can't be broken down by {table.by}. Leave by out."
    told = fault(zh, en, parameter="by", value=table.by, rule="only-published")
    return OnlyPublished(Message(zh, en), faults=[told])
