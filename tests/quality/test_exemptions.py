"""An item need not keep a rule for a while: asked for by one person, decided by another, over on its day."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.catalogue.moments import resolve
from app.catalogue.objects import ITEM
from app.catalogue.params import ItemQuestion
from app.catalogue.versions import versions
from app.clock import SHANGHAI, FrozenClock
from app.db import Database
from app.main import create_app
from app.quality.exemptions.queries import exempt_among, is_exempt
from app.quality.exemptions.rules import latest_end
from app.quality.in_force import rules_in_force
from app.quality.queries import counts
from app.quality.rule_book import shipped
from app.settings import Settings
from tests.access.people import told
from tests.changes.desk import act, drafted, published
from tests.conftest import NOW
from tests.factories import CIVIL_AFFAIRS, department, item, publish
from tests.quality.desk import LIMITS, OVER, RULE, created, right
from tests.review.people import Bureau, refused

MARKET, TIANHE = "11440106007506516N", "11440106007509813J"
WISH = {"rule": RULE, "code": "HZ-001", "reason": "省里统一设定时限，正在申请调整", "until": "2026-09-01"}


@pytest.fixture(scope="module")
def strict(database_url: str) -> Iterator[FastAPI]:
    """As a bureau runs it: with four eyes."""
    app = create_app(Settings(database_url=database_url, frozen_clock=NOW))
    yield app
    app.state.database.close()


@pytest.fixture
def bureau(strict: FastAPI, database: Database) -> Bureau:
    strict.state.clock = FrozenClock(NOW)
    publish(
        database,
        department(),
        department(MARKET, name="海珠区市场监管局"),
        department(TIANHE, name="天河区民政局", division_code="440106"),
        item("HZ-001"),
        item("HZ-002", department_code=MARKET),
        item("TH-001", division_code="440106", department_code=TIANHE),
        item("BOTH", name="老年人优待证"),
        item("BOTH", name="老年人优待证", division_code="440106", department_code=TIANHE),
    )
    return Bureau(strict, database)


@pytest.fixture
def editor(bureau: Bureau) -> TestClient:
    return bureau.editor("民政局 李娜")


@pytest.fixture
def reviewer(bureau: Bureau) -> TestClient:
    return bureau.somebody("审批局 赵强", "reviewer", division="440105")


def asked(by: TestClient, **stated: object) -> int:
    answer = by.post("/v1/exemptions", json=WISH | stated)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/v1/exemptions/{answer.json()['id']}"
    assert by.get(answer.headers["Location"]).json() == answer.json()
    return int(answer.json()["id"])


def done(by: TestClient, number: int, deed: str) -> dict[str, Any]:
    answer = by.post(f"/v1/exemptions/{number}/{deed}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def status(by: TestClient, number: int) -> str:
    return str(by.get(f"/v1/exemptions/{number}").json()["status"])


def exempt(database: Database, day: date) -> list[str]:
    """The codes of the items that need not keep the rule on a day."""
    with database.read() as connection:
        now = versions(ITEM, resolve(connection, NOW), [ITEM.table.c.id, ITEM.table.c.code])
        rows = connection.execute(now.where(is_exempt([shipped()[RULE]], day))).all()
        assert exempt_among(connection, [row.id for row in rows], shipped().values(), day) == {
            row.id: {RULE} for row in rows
        }
        return [row.code for row in rows]


def test_it_is_asked_for_approved_and_over_on_its_day(
    bureau: Bureau, editor: TestClient, reviewer: TestClient, database: Database
) -> None:
    number = asked(editor)
    assert (status(editor, number), exempt(database, NOW.date())) == ("asked", [])
    found = done(reviewer, number, "approve")
    assert (found["status"], found["decision"], found["decided_by"]) == ("in_force", "approved", "审批局 赵强")
    assert (found["code"], found["name"], found["asked_by"]) == ("HZ-001", "养老机构备案", "民政局 李娜")
    assert found["decided_at"] == "2026-03-02T10:00:00+08:00"
    assert exempt(database, date(2026, 8, 31)) == ["HZ-001"]
    assert exempt(database, date(2026, 9, 1)) == []
    bureau.clock.at = datetime(2026, 9, 1, 0, 0, tzinfo=SHANGHAI)
    assert status(editor, number) == "expired"
    assert told(database, about=f"exemption/{number}", outcome="done") == [
        (account, f"exemption.{deed}", f"exemption/{number}", "done")
        for account, deed in zip(
            (bureau.caller("民政局 李娜").account, bureau.caller("审批局 赵强").account),
            ("ask", "approve"),
            strict=True,
        )
    ]


def test_what_is_exempt_is_counted_by_rule_and_department(
    bureau: Bureau, reviewer: TestClient, database: Database
) -> None:
    """Where the item breaks the rule, on the days of the exemption."""
    publish(database, right("HZ-101", **OVER), right("HZ-102", **OVER), right("HZ-103", **LIMITS))
    editor = bureau.editor("民政局 李娜")
    for code in ("HZ-101", "HZ-103"):
        done(reviewer, asked(editor, code=code), "approve")
    asked(editor, code="HZ-102")
    with database.read() as connection:
        rules, moment = rules_in_force(connection), resolve(connection, NOW)
        (row,) = counts(connection, rules, moment, ItemQuestion(), excused=NOW.date()).items()
        assert row == ((RULE, CIVIL_AFFAIRS), 1)
        assert counts(connection, rules, moment, ItemQuestion(), excused=date(2026, 9, 1)) == {}
        assert counts(connection, [], moment, ItemQuestion(), excused=NOW.date()) == {}


def test_it_holds_while_the_rule_is_the_one_it_was_given_for(
    staff: TestClient, editor: TestClient, reviewer: TestClient, database: Database
) -> None:
    """Another definition is another rule; switched off and on again it is the same."""
    own = {"name": "承诺时限过长", "severity": "error", "message": "长于十五日。", "remedy": "压缩时限。"}
    path, short = "/v1/quality-rules/long-promise", own | {"filter": "promised_limit > 15"}
    assert staff.post("/v1/quality-rules", json=short | {"key": "long-promise"}).status_code == 201
    publish(database, *(right(code, **LIMITS) for code in ("HZ-101", "HZ-102")))
    number, waiting = (asked(editor, rule="long-promise", code=code) for code in ("HZ-101", "HZ-102"))
    assert done(reviewer, number, "approve")["rule_version"] == 1
    draft = drafted(editor, {"kind": "amend", "code": "HZ-101", "content": {"promised_limit": 18}})

    def counted() -> tuple[int, int]:
        (found,) = staff.get("/v1/findings?rule=long-promise").json()["items"]
        return found["exempted"], staff.get(f"{draft}/preview").json()["findings"]["blocking"]

    for on in (False, True):
        assert staff.post(f"{path}/switch", json={"on": on, "reason": "另行整治"}).status_code == 200
    assert (counted(), status(editor, number)) == ((1, 0), "in_force")
    assert staff.put(path, json=short | {"filter": "promised_limit > 10"}).json()["version"] == 2
    assert (counted(), status(editor, number), status(editor, waiting)) == ((0, 1), "outdated", "outdated")
    assert editor.get("/v1/exemptions?status=outdated").json()["total"] == 2
    document = refused(reviewer.post(f"/v1/exemptions/{waiting}/approve"), 409, "wrong-exemption-status")
    assert "现在是“规则已改”" in document["detail"]
    again = asked(editor, rule="long-promise", code="HZ-101")
    assert (done(reviewer, again, "approve")["rule_version"], counted()) == (2, (1, 0))


def test_what_is_refused_holds_nothing_and_may_be_asked_again(
    editor: TestClient, reviewer: TestClient, database: Database
) -> None:
    number = asked(editor)
    assert done(reviewer, number, "refuse")["status"] == "refused"
    assert exempt(database, NOW.date()) == []
    refused(reviewer.post(f"/v1/exemptions/{number}/approve"), 409, "wrong-exemption-status")
    assert asked(editor, reason="另有省局批文") == number + 1


def test_it_is_ended_early_or_no_longer_asked_for(editor: TestClient, reviewer: TestClient, database: Database) -> None:
    number = asked(editor)
    assert done(editor, number, "end")["status"] == "ended"
    refused(reviewer.post(f"/v1/exemptions/{number}/approve"), 409, "wrong-exemption-status")
    number = asked(editor)
    done(reviewer, number, "approve")
    found = done(reviewer, number, "end")
    assert (found["status"], found["ended_by"], found["decision"]) == ("ended", "审批局 赵强", "approved")
    assert exempt(database, NOW.date()) == []
    document = refused(editor.post(f"/v1/exemptions/{number}/end"), 409, "wrong-exemption-status")
    assert document["detail"] == f"豁免 {number} 现在是“已终止”，只有“待批准”或“有效”的才能这样做。"


def test_who_asked_does_not_approve(bureau: Bureau, reviewer: TestClient, staff: TestClient) -> None:
    """Nor does a key that they made; where one pair of eyes is enough they may."""
    number = asked(reviewer)
    document = refused(reviewer.post(f"/v1/exemptions/{number}/approve"), 403, "own-exemption")
    assert "要由另一个人批准" in document["detail"]
    key = bureau.somebody("赵强的脚本", "reviewer", made_by="审批局 赵强")
    refused(key.post(f"/v1/exemptions/{number}/refuse"), 403, "own-exemption")
    assert done(bureau.somebody("审批局 王敏二", "reviewer"), number, "approve")["status"] == "in_force"
    assert done(staff, asked(staff, code="HZ-002"), "approve")["status"] == "in_force"


def test_editors_ask_for_their_departments_and_reviewers_decide_in_their_division(
    bureau: Bureau, editor: TestClient, reviewer: TestClient
) -> None:
    document = refused(editor.post("/v1/exemptions", json=WISH | {"code": "HZ-002"}), 403, "not-yours")
    assert "不都属于你的部门" in document["detail"]
    refused(reviewer.post("/v1/exemptions", json=WISH | {"code": "TH-001"}), 403, "not-yours")
    elsewhere = bureau.editor("天河区民政局 何静", TIANHE)
    number = asked(elsewhere, code="TH-001")
    for deed in ("approve", "refuse", "end"):
        refused(reviewer.post(f"/v1/exemptions/{number}/{deed}"), 403, "not-yours")
    refused(editor.post(f"/v1/exemptions/{number}/end"), 403, "not-yours")
    assert status(editor, number) == "asked"


def test_an_item_that_comes_to_another_department_is_not_ones_own(staff: TestClient, editor: TestClient) -> None:
    entry = {"kind": "transfer", "code": "HZ-001", "content": {"department_code": MARKET}}
    published(staff, entry, on="2026-06-01")
    refused(editor.post("/v1/exemptions", json=WISH), 403, "not-yours")


def test_a_rule_that_does_not_exist_is_told_with_the_nearest(editor: TestClient) -> None:
    document = refused(editor.post("/v1/exemptions", json=WISH | {"rule": RULE[:-3]}), 422, "unknown-quality-rule")
    (error,) = document["errors"]
    assert (error["pointer"], error["suggestion"]) == ("/rule", RULE)
    assert f"是否为 {RULE}？" in document["detail"]
    refused(editor.post("/v1/exemptions", json=WISH | {"rule": "时限"}), 422, "unknown-quality-rule")


def test_nobody_asks_for_an_exemption_from_a_rule_that_is_off(editor: TestClient, staff: TestClient) -> None:
    staff.post(f"/v1/quality-rules/{RULE}/switch", json={"on": False, "reason": "时限另行整治"})
    (error,) = refused(editor.post("/v1/exemptions", json=WISH), 422, "unknown-quality-rule")["errors"]
    assert (error["pointer"], error["rule"]) == ("/rule", "rule-is-off")


@pytest.mark.parametrize("until", ["2026-03-02", "2026-01-01", "2028-03-03", "9999-12-31"])
def test_it_ends_after_today_and_within_two_years(editor: TestClient, until: str) -> None:
    document = editor.post("/v1/exemptions", json=WISH | {"until": until}).json()
    assert document["status"] == 422
    (error,) = document["errors"]
    assert (error["pointer"], error["rule"], error["suggestion"]) == ("/until", "until-out-of-range", "2028-03-02")


def test_two_years_from_a_leap_day_end_on_the_last_of_february() -> None:
    assert latest_end(date(2028, 2, 29)) == date(2030, 2, 28)


@pytest.mark.parametrize("until", ["2026-03-03", "2028-03-02"])
def test_the_first_and_the_last_end_are_taken(editor: TestClient, until: str) -> None:
    assert asked(editor, until=until)


def test_it_is_asked_for_once(editor: TestClient, reviewer: TestClient) -> None:
    """One that is in force may be prolonged by another."""
    number = asked(editor)
    document = refused(editor.post("/v1/exemptions", json=WISH), 409, "exemption-asked")
    assert f"第 {number} 项" in document["detail"]
    done(reviewer, number, "approve")
    assert asked(editor, until="2027-03-01") == number + 1


def test_a_local_code_of_two_divisions_needs_the_division(editor: TestClient) -> None:
    document = refused(editor.post("/v1/exemptions", json=WISH | {"code": "BOTH"}), 409, "ambiguous-code")
    assert document["division_codes"] == ["440105", "440106"]
    assert asked(editor, code="BOTH", division_code="440105")


def test_an_item_that_only_a_draft_has_may_be_exempt(editor: TestClient, reviewer: TestClient) -> None:
    refused(editor.post("/v1/exemptions", json=WISH | {"code": "HZ-009"}), 404, "item-not-found")
    path = drafted(editor, created("HZ-009"))
    number = asked(editor, code="HZ-009")
    assert done(reviewer, number, "approve")["name"] == "养老机构备案 HZ-009"
    editor.post(f"{path}/withdraw")
    refused(editor.post("/v1/exemptions", json=WISH | {"code": "HZ-009"}), 404, "item-not-found")
    assert status(editor, number) == "in_force"


def test_of_a_cancelled_item_nobody_asks(staff: TestClient, editor: TestClient) -> None:
    published(staff, act("cancel", "HZ-001"))
    refused(editor.post("/v1/exemptions", json=WISH), 403, "not-yours")


def test_they_are_listed_by_rule_item_and_status(
    bureau: Bureau, editor: TestClient, reviewer: TestClient, staff: TestClient
) -> None:
    first = asked(editor)
    second = asked(editor, code="BOTH", division_code="440105")
    third = asked(bureau.editor("市场监管局 何静", MARKET), code="HZ-002", until="2026-03-10")
    done(reviewer, first, "approve")
    published(staff, {"kind": "amend", "code": "HZ-001", "content": {"code": "HZ-0001"}})

    def listed(**wanted: str | int) -> list[int]:
        page = editor.get("/v1/exemptions", params=wanted).json()
        assert page["total"] == len(page["items"])
        return [each["id"] for each in page["items"]]

    assert listed() == listed(rule=RULE) == [first, second, third]
    assert listed(rule="another") == []
    assert listed(status="asked") == [second, third]
    assert listed(status="in_force") == listed(code="HZ-001") == listed(code="HZ-0001") == [first]
    page = editor.get("/v1/exemptions", params={"rule": RULE, "limit": 2}).json()
    assert (page["total"], page["items"][0]["code"], page["items"][1]["division_code"]) == (3, "HZ-0001", "440105")
    assert [each["id"] for each in editor.get(page["next"]).json()["items"]] == [third]
    bureau.clock.at = datetime(2026, 3, 10, 9, 0, tzinfo=SHANGHAI)
    assert listed(status="expired") == [third]
    assert listed(status="asked") == [second]


def test_one_that_does_not_exist_is_said_so(reviewer: TestClient) -> None:
    for answer in (
        reviewer.get("/v1/exemptions/7"),
        *(reviewer.post(f"/v1/exemptions/7/{deed}") for deed in ("approve", "refuse", "end")),
    ):
        assert refused(answer, 404, "exemption-not-found")["detail"] == "没有第 7 项豁免。"


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "  "}, {"until": "明年"}, {"code": "养老"}])
def test_what_is_not_whole_is_refused(editor: TestClient, body: dict[str, object]) -> None:
    answer = editor.post("/v1/exemptions", json=(WISH | body) if body else {})
    assert answer.status_code == 422
    assert editor.get("/v1/exemptions").json()["total"] == 0
