"""monthly counts of cases

New tables only: nothing of what is there changes, whatever its size.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "6a0d4b8e31f7"
down_revision: str | None = "c41d7e96a0b5"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PLAIN_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OPEN = sa.text("superseded_in = 2147483647")
COUNTS = (
    "closed", "closed_on_time", "reviewed", "very_satisfied", "fairly_satisfied", "basically_satisfied", "dissatisfied",
    "very_dissatisfied", "satisfied", "bad_reviews_verified", "bad_reviews_fixed",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "case_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_in", sa.Integer(), nullable=False),
        sa.Column("report", JSON, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_case_import_account_id")),
        sa.ForeignKeyConstraint(["recorded_in"], ["revision.number"], name=op.f("fk_case_import_recorded_in")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_import")),
        sa.UniqueConstraint("recorded_in", name=op.f("uq_case_import_recorded_in")),
    )
    op.create_table(
        "case_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("month", PLAIN_TEXT, nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("channel", PLAIN_TEXT, nullable=False),
        sa.Column("business_kind", PLAIN_TEXT, nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in COUNTS),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("recorded_in", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=False),
        sa.CheckConstraint("recorded_in < superseded_in", name=op.f("ck_case_count_recorded_order")),
        sa.ForeignKeyConstraint(["import_id"], ["case_import.id"], name=op.f("fk_case_count_import_id")),
        sa.ForeignKeyConstraint(["item_id"], ["catalogue_object.id"], name=op.f("fk_case_count_item_id")),
        sa.ForeignKeyConstraint(["recorded_in"], ["revision.number"], name=op.f("fk_case_count_recorded_in")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_count")),
    )
    key = ["item_id", "month", "channel", "business_kind"]
    op.create_index("ux_case_count_now", "case_count", key, unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_case_count_month", "case_count", ["month", "superseded_in"])
    op.create_index("ix_case_count_item", "case_count", ["item_id", "month"])
    op.create_index("ix_case_count_recorded", "case_count", ["recorded_in"])
    op.create_index("ix_case_count_import", "case_count", ["import_id"])


def downgrade() -> None:
    op.drop_table("case_count")
    op.drop_table("case_import")
