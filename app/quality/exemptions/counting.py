"""How many of the items that break a rule are exempt from it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, func, select

from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.catalogue.params import ItemQuestion
from app.catalogue.properties import item_filters
from app.catalogue.reads import chunks
from app.catalogue.versions import at, versions
from app.quality.exemptions.queries import in_force, is_exempt, is_of
from app.quality.models import exemption
from app.quality.rules import Rule

RULES_AT_ONCE = 60


def exempted(
    connection: Connection, rules: Sequence[Rule], moment: Moment, question: ItemQuestion, day: date
) -> dict[tuple[str, str], int]:
    """By rule and department, how many items of the question break a rule at the moment that they need not keep on a day.

    What is zero is left out. Only rules and items of exemptions are looked at.
    """
    held = connection.execute(select(exemption.c.rule).where(is_of(rules), in_force(day)).distinct()).scalars().all()
    found: dict[tuple[str, str], int] = {}
    for some in chunks((rule for rule in rules if rule.key in held), RULES_AT_ONCE):
        numbers = [func.count().filter(_excused(rule, day)) for rule in some]
        department, exempt = ITEM.table.c.department_code, select(exemption.c.item_id).where(in_force(day))
        counted = versions(ITEM, moment, [department, *numbers]).where(
            *question.conditions(), ITEM.table.c.id.in_(exempt)
        )
        for code, *each in connection.execute(counted.group_by(department), at(moment)):
            found |= {(rule.key, code): number for rule, number in zip(some, each, strict=True) if number}
    return found


def _excused(rule: Rule, day: date) -> ColumnElement[bool]:
    return and_(item_filters().condition(rule.filter), is_exempt(rule, day))
