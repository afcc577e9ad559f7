"""Submitting: what a draft makes worse, or touches and leaves wrong, keeps it from going to the reviewer."""

from datetime import datetime

from sqlalchemy import Connection

from app.access.rules import Caller
from app.changes import service as change_sets
from app.changes.publish import apply_change_set
from app.db import Record
from app.errors import Conflict, Fault, Message, fault
from app.quality.verdicts import Tally, Verdict
from app.review.service import tally_of

SHOWN = 100


class FindingsBlockSubmission(Conflict):
    slug, title = "findings-block-submission", Message("有错误，不能提交", "Errors keep it from being submitted")


def submit(connection: Connection, number: int, *, by: Caller, now: datetime) -> None:
    """Ready for review, and sound. Raises FindingsBlockSubmission, or what submitting raises."""

    def demand_sound(held: Record) -> None:
        found = _tried(connection, held, now)
        if found.blocking:
            raise _blocked(held, found)

    change_sets.submit(connection, number, by=by, now=now, demand_sound=demand_sound)


def _tried(connection: Connection, held: Record, now: datetime) -> Tally:
    """Applied by the code that publishes, and rolled back."""
    attempt = connection.begin_nested()
    try:
        return tally_of(connection, held, apply_change_set(connection, held.id, now).revision, now)
    finally:
        attempt.rollback()


def _blocked(held: Record, found: Tally) -> FindingsBlockSubmission:
    blocking = [each for each in found.first if each.blocks][:SHOWN]
    first, path = _why(blocking[0]), f"/v1/change-sets/{held.id}/preview"
    zh = (
        f"变更单 {held.id} 有 {found.blocking} 处错误，没有提交。第一处：{first.detail.zh}"
        f"全部见预览（{path}）的 findings。确有原因暂时改不了的，请申请豁免（POST /v1/exemptions），获准后再提交。"
    )
    en = (
        f"Change set {held.id} has {found.blocking} errors and was not submitted. First: {first.detail.en} The findings "
        f"of its preview ({path}) tell all. Where one has to stay for now, ask for an exemption (POST /v1/exemptions)."
    )
    return FindingsBlockSubmission(
        Message(zh, en), faults=[_why(each) for each in blocking], total=found.blocking, preview_url=path
    )


def _why(each: Verdict) -> Fault:
    code, rule = each.item.code, each.rule
    return fault(
        f"{code}（{each.item.on} 起）：{rule.message.zh}{rule.remedy.zh}",
        f"{code}, from {each.item.on} on: {rule.message.en} {rule.remedy.en}",
        pointer=f"/entries/{each.item.position}",
        value=code,
        rule=rule.key,
    )
