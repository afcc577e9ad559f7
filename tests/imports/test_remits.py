"""Whose items a file may be about: the check of an import says what drafting would."""

from datetime import date

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.db import Database
from tests.factories import CIVIL_AFFAIRS, DIVISION, amend, department, item, publish
from tests.imports.uploads import (
    COLUMNS,
    OTHER,
    Report,
    checked,
    counts,
    csv_file,
    entries,
    new_item,
    problems,
    rejection,
    send,
    written,
)
from tests.review.people import Bureau
from tests.statements import counted

EDUCATION, TIANHE, TIANHE_AFFAIRS = OTHER, "440106", "11440106007509813J"
LIMITS = ["code", "promised_limit"]
MIXED = csv_file(LIMITS, ["HZ-001", 3], ["JY-001", 3], ["TH-001", 3])


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    publish(
        database,
        department(),
        department(EDUCATION, name="海珠区教育局"),
        department(TIANHE_AFFAIRS, name="天河区民政局", division_code=TIANHE),
        item("HZ-001", promised_limit=5),
        item("JY-001", name="民办学校设立", department_code=EDUCATION, promised_limit=5),
        item("TH-001", name="公墓审批", department_code=TIANHE_AFFAIRS, division_code=TIANHE, promised_limit=5),
    )


@pytest.fixture
def bureau(application: FastAPI, database: Database) -> Bureau:
    return Bureau(application, database)


@pytest.fixture
def editor(bureau: Bureau) -> TestClient:
    """Of the bureau of civil affairs."""
    return bureau.editor("民政局 李娜")


def told(staff: TestClient, report: Report) -> list[tuple[int, str, str]]:
    """Row, column and value of what is not the caller's."""
    found = problems(staff, report, "rejected")
    assert {each["rule"] for each in found} <= {"not-yours"}
    return [(each["row"], each["column"], each["value"]) for each in found]


def test_rows_of_other_departments_are_rejected_one_by_one(editor: TestClient) -> None:
    report = checked(editor, MIXED)
    assert (report["status"], counts(report)) == ("refused", {"amended": 1, "rejected": 2})
    assert told(editor, report) == [(3, "code", "JY-001"), (4, "code", "TH-001")]
    assert problems(editor, report, "rejected")[0]["message"] == (
        f"事项 JY-001 属于部门 {EDUCATION}，“民政局 李娜”只能编辑自己的部门。"
        "请删去这一行，交给那个部门的编辑或管理员；也可以用 on_invalid=skip 跳过。"
    )


def test_the_import_itself_names_the_same_rows(editor: TestClient, database: Database) -> None:
    before = written(database)
    status, problem = send(editor, MIXED, dry_run="false")
    assert (status, problem["type"]) == (422, "/problems/rows-rejected")
    assert [(each["row"], each["value"], each["rule"]) for each in problem["errors"]] == [
        (3, "JY-001", "not-yours"),
        (4, "TH-001", "not-yours"),
    ]
    assert written(database) == before


def test_what_is_not_yours_can_be_skipped(editor: TestClient) -> None:
    report = checked(editor, MIXED, dry_run="false", on_invalid="skip")
    assert (report["status"], counts(report)) == ("drafted", {"amended": 1, "rejected": 2})
    assert [each["code"] for each in entries(editor, report)] == ["HZ-001"]


def test_rows_that_change_nothing_are_anybodys(editor: TestClient) -> None:
    """Who exports the whole list and edits their own rows imports it as it is."""
    content = csv_file(LIMITS, ["HZ-001", 3], ["JY-001", 5], ["TH-001", 5])
    assert counts(checked(editor, content, dry_run="false")) == {"amended": 1, "unchanged": 2}


def test_new_items_are_of_the_department_that_they_state(editor: TestClient) -> None:
    own, foreign = new_item("HZ-002"), ["JY-002", "教师资格认定", DIVISION, EDUCATION]
    report = checked(editor, csv_file(COLUMNS, own, foreign))
    assert told(editor, report) == [(3, "department_code", EDUCATION)]
    assert problems(editor, report, "rejected")[0]["message"].startswith(f"新事项 JY-002 属于部门 {EDUCATION}，")


def test_a_department_may_be_given_by_its_name(editor: TestClient) -> None:
    header = ["code", "name", "行政区划代码", "实施主体"]
    problem = rejection(editor, csv_file(header, ["JY-002", "教师资格认定", DIVISION, "海珠区教育局"]))
    assert (problem["rule"], problem["value"]) == ("not-yours", EDUCATION)


def test_a_new_department_is_not_an_editors(editor: TestClient) -> None:
    header = [*COLUMNS, "实施主体"]
    content = csv_file(header, [*new_item(), ""], ["GA-001", "居住证办理", DIVISION, "GA-NEW", "海珠区公安分局"])
    report = checked(editor, content, on_invalid="skip")
    assert (told(editor, report), report["new_departments"]) == ([(3, "department_code", "GA-NEW")], [])
    assert checked(editor, content, on_invalid="skip", dry_run="false")["status"] == "drafted"


def test_an_editor_without_departments_imports_nothing(bureau: Bureau) -> None:
    report = checked(bureau.somebody("新来的 张三", "editor"), MIXED)
    assert counts(report) == {"rejected": 3}


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        pytest.param(["", "3", ""], "rejected", id="from today on"),
        pytest.param(["2026-07-01", "3", ""], "rejected", id="after the transfer"),
        pytest.param(["", "5", "2026-06-30"], "rejected", id="an end before"),
        pytest.param(["", "5", "2026-12-31"], "rejected", id="an end after it"),
        pytest.param(["", "5", ""], "unchanged", id="nothing changes"),
    ],
)
def test_an_item_that_is_given_away_on_some_day_is_not_changed_on_that_day(
    editor: TestClient, database: Database, row: list[str], outcome: str
) -> None:
    """A transfer is planned: what a row changes from today on it would change for the other department too."""
    publish(database, amend("HZ-001", date(2026, 7, 1), department_code=EDUCATION))
    content = csv_file(["code", "计划生效日期", "promised_limit", "计划取消日期"], ["HZ-001", *row])
    assert counts(checked(editor, content))[outcome] == 1
    assert send(editor, content, dry_run="false")[0] == (422 if outcome == "rejected" else 201)


def test_a_reviewer_imports_for_their_division(bureau: Bureau) -> None:
    haizhu = bureau.somebody("海珠区 冯刚", "reviewer", division=DIVISION)
    report = checked(haizhu, MIXED)
    assert (counts(report), told(haizhu, report)) == ({"amended": 2, "rejected": 1}, [(4, "code", "TH-001")])
    assert problems(haizhu, report, "rejected")[0]["message"] == (
        f"事项 TH-001 在区划 {TIANHE}，不在“海珠区 冯刚”负责的 {DIVISION} 之内。"
        "请删去这一行，交给那个区划的人或管理员；也可以用 on_invalid=skip 跳过。"
    )
    assert send(haizhu, MIXED, dry_run="false")[0] == 422
    assert checked(haizhu, MIXED, dry_run="false", on_invalid="skip")["status"] == "drafted"


def test_nothing_is_moved_out_of_a_reviewers_division(bureau: Bureau, database: Database) -> None:
    national = f"{CIVIL_AFFAIRS}4000111002000"
    publish(database, item(national, name="社团登记"))
    haizhu = bureau.somebody("海珠区 冯刚", "reviewer", division=DIVISION)
    moved = csv_file(["code", "division_code"], [national, TIANHE])
    assert rejection(haizhu, moved)["rule"] == "not-yours"
    suspended = csv_file(["code", "division_code", "事项状态"], [national, TIANHE, "暂停"])
    assert rejection(haizhu, suspended)["rule"] == "not-yours"


def test_new_departments_stand_in_the_reviewers_division(bureau: Bureau) -> None:
    """What a rejected row says of a new department is not taken from it."""
    haizhu, header = bureau.somebody("海珠区 冯刚", "reviewer", division=DIVISION), [*COLUMNS, "实施主体"]
    rows = [["GA-001", "居住证办理", TIANHE, "GA-NEW", "天河区公安分局"],
            ["GA-002", "户口登记", DIVISION, "GA-NEW", "海珠区公安分局"]]  # fmt: skip
    report = checked(haizhu, csv_file(header, *rows), dry_run="false", on_invalid="skip")
    assert (told(haizhu, report), report["status"]) == ([(2, "division_code", TIANHE)], "drafted")
    assert report["new_departments"] == [{"code": "GA-NEW", "name": "海珠区公安分局"}]


@pytest.mark.parametrize("division", [None, "440000", "440100", "000000"])
def test_a_division_holds_those_below_it(bureau: Bureau, division: str | None) -> None:
    reviewer = bureau.somebody("广州市 许丽", "reviewer", division=division)
    assert counts(checked(reviewer, MIXED, dry_run="false")) == {"amended": 3}


def test_administrators_import_everything(staff: TestClient) -> None:
    assert counts(checked(staff, MIXED, dry_run="false")) == {"amended": 3}


def test_departments_are_asked_for_once(editor: TestClient, staff: TestClient) -> None:
    """Whoever is limited costs one statement more, however many rows there are."""
    content = csv_file(COLUMNS, *(new_item(f"HZ-{n:04}", f"事项{n}") for n in range(1200)))

    def statements(caller: TestClient) -> int:
        with counted() as sent:
            assert counts(checked(caller, content))["added"] == 1200
        return len(sent)

    # The better of two: the first also notes that the key was used today.
    assert min(statements(editor) for _ in range(2)) == min(statements(staff) for _ in range(2)) + 1
