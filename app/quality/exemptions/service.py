"""What people do with exemptions: one asks, another approves or refuses, either ends it. Each deed is told in the log."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, update

from app.access.models import account
from app.access.queries import is_person_of
from app.access.rules import Caller
from app.audit.log import Deed, record
from app.catalogue.moments import in_shanghai, resolve
from app.db import Record
from app.errors import Conflict, Forbidden, Message
from app.quality.exemptions import queries
from app.quality.exemptions.items import called, demand_remit, item_of
from app.quality.exemptions.rules import Decision, demand_end, demand_status
from app.quality.in_force import demand_on, known_rules
from app.quality.models import exemption


class AlreadyAsked(Conflict):
    slug, title = "exemption-asked", Message("已经申请", "Asked for already")


class OwnExemption(Forbidden):
    slug, title = "own-exemption", Message("需要另一个人批准", "A second person has to decide")


@dataclass(frozen=True, slots=True)
class Wish:
    """Which item need not keep which rule, why, and the first day on which it has to keep it again."""

    rule: str
    code: str
    division_code: str | None
    reason: str
    until: date


def ask(connection: Connection, wish: Wish, *, by: Caller, now: datetime) -> int:
    """The number of the exemption, which holds nothing until it is approved.

    Raises UnknownRule, Malformed for an end out of range, ItemNotFound, CodeIsAmbiguous, NotYours or AlreadyAsked.
    """
    today, known = now.date(), known_rules(connection)
    demand_on(known, [wish.rule], pointer="/rule")
    demand_end(wish.until, today)
    item = item_of(connection, wish.code, resolve(connection, now), wish.division_code)
    demand_remit(connection, item, wish.code, by, today)
    _refuse_twice(wish, queries.asked_for(connection, item, wish.rule, today))
    values = {
        "rule": wish.rule,
        "rule_version": known[wish.rule].rule.version,
        "item_id": item,
        "reason": wish.reason,
        "until": wish.until,
        "by": by.name,
        "account_id": by.id,
        "at": in_shanghai(now),
    }
    number = int(connection.execute(insert(exemption).values(values).returning(exemption.c.id)).scalar_one())
    told = {"rule": wish.rule, "code": wish.code, "until": wish.until.isoformat()}
    record(connection, by, _deed("ask", number), now, **told)
    return number


def decide(
    connection: Connection, number: int, decision: Decision, *, by: Caller, now: datetime, four_eyes: bool
) -> None:
    """Approved, it holds at once. Raises ExemptionNotFound, WrongExemptionStatus, OwnExemption or NotYours."""
    held = queries.get_exemption(connection, number, now.date())
    demand_status(number, held.status, ("asked",))
    if four_eyes and _is_own(connection, held, by):
        zh = f"第 {number} 项豁免是“{held.by}”申请的，要由另一个人批准。"
        raise OwnExemption(Message(zh, f"Exemption {number} was asked for by {held.by!r}; a second person decides."))
    code = _demand_remit(connection, held, by, now.date())
    decided = {"decided_by": by.name, "decider_account_id": by.id, "decided_at": in_shanghai(now)}
    _set(connection, number, decision=decision, **decided)
    deed = "approve" if decision == "approved" else "refuse"
    record(connection, by, _deed(deed, number), now, rule=held.rule, code=code)


def end(connection: Connection, number: int, *, by: Caller, now: datetime) -> None:
    """It holds no more, or is no longer asked for. Raises ExemptionNotFound, WrongExemptionStatus or NotYours."""
    held = queries.get_exemption(connection, number, now.date())
    demand_status(number, held.status, ("asked", "in_force"))
    code = _demand_remit(connection, held, by, now.date())
    _set(connection, number, ended_by=by.name, ended_at=in_shanghai(now))
    record(connection, by, _deed("end", number), now, rule=held.rule, code=code)


def _deed(verb: str, number: int) -> Deed:
    return Deed(f"exemption.{verb}", f"exemption/{number}")


def _set(connection: Connection, number: int, **values: object) -> None:
    connection.execute(update(exemption).where(exemption.c.id == number).values(values))


def _is_own(connection: Connection, held: Record, by: Caller) -> bool:
    return by.id is not None and is_person_of(connection, by.id, account.c.id == held.account_id)


def _demand_remit(connection: Connection, held: Record, by: Caller, today: date) -> str:
    """The item's code, where it is within the caller's remit."""
    code = called(connection, [held.item_id], today)[held.item_id].code
    demand_remit(connection, held.item_id, code, by, today)
    return code


def _refuse_twice(wish: Wish, waiting: int | None) -> None:
    if waiting is not None:
        zh = (
            f"事项 {wish.code} 对规则 {wish.rule} 的豁免已经申请（第 {waiting} 项），还没有批准。要改，请先终止那一项。"
        )
        en = f"Exemption {waiting} of {wish.code} from {wish.rule} waits for a decision. End it to ask anew."
        raise AlreadyAsked(Message(zh, en), code=wish.code)
