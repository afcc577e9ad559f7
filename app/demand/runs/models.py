"""What the matcher found for a survey and with what, and what people judged of it; rows that are added, not changed."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from app.db import Json, PlainText, metadata
from app.jobs.models import Instant

# The weights of a re-ranker and calibrator, shipped or fitted to judgements; `fitted` says on what, and how well before
# and after. Those adopted last are in use; the shipped ones where none were.
matcher_weights = Table(
    "matcher_weights",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("checksum", PlainText, nullable=False, unique=True),
    Column("origin", PlainText, nullable=False),
    Column("content", Json, nullable=False),
    Column("fitted", Json),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("adopted_at", Instant),
)

# A thesaurus as it was when a run used it, so that the run can be repeated after it was edited.
matcher_thesaurus = Table(
    "matcher_thesaurus",
    metadata,
    Column("checksum", PlainText, primary_key=True),
    Column("content", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

# All that decides what a run finds. Its results are there once `ended_at` is; how far it is, its job says.
matching_run = Table(
    "matching_run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("survey_id", Integer, ForeignKey("survey.id"), nullable=False),
    Column("job_id", Integer, ForeignKey("job.id")),
    Column("within", PlainText, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("matcher_version", PlainText, nullable=False),
    Column("semantic_model", PlainText),
    Column("weights_id", Integer, ForeignKey("matcher_weights.id"), nullable=False),
    Column("thesaurus", PlainText, ForeignKey("matcher_thesaurus.checksum"), nullable=False),
    Column("parameters", Json, nullable=False),
    Column("by", Text, nullable=False),
    Column("account_id", Integer, ForeignKey("account.id")),
    Column("at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("summary", Json),
    Index("ix_matching_run_survey", "survey_id", "id"),
    Index("ix_matching_run_job", "job_id"),
)

# What a run found for a demand: its zone, how likely some item meets it, and the hits in order with their reasons, which
# quote neither text. One that could not be matched, as a redacted one, is to be reviewed and has no probability.
match_result = Table(
    "match_result",
    metadata,
    Column("run_id", Integer, ForeignKey("matching_run.id"), nullable=False),
    Column("demand_id", Integer, ForeignKey("demand.id"), nullable=False),
    Column("zone", PlainText, nullable=False),
    Column("probability", Float),
    Column("item_id", Integer, ForeignKey("catalogue_object.id")),
    Column("hits", Json, nullable=False),
    Column("remarks", Json, nullable=False),
    PrimaryKeyConstraint("run_id", "demand_id"),
    Index("ix_match_result_demand", "demand_id"),
    Index("ix_match_result_item", "item_id", "run_id"),
)

# What a person judged of a demand: that an item meets it, that it doesn't, that another one does, or that none does. It
# holds for every demand with the same normalised text about the lists of the same division; that none does, only as far as
# the lists that were looked at: those of a day (`as_of`) as known at a revision.
judgement = Table(
    "judgement",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("survey_id", Integer, ForeignKey("survey.id"), nullable=False),
    Column("demand_id", Integer, ForeignKey("demand.id"), nullable=False),
    Column("run_id", Integer, ForeignKey("matching_run.id")),
    Column("text_hash", PlainText, nullable=False),
    Column("within", PlainText, nullable=False),
    Column("verdict", PlainText, nullable=False),
    Column("item_id", Integer, ForeignKey("catalogue_object.id")),
    Column("note", Text),
    Column("judge", Text, nullable=False),
    Column("account_id", Integer, ForeignKey("account.id")),
    Column("at", Instant, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("matcher_version", PlainText),
    Column("is_redacted", Boolean, nullable=False),
    CheckConstraint("(verdict = 'unmet') = (item_id IS NULL)", name="item_of_verdict"),
    Index("ix_judgement_text", "within", "text_hash", "id"),
    Index("ix_judgement_survey", "survey_id", "id"),
)

# Vectors of texts by the optional semantic model: computed once for each text and model.
text_vector = Table(
    "text_vector",
    metadata,
    Column("text_hash", PlainText, nullable=False),
    Column("model", PlainText, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    PrimaryKeyConstraint("text_hash", "model"),
)
