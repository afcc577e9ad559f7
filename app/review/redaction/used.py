"""Whose figures are chosen by the element that is to be redacted: they are told before, since they can't be counted again.

Unlike a metric they don't forbid it: a report stays for good and keeps its numbers, and the law asks that personal data go.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, Text, literal, select

from app.catalogue.search import Place
from app.changes.redactable import Target
from app.metrics.alerts.held import RULES, Rule
from app.metrics.alerts.models import alert_rule_version
from app.metrics.reports.models import report
from app.metrics.reports.redacted import looked_at

REPORTS_AT_ONCE = 10  # One may be some megabytes.
FILTERED = '"filter":"'  # As JSON of a report says that a figure has a filter.


@dataclass(frozen=True, slots=True)
class Used:
    """The reports and the alert rules that stand whose filters name the element, by number."""

    reports: list[int]
    alert_rules: list[int]


def used_by(connection: Connection, target: Target) -> Used:
    place = (target.kind.table.name, target.element.name)
    return Used(
        sorted({number for number, places in _of_reports(connection) if place in places}),
        sorted(number for number, places in _of_rules(connection) if place in places),
    )


def _of_reports(connection: Connection) -> Iterator[tuple[int, frozenset[tuple[str, str]]]]:
    filtered = select(report.c.id, report.c.cited).where(Place(report.c.cited, literal(FILTERED, Text())) > 0)
    for row in connection.execute(filtered.execution_options(yield_per=REPORTS_AT_ONCE)):
        for figure in orjson.loads(row.cited)["figures"]:
            yield row.id, looked_at(figure["meaning"]["basis"], figure["filter"])


def _of_rules(connection: Connection) -> Iterator[tuple[int, frozenset[tuple[str, str]]]]:
    for row in connection.execute(RULES.where(~alert_rule_version.c.withdrawn)):
        watched = Rule.of(row).watched
        yield row.id, looked_at(watched.basis, watched.filter)
