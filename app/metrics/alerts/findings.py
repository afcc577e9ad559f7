"""Findings: opened and closed once each, and a message of either where the rule has a webhook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, insert, select, update

from app.db import Json, Record, Statement
from app.errors import Message, NotFound
from app.metrics.alerts.held import Rule
from app.metrics.alerts.messages import queue
from app.metrics.alerts.models import alert_finding, alert_rule_version, alert_state
from app.metrics.alerts.present import finding_out
from app.metrics.alerts.rules import Closing, FindingKind, MessageType

NO_GROUP = ""


class FindingNotFound(NotFound):
    slug, title = "alert-finding-not-found", Message("没有这个预警", "No such finding")


@dataclass(frozen=True, slots=True)
class Occasion:
    """When something was found: at which revision, about which day, and at what time."""

    revision: int
    day: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A figure that meets the condition, with its group; or what is wrong with the rule itself."""

    opened: Mapping[str, Any]
    key: str = NO_GROUP
    group: Mapping[str, Any] = field(default_factory=dict)


def trouble(said: Message, when: Occasion) -> Found:
    """What is wrong with a rule, in both languages."""
    return Found({"message": said._asdict(), "revision": when.revision, "as_of": when.day.isoformat()})


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a finding ends, and the figure then, where that is why."""

    because: Closing
    closed: Mapping[str, Any] | None = None


def open_findings(
    connection: Connection, rule: Rule, kind: FindingKind, found: Sequence[Found], when: Occasion
) -> None:
    """Each with a message, unless one of the same kind and group is open already."""
    already = standing(connection, rule, kind)
    rows = [
        {
            "rule_id": rule.id,
            "rule_version": rule.version,
            "kind": kind,
            "group_key": each.key,
            "group": each.group,
            "opened_in": when.revision,
            "opened_on": when.day,
            "opened_at": when.at,
            "opened": each.opened,
        }
        for each in found
        if each.key not in already
    ]
    if rows:
        connection.execute(insert(alert_finding), rows)
        numbers = _open_ones(connection, rule, kind, [str(row["group_key"]) for row in rows])
        _tell(connection, rule, list(numbers.values()), "alert.opened", when)


def close_findings(
    connection: Connection, rule: Rule, kind: FindingKind, endings: Mapping[str, Ending], when: Occasion
) -> None:
    """Those of the groups, by their keys, that are open; each with a message."""
    numbers = _open_ones(connection, rule, kind, list(endings))
    rows = [
        {"number": number, "why": endings[key].because, "figure": endings[key].closed}
        for key, number in numbers.items()
    ]
    if rows:
        ending = update(alert_finding).where(alert_finding.c.id == bindparam("number"))
        said = {"closed_because": bindparam("why"), "closed": bindparam("figure", type_=Json)}
        connection.execute(ending.values(**_at(when), **said), rows)
        _tell(connection, rule, list(numbers.values()), "alert.closed", when)


def close_all(connection: Connection, rule: Rule, when: Occasion, because: Closing) -> None:
    """Whatever is open of a rule that is another one from now on, or is evaluated no more."""
    ending = update(alert_finding).where(_open(rule)).values(**_at(when), closed_because=because)
    numbers = connection.execute(ending.returning(alert_finding.c.id)).scalars().all()
    _tell(connection, rule, numbers, "alert.closed", when)


def _at(when: Occasion) -> dict[str, object]:
    return {"closed_in": when.revision, "closed_on": when.day, "closed_at": when.at}


def _open(rule: Rule) -> ColumnElement[bool]:
    return and_(alert_finding.c.rule_id == rule.id, alert_finding.c.closed_at.is_(None))


def standing(connection: Connection, rule: Rule, kind: FindingKind) -> set[str]:
    """The keys of the groups whose finding is open."""
    open_ones = select(alert_finding.c.group_key).where(_open(rule), alert_finding.c.kind == kind)
    return set(connection.execute(open_ones).scalars())


def _open_ones(connection: Connection, rule: Rule, kind: FindingKind, keys: Sequence[str]) -> dict[str, int]:
    """The numbers of those findings that are open, by the keys of their groups."""
    found = alert_finding.c
    mine = select(found.group_key, found.id).where(_open(rule), found.kind == kind, found.group_key.in_(keys))
    return dict(connection.execute(mine.order_by(found.id)).all())


def _tell(connection: Connection, rule: Rule, numbers: Sequence[int], type_: MessageType, when: Occasion) -> None:
    """That messages don't arrive is not told by a message."""
    if not rule.sends or not numbers:
        return
    wanted = FINDINGS.where(alert_finding.c.id.in_(numbers), alert_finding.c.kind != "undelivered")
    rows = connection.execute(wanted.order_by(alert_finding.c.id)).all()
    queue(connection, rule, type_, {row.id: finding_out(row, english=False) for row in rows}, when.at)


VERSION = and_(
    alert_rule_version.c.rule_id == alert_finding.c.rule_id,
    alert_rule_version.c.version == alert_finding.c.rule_version,
)
STATE = and_(
    alert_state.c.rule_id == alert_finding.c.rule_id,
    alert_state.c.group_key == alert_finding.c.group_key,
    alert_finding.c.kind == "figure",
    alert_finding.c.closed_at.is_(None),
)
FINDINGS = select(
    alert_finding, alert_rule_version.c.name, alert_rule_version.c.definition, alert_state.c.unknown_in
).select_from(alert_finding.join(alert_rule_version, VERSION).outerjoin(alert_state, STATE))


def get_finding(connection: Connection, number: int) -> Record:
    """Raises FindingNotFound."""
    row = connection.execute(FINDINGS.where(alert_finding.c.id == number)).one_or_none()
    if row is None:
        raise FindingNotFound(Message(f"没有第 {number} 号预警。", f"There is no finding {number}."))
    return row


def findings_page(
    connection: Connection, wanted: Sequence[ColumnElement[bool]], after: int, limit: int
) -> tuple[Sequence[Record], int]:
    """`limit` + 1 findings after a number, and how many there are."""
    page: Statement = FINDINGS.where(*wanted, alert_finding.c.id > after).order_by(alert_finding.c.id).limit(limit + 1)
    total = select(func.count()).select_from(alert_finding).where(*wanted)
    return connection.execute(page).all(), connection.execute(total).scalar_one()
