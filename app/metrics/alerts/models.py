"""Alert rules with every version of what they say, what they found, and the messages that told of it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from app.db import Json, PlainText, metadata
from app.jobs.models import Instant

# What changes of a rule: how far it has been evaluated (null: not yet as it stands), and how its webhook stands. The
# secret signs messages, so it is kept as it is; for a while after a new one was made the one before signs as well.
# `broken` is why it can't be evaluated, in both languages.
alert_rule = Table(
    "alert_rule",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("evaluated_in", Integer),
    Column("evaluated_on", Date),
    Column("broken", Json),
    Column("secret", Text),
    Column("former_secret", Text),
    Column("former_until", Instant),
    Column("gone_at", Instant),
    Index("ix_alert_rule_on", "is_on", "evaluated_in", "evaluated_on"),
)

# What a rule says, version after version; none is changed. `definition` is what is evaluated.
alert_rule_version = Table(
    "alert_rule_version",
    metadata,
    Column("rule_id", Integer, ForeignKey("alert_rule.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("definition", Json, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("webhook_url", Text),
    Column("withdrawn", Boolean, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
    PrimaryKeyConstraint("rule_id", "version"),
)

# The last figure that a rule knows of each group, and since which revision there is none (`unknown_in`).
alert_state = Table(
    "alert_state",
    metadata,
    Column("rule_id", Integer, ForeignKey("alert_rule.id"), nullable=False),
    Column("group_key", PlainText, nullable=False),
    Column("definition_version", Integer),
    Column("seen_in", Integer),
    Column("seen_on", Date),
    Column("numerator", BigInteger),
    Column("denominator", BigInteger),
    Column("unknown_in", Integer),
    PrimaryKeyConstraint("rule_id", "group_key"),
)

# From when the condition held until it did no longer. `opened` and `closed` are the figures then; of a rule that could
# not be evaluated, or whose messages did not arrive, `opened` says why.
alert_finding = Table(
    "alert_finding",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("rule_id", Integer, ForeignKey("alert_rule.id"), nullable=False),
    Column("rule_version", Integer, nullable=False),
    Column("kind", PlainText, nullable=False),
    Column("group_key", PlainText, nullable=False),
    Column("group", Json, nullable=False),
    Column("opened_in", Integer, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("opened", Json, nullable=False),
    Column("closed_in", Integer),
    Column("closed_on", Date),
    Column("closed_at", Instant),
    Column("closed", Json),
    Column("closed_because", PlainText),
    Index("ix_alert_finding_rule", "rule_id", "id"),
    Index(
        "ux_alert_finding_open", "rule_id", "kind", "group_key", unique=True,
        sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL"),
    ),
)  # fmt: skip

# A message with its id, which stays the same however often it is sent, and the very bytes that are signed.
alert_delivery = Table(
    "alert_delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("rule_id", Integer, ForeignKey("alert_rule.id"), nullable=False),
    Column("finding_id", Integer, ForeignKey("alert_finding.id")),
    Column("webhook_id", PlainText, nullable=False, unique=True),
    Column("type", PlainText, nullable=False),
    Column("body", Text, nullable=False),
    Column("status", PlainText, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("next_attempt_at", Instant),
    Column("last_attempt_at", Instant),
    Column("last_status", Integer),
    Column("last_error", Text),
    Index("ix_alert_delivery_rule", "rule_id", "id"),
    Index("ix_alert_delivery_due", "status", "next_attempt_at"),
)
