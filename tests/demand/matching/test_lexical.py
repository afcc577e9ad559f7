"""Terms and their weights are those of the textbook."""

from collections import Counter
from math import log1p

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demand.matching.lexical import K1, B, Postings, postings
from app.demand.matching.tokens import POINT_BITS, run_key, terms_of

TEXTS = st.lists(st.text(alphabet="食品经营许可证abc1 、", max_size=12), min_size=1, max_size=8)


def naive_terms(text: str) -> list[str]:
    """Characters, bigrams and runs of Latin letters, one character after the other."""
    found: list[str] = []
    run = ""
    for place, character in enumerate(f"{text} "):
        if character.isascii() and character.isalnum():
            run += character
            continue
        found += [run] * bool(run)
        run = ""
        if character.isalnum():
            found.append(character)
            after = text[place + 1 : place + 2]
            found += [character + after] * (after.isalnum() and not after.isascii())
    return found


def key(term: str) -> int:
    if term.isascii():
        return run_key(term)
    points = [ord(character) for character in term]
    return points[0] if len(points) == 1 else points[0] << POINT_BITS | points[1]


@given(TEXTS)
def test_terms_are_characters_bigrams_and_runs(texts: list[str]) -> None:
    found = terms_of(texts)
    for number, text in enumerate(texts):
        assert Counter(found.keys[found.texts == number].tolist()) == Counter(map(key, naive_terms(text)))


@given(TEXTS)
def test_a_term_stands_where_it_says(texts: list[str]) -> None:
    found = terms_of(texts)
    for term, number, start, width in zip(found.keys, found.texts, found.starts, found.widths, strict=True):
        assert key(texts[number][start : start + width]) == term


@given(TEXTS, st.text(alphabet="食品经营许可证abc1 ", max_size=8))
def test_scores_are_those_of_bm25(texts: list[str], asked: str) -> None:
    index = built(texts)
    wanted = sorted(set(naive_terms(asked)))
    scores = index.scores(index.numbers(np.array([key(term) for term in wanted], np.int64)))
    assert scores.tolist() == pytest.approx([bm25(wanted, texts, text) for text in texts], rel=1e-5)


def built(texts: list[str]) -> Postings:
    terms = terms_of(texts)
    keys, numbers = np.unique(terms.keys, return_inverse=True)
    return postings(keys, numbers, terms.texts.astype(np.int64), len(texts))


def bm25(asked: list[str], texts: list[str], text: str) -> float:
    lengths = [len(naive_terms(each)) for each in texts]
    average = sum(lengths) / len(lengths) or 1
    score = 0.0
    for term in asked:
        having = sum(term in naive_terms(each) for each in texts)
        count = naive_terms(text).count(term)
        idf = log1p((len(texts) - having + 0.5) / (having + 0.5))
        score += idf * count * (K1 + 1) / (count + K1 * (1 - B + B * len(naive_terms(text)) / average))
    return score


def test_what_no_item_has_is_the_most_telling() -> None:
    index = built(["食品经营", "食品生产"])
    numbers = index.numbers(np.array([key("食"), key("营"), key("酒")], np.int64))
    assert numbers[2] == -1
    common, rare, unknown = index.idf_of(numbers)
    assert common < rare < unknown


def test_of_an_empty_catalogue_nothing_scores() -> None:
    index = built([])
    assert index.scores(index.numbers(np.array([key("食")], np.int64))).tolist() == []
