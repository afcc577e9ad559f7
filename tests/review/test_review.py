"""Two people, and what was read: returning with comments, approving exactly that, what is with whom."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.access.rules import OPERATOR
from app.audit.models import audit_entry
from app.changes import service
from app.changes.service import Cover
from app.clock import FrozenClock
from app.db import Database
from tests.changes.desk import TODAY, add, amend, approved, contents, decided, drafted, opened, previewed
from tests.conftest import NOW
from tests.factories import CIVIL_AFFAIRS, DIVISION, department, item, publish
from tests.factories import amend as amendment
from tests.review.people import Bureau, refused, returned, submitted

pytestmark = pytest.mark.one_database

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


def test_it_goes_back_with_a_reason_and_comments_on_entries(editor: TestClient, reviewer: TestClient) -> None:
    path = submitted(editor, amend("HZ-001", promised_limit=10), amend("HZ-001", is_online=True))
    assert returned(reviewer, path, at_1="应为 5 个工作日", at_2="尚未联通").json()["status"] == "returned"
    said = [[each["text"] for each in entry["comments"]] for entry in editor.get(f"{path}/entries").json()["items"]]
    assert said == [["应为 5 个工作日"], ["尚未联通"]]
    assert [[each["text"] for each in entry["comments"]] for entry in previewed(editor, path)["entries"]] == said
    history = editor.get(path).json()["history"]
    assert [(each["label"], each["by"], each["comment"], each["position"]) for each in history[-3:]] == [
        ("退回", "审批局 赵强", "请核对承诺时限", None),
        ("批注", "审批局 赵强", "应为 5 个工作日", 1),
        ("批注", "审批局 赵强", "尚未联通", 2),
    ]


def test_a_comment_on_nothing_is_refused_and_nothing_changed(
    editor: TestClient, reviewer: TestClient, database: Database
) -> None:
    path = submitted(editor)
    before, history = contents(database), editor.get(path).json()["history"]
    document = refused(returned(reviewer, path, at_1="好", at_7="哪一条？"), 422, "no-such-entry")
    assert [(each["pointer"], each["value"]) for each in document["errors"]] == [("/comments/1/position", "7")]
    assert (contents(database), editor.get(path).json()["history"]) == (before, history)
    assert editor.get(path).json()["status"] == "submitted"


def test_what_is_mended_is_submitted_again_and_what_was_said_stays(editor: TestClient, reviewer: TestClient) -> None:
    path = submitted(editor, amend("HZ-001", is_online=True), amend("HZ-001", promised_limit=10))
    returned(reviewer, path, at_2="应为 5 个工作日")
    assert editor.delete(f"{path}/entries/2").status_code == 200
    assert add(editor, path, amend("HZ-001", promised_limit=5)).status_code == 201
    entries = editor.get(f"{path}/entries").json()["items"]
    assert [(each["position"], len(each["comments"])) for each in entries] == [(1, 0), (3, 0)]
    assert editor.post(f"{path}/submit").status_code == 200
    assert approved(reviewer, path).status_code == 200
    actions = [each["action"] for each in editor.get(path).json()["history"]]
    assert actions == [
        "create", "add", "submit", "return", "comment", "remove", "add", "submit", "approve",
    ]  # fmt: skip


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "好", "comments": [{"position": 0, "text": "x"}]}])
def test_a_reason_is_needed(editor: TestClient, reviewer: TestClient, body: dict[str, Any]) -> None:
    path = submitted(editor)
    assert reviewer.post(f"{path}/return", json=body).status_code == 422
    assert editor.get(path).json()["status"] == "submitted"


@pytest.mark.parametrize("status", ["draft", "returned", "withdrawn", "published"])
def test_only_what_is_submitted_is_returned_or_approved(editor: TestClient, reviewer: TestClient, status: str) -> None:
    path = drafted(editor, amend("HZ-001", promised_limit=10))
    if status != "draft":
        editor.post(f"{path}/submit")
    if status == "returned":
        returned(reviewer, path)
    elif status == "withdrawn":
        editor.post(f"{path}/withdraw")
    elif status == "published":
        approved(reviewer, path)
    refused(returned(reviewer, path), 409, "wrong-status")
    refused(reviewer.post(f"{path}/approve"), 409, "wrong-status")


def test_the_author_does_not_approve_and_another_one_does(bureau: Bureau, reviewer: TestClient) -> None:
    author = bureau.somebody("审批局 王敏")
    path = submitted(author)
    document = refused(approved(author, path), 403, "own-change-set")
    assert "要由另一个人批准" in document["detail"]
    done = approved(reviewer, path)
    assert (done.status_code, done.json()["approved_by"], done.json()["second_person"]) == (
        200,
        "审批局 赵强",
        True,
    )


@pytest.mark.parametrize("hand", ["added", "removed", "rebased", "cover"])
def test_whoever_had_a_hand_in_it_does_not_approve(
    bureau: Bureau, editor: TestClient, reviewer: TestClient, hand: str
) -> None:
    other = bureau.somebody("审批局 王敏")
    path = drafted(editor, amend("HZ-001", promised_limit=10), amend("HZ-001", is_online=True))
    done = {
        "added": lambda: add(other, path, amend("HZ-001", on="2027-01-01", promised_limit=5)),
        "removed": lambda: other.delete(f"{path}/entries/2"),
        "rebased": lambda: other.post(f"{path}/rebase", json={}),
        "cover": lambda: other.patch(path, json={"retroactive": False, "document_number": "X政办发〔2026〕9号"}),
    }[hand]()
    assert done.status_code in (200, 201)
    editor.post(f"{path}/submit")
    refused(approved(other, path), 403, "own-change-set")
    assert approved(reviewer, path).status_code == 200


def test_returning_commenting_and_looking_is_no_hand_in_it(editor: TestClient, reviewer: TestClient) -> None:
    path = submitted(editor)
    returned(reviewer, path, at_1="请核对")
    editor.post(f"{path}/submit")
    assert approved(reviewer, path).status_code == 200


def test_a_key_that_the_author_made_is_the_author(bureau: Bureau) -> None:
    author = bureau.somebody("审批局 王敏")
    tool = bureau.somebody("王敏的工具", made_by="审批局 王敏")
    refused(approved(tool, submitted(author)), 403, "own-change-set")
    refused(approved(author, submitted(tool)), 403, "own-change-set")
    sibling = bureau.somebody("王敏的另一个工具", made_by="审批局 王敏")
    refused(approved(sibling, submitted(tool)), 403, "own-change-set")


def test_a_second_approval_is_too_late(bureau: Bureau, editor: TestClient, reviewer: TestClient) -> None:
    path = submitted(editor)
    seen = previewed(reviewer, path)["etag"]
    assert approved(reviewer, path).status_code == 200
    again = bureau.somebody("审批局 周敏", "reviewer").post(f"{path}/approve", headers={"If-Match": seen})
    assert "现在是“已发布”" in refused(again, 409, "wrong-status")["detail"]


def test_an_editor_neither_approves_nor_returns(bureau: Bureau, editor: TestClient) -> None:
    path, other = submitted(editor), bureau.editor("民政局 孙丽")
    refused(approved(other, path), 403, "not-permitted")
    refused(returned(other, path), 403, "not-permitted")


def test_the_operator_publishes_alone_and_it_is_said(database: Database, staff: TestClient) -> None:
    with database.write() as connection:
        number = service.create(connection, Cover("导入全区清单", NOW.date()), by=OPERATOR, now=NOW)
        service.add(connection, number, [amendment("HZ-001", NOW.date(), promised_limit=5)], by=OPERATOR, now=NOW)
        service.submit(connection, number, by=OPERATOR, now=NOW)
        service.approve(connection, number, by=OPERATOR, clock=FrozenClock(NOW))
    told = staff.get(f"/v1/change-sets/{number}").json()
    assert (told["status"], told["approved_by"], told["second_person"]) == ("published", "operator", False)
    assert told["history"][-1]["comment"] == "由操作员发布，未经第二人审核"
    with database.read() as connection:
        logged = connection.execute(
            select(audit_entry).where(
                audit_entry.c.action == "change-set.approve", audit_entry.c.about == f"change-set/{number}"
            )
        ).one()
    assert (logged.by, logged.account, logged.details["second_person"]) == ("operator", "operator", False)


def test_for_what_others_wrote_the_operator_is_the_second_person(editor: TestClient, database: Database) -> None:
    path = submitted(editor)
    with database.write() as connection:
        service.approve(connection, int(path.rsplit("/", 1)[1]), by=OPERATOR, clock=FrozenClock(NOW))
    told = editor.get(path).json()
    assert (told["second_person"], told["history"][-1]["comment"]) == (True, None)


def test_where_four_eyes_are_off_one_publishes_alone_and_it_is_said(staff: TestClient) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=10))
    assert decided(staff, path).json()["second_person"] is False
    assert staff.get(path).json()["history"][-1]["comment"] == "未经第二人审核"


def test_an_approval_without_the_preview_is_refused(editor: TestClient, reviewer: TestClient) -> None:
    path = submitted(editor)
    document = refused(reviewer.post(f"{path}/approve"), 428, "if-match-required")
    assert f"{path}/preview" in document["detail"]


@pytest.mark.parametrize("written", ["W/{tag}", '"9-9-9", {tag}', "{tag}"])
def test_a_tag_may_be_written_as_http_allows(editor: TestClient, reviewer: TestClient, written: str) -> None:
    path = submitted(editor)
    tag = previewed(reviewer, path)["etag"]
    answer = reviewer.post(f"{path}/approve", headers={"If-Match": written.format(tag=tag)})
    assert answer.status_code == 200


@pytest.mark.parametrize("sent", ["*", '"1"', ""])
def test_anything_else_is_not_what_was_read(editor: TestClient, reviewer: TestClient, sent: str) -> None:
    path = submitted(editor)
    answer = reviewer.post(f"{path}/approve", headers={"If-Match": sent})
    assert refused(answer, 412, "changed-since-preview")["preview_url"] == f"{path}/preview"
    assert editor.get(path).json()["status"] == "submitted"


def test_the_preview_of_another_set_is_not_it(editor: TestClient, reviewer: TestClient) -> None:
    one, other = submitted(editor), submitted(editor, amend("HZ-001", is_online=True))
    seen = previewed(reviewer, other)["etag"]
    refused(reviewer.post(f"{one}/approve", headers={"If-Match": seen}), 412, "changed-since-preview")


def test_what_is_given_is_changed_and_null_takes_away(editor: TestClient) -> None:
    path = editor.post(
        "/v1/change-sets", json={"title": "更正", "reason": "核对", "document_number": "1号", "effective_on": TODAY}
    ).headers["Location"]
    changed = editor.patch(path, json={"title": "更正时限", "reason": None}).json()
    assert (changed["title"], changed["reason"], changed["document_number"]) == ("更正时限", None, "1号")
    history = editor.get(path).json()["history"]
    assert [each["label"] for each in history] == ["起草", "改封面"]
    assert editor.patch(path, json={}).json() == changed
    assert editor.get(path).json()["history"] == history
    assert editor.patch(path, json={"effective_on": "2027-01-01"}).status_code == 422


@pytest.mark.parametrize("step", ["submit", "withdraw"])
def test_what_is_with_a_reviewer_or_given_up_takes_no_change(editor: TestClient, database: Database, step: str) -> None:
    path = drafted(editor, amend("HZ-001", promised_limit=10))
    editor.post(f"{path}/{step}")
    before = contents(database)
    for answer in (
        editor.patch(path, json={"title": "别的"}),
        add(editor, path, amend("HZ-001", is_online=True)),
        editor.delete(f"{path}/entries/1"),
    ):
        refused(answer, 409, "wrong-status")
    assert contents(database) == before


def test_an_entry_that_was_taken_out_leaves_the_others_where_they_are(editor: TestClient, reviewer: TestClient) -> None:
    path = drafted(editor, *(amend("HZ-001", on=f"2026-0{month}-01", promised_limit=month) for month in (4, 5, 6)))
    assert editor.delete(f"{path}/entries/2").json()["entries"] == {"amend": 2}
    assert [each["position"] for each in editor.get(f"{path}/entries").json()["items"]] == [1, 3]
    assert refused(editor.delete(f"{path}/entries/2"), 404, "entry-not-found")["detail"].endswith("没有第 2 条。")
    editor.post(f"{path}/rebase", json={})
    editor.post(f"{path}/submit")
    assert approved(reviewer, path).status_code == 200


def test_what_nobody_creates_any_more_can_not_be_amended(editor: TestClient) -> None:
    create = {"kind": "create", "code": "HZ-009", "content": NEW}
    path = drafted(editor, create, amend("HZ-009", on="2027-01-01", is_online=True))
    editor.delete(f"{path}/entries/1")
    (entry,) = previewed(editor, path)["entries"]
    assert entry["refusals"] == ["HZ-009 没有可改的内容：它的新增已经删去或撤销。要用这个编码，请先用 create 新增。"]


def test_an_empty_set_is_not_submitted(editor: TestClient) -> None:
    refused(editor.post(f"{opened(editor)}/submit"), 422, "empty-change-set")


def test_a_set_that_lost_its_last_entry_is_not_submitted(editor: TestClient) -> None:
    path = drafted(editor, amend("HZ-001", promised_limit=10))
    editor.delete(f"{path}/entries/1")
    refused(editor.post(f"{path}/submit"), 422, "empty-change-set")
