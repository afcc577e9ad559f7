"""Peers of the matcher's index, run by the interpreter that has them: python bench/word_peers.py FILE prints a line of JSON.

FILE holds `texts` and `demands`, both cut into terms already. bm25s ranks in memory; SQLite's FTS5 keeps a file in memory.
"""

import json
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

BEST = 10
K1, B = 0.9, 0.4

Terms = Sequence[str]
Search = Callable[[Terms], list[float]]


def main() -> None:
    given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    found = {name: measured(make, given["texts"], given["demands"]) for name, make in PEERS.items()}
    sys.stdout.write(json.dumps(found) + "\n")


def measured(
    make: Callable[[Sequence[Terms]], Search], texts: Sequence[Terms], demands: Sequence[Terms]
) -> dict[str, Any]:
    """Seconds for the index and for each demand, and the scores of the best of each."""
    begun = time.perf_counter()
    search = make(texts)
    built = time.perf_counter() - begun
    search(demands[0])
    seconds, scores = [], []
    for demand in demands:
        begun = time.perf_counter()
        best = search(demand)
        seconds.append(time.perf_counter() - begun)
        scores.append(best)
    return {"index": built, "seconds": seconds, "scores": scores}


def bm25s(texts: Sequence[Terms]) -> Search:
    from bm25s import BM25  # type: ignore[import-not-found]  # noqa: PLC0415 - only where it is installed

    index = BM25(method="lucene", k1=K1, b=B)
    index.index([list(text) for text in texts], show_progress=False)

    def search(demand: Terms) -> list[float]:
        _, scores = index.retrieve([list(demand)], k=BEST, show_progress=False, n_threads=0)
        return [float(score) for score in scores[0]]

    return search


def fts5(texts: Sequence[Terms]) -> Search:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE item USING fts5(terms, content='', tokenize='unicode61')")
    rows = enumerate((" ".join(text),) for text in texts)
    connection.executemany("INSERT INTO item(rowid, terms) VALUES (?, ?)", ((number, text) for number, (text,) in rows))

    def search(demand: Terms) -> list[float]:
        asked = " OR ".join(f'"{term}"' for term in demand)
        found = connection.execute("SELECT rank FROM item WHERE item MATCH ? ORDER BY rank LIMIT ?", (asked, BEST))
        return [-score for (score,) in found]

    return search


PEERS: dict[str, Callable[[Sequence[Terms]], Search]] = {"bm25s": bm25s, "FTS5": fts5}

if __name__ == "__main__":
    main()
