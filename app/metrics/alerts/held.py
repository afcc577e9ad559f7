"""Alert rules as they are kept: what each says in its last version, how far it is evaluated, how its webhook stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, and_, func, select

from app.catalogue.moments import Moment
from app.catalogue.periods import last_months
from app.db import Record, Statement
from app.errors import Message, NotFound
from app.metrics.alerts.models import alert_rule, alert_rule_version
from app.metrics.alerts.rules import Condition
from app.metrics.definitions import Basis


class AlertRuleNotFound(NotFound):
    slug, title = "alert-rule-not-found", Message("没有这条预警规则", "No such alert rule")


@dataclass(frozen=True, slots=True)
class Watched:
    """What a rule evaluates: a figure, of one group or of each, and the condition. Of cases it is the figure of the last
    `months` that are over.
    """

    metric: str
    group_by: tuple[str, ...]
    group: tuple[str, ...] | None
    within: str | None
    filter: str | None
    condition: Condition
    months: int | None = None

    @property
    def basis(self) -> Basis:
        """What it counts: cases over months, else items or other objects on a day."""
        return "cases" if self.months else "items"

    def about(self, moment: Moment) -> Moment:
        """The moment that the figure is about, when it is evaluated."""
        if self.months is None:
            return moment
        period = last_months(self.months, moment.as_of)
        return replace(moment, as_of=period.last_day, period=period)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        group = None if kept["group"] is None else tuple(kept["group"])
        asked = {name: kept[name] for name in ("metric", "within", "filter", "months")}
        return cls(**asked, group_by=tuple(kept["group_by"]), group=group, condition=Condition.of(kept["condition"]))

    @property
    def kept(self) -> dict[str, Any]:
        return {
            "metric": self.metric,
            "group_by": list(self.group_by),
            "group": None if self.group is None else list(self.group),
            "within": self.within,
            "filter": self.filter,
            "months": self.months,
            "condition": self.condition.said,
        }


@dataclass(frozen=True, slots=True)
class Rule:
    """A version of a rule, which is the last one."""

    id: int
    version: int
    name: str
    watched: Watched
    enabled: bool
    webhook_url: str | None
    withdrawn: bool
    evaluated_in: int | None
    evaluated_on: date | None
    broken: Message | None
    gone_at: datetime | None

    @classmethod
    def of(cls, row: Record) -> Self:
        plain = {name: row._mapping[name] for name in PLAIN}
        broken = None if row.broken is None else Message(**row.broken)
        return cls(**plain, watched=Watched.of(row.definition), broken=broken)

    @property
    def is_on(self) -> bool:
        return self.enabled and not self.withdrawn

    @property
    def path(self) -> str:
        return f"/v1/alert-rules/{self.id}"

    @property
    def sends(self) -> bool:
        """Whether messages go out; not where the receiver said that it wants none."""
        return self.webhook_url is not None and self.gone_at is None


SAID = [column for column in alert_rule_version.c if column.name not in ("rule_id", "version")]
PLAIN = tuple(name for name in Rule.__slots__ if name not in ("watched", "broken"))
NEWEST = and_(alert_rule_version.c.rule_id == alert_rule.c.id, alert_rule_version.c.version == alert_rule.c.version)
# The secret is read only where something is signed.
KEPT = [column for column in alert_rule.c if column.name not in ("secret", "former_secret", "former_until")]
RULES = select(*KEPT, *SAID).select_from(alert_rule.join(alert_rule_version, NEWEST))


def get_rule(connection: Connection, number: int) -> Rule:
    """Raises AlertRuleNotFound."""
    return Rule.of(get_row(connection, number))


def get_row(connection: Connection, number: int) -> Record:
    """The last version, with when and by whom it was recorded. Raises AlertRuleNotFound."""
    row = connection.execute(RULES.where(alert_rule.c.id == number)).one_or_none()
    if row is None:
        zh, en = f"没有第 {number} 号预警规则。全部规则见 /v1/alert-rules。", f"There is no alert rule {number}."
        raise AlertRuleNotFound(Message(zh, en))
    return row


def versions_of(connection: Connection, number: int) -> Sequence[Record]:
    """Every version of a rule, the first one first."""
    said = select(alert_rule_version).where(alert_rule_version.c.rule_id == number)
    return connection.execute(said.order_by(alert_rule_version.c.version)).all()


def rules_page(
    connection: Connection, wanted: Sequence[ColumnElement[bool]], after: int, limit: int
) -> tuple[Sequence[Record], int]:
    """`limit` + 1 rules after a number, and how many there are."""
    page: Statement = RULES.where(*wanted, alert_rule.c.id > after).order_by(alert_rule.c.id).limit(limit + 1)
    total = connection.execute(RULES.where(*wanted).with_only_columns(func.count())).scalar_one()
    return connection.execute(page).all(), int(total)


def count_standing(connection: Connection) -> int:
    """The rules that are not withdrawn."""
    return rules_page(connection, [~alert_rule_version.c.withdrawn], 0, 0)[1]
