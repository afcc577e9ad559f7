"""Imports of responses and demands as the API says them."""

from collections.abc import Iterable
from typing import Any

from app.catalogue.moments import in_shanghai
from app.db import Record
from app.demand.survey_files.service import Outcome, kept_report
from app.demand.surveys.present import path_of
from app.files.problems import RowProblem


def imports_path(survey: int) -> str:
    return f"{path_of(survey)}/imports"


def import_out(row: Record, *, english: bool) -> dict[str, object]:
    path = path_of(row.survey_id)
    return {
        "id": row.id,
        "survey": row.survey_id,
        "kind": row.kind,
        "file_name": row.file_name,
        "mapping": row.mapping,
        "by": row.by,
        "at": in_shanghai(row.at),
        **row.report,
        "warnings": _warnings(row.report["warnings"], english=english),
        "url": f"{imports_path(row.survey_id)}/{row.id}",
        "survey_url": path,
    }


def outcome_out(outcome: Outcome, *, english: bool) -> dict[str, object]:
    tally, wish, recorded = outcome.tally, outcome.wish, outcome.recorded
    return {
        "status": outcome.status,
        "dry_run": wish.dry_run,
        "kind": wish.source.kind,
        **tally.summary,
        "problem_count": tally.rules.total(),
        "problems": [_problem(each, english=english) for each in tally.problems],
        "warnings": _warnings(kept_report(outcome)["warnings"], english=english),
        "recorded": None if recorded is None else import_out(recorded, english=english),
    }


def _warnings(kept: Any, *, english: bool) -> list[dict[str, object]]:
    warnings: Iterable[dict[str, Any]] = kept
    return [
        {
            "rule": each["rule"],
            "count": each["count"],
            "message": each["en" if english else "zh"],
            "rows": each["rows"],
        }
        for each in warnings
    ]


def _problem(problem: RowProblem, *, english: bool) -> dict[str, object]:
    places = ("row", "column", "value", "rule", "suggestion")
    return {**{name: getattr(problem, name) for name in places}, "message": problem.message.said(english=english)}
