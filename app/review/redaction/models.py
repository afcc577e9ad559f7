"""What was made unreadable: who asked for it and why, who carried it out, in which revision."""

from sqlalchemy import Column, DateTime, ForeignKey, Integer, Table, Text

from app.db import Json, PlainText, metadata

# Until a second person has carried it out, `second`, `done_at`, `revision` and `hashes` are null. `hashes` holds one of
# each old text: slow ones, since a telephone number would soon be found by trying them all.
redaction = Table(
    "redaction",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("object", PlainText, nullable=False),
    Column("object_id", Integer, ForeignKey("catalogue_object.id"), nullable=False),
    Column("code", PlainText, nullable=False),
    Column("field", PlainText, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("second", Text),
    Column("second_account_id", Integer, ForeignKey("account.id")),
    Column("done_at", DateTime(timezone=True)),
    Column("revision", Integer, ForeignKey("revision.number"), index=True),
    Column("hashes", Json),
)
