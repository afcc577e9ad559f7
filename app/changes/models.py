"""Change sets and their entries, the only way published content is written; redactions, the only way it is overwritten."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from app.db import Json, PlainText, metadata

# `edition` counts how often the cover and the entries were changed, so that nobody approves others than were read.
# `undoes` names the change set that this one reverses, `second_person` says of a published one whether somebody else
# approved it.
change_set = Table(
    "change_set",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("reason", Text),
    Column("document_number", Text),
    Column("effective_on", Date, nullable=False),
    Column("retroactive", Boolean, nullable=False, server_default=false()),
    Column("status", Text, nullable=False),
    Column("edition", Integer, nullable=False, server_default=text("1")),
    Column("author", Text, nullable=False),
    Column("author_account", Integer, ForeignKey("account.id")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("submitted_by", Text),
    Column("submitted_at", DateTime(timezone=True)),
    Column("approved_by", Text),
    Column("second_person", Boolean),
    Column("undoes", Integer, ForeignKey("change_set.id")),
    Column("revision", Integer, ForeignKey("revision.number")),
)

# `old` and `new` are the patch: the fields with their values on the first day, as they were when the entry was made.
# `effect` is what the law does with it, `kind` what the bureau calls that: a split cancels one item and creates others,
# whose entries name it among their `predecessors` and stand in one `act`. Department and division are those of the
# object on the first day, for who may draft and approve; of what is delegated the department that gives it away.
entry = Table(
    "entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("change_set_id", Integer, ForeignKey("change_set.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("act", Integer, nullable=False),
    Column("object", Text, nullable=False),
    Column("object_id", Integer, ForeignKey("catalogue_object.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("effect", PlainText, nullable=False),
    Column("code", Text, nullable=False),
    Column("department_code", PlainText),
    Column("division_code", PlainText),
    Column("old", Json),
    Column("new", Json),
    Column("predecessors", Json),
    Column("effective_on", Date, nullable=False),
    Column("until", Date),
    Column("base_revision", Integer, nullable=False),
    UniqueConstraint("change_set_id", "position"),
    Index("ix_entry_object", "change_set_id", "object", "object_id", "position"),
    Index("ix_entry_code", "change_set_id", "object", "kind", "code"),
    Index("ix_entry_of_object", "object_id", "change_set_id"),
)

# What people did with a change set, in order; a comment on an entry names its position.
change_set_event = Table(
    "change_set_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("change_set_id", Integer, ForeignKey("change_set.id"), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", Text, nullable=False),
    Column("account_id", Integer, ForeignKey("account.id")),
    Column("action", PlainText, nullable=False),
    Column("comment", Text),
    Column("position", Integer),
    Index("ix_change_set_event_change_set", "change_set_id", "id"),
)

# What was made unreadable: who asked for it and why, who carried it out, in which revision, which says nothing else.
# Until a second person has, `second`, `done_at`, `revision` and `hashes` are null. `hashes` holds one of the old texts
# together: a slow one, since a telephone number would soon be found by trying them all.
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

# The objects of one that was carried out, as the feed tells them: the one that was asked for first, then those of its
# lineage that held the same text, each with the code that it had last.
redacted_object = Table(
    "redacted_object",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("redaction_id", Integer, ForeignKey("redaction.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("object_id", Integer, ForeignKey("catalogue_object.id"), nullable=False),
    Column("code", PlainText, nullable=False),
    UniqueConstraint("redaction_id", "position"),
)
