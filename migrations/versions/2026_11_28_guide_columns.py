"""versions say how complete a guide is, and what its code has against it

By itself, since PostgreSQL keeps readers out of a table that gets columns until the migration ends: here at once,
whatever the number of rows.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "8b6e04d9a2c7"
down_revision: str | None = "5d2b9c74e1f6"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PLAIN_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNTS = (
    "legal_basis_count", "fee_count", "question_count", "completeness", "catalogue_completeness",
    "basic_completeness", "extended_completeness",
)  # fmt: skip
FLAGS = ("has_statutory_basis", "has_catch_all_material")


def upgrade() -> None:
    for name in COUNTS:
        op.add_column("item_version", sa.Column(name, sa.Integer()))
    for name in FLAGS:
        op.add_column("item_version", sa.Column(name, sa.Boolean()))
    op.add_column("item_version", sa.Column("code_faults", PLAIN_TEXT))


def downgrade() -> None:
    """They are computed from what stays. SQLite writes the table anew: about 10 seconds for each 100,000 versions."""
    for name in ("code_faults", *FLAGS, *COUNTS):
        op.drop_column("item_version", name)
