"""The rules as a bureau has them: what is shipped and what is its own, switched on or off. The last decision counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, select

from app.catalogue.moments import in_shanghai
from app.db import Record
from app.errors import Fault, Malformed, Message, NotFound, fault
from app.filters.properties import nearest
from app.quality.models import quality_rule
from app.quality.rule_book import TEXTS, shipped
from app.quality.rules import Rule

Known: TypeAlias = Mapping[str, "Standing"]


MOST_FAULTS = 20


class UnknownRule(Malformed):
    slug, title = "unknown-quality-rule", Message("没有这条规则", "Unknown rule")


class RuleNotFound(NotFound):
    slug, title = "quality-rule-not-found", Message("没有这条规则", "No such rule")


@dataclass(frozen=True, slots=True)
class Standing:
    """A rule, and whether it is on."""

    rule: Rule
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of a rule: that it be on or off, and of an own one what it says."""

    key: str
    version: int
    is_on: bool
    rule: Rule | None
    reason: str | None
    by: str
    at: str


def rules_in_force(connection: Connection) -> tuple[Rule, ...]:
    """The rules that are on, shipped ones first, by one short query."""
    return tuple(each.rule for each in known_rules(connection).values() if each.is_on)


def known_rules(connection: Connection) -> Known:
    """Every rule by key, those that are off included; shipped ones first, in their order."""
    known = {key: Standing(rule) for key, rule in shipped().items()}
    for row in connection.execute(select(quality_rule).order_by(quality_rule.c.id)):
        rule = _own(row) or shipped().get(row.key)
        if rule is not None:
            known[row.key] = Standing(rule, row.is_on)
    return known


def get_rule(connection: Connection, key: str) -> Standing:
    """Raises RuleNotFound with the nearest key."""
    known = known_rules(connection)
    if key in known:
        return known[key]
    told = _no_rule(key, known)
    raise RuleNotFound(told.detail, faults=[told], code=key[:100])


def demand_on(known: Known, keys: Iterable[str], **place: str) -> None:
    """Raises UnknownRule for those that are no rule, or one that is off; `place` is where they stand in the request."""
    faults = [_no_rule(key, known, **place) for key in keys if key not in known or not known[key].is_on]
    if faults:
        raise UnknownRule(faults[0].detail, faults=faults[:MOST_FAULTS])


def _no_rule(key: str, known: Known, **place: str) -> Fault:
    shown = key[:60]
    if key in known:
        zh = f"规则 {shown} 已停用，不再检查。要检查，请先启用它：POST /v1/quality-rules/{shown}/switch。"
        en = f"Rule {shown!r} is switched off. Switch it on to have it checked."
        return fault(zh, en, value=shown, rule="rule-is-off", **place)
    near = _nearest(key, known)
    zh = f"没有 key 为“{shown}”的规则。" + (f"是否为 {near}？" if near else "全部规则见 /v1/quality-rules。")
    en = f"There is no rule {shown!r}." + (f" Did you mean {near!r}?" if near else " See /v1/quality-rules.")
    return fault(zh, en, value=shown, rule="unknown-rule", suggestion=near, **place)


def _nearest(word: str, known: Known) -> str | None:
    """The key that is most like a word, which may also be the name of a rule."""
    keys = {name: key for key, each in known.items() for name in (key, *each.rule.name)}
    return next((keys[each] for each in nearest(word, keys)), None)


def decisions(connection: Connection, key: str) -> Sequence[Decision]:
    """All that was decided of a rule, in order; nothing of a shipped one that nobody touched."""
    rows = connection.execute(select(quality_rule).where(quality_rule.c.key == key).order_by(quality_rule.c.id))
    return [
        Decision(row.key, row.version, row.is_on, _own(row), row.reason, row.by, in_shanghai(row.at).isoformat())
        for row in rows
    ]


def _own(row: Record) -> Rule | None:
    if row.body is None:
        return None
    said = row.body | {name: Message(*row.body[name]) for name in TEXTS} | {"elements": tuple(row.body["elements"])}
    return Rule(key=row.key, version=row.version, is_own=True, **said)


def body_of(rule: Rule) -> dict[str, Any] | None:
    """What is written down of an own rule; of a shipped one nothing is."""
    if not rule.is_own:
        return None
    said = {name: value for name, value in asdict(rule).items() if name not in ("key", "version", "is_own")}
    return said | {name: list(said[name]) for name in TEXTS}
