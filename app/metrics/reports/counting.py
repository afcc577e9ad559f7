"""Figures of many questions: those that differ only in the metric are counted together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import Connection

from app.catalogue.moments import Moment
from app.errors import AppError
from app.metrics.definitions import Metric
from app.metrics.figures import figures_of
from app.metrics.reports.questions import moment_of
from app.metrics.reports.rules import Question, cited_rows

Rows: TypeAlias = list[dict[str, Any]]
Counted: TypeAlias = Mapping[Question, Rows | AppError]

TOGETHER = ""  # The metric of a question that stands for all that are asked in the same way.


def counted(
    connection: Connection,
    asked: Iterable[Question],
    known: Moment,
    metrics: Mapping[str, Metric],
    today: date,
) -> Counted:
    """The rows of each question as known at a revision, as they are cited; or the refusal, where there is none.

    One statement for each way of asking. `metrics` are the definitions by key; a metric that isn't there is left out.
    """
    found: dict[Question, Rows | AppError] = {}
    for together, keys in _alike(each for each in asked if each.metric in metrics).items():
        chosen = tuple(metrics[key] for key in keys)
        found |= _counted(connection, together, chosen, known, today)
    return found


def _alike(asked: Iterable[Question]) -> Mapping[Question, Sequence[str]]:
    """The keys of the metrics by how they are asked, each once."""
    groups: dict[Question, dict[str, None]] = {}
    for each in asked:
        groups.setdefault(replace(each, metric=TOGETHER), {})[each.metric] = None
    return {together: list(keys) for together, keys in groups.items()}


def _counted(
    connection: Connection, asked: Question, metrics: tuple[Metric, ...], known: Moment, today: date
) -> Mapping[Question, Rows | AppError]:
    try:
        moment = moment_of(asked.when, known, today)
        rows = figures_of(connection, metrics, asked.group_by, moment, asked.within, asked.filter)
    except AppError as error:
        if len(metrics) == 1:
            return {replace(asked, metric=metrics[0].key): error}
        alone = (_counted(connection, asked, (metric,), known, today) for metric in metrics)
        return {question: found for each in alone for question, found in each.items()}
    return {
        replace(asked, metric=metric.key): cited_rows(row for row in rows if row["metric"] == metric.key)
        for metric in metrics
    }
