"""Alerts as work that nobody asks for: due when a revision or a day is new to a rule, or a message is to be sent."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, literal, select, union_all

from app.jobs.service import ring
from app.jobs.work import Work, register
from app.metrics.alerts.delivering import deliver_due
from app.metrics.alerts.messages import is_due
from app.metrics.alerts.models import alert_delivery, alert_rule
from app.metrics.alerts.watching import evaluate_due, is_behind

KIND = "alerts"


def due(connection: Connection, now: datetime) -> bool:
    """One short read, as it is made with every look of every worker."""
    rules = select(literal(1)).select_from(alert_rule).where(is_behind(now.date()))
    messages = select(literal(1)).select_from(alert_delivery).where(is_due(now))
    return connection.execute(union_all(rules, messages).limit(1)).scalar() is not None


def attend(work: Work) -> Mapping[str, object]:
    """Evaluate first, so that what is found is sent at once. What is left is due again."""
    evaluated = evaluate_due(work)
    return {"evaluations": evaluated, "messages": deliver_due(work)}


def look_soon() -> None:
    """The workers of this process needn't wait for their next look."""
    ring()


register(KIND, attend, due)
