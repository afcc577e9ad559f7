"""Surveys with their questionnaires, the responses without names or contacts, and the demands taken from them."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from app.db import Json, PlainText, metadata
from app.jobs.models import Instant

# Who is asked, when and what. `division_code` is whose lists are meant to meet the demands. `design` has the strata with
# their planned sizes, `questionnaire` the questions as they are asked, `published` the counts and shares of a survey of
# which no single responses are known. `version` counts the edits.
survey = Table(
    "survey",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("division_code", PlainText, nullable=False),
    Column("area", Text),
    Column("held_from", Date),
    Column("held_to", Date),
    Column("about", Text),
    Column("source", Text),
    Column("is_synthetic", Boolean, nullable=False),
    Column("design", Json, nullable=False),
    Column("questionnaire", Json, nullable=False),
    Column("published", Json, nullable=False),
    Column("version", Integer, nullable=False),
    Column("by", Text, nullable=False),
    Column("account_id", Integer, ForeignKey("account.id")),
    Column("at", Instant, nullable=False),
    CheckConstraint("held_from <= held_to", name="held_order"),
)

# A file of responses or demands that was taken in.
survey_import = Table(
    "survey_import",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("survey_id", Integer, ForeignKey("survey.id"), nullable=False),
    Column("kind", PlainText, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("mapping", Text),
    Column("by", Text, nullable=False),
    Column("account_id", Integer, ForeignKey("account.id")),
    Column("at", Instant, nullable=False),
    Column("report", Json, nullable=False),
    Index("ix_survey_import_survey", "survey_id", "id"),
)

# One enterprise that answered. `number` is what the researchers call it, never its name. What it did not state is null.
response = Table(
    "response",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("survey_id", Integer, ForeignKey("survey.id"), nullable=False),
    Column("number", PlainText, nullable=False),
    Column("stratum", PlainText),
    Column("size", PlainText),
    Column("industry", PlainText),
    Column("ownership", PlainText),
    Column("zone", PlainText),
    Column("answered_on", Date),
    Column("import_id", Integer, ForeignKey("survey_import.id")),
    UniqueConstraint("survey_id", "number"),
)

# What it answered: of a choice a row for each option chosen (with what was written beside it in `text`), else a number or
# a text, and no `choice`, which is then empty. A question without a row was not answered. A redacted text is null, and `is_redacted`.
answer = Table(
    "answer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("response_id", Integer, ForeignKey("response.id"), nullable=False),
    Column("question", PlainText, nullable=False),
    Column("choice", PlainText, nullable=False),
    Column("number", Float),
    Column("text", Text),
    Column("is_redacted", Boolean, nullable=False),
    UniqueConstraint("response_id", "question", "choice"),
    Index("ix_answer_question", "question", "response_id"),
)

# What is asked for, in the words of who asked. `weight` is how many enterprises ask for it; `number` counts within the
# survey. `text_hash` is of the normalised text. One that was split has parts, which stand in its place.
demand = Table(
    "demand",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("survey_id", Integer, ForeignKey("survey.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("response_id", Integer, ForeignKey("response.id")),
    Column("question", PlainText),
    Column("text", Text),
    Column("text_hash", PlainText, nullable=False),
    Column("weight", Integer, nullable=False),
    Column("part_of", Integer, ForeignKey("demand.id")),
    Column("is_split", Boolean, nullable=False),
    Column("is_redacted", Boolean, nullable=False),
    Column("import_id", Integer, ForeignKey("survey_import.id")),
    UniqueConstraint("survey_id", "number"),
    CheckConstraint("weight > 0", name="weight_positive"),
    Index("ix_demand_text_hash", "text_hash"),
    Index("ix_demand_response", "response_id"),
    Index("ix_demand_part_of", "part_of"),
)
