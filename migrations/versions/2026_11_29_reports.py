"""reports: frozen figures with their checksum

New tables only: nothing that is there is read or changed, however much it is.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "d27c5a90e4b8"
down_revision: str | None = "e87b2f4c90d1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PLAIN_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", PLAIN_TEXT, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("supersedes", sa.Integer(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checksum", PLAIN_TEXT, nullable=False),
        sa.Column("cited", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["supersedes"], ["report.id"], name=op.f("fk_report_supersedes")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_report_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("number", name=op.f("uq_report_number")),
        sa.UniqueConstraint("supersedes", name=op.f("uq_report_supersedes")),
    )
    op.create_table(
        "report_figure",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("metric", PLAIN_TEXT, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_figure_report_id")),
        sa.PrimaryKeyConstraint("report_id", "position", name=op.f("pk_report_figure")),
    )
    op.create_index("ix_report_figure_as_of", "report_figure", ["as_of", "report_id"])


def downgrade() -> None:
    """The reports are lost; the log still tells who froze which, with its checksum."""
    op.drop_table("report_figure")
    op.drop_table("report")
