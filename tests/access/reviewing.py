"""What operations of review, jobs, items, exemptions and redactions are given, so that those who may succeed."""

from datetime import date
from typing import Any

from app.catalogue.objects import TRANSFER
from app.changes import service
from app.clock import FrozenClock
from app.imports.background import KIND
from app.jobs.service import enqueue
from app.quality.exemptions.service import Wish, ask
from tests.access.cases import OTHER, OWN, TODAY, Asked, Case
from tests.conftest import NOW
from tests.factories import department, draft, item, publish
from tests.quality.desk import RULE

ANY_VERSION = {"If-Match": "*"}


def of_draft(case: Case) -> Asked:
    return Asked({"number": case.change_set(case.author)})


def of_handed_in(case: Case) -> Asked:
    """By the caller, where they can; about another department by a colleague."""
    return Asked({"number": case.change_set(case.author, submitted=True)})


def of_submitted(case: Case) -> Asked:
    """Somebody else wrote it, so that a second person can look at it."""
    return Asked({"number": case.change_set(case.colleague, submitted=True)})


def of_preview(case: Case) -> Asked:
    """As `of_submitted`, after the preview was read."""
    number = case.change_set(case.colleague, submitted=True)
    seen = case.admin.get(f"/v1/change-sets/{number}/preview").json()["etag"]
    return Asked({"number": number}, headers={"If-Match": seen})


def of_published(case: Case) -> Asked:
    """Published by the colleague's chief, and to be undone."""
    number = case.change_set(case.colleague, submitted=True)
    chief = case.caller(case.chief)
    with case.database.write() as connection:
        service.approve(connection, number, by=chief, clock=FrozenClock(NOW))
    return Asked({"number": number}, body={"reason": "条件不成熟"})


def of_entry(case: Case) -> Asked:
    return Asked({"number": case.change_set(case.author), "position": 1})


def of_job(case: Case) -> Asked:
    """One's own, or else a colleague's."""
    mine = case.side is OWN and case.role != "none"
    by = case.caller(case.login) if mine else case.colleague
    with case.database.write() as connection:
        return Asked({"number": enqueue(connection, KIND, {}, by=by, now=NOW)})


def a_transfer(case: Case) -> Asked:
    """From the department to another of its division."""
    bureau = f"SPJ-{case.number}"
    publish(case.database, department(bureau, name="行政审批局", division_code=case.side.division))
    said = {"code": f"HZ-transfer-{case.number}", "name": "第一批划转事项", "department_code": bureau}
    return Asked(body=said | {"items": [{"code": case.side.item}]})


def of_batch(case: Case) -> Asked:
    """That hands something over to the department."""
    code, handed, giver = f"HZ-transfer-{case.number}", f"HZ-B{case.number}", OTHER if case.side is OWN else OWN
    where: dict[str, Any] = {"division_code": case.side.division, "department_code": case.side.department}
    entries = [{"code": handed, "from_department_code": giver.department}]
    batch = draft("create", code, {**where, "name": "第一批划转事项", "entries": entries}, kind=TRANSFER)
    publish(case.database, item(handed, **where), batch)
    return Asked({"code": code})


def a_new_item(case: Case) -> Asked:
    side = case.side
    content = {"code": f"NEW-{case.number}", "name": "读者证补办", "division_code": side.division}
    return Asked(body=content | {"department_code": side.department})


def to_patch(case: Case) -> Asked:
    return Asked({"code": case.side.item}, body={"promised_limit": 7}, headers=ANY_VERSION)


def to_end(case: Case) -> Asked:
    return Asked({"code": case.side.item}, headers=ANY_VERSION)


def to_resume(case: Case) -> Asked:
    """An item that is suspended."""
    side, code = case.side, f"SUSPENDED-{case.number}"
    publish(
        case.database,
        item(code, division_code=side.division, department_code=side.department, status="2"),
        on=date(2026, 3, 1),
    )
    return Asked({"code": code}, headers=ANY_VERSION)


def to_redact(case: Case) -> Asked:
    """An item with somebody's telephone number."""
    side, code = case.side, f"PHONE-{case.number}"
    contact = "13800000000"
    made = item(code, division_code=side.division, department_code=side.department, consultation_contact=contact)
    publish(case.database, made, on=TODAY)
    return Asked(body={"code": code, "field": "consultation_contact", "reason": "误登个人手机号"})


def of_redaction(case: Case) -> Asked:
    """An administrator asked for it."""
    return Asked({"number": case.made("/v1/redactions", to_redact(case).body)["id"]})


def to_exempt(case: Case) -> Asked:
    """An item that nobody has asked about yet."""
    side, code = case.side, f"EXEMPT-{case.number}"
    made = item(code, division_code=side.division, department_code=side.department)
    publish(case.database, made, on=TODAY)
    return Asked(body={"rule": RULE, "code": code, "reason": "省里统一设定时限", "until": "2026-09-01"})


def of_exemption(case: Case) -> Asked:
    """A colleague asked for it."""
    asked, by = to_exempt(case).body, case.colleague
    wish = Wish(asked["rule"], asked["code"], None, asked["reason"], date.fromisoformat(asked["until"]))
    with case.database.write() as connection:
        return Asked({"number": ask(connection, wish, by=by, now=NOW)})
