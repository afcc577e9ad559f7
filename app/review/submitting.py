"""Submitting: what a draft makes worse, or touches and leaves wrong, keeps it from going to the reviewer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.access.rules import Caller
from app.changes import service as change_sets
from app.changes.publish import apply_change_set
from app.db import Record
from app.errors import Conflict, Fault, Message, fault
from app.review.background import finished, is_large
from app.review.present import verdict_out
from app.review.service import tally_of

SHOWN = 100


class FindingsBlockSubmission(Conflict):
    slug, title = "findings-block-submission", Message("有错误，不能提交", "Errors keep it from being submitted")


@dataclass(frozen=True, slots=True)
class Blocking:
    """How many findings stand in the way of a change set, and the first of them."""

    total: int
    first: Sequence[Fault]


def submit(connection: Connection, number: int, *, by: Caller, now: datetime) -> None:
    """Ready for review, and sound: a large change set by what the preview of a job said of it.

    Raises FindingsBlockSubmission, PreviewIsAJob for a large one without such a job, or what submitting raises.
    """

    def demand_sound(held: Record) -> None:
        found = (_told if is_large(connection, held.id) else _tried)(connection, held, now)
        if found.total:
            raise _blocked(held, found)

    change_sets.submit(connection, number, by=by, now=now, demand_sound=demand_sound)


def _tried(connection: Connection, held: Record, now: datetime) -> Blocking:
    """Applied by the code that publishes, and rolled back."""
    attempt = connection.begin_nested()
    try:
        found = tally_of(connection, held, apply_change_set(connection, held.id, now).revision, now)
    finally:
        attempt.rollback()
    blocking = [each for each in found.first if each.blocks][:SHOWN]
    return Blocking(
        found.blocking, [_why(verdict_out(each, english=False), verdict_out(each, english=True)) for each in blocking]
    )


def _told(connection: Connection, held: Record, now: datetime) -> Blocking:
    """What a job said of the entries as they are, in the language of who asked for it."""
    found = finished(connection, held, None, now)["findings"]
    return Blocking(found["blocking"], [_why(each, each) for each in found["first"] if each["blocks"]][:SHOWN])


def _blocked(held: Record, found: Blocking) -> FindingsBlockSubmission:
    first, path = found.first[0], f"/v1/change-sets/{held.id}/preview"
    zh = (
        f"变更单 {held.id} 有 {found.total} 处错误，没有提交。第一处：{first.detail.zh}"
        f"全部见预览（{path}）的 findings。确有原因暂时改不了的，请申请豁免（POST /v1/exemptions），获准后再提交"
        "（在后台预览的，先再预览一次）。"
    )
    en = (
        f"Change set {held.id} has {found.total} errors and was not submitted. First: {first.detail.en} The findings "
        f"of its preview ({path}) tell all. Where one has to stay for now, ask for an exemption (POST /v1/exemptions), "
        "and after that preview a large change set once more."
    )
    return FindingsBlockSubmission(Message(zh, en), faults=found.first, total=found.total, preview_url=path)


def _why(zh: Mapping[str, Any], en: Mapping[str, Any]) -> Fault:
    return fault(
        f"{zh['code']}（{zh['on']} 起）：{zh['message']}{zh['remedy']}",
        f"{en['code']}, from {en['on']} on: {en['message']} {en['remedy']}",
        pointer=f"/entries/{zh['position']}",
        value=zh["code"],
        rule=zh["rule"],
    )
