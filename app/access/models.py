"""Who may call: accounts of people and of tools, the departments they may edit, and their tokens."""

from sqlalchemy import Column, Date, DateTime, ForeignKey, Integer, PrimaryKeyConstraint, Table, Text

from app.db import PlainText, metadata

# A `user` signs in with a login and a password or through the identity provider (`subject`); a `key` is a tool, or a
# person who was given nothing else. `made_by` counts as the same person where two are needed: whoever made a key, and
# whoever chose a user's password, until the user changes it.
account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", PlainText, nullable=False),
    Column("name", Text, nullable=False),
    Column("login", PlainText, unique=True),
    Column("password", Text),
    Column("subject", PlainText, unique=True),
    Column("role", PlainText, nullable=False),
    Column("division_code", PlainText),
    Column("made_by", Integer, ForeignKey("account.id")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("removed_at", DateTime(timezone=True)),
)

account_department = Table(
    "account_department",
    metadata,
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False),
    Column("department_code", PlainText, nullable=False),
    PrimaryKeyConstraint("account_id", "department_code"),
)

# Kept as a digest only. A token without an end is one of a key that the operator made.
token = Table(
    "token",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False, index=True),
    Column("name", Text),
    Column("digest", Text, nullable=False, unique=True),
    Column("scope", PlainText, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    Column("last_used_on", Date),
)
