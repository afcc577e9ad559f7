"""indexes for what is read most

A code leads to the version that holds, past those that have ended; items are counted without reading ended versions.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "7d1c2f0a9b34"
down_revision: str | None = "42508668d8aa"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEYS = {"item": "code", "department": "code", "window": "code", "basic_item": "catalog_code"}
COUNTED = "superseded_in = 2147483647 AND valid_from < valid_to"


def upgrade() -> None:
    for name, key in KEYS.items():
        _by_key(name, [key, "superseded_in", "valid_to", "valid_from", "id"])
    op.create_index(
        "ix_item_version_count",
        "item_version",
        ["department_code", "task_type", "is_online", "valid_to", "valid_from", "superseded_in"],
        sqlite_where=sa.text(COUNTED),
        postgresql_where=sa.text(COUNTED),
    )


def downgrade() -> None:
    op.drop_index("ix_item_version_count", table_name="item_version")
    for name, key in KEYS.items():
        _by_key(name, [key, "id"])


def _by_key(name: str, columns: list[str]) -> None:
    index = f"ix_{name}_version_{columns[0]}"
    op.drop_index(index, table_name=f"{name}_version")
    op.create_index(index, f"{name}_version", columns)
