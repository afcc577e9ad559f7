"""What people do with alert rules: write one, change it, withdraw it, make a new secret, try its webhook."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, update

from app.access.rules import Caller
from app.audit.log import Deed, record
from app.catalogue.moments import latest_revision
from app.errors import Conflict, Message, PreconditionFailed
from app.metrics.alerts import messages
from app.metrics.alerts.findings import NO_GROUP, Ending, Occasion, close_all, close_findings
from app.metrics.alerts.held import Rule, Watched, count_standing, get_rule
from app.metrics.alerts.messages import Letter
from app.metrics.alerts.models import alert_rule, alert_rule_version, alert_state
from app.metrics.alerts.noting import note_test
from app.metrics.alerts.present import host_of
from app.metrics.alerts.rules import FORMER_SECRET_FOR, Closing
from app.metrics.alerts.sending import Outcome
from app.metrics.alerts.signing import new_id, new_secret
from app.validators import ANY, versions_named

MOST_RULES = 200


class TooManyAlertRules(Conflict):
    slug, title = "too-many-alert-rules", Message("预警规则太多", "Too many alert rules")


class NoWebhook(Conflict):
    slug, title = "no-webhook", Message("没有通知地址", "No webhook")


class AlertRuleChanged(PreconditionFailed):
    slug, title = "alert-rule-changed", Message("规则已被别人改过", "The rule was changed meanwhile")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a rule says from now on."""

    name: str
    watched: Watched
    enabled: bool
    webhook_url: str | None
    withdrawn: bool = False

    @property
    def is_on(self) -> bool:
        return self.enabled and not self.withdrawn

    @property
    def kept(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in ("name", "enabled", "webhook_url", "withdrawn")}
        return {**plain, "definition": self.watched.kept}


@dataclass(frozen=True, slots=True)
class Recorded:
    """The number of a rule, and its secret where a new one was made: nobody sees it again."""

    number: int
    secret: str | None = None


def create(connection: Connection, wanted: Wanted, *, by: Caller, now: datetime) -> Recorded:
    """Evaluated for the first time as soon as a worker looks. Raises TooManyAlertRules."""
    _demand_few(connection)
    secret = None if wanted.webhook_url is None else new_secret()
    head = {"version": 1, "is_on": wanted.is_on, "secret": secret}
    number = int(connection.execute(insert(alert_rule).values(head).returning(alert_rule.c.id)).scalar_one())
    _record(connection, number, 1, wanted, by=by, now=now)
    return Recorded(number, secret)


def replace(
    connection: Connection, number: int, wanted: Wanted, if_match: str | None, *, by: Caller, now: datetime
) -> Recorded:
    """The next version, or nothing where it says the same.

    What is open of a rule that watches something else from now on is closed, and it is evaluated anew. Raises
    AlertRuleNotFound, AlertRuleChanged or TooManyAlertRules.
    """
    last = get_rule(connection, number)
    _demand_match(last, if_match)
    if last.withdrawn and not wanted.withdrawn:
        _demand_few(connection)
    secret, head = _new_head(connection, last, wanted)
    if wanted.kept == _kept(last) and last.gone_at is None:
        return Recorded(number)
    _settle(connection, last, wanted, now)
    connection.execute(update(alert_rule).where(alert_rule.c.id == number).values(head))
    _record(connection, number, last.version + 1, wanted, by=by, now=now)
    return Recorded(number, secret)


def _demand_few(connection: Connection) -> None:
    if count_standing(connection) >= MOST_RULES:
        zh = f"预警规则已有 {MOST_RULES} 条。请先停用不再需要的。"
        raise TooManyAlertRules(Message(zh, f"There are {MOST_RULES} alert rules already. Withdraw some first."))


def withdrawal(last: Rule) -> Wanted:
    """As it is, but no more."""
    return Wanted(last.name, last.watched, last.enabled, last.webhook_url, withdrawn=True)


def _kept(last: Rule) -> dict[str, Any]:
    return Wanted(last.name, last.watched, last.enabled, last.webhook_url, last.withdrawn).kept


def _new_head(connection: Connection, last: Rule, wanted: Wanted) -> tuple[str | None, dict[str, object]]:
    """Whoever names a webhook has it sent to again, even where it was gone; the first one gets a secret."""
    head: dict[str, object] = {"version": last.version + 1, "is_on": wanted.is_on, "gone_at": None}
    if not _goes_on(last, wanted):
        head |= {"evaluated_in": None, "evaluated_on": None, "broken": None}
    if wanted.webhook_url is None or messages.has_secret(connection, last.id):
        return None, head
    secret = new_secret()
    return secret, head | {"secret": secret}


def _goes_on(last: Rule, wanted: Wanted) -> bool:
    """Whether what was found of it still counts."""
    return last.watched == wanted.watched and last.is_on == wanted.is_on


def _settle(connection: Connection, last: Rule, wanted: Wanted, now: datetime) -> None:
    """What is open is closed, and told to the webhook as it was; what is not to be sent any more is dropped."""
    when = Occasion(latest_revision(connection), now.date(), now)
    if not _goes_on(last, wanted):
        close_all(connection, last, when, "rule_changed" if wanted.is_on else "rule_stopped")
        connection.execute(delete(alert_state).where(alert_state.c.rule_id == last.id))
    if wanted.webhook_url is None:
        messages.drop(connection, last.id)
    if wanted.webhook_url != last.webhook_url or not wanted.is_on:
        why: Closing = "rule_changed" if wanted.is_on else "rule_stopped"
        close_findings(connection, last, "undelivered", {NO_GROUP: Ending(why)}, when)


def _record(connection: Connection, number: int, version: int, wanted: Wanted, *, by: Caller, now: datetime) -> None:
    """The log names the host of a webhook only: its address may hold a password."""
    said = {"rule_id": number, "version": version, **wanted.kept, "recorded_at": now, "recorded_by": by.name}
    connection.execute(insert(alert_rule_version).values(said))
    host = None if wanted.webhook_url is None else host_of(wanted.webhook_url)
    told = {**wanted.kept, "webhook_url": host, "withdrawn": wanted.withdrawn or None, "version": version}
    record(connection, by, Deed("alert-rule.define", f"alert-rule/{number}"), now, **told)


def rotate(connection: Connection, number: int, *, by: Caller, now: datetime) -> str:
    """A new secret; the one before signs as well for a day. Raises AlertRuleNotFound or NoWebhook."""
    rule, secret = get_rule(connection, number), new_secret()
    demand_webhook(rule)
    head = {"former_secret": alert_rule.c.secret, "former_until": now + FORMER_SECRET_FOR, "secret": secret}
    connection.execute(update(alert_rule).where(alert_rule.c.id == number).values(head))
    record(connection, by, Deed("alert-rule.rotate-secret", f"alert-rule/{number}"), now)
    return secret


def trial(connection: Connection, number: int, now: datetime) -> Letter:
    """A message that says nothing but that it arrives. Raises AlertRuleNotFound or NoWebhook."""
    rule = get_rule(connection, number)
    url = demand_webhook(rule)
    said = {"rule_id": rule.id, "rule_name": rule.name, "message": f"预警规则“{rule.name}”的测试通知。"}
    body = messages.written("alert.test", {**said, "rule_url": rule.path}, now)
    return messages.addressed(connection, rule.id, new_id(), body, url)


def keep_test(connection: Connection, letter: Letter, outcome: Outcome, *, by: Caller, now: datetime) -> int:
    """The number of the message. A webhook that takes it is no longer gone."""
    if outcome.arrived:
        note_test(connection, letter, now)
    record(connection, by, Deed("alert-rule.test", f"alert-rule/{letter.rule_id}"), now, arrived=outcome.arrived)
    return messages.keep_test(connection, letter, outcome, now)


def demand_webhook(rule: Rule) -> str:
    if rule.webhook_url is None:
        zh = f"第 {rule.id} 号预警规则没有通知地址。请先用 PUT 写上 webhook_url。"
        raise NoWebhook(Message(zh, f"Alert rule {rule.id} has no webhook. PUT one with a webhook_url first."))
    return rule.webhook_url


def _demand_match(last: Rule, if_match: str | None) -> None:
    if not versions_named(if_match or ANY) & {ANY, str(last.version)}:
        zh = f"第 {last.id} 号预警规则现在是第 {last.version} 个写法，不是 {if_match}：别人已经改过。请先看 {last.path} 再改。"
        en = f"Alert rule {last.id} is at version {last.version}, not {if_match}. Read {last.path} first."
        raise AlertRuleChanged(Message(zh, en))
