"""words are found in items and departments

Every version says in small letters what it is called, and an index of characters and bigrams leads to the items that
ever had them: FTS5 on SQLite, a tsvector on PostgreSQL. It takes about 15 seconds for each 100,000 versions (5 minutes
for 2 million), nearly all of it for naming them; nothing else of them changes. Readers go on meanwhile, writers wait.
"""

import json
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

import sqlalchemy as sa
from alembic import context, op
from alembic.util import CommandError

revision: str = "c3a5e8d1f672"
down_revision: str | None = "9d40f7b21ce8"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NAMED = {"department_version": "name", "item_version": "name, main_item_name, aliases"}
AT_ONCE = 5_000


def upgrade() -> None:
    if context.is_offline_mode():
        raise CommandError(f"{revision} 要读出名称再写回，不能只打印 SQL：请用 shixiang migrate 升级。")
    connection = op.get_bind()
    for table, columns in NAMED.items():
        for rows in portions(connection, f"SELECT version_id AS key, {columns} FROM {table}", "version_id"):  # noqa: S608
            said = [{"key": row[0], "said": search_text(row[1:])} for row in rows]
            connection.execute(sa.text(f"UPDATE {table} SET search_text = :said WHERE version_id = :key"), said)  # noqa: S608
    if connection.dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE item_search USING fts5 (grams, detail=none, columnsize=0, tokenize='ascii')")
    else:
        op.execute("CREATE TABLE item_search (rowid INTEGER PRIMARY KEY, grams TSVECTOR NOT NULL)")
    index_items(connection)
    if connection.dialect.name == "postgresql":
        op.execute("CREATE INDEX ix_item_search_grams ON item_search USING gin (grams)")
    op.execute("ANALYZE item_version")


def portions(connection: sa.Connection, statement: str, key: str) -> Iterator[Sequence[sa.Row[tuple[object, ...]]]]:
    """The rows in order of the key, some thousand at a time."""
    last = 0
    portion = sa.text(f"{statement} WHERE {key} > :last ORDER BY {key} LIMIT {AT_ONCE}")
    while rows := connection.execute(portion, {"last": last}).all():
        yield rows
        last = rows[-1].key


def search_text(names: Sequence[object]) -> str:
    """The names, the main item's name and the aliases, in the order in which they count."""
    name, *rest = names
    main, aliases = rest or (None, None)
    listed = json.loads(aliases) if isinstance(aliases, str) else aliases
    texts = [each for each in (name, *(listed if isinstance(listed, list) else ()), main) if each]
    return "\n".join(unicodedata.normalize("NFKC", str(each)).casefold() for each in texts)


def index_items(connection: sa.Connection) -> None:
    items = "SELECT id AS key FROM catalogue_object"
    put = "INSERT INTO item_search (rowid, grams) VALUES (:key, {})"
    grams = ":grams" if connection.dialect.name == "sqlite" else "CAST(:grams AS tsvector)"
    texts = sa.text("SELECT id, search_text FROM item_version WHERE id BETWEEN :first AND :last")
    for rows in portions(connection, items, "id"):
        found: dict[int, str] = {}
        for number, said in connection.execute(texts, {"first": rows[0].key, "last": rows[-1].key}):
            found[number] = f"{found.get(number, '')}\n{said}"
        if found:
            learnt = [{"key": number, "grams": grams_of(said)} for number, said in found.items()]
            connection.execute(sa.text(put.format(grams)), learnt)


def grams_of(said: str) -> str:
    kept = "".join(each for each in said if (each.isalnum() or not each.isascii()) and not each.isspace())
    return " ".join(sorted({*kept, *map("".join, pairwise(kept))}))


def downgrade() -> None:
    op.execute("DROP TABLE item_search")
