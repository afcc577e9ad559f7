"""Whatever happened: the parts add up, each item that differs has one kind, and the links lead to those very items."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from app.catalogue.moments import Moment, resolve
from app.catalogue.objects import ITEM
from app.catalogue.params import ItemQuestion
from app.catalogue.versions import versions
from app.metrics.changes.items import Wanted, changed_items
from app.metrics.changes.rules import ChangeKind
from app.metrics.changes.service import Movement, Question, changes, movement
from app.metrics.definitions import Metric
from app.metrics.groups import grouping
from app.metrics.in_force import chosen
from app.metrics.queries import counted, measures
from app.metrics.rules import Parts
from tests.metrics.histories import GROUPS, KEYS, NOW, QUESTIONS, History, days, histories, stored

SPANS = st.tuples(days(), days()).map(sorted)
REVISION = st.sampled_from([4, 4, 4, 4, 4, 3, 2, 1, 0])
REVISIONS = st.tuples(REVISION, REVISION)
ASKED = {
    "history": histories(),
    "span": SPANS,
    "known": REVISIONS,
    "key": st.sampled_from(KEYS),
    "group_by": GROUPS,
    "filter_": QUESTIONS,
}
Numbers = tuple[int, int, int]


def at(connection: Connection, history: History, day: date, number: int) -> Moment:
    return resolve(connection, NOW, day.isoformat(), str(min(number, len(history.published))))


def exact(text: str | None) -> Fraction:
    assert text is not None
    return Fraction(text)


@dataclass(frozen=True)
class Item:
    """An item as it is at a moment: what it counts for, its groups, and whether the metric is about it."""

    status: str
    department: str
    inside: bool
    groups: frozenset[Any]
    counts: Numbers

    def in_group(self, key: Any) -> Numbers:
        return self.counts if key in self.groups else NOTHING


NOTHING: Numbers = (0, 0, 0)
Held = Mapping[int, Item]


def by_hand(connection: Connection, question: Question, moment: Moment) -> dict[int, Item]:
    """Every item that is there, asked one by one."""
    (metric,), dimensions = chosen(connection, [question.metric], moment), grouping(question.group_by)
    found = {}
    for row in connection.execute(versions(ITEM, moment)).all():
        text = f"id = {row.id}" + (f" AND ({question.filter})" if question.filter else "")
        numbers = counted(connection, (metric,), dimensions, ItemQuestion(filter=text), moment)
        there = {key: held for key, held in numbers.items() if held[0]}
        parts = next((measures((metric,)).parts(metric, held) for held in there.values()), None)
        counts, inside = (NOTHING, False) if parts is None else counts_for(metric.kind, parts)
        found[row.id] = Item(row.status, row.department_code, inside, frozenset(there), counts)
    return found


def counts_for(kind: str, parts: Parts) -> tuple[Numbers, bool]:
    one, other = [*parts.sums, 0, 0][:2]
    return {
        "share": ((parts.matching, parts.items, parts.unknown), parts.items > 0),
        "count": ((parts.items, 0, parts.unknown), True),
        "mean": ((one, parts.items, parts.unknown), parts.items + parts.unknown > 0),
        "total": ((one, 0, parts.unknown), parts.items + parts.unknown > 0),
        "reduction": ((one - other, one, parts.unknown), parts.items + parts.unknown > 0),
    }[kind]


@settings(max_examples=60)
@given(**ASKED)
def test_the_parts_add_up_in_every_group(
    application: FastAPI,
    history: History,
    span: list[date],
    known: tuple[int, int],
    key: str,
    group_by: list[str],
    filter_: str | None,
) -> None:
    question = Question(key, tuple(group_by), filter=filter_)
    with stored(application, history) as connection:
        before, after = (at(connection, history, *each) for each in zip(span, known, strict=True))
        for row in changes(connection, movement(connection, question, before, after)):
            adds_up(row)


def adds_up(row: Mapping[str, Any]) -> None:
    before, after, kinds = row["before"], row["after"], row["kinds"]
    for part in ("numerator", "denominator", "unknown"):
        difference = None if before[part] is None else after[part] - before[part]
        assert row[f"{part}_change"] == difference
        assert sum(kind[f"{part}_change"] or 0 for kind in kinds) == (difference or 0)
    assert all(kind["items"] > 0 for kind in kinds)
    if row["note"]:
        assert None in (before["value"], after["value"])
        assert [row["change"], row["change_exact"]] == [None, None]
        assert all(kind["points"] is kind["points_exact"] is None for kind in kinds)
        return
    change = exact(row["change_exact"])
    assert sum((exact(kind["points_exact"]) for kind in kinds), Fraction(0)) == change == rate(after) - rate(before)
    assert row["change"] == float(change)


def rate(figure: Mapping[str, Any]) -> Fraction:
    return Fraction(figure["numerator"], figure["denominator"] or 1)


@settings(max_examples=60)
@given(**ASKED)
def test_each_item_that_differs_is_in_one_kind_and_on_its_page(
    application: FastAPI,
    history: History,
    span: list[date],
    known: tuple[int, int],
    key: str,
    group_by: list[str],
    filter_: str | None,
) -> None:
    question = Question(key, tuple(group_by), filter=filter_)
    with stored(application, history) as connection:
        before, after = (at(connection, history, *each) for each in zip(span, known, strict=True))
        moved = movement(connection, question, before, after)
        then = replace(after, as_of=before.as_of)
        held = [by_hand(connection, question, moment) for moment in (before, after, then)]
        groups: list[Any] = changes(connection, moved)
        for number, row in zip(moved.keys, groups, strict=True):
            in_group = {each for each in {*held[0], *held[1]} if differs(held[0], held[1], each, {number})}
            expected = Counter(kind_of(each, moved.after.metric, *held) for each in in_group)
            assert {kind["kind"]: kind["items"] for kind in row["kinds"]} == expected
            listed = page(connection, moved, row, in_group)
            assert {each["id"]: each["kind"] for each in listed}.keys() == in_group
            assert Counter(each["kind"] for each in listed) == expected
            if not row["note"]:
                parts = [exact(each["points_exact"]) for each in listed]
                assert sum(parts, Fraction(0)) == exact(row["change_exact"])


def page(connection: Connection, movement: Movement, row: Any, in_group: set[int]) -> list[Any]:
    """All items of the group, two at a time."""
    names = [each.name for each in movement.dimensions]
    key = tuple(queries_key(row["group"][name]) for name in names)
    asked: Wanted[ChangeKind] = Wanted(None, key, 2, None)
    listed: list[Any] = []
    while True:
        answer: Any = changed_items(connection, movement, asked)
        listed += answer["items"]
        assert answer["total"] == len(in_group)
        if answer["next"] is None:
            return listed
        asked = replace(asked, cursor=answer["next"].rpartition("cursor=")[2])


def queries_key(key: object) -> str:
    return "null" if key is None else str(key).lower() if isinstance(key, bool) else str(key)


def differs(before: Held, after: Held, item: int, keys: Iterable[Any]) -> bool:
    one, other = before.get(item), after.get(item)
    return any((one.in_group(key) if one else NOTHING) != (other.in_group(key) if other else NOTHING) for key in keys)


def kind_of(item: int, metric: Metric, before: Held, after: Held, then: Held) -> str:
    """The first that applies, told once more."""
    everywhere = {key for held in (before, then) if item in held for key in held[item].groups}
    if differs(before, then, item, everywhere):
        return "corrected"
    if item not in before or item not in after:
        return "added" if item not in before else "cancelled"
    return changed(before[item], after[item], metric)


def changed(one: Item, other: Item, metric: Metric) -> str:
    if one.status != other.status:
        return "suspended" if other.status == "2" else "resumed"
    if one.department != other.department:
        return "transferred"
    if one.inside and other.inside and one.counts[2] != other.counts[2]:
        return "became_known" if one.counts[2] else "became_unknown"
    if one.inside != other.inside or one.groups != other.groups:
        return "reclassified"
    return "improved" if better(metric, one.counts, other.counts) else "worsened"


def better(metric: Metric, one: Numbers, other: Numbers) -> bool:
    if metric.kind != "reduction":
        return (other[0] > one[0]) == (metric.better != "down")
    return (other[0] * one[1], other[0], -other[1]) > (one[0] * other[1], one[0], -one[1])
