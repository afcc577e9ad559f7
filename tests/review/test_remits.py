"""Whose objects a change set may be about: departments, divisions; and whether it may reach into the past."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import update

from app.access.models import account_department
from app.db import Database
from tests.changes.desk import TODAY, act, add, amend, approved, contents, drafted, opened, previewed
from tests.conftest import NOW
from tests.factories import CIVIL_AFFAIRS, DIVISION, START, department, item, publish
from tests.lists.editions.lists import edition, kept
from tests.review.people import Bureau, refused, returned, submitted

MARKET, TIANHE = "11440106007506516N", "11440106007509813J"
NEW = {"name": "社会团体登记", "division_code": DIVISION, "department_code": CIVIL_AFFAIRS}
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    publish(
        database,
        department(),
        department(MARKET, name="海珠区市场监管局"),
        department(TIANHE, name="天河区民政局", division_code="440106"),
        item("HZ-001", is_online=False, promised_limit=20),
        item("HZ-002", department_code=MARKET),
        item("TH-001", division_code="440106", department_code=TIANHE),
    )


WRITES: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "amend": lambda of: amend("HZ-001" if of == CIVIL_AFFAIRS else "HZ-002", promised_limit=1),
    "suspend": lambda of: act("suspend", "HZ-001" if of == CIVIL_AFFAIRS else "HZ-002"),
    "cancel": lambda of: act("cancel", "HZ-001" if of == CIVIL_AFFAIRS else "HZ-002"),
    "create": lambda of: {"kind": "create", "code": "HZ-009", "content": NEW | {"department_code": of}},
    "department": lambda of: {"object": "department", **amend(of, short_name="某局")},
    "window": lambda of: {"object": "window", "kind": "create", "code": "W-1",
                          "content": {"name": "综合窗口", "department_code": of}},
    "edition": lambda of: {"object": "edition", "kind": "create", "code": "E-1", "content": {
        "name": "一版", "list_code": of, "division_code": DIVISION, "department_code": CIVIL_AFFAIRS}},
}  # fmt: skip


def test_an_editor_writes_of_their_own_departments(editor: TestClient, database: Database) -> None:
    """An edition is written by the department that holds the list, whichever department it says that it is of."""
    publish(database, kept(CIVIL_AFFAIRS, department_code=CIVIL_AFFAIRS), kept(MARKET, department_code=MARKET))
    publish(database, edition("e-1", "HZ-001", start=START, of=MARKET, department_code=CIVIL_AFFAIRS))
    for what in WRITES.values():
        path = opened(editor)
        assert add(editor, path, what(CIVIL_AFFAIRS)).status_code == 201
        before = contents(database)
        document = refused(add(editor, path, what(MARKET)), 403, "not-yours")
        assert f"属于部门 {MARKET}，“民政局 李娜”只能编辑自己的部门。" in document["detail"]
        assert contents(database) == before
    refused(add(editor, opened(editor), {"object": "edition", **act("cancel", "e-1")}), 403, "not-yours")


def test_one_foreign_entry_among_many_refuses_all_and_is_named(editor: TestClient) -> None:
    path = opened(editor)
    answer = add(editor, path, amend("HZ-001", promised_limit=1), amend("HZ-002", promised_limit=1))
    assert [(each["pointer"], each["value"]) for each in refused(answer, 403, "not-yours")["errors"]] == [
        ("/entries/2", "HZ-002")
    ]
    assert editor.get(f"{path}/entries").json()["total"] == 0


def test_basic_items_belong_to_no_department(editor: TestClient) -> None:
    basic = {"object": "basic_item", "kind": "create", "code": "000111001000", "content": {"name": "设立许可"}}
    refused(add(editor, opened(editor), basic), 403, "not-yours")


def transfer(to: str, on: str | None = None) -> dict[str, Any]:
    return act("transfer", "HZ-001", on) | {"content": {"department_code": to}}


def test_an_item_may_be_given_away_but_not_taken(editor: TestClient, reviewer: TestClient) -> None:
    """Given away by a transfer, which says so; an amendment leaves it where it is."""
    refused(add(editor, opened(editor), amend("HZ-002", department_code=CIVIL_AFFAIRS)), 403, "not-yours")
    document = refused(add(editor, opened(editor), amend("HZ-001", department_code=MARKET)), 403, "not-yours")
    assert "请用 transfer 划转" in document["detail"]
    path = submitted(editor, transfer(MARKET))
    assert approved(reviewer, path).status_code == 200
    refused(add(editor, opened(editor), amend("HZ-001", promised_limit=3)), 403, "not-yours")


def test_what_is_given_away_from_a_day_on_is_edited_until_then(editor: TestClient, reviewer: TestClient) -> None:
    approved(reviewer, submitted(editor, transfer(MARKET, "2026-07-01")))
    path = opened(editor)
    assert add(editor, path, amend("HZ-001", until="2026-07-01", promised_limit=3)).status_code == 201
    refused(add(editor, path, amend("HZ-001", on="2026-07-01", promised_limit=3)), 403, "not-yours")


def test_an_editor_without_departments_writes_nothing(bureau: Bureau) -> None:
    nobody = bureau.somebody("新来的 张三", "editor")
    refused(add(nobody, opened(nobody), amend("HZ-001", promised_limit=1)), 403, "not-yours")


def test_others_entries_are_not_taken_out_and_others_sets_not_decided(bureau: Bureau, editor: TestClient) -> None:
    path, market = drafted(editor, amend("HZ-001", promised_limit=10)), bureau.editor("市场局 陈晨", MARKET)
    document = refused(add(market, path, amend("HZ-002", promised_limit=1)), 403, "not-yours")
    assert "是“民政局 李娜”起草的，只有起草人或管理员能这样做。" in document["detail"]
    refused(market.delete(f"{path}/entries/1"), 403, "not-yours")
    for step in ("submit", "withdraw"):
        refused(market.post(f"{path}/{step}"), 403, "not-yours")
    refused(market.patch(path, json={"title": "别的标题"}), 403, "not-yours")
    editor.post(f"{path}/submit")
    refused(market.post(f"{path}/recall"), 403, "not-yours")
    assert editor.post(f"{path}/recall").json()["status"] == "draft"
    assert editor.delete(f"{path}/entries/1").status_code == 200


def test_a_reviewer_of_a_district_moves_nothing_to_another(bureau: Bureau) -> None:
    haizhu = bureau.somebody("海珠区 冯刚", "reviewer", division=DIVISION)
    moved = amend("HZ-001", division_code="440106", department_code=TIANHE)
    refused(add(haizhu, opened(haizhu), moved), 403, "not-yours")
    path = submitted(bureau.somebody("信息中心 何平"), moved)
    refused(approved(haizhu, path), 403, "not-yours")
    assert approved(bureau.somebody("广州市 许丽", "reviewer", division="440100"), path).status_code == 200


def test_whoever_left_a_department_submits_nothing_for_it(bureau: Bureau, editor: TestClient) -> None:
    path = drafted(editor, amend("HZ-001", promised_limit=10))
    with bureau.database.write() as connection:
        connection.execute(update(account_department).values(department_code=MARKET))
    refused(editor.post(f"{path}/submit"), 403, "not-yours")


def test_a_reviewer_decides_on_items_of_their_division(bureau: Bureau, editor: TestClient) -> None:
    path = submitted(editor)
    tianhe = bureau.somebody("天河区 郑华", "reviewer", division="440106")
    document = refused(approved(tianhe, path), 403, "not-yours")
    assert "事项 HZ-001 不在区划 440106 之内，“天河区 郑华”不能处理。" in document["detail"]
    refused(returned(tianhe, path), 403, "not-yours")
    assert editor.get(path).json()["status"] == "submitted"
    assert approved(bureau.somebody("广州市 许丽", "reviewer", division="440100"), path).status_code == 200


def test_a_set_of_two_districts_needs_a_reviewer_of_both(bureau: Bureau) -> None:
    author = bureau.somebody("信息中心 何平")
    path = submitted(author, amend("HZ-001", promised_limit=10), amend("TH-001", promised_limit=10))
    haizhu = bureau.somebody("海珠区 冯刚", "reviewer", division=DIVISION)
    assert [each["pointer"] for each in refused(approved(haizhu, path), 403, "not-yours")["errors"]] == ["/entries/2"]
    assert approved(bureau.somebody("广州市 许丽", "reviewer", division="440100"), path).status_code == 200


def test_a_reviewer_drafts_within_their_division(bureau: Bureau) -> None:
    tianhe = bureau.somebody("天河区 郑华", "reviewer", division="440106")
    path = opened(tianhe)
    assert add(tianhe, path, amend("TH-001", promised_limit=1)).status_code == 201
    refused(add(tianhe, path, amend("HZ-001", promised_limit=1)), 403, "not-yours")
    refused(add(tianhe, path, {"object": "department", **amend(MARKET, short_name="某局")}), 403, "not-yours")


def test_windows_are_where_their_department_is_also_where_it_is_new(bureau: Bureau) -> None:
    tianhe = bureau.somebody("天河区 郑华", "reviewer", division="440106")

    def window(of: str, code: str) -> dict[str, Any]:
        content = {"name": "综合窗口", "department_code": of}
        return {"object": "window", "kind": "create", "code": code, "content": content}

    archive = {"name": "天河区档案局", "division_code": "440106"}
    founded = {"object": "department", "kind": "create", "code": "TH-ARCHIVE", "content": archive}
    path = opened(tianhe)
    assert add(tianhe, path, window(TIANHE, "W-1")).status_code == 201
    assert add(tianhe, path, founded, window("TH-ARCHIVE", "W-2")).status_code == 201
    refused(add(tianhe, path, window(MARKET, "W-3")), 403, "not-yours")
    refused(add(tianhe, path, window("NOWHERE", "W-4")), 403, "not-yours")


def past_set(staff: TestClient, on: str = "2026-03-01", **cover: object) -> Response:
    return staff.post("/v1/change-sets", json={"title": "更正时限", "effective_on": on, **cover})


def test_it_is_changed_only_on_purpose(editor: TestClient) -> None:
    document = refused(past_set(editor), 422, "in-the-past")
    assert document["errors"][0]["pointer"] == "/effective_on"
    assert "retroactive: true" in document["detail"]
    assert past_set(editor, retroactive=True).status_code == 201
    assert past_set(editor, on=TODAY).status_code == 201


def test_an_entry_does_not_reach_back_either(editor: TestClient) -> None:
    path = past_set(editor, on=TODAY).headers["Location"]
    answer = add(editor, path, amend("HZ-001", promised_limit=1), amend("HZ-001", on="2026-03-01", is_online=True))
    assert refused(answer, 422, "in-the-past")["errors"][0]["pointer"] == "/entries/2/effective_on"
    assert editor.get(f"{path}/entries").json()["total"] == 0
    assert editor.patch(path, json={"retroactive": True}).json()["retroactive"] is True
    assert add(editor, path, amend("HZ-001", on="2026-03-01", is_online=True)).status_code == 201


def test_a_draft_that_midnight_overtook_is_not_submitted(bureau: Bureau, editor: TestClient) -> None:
    path = past_set(editor, on=TODAY).headers["Location"]
    add(editor, path, amend("HZ-001", promised_limit=1))
    assert previewed(editor, path)["publishable"] is True
    bureau.clock.at = TOMORROW
    shown = previewed(editor, path)
    assert shown["publishable"] is False
    assert "生效日期 2026-03-02 早于今天（2026-03-03）" in shown["conflicts"][0]
    refused(editor.post(f"{path}/submit"), 422, "in-the-past")
    editor.patch(path, json={"retroactive": True})
    assert editor.post(f"{path}/submit").status_code == 200


def test_nor_approved_unless_its_author_says_that_it_is_meant(
    bureau: Bureau, editor: TestClient, reviewer: TestClient
) -> None:
    path = past_set(editor, on=TODAY).headers["Location"]
    add(editor, path, amend("HZ-001", promised_limit=1))
    editor.post(f"{path}/submit")
    seen = previewed(reviewer, path)["etag"]
    bureau.clock.at = datetime.combine(TOMORROW.date(), datetime.min.time(), NOW.tzinfo)
    refused(reviewer.post(f"{path}/approve", headers={"If-Match": seen}), 422, "in-the-past")
    refused(editor.patch(path, json={"retroactive": True}), 409, "wrong-status")
    returned(reviewer, path)
    editor.patch(path, json={"retroactive": True})
    editor.post(f"{path}/submit")
    assert approved(reviewer, path).status_code == 200


def test_a_cover_that_no_longer_means_it_stops_what_reaches_back(editor: TestClient) -> None:
    path = past_set(editor, retroactive=True).headers["Location"]
    add(editor, path, amend("HZ-001", promised_limit=1))
    editor.patch(path, json={"retroactive": False})
    refused(editor.post(f"{path}/submit"), 422, "in-the-past")
