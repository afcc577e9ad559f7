"""What a bureau does with rules: make one of its own, put it in other words, switch any of them on or off."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, insert

from app.access.rules import Caller
from app.audit.log import Deed, record
from app.catalogue.body_filter import condition_of
from app.errors import Conflict, Message, PreconditionFailed, fault
from app.quality import checking
from app.quality.in_force import Known, Standing, body_of, get_rule, known_rules
from app.quality.models import quality_rule
from app.quality.schemas import NewRule, RuleBody
from app.validators import ANY, versions_named

MOST_OWN = 50  # All rules at once are one or two statements, which must stay within what the databases take.


class RuleTaken(Conflict):
    slug, title = "quality-rule-key-taken", Message("规则的 key 已有人用", "The key is taken")


class RuleNotOwn(Conflict):
    slug, title = "quality-rule-not-own", Message("不是本单位的规则", "Not a rule of the bureau's own")


class TooManyRules(Conflict):
    slug, title = "too-many-quality-rules", Message("自定义规则太多", "Too many rules")


class RuleChanged(PreconditionFailed):
    slug, title = "quality-rule-changed", Message("规则已被别人改过", "The rule was changed meanwhile")


def create(connection: Connection, body: NewRule, *, by: Caller, now: datetime) -> None:
    """A rule of the bureau's own, on from now. Raises InvalidRule, RuleTaken or TooManyRules."""
    rule = checking.read(body.key, body, version=1)
    condition_of(connection, body.filter)
    known = known_rules(connection)
    if rule.key in known:
        raise _taken(known[rule.key])
    _demand_few(known)
    _decide(connection, Standing(rule), None, by, now)
    deed = Deed("quality-rule.create", f"quality-rule/{rule.key}")
    record(connection, by, deed, now, severity=rule.severity, filter=rule.filter)


def replace_own(
    connection: Connection, key: str, body: RuleBody, if_match: str | None, *, by: Caller, now: datetime
) -> None:
    """The next version of an own rule, on or off as it was; the same again records nothing.

    Raises RuleNotFound, RuleNotOwn, RuleChanged or InvalidRule.
    """
    last = get_rule(connection, key)
    if not last.rule.is_own:
        zh = f"{key} 是随软件发布的规则，不能改。可以停用它，再用另一个 key 新建自己的规则。"
        raise RuleNotOwn(Message(zh, f"{key} comes with the software. Switch it off and make a rule of your own."))
    _demand_match(last, if_match)
    rule = checking.read(key, body, last.rule.version + 1)
    condition_of(connection, body.filter)
    if replace(rule, version=last.rule.version) == last.rule:
        return
    _decide(connection, Standing(rule, last.is_on), None, by, now)
    deed = Deed("quality-rule.replace", f"quality-rule/{key}")
    record(connection, by, deed, now, version=rule.version, severity=rule.severity, filter=rule.filter)


def switch(connection: Connection, key: str, reason: str, *, on: bool, by: Caller, now: datetime) -> None:
    """A rule is on or off from now; what it is already records nothing. Raises RuleNotFound or TooManyRules."""
    last = get_rule(connection, key)
    if last.is_on == on:
        return
    if on and last.rule.is_own:
        _demand_few(known_rules(connection))
    _decide(connection, Standing(last.rule, on), reason, by, now)
    record(connection, by, Deed("quality-rule.switch", f"quality-rule/{key}"), now, on=on, reason=reason)


def _decide(connection: Connection, standing: Standing, reason: str | None, by: Caller, now: datetime) -> None:
    rule = standing.rule
    decided = {"key": rule.key, "version": rule.version, "is_on": standing.is_on, "body": body_of(rule)}
    connection.execute(insert(quality_rule).values(**decided, reason=reason, by=by.name, account_id=by.id, at=now))


def _taken(by: Standing) -> RuleTaken:
    key = by.rule.key
    if by.rule.is_own:
        zh = f"本单位已有规则 {key}。要改它，请用 PUT /v1/quality-rules/{key}。"
        en = f"There is an own rule {key} already. To change it, PUT /v1/quality-rules/{key}."
    else:
        zh, en = f"{key} 是随软件发布的规则，请换一个 key。", f"{key} is a rule of the software. Choose another key."
    return RuleTaken(Message(zh, en), faults=[fault(zh, en, pointer="/key", value=key, rule="key-taken")], code=key)


def _demand_few(known: Known) -> None:
    own = sum(each.rule.is_own and each.is_on for each in known.values())
    if own >= MOST_OWN:
        zh = f"启用的自定义规则已有 {own} 条，最多 {MOST_OWN} 条。请先停用不再需要的。"
        raise TooManyRules(Message(zh, f"{own} own rules are on, {MOST_OWN} at most. Switch some off first."))


def _demand_match(last: Standing, if_match: str | None) -> None:
    key, number = last.rule.key, last.rule.version
    if not versions_named(if_match or ANY) & {ANY, str(number)}:
        zh = (
            f"规则 {key} 现在是第 {number} 个定义，不是 {if_match}：别人已经改过。请先看 /v1/quality-rules/{key} 再改。"
        )
        en = f"Rule {key} is at definition {number}, not {if_match}. Read /v1/quality-rules/{key} first."
        raise RuleChanged(Message(zh, en), code=key)
