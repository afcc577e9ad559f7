"""Sending what waits: some messages at once, outside of any transaction, and noting what became of each."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, update

from app.catalogue.moments import latest_revision
from app.errors import Message
from app.jobs.service import demand_going
from app.jobs.work import Work
from app.metrics.alerts import messages
from app.metrics.alerts.findings import NO_GROUP, Ending, Occasion, close_findings, open_findings, trouble
from app.metrics.alerts.held import get_rule
from app.metrics.alerts.hosts import Reach
from app.metrics.alerts.messages import Letter
from app.metrics.alerts.models import alert_rule
from app.metrics.alerts.sending import Outcome

AT_ONCE, MOST_BATCHES = 16, 4  # A batch may take ten seconds, in which this process does no other job.


def deliver_due(work: Work) -> int:
    """How many messages were sent, arrived or not."""
    reach, sent = Reach.of(work.settings.webhook_private_hosts), 0
    for _ in range(MOST_BATCHES):
        now = work.clock.now()
        with work.database.read() as connection:
            letters = messages.due(connection, now, AT_ONCE)
        if not letters:
            break
        work.progress(sent)
        with ThreadPoolExecutor(AT_ONCE) as threads:
            outcomes = list(threads.map(partial(Letter.send, now=now, reach=reach), letters))
        _note(work, letters, outcomes)
        sent += len(letters)
    return sent


def _note(work: Work, letters: Sequence[Letter], outcomes: Sequence[Outcome]) -> None:
    with work.database.write() as connection:
        demand_going(connection, work.taken)
        for letter, outcome in zip(letters, outcomes, strict=True):
            note(connection, letter, outcome, work.clock.now())


def note(connection: Connection, sent: Letter, outcome: Outcome, now: datetime) -> None:
    """What the message has come to, and what that says of the webhook."""
    rule, status = get_rule(connection, sent.rule_id), messages.note(connection, sent, outcome, now)
    when = Occasion(latest_revision(connection), now.date(), now)
    if status == "delivered":
        close_findings(connection, rule, "undelivered", {NO_GROUP: Ending("recovered")}, when)
    if outcome.is_gone:
        connection.execute(update(alert_rule).where(alert_rule.c.id == rule.id).values(gone_at=now))
        messages.drop(connection, rule.id)
    if status == "failed":
        why = outcome.reason or ""
        open_findings(connection, rule, "undelivered", [trouble(Message(why, why), when)], when)
