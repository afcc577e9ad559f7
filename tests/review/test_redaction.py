"""Personal data that was published by mistake: two people make it unreadable in every version, and figures stay."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from pwdlib import PasswordHash
from sqlalchemy import Text, cast, func, select, update

from app.access.models import account
from app.access.service import NewKey, create_key
from app.audit.log import entries, verify
from app.catalogue.objects import WINDOW
from app.catalogue.search import item_search
from app.db import Database, metadata
from app.review.redaction.targets import MARK
from tests.changes.desk import amend, decided, drafted, published
from tests.conftest import NOW
from tests.factories import CIVIL_AFFAIRS, DIVISION, department, draft, item, publish
from tests.factories import amend as amended
from tests.imports.uploads import COLUMNS, checked, csv_file

PHONE = "13800138000"
CONTACT = f"找欧阳建国，手机 {PHONE}，“随时”可打"
LATER = f"欧阳建国 {PHONE}"
DAYS = ("2020-06-30", "2023-06-30", "2026-03-02", "2027-06-30")
REQUEST = {"code": "HZ-001", "field": "consultation_contact", "reason": "误登个人手机号"}


@pytest.fixture
def first(application: FastAPI, database: Database) -> TestClient:
    return reviewer(application, database, "审批局 王敏")


@pytest.fixture
def second(application: FastAPI, database: Database) -> TestClient:
    return reviewer(application, database, "审批局 李华")


def reviewer(application: FastAPI, database: Database, name: str, **more: Any) -> TestClient:
    with database.write() as connection:
        key = create_key(connection, NewKey(name, "reviewer", **more), NOW)
    return TestClient(application, headers={"Authorization": f"Bearer {key}"}, raise_server_exceptions=False)


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    """HZ-001 said whom to call on his own telephone from the beginning, and otherwise from 2023 on."""
    window = {"name": "1号窗口", "phone": PHONE, "code": "W-1"}
    publish(
        database,
        department(),
        draft("create", "W-01", {"name": "1号窗口", "department_code": CIVIL_AFFAIRS, "phone": PHONE}, kind=WINDOW),
        item("HZ-001", consultation_contact=CONTACT, is_online=True, task_type="01", windows=[window], fee_basis="无"),
        item("HZ-002", consultation_contact="12345", is_online=False, task_type="01"),
    )
    publish(database, amended("HZ-001", date(2023, 1, 1), consultation_contact=LATER, promised_limit=5))
    publish(database, amended("HZ-001", date(2027, 1, 1), aliases=["欧阳建国养老院备案"], main_item_name="欧阳建国"))


def asked(first: TestClient, **wish: object) -> Response:
    return first.post("/v1/redactions", json=REQUEST | wish)


def redacted(first: TestClient, second: TestClient, **wish: object) -> dict[str, Any]:
    made = asked(first, **wish)
    assert made.status_code == 201, made.text
    done = second.post(f"{made.headers['Location']}/confirm")
    assert done.status_code == 200, done.text
    found: dict[str, Any] = done.json()
    return found


def tables_with(database: Database, text: str) -> list[str]:
    """The tables that have the text in any column, the log and all others."""
    with database.read() as connection:
        return [
            table.name
            for table in [*metadata.sorted_tables, item_search]
            if any(
                connection.execute(
                    select(func.count())
                    .select_from(table)
                    .where(func.replace(cast(c, Text), text, "") != cast(c, Text))
                ).scalar()
                for c in table.c
            )
        ]


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


def test_one_person_alone_cannot(first: TestClient, client: TestClient) -> None:
    made = asked(first)
    told = first.post(f"{made.headers['Location']}/confirm")
    assert (told.status_code, told.json()["type"]) == (403, "/problems/own-redaction")
    assert client.get("/v1/items/HZ-001").json()["consultation_contact"] == LATER


def test_nor_with_a_key_of_their_own(application: FastAPI, database: Database, first: TestClient) -> None:
    path = asked(first).headers["Location"]
    own = reviewer(application, database, "王敏的脚本")
    with database.write() as connection:
        number = connection.execute(select(account.c.id).where(account.c.name == "审批局 王敏")).scalar_one()
        connection.execute(update(account).where(account.c.name == "王敏的脚本").values(made_by=number))
    assert own.post(f"{path}/confirm").status_code == 403


@pytest.mark.parametrize("role", ["reader", "researcher", "editor"])
def test_who_may_not_review_may_not_redact(
    client: TestClient, database: Database, first: TestClient, role: Any
) -> None:
    path = asked(first).headers["Location"]
    with database.write() as connection:
        key = create_key(connection, NewKey("别人", role), NOW)
    headers = {"Authorization": f"Bearer {key}"}
    assert client.post("/v1/redactions", json=REQUEST, headers=headers).status_code == 403
    assert client.post(f"{path}/confirm", headers=headers).status_code == 403
    assert client.get("/v1/redactions", headers=headers).status_code == 403
    assert client.post(f"{path}/confirm").status_code == 401


def test_a_reviewer_redacts_within_the_division_only(
    application: FastAPI, database: Database, first: TestClient
) -> None:
    elsewhere = reviewer(application, database, "天河 陈洁", division_code="440106")
    city = reviewer(application, database, "广州 周洋", division_code="440100")
    path = asked(first).headers["Location"]
    assert elsewhere.post(f"{path}/confirm").json()["type"] == "/problems/not-yours"
    assert asked(elsewhere).status_code == 403
    assert asked(elsewhere, code="W-01", object="window", field="phone").status_code == 403
    assert asked(city, code="W-01", object="window", field="phone").status_code == 201
    assert city.post(f"{path}/confirm").status_code == 200


REFUSED = [
    ("is_online", "not-free-text"),
    ("promised_limit", "not-free-text"),
    ("是否网办", "not-free-text"),
    ("code", "not-free-text"),
    ("department_code", "not-free-text"),
    ("division_code", "not-free-text"),
    ("catalog_code", "not-free-text"),
    ("item_guid", "not-free-text"),
    ("task_type", "not-free-text"),
    ("online_depths", "not-free-text"),
    ("online_level", "not-free-text"),
    ("windows.code", "not-free-text"),
    ("materials.necessity", "not-free-text"),
    ("windows", "whole-list"),
    ("windows.fax", "unknown-element"),
    ("name.first", "unknown-element"),
    ("consultation_contct", "unknown-element"),
]


@pytest.mark.parametrize(("field", "rule"), REFUSED)
def test_only_free_text_is_redacted(first: TestClient, field: str, rule: str) -> None:
    told = asked(first, field=field)
    assert told.status_code == 422
    assert [(each["pointer"], each["rule"]) for each in told.json()["errors"]] == [("/field", rule)]


def test_a_text_that_a_metric_ever_looked_at_stays(staff: TestClient, first: TestClient, second: TestClient) -> None:
    waiting = asked(first).headers["Location"]
    definition = {
        "key": "hotline_rate",
        "name_zh": "留热线率",
        "kind": "share",
        "denominator": "status = '1'",
        "numerator": "咨询方式 LIKE '%12345%'",
        "source": "本局考核办法",
    }
    assert staff.post("/v1/metrics", json=definition).status_code == 201
    assert staff.put("/v1/metrics/hotline_rate", json={"withdrawn": True}).status_code == 200
    told = asked(first)
    assert (told.status_code, told.json()["type"]) == (409, "/problems/used-by-figures")
    assert "留热线率" in told.json()["detail"]
    assert second.post(f"{waiting}/confirm").status_code == 409
    assert asked(first, field="windows.phone").status_code == 201


def test_a_name_that_a_metric_looks_at_through_items_stays(staff: TestClient, first: TestClient) -> None:
    definition = {
        "key": "civil_count",
        "name_zh": "民政事项数",
        "kind": "count",
        "numerator": "department_name LIKE '%民政%'",
        "source": "本局考核办法",
    }
    assert staff.post("/v1/metrics", json=definition).status_code == 201
    told = asked(first, code=CIVIL_AFFAIRS, object="department", field="name")
    assert told.json()["type"] == "/problems/used-by-figures"


def test_what_is_not_there_is_told(first: TestClient) -> None:
    assert asked(first, code="HZ-404").json()["type"] == "/problems/object-not-found"
    assert asked(first, field="quantity_limit").json()["type"] == "/problems/nothing-to-redact"
    assert first.post("/v1/redactions/99/confirm").status_code == 404


def test_it_is_done_once(first: TestClient, second: TestClient) -> None:
    path = asked(first).headers["Location"]
    again = asked(first).headers["Location"]
    assert second.post(f"{path}/confirm").status_code == 200
    assert second.post(f"{path}/confirm").json()["type"] == "/problems/redaction-done"
    assert second.post(f"{again}/confirm").json()["type"] == "/problems/nothing-to-redact"
    listed = first.get("/v1/redactions").json()
    assert [each["revision"] for each in listed["items"]] == [4, None]
    assert first.get(path).json() == listed["items"][0]


def test_a_reason_does_not_repeat_it(first: TestClient) -> None:
    told = asked(first, field="windows.phone", reason=f"窗口登了个人手机 {PHONE}")
    assert (told.status_code, told.json()["errors"][0]["pointer"]) == (422, "/reason")


def test_the_log_keeps_hashes_and_stays_whole(database: Database, first: TestClient, second: TestClient) -> None:
    number = redacted(first, second)["id"]
    with database.read() as connection:
        assert verify(connection) == []
        told = entries(connection, {"about": f"redaction/{number}"}, 0, 10)
    assert [each.action for each in told] == ["redaction.request", "redaction.confirm"]
    hashes = told[-1].details["hashes"]
    hasher = PasswordHash.recommended()
    assert {text for text in (CONTACT, LATER) for each in hashes if hasher.verify(text, each)} == {CONTACT, LATER}
    assert len(hashes) == 2


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


def test_an_item_that_passed_on_its_code_is_found_by_its_new_one(
    staff: TestClient, first: TestClient, second: TestClient
) -> None:
    published(staff, amend("HZ-001", code="HZ-100"))
    redacted(first, second, code="HZ-001")
    assert staff.get("/v1/items/HZ-100").json()["consultation_contact"] == MARK
