"""Meaning beside words: vectors kept by whoever can, and an answer that says whether they were used."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from app.demand.matching import weights
from app.demand.matching.matcher import Matcher
from app.demand.matching.semantic import Encoder, StoredEncoder, Vectors, installed_encoder, vector_key
from app.demand.matching.text import folded
from tests.demand.matching.catalogue import ENTRIES, THESAURUS

SIZE = 64


class ByCharacters:
    """A small model of our own: the characters of a text, hashed. Counts what it encodes."""

    model = "characters 1"

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def items(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        vectors = np.ones((len(texts), SIZE), np.float32) * 0.01
        for row, text in enumerate(texts):
            for character in text:
                vectors[row, ord(character) % SIZE] += 1
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    demands = items


class Kept:
    """A store in memory."""

    def __init__(self) -> None:
        self.vectors: dict[str, bytes] = {}

    def read(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        return {key: self.vectors[key] for key in keys if key in self.vectors}

    def write(self, vectors: Mapping[str, bytes]) -> None:
        self.vectors |= vectors


def matcher(encoder: Encoder) -> Matcher:
    return Matcher(ENTRIES, THESAURUS, weights.shipped(), encoder)


def test_the_answer_says_that_meaning_was_compared() -> None:
    match = matcher(ByCharacters()).match("取水许可")
    assert match.semantic
    reasons = match.hits[0].reasons
    assert (reasons.text, reasons.by_meaning) == ("取水许可", False)
    assert reasons.cosine is not None
    assert reasons.cosine > 0.9


def test_what_shares_no_word_is_found_by_meaning() -> None:
    hits = matcher(ByCharacters()).match("hello", len(ENTRIES)).hits
    assert all(hit.reasons.by_meaning and not hit.reasons.shared for hit in hits)


def test_vectors_of_items_are_encoded_once_and_demands_never_kept() -> None:
    store, first, second = Kept(), ByCharacters(), ByCharacters()
    one = matcher(StoredEncoder(first, store))
    kept = set(store.vectors)
    two = matcher(StoredEncoder(second, store))
    assert one.match("食品证丢了") == two.match("食品证丢了")
    assert set(store.vectors) == kept
    assert vector_key("取水许可", ByCharacters.model) in kept
    names = {folded(entry.name) for entry in ENTRIES}
    # What the names have in common as demands is measured anew: fifty texts at most.
    assert set(second.encoded) - names == {"食品证丢了"}
    assert all(len(vector) == SIZE * 4 for vector in store.vectors.values())


def test_another_model_has_other_vectors() -> None:
    assert vector_key("取水许可", "one 1") != vector_key("取水许可", "one 2") != vector_key("取水", "one 2")


def test_an_empty_catalogue_has_no_meaning() -> None:
    match = Matcher((), THESAURUS, weights.shipped(), ByCharacters()).match("取水许可")
    assert (match.zone, match.hits, match.semantic) == ("unmet", (), True)


def test_one_item_alone_is_found() -> None:
    match = Matcher(ENTRIES[:1], THESAURUS, weights.shipped(), ByCharacters()).match("节能审查")
    assert [hit.item for hit in match.hits] == [1]


@pytest.fixture(scope="module")
def model() -> Encoder:
    found = installed_encoder()
    assert found is not None, "make test-semantic installs it"
    return found


@pytest.mark.semantic
def test_the_model_gives_unit_vectors_and_the_same_again(model: Encoder) -> None:
    one, other = model.items(["取水许可", "节能审查"]), model.items(["取水许可"])
    assert np.linalg.norm(one, axis=1) == pytest.approx([1, 1], abs=1e-3)
    assert one[0] == pytest.approx(other[0], abs=1e-6)
    assert model.demands(["取水许可"])[0] != pytest.approx(one[0], abs=1e-3)


@pytest.mark.semantic
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("工厂要打一口井用地下水", "取水许可"),
        ("做一枚单位的印", "公章刻制备案"),
        ("跑长途拉货的执照", "道路货物运输经营许可"),
    ],
)
def test_the_model_finds_what_is_said_in_other_words(model: Encoder, text: str, name: str) -> None:
    hits = matcher(model).match(text, 3).hits
    assert name in [ENTRIES[hit.item - 1].name for hit in hits]
