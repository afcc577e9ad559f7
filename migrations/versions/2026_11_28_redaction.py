"""personal data can be made unreadable in every version

A new table; nothing of what is there changes, whatever the number of rows.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "c1f80e6b2a97"
down_revision: str | None = "a7d3e51f0c48"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PLAIN_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "redaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("object", PLAIN_TEXT, nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("code", PLAIN_TEXT, nullable=False),
        sa.Column("field", PLAIN_TEXT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("requested_at", TIME, nullable=False),
        sa.Column("second", sa.Text(), nullable=True),
        sa.Column("second_account_id", sa.Integer(), nullable=True),
        sa.Column("done_at", TIME, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("hashes", JSON, nullable=True),
        sa.ForeignKeyConstraint(["object_id"], ["catalogue_object.id"], name=op.f("fk_redaction_object_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_redaction_account_id")),
        sa.ForeignKeyConstraint(["second_account_id"], ["account.id"], name=op.f("fk_redaction_second_account_id")),
        sa.ForeignKeyConstraint(["revision"], ["revision.number"], name=op.f("fk_redaction_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redaction")),
    )
    op.create_index(op.f("ix_redaction_revision"), "redaction", ["revision"])


def downgrade() -> None:
    """Who made what unreadable is lost, and why; it stays unreadable, and the log still tells of it."""
    op.drop_table("redaction")
