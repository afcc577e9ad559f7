"""The matcher: how long the index of a catalogue takes, and an answer; its BM25 beside bm25s and FTS5 over the same terms."""

import json
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

import numpy as np

from app.demand.matching import thesaurus_files, weights
from app.demand.matching.index import Index, build_index
from app.demand.matching.lexical import K1
from app.demand.matching.matcher import Entry, Matcher
from app.demand.matching.ranking import first
from app.demand.matching.semantic import Encoder, installed_encoder
from app.demand.matching.text import folded, read_demand
from app.demand.matching.tokens import terms_of
from bench.data import HOLDS, ROOT, Data
from bench.figures import Figure, figure
from bench.reads import SEED, differ

DEMANDS = 200
BEST = 10
PEERS = ("bm25s", "FTS5")
WORDS_MS, MEANING_MS, LARGE_MS, LARGE_INDEX_S = 25, 60, 10, 5
SENTENCES = ("{}怎么办理", "我们公司想办{}", "{}", "请问{}需要什么材料")


@dataclass(frozen=True)
class Round:
    """Seconds of one round: our index, our BM25 of each demand, and what the peers said of themselves."""

    index: float
    words: list[float]
    peers: dict[str, Any]


def matching(data: Data, interpreter: Path, items: int, rounds: int) -> Iterator[Figure]:
    """At the size of a district, and at `items`. The peers run in the environment that has them."""
    district = entries(data.seed)
    demands = sentences(district)
    for catalogue in (district, enlarged(district, items)):
        is_large = catalogue is not district
        yield from beside_peers(catalogue, demands, interpreter, rounds)
        yield whole(catalogue, demands, rounds, LARGE_MS if is_large else WORDS_MS)
        if not is_large and (encoder := installed_encoder()):
            yield whole(catalogue, demands, rounds, MEANING_MS, encoder)


def entries(seed: Path) -> list[Entry]:
    """The items of the demonstration, as the service would match them."""
    with closing(sqlite3.connect(seed)) as connection:
        rows = connection.execute(
            f"SELECT id, name, aliases, main_item_name FROM item_version WHERE {HOLDS} ORDER BY id"
        )
        return [Entry(number, name, tuple(json.loads(aliases or "[]")), main) for number, name, aliases, main in rows]


def enlarged(district: Sequence[Entry], items: int) -> list[Entry]:
    """The same names under the names of other districts, with a piece of another name: for speed, not for quality."""
    random, names = Random(SEED), divisions()
    return [
        Entry(number, f"{random.choice(names)}{entry.name}{random.choice(district).name[: random.randint(2, 6)]}",
              entry.aliases, entry.main_item)
        for number in range(items)
        for entry in [district[number % len(district)]]
    ]  # fmt: skip


def divisions() -> list[str]:
    lines = (ROOT / "seed" / "divisions.csv").read_text(encoding="utf-8").splitlines()
    return sorted({line.split(",")[1] for line in lines[1:]})


def sentences(district: Sequence[Entry]) -> list[str]:
    """Half of them name an item, half a term of the thesaurus."""
    random = Random(SEED)
    names = [entry.name for entry in random.sample(list(district), DEMANDS // 2)]
    terms = [row.terms[0] for row in random.sample(thesaurus_files.shipped().synonyms, DEMANDS // 2)]
    return [random.choice(SENTENCES).format(words) for words in names + terms]


def beside_peers(
    catalogue: Sequence[Entry], demands: Sequence[str], interpreter: Path, rounds: int
) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as directory:
        given = Path(directory, "terms.json")
        texts = ["\n".join((entry.name, *entry.aliases, entry.main_item or "")) for entry in catalogue]
        bare = [read_demand(demand).bare for demand in demands]
        document = {"texts": [words(folded(text)) for text in texts], "demands": [words(text) for text in bare]}
        given.write_text(json.dumps(document), encoding="utf-8")
        done = [one_round(catalogue, bare, interpreter, given) for _ in range(rounds)]
    count, large = len(catalogue), LARGE_INDEX_S if len(catalogue) >= 100_000 else None
    for peer in PEERS:
        told = [each.peers[peer] for each in done]
        mine = [count / each.index for each in done]
        yield figure(f"index of {count:,}", mine, [count / each["index"] for each in told], unit="items/s", beside=peer)
        note = f"p95 {p95(done[-1].words):.2f} ms, {p95(told[-1]['seconds']):.2f} ms"
        rates = [1 / median(each.words) for each in done], [1 / median(each["seconds"]) for each in told]
        yield figure(f"BM25 of {count:,}, 10 best", *rates, unit="demands/s", beside=peer, note=note)
    if large:
        yield limited(f"index of {count:,}, s", [each.index for each in done], large)


def words(text: str) -> list[str]:
    """The terms themselves, as often as they stand there; blanks and marks are none."""
    found = terms_of([text])
    return [text[start : start + width] for start, width in zip(found.starts, found.widths, strict=True)]


def one_round(catalogue: Sequence[Entry], demands: Sequence[str], interpreter: Path, given: Path) -> Round:
    begun = time.perf_counter()
    index = build_index(catalogue)
    built = time.perf_counter() - begun
    seconds = [timed(lambda demand=demand: best_scores(index, demand)) for demand in demands]  # type: ignore[misc]
    command = [interpreter, Path(__file__).with_name("word_peers.py"), given]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    peers = json.loads(said.splitlines()[-1])
    check(index, demands, peers["bm25s"]["scores"])
    return Round(built, seconds, peers)


def best_scores(index: Index, demand: str) -> list[float]:
    scores = index.postings.scores(index.numbers(demand))
    best: list[float] = scores[first(scores, BEST)].tolist()
    return best


def check(index: Index, demands: Sequence[str], theirs: Sequence[Sequence[float]]) -> None:
    """The same scores, but for a factor that Lucene leaves out, of demands that have no term twice."""
    for demand, scores in zip(demands, theirs, strict=True):
        if len(set(words(demand))) < len(words(demand)):
            continue
        mine = np.array(best_scores(index, demand)) / (K1 + 1)
        if not np.allclose(mine, scores, rtol=1e-3, atol=1e-3):
            raise differ("matching", demand, mine.tolist(), scores)


def whole(
    catalogue: Sequence[Entry], demands: Sequence[str], rounds: int, budget: float, encoder: Encoder | None = None
) -> Figure:
    """The answer with thesaurus, ranking, decision and reasons."""
    matcher = Matcher(catalogue, thesaurus_files.shipped(), weights.shipped(), encoder)
    seconds = [[timed(lambda demand=demand: matcher.match(demand)) for demand in demands] for _ in range(rounds)]  # type: ignore[misc]
    how = "by meaning too" if encoder else "by words"
    note = f"p50 {median(map(median, seconds)) * 1000:.1f} ms"
    return limited(f"match in {len(catalogue):,} {how}, p95 ms", [p95(each) for each in seconds], budget, note)


def limited(work: str, values: Sequence[float], budget: float, note: str = "") -> Figure:
    """A value, not a ratio, that may not exceed its budget."""
    value, least, most = median(values), min(values), max(values)
    return Figure(
        work=work,
        ours=f"{value:.2f}",
        peer="–",
        ratio=value,
        low=least,
        high=most,
        budget=budget,
        at_most=True,
        note=note,
    )


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def p95(seconds: Sequence[float]) -> float:
    """In milliseconds."""
    return quantiles(seconds, n=20)[-1] * 1000
