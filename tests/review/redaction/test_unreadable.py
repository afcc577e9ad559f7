"""Personal data that was published by mistake: two people make it unreadable in every version, and figures stay."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pwdlib import PasswordHash
from sqlalchemy import func, select, update

from app.audit.log import entries, verify
from app.changes.redactable import MARK
from app.db import Database
from app.imports.models import import_file
from app.jobs.models import job
from tests.changes.desk import amend, decided, drafted, published
from tests.conftest import NOW
from tests.factories import CIVIL_AFFAIRS, DIVISION
from tests.imports.uploads import COLUMNS, checked, csv_file, xlsx_file
from tests.jobs.desk import app_of, kept, run_pending
from tests.jobs.desk import asked as asked_for
from tests.review.redaction.desk import CONTACT, LATER, PHONE, redacted, tables_with

DAYS = ("2020-06-30", "2023-06-30", "2026-03-02", "2027-06-30")


def files_with(database: Database, text: str) -> list[str]:
    """The files of an embedded database that hold the text in any page, free ones included."""
    path = Path(str(database.engine.url.database))
    return [each.name for each in path.parent.iterdir() if each.is_file() and text.encode() in each.read_bytes()]


def figures(client: TestClient) -> list[Any]:
    """Every figure on several days, as known now."""
    return [
        [
            {name: value for name, value in row.items() if not name.endswith("_url")}
            for row in client.get("/v1/metric-values", params={"as_of": day, "group_by": "department_code"}).json()[
                "values"
            ]
        ]
        for day in DAYS
    ]


def test_it_is_unreadable_in_every_version_on_every_day(
    client: TestClient, first: TestClient, second: TestClient
) -> None:
    done = redacted(first, second)
    assert (done["revision"], done["field"], done["label"]) == (4, "consultation_contact", "咨询方式")
    assert (done["requested_by"], done["confirmed_by"]) == ("审批局 王敏", "审批局 李华")
    for day in DAYS:
        for known in ("1", "2", "3", "4"):
            answer = client.get("/v1/items/HZ-001", params={"as_of": day, "known_at": known})
            assert answer.json()["consultation_contact"] == MARK, (day, known)
    assert client.get("/v1/items/HZ-002").json()["consultation_contact"] == "12345"


def test_no_table_and_no_page_of_the_file_holds_it(
    database: Database, staff: TestClient, first: TestClient, second: TestClient
) -> None:
    draft_of = drafted(staff, amend("HZ-001", consultation_contact=LATER, promised_limit=3))
    staff.post(f"{draft_of}/withdraw")
    published(staff, amend("HZ-001", consultation_contact="民政局二楼"))
    published(staff, amend("HZ-001", consultation_contact=CONTACT))
    redacted(first, second)
    assert tables_with(database, CONTACT) == tables_with(database, LATER) == []
    redacted(first, second, field="windows.phone")
    redacted(first, second, code="W-01", object="window", field="窗口电话")
    redacted(first, second, field="aliases")
    redacted(first, second, field="主项名称")
    assert tables_with(database, "欧阳") == []
    assert tables_with(database, PHONE) == []
    if database.embedded:
        assert files_with(database, PHONE) == []
        assert files_with(database, "欧") == []  # nor does the index of words, which writes 欧阳 as 欧 and 阳


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True, scope="session")
def test_pages_that_were_freed_long_ago_hold_it_no_more(
    database: Database, first: TestClient, second: TestClient
) -> None:
    """Rows move while a file grows, and what they leave behind is overwritten by nobody."""
    with database.write() as connection:
        connection.exec_driver_sql("PRAGMA secure_delete = off")
        connection.exec_driver_sql("CREATE TABLE moved (contact TEXT)")
        for _ in range(100):
            connection.exec_driver_sql("INSERT INTO moved VALUES (?)", ("（旧页）" * 300,))
        connection.exec_driver_sql("DROP TABLE moved")
    assert files_with(database, "（旧页）")
    redacted(first, second)
    assert files_with(database, "（旧页）") == []


def test_search_finds_it_no_more(client: TestClient, first: TestClient, second: TestClient) -> None:
    question = {"q": "欧阳", "as_of": "2027-06-30"}
    assert client.get("/v1/items", params=question).json()["total"] == 1
    redacted(first, second, field="aliases")
    assert client.get("/v1/items", params=question).json()["total"] == 1
    redacted(first, second, field="main_item_name")
    assert client.get("/v1/items", params=question).json()["total"] == 0
    assert client.get("/v1/items", params=question | {"known_at": "3"}).json()["total"] == 0
    assert client.get("/v1/items", params=question | {"q": "养老 备案"}).json()["total"] == 2
    found = client.get("/v1/items/HZ-001", params={"as_of": "2027-06-30"}).json()
    assert (found["aliases"], found["main_item_name"]) == ([MARK], MARK)


def test_a_department_is_searched_by_its_new_name(client: TestClient, first: TestClient, second: TestClient) -> None:
    redacted(first, second, code=CIVIL_AFFAIRS, object="department", field="name")
    assert client.get("/v1/items", params={"q": "民政"}).json()["total"] == 0
    assert client.get(f"/v1/departments/{CIVIL_AFFAIRS}").json()["name"] == MARK


@pytest.mark.parametrize("path", ["/v1/items/HZ-001", "/v1/items?fields=consultation_contact", "/v1/items?format=csv"])
@pytest.mark.parametrize("known", ["1", "3"])
def test_what_was_kept_of_old_answers_is_asked_for_anew(
    client: TestClient, first: TestClient, second: TestClient, path: str, known: str
) -> None:
    asked_for = f"{path}{'&' if '?' in path else '?'}as_of=2024-06-30&known_at={known}"
    tag = client.get(asked_for).headers["ETag"]
    assert client.get(asked_for, headers={"If-None-Match": tag}).status_code == 304
    redacted(first, second)
    again = client.get(asked_for, headers={"If-None-Match": tag})
    assert again.status_code == 200
    assert again.headers["ETag"] != tag
    assert MARK in again.text
    assert "欧阳" not in again.text


def test_no_figure_moves(client: TestClient, first: TestClient, second: TestClient) -> None:
    before = figures(client)
    assert len(before[0]) > 10
    redacted(first, second)
    redacted(first, second, field="windows.phone")
    redacted(first, second, field="aliases")
    assert figures(client) == before


def test_in_a_list_only_the_member_is_covered(client: TestClient, first: TestClient, second: TestClient) -> None:
    redacted(first, second, field="windows.phone")
    (window,) = client.get("/v1/items/HZ-001").json()["windows"]
    assert (window["name"], window["phone"], window["code"]) == ("1号窗口", MARK, "W-1")


def test_the_log_keeps_one_hash_of_all_texts_and_stays_whole(
    database: Database, first: TestClient, second: TestClient
) -> None:
    number = redacted(first, second)["id"]
    with database.read() as connection:
        assert verify(connection) == []
        told = entries(connection, {"about": f"redaction/{number}"}, 0, 10)
    assert [each.action for each in told] == ["redaction.request", "redaction.confirm"]
    (only,) = told[-1].details["hashes"]
    assert PasswordHash.recommended().verify(json.dumps(sorted([CONTACT, LATER]), ensure_ascii=False), only)


def test_a_text_that_mends_it_may_still_be_published(staff: TestClient, first: TestClient, second: TestClient) -> None:
    path = drafted(staff, amend("HZ-001", consultation_contact="民政局二楼 12345"))
    editions = [staff.get(path).json()["edition"]]
    redacted(first, second)
    editions.append(staff.get(path).json()["edition"])
    assert editions[1] == editions[0] + 1
    (entry,) = staff.get(f"{path}/entries").json()["items"]
    assert (entry["changes"][0]["old"], entry["changes"][0]["new"]) == (MARK, "民政局二楼 12345")
    assert decided(staff, path).status_code == 200
    assert staff.get("/v1/items/HZ-001").json()["consultation_contact"] == "民政局二楼 12345"


def test_change_sets_that_say_it_themselves_are_named(staff: TestClient, first: TestClient, second: TestClient) -> None:
    title = {"title": f"改掉 {PHONE}", "effective_on": "2026-03-02"}
    number = staff.post("/v1/change-sets", json=title).json()["id"]
    assert redacted(first, second, field="windows.phone")["still_said_in"] == [number]


def test_reports_of_imports_forget_it_too(
    database: Database, staff: TestClient, first: TestClient, second: TestClient
) -> None:
    header, row = (*COLUMNS, "咨询方式"), ["HZ-001", "养老机构备案", DIVISION, CIVIL_AFFAIRS]
    checked(staff, csv_file(header, [*row, ""]))
    assert "import_problem" in tables_with(database, LATER)
    redacted(first, second)
    assert tables_with(database, LATER) == []


def test_no_workbook_is_kept_that_might_say_it(
    database: Database, staff: TestClient, first: TestClient, second: TestClient
) -> None:
    header, row = (*COLUMNS, "咨询方式"), ["HZ-001", "养老机构备案", DIVISION, CIVIL_AFFAIRS]
    number = checked(staff, xlsx_file(header, [*row, LATER]), "三月.xlsx")["id"]
    assert staff.get(f"/v1/imports/{number}/annotated.xlsx").status_code == 200
    redacted(first, second)
    answer = staff.get(f"/v1/imports/{number}/annotated.xlsx")
    assert (answer.status_code, "执行隐去时也会全部删去" in answer.json()["detail"]) == (410, True)
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(import_file)).scalar() == 0


def test_jobs_that_ended_forget_it_too(
    database: Database, staff: TestClient, first: TestClient, second: TestClient
) -> None:
    """A column too far to the right: the import is refused, and its problem quotes the cell."""
    row = ["HZ-001", "养老机构备案", DIVISION, CIVIL_AFFAIRS]
    content = csv_file([*COLUMNS, "承诺办结时限"], [*row, LATER])
    wish = {"background": "true", "dry_run": "false", "title": f"更正 {LATER}"}
    path = staff.post("/v1/imports", files={"file": ("items.csv", content)}, data=wish).headers["Location"]
    run_pending(app_of(staff))
    before = staff.get(path).json()
    assert (before["status"], LATER in before["message"]) == ("failed", True)
    redacted(first, second)
    assert tables_with(database, LATER) == []
    after = staff.get(path).json()
    assert (after["message"], after["problem"]["detail"], after["problem"]["errors"][0]["detail"]) == (MARK,) * 3
    assert after["problem"]["errors"][0]["row"] == before["problem"]["errors"][0]["row"]


def test_what_jobs_found_is_forgotten_too(database: Database, first: TestClient, second: TestClient) -> None:
    """Previews say what others changed meanwhile."""
    number = asked_for(database, "preview")
    said = {"warnings": [{"detail": f"现在是“{LATER}”", "url": "/v1/items/HZ-001"}], "entries": 2, "note": None}
    with database.write() as connection:
        done = update(job).where(job.c.id == number).values(status="done", ended_at=NOW, result=said)
        connection.execute(done)
    redacted(first, second)
    assert tables_with(database, LATER) == []
    found = {"warnings": [{"detail": MARK, "url": "/v1/items/HZ-001"}], "entries": 2, "note": None}
    assert kept(database, number).result == found


def test_an_item_that_passed_on_its_code_is_found_by_its_new_one(
    staff: TestClient, first: TestClient, second: TestClient
) -> None:
    published(staff, amend("HZ-001", code="HZ-100"))
    redacted(first, second, code="HZ-001")
    assert staff.get("/v1/items/HZ-100").json()["consultation_contact"] == MARK
