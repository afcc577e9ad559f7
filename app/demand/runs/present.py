"""Runs and their results as the API shows them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.catalogue.moments import in_shanghai
from app.db import Record
from app.demand.runs import judged
from app.demand.runs.entries import items_of
from app.demand.runs.hits import Shown, found_out, items_in
from app.demand.runs.queries import scope_of
from app.demand.runs.rules import WHY_NOT_SEMANTIC
from app.demand.surveys.present import path_of
from app.pages import link


def run_url(survey: int, run: int) -> str:
    return f"{path_of(survey)}/matching-runs/{run}"


def run_out(row: Record, *, english: bool) -> dict[str, Any]:
    url, why = run_url(row.survey_id, row.id), WHY_NOT_SEMANTIC[row.parameters["semantic"]]
    return {
        "id": row.id,
        "survey": row.survey_id,
        "status": row.status or "done",
        "within": row.within,
        "as_of": row.as_of.isoformat(),
        "revision": row.revision,
        "limit": row.parameters["limit"],
        "matcher_version": row.matcher_version,
        "weights": row.weights,
        "weights_origin": row.weights_origin,
        "thesaurus": row.thesaurus,
        "semantic": row.semantic_model is not None,
        "semantic_model": row.semantic_model,
        "semantic_note": None if why is None else why.said(english=english),
        "by": row.by,
        "at": in_shanghai(row.at),
        "ended_at": None if row.ended_at is None else in_shanghai(row.ended_at),
        "summary": row.summary,
        "url": url,
        "job_url": None if row.job_id is None else f"/v1/jobs/{row.job_id}",
        "results_url": f"{url}/results",
        "report_url": link(f"{path_of(row.survey_id)}/report", run=row.id),
        "experience_url": link(f"{path_of(row.survey_id)}/experience", run=row.id),
        "verify_url": f"{url}/verify",
    }


def results_out(
    connection: Connection, run: Record, rows: Sequence[Record], now: datetime, *, english: bool
) -> list[dict[str, Any]]:
    """A few statements, however many rows."""
    scope = scope_of(run)
    wanted = items_in([row.hits for row in rows]) | {row.met_by for row in rows if row.met_by}
    shown = Shown(scope, items_of(connection, scope, wanted))
    said = judged.by_text(connection, run.within, [row.text_hash for row in rows], now)
    return [result_out(row, shown, said.get(row.text_hash, []), english=english) for row in rows]


def result_out(row: Record, shown: Shown, judgements: Sequence[Mapping[str, Any]], *, english: bool) -> dict[str, Any]:
    return {
        "demand": row.number,
        "text": row.text,
        "weight": row.weight,
        "question": row.question,
        **found_out(dict(row._mapping), shown, row.text, english=english),
        "judgements": judgements,
        "outcome": row.outcome,
        "decided_by": row.decided_by,
        "reason": row.reason,
        "met_by": None if row.met_by is None else shown.named(row.met_by),
    }


def counts_out(counts: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    return {name: {"demands": demands, "weight": weight} for name, (demands, weight) in counts.items()}
