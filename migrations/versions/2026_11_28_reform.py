"""lists and their editions, transfers, agreements, integrated matters, halls

New tables, and three columns of windows that nothing states yet. Nothing is rewritten: it takes no longer with 2 million
rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "c41d7e96a0b5"
down_revision: str | None = "3f9d71c5b08e"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PLAIN_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KINDS: Mapping[str, sa.types.TypeEngine[Any]] = {
    "": PLAIN_TEXT,
    "number": sa.Integer(),
    "flag": sa.Boolean(),
    "date": sa.Date(),
    "json": sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
}
OPEN = sa.text("superseded_in = 2147483647")
# What each object says of itself: texts unless another kind is named; `!` is NOT NULL.
ELEMENTS = {
    "hall": """
        code! name! division_code! department_code hall_kind address hours phone
    """,
    "list": """
        code! name! division_code! list_kind! succession! entries_of department_code upper_list_code
        note
    """,
    "edition": """
        code! name! list_code! division_code! department_code document_number batch:number issued_by
        issued_on:date filter entries:json unclaimed:json note
    """,
    "transfer": """
        code! name! division_code! department_code! document_number batch:number issued_by
        issued_on:date is_closed:flag posts_moved:number filter entries:json note
    """,
    "agreement": """
        code! name! division_code! partner_division_code! department_code mode document_number
        signed_on:date filter entries:json note
    """,
    "integrated_matter": """
        code! name! division_code! department_code! document_number members:json merged_form
        shared_materials:json merged_steps:json told_once:flag one_form:flag one_acceptance:flag
        one_network:flag one_issuing_window:flag one_management:flag note
    """,
}
SPAN = ("superseded_in", "valid_to", "valid_from", "id")

# No two versions of one object hold at once (see the first migration).
EXCLUSION = """
ALTER TABLE {table} ADD CONSTRAINT {table}_one_truth EXCLUDE USING gist (
    int4range(id, id, '[]') WITH =,
    daterange(valid_from, valid_to) WITH &&,
    int4range(recorded_in, superseded_in) WITH &&
)"""
TRIGGER = """
CREATE TRIGGER {table}_one_truth BEFORE INSERT ON {table}
WHEN EXISTS (
    SELECT 1 FROM {table}
    WHERE id = new.id
      AND valid_from < new.valid_to AND valid_to > new.valid_from
      AND recorded_in < new.superseded_in AND superseded_in > new.recorded_in
)
BEGIN
    SELECT RAISE(ABORT, 'two versions hold at once');
END"""


def upgrade() -> None:
    for name, elements in ELEMENTS.items():
        _version_table(f"{name}_version", elements)
    op.create_index("ix_edition_version_list", "edition_version", ["list_code", "superseded_in"])
    op.create_table(
        "named_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("object", PLAIN_TEXT, nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", PLAIN_TEXT, nullable=False),
        sa.Column("partner_code", PLAIN_TEXT, nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["catalogue_object.id"], name=op.f("fk_named_item_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_item")),
    )
    op.create_index("ix_named_item_version", "named_item", ["object", "version_id", "position"], unique=True)
    op.create_index("ix_named_item_item", "named_item", ["item_id", "object", "version_id"])
    for column in (
        sa.Column("hall_code", PLAIN_TEXT), sa.Column("window_kind", PLAIN_TEXT), sa.Column("staff_count", sa.Integer()),
    ):  # fmt: skip
        op.add_column("window_version", column)


def _version_table(table: str, elements: str) -> None:
    op.create_table(
        table,
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("made_in", "recorded_in", "superseded_in")),
        *_columns(elements),
        sa.CheckConstraint("recorded_in < superseded_in", name=op.f(f"ck_{table}_recorded_order")),
        sa.CheckConstraint("valid_from < valid_to", name=op.f(f"ck_{table}_valid_order")),
        sa.ForeignKeyConstraint(["id"], ["catalogue_object.id"], name=op.f(f"fk_{table}_id")),
        sa.PrimaryKeyConstraint("version_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_by_code", table, ["code", *SPAN])
    op.create_index(f"ix_{table}_history", table, ["id", "recorded_in"])
    op.create_index(f"ix_{table}_recorded", table, ["recorded_in"])
    op.create_index(
        f"ux_{table}_now", table, ["id", "valid_from"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    on_postgresql = op.get_context().dialect.name == "postgresql"
    op.execute((EXCLUSION if on_postgresql else TRIGGER).format(table=table))


def _columns(elements: str) -> Iterator[sa.Column[Any]]:
    for element in elements.split():
        name, _, kind = element.partition(":")
        yield sa.Column(name.rstrip("!"), KINDS[kind], nullable=not name.endswith("!"))


def downgrade() -> None:
    for column in ("staff_count", "window_kind", "hall_code"):
        op.drop_column("window_version", column)
    op.drop_table("named_item")
    for name in reversed(ELEMENTS):
        op.drop_table(f"{name}_version")
