"""Messages that wait to be sent, and what became of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import orjson
from sqlalchemy import ColumnElement, Connection, and_, case, func, insert, literal, or_, select, update

from app.db import Record
from app.jobs.models import Instant
from app.metrics.alerts.held import Rule
from app.metrics.alerts.hosts import Reach
from app.metrics.alerts.models import alert_delivery, alert_rule, alert_rule_version
from app.metrics.alerts.rules import MOST_ATTEMPTS, DeliveryStatus, MessageType, next_attempt
from app.metrics.alerts.sending import Outcome, post
from app.metrics.alerts.signing import new_id, signed_headers

columns = alert_delivery.c
MOST_OF_A_RULE = 4  # Messages that are sent at once.
LISTED = [column for column in columns if column is not columns.body]


def queue(
    connection: Connection,
    rule: Rule,
    type_: MessageType,
    told: Mapping[int | None, Mapping[str, object]],
    at: datetime,
) -> None:
    """A message for each finding, due at once. Its bytes stay the same however often they are sent."""
    rows = [
        {
            "rule_id": rule.id,
            "finding_id": finding,
            "webhook_id": new_id(),
            "type": type_,
            "body": written(type_, data, at),
            "status": "waiting",
            "attempts": 0,
            "created_at": at,
            "next_attempt_at": at,
        }
        for finding, data in told.items()
    ]
    if rows:
        connection.execute(insert(alert_delivery), rows)


def written(type_: MessageType, data: Mapping[str, object], at: datetime) -> str:
    return orjson.dumps({"type": type_, "timestamp": at.isoformat(), "data": data}).decode()


@dataclass(frozen=True, slots=True)
class Letter:
    """A message with the address it goes to and the secrets that sign it: the present one, for a while the one before."""

    rule_id: int
    webhook_id: str
    body: str
    webhook_url: str
    secret: str
    former_secret: str | None = None
    former_until: datetime | None = None
    attempts: int = 0
    id: int | None = None

    @classmethod
    def of(cls, row: Record) -> Self:
        return cls(**{name: row._mapping[name] for name in cls.__slots__})

    def send(self, now: datetime, reach: Reach) -> Outcome:
        """Signed as of now, whenever it was written."""
        known = self.former_until is not None and self.former_until > now
        keys = [key for key in (self.secret, self.former_secret if known else None) if key is not None]
        headers = signed_headers(keys, self.webhook_id, now, self.body)
        return post(self.webhook_url, self.body, headers, reach)


SENDER = and_(alert_rule_version.c.rule_id == alert_rule.c.id, alert_rule_version.c.version == alert_rule.c.version)
SIGNED_BY = tuple(alert_rule.c[name] for name in ("secret", "former_secret", "former_until"))
LETTERS = (
    select(alert_delivery, alert_rule_version.c.webhook_url, *SIGNED_BY)
    .select_from(alert_delivery.join(alert_rule, alert_rule.c.id == columns.rule_id).join(alert_rule_version, SENDER))
    .where(alert_rule_version.c.webhook_url.is_not(None))
)


def has_secret(connection: Connection, rule: int) -> bool:
    return connection.execute(select(alert_rule.c.secret).where(alert_rule.c.id == rule)).scalar() is not None


def addressed(connection: Connection, rule: int, webhook_id: str, body: str, url: str) -> Letter:
    """A message of no finding, with the secrets of the rule."""
    row = connection.execute(select(*SIGNED_BY).where(alert_rule.c.id == rule)).one()
    return Letter(rule, webhook_id, body, url, row.secret, row.former_secret, row.former_until)


def is_due(now: datetime) -> ColumnElement[bool]:
    """Whether a message is to be sent now: none to whoever is gone."""
    rule = alert_rule.alias()
    gone = select(rule.c.id).where(rule.c.gone_at.is_not(None))
    return and_(columns.status == "waiting", columns.next_attempt_at <= now, columns.rule_id.not_in(gone))


def due(connection: Connection, now: datetime, limit: int) -> list[Letter]:
    """What is to be sent now: a few messages of each rule, so that none waits for another's; first those that were not
    sent for longest.
    """
    since = func.coalesce(columns.last_attempt_at, columns.created_at)
    waited = (since, columns.last_attempt_at.is_not(None), columns.id)
    place = func.row_number().over(partition_by=columns.rule_id, order_by=waited)
    ranked = LETTERS.add_columns(place.label("place")).where(is_due(now)).subquery()
    chosen = select(ranked).where(ranked.c.place <= MOST_OF_A_RULE)
    ordered = chosen.order_by(ranked.c.place, ranked.c.next_attempt_at, ranked.c.id).limit(limit)
    return [Letter.of(row) for row in connection.execute(ordered)]


def put_off(connection: Connection, rule: int, due_at: datetime, reason: str | None, now: datetime) -> bool:
    """What else is due of a rule whose receiver doesn't answer waits for the next attempt as if it had been sent.

    Whether something of it was the last time.
    """
    waiting = update(alert_delivery).where(columns.rule_id == rule, is_due(due_at))
    again = {attempts: next_attempt(attempts + 1, now) for attempts in range(MOST_ATTEMPTS)}
    later = case(*((columns.attempts == attempts, literal(at, Instant)) for attempts, at in again.items()))
    status = case((columns.attempts + 1 < MOST_ATTEMPTS, "waiting"), else_="failed")
    values = {"attempts": columns.attempts + 1, "status": status, "next_attempt_at": later, "last_error": reason}
    put = connection.execute(waiting.values(values).returning(columns.status)).scalars().all()
    return "failed" in put


def note(connection: Connection, sent: Letter, outcome: Outcome, now: datetime) -> DeliveryStatus | None:
    """What has become of a message that was sent; None of one that was dropped meanwhile, unless it arrived.

    Whoever is gone is not tried again.
    """
    attempts = MOST_ATTEMPTS if outcome.is_gone else sent.attempts + 1
    again = None if outcome.arrived else next_attempt(attempts, now)
    status: DeliveryStatus = "delivered" if outcome.arrived else "failed" if again is None else "waiting"
    values = {**_came_to(outcome, now), "status": status, "attempts": sent.attempts + 1, "next_attempt_at": again}
    counts = or_(columns.status == "waiting", literal(outcome.arrived))
    noted = connection.execute(update(alert_delivery).where(columns.id == sent.id, counts).values(values))
    return status if noted.rowcount else None


def keep_test(connection: Connection, sent: Letter, outcome: Outcome, now: datetime) -> int:
    """The number of a message that was sent once to try the webhook."""
    values = {
        **_came_to(outcome, now),
        "rule_id": sent.rule_id,
        "webhook_id": sent.webhook_id,
        "type": "alert.test",
        "body": sent.body,
        "status": "delivered" if outcome.arrived else "failed",
        "attempts": 1,
        "created_at": now,
    }
    return int(connection.execute(insert(alert_delivery).values(values).returning(columns.id)).scalar_one())


def _came_to(outcome: Outcome, now: datetime) -> dict[str, object]:
    return {"last_attempt_at": now, "last_status": outcome.status, "last_error": outcome.reason}


def drop(connection: Connection, rule: int) -> None:
    """What waits is not sent any more: there is nowhere to send it."""
    waiting = update(alert_delivery).where(columns.rule_id == rule, columns.status == "waiting")
    connection.execute(waiting.values(status="dropped", next_attempt_at=None))


def get_delivery(connection: Connection, number: int) -> Record:
    return connection.execute(select(*LISTED).where(columns.id == number)).one()


def deliveries_page(connection: Connection, rule: int, after: int, limit: int) -> tuple[Sequence[Record], int]:
    """`limit` + 1 messages of a rule after a number, and how many there are."""
    page = select(*LISTED).where(columns.rule_id == rule, columns.id > after).order_by(columns.id).limit(limit + 1)
    total = select(func.count()).select_from(alert_delivery).where(columns.rule_id == rule)
    return connection.execute(page).all(), connection.execute(total).scalar_one()


def last_of(connection: Connection, rules: Sequence[int]) -> dict[int, Record]:
    """The message of each rule that was sent last, as far as any was."""
    place = func.row_number().over(
        partition_by=columns.rule_id, order_by=(columns.last_attempt_at.desc(), columns.id.desc())
    )
    tried = select(*LISTED, place.label("place")).where(
        columns.rule_id.in_(rules), columns.last_attempt_at.is_not(None)
    )
    ranked = tried.subquery()
    rows = connection.execute(select(ranked).where(ranked.c.place == 1))
    return {row.rule_id: row for row in rows}


def waiting_of(connection: Connection, rules: Sequence[int]) -> dict[int, int]:
    """How many messages of each rule wait to be sent."""
    counted = select(columns.rule_id, func.count()).where(columns.rule_id.in_(rules), columns.status == "waiting")
    return dict(connection.execute(counted.group_by(columns.rule_id)).all())
