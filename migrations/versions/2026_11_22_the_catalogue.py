"""the catalogue

The first migration makes every table, so there are no rows yet and nothing waits.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "42508668d8aa"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


VERSION_TABLES = ("item_version", "department_version", "window_version", "basic_item_version")

# No two versions of one object may hold on the same day by what was known at the same revision. PostgreSQL needs a
# range of integers, since there is no GiST operator for `=` on integers without an extension.
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


def hold_one_truth() -> None:
    statement = EXCLUSION if op.get_bind().dialect.name == "postgresql" else TRIGGER
    for table in VERSION_TABLES:
        op.execute(statement.format(table=table))


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_key_digest")),
    )
    op.create_table(
        "catalogue_object",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_object")),
    )
    op.create_table(
        "division",
        sa.Column("code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("successor_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("code", "valid_from", name=op.f("pk_division")),
    )
    op.create_table(
        "revision",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("change_set", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_revision")),
    )
    op.create_index(op.f("ix_revision_published_at"), "revision", ["published_at"], unique=False)
    op.create_table(
        "basic_item_version",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("made_in", sa.Integer(), nullable=False),
        sa.Column("recorded_in", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=False),
        sa.Column("catalog_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("local_catalog_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("task_type", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column(
            "legal_basis", sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column("use_levels", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("status", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("central_department", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("has_sub_items", sa.Boolean(), nullable=True),
        sa.Column("in_national_catalogue", sa.Boolean(), nullable=True),
        sa.Column("parent_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("main_item_name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.CheckConstraint("recorded_in < superseded_in", name=op.f("ck_basic_item_version_recorded_order")),
        sa.CheckConstraint("valid_from < valid_to", name=op.f("ck_basic_item_version_valid_order")),
        sa.ForeignKeyConstraint(["id"], ["catalogue_object.id"], name=op.f("fk_basic_item_version_id")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_basic_item_version")),
    )
    op.create_index("ix_basic_item_version_catalog_code", "basic_item_version", ["catalog_code", "id"], unique=False)
    op.create_index("ix_basic_item_version_history", "basic_item_version", ["id", "recorded_in"], unique=False)
    op.create_index("ix_basic_item_version_recorded", "basic_item_version", ["recorded_in"], unique=False)
    op.create_index(
        "ux_basic_item_version_now",
        "basic_item_version",
        ["id", "valid_from"],
        unique=True,
        sqlite_where=sa.text("superseded_in = 2147483647"),
        postgresql_where=sa.text("superseded_in = 2147483647"),
    )
    op.create_table(
        "change_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["revision"], ["revision.number"], name=op.f("fk_change_set_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_set")),
    )
    op.create_table(
        "department_version",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("made_in", sa.Integer(), nullable=False),
        sa.Column("recorded_in", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("division_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("nature", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("short_name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("successor_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.CheckConstraint("recorded_in < superseded_in", name=op.f("ck_department_version_recorded_order")),
        sa.CheckConstraint("valid_from < valid_to", name=op.f("ck_department_version_valid_order")),
        sa.ForeignKeyConstraint(["id"], ["catalogue_object.id"], name=op.f("fk_department_version_id")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_department_version")),
    )
    op.create_index("ix_department_version_code", "department_version", ["code", "id"], unique=False)
    op.create_index("ix_department_version_history", "department_version", ["id", "recorded_in"], unique=False)
    op.create_index("ix_department_version_recorded", "department_version", ["recorded_in"], unique=False)
    op.create_index(
        "ux_department_version_now",
        "department_version",
        ["id", "valid_from"],
        unique=True,
        sqlite_where=sa.text("superseded_in = 2147483647"),
        postgresql_where=sa.text("superseded_in = 2147483647"),
    )
    op.create_table(
        "item_version",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("made_in", sa.Integer(), nullable=False),
        sa.Column("recorded_in", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("division_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("department_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("aliases", sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("record_guid", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("item_guid", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("catalog_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("local_catalog_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("task_type", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column(
            "legal_basis", sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column("setting_level", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("central_department", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("in_national_catalogue", sa.Boolean(), nullable=True),
        sa.Column("parent_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("main_item_name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("national_catalog_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("national_task_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column(
            "national_handling_item_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("national_name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("task_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("local_task_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("handling_item_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("power_source", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("use_level", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("status", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("department_nature", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("entrusting_department", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("statutory_limit", sa.Integer(), nullable=True),
        sa.Column("statutory_limit_unit", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("statutory_limit_note", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("promised_limit", sa.Integer(), nullable=True),
        sa.Column("promised_limit_unit", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("promised_limit_note", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("acceptance_conditions", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("process", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("is_fee", sa.Boolean(), nullable=True),
        sa.Column("fee_basis", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("service_objects", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("case_type", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("handling_channels", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("onsite_visits", sa.Integer(), nullable=True),
        sa.Column("special_procedures", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("service_location", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("service_hours", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("consultation_contact", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("complaint_contact", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("pc_single_sign_on", sa.Boolean(), nullable=True),
        sa.Column("mobile_single_sign_on", sa.Boolean(), nullable=True),
        sa.Column("online_url", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("mobile_url", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("is_online", sa.Boolean(), nullable=True),
        sa.Column("online_depths", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("online_level", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("online_handling_url", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("onsite_reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("offline_reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("is_in_service_hall", sa.Boolean(), nullable=True),
        sa.Column("must_be_in_service_hall", sa.Boolean(), nullable=True),
        sa.Column("accepts_at_comprehensive_window", sa.Boolean(), nullable=True),
        sa.Column("service_hall_kind", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("not_in_hall_reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("service_hall_name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("cross_region_scope", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("cross_region_mode", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column(
            "cross_region", sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column("supports_appointment", sa.Boolean(), nullable=True),
        sa.Column("supports_online_payment", sa.Boolean(), nullable=True),
        sa.Column("supports_express", sa.Boolean(), nullable=True),
        sa.Column("supports_self_service", sa.Boolean(), nullable=True),
        sa.Column("quantity_limit", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("joint_departments", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("intermediary_services", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("result_types", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("result_name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("result_sample", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("natural_person_themes", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("legal_person_themes", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column(
            "natural_person_local_themes", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "legal_person_local_themes", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("township_name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("township_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("village_name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("village_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("supports_notification_commitment", sa.Boolean(), nullable=True),
        sa.Column("supports_deficiency_tolerance", sa.Boolean(), nullable=True),
        sa.Column("correction_limit", sa.Integer(), nullable=True),
        sa.Column("correction_method", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("four_handle_types", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("service_channels", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("result_is_e_licence", sa.Boolean(), nullable=True),
        sa.Column("result_e_licence_name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("result_e_licence_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("result_delivery", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("reconsideration_body", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("reconsideration_phone", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column(
            "reconsideration_address", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("litigation_body", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("litigation_phone", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("litigation_address", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("applicant_rights", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("applicant_duties", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("is_classified", sa.Boolean(), nullable=True),
        sa.Column("licensing_category", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("grant_conditions", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column(
            "grant_conditions_basis", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("procedure_basis", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("licence_name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("licence_validity", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("licence_validity_unit", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column(
            "licence_validity_basis", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("renewal_requirements", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("licence_territory", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column(
            "licence_territory_basis", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("has_quantity_limit", sa.Boolean(), nullable=True),
        sa.Column("quantity_limit_basis", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column(
            "quantity_limit_publication", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("quantity_limit_period", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("has_annual_inspection", sa.Boolean(), nullable=True),
        sa.Column(
            "annual_inspection_basis", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "annual_inspection_period", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("annual_inspection_needs_materials", sa.Boolean(), nullable=True),
        sa.Column("annual_inspection_is_charged", sa.Boolean(), nullable=True),
        sa.Column("has_annual_report", sa.Boolean(), nullable=True),
        sa.Column("annual_report_period", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column(
            "annual_report_materials", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("has_intermediary_service", sa.Boolean(), nullable=True),
        sa.Column(
            "intermediary_service_name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "intermediary_service_basis", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "intermediary_service_body", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "intermediary_service_fee_nature",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("needs_site_inspection", sa.Boolean(), nullable=True),
        sa.Column("needs_hearing", sa.Boolean(), nullable=True),
        sa.Column("needs_bidding", sa.Boolean(), nullable=True),
        sa.Column("needs_testing", sa.Boolean(), nullable=True),
        sa.Column("needs_appraisal", sa.Boolean(), nullable=True),
        sa.Column("needs_expert_review", sa.Boolean(), nullable=True),
        sa.Column("needs_public_notice", sa.Boolean(), nullable=True),
        sa.Column(
            "materials", sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column("material_count", sa.Integer(), nullable=True),
        sa.Column("deferrable_material_count", sa.Integer(), nullable=True),
        sa.Column("fees", sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column(
            "questions", sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column(
            "process_steps", sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column("process_step_count", sa.Integer(), nullable=True),
        sa.Column("windows", sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.CheckConstraint("recorded_in < superseded_in", name=op.f("ck_item_version_recorded_order")),
        sa.CheckConstraint("valid_from < valid_to", name=op.f("ck_item_version_valid_order")),
        sa.ForeignKeyConstraint(["id"], ["catalogue_object.id"], name=op.f("fk_item_version_id")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_item_version")),
    )
    op.create_index("ix_item_version_catalog_code", "item_version", ["catalog_code"], unique=False)
    op.create_index("ix_item_version_code", "item_version", ["code", "id"], unique=False)
    op.create_index(
        "ix_item_version_code_order",
        "item_version",
        ["code", "id", "valid_from", "valid_to", "superseded_in", "division_code"],
        unique=False,
        sqlite_where=sa.text("superseded_in = 2147483647"),
        postgresql_where=sa.text("superseded_in = 2147483647"),
    )
    op.create_index(
        "ix_item_version_division",
        "item_version",
        ["division_code", "code", "id", "valid_from", "valid_to", "superseded_in"],
        unique=False,
        sqlite_where=sa.text("superseded_in = 2147483647"),
        postgresql_where=sa.text("superseded_in = 2147483647"),
    )
    op.create_index(
        "ix_item_version_figures",
        "item_version",
        [
            "department_code",
            "status",
            "task_type",
            "is_online",
            "onsite_visits",
            "cross_region_scope",
            "is_in_service_hall",
            "must_be_in_service_hall",
            "supports_deficiency_tolerance",
            "online_depths",
            "case_type",
            "accepts_at_comprehensive_window",
            "result_types",
            "result_is_e_licence",
            "division_code",
            "statutory_limit_unit",
            "promised_limit_unit",
            "statutory_limit",
            "promised_limit",
            "material_count",
            "process_step_count",
            "valid_from",
            "valid_to",
            "superseded_in",
        ],
        unique=False,
        sqlite_where=sa.text("superseded_in = 2147483647"),
        postgresql_where=sa.text("superseded_in = 2147483647"),
    )
    op.create_index("ix_item_version_history", "item_version", ["id", "recorded_in"], unique=False)
    op.create_index(
        "ix_item_version_list",
        "item_version",
        [
            "department_code",
            "task_type",
            "is_online",
            "code",
            "id",
            "valid_from",
            "valid_to",
            "recorded_in",
            "superseded_in",
            "status",
        ],
        unique=False,
    )
    op.create_index("ix_item_version_recorded", "item_version", ["recorded_in"], unique=False)
    op.create_index(
        "ux_item_version_now",
        "item_version",
        ["id", "valid_from"],
        unique=True,
        sqlite_where=sa.text("superseded_in = 2147483647"),
        postgresql_where=sa.text("superseded_in = 2147483647"),
    )
    op.create_table(
        "window_version",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("made_in", sa.Integer(), nullable=False),
        sa.Column("recorded_in", sa.Integer(), nullable=False),
        sa.Column("superseded_in", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("department_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("hall_name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("address", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("hours", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("phone", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("is_comprehensive", sa.Boolean(), nullable=True),
        sa.CheckConstraint("recorded_in < superseded_in", name=op.f("ck_window_version_recorded_order")),
        sa.CheckConstraint("valid_from < valid_to", name=op.f("ck_window_version_valid_order")),
        sa.ForeignKeyConstraint(["id"], ["catalogue_object.id"], name=op.f("fk_window_version_id")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_window_version")),
    )
    op.create_index("ix_window_version_code", "window_version", ["code", "id"], unique=False)
    op.create_index("ix_window_version_history", "window_version", ["id", "recorded_in"], unique=False)
    op.create_index("ix_window_version_recorded", "window_version", ["recorded_in"], unique=False)
    op.create_index(
        "ux_window_version_now",
        "window_version",
        ["id", "valid_from"],
        unique=True,
        sqlite_where=sa.text("superseded_in = 2147483647"),
        postgresql_where=sa.text("superseded_in = 2147483647"),
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_set_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("old", sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("new", sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["change_set_id"], ["change_set.id"], name=op.f("fk_entry_change_set_id")),
        sa.ForeignKeyConstraint(["object_id"], ["catalogue_object.id"], name=op.f("fk_entry_object_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("change_set_id", "position", name=op.f("uq_entry_change_set_id_position")),
    )
    op.create_index("ix_entry_code", "entry", ["change_set_id", "object", "kind", "code"], unique=False)
    op.create_index("ix_entry_object", "entry", ["change_set_id", "object", "object_id", "position"], unique=False)
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report", sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("change_set", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["change_set"], ["change_set.id"], name=op.f("fk_import_run_change_set")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_table(
        "import_problem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("column", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("message_zh", sa.Text(), nullable=False),
        sa.Column("message_en", sa.Text(), nullable=False),
        sa.Column("suggestion", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import_run.id"], name=op.f("fk_import_problem_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_problem")),
    )
    op.create_index("ix_import_problem_import", "import_problem", ["import_id", "severity", "id"], unique=False)
    hold_one_truth()


def downgrade() -> None:
    op.drop_index("ix_import_problem_import", table_name="import_problem")
    op.drop_table("import_problem")
    op.drop_table("import_run")
    op.drop_index("ix_entry_object", table_name="entry")
    op.drop_index("ix_entry_code", table_name="entry")
    op.drop_table("entry")
    op.drop_index(
        "ux_window_version_now",
        table_name="window_version",
        sqlite_where=sa.text("superseded_in = 2147483647"),
        postgresql_where=sa.text("superseded_in = 2147483647"),
    )
    op.drop_index("ix_window_version_recorded", table_name="window_version")
    op.drop_index("ix_window_version_history", table_name="window_version")
    op.drop_index("ix_window_version_code", table_name="window_version")
    op.drop_table("window_version")
    op.drop_index(
        "ux_item_version_now",
        table_name="item_version",
        sqlite_where=sa.text("superseded_in = 2147483647"),
        postgresql_where=sa.text("superseded_in = 2147483647"),
    )
    op.drop_index("ix_item_version_recorded", table_name="item_version")
    op.drop_index("ix_item_version_list", table_name="item_version")
    op.drop_index("ix_item_version_history", table_name="item_version")
    op.drop_index(
        "ix_item_version_figures",
        table_name="item_version",
        sqlite_where=sa.text("superseded_in = 2147483647"),
        postgresql_where=sa.text("superseded_in = 2147483647"),
    )
    op.drop_index(
        "ix_item_version_division",
        table_name="item_version",
        sqlite_where=sa.text("superseded_in = 2147483647"),
        postgresql_where=sa.text("superseded_in = 2147483647"),
    )
    op.drop_index(
        "ix_item_version_code_order",
        table_name="item_version",
        sqlite_where=sa.text("superseded_in = 2147483647"),
        postgresql_where=sa.text("superseded_in = 2147483647"),
    )
    op.drop_index("ix_item_version_code", table_name="item_version")
    op.drop_index("ix_item_version_catalog_code", table_name="item_version")
    op.drop_table("item_version")
    op.drop_index(
        "ux_department_version_now",
        table_name="department_version",
        sqlite_where=sa.text("superseded_in = 2147483647"),
        postgresql_where=sa.text("superseded_in = 2147483647"),
    )
    op.drop_index("ix_department_version_recorded", table_name="department_version")
    op.drop_index("ix_department_version_history", table_name="department_version")
    op.drop_index("ix_department_version_code", table_name="department_version")
    op.drop_table("department_version")
    op.drop_table("change_set")
    op.drop_index(
        "ux_basic_item_version_now",
        table_name="basic_item_version",
        sqlite_where=sa.text("superseded_in = 2147483647"),
        postgresql_where=sa.text("superseded_in = 2147483647"),
    )
    op.drop_index("ix_basic_item_version_recorded", table_name="basic_item_version")
    op.drop_index("ix_basic_item_version_history", table_name="basic_item_version")
    op.drop_index("ix_basic_item_version_catalog_code", table_name="basic_item_version")
    op.drop_table("basic_item_version")
    op.drop_index(op.f("ix_revision_published_at"), table_name="revision")
    op.drop_table("revision")
    op.drop_table("division")
    op.drop_table("catalogue_object")
    op.drop_table("api_key")
