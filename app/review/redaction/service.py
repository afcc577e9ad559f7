"""Personal data that was published by mistake is made unreadable in every version: one person asks, another does it."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, update

from app.access.models import account
from app.access.passwords import hashed
from app.access.queries import is_person_of
from app.access.rules import Caller
from app.audit.log import Deed, record
from app.catalogue.moments import in_shanghai
from app.catalogue.objects import ITEM, OBJECT_TYPES, ObjectType
from app.changes.models import redacted_object, redaction
from app.changes.permits import NotYours
from app.changes.publish import conclude, take_revision
from app.changes.redactable import MARK, Target, read_target
from app.clock import Clock
from app.db import Record, wiping
from app.demand.runs.rules import TEXTS
from app.demand.runs.vectors import forget_vectors
from app.errors import Conflict, Forbidden, Malformed, Message, fault
from app.imports.forgetting import Forgotten, forget
from app.review.redaction import queries
from app.review.redaction.overwriting import Reach, overwrite_entries, overwrite_versions
from app.review.redaction.remarks import overwrite_remarks
from app.review.redaction.said import StillSaid, still_said


class NothingToRedact(Conflict):
    slug, title = "nothing-to-redact", Message("没有可隐去的内容", "There is nothing to redact")


class UsedByFigures(Conflict):
    slug, title = "used-by-figures", Message("指标用到这个要素", "Figures look at this element")


class AlreadyDone(Conflict):
    slug, title = "redaction-done", Message("已经隐去", "Redacted already")


class OwnRequest(Forbidden):
    slug, title = "own-redaction", Message("需要另一个人执行", "A second person has to do it")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be made unreadable, and why."""

    code: str
    field: str
    reason: str
    kind: ObjectType = ITEM
    division_code: str | None = None


def request(connection: Connection, wish: Wish, *, by: Caller, now: datetime) -> int:
    """The number of the request; nothing is overwritten yet.

    Raises NotRedactable, ObjectNotFound, CodeIsAmbiguous, NotYours, UsedByFigures or NothingToRedact.
    """
    target = read_target(wish.kind, wish.field)
    number = queries.object_of(connection, wish.kind, wish.code, wish.division_code)
    today, kin = now.date(), queries.family_of(connection, wish.kind, number) - {number}
    texts = _demand_texts(connection, target, number, wish.code, by, today)
    _demand_copies(connection, target, kin, texts, by, today)
    _refuse_repeating(wish.reason, texts)
    values = {
        "object": wish.kind.name,
        "object_id": number,
        "code": wish.code,
        "field": target.name,
        "reason": wish.reason,
        "by": by.name,
        "account_id": by.id,
        "requested_at": in_shanghai(now),
    }
    made = int(connection.execute(insert(redaction).values(values).returning(redaction.c.id)).scalar_one())
    told = {"object": wish.kind.name, "code": wish.code, "field": target.name, "reason": wish.reason}
    record(connection, by, Deed("redaction.request", f"redaction/{made}"), now, **told)
    return made


def confirm(connection: Connection, number: int, *, by: Caller, clock: Clock) -> StillSaid:
    """Overwrites the texts wherever the catalogue keeps them of the object and its lineage, as a revision of its own.

    Returns where one of the texts is still said: that is not overwritten.
    Raises RedactionNotFound, AlreadyDone, OwnRequest, NotYours, UsedByFigures, NothingToRedact or TooManySignIns, before
    anything is overwritten. That a second person is needed can't be switched off.
    """
    asked = queries.get_redaction(connection, number)
    _demand_second_person(connection, asked, by)
    kind, today = OBJECT_TYPES[asked.object], clock.now().date()
    target = read_target(kind, asked.field)
    texts = _demand_texts(connection, target, asked.object_id, asked.code, by, today)
    reach = Reach(target, asked.object_id, queries.family_of(connection, kind, asked.object_id), texts)
    copies = _demand_copies(connection, target, reach.family - {asked.object_id}, texts, by, today)
    kept = fingerprint(texts)
    _overwrite(connection, reach, copies)
    _tell(connection, asked, copies, [kept], by=by, clock=clock)
    return still_said(connection, texts)


def fingerprint(texts: Collection[str]) -> str:
    """One slow hash of the distinct texts, as a JSON array in order of code points. Raises TooManySignIns.

    One for all, however many they are: others can't write while it is worked out.
    """
    return hashed(json.dumps(sorted(set(texts)), ensure_ascii=False))


def _overwrite(connection: Connection, reach: Reach, copies: Mapping[int, str]) -> None:
    target, numbers = reach.target, [reach.number, *copies]
    codes = queries.codes_of(connection, target.kind, numbers)
    with wiping(connection):
        overwrite_versions(connection, target, numbers, reach.texts)
        overwrite_entries(connection, reach)
        if target.kind is ITEM:
            overwrite_remarks(connection, reach.family, reach.texts)
        if target.kind is ITEM and target.element.name in TEXTS:
            forget_vectors(connection)
        forget(connection, Forgotten(target.element, codes, reach.texts, MARK))


def _tell(
    connection: Connection, asked: Record, copies: Mapping[int, str], hashes: list[str], *, by: Caller, clock: Clock
) -> None:
    """The revision is taken last, so that what was kept of old answers is asked for anew."""
    taken, now = take_revision(connection, clock), clock.now()
    objects = enumerate({asked.object_id: asked.code, **copies}.items(), 1)
    rows = [{"redaction_id": asked.id, "position": n, "object_id": each, "code": code} for n, (each, code) in objects]
    connection.execute(insert(redacted_object), rows)
    done = {
        "second": by.name,
        "second_account_id": by.id,
        "done_at": in_shanghai(now),
        "revision": taken,
        "hashes": hashes,
    }
    connection.execute(update(redaction).where(redaction.c.id == asked.id).values(done))
    told = {"object": asked.object, "code": asked.code, "field": asked.field, "revision": taken, "hashes": hashes}
    also = {"also_redacted": list(copies.values())}
    record(connection, by, Deed("redaction.confirm", f"redaction/{asked.id}"), now, **told, **also)
    conclude(connection, taken, clock)


def _demand_second_person(connection: Connection, asked: Record, by: Caller) -> None:
    if asked.done_at is not None:
        zh = f"第 {asked.id} 号隐去申请已由“{asked.second}”执行（第 {asked.revision} 版）。"
        raise AlreadyDone(Message(zh, f"Redaction {asked.id} was carried out by {asked.second!r}."))
    if by.id is None or is_person_of(connection, by.id, account.c.id == asked.account_id):
        zh = f"第 {asked.id} 号隐去申请是“{asked.by}”提出的，要由另一个人执行；隐去总要两个人，不能关掉。"
        raise OwnRequest(Message(zh, f"Redaction {asked.id} was asked for by {asked.by!r}; a second person does it."))


def _demand_texts(connection: Connection, target: Target, number: int, code: str, by: Caller, today: date) -> set[str]:
    """What is to be overwritten, where the caller may and no figure would move."""
    division = by.division_code
    if division is not None and not queries.is_within(connection, target.kind, number, division, today):
        raise _not_yours(target, code, by)
    metric = queries.metric_that_looks_at(connection, target)
    if metric is not None:
        zh = f"指标“{metric.name_zh}”（{metric.key}）用到{target.label}，隐去会改动已经公布的数字，所以不能隐去。"
        en = f"The metric {metric.key} looks at {target.name}: figures that were published would move."
        raise UsedByFigures(
            Message(zh, en), faults=[fault(zh, en, pointer="/field", value=target.name, rule="used-by-figures")]
        )
    texts = queries.texts_of(connection, target, number)
    if not texts:
        zh = f"{code} 的{target.label}在任何版本里都没有文字，或者已经隐去。"
        raise NothingToRedact(Message(zh, f"No version of {code} has a text in {target.name}."), code=code)
    return texts


def _demand_copies(
    connection: Connection, target: Target, kin: Collection[int], texts: set[str], by: Caller, today: date
) -> dict[int, str]:
    """Which of its kin hold the texts too, with their codes, where the caller may overwrite them."""
    copies = queries.copies_of(connection, target, kin, texts, by.division_code, today)
    outside = next((copy for copy in copies.values() if not copy.is_within), None)
    if outside is not None:
        raise _not_yours(target, outside.code, by)
    return {number: copy.code for number, copy in copies.items()}


def _not_yours(target: Target, code: str, by: Caller) -> NotYours:
    zh = (
        f"{target.kind.label.zh} {code} （有要隐去的内容）不在区划 {by.division_code} 之内，“{by.name}”不能处理。"
        "请由上级区划或不限区划的审核人办理。"
    )
    return NotYours(Message(zh, f"{code} is not within {by.division_code}, where {by.name!r} acts."), code=code)


def _refuse_repeating(reason: str, texts: set[str]) -> None:
    """A reason is kept for good, in the log too."""
    if any(text in reason for text in texts if len(text) > 1):
        zh = "原因里写着要隐去的内容，而原因会一直保留。请换个说法，如“误登个人手机号”。"
        en = "The reason repeats the text that is to go, and reasons are kept. Say it without."
        raise Malformed(Message(zh, en), faults=[fault(zh, en, pointer="/reason", rule="repeats-the-text")])
