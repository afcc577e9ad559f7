"""Rules as the API shows them, in the language of whoever asks."""

from collections.abc import Sequence

from app.pages import link
from app.quality.in_force import Decision, Standing
from app.quality.rules import Rule


def definition(rule: Rule, *, english: bool) -> dict[str, object]:
    return {
        "key": rule.key,
        "name": rule.name.said(english=english),
        "severity": rule.severity,
        "filter": rule.filter,
        "message": rule.message.said(english=english),
        "remedy": rule.remedy.said(english=english),
        "source": rule.source,
        "elements": rule.elements,
        "version": rule.version,
        "is_own": rule.is_own,
    }


def rule_out(standing: Standing, *, english: bool) -> dict[str, object]:
    rule = standing.rule
    items_url = link("/v1/items", filter=rule.filter)
    return {**definition(rule, english=english), "is_on": standing.is_on, "items_url": items_url}


def history(standing: Standing, decided: Sequence[Decision], *, english: bool) -> dict[str, object]:
    told = [_decision(each, english=english) for each in decided]
    return {**rule_out(standing, english=english), "decisions": told}


def _decision(decision: Decision, *, english: bool) -> dict[str, object]:
    return {
        "version": decision.version,
        "is_on": decision.is_on,
        "reason": decision.reason,
        "by": decision.by,
        "at": decision.at,
        "definition": definition(decision.rule, english=english) if decision.rule else None,
    }
