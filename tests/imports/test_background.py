"""A large file is imported as a job: the same report, the same refusals, and nothing where it is cancelled."""

from io import BytesIO
from typing import Any

import pytest
from fastapi import FastAPI, UploadFile
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.access.service import remove_keys
from app.audit.log import entries as deeds
from app.audit.log import verify
from app.changes.models import change_set, entry
from app.db import Database
from app.imports.models import import_problem, import_row, import_run
from app.jobs import work
from app.jobs.models import job_file
from app.jobs.uploads import in_background
from tests.conftest import NOW
from tests.factories import CIVIL_AFFAIRS, DIVISION, department, item, publish
from tests.imports.uploads import COLUMNS, csv_file, new_item, send, xlsx_file
from tests.jobs.desk import done, ended, keyed, until, working

pytestmark = pytest.mark.one_database

MANY = 20_000
GOOD = csv_file([*COLUMNS, "承诺办结时限"], [*new_item(), 5], [*new_item("HZ-001", "养老机构备案"), 3])
GUANGDONG = csv_file(["task_code", "task_name", "division_code", "dept_uscc"], new_item())
BAD = csv_file([*COLUMNS, "承诺办结时限"], [*new_item(), "五天"])


@pytest.fixture(autouse=True)
def published(database: Database) -> None:
    publish(database, department(), item("HZ-001"))


def queued(staff: TestClient, content: bytes, name: str = "items.csv", **form: str) -> str:
    """The address of the job."""
    mapping = form.pop("mapping_file", None)
    files = {"file": (name, content)} | ({"mapping": ("ours.toml", mapping.encode())} if mapping is not None else {})
    answer = staff.post("/v1/imports", files=files, data={"background": "true", **form})
    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert (body["kind"], body["status"]) == ("import", "queued")
    assert answer.headers["Location"] == f"/v1/jobs/{body['id']}"
    return str(answer.headers["Location"])


def report(staff: TestClient, job: dict[str, Any]) -> dict[str, Any]:
    assert job["status"] == "done", job
    assert job["result"]["result_url"] == f"/v1/imports/{job['result']['import']}"
    body: dict[str, Any] = staff.get(job["result"]["result_url"]).json()
    return body


def rows_of(database: Database) -> dict[str, int]:
    tables = (import_run, import_problem, import_row, change_set, entry, job_file)
    with database.read() as connection:
        counted = {each.name: select(func.count()).select_from(each) for each in tables}
        return {name: connection.execute(count).scalar_one() for name, count in counted.items()}


def many_rows(count: int = MANY) -> bytes:
    rows = ([f"HZ-{n:05}", f"事项{n}", DIVISION, CIVIL_AFFAIRS, 5] for n in range(100, count + 100))
    return csv_file([*COLUMNS, "promised_limit"], *rows)


@pytest.mark.parametrize("dry_run", ["true", "false"])
def test_the_report_is_the_one_of_an_import_at_once(staff: TestClient, database: Database, dry_run: str) -> None:
    asked = {"title": "三月清单", "effective_on": "2026-04-01", "dry_run": dry_run}
    status, at_once = send(staff, GOOD, **asked)
    job = done(staff, queued(staff, GOOD, **asked))
    found = report(staff, job)
    own = {"id", "change_set", "change_set_url", "problems_url", "rows_url"}
    assert status == 201
    assert {name: found[name] for name in found if name not in own} == {
        name: at_once[name] for name in at_once if name not in own
    }
    assert (found["by"], job["done"], job["total"]) == ("审批局 王敏", 2, 2)
    assert rows_of(database)["job_file"] == 0
    if dry_run == "false":
        drafts = [staff.get(each["change_set_url"]).json() for each in (at_once, found)]
        assert [(each["title"], each["author"], each["entries"]) for each in drafts] == [
            ("三月清单", "审批局 王敏", {"create": 1, "amend": 1})
        ] * 2


def test_a_job_says_what_was_asked(staff: TestClient) -> None:
    job = staff.get(queued(staff, GOOD, "三月.csv", mapping="guangdong", on_invalid="skip", reason="年度清理")).json()
    assert job["parameters"] == {
        "file": "三月.csv",
        "mapping": "guangdong",
        "effective_on": "2026-03-02",
        "dry_run": True,
        "on_invalid": "skip",
        "on_conflict": "refuse",
        "title": None,
        "document_number": None,
        "reason": "年度清理",
        "retroactive": False,
    }


@pytest.mark.parametrize(
    ("name", "size", "job"),
    [
        ("items.csv", 10 * 2**20, False),
        ("items.csv", 10 * 2**20 + 1, True),
        ("Items.XLSX", 2 * 2**20, False),
        ("Items.XLSX", 2 * 2**20 + 1, True),
    ],
)
def test_large_files_are_jobs_unless_told_otherwise(name: str, size: int, *, job: bool) -> None:
    file = UploadFile(BytesIO(), size=size, filename=name)
    assert in_background(file, None) is job
    assert in_background(file, wanted=True) is True
    assert in_background(file, wanted=False) is False


def test_a_small_file_is_imported_at_once(staff: TestClient) -> None:
    answers = [send(staff, GOOD, **form)[0] for form in ({}, {"background": "false"}, {"background": "true"})]
    assert answers == [201, 201, 202]


def test_workbooks_and_mappings_go_along(staff: TestClient) -> None:
    sheet = xlsx_file(["编码", "名称", "区划", "部门"], new_item())
    own = '[columns]\n"编码" = "code"\n"名称" = "name"\n"区划" = "division_code"\n"部门" = "department_code"\n'
    found = report(staff, done(staff, queued(staff, sheet, "list.xlsx", mapping_file=own)))
    assert (found["added"], found["mapping"], found["sheet"]) == (1, "ours.toml", "Sheet")


def test_an_empty_mapping_is_one(staff: TestClient) -> None:
    assert report(staff, done(staff, queued(staff, GOOD, mapping_file="")))["mapping"] == "ours.toml"


def test_a_shipped_mapping_goes_along(staff: TestClient) -> None:
    status, at_once = send(staff, GUANGDONG, mapping="guangdong")
    found = report(staff, done(staff, queued(staff, GUANGDONG, mapping="guangdong")))
    assert status == 201
    assert found["columns"] == at_once["columns"]


def test_what_is_wrong_with_the_form_is_said_at_once(staff: TestClient, database: Database) -> None:
    before = rows_of(database)
    for form in (
        {"mapping": "henan"},
        {"effective_on": "9999-12-31"},
        {"effective_on": "2026-03-01"},
        {"backgrund": "true"},
        {"background": "perhaps"},
    ):
        status, problem = send(staff, GOOD, **{"background": "true", **form})
        assert (status, rows_of(database)) == (422, before), problem


@pytest.mark.parametrize(
    ("content", "name", "form"),
    [
        pytest.param(BAD, "items.csv", {"dry_run": "false"}, id="rows rejected"),
        pytest.param(b"", "items.csv", {}, id="an empty file"),
        pytest.param(b"\xd0\xcf\x11\xe0 old", "items.xls", {}, id="an old workbook"),
        pytest.param(csv_file([*COLUMNS, "网办了吗"], [*new_item(), 1]), "items.csv", {}, id="an unknown column"),
    ],
)
def test_it_fails_with_the_problem_of_an_import_at_once(
    staff: TestClient, database: Database, content: bytes, name: str, form: dict[str, str]
) -> None:
    status, at_once = send(staff, content, name, background="false", **form)
    job = done(staff, queued(staff, content, name, **form))
    assert status == at_once["status"] >= 400
    assert job["status"] == "failed"
    told = {"import", "problems_url"}
    assert {key: job["problem"][key] for key in job["problem"] if key not in told} == {
        key: at_once[key] for key in at_once if key not in told
    }
    assert job["message"] == at_once["detail"]
    assert (rows_of(database)["change_set"], rows_of(database)["job_file"]) == (1, 0)


def test_the_import_of_rejected_rows_is_kept_with_its_problems(staff: TestClient) -> None:
    job = done(staff, queued(staff, BAD, dry_run="false"))
    found = staff.get(f"/v1/imports/{job['problem']['import']}").json()
    assert (found["status"], found["rejected"], found["change_set"]) == ("refused", 1, None)
    assert staff.get(job["problem"]["problems_url"]).json()["total"] == 1


def test_cancelled_in_the_middle_it_leaves_nothing(
    application: FastAPI, staff: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "HEARTBEAT", 0.02)
    before = rows_of(database)
    path = queued(staff, many_rows(), dry_run="false")
    with working(application):
        running = until(lambda: (body := staff.get(path).json())["done"] and body)
        assert (running["status"], running["total"], running["message"]) == ("running", None, "正在逐行核对。")
        assert staff.post(f"{path}/cancel").json()["cancel_requested"] is True
        job = ended(staff, path)
    assert (job["status"], job["result"]) == ("cancelled", None)
    assert 0 < job["done"] < MANY
    assert rows_of(database) == before
    with database.read() as connection:
        assert [each.action for each in deeds(connection, {"about": path[4:].replace("jobs", "job")}, 0, 9)] == [
            "job.create",
            "job.cancel",
        ]
        assert verify(connection) == []


def test_it_is_done_as_the_account_that_asked(application: FastAPI, database: Database, staff: TestClient) -> None:
    """An editor writes of the departments they have, when it is done: here of none."""
    editor = keyed(application, "教育局 陈静", "editor")
    refused = done(editor, queued(editor, GOOD, dry_run="false"))
    assert (refused["status"], refused["problem"]["type"]) == ("failed", "/problems/rows-rejected")
    assert {each["rule"] for each in refused["problem"]["errors"]} == {"not-yours"}
    assert rows_of(database)["change_set"] == 1
    report(staff, done(staff, queued(staff, GOOD, dry_run="false")))
    with database.read() as connection:
        told = deeds(connection, {"action": "import.drafted"}, 0, 9)
    assert [(each.by, each.details["file"]) for each in told] == [("审批局 王敏", "items.csv")]


def test_whoever_was_removed_meanwhile_imports_nothing(
    application: FastAPI, database: Database, staff: TestClient
) -> None:
    editor = keyed(application, "教育局 陈静", "editor")
    path = queued(editor, GOOD, dry_run="false")
    with database.write() as connection:
        remove_keys(connection, "教育局 陈静", NOW)
    job = done(staff, path)
    assert (job["status"], job["problem"]["status"]) == ("failed", 401)
    assert "已停用" in job["message"]


def test_what_was_published_meanwhile_is_not_overwritten(
    application: FastAPI, database: Database, staff: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "HEARTBEAT", 0.02)
    path = queued(staff, many_rows(), dry_run="false")
    with working(application):
        until(lambda: staff.get(path).json()["done"])
        publish(database, item("HZ-009"))
        job = ended(staff, path)
    assert (job["status"], job["problem"]["type"]) == ("failed", "/problems/catalogue-moved-on")
    assert rows_of(database)["import_run"] == 0
