"""What has become of a message that was sent, and what that says of the webhook."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection, update

from app.catalogue.moments import latest_revision
from app.errors import Message
from app.metrics.alerts import messages
from app.metrics.alerts.findings import NO_GROUP, Ending, Occasion, close_findings, open_findings, trouble
from app.metrics.alerts.held import Rule, get_rule
from app.metrics.alerts.messages import Letter
from app.metrics.alerts.models import alert_rule
from app.metrics.alerts.sending import Outcome

Answered: TypeAlias = tuple[Letter, Outcome]
STOPPED = Message("，已停止发送", ": nothing is sent any more")


def note(connection: Connection, sent: Letter, outcome: Outcome, now: datetime) -> None:
    """What an address answers that is no longer the rule's says nothing of the one after it, to which it is sent next."""
    rule = get_rule(connection, sent.rule_id)
    if outcome.arrived:
        messages.note(connection, sent, outcome, now)
        if _stands(rule, sent) and rule.gone_at is None:
            _recover(connection, rule, now)
    elif _stands(rule, sent) and not (outcome.is_gone and not _stop(connection, rule, now)):
        _note_failure(connection, rule, sent, outcome, now)


def note_silent(connection: Connection, sent: Sequence[Answered], sent_at: datetime, now: datetime) -> None:
    """Where a receiver answered none of what it was sent at once, it isn't asked with each of the others that were due."""
    answering = {letter.rule_id for letter, outcome in sent if outcome.status is not None}
    silent = {letter.rule_id: (letter, outcome) for letter, outcome in sent if letter.rule_id not in answering}
    for number, (letter, outcome) in silent.items():
        rule = get_rule(connection, number)
        if _stands(rule, letter) and messages.put_off(connection, number, sent_at, outcome.reason, now):
            _open_undelivered(connection, rule, outcome, now)


def note_test(connection: Connection, sent: Letter, now: datetime) -> None:
    """A test arrived: whoever was gone is there again."""
    rule = get_rule(connection, sent.rule_id)
    if _stands(rule, sent):
        connection.execute(update(alert_rule).where(alert_rule.c.id == rule.id).values(gone_at=None))
        _recover(connection, rule, now)


def _recover(connection: Connection, rule: Rule, now: datetime) -> None:
    close_findings(connection, rule, "undelivered", {NO_GROUP: Ending("recovered")}, _occasion(connection, now))


def _stands(rule: Rule, sent: Letter) -> bool:
    """Whether the message went to where messages of the rule go now."""
    return rule.webhook_url == sent.webhook_url


def _stop(connection: Connection, rule: Rule, now: datetime) -> bool:
    """Whether the rule is still the one that was read; then nothing is sent any more."""
    same = update(alert_rule).where(alert_rule.c.id == rule.id, alert_rule.c.version == rule.version)
    return bool(connection.execute(same.values(gone_at=now)).rowcount)


def _note_failure(connection: Connection, rule: Rule, sent: Letter, outcome: Outcome, now: datetime) -> None:
    status = messages.note(connection, sent, outcome, now)
    if outcome.is_gone:
        messages.drop(connection, rule.id)
    if status == "failed":
        _open_undelivered(connection, rule, outcome, now)


def _open_undelivered(connection: Connection, rule: Rule, outcome: Outcome, now: datetime) -> None:
    """Nobody waits for messages of a rule that is off."""
    if rule.is_on:
        why, stopped = outcome.reason or "", STOPPED if outcome.is_gone else Message("", "")
        when = _occasion(connection, now)
        found = trouble(Message(why + stopped.zh, why + stopped.en), when)
        open_findings(connection, rule, "undelivered", [found], when)


def _occasion(connection: Connection, now: datetime) -> Occasion:
    return Occasion(latest_revision(connection), now.date(), now)
