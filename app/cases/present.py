"""Reports of cases as the API says them."""

from collections.abc import Mapping
from typing import Any

from app.cases.checking import Placed
from app.cases.elements import COUNTS
from app.cases.reporting import Outcome
from app.cases.service import summary
from app.catalogue.code_lists import labels
from app.catalogue.moments import in_shanghai
from app.catalogue.objects import OPEN_REVISION
from app.db import Record
from app.files.problems import RowProblem
from app.pages import link

IMPORTS, RECORDS, REPORTS = "/v1/case-imports", "/v1/case-records", "/v1/reports"
SHOWN = 1_000


def import_out(row: Record) -> dict[str, object]:
    return {
        "id": row.id,
        "file_name": row.file_name,
        "reason": row.reason,
        "by": row.by,
        "at": in_shanghai(row.at),
        "revision": row.recorded_in,
        "withdrawn": None,
        "restored": None,
        "empty_rows": 0,  # Reports of before did not count them.
        **row.report,
        "undoes": row.undoes,
        "undone_by": row.undone_by,
        "url": f"{IMPORTS}/{row.id}",
        "records_url": link(RECORDS, import_id=row.id),
        "reports_url": _reports_url(row.report),
    }


def outcome_out(outcome: Outcome, *, english: bool) -> dict[str, object]:
    checked, recorded = outcome.checked, outcome.recorded
    told = summary(checked)
    return {
        "status": outcome.status,
        **told,
        "problem_count": len(checked.problems),
        "problems": [_problem_out(each, english=english) for each in checked.problems[:SHOWN]],
        "reports_url": _reports_url(told),
        "needs_reason": checked.compared.needs_reason,
        "restatements": [_restatement(each) for each in checked.compared.restated[:SHOWN]],
        "beside": [_beside(each) for each in checked.compared.beside[:SHOWN]],
        "recorded": None if recorded is None else import_out(recorded),
    }


def _reports_url(told: Mapping[str, Any]) -> str | None:
    """The reports that cite cases of the months that change; null where none does."""
    return link(REPORTS, period=told["months"]) if told["months"] else None


def _restatement(placed: Placed) -> dict[str, object]:
    """A row beside what it takes the place of: the counts that differ, as they stood and as they would stand."""
    said, before, differing = placed.said, placed.stood, placed.differing
    return {
        "row": said.row,
        "code": said.code,
        "month": str(said.month),
        "channel": said.channel,
        "business_kind": said.kind or None,
        "replaces": len(placed.before),
        "before": {name: before[name] for name in differing},
        "after": {name: placed.counts[name] for name in differing},
        "becomes_unstated": [name for name in differing if placed.counts[name] is None],
    }


def _beside(placed: Placed) -> dict[str, object]:
    said = placed.said
    standing = {row.business_kind: row.accepted for row in placed.before}
    return {
        "row": said.row,
        "code": said.code,
        "month": str(said.month),
        "channel": said.channel,
        "business_kind": said.kind,
        "standing": standing,
    }


def _problem_out(problem: RowProblem, *, english: bool) -> dict[str, object]:
    places = ("row", "column", "value", "rule", "suggestion")
    return {**{name: getattr(problem, name) for name in places}, "message": problem.message.said(english=english)}


def record_out(row: Record, items: Mapping[int, Record]) -> dict[str, object]:
    item = items[row.item_id]
    return {
        "id": row.id,
        "code": item.code,
        "name": item.name,
        "month": row.month,
        "channel": row.channel,
        "channel_label": labels("case_channel")[row.channel],
        "business_kind": row.business_kind or None,
        **{name: row._mapping[name] for name in COUNTS},
        "recorded_in": row.recorded_in,
        "superseded_in": None if row.superseded_in == OPEN_REVISION else row.superseded_in,
        "reported_at": in_shanghai(row.at),
        "reported_by": row.by,
        "reason": row.reason,
        "import_url": f"{IMPORTS}/{row.import_id}",
        "restores_url": None if row.restores is None else f"{IMPORTS}/{row.restores}",
    }
