"""surveys and matching

New tables only: nothing of what is there changes, whatever its size.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "eea550f81b0a"
down_revision: str | None = "5e1f93c07ab4"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PLAIN_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _surveys()
    _responses()
    _matcher()
    _runs()
    _judgements()


def _surveys() -> None:
    op.create_table(
        "survey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("division_code", PLAIN_TEXT, nullable=False),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("held_from", sa.Date(), nullable=True),
        sa.Column("held_to", sa.Date(), nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("design", JSON, nullable=False),
        sa.Column("questionnaire", JSON, nullable=False),
        sa.Column("published", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("held_from <= held_to", name=op.f("ck_survey_held_order")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_survey_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
    )
    op.create_table(
        "survey_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("kind", PLAIN_TEXT, nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report", JSON, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_survey_import_account_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_survey_import_survey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_import")),
    )
    op.create_index("ix_survey_import_survey", "survey_import", ["survey_id", "id"])


def _responses() -> None:
    op.create_table(
        "response",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("number", PLAIN_TEXT, nullable=False),
        sa.Column("stratum", PLAIN_TEXT, nullable=True),
        sa.Column("size", PLAIN_TEXT, nullable=True),
        sa.Column("industry", PLAIN_TEXT, nullable=True),
        sa.Column("ownership", PLAIN_TEXT, nullable=True),
        sa.Column("zone", PLAIN_TEXT, nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["survey_import.id"], name=op.f("fk_response_import_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_response_survey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint("survey_id", "number", name=op.f("uq_response_survey_id_number")),
    )
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("question", PLAIN_TEXT, nullable=False),
        sa.Column("choice", PLAIN_TEXT, nullable=False),
        sa.Column("number", sa.Float(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("is_redacted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name=op.f("fk_answer_response_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("response_id", "question", "choice", name=op.f("uq_answer_response_id_question_choice")),
    )
    op.create_index("ix_answer_question", "answer", ["question", "response_id"])
    op.create_table(
        "demand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=True),
        sa.Column("question", PLAIN_TEXT, nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("text_hash", PLAIN_TEXT, nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("part_of", sa.Integer(), nullable=True),
        sa.Column("is_split", sa.Boolean(), nullable=False),
        sa.Column("is_redacted", sa.Boolean(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("weight > 0", name=op.f("ck_demand_weight_positive")),
        sa.ForeignKeyConstraint(["import_id"], ["survey_import.id"], name=op.f("fk_demand_import_id")),
        sa.ForeignKeyConstraint(["part_of"], ["demand.id"], name=op.f("fk_demand_part_of")),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name=op.f("fk_demand_response_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_demand_survey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand")),
        sa.UniqueConstraint("survey_id", "number", name=op.f("uq_demand_survey_id_number")),
    )
    op.create_index("ix_demand_part_of", "demand", ["part_of"])
    op.create_index("ix_demand_response", "demand", ["response_id"])
    op.create_index("ix_demand_text_hash", "demand", ["text_hash"])


def _matcher() -> None:
    op.create_table(
        "matcher_weights",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checksum", PLAIN_TEXT, nullable=False),
        sa.Column("origin", PLAIN_TEXT, nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("fitted", JSON, nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matcher_weights")),
        sa.UniqueConstraint("checksum", name=op.f("uq_matcher_weights_checksum")),
    )
    op.create_table(
        "matcher_thesaurus",
        sa.Column("checksum", PLAIN_TEXT, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("checksum", name=op.f("pk_matcher_thesaurus")),
    )
    op.create_table(
        "text_vector",
        sa.Column("text_hash", PLAIN_TEXT, nullable=False),
        sa.Column("model", PLAIN_TEXT, nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("text_hash", "model", name=op.f("pk_text_vector")),
    )


def _runs() -> None:
    op.create_table(
        "matching_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("within", PLAIN_TEXT, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("matcher_version", PLAIN_TEXT, nullable=False),
        sa.Column("semantic_model", PLAIN_TEXT, nullable=True),
        sa.Column("weights_id", sa.Integer(), nullable=False),
        sa.Column("thesaurus", PLAIN_TEXT, nullable=False),
        sa.Column("parameters", JSON, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary", JSON, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_matching_run_account_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_matching_run_job_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_matching_run_survey_id")),
        sa.ForeignKeyConstraint(["thesaurus"], ["matcher_thesaurus.checksum"], name=op.f("fk_matching_run_thesaurus")),
        sa.ForeignKeyConstraint(["weights_id"], ["matcher_weights.id"], name=op.f("fk_matching_run_weights_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matching_run")),
    )
    op.create_index("ix_matching_run_job", "matching_run", ["job_id"])
    op.create_index("ix_matching_run_survey", "matching_run", ["survey_id", "id"])
    op.create_table(
        "match_result",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("zone", PLAIN_TEXT, nullable=False),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("hits", JSON, nullable=False),
        sa.Column("remarks", JSON, nullable=False),
        sa.ForeignKeyConstraint(["demand_id"], ["demand.id"], name=op.f("fk_match_result_demand_id")),
        sa.ForeignKeyConstraint(["item_id"], ["catalogue_object.id"], name=op.f("fk_match_result_item_id")),
        sa.ForeignKeyConstraint(["run_id"], ["matching_run.id"], name=op.f("fk_match_result_run_id")),
        sa.PrimaryKeyConstraint("run_id", "demand_id", name=op.f("pk_match_result")),
    )
    op.create_index("ix_match_result_demand", "match_result", ["demand_id"])
    op.create_index("ix_match_result_item", "match_result", ["item_id", "run_id"])


def _judgements() -> None:
    op.create_table(
        "judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("text_hash", PLAIN_TEXT, nullable=False),
        sa.Column("within", PLAIN_TEXT, nullable=False),
        sa.Column("verdict", PLAIN_TEXT, nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("judge", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("matcher_version", PLAIN_TEXT, nullable=True),
        sa.Column("is_redacted", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(verdict = 'unmet') = (item_id IS NULL)", name=op.f("ck_judgement_item_of_verdict")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_judgement_account_id")),
        sa.ForeignKeyConstraint(["demand_id"], ["demand.id"], name=op.f("fk_judgement_demand_id")),
        sa.ForeignKeyConstraint(["item_id"], ["catalogue_object.id"], name=op.f("fk_judgement_item_id")),
        sa.ForeignKeyConstraint(["run_id"], ["matching_run.id"], name=op.f("fk_judgement_run_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_judgement_survey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgement")),
    )
    op.create_index("ix_judgement_survey", "judgement", ["survey_id", "id"])
    op.create_index("ix_judgement_text", "judgement", ["within", "text_hash", "id"])


def downgrade() -> None:
    op.drop_table("judgement")
    op.drop_table("match_result")
    op.drop_table("matching_run")
    op.drop_table("text_vector")
    op.drop_table("matcher_thesaurus")
    op.drop_table("matcher_weights")
    op.drop_table("demand")
    op.drop_table("answer")
    op.drop_table("response")
    op.drop_table("survey_import")
    op.drop_table("survey")
