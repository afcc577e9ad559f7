"""What a bureau decides of quality rules: which are on, its own, and what is exempt from them."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text

from app.db import Json, PlainText, metadata
from app.jobs.models import Instant

# One row for each decision, and none is changed: the last one of a key counts. `body` is the rule where it is the bureau's own.
quality_rule = Table(
    "quality_rule",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", PlainText, nullable=False),
    Column("version", Integer, nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("body", Json),
    Column("reason", Text),
    Column("by", Text, nullable=False),
    Column("account_id", Integer, ForeignKey("account.id")),
    Column("at", Instant, nullable=False),
    Index("ix_quality_rule_key", "key", "id"),
)

# An item that need not keep a rule, as it then was, until a day. What becomes of what was asked for is written into its
# row, once each: approved or refused by another person, or ended early.
exemption = Table(
    "exemption",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("rule", PlainText, nullable=False),
    Column("rule_version", Integer, nullable=False),
    Column("item_id", Integer, ForeignKey("catalogue_object.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("until", Date, nullable=False),
    Column("by", Text, nullable=False),
    Column("account_id", Integer, ForeignKey("account.id")),
    Column("at", Instant, nullable=False),
    Column("decision", PlainText),
    Column("decided_by", Text),
    Column("decider_account_id", Integer, ForeignKey("account.id")),
    Column("decided_at", Instant),
    Column("ended_by", Text),
    Column("ended_at", Instant),
    Index("ix_exemption_item", "item_id", "rule"),
    Index("ix_exemption_rule", "rule", "until"),
)
