"""One response as it is stated, against the questionnaire and the design of its survey. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.demand.surveys.answering import Answer, check_answers
from app.demand.surveys.design import Design, place
from app.demand.surveys.misfits import Misfit
from app.demand.surveys.questions import ATTRIBUTE_NAMES, Questionnaire
from app.demand.surveys.respondents import Respondent, read_respondent


@dataclass(frozen=True, slots=True)
class Stated:
    """What is said of a response: `number` is what the researchers call it, `enterprise` has size, industry, ownership
    and zone, `answers` are by question.
    """

    number: str
    enterprise: Mapping[str, str | None] = field(default_factory=dict)
    answers: Mapping[str, object] = field(default_factory=dict)
    stratum: str | None = None
    answered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """As it is stored. What the enterprise did not state is None."""

    number: str
    respondent: Respondent
    stratum: str | None
    answered_on: date | None
    answers: tuple[Answer, ...]

    @property
    def columns(self) -> dict[str, object]:
        """Of its own row, but for the survey."""
        own = {"number": self.number, "stratum": self.stratum, "answered_on": self.answered_on}
        return own | {str(name): getattr(self.respondent, name) for name in ATTRIBUTE_NAMES}


def read_response(questionnaire: Questionnaire, design: Design, stated: Stated) -> tuple[Response, list[Misfit]]:
    """The response, not to be kept where there are misfits: at size, industry …, stratum, or at answers and a question."""
    respondent, misfits = read_respondent(stated.enterprise, design.zones)
    placed = place(design, respondent, stated.stratum or None)
    checked = check_answers(questionnaire, stated.answers)
    if placed.misfit is not None and not misfits:  # What is stated wrongly would break a stratum as well.
        misfits.append(placed.misfit)
    misfits += (each.below("answers") for each in checked.misfits)
    answers = tuple(checked.answers)
    return Response(stated.number, respondent, placed.stratum, stated.answered_on, answers), misfits
