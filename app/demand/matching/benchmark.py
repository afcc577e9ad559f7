"""Files of labelled demands: a catalogue as CSV, demands as JSON lines, and the run that a scorer reads."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np

from app.demand.matching.index import Entry
from app.demand.matching.matcher import Match, Matcher
from app.demand.matching.ranking import RERANKED
from app.demand.matching.scoring import Example
from app.errors import Malformed, Message

COLUMNS: Final = ("item_id", "name", "main_item", "aliases", "object")
PERSONS: Final = "个人"


@dataclass(frozen=True, slots=True)
class Corpus:
    """Items with the codes of the file; the id of an entry is its place there."""

    codes: tuple[str, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """A labelled demand: `grades` by code, 2 where the item meets it, 1 where it is related."""

    id: str
    text: str
    grades: Mapping[str, int]
    met: bool


def read_corpus(path: Path) -> Corpus:
    """Aliases are separated by |; an item whose object is persons alone is for them only. Raises Malformed, OSError."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise Malformed(
                Message(
                    f"{path.name} 缺少列：{'、'.join(missing)}。", f"{path.name} lacks columns: {', '.join(missing)}."
                )
            )
        rows = list(reader)
    return Corpus(tuple(row["item_id"] for row in rows), tuple(map(_entry, range(len(rows)), rows)))


def _entry(place: int, row: Mapping[str, str]) -> Entry:
    aliases = tuple(filter(None, row["aliases"].split("|")))
    return Entry(place, row["name"], aliases, row["main_item"] or None, row["object"] == PERSONS)


def read_demands(path: Path) -> list[Demand]:
    """Raises Malformed with the line, OSError."""
    return list(_demands(path))


def _demands(path: Path) -> Iterator[Demand]:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if line.strip():
            try:
                yield _demand(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise Malformed(
                    Message(
                        f"{path.name} 第 {number} 行不是一条标注好的诉求：{error!r}。",
                        f"{path.name}, line {number} is no labelled demand: {error!r}.",
                    )
                ) from None


def _demand(document: Mapping[str, Any]) -> Demand:
    grades = {str(each["item_id"]): int(each["grade"]) for each in document["relevant"]}
    return Demand(str(document["query_id"]), document["text"], grades, met=not document["no_match"])


def example(matcher: Matcher, corpus: Corpus, demand: Demand) -> Example:
    found = matcher.candidates(demand.text)
    codes = [corpus.codes[matcher.index.entries[item].id] for item in found.items]
    grades = np.array([demand.grades.get(code, 0) for code in codes], np.int8)
    return Example(demand.text, found, grades, demand.met, sum(grade == 2 for grade in demand.grades.values()))


def run_line(matcher: Matcher, corpus: Corpus, demand: Demand) -> str:
    """`match` is whether it is likelier than not that an item meets the demand; the three zones are finer."""
    match = matcher.match(demand.text, limit=RERANKED)
    document = {
        "query_id": demand.id,
        "items": [[corpus.codes[hit.item], hit.score] for hit in match.hits],
        "match": is_met(match),
        "match_score": match.probability,
    }
    return json.dumps(document, ensure_ascii=False)


def is_met(match: Match) -> bool:
    return match.probability >= 0.5


def checksum(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def met_and_unmet(demands: Sequence[Demand]) -> tuple[int, int]:
    met = sum(demand.met for demand in demands)
    return met, len(demands) - met
