"""Addresses of what a report cites, written from its questions: of the items behind a row, and of why it moved."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.catalogue.moments import Moment, resolve
from app.catalogue.params import ItemQuestion
from app.errors import AppError
from app.metrics.cases.links import CaseAddresses
from app.metrics.changes.service import ITEMS, written_key
from app.metrics.definitions import Basis, Metric
from app.metrics.figures import NO_URLS, urls_of
from app.metrics.groups import Dimension, grouping
from app.metrics.links import Addresses, within_group
from app.metrics.objects.counting import ObjectAddresses
from app.metrics.recorded import recorded_at
from app.metrics.reports.questions import moment_of
from app.metrics.reports.rules import URL, Cited, Question, Row, in_order, question_of
from app.pages import link

ADDRESSES: Mapping[Basis, type[Addresses | CaseAddresses | ObjectAddresses]] = {
    "items": Addresses,
    "cases": CaseAddresses,
    "objects": ObjectAddresses,
}
VALUES, CHANGES = "/v1/metric-values", "/v1/metric-changes"


class Pinned:
    """Writes the addresses of a report, all of them at its own revision."""

    def __init__(self, connection: Connection, cited: Cited, now: datetime) -> None:
        self._known = resolve(connection, now, None, str(cited["revision"]))
        self._metrics: Mapping[str, Metric] = {
            key: each.metric for key, each in recorded_at(connection, cited["revision"]).items()
        }
        self._today = now.date()

    def values(self, question: Question) -> str:
        """The same figure, as the service computes it."""
        return link(VALUES, **question.parameters, **self._moment(question).pinned)

    def rows(self, figure: Cited) -> list[dict[str, Any]]:
        """The addresses of each of its rows."""
        question = question_of(figure)
        metric, asked = self._metrics[question.metric], ItemQuestion(within=question.within, filter=question.filter)
        addresses = ADDRESSES[metric.basis](asked, self._moment(question))
        dimensions = grouping(question.group_by, question.when.basis)
        return [
            {**NO_URLS, **urls_of(metric, within_group(_conditions(dimensions, row)), addresses)}
            for row in figure["rows"]
        ]

    def _moment(self, question: Question) -> Moment:
        return moment_of(question.when, self._known, self._today)


def _conditions(dimensions: Sequence[Dimension], row: Row) -> Iterable[str]:
    return (each.text(row["group"][each.name]) for each in dimensions)


def rows_of(pinned: Pinned, figure: Cited) -> list[dict[str, Any]]:
    """The rows with their addresses; without any where this edition of the service can't write them."""
    try:
        found = pinned.rows(figure)
    except AppError:
        found = [{**NO_URLS} for _ in figure["rows"]]
    return [
        {**row, "group": in_order(row["group"], figure["group_by"]), **urls}
        for row, urls in zip(figure["rows"], found, strict=True)
    ]


def changes_url(question: Question, known_from: int, known_to: int) -> str:
    """Why the figure of a day is another as known at a later revision."""
    return link(CHANGES, **_between(question, known_from, known_to), group_by=question.group_by or None)


def changed_items_url(question: Question, known_from: int, known_to: int, kind: str, row: Row) -> str:
    """The items of one kind of change in one group."""
    keys = [written_key(row["group"][name]) for name in question.group_by]
    group = {"group_by": question.group_by or None, "group": keys or None}
    return link(ITEMS, **_between(question, known_from, known_to), kind=kind, **group)


def _between(question: Question, known_from: int, known_to: int) -> dict[str, object]:
    when = question.when
    day = when.as_of.isoformat()
    about = {"period": when.period} if when.period else {"from": day, "to": day, "base_as_of": when.base_as_of}
    known = {"known_from": known_from, "known_to": known_to}
    return {"metric": question.metric, **about, **known, "within": question.within, "filter": question.filter}


def absolute(said: Any, base: str) -> Any:
    """The same content with its addresses below that of the service, so that they lead back to it from anywhere."""
    if isinstance(said, Mapping):
        return {name: base + each if _is_address(name, each) else absolute(each, base) for name, each in said.items()}
    return [absolute(each, base) for each in said] if isinstance(said, list) else said


def _is_address(name: str, value: Any) -> bool:
    """What an address stands in has a name for it: a text that people wrote is none, whatever it looks like."""
    return (name == "url" or name.endswith(URL)) and isinstance(value, str) and value.startswith("/v1/")
