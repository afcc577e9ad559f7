"""Change sets and their entries: the only way published content is written."""

from sqlalchemy import Column, Date, DateTime, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from app.db import Json, metadata

change_set = Table(
    "change_set",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("reason", Text),
    Column("document_number", Text),
    Column("effective_on", Date, nullable=False),
    Column("status", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("submitted_by", Text),
    Column("submitted_at", DateTime(timezone=True)),
    Column("approved_by", Text),
    Column("revision", Integer, ForeignKey("revision.number")),
)

# `old` and `new` are the patch: the fields with their values on the first day, as they were when the entry was made.
entry = Table(
    "entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("change_set_id", Integer, ForeignKey("change_set.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("object", Text, nullable=False),
    Column("object_id", Integer, ForeignKey("catalogue_object.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("old", Json),
    Column("new", Json),
    Column("effective_on", Date, nullable=False),
    Column("until", Date),
    Column("base_revision", Integer, nullable=False),
    UniqueConstraint("change_set_id", "position"),
    Index("ix_entry_object", "change_set_id", "object", "object_id", "position"),
    Index("ix_entry_code", "change_set_id", "object", "kind", "code"),
)
