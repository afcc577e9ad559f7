"""Statements about exemptions: which hold on a day, and what has become of each."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, Connection, and_, case, func, not_, or_, select, tuple_

from app.catalogue.objects import ITEM
from app.clock import SHANGHAI
from app.db import Record, Statement
from app.errors import Message, NotFound
from app.quality.in_force import known_rules
from app.quality.models import exemption
from app.quality.rules import Rule


class ExemptionNotFound(NotFound):
    slug, title = "exemption-not-found", Message("没有这项豁免", "No such exemption")


def in_force(day: date) -> ColumnElement[bool]:
    """Approved by the day, not ended by then, and not yet over: what is decided later changes nothing of days gone by."""
    held, end = exemption.c, datetime.combine(day, time.max, SHANGHAI)
    goes_on = or_(held.ended_at.is_(None), held.ended_at > end)
    return and_(held.decision == "approved", held.decided_at <= end, goes_on, held.until > day)


def is_of(rules: Iterable[Rule]) -> ColumnElement[bool]:
    """Given for one of the rules as it is: what was given for another definition of it is not."""
    return tuple_(exemption.c.rule, exemption.c.rule_version).in_([(rule.key, rule.version) for rule in rules])


def is_exempt(rules: Iterable[Rule], day: date) -> ColumnElement[bool]:
    """Whether an item need not keep one of the rules on a day, to stand in a statement over items (`versions(ITEM, …)`).

    The exemptions are read once for the statement, not once for each item.
    """
    exempt = select(exemption.c.item_id).where(is_of(rules), in_force(day))
    return ITEM.table.c.id.in_(exempt)


def exempted_from(connection: Connection, rules: Sequence[Rule], day: date) -> list[Rule]:
    """Those of the rules that some item need not keep on a day."""
    held = select(exemption.c.rule).where(is_of(rules), in_force(day)).distinct()
    keys = connection.execute(held).scalars().all()
    return [rule for rule in rules if rule.key in keys]


def exempt_among(
    connection: Connection, ids: Collection[int], rules: Iterable[Rule], day: date
) -> dict[int, frozenset[str]]:
    """The keys of those of the rules that each of some items need not keep on a day."""
    mine = exemption.c.item_id.in_(ids)
    held = select(exemption.c.item_id, exemption.c.rule).where(mine, is_of(rules), in_force(day))
    found: dict[int, frozenset[str]] = {}
    for item, rule in connection.execute(held):
        found[item] = found.get(item, frozenset()) | {rule}
    return found


def status_on(connection: Connection, day: date) -> ColumnElement[str]:
    """What has become of an exemption by the day, by the rules as they are now."""
    held, rules = exemption.c, (each.rule for each in known_rules(connection).values())
    return case(
        (held.ended_at.is_not(None), "ended"),
        (held.decision == "refused", "refused"),
        (held.until <= day, "expired"),
        (not_(is_of(rules)), "outdated"),
        (held.decision == "approved", "in_force"),
        else_="asked",
    )


def get_exemption(connection: Connection, number: int, day: date) -> Record:
    """With its status. Raises ExemptionNotFound."""
    row = connection.execute(_with_status(connection, day).where(exemption.c.id == number)).one_or_none()
    if row is None:
        raise ExemptionNotFound(Message(f"没有第 {number} 项豁免。", f"There is no exemption {number}."))
    return row


def exemptions_page(
    connection: Connection, wanted: Iterable[ColumnElement[bool]], day: date, after: int, limit: int
) -> tuple[Sequence[Record], int]:
    """`limit` + 1 exemptions after a number, and how many there are."""
    conditions = list(wanted)
    page = (
        _with_status(connection, day)
        .where(*conditions, exemption.c.id > after)
        .order_by(exemption.c.id)
        .limit(limit + 1)
    )
    total = connection.execute(select(func.count()).select_from(exemption).where(*conditions)).scalar_one()
    return connection.execute(page).all(), total


def asked_for(connection: Connection, item: int, rule: str, day: date) -> int | None:
    """The exemption of an item from a rule that waits for a decision."""
    mine = (exemption.c.item_id == item, exemption.c.rule == rule)
    return connection.execute(select(exemption.c.id).where(*mine, status_on(connection, day) == "asked")).scalar()


def _with_status(connection: Connection, day: date) -> Statement:
    return select(*exemption.c, status_on(connection, day).label("status"))
