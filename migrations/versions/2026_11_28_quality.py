"""quality rules, verifications with evidence, links, and the workbooks that were uploaded

New tables, and every version says how complete its guide is and what its code has against it: about 16 seconds for each
100,000 versions on SQLite, 42 on PostgreSQL (5 and 14 minutes for 2 million). Nothing else of them changes. Readers go
on meanwhile, writers wait. On PostgreSQL readers wait too for the last moments, while the index of figures is made anew:
a second for each 100,000 versions.
"""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from alembic import context, op
from alembic.util import CommandError
from sqlalchemy.dialects import postgresql

from app.catalogue.derived import DERIVATIONS, SOURCES
from app.catalogue.objects import ITEM

revision: str = "3f9d71c5b08e"
down_revision: str | None = "8b6e04d9a2c7"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PLAIN_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)
AT_ONCE = 2_000
# Computed by the code that writes versions: a copy here would be a second place for the rules.
NEW = (
    "legal_basis_count", "fee_count", "question_count", "completeness", "catalogue_completeness",
    "basic_completeness", "extended_completeness", "has_statutory_basis", "has_catch_all_material", "code_faults",
)  # fmt: skip
LOOKED_AT = frozenset(source for name in NEW for source in SOURCES[name])
OPEN = sa.text("superseded_in = 2147483647")
SPAN = ("valid_from", "valid_to", "superseded_in")
# What the shares of before look at stays in front, so that they are counted as fast as before.
OF_SHARES = (
    "department_code", "status", "task_type", "is_online", "onsite_visits", "cross_region_scope", "is_in_service_hall",
    "must_be_in_service_hall", "supports_deficiency_tolerance", "online_depths", "case_type",
    "accepts_at_comprehensive_window", "result_types", "result_is_e_licence",
)  # fmt: skip
OF_OTHERS = (
    "division_code", "statutory_limit_unit", "promised_limit_unit", "statutory_limit", "promised_limit",
    "material_count", "process_step_count",
)  # fmt: skip


def upgrade() -> None:
    if context.is_offline_mode():
        raise CommandError(f"{revision} 要读出内容再写回，不能只打印 SQL：请用 shixiang migrate 升级。")
    _verifications()
    _links()
    _rules()
    op.create_table(
        "import_file",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import_run.id"], name=op.f("fk_import_file_import_id")),
        sa.PrimaryKeyConstraint("import_id", "part", name=op.f("pk_import_file")),
    )
    op.create_table(
        "import_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("kinds", JSON, nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import_run.id"], name=op.f("fk_import_row_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
    )
    op.create_index("ix_import_row_import", "import_row", ["import_id", "outcome", "id"])
    op.add_column("import_problem", sa.Column("sheet", sa.Text()))
    with op.batch_alter_table("import_run") as runs:
        runs.add_column(sa.Column("account_id", sa.Integer(), nullable=True))
        runs.create_foreign_key(op.f("fk_import_run_account_id"), "account", ["account_id"], ["id"])
    _compute(op.get_bind())
    op.create_index(
        "ix_item_version_names",
        "item_version",
        ["department_code", "name", "superseded_in", "valid_to", "valid_from", "recorded_in", "id"],
    )
    op.drop_index("ix_item_version_figures", "item_version")
    _index("ix_item_version_figures", [*OF_SHARES, "completeness", *OF_OTHERS, *SPAN])
    op.execute("ANALYZE item_version")


def _index(name: str, columns: Sequence[str]) -> None:
    op.create_index(name, "item_version", columns, sqlite_where=OPEN, postgresql_where=OPEN)


def _verifications() -> None:
    op.create_table(
        "verification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=False),
        sa.Column("verified_at", TIME, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_in", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["catalogue_object.id"], name=op.f("fk_verification_item_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_verification_account_id")),
        sa.ForeignKeyConstraint(["recorded_in"], ["revision.number"], name=op.f("fk_verification_recorded_in")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification")),
    )
    op.create_index("ix_verification_item", "verification", ["item_id", "verified_on", "recorded_in"])
    op.create_index("ix_verification_recorded", "verification", ["recorded_in"])
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("verification_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("element", PLAIN_TEXT, nullable=False),
        sa.Column("value", PLAIN_TEXT, nullable=True),
        sa.Column("url", PLAIN_TEXT, nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("checker", sa.Text(), nullable=False),
        sa.Column("recorded_in", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["verification_id"], ["verification.id"], name=op.f("fk_evidence_verification_id")),
        sa.ForeignKeyConstraint(["item_id"], ["catalogue_object.id"], name=op.f("fk_evidence_item_id")),
        sa.ForeignKeyConstraint(["recorded_in"], ["revision.number"], name=op.f("fk_evidence_recorded_in")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index("ix_evidence_item", "evidence", ["item_id", "element", "recorded_in"])
    op.create_index("ix_evidence_verification", "evidence", ["verification_id"])


def _links() -> None:
    op.create_table(
        "link_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", PLAIN_TEXT, nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("is_alive", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_check")),
    )
    op.create_index("ix_link_check_url", "link_check", ["url", "checked_on"])
    op.create_table(
        "dead_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", PLAIN_TEXT, nullable=False),
        sa.Column("failing_since", sa.Date(), nullable=False),
        sa.Column("alive_since", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_in", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["recorded_in"], ["revision.number"], name=op.f("fk_dead_link_recorded_in")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_link")),
    )
    op.create_index("ix_dead_link_url", "dead_link", ["url", "superseded_in"])
    op.create_index("ix_dead_link_recorded", "dead_link", ["recorded_in"])
    op.create_index("ix_dead_link_superseded", "dead_link", ["superseded_in"])


def _rules() -> None:
    op.create_table(
        "quality_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", PLAIN_TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("body", JSON, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_quality_rule_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_rule")),
    )
    op.create_index("ix_quality_rule_key", "quality_rule", ["key", "id"])
    op.create_table(
        "exemption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", PLAIN_TEXT, nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("decision", PLAIN_TEXT, nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decider_account_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["catalogue_object.id"], name=op.f("fk_exemption_item_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_exemption_account_id")),
        sa.ForeignKeyConstraint(["decider_account_id"], ["account.id"], name=op.f("fk_exemption_decider_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemption")),
    )
    op.create_index("ix_exemption_item", "exemption", ["item_id", "rule"])
    op.create_index("ix_exemption_rule", "exemption", ["rule", "until"])


def _compute(connection: sa.Connection) -> None:
    table = ITEM.table
    of_key = table.c.version_id == sa.bindparam("key")
    compute = sa.update(table).where(of_key).values({name: sa.bindparam(f"new_{name}") for name in NEW})
    for rows in _portions(connection):
        contents = [(row.version_id, dict(row._mapping)) for row in rows]
        computed = [
            {"key": key, **{f"new_{name}": DERIVATIONS[name](content) for name in NEW}} for key, content in contents
        ]
        connection.execute(compute, computed)


def _portions(connection: sa.Connection) -> Iterator[Sequence[sa.Row[tuple[object, ...]]]]:
    """The versions in order of their key, some thousand at a time: what the table has by now of what is looked at."""
    columns, last = ITEM.table.c, 0
    present = {column["name"] for column in sa.inspect(connection).get_columns("item_version")}
    needed = (columns[name] for name in sorted(present & LOOKED_AT))
    chosen = sa.select(columns.version_id, *needed).order_by(columns.version_id)
    while rows := connection.execute(chosen.where(columns.version_id > last).limit(AT_ONCE)).all():
        yield rows
        last = rows[-1].version_id


def downgrade() -> None:
    """Who confirmed what is lost, and what was exempt; the log still tells of it."""
    op.drop_index("ix_item_version_figures", "item_version")
    _index("ix_item_version_figures", [*OF_SHARES, *OF_OTHERS, *SPAN])
    op.drop_index("ix_item_version_names", "item_version")
    with op.batch_alter_table("import_run") as runs:
        runs.drop_constraint(op.f("fk_import_run_account_id"), type_="foreignkey")
        runs.drop_column("account_id")
    op.drop_column("import_problem", "sheet")
    for table in (
        "import_file",
        "import_row",
        "exemption",
        "quality_rule",
        "dead_link",
        "link_check",
        "evidence",
        "verification",
    ):
        op.drop_table(table)
