"""Surveys as they are answered."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.catalogue.code_lists import labels
from app.catalogue.moments import in_shanghai
from app.db import Record
from app.demand.surveys.answers import answers_out, redacted_in
from app.demand.surveys.contradictions import Contradiction, Counts
from app.demand.surveys.industries import industry_label
from app.demand.surveys.queries import Survey, Tally
from app.pages import link

SURVEYS = "/v1/surveys"


def path_of(number: int) -> str:
    return f"{SURVEYS}/{number}"


def summary_out(row: Record, tally: Tally) -> dict[str, Any]:
    return {
        "id": row.id,
        **{name: row._mapping[name] for name in ("title", "division_code", "area", "source", "is_synthetic")},
        "held_from": row.held_from,
        "held_to": row.held_to,
        "planned": planned(row.design),
        "responses": tally.responses,
        "demands": tally.demands,
        "demand_weight": tally.weight,
        "version": row.version,
        "url": path_of(row.id),
    }


def planned(design: Mapping[str, Any]) -> int | None:
    """The size of the sample; where only strata have theirs, the sum of them."""
    strata = [each.get("planned") for each in design.get("strata", ())]
    whole: int | None = design.get("planned")
    return sum(strata) if whole is None and strata and None not in strata else whole


def survey_out(
    held: Survey, tally: Tally, counts: Counts, warnings: Iterable[Contradiction], *, english: bool
) -> dict[str, Any]:
    row, path = held.row, path_of(held.id)
    return {
        **summary_out(row, tally),
        "about": row.about,
        "by": row.by,
        "at": in_shanghai(row.at),
        **{name: row._mapping[name] for name in ("design", "questionnaire", "published")},
        "strata": [
            {
                "key": each.key,
                "label": each.label,
                "planned": each.planned,
                "responses": counts.by_stratum.get(each.key, 0),
                "responses_url": link(f"{path}/responses", stratum=each.key),
            }
            for each in held.design.strata
        ],
        "outside_strata": counts.by_stratum.get(None, 0),
        "warnings": [warning_out(each, english=english) for each in warnings],
        "responses_url": f"{path}/responses",
        "demands_url": f"{path}/demands",
        "imports_url": f"{path}/imports",
        "matching_runs_url": f"{path}/matching-runs",
        "judgements_url": f"{path}/judgements",
        "report_url": f"{path}/report",
        "experience_url": f"{path}/experience",
    }


def warning_out(warning: Contradiction, *, english: bool) -> dict[str, Any]:
    return {
        "rule": warning.rule,
        "message": warning.message.said(english=english),
        "question": warning.question,
        "stratum": warning.stratum,
        "demands": list(warning.demands),
    }


def response_out(held: Survey, row: Record, answers: Sequence[Record]) -> dict[str, Any]:
    path = path_of(held.id)
    return {
        **{name: row._mapping[name] for name in ("id", "number", "stratum", "zone", "answered_on", "import_id")},
        "size": row.size,
        "size_label": labels("enterprise_size").get(row.size),
        "industry": row.industry,
        "industry_label": row.industry and industry_label(row.industry),
        "ownership": row.ownership,
        "ownership_label": labels("ownership").get(row.ownership),
        "answers": answers_out(held.questionnaire, answers),
        "redacted": redacted_in(answers),
        "demands_url": link(f"{path}/demands", response=row.number),
        "url": f"{path}/responses/{row.number}",
    }


def demand_out(number: int, row: Record, parts: Sequence[int]) -> dict[str, Any]:
    """`parts` are the numbers of what it was split into."""
    return {
        **{name: row._mapping[name] for name in ("number", "text", "weight", "question", "part_of", "import_id")},
        "response": row.response,
        "is_split": row.is_split,
        "is_redacted": row.is_redacted,
        "parts": list(parts),
        "url": f"{path_of(number)}/demands/{row.number}",
    }
