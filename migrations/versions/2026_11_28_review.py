"""change sets are reviewed: who, in which edition, with what comments; entries say whose object, and what it came from

Each change set so far was approved as it was written: `second_person` stays unknown, `author_account` null. An entry does
what its kind says and is an act of its own. On SQLite both tables are made anew (2 million entries: some 20 seconds), on
PostgreSQL every entry is written once (half a minute).
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "f4a1c06d93b2"
down_revision: str | None = "e2c94b7a1d05"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PLAIN_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)

# Suspending and resuming amend the status.
EFFECTS = """
UPDATE entry SET act = position,
    effect = CASE WHEN kind IN ('create', 'cancel') THEN kind ELSE 'amend' END"""
# Whose object it was when it was last recorded, for the drafts that are still open.
OF_ITEMS = """
UPDATE entry SET
    department_code = (SELECT department_code FROM item_version AS held WHERE held.id = entry.object_id
                       ORDER BY recorded_in DESC, valid_from DESC LIMIT 1),
    division_code = (SELECT division_code FROM item_version AS held WHERE held.id = entry.object_id
                     ORDER BY recorded_in DESC, valid_from DESC LIMIT 1)
WHERE object = 'item' AND change_set_id IN (SELECT id FROM change_set WHERE status IN ('draft', 'submitted'))"""


def upgrade() -> None:
    with op.batch_alter_table("change_set") as table:
        table.add_column(sa.Column("retroactive", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("edition", sa.Integer(), server_default=sa.text("1"), nullable=False))
        table.add_column(sa.Column("author_account", sa.Integer(), nullable=True))
        table.add_column(sa.Column("second_person", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("undoes", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_change_set_author_account"), "account", ["author_account"], ["id"])
        table.create_foreign_key(op.f("fk_change_set_undoes"), "change_set", ["undoes"], ["id"])
    with op.batch_alter_table("entry") as table:
        table.add_column(sa.Column("act", sa.Integer(), nullable=True))
        table.add_column(sa.Column("effect", PLAIN_TEXT, nullable=True))
        table.add_column(sa.Column("department_code", PLAIN_TEXT, nullable=True))
        table.add_column(sa.Column("division_code", PLAIN_TEXT, nullable=True))
        table.add_column(sa.Column("predecessors", JSON, nullable=True))
    op.execute(EFFECTS)
    op.execute(OF_ITEMS)
    with op.batch_alter_table("entry") as table:
        table.alter_column("act", existing_type=sa.Integer(), nullable=False)
        table.alter_column("effect", existing_type=PLAIN_TEXT, nullable=False)
    op.create_index("ix_entry_of_object", "entry", ["object_id", "change_set_id"])
    op.create_table(
        "change_set_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_set_id", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("action", PLAIN_TEXT, nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_change_set_event_account_id")),
        sa.ForeignKeyConstraint(["change_set_id"], ["change_set.id"], name=op.f("fk_change_set_event_change_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_set_event")),
    )
    op.create_index("ix_change_set_event_change_set", "change_set_event", ["change_set_id", "id"])
    op.create_table(
        "lineage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("predecessor_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("kind", PLAIN_TEXT, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("recorded_in", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["predecessor_id"], ["catalogue_object.id"], name=op.f("fk_lineage_predecessor_id")),
        sa.ForeignKeyConstraint(["successor_id"], ["catalogue_object.id"], name=op.f("fk_lineage_successor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lineage")),
    )
    op.create_index("ix_lineage_predecessor", "lineage", ["predecessor_id"])
    op.create_index("ix_lineage_successor", "lineage", ["successor_id"])


def downgrade() -> None:
    """Comments, lineage, and who approved what beside the names are lost; what is returned is a draft again."""
    op.drop_table("lineage")
    op.drop_table("change_set_event")
    op.drop_index("ix_entry_of_object", "entry")
    with op.batch_alter_table("entry") as table:
        for name in ("predecessors", "division_code", "department_code", "effect", "act"):
            table.drop_column(name)
    op.execute("UPDATE change_set SET status = 'draft' WHERE status = 'returned'")
    with op.batch_alter_table("change_set") as table:
        table.drop_constraint(op.f("fk_change_set_undoes"), type_="foreignkey")
        table.drop_constraint(op.f("fk_change_set_author_account"), type_="foreignkey")
        for name in ("undoes", "second_person", "author_account", "edition", "retroactive"):
            table.drop_column(name)
