"""accounts, their tokens, and the log

Each key becomes an account of an administrator, as it was, with one token: as many rows as there are keys.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "e2c94b7a1d05"
down_revision: str | None = "b58e03c7d1f2"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PLAIN_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)

KEYS_TO_ACCOUNTS = """
INSERT INTO account (id, kind, name, role, created_at, removed_at)
SELECT id, 'key', name, 'admin', created_at, revoked_at FROM api_key"""
KEYS_TO_TOKENS = """
INSERT INTO token (id, account_id, digest, scope, created_at, revoked_at)
SELECT id, id, digest, 'write', created_at, revoked_at FROM api_key"""
TOKENS_TO_KEYS = """
INSERT INTO api_key (id, name, digest, created_at, revoked_at)
SELECT token.id, account.name, token.digest, token.created_at, token.revoked_at
FROM token JOIN account ON account.id = token.account_id
WHERE account.kind = 'key' AND account.role = 'admin' AND token.expires_at IS NULL AND token.scope = 'write'"""


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", PLAIN_TEXT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("login", PLAIN_TEXT, nullable=True),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("subject", PLAIN_TEXT, nullable=True),
        sa.Column("role", PLAIN_TEXT, nullable=False),
        sa.Column("division_code", PLAIN_TEXT, nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("removed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_account_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
        sa.UniqueConstraint("subject", name=op.f("uq_account_subject")),
    )
    op.create_table(
        "account_department",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("department_code", PLAIN_TEXT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_department_account_id")),
        sa.PrimaryKeyConstraint("account_id", "department_code", name=op.f("pk_account_department")),
    )
    op.create_table(
        "token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("scope", PLAIN_TEXT, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=True),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_token_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_token_digest")),
    )
    op.create_index(op.f("ix_token_account_id"), "token", ["account_id"])
    op.execute(KEYS_TO_ACCOUNTS)
    op.execute(KEYS_TO_TOKENS)
    number_from_here("account", "token")
    op.drop_table("api_key")
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", PLAIN_TEXT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("account", PLAIN_TEXT, nullable=False),
        sa.Column("action", PLAIN_TEXT, nullable=False),
        sa.Column("about", PLAIN_TEXT, nullable=False),
        sa.Column("outcome", PLAIN_TEXT, nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.Column("previous", PLAIN_TEXT, nullable=False),
        sa.Column("hash", PLAIN_TEXT, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_about", "audit_entry", ["about", "number"])
    op.create_index("ix_audit_entry_account", "audit_entry", ["account", "number"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", PLAIN_TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )


def number_from_here(*tables: str) -> None:
    """Rows were given their numbers: PostgreSQL must count on from them."""
    if op.get_bind().dialect.name == "postgresql":
        for table in tables:
            highest = f"(SELECT coalesce(max(id), 0) + 1 FROM {table})"  # noqa: S608 - the names stand above
            op.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {highest}, false)")


def downgrade() -> None:
    """Keys of administrators that don't expire stay; users, other keys and the log are lost."""
    op.drop_table("audit_head")
    op.drop_table("audit_entry")
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_key_digest")),
    )
    op.execute(TOKENS_TO_KEYS)
    number_from_here("api_key")
    op.drop_table("token")
    op.drop_table("account_department")
    op.drop_table("account")
