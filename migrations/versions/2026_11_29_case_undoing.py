"""reports of cases can be undone

Adds columns that are empty and indexes: no row is written. The indexes on counts take a moment where there are many.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "b83f50d6c1e9"
down_revision: str | None = "d27c5a90e4b8"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ADDED = (("case_import", "undoes"), ("case_count", "restores"))


def upgrade() -> None:
    for table, name in ADDED:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column(name, sa.Integer(), nullable=True))
            batch.create_foreign_key(f"fk_{table}_{name}", "case_import", [name], ["id"])
    op.create_index("ux_case_import_undoes", "case_import", ["undoes"], unique=True)
    op.create_index("ix_case_count_superseded", "case_count", ["superseded_in"])
    op.create_index("ix_case_count_restores", "case_count", ["restores"])


def downgrade() -> None:
    """What an undoing did stays; that it was one is lost."""
    op.drop_index("ix_case_count_restores", "case_count")
    op.drop_index("ix_case_count_superseded", "case_count")
    op.drop_index("ux_case_import_undoes", "case_import")
    for table, name in reversed(ADDED):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_{name}", type_="foreignkey")
            batch.drop_column(name)
