"""What operations of surveys are given, so that those who may succeed."""

from tests.access.cases import Asked, Case
from tests.access.reviewing import ANY_VERSION
from tests.demand.surveys.desk import ONE, SURVEY

RESPONSE = {"response": ONE["number"]}


def of_survey(case: Case) -> Asked:
    return Asked({"number": case.made("/v1/surveys", SURVEY)["id"]})


def of_response(case: Case) -> Asked:
    """Which brought a demand with it."""
    survey = of_survey(case).path
    case.made(f"/v1/surveys/{survey['number']}/responses", ONE)
    return Asked({**survey, **RESPONSE})


def of_demand(case: Case) -> Asked:
    return Asked({**of_response(case).path, "demand": 1})


def to_change_survey(case: Case) -> Asked:
    return Asked(of_survey(case).path, body={"about": "只问办过的"}, headers=ANY_VERSION)


def to_correct_response(case: Case) -> Asked:
    return Asked(of_response(case).path, body={"size": "2"}, headers=ANY_VERSION)


def to_redact_answer(case: Case) -> Asked:
    return Asked(of_response(case).path, body={"question": "q18", "reason": "写了姓名"})


def to_split_demand(case: Case) -> Asked:
    return Asked(of_demand(case).path, body={"parts": ["食品经营许可", "营业执照"]})
