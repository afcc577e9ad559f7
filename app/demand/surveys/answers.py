"""The answers of a response as they are stated, from its rows."""

from collections.abc import Sequence
from typing import Any

from app.db import Record
from app.demand.surveys.questions import CHOICES, Questionnaire


def answers_out(questionnaire: Questionnaire, answers: Sequence[Record]) -> dict[str, Any]:
    """By question, in the order of the questionnaire: as a request would state them. Redacted texts are left out."""
    said: dict[str, list[Record]] = {}
    for each in answers:
        said.setdefault(each.question, []).append(each)
    found = {key: _answer(questionnaire, key, said[key]) for key in questionnaire.asked if key in said}
    return {key: value for key, value in found.items() if value is not None}


def redacted_in(answers: Sequence[Record]) -> list[str]:
    """The questions of which something that was written is gone."""
    return sorted({each.question for each in answers if each.is_redacted})


def _answer(questionnaire: Questionnaire, key: str, rows: Sequence[Record]) -> Any:
    kind = questionnaire.asked[key].kind
    if kind not in CHOICES:
        return rows[0].text if kind == "text" else rows[0].number
    chosen = [row.choice if row.text is None else {"choice": row.choice, "text": row.text} for row in rows]
    return chosen if kind == "multiple" else chosen[0]
