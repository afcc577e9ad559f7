"""alert rules, what they found, and the messages that told of it

New tables, and empty.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "e87b2f4c90d1"
down_revision: str | None = "6a0d4b8e31f7"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PLAIN_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
TIME = sa.DateTime(timezone=True)
OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    _rules()
    _findings()
    _deliveries()


def _rules() -> None:
    op.create_table(
        "alert_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("evaluated_in", sa.Integer(), nullable=True),
        sa.Column("evaluated_on", sa.Date(), nullable=True),
        sa.Column("broken", JSON, nullable=True),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("former_secret", sa.Text(), nullable=True),
        sa.Column("former_until", TIME, nullable=True),
        sa.Column("gone_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_rule")),
    )
    op.create_index("ix_alert_rule_on", "alert_rule", ["is_on", "evaluated_in", "evaluated_on"])
    op.create_table(
        "alert_rule_version",
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", JSON, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("webhook_url", sa.Text(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["alert_rule.id"], name=op.f("fk_alert_rule_version_rule_id")),
        sa.PrimaryKeyConstraint("rule_id", "version", name=op.f("pk_alert_rule_version")),
    )
    op.create_table(
        "alert_state",
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("group_key", PLAIN_TEXT, nullable=False),
        sa.Column("definition_version", sa.Integer(), nullable=True),
        sa.Column("seen_in", sa.Integer(), nullable=True),
        sa.Column("seen_on", sa.Date(), nullable=True),
        sa.Column("numerator", sa.BigInteger(), nullable=True),
        sa.Column("denominator", sa.BigInteger(), nullable=True),
        sa.Column("unknown_in", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["rule_id"], ["alert_rule.id"], name=op.f("fk_alert_state_rule_id")),
        sa.PrimaryKeyConstraint("rule_id", "group_key", name=op.f("pk_alert_state")),
    )


def _findings() -> None:
    op.create_table(
        "alert_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("kind", PLAIN_TEXT, nullable=False),
        sa.Column("group_key", PLAIN_TEXT, nullable=False),
        sa.Column("group", JSON, nullable=False),
        sa.Column("opened_in", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("opened", JSON, nullable=False),
        sa.Column("closed_in", sa.Integer(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("closed", JSON, nullable=True),
        sa.Column("closed_because", PLAIN_TEXT, nullable=True),
        sa.ForeignKeyConstraint(["rule_id"], ["alert_rule.id"], name=op.f("fk_alert_finding_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_finding")),
    )
    op.create_index("ix_alert_finding_rule", "alert_finding", ["rule_id", "id"])
    op.create_index(
        "ux_alert_finding_open", "alert_finding", ["rule_id", "kind", "group_key"],
        unique=True, sqlite_where=OPEN, postgresql_where=OPEN,
    )  # fmt: skip


def _deliveries() -> None:
    op.create_table(
        "alert_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=True),
        sa.Column("webhook_id", PLAIN_TEXT, nullable=False),
        sa.Column("type", PLAIN_TEXT, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", PLAIN_TEXT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("next_attempt_at", TIME, nullable=True),
        sa.Column("last_attempt_at", TIME, nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["rule_id"], ["alert_rule.id"], name=op.f("fk_alert_delivery_rule_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["alert_finding.id"], name=op.f("fk_alert_delivery_finding_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_delivery")),
        sa.UniqueConstraint("webhook_id", name=op.f("uq_alert_delivery_webhook_id")),
    )
    op.create_index("ix_alert_delivery_rule", "alert_delivery", ["rule_id", "id"])
    op.create_index("ix_alert_delivery_due", "alert_delivery", ["status", "next_attempt_at"])


def downgrade() -> None:
    """Rules, findings and messages are lost; figures are not touched."""
    for table in ("alert_delivery", "alert_finding", "alert_state", "alert_rule_version", "alert_rule"):
        op.drop_table(table)
