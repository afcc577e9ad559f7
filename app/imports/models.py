"""What an import found: its report, the problems row by row, and the workbook that was uploaded."""

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from app.db import Json, metadata

import_run = Table(
    "import_run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file_name", Text, nullable=False),
    Column("mapping", Text),
    Column("effective_on", Date, nullable=False),
    Column("status", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("account_id", Integer, ForeignKey("account.id")),  # Whose the upload is; of a key, who made it.
    Column("at", DateTime(timezone=True), nullable=False),
    Column("report", Json, nullable=False),
    Column("change_set", Integer, ForeignKey("change_set.id")),
)

import_problem = Table(
    "import_problem",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("import_id", Integer, ForeignKey("import_run.id"), nullable=False),
    Column("severity", Text, nullable=False),
    Column("sheet", Text),
    Column("row", Integer),
    Column("column", Text),
    Column("value", Text),
    Column("code", Text),
    Column("rule", Text, nullable=False),
    Column("message_zh", Text, nullable=False),
    Column("message_en", Text, nullable=False),
    Column("suggestion", Text),
    Index("ix_import_problem_import", "import_id", "severity", "id"),
)

# What each row would do, or did, but for those that change nothing: the elements from what to what, as a clerk reads them.
import_row = Table(
    "import_row",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("import_id", Integer, ForeignKey("import_run.id"), nullable=False),
    Column("row", Integer, nullable=False),
    Column("code", Text),
    Column("name", Text),
    Column("outcome", Text, nullable=False),
    Column("kinds", Json, nullable=False),
    Column("changes", Json, nullable=False),
    Index("ix_import_row_import", "import_id", "outcome", "id"),
)

# The workbook as it was uploaded, in parts that fit into memory, so that it can be given back with what is wrong marked.
import_file = Table(
    "import_file",
    metadata,
    Column("import_id", Integer, ForeignKey("import_run.id"), nullable=False),
    Column("part", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("import_id", "part"),
)
