"""judgements say the day of the lists that were judged about

Adds a column to `judgement` and fills it: with the day of the run that was looked at, else with that of the judgement
itself. On SQLite the table is copied once. Nothing else changes.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "90c4e1f7b2d3"
down_revision: str | None = "eea550f81b0a"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# The day in Shanghai: SQLite keeps no other time.
DAY_OF_JUDGING = {"sqlite": "date(at)", "postgresql": "CAST(at AT TIME ZONE 'Asia/Shanghai' AS date)"}
FILLED = """
UPDATE judgement
SET as_of = COALESCE((SELECT matching_run.as_of FROM matching_run WHERE matching_run.id = judgement.run_id), {day})
"""


def upgrade() -> None:
    op.add_column("judgement", sa.Column("as_of", sa.Date(), nullable=True))
    op.execute(FILLED.format(day=DAY_OF_JUDGING[op.get_context().dialect.name]))
    with op.batch_alter_table("judgement") as batch:
        batch.alter_column("as_of", existing_type=sa.Date(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("judgement") as batch:
        batch.drop_column("as_of")
