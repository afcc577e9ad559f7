"""versions have a text in which words are looked for

By itself, since PostgreSQL keeps readers out of a table that gets a column until the migration ends: here at once,
whatever the number of rows.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "9d40f7b21ce8"
down_revision: str | None = "7d1c2f0a9b34"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PLAIN_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TABLES = ("department_version", "item_version")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("search_text", PLAIN_TEXT))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "search_text")
