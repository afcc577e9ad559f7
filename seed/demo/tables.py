"""The tables beside this file: tab-separated, a header row, every cell text."""

import csv
from functools import cache
from pathlib import Path

TABLES = Path(__file__).parent / "tables"


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    with (TABLES / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, delimiter="\t"))


@cache
def column(name: str, key: str, value: str) -> dict[str, str]:
    """One column of a table by another."""
    return {row[key]: row[value] for row in table(name)}
