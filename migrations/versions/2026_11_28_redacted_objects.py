"""one redaction reaches the items of a lineage

A new table, with a row for each redaction that was carried out; nothing else changes.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "5d2b9c74e1f6"
down_revision: str | None = "c1f80e6b2a97"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PLAIN_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
OF_THOSE_DONE = """
INSERT INTO redacted_object (redaction_id, position, object_id, code)
SELECT id, 1, object_id, code FROM redaction WHERE revision IS NOT NULL ORDER BY id
"""


def upgrade() -> None:
    op.create_table(
        "redacted_object",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("redaction_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("code", PLAIN_TEXT, nullable=False),
        sa.ForeignKeyConstraint(["redaction_id"], ["redaction.id"], name=op.f("fk_redacted_object_redaction_id")),
        sa.ForeignKeyConstraint(["object_id"], ["catalogue_object.id"], name=op.f("fk_redacted_object_object_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redacted_object")),
        sa.UniqueConstraint("redaction_id", "position", name=op.f("uq_redacted_object_redaction_id_position")),
    )
    op.execute(OF_THOSE_DONE)


def downgrade() -> None:
    """What else a redaction reached is told by the log alone; it stays unreadable."""
    op.drop_table("redacted_object")
