"""Two characters of Chinese: ours by its index, ranked and counted, beside Datasette's LIKE over the same texts."""

import sqlite3
from itertools import pairwise
from random import Random
from urllib.parse import urlencode

from bench.data import HOLDS
from bench.figures import Figure, figure
from bench.reads import PAGE, SEED, SHOWN, Sides, answer, differ

WORDS = 200
LOOKED_AT = ("name", "aliases", "main_item_name", "department_name")


def search(connection: sqlite3.Connection, sides: Sides) -> Figure:
    """The same items for every word: as many, and the very same where one page can hold them."""
    words = two_characters(connection)
    for word in words:
        check(sides, word)
    ours = [f"/v1/items?{urlencode({'q': word, 'limit': PAGE})}" for word in words]
    peer = [like(sides, word, PAGE) for word in words]
    note = f"{len(words)} words; ours ranked"
    return figure(
        "two characters, 50 + total", *sides.compare(ours, peer, times=2), beside="Datasette LIKE", budget=8, note=note
    )


def two_characters(connection: sqlite3.Connection) -> list[str]:
    names = [name for (name,) in connection.execute(f"SELECT DISTINCT name FROM item_version WHERE {HOLDS}")]
    words = {"".join(pair) for name in names for pair in pairwise(name) if "".join(pair).isalpha()}
    return Random(SEED).sample(sorted(words), min(WORDS, len(words)))


def like(sides: Sides, word: str, size: int) -> str:
    where = " OR ".join(f"{column} LIKE '%{word}%'" for column in LOOKED_AT)
    return sides.flat("items", _where=where, _size=size, _col=SHOWN)


def check(sides: Sides, word: str) -> None:
    path = f"/v1/items?{urlencode({'q': word, 'limit': 1000, 'fields': 'code'})}"
    mine, theirs = answer(sides.ours, path), answer(sides.peer, like(sides, word, 1000))
    codes = sorted(each["code"] for each in mine["items"])
    if mine["total"] != theirs["filtered_table_rows_count"]:
        raise differ("search", path, mine["total"], theirs["filtered_table_rows_count"])
    if mine["next"] is None and codes != sorted(row["code"] for row in theirs["rows"]):
        raise differ("search", path, codes, theirs["rows"])
