"""What was reported, and which report of a month took the place of which."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, Table, Text, text

from app.cases.elements import COUNTS, ELEMENTS
from app.catalogue.element import COLUMN_TYPES
from app.catalogue.verification import takes_revisions
from app.db import Json, PlainText, metadata
from app.jobs.models import Instant

OPEN = "superseded_in = 2147483647"
SLOT = ("item_id", "month", "channel")
KEY = (*SLOT, "business_kind")  # Of each, one row stands at most.

# One file of counts that was taken in: who reported it, when, and why where it restates what stood. Or the undoing of
# one, which says whose file it `undoes`.
case_import = Table(
    "case_import",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file_name", Text, nullable=False),
    Column("reason", Text),
    Column("by", Text, nullable=False),
    Column("account_id", Integer, ForeignKey("account.id")),
    Column("at", Instant, nullable=False),
    Column("recorded_in", Integer, ForeignKey("revision.number"), nullable=False, unique=True),
    Column("report", Json, nullable=False),
    Column("undoes", Integer, ForeignKey("case_import.id")),
    Index("ux_case_import_undoes", "undoes", unique=True),
)

# The counts of an item, month and channel, as known at recorded_in ≤ revision < superseded_in. Nothing of a row changes
# but its end. `business_kind` is empty for the item as a whole. `month` is 2024-06, `last_day` the last day of it. What
# stands again since a later report was undone is written by the undoing; `restores` is the report that said it.
case_count = Table(
    "case_count",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_id", Integer, ForeignKey("catalogue_object.id"), nullable=False),
    Column("month", PlainText, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("channel", PlainText, nullable=False),
    Column("business_kind", PlainText, nullable=False),
    *(Column(name, COLUMN_TYPES[ELEMENTS[name].kind], nullable=name != "accepted") for name in COUNTS),
    Column("import_id", Integer, ForeignKey("case_import.id"), nullable=False),
    Column("restores", Integer, ForeignKey("case_import.id")),
    Column("recorded_in", Integer, ForeignKey("revision.number"), nullable=False),
    Column("superseded_in", Integer, nullable=False),
    CheckConstraint("recorded_in < superseded_in", name="recorded_order"),
    Index(
        "ux_case_count_now",
        *KEY,
        unique=True,
        sqlite_where=text(OPEN),
        postgresql_where=text(OPEN),
    ),
    Index("ix_case_count_month", "month", "superseded_in"),
    Index("ix_case_count_item", "item_id", "month"),
    Index("ix_case_count_recorded", "recorded_in"),
    Index("ix_case_count_superseded", "superseded_in"),
    Index("ix_case_count_import", "import_id"),
    Index("ix_case_count_restores", "restores"),
)

takes_revisions(case_count.c.recorded_in)
