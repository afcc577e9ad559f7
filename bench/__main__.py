"""Run it: python -m bench --datasette .venv-bench/bin/datasette."""

import argparse
import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bench.cases import cases
from bench.client import CONNECTIONS
from bench.data import Data, prepare, seeded
from bench.exports import exports
from bench.figures import Figure, table
from bench.imports import imports
from bench.machine import load, machine
from bench.matching import matching
from bench.reads import Sides, reads
from bench.search import search
from bench.servers import serving_datasette, serving_limit, serving_ours

HERE = Path(__file__).parent
PARTS = ("reads", "cases", "imports", "exports", "matching")


def main() -> None:
    wish = arguments()
    only_seed = wish.only == "matching"
    data = seeded(wish.data, wish.items) if only_seed else prepare(wish.data, wish.items, wish.import_rows)
    before, described = load(), machine(wish.datasette)
    figures = list(measured(data, wish))
    described |= {"load before": before, "load after": load()}
    if wish.json:
        wish.json.write_text(document(wish, described, figures), encoding="utf-8")
    print("\n".join(f"{name:16}{value}" for name, value in described.items()))
    print(f"\n{wish.items:,} items, 1 worker, {CONNECTIONS} connections, median of {wish.rounds} paired rounds\n")
    print(table(figures))
    if wish.strict and any(figure.met is False for figure in figures):
        sys.exit(1)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Figures beside their peers and limits.")
    parser.add_argument("--datasette", type=Path, required=True, help="the program of the peer")
    parser.add_argument("--items", type=int, default=100_000, help="items in force, each with its history")
    parser.add_argument("--import-rows", type=int, default=20_000, help="rows of the files that are imported")
    parser.add_argument("--seconds", type=float, default=4, help="length of a round; rates take 2 to 4 times as long")
    parser.add_argument("--rounds", type=int, default=3, help="paired rounds of each figure")
    parser.add_argument("--only", choices=PARTS, help="one part of the figures")
    parser.add_argument("--data", type=Path, default=HERE / ".data", help="where the data is made and kept")
    parser.add_argument("--json", type=Path, help="write everything to this file too")
    parser.add_argument("--strict", action="store_true", help="fail where a budget is not met")
    return parser.parse_args()


def measured(data: Data, wish: argparse.Namespace) -> Iterator[Figure]:
    if wish.only in (None, "reads", "cases"):
        with serving_ours(data) as ours, serving_datasette(wish.datasette, data) as peer, serving_limit(data) as limit:
            for figure in asked(data, Sides(ours, peer, limit, data.flat.stem, wish.seconds, wish.rounds), wish.only):
                print(table([figure]).splitlines()[1], file=sys.stderr, flush=True)
                yield figure
    if wish.only in (None, "exports"):
        yield from exports(data, wish.datasette, wish.rounds)
    if wish.only in (None, "imports"):
        yield from imports(data, wish.import_rows, wish.rounds)
    if wish.only in (None, "matching"):
        yield from matching(data, wish.datasette.with_name("python"), wish.items, wish.rounds)


def asked(data: Data, sides: Sides, only: str | None) -> Iterator[Figure]:
    if only != "cases":
        yield from reads(data, sides)
        with closing(sqlite3.connect(data.catalogue)) as connection:
            yield search(connection, sides)
    if only != "reads":
        yield from cases(sides)


def document(wish: argparse.Namespace, described: dict[str, str], figures: list[Figure]) -> str:
    run = {"items": wish.items, "import_rows": wish.import_rows, "rounds": wish.rounds, "seconds": wish.seconds}
    whole = {"machine": described, "run": run, "figures": [figure.document for figure in figures]}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    main()
