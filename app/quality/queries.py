"""Which rules items break: all rules as columns of one statement, for the items of a moment or for some of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TypeAlias

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_

from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.catalogue.params import ItemQuestion
from app.catalogue.properties import item_filters
from app.catalogue.reads import chunks
from app.catalogue.versions import Asked, at, versions
from app.db import Prepared, Record, built_once
from app.quality.exemptions.queries import exempted_from, is_exempt
from app.quality.rules import Rule

Counts: TypeAlias = Mapping[tuple[str, str], int]
"""By rule and department: how many items."""

AT_ONCE = 2_000
# How many rules a statement asks: each has some conditions, and a database takes so many parameters and no more.
RULES_AT_ONCE = 100


def broken_by(
    connection: Connection, rules: Sequence[Rule], moment: Moment, ids: Collection[int]
) -> dict[int, frozenset[str]]:
    """The keys of the rules that each of some items breaks at a moment; items that break none are left out.

    A statement for each 2,000 items and a hundred rules.
    """
    found: dict[int, frozenset[str]] = {}
    for some in chunks(rules, RULES_AT_ONCE):
        keys, judged = [rule.key for rule in some], _judged(tuple(rule.filter for rule in some), Asked(moment.latest))
        for chunk in chunks(ids, AT_ONCE):
            _gather(found, keys, judged.on(connection, at(moment) | {"ids": chunk}))
    return found


@built_once
def _judged(filters: tuple[str, ...], asked: Asked) -> Prepared:
    flags = [condition.label(f"rule_{place}") for place, condition in enumerate(conditions(filters))]
    judged = versions(ITEM, asked, [ITEM.table.c.id, *flags])
    return Prepared(judged.where(ITEM.table.c.id.in_(bindparam("ids", expanding=True))))


def broken_in(
    connection: Connection, rules: Sequence[Rule], moment: Moment, divisions: Collection[str]
) -> dict[int, frozenset[str]]:
    """The keys of the rules that items of some divisions break at a moment; items that break none are left out.

    A statement for each 2,000 divisions and a hundred rules.
    """
    found: dict[int, frozenset[str]] = {}
    for some in chunks(rules, RULES_AT_ONCE):
        filters = tuple(rule.filter for rule in some)
        flags = [condition.label(f"rule_{place}") for place, condition in enumerate(conditions(filters))]
        judged = versions(ITEM, Asked(moment.latest), [ITEM.table.c.id, *flags]).where(or_(*conditions(filters)))
        for chunk in chunks(divisions, AT_ONCE):
            of_these = judged.where(ITEM.table.c.division_code.in_(chunk))
            _gather(found, [rule.key for rule in some], connection.execute(of_these, at(moment)))
    return found


def _gather(found: dict[int, frozenset[str]], keys: Sequence[str], rows: Iterable[Record]) -> None:
    """Add the keys of the rules that each row says are broken."""
    for number, *broken in rows:
        of_these = frozenset(key for key, is_broken in zip(keys, broken, strict=True) if is_broken)
        if of_these:
            found[number] = found.get(number, frozenset()) | of_these


@lru_cache(maxsize=64)
def conditions(filters: tuple[str, ...]) -> list[ColumnElement[bool]]:
    return list(map(item_filters().condition, filters))


def counts(
    connection: Connection,
    rules: Sequence[Rule],
    moment: Moment,
    question: ItemQuestion,
    *,
    excused: date | None = None,
) -> Counts:
    """How many items of the question break each rule, by rule and department; what is zero is left out.

    All of them, or those that need not keep the rule on the day on which they are `excused`. One grouped statement for
    each hundred rules.
    """
    found: dict[tuple[str, str], int] = {}
    asked = rules if excused is None else exempted_from(connection, rules, excused)
    for some in chunks(asked, RULES_AT_ONCE):
        grouped = _counted(tuple(some), question, Asked(moment.latest), excused)
        for department, *numbers in grouped.on(connection, at(moment)):
            of_these = zip(some, numbers, strict=True)
            found |= {(rule.key, department): number for rule, number in of_these if number}
    return found


@built_once
def _counted(rules: tuple[Rule, ...], question: ItemQuestion, asked: Asked, excused: date | None) -> Prepared:
    department, broken = ITEM.table.c.department_code, conditions(tuple(rule.filter for rule in rules))
    wanted = question.conditions()
    if excused is not None:
        broken = [and_(each, is_exempt([rule], excused)) for rule, each in zip(rules, broken, strict=True)]
        wanted = [*wanted, is_exempt(rules, excused)]
    numbers = [func.count().filter(each) for each in broken]
    return Prepared(versions(ITEM, asked, [department, *numbers]).where(*wanted).group_by(department))
