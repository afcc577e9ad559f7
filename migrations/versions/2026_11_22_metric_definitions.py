"""what metrics mean is recorded

A definition takes a revision of its own, which no change set made: `revision.change_set` may be null. On SQLite the table
of revisions is made anew, on PostgreSQL the constraint is dropped: either takes no time, whatever the number of items.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "b58e03c7d1f2"
down_revision: str | None = "c3a5e8d1f672"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PLAIN_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    allow_no_change_set(nullable=True)
    op.execute("UPDATE revision SET change_set = NULL WHERE change_set = 0")
    op.create_table(
        "metric_definition",
        sa.Column("key", PLAIN_TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_in", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("definition", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("key", "version", name=op.f("pk_metric_definition")),
        sa.UniqueConstraint("key", "recorded_in", name=op.f("uq_metric_definition_key_recorded_in")),
    )


def downgrade() -> None:
    """The definitions are lost; their revisions stay, by the change set 0, so that every other keeps its number."""
    op.drop_table("metric_definition")
    op.execute("UPDATE revision SET change_set = 0 WHERE change_set IS NULL")
    allow_no_change_set(nullable=False)


def allow_no_change_set(*, nullable: bool) -> None:
    with op.batch_alter_table("revision", copy_from=revisions(nullable=not nullable)) as table:
        table.alter_column("change_set", existing_type=sa.Integer(), nullable=nullable)


def revisions(*, nullable: bool) -> sa.Table:
    """The table as it was."""
    return sa.Table(
        "revision",
        sa.MetaData(),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("change_set", sa.Integer(), nullable=nullable),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_revision")),
        sa.Index(op.f("ix_revision_published_at"), "published_at"),
    )
