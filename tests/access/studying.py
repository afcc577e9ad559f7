"""What operations of surveys are given, so that those who may succeed."""

from app.demand.runs.matchers import Matchers
from tests.access.cases import Asked, Case
from tests.access.reviewing import ANY_VERSION
from tests.demand.surveys.desk import ONE, SURVEY
from tests.demand.written import a_run
from tests.imports.uploads import xlsx_file
from tests.jobs.desk import run_pending

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


def a_text(case: Case) -> Asked:
    """What is in memory may be of another catalogue, which had the same revisions."""
    case.app.state.matchers = Matchers(case.database, case.app.state.settings)
    return Asked(body={"text": "养老机构备案"})


def of_run(case: Case) -> Asked:
    """Which has ended."""
    survey = of_demand(case).path
    run = case.made(f"/v1/surveys/{survey['number']}/matching-runs", {"within": "440000"})
    run_pending(case.app)
    case.app.state.matchers = Matchers(case.database, case.app.state.settings)
    return Asked({**survey, "run": run["id"]})


def to_compare(case: Case) -> Asked:
    path = of_run(case).path
    return Asked(path, {"with": str(path["run"])})


def to_run(case: Case) -> Asked:
    return Asked(of_demand(case).path, body={"within": "440000"})


def to_judge(case: Case) -> Asked:
    return Asked(of_demand(case).path, body={"demand": 1, "verdict": "unmet"})


def to_redact_demand(case: Case) -> Asked:
    return Asked(of_demand(case).path, body={"reason": "写了姓名"})


def to_tabulate(case: Case) -> Asked:
    return Asked(of_response(case).path, {"question": "q15"})


def of_matched_survey(case: Case) -> Asked:
    """Of which a run has ended."""
    survey = of_survey(case)
    with case.database.write() as connection:
        a_run(connection, int(str(survey.path["number"])))
    return survey


def to_import_responses(case: Case) -> Asked:
    file = {"file": "问卷编号,企业规模,5\nS-101,小微企业,②\n", "kind": "responses", "dry_run": "false"}
    return Asked(of_survey(case).path, body=file)


def of_survey_workbook(case: Case) -> Asked:
    cells = ("问卷编号", "企业规模", "5"), ("S-101", "小微企业", "很满意")
    return Asked(of_survey(case).path, body={"file": xlsx_file(*cells), "kind": "responses"})


def of_survey_import(case: Case) -> Asked:
    said = to_import_responses(case)
    files = {"file": ("答卷.csv", said.body.pop("file").encode())}
    path = f"/v1/surveys/{said.path['number']}/imports"
    made = case.admin.post(path, files=files, data=said.body).json()["recorded"]
    return Asked({**said.path, "import": made["id"]})
