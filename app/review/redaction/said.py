"""Where a text that was redacted is still to be read, as nobody but its author may put it in other words."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Column, Connection, FromClause, Text, and_, cast, literal, or_, select

from app.cases.models import case_count, case_import
from app.catalogue import reads
from app.catalogue.search import Place
from app.changes.models import change_set, change_set_event
from app.metrics.alerts.models import alert_delivery, alert_finding, alert_rule_version
from app.metrics.reports.models import report
from app.quality.models import quality_rule
from app.review.redaction.remarks import quotes

SHOWN = 100
rules, messages = alert_rule_version.c, alert_delivery.c


@dataclass(frozen=True, slots=True)
class StillSaid:
    """The first change sets, reports, reports of cases, alert rules and findings by number, and quality rules by key."""

    change_sets: list[int]
    rules: list[str]
    reports: list[int]
    case_imports: list[int]
    alert_rules: list[int]
    alert_findings: list[int]


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote: in which columns, and the number it is found by."""

    number: Column[int]
    columns: tuple[Column[Any], ...]
    source: FromClause

    def numbers(self, connection: Connection, texts: Collection[str]) -> list[int]:
        """Those that hold one of the texts, as it is or as JSON writes it."""
        found: set[int] = set()
        wanted = {form for text in texts for form in (text, _in_json(text))}
        for chunk in reads.chunks(sorted(wanted), SHOWN):
            holding = or_(
                *(Place(cast(each, Text), literal(text, Text())) > 0 for text in chunk for each in self.columns)
            )
            found.update(
                connection.execute(select(self.number).select_from(self.source).where(holding).distinct()).scalars()
            )
        return list(islice(sorted(found), SHOWN))


CHANGE_SETS = Written(
    change_set.c.id,
    (change_set.c.title, change_set.c.reason, change_set_event.c.comment),
    change_set.outerjoin(change_set_event, change_set_event.c.change_set_id == change_set.c.id),
)
REPORTS = Written(report.c.id, (report.c.number, report.c.title, report.c.cited), report)
CASE_IMPORTS = Written(
    case_import.c.id,
    (case_import.c.file_name, case_import.c.reason, case_count.c.business_kind),
    case_import.outerjoin(case_count, case_count.c.import_id == case_import.c.id),
)
ALERT_RULES = Written(
    rules.rule_id,
    (rules.name, rules.definition, rules.webhook_url, messages.body),
    alert_rule_version.outerjoin(
        alert_delivery, and_(messages.rule_id == rules.rule_id, messages.finding_id.is_(None))
    ),
)
ALERT_FINDINGS = Written(
    alert_finding.c.id,
    (alert_finding.c.group, alert_finding.c.opened, alert_finding.c.closed, messages.body),
    alert_finding.outerjoin(alert_delivery, messages.finding_id == alert_finding.c.id),
)


def still_said(connection: Connection, texts: Collection[str]) -> StillSaid:
    """What is not overwritten: titles, reasons, comments, file names, kinds of business, addresses, words of rules, messages."""
    return StillSaid(
        change_sets=CHANGE_SETS.numbers(connection, texts),
        rules=_quality_rules(connection, texts),
        reports=REPORTS.numbers(connection, texts),
        case_imports=CASE_IMPORTS.numbers(connection, texts),
        alert_rules=ALERT_RULES.numbers(connection, texts),
        alert_findings=ALERT_FINDINGS.numbers(connection, texts),
    )


def _quality_rules(connection: Connection, texts: Collection[str]) -> list[str]:
    """The keys of the quality rules of which any decision holds one of the texts, in order."""
    inside = [_in_json(text) for text in texts]
    decided = connection.execute(select(quality_rule.c.key, quality_rule.c.body, quality_rule.c.reason))
    return sorted({row.key for row in decided if quotes(json.dumps(row[1:], ensure_ascii=False), inside)})


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]
