"""Weights stay near what they were, move towards judgements, and are worth what held-back demands say."""

from dataclasses import replace

import numpy as np
import pytest

from app.demand.matching import weights
from app.demand.matching.features import FEATURES
from app.demand.matching.fitting import (
    LEAST,
    PRIOR,
    RULES,
    fit,
    fit_calibrator,
    fit_ranker,
    held_back,
    logistic,
    thresholds,
)
from app.demand.matching.ranking import ranked
from app.demand.matching.scoring import Example, Outcome, auroc, outcome, scores
from app.demand.matching.weights import Linear, Thresholds, Weights
from tests.demand.matching.catalogue import ENTRIES, matcher

UNMET = (
    "电价太贵", "停车难", "希望多组织活动", "审批时间太长", "房租太高", "找供应商", "路灯坏了", "招工太难", "中介乱收费", "网速太慢",
)  # fmt: skip


def judged(text: str, grades: dict[int, int]) -> Example:
    found = matcher().candidates(text)
    given = [grades.get(matcher().index.entries[item].id, 0) for item in found.items]
    wanted = sum(grade == 2 for grade in grades.values())
    return Example(text, found, np.array(given, np.int8), bool(grades), wanted)


def examples() -> list[Example]:
    return [judged(entry.name, {entry.id: 2}) for entry in ENTRIES] + [judged(text, {}) for text in UNMET]


def test_without_judgements_the_prior_stays() -> None:
    assert fit_ranker([judged("电价太贵", {})], PRIOR.ranker) == PRIOR.ranker


def test_judgements_move_the_ranking_towards_them() -> None:
    wanted = judged("许可证丢了", {14: 2})
    before, _ = ranked(wanted.found, PRIOR.ranker)
    after, _ = ranked(wanted.found, fit_ranker([wanted] * 200, PRIOR.ranker))
    place = int(np.flatnonzero(wanted.grades == 2)[0])
    assert before.tolist().index(place) > after.tolist().index(place)


def test_few_judgements_move_it_little() -> None:
    one = fit_ranker([judged("许可证丢了", {14: 2})], PRIOR.ranker)
    assert one.weights["fused"] == pytest.approx(PRIOR.ranker.weights["fused"], rel=0.05)


def test_what_an_action_counts_is_a_rule_and_not_fitted() -> None:
    odd = judged("食品经营许可注销", {entry.id: 2 for entry in ENTRIES if "注销" not in entry.name})
    after = fit_ranker([odd] * 200, PRIOR.ranker)
    assert after != PRIOR.ranker
    assert not set(RULES) & set(after.weights)
    assert fit_ranker([odd] * 200, Linear({**PRIOR.ranker.weights, "action": 1.5})).weights["action"] == 1.5


def test_what_a_rule_does_is_not_done_again_by_other_weights() -> None:
    """A ranking that is right by the rule has nothing to learn."""
    right = Linear({"fused": 20.0, "action": 30.0})
    given = [judged(entry.name, {entry.id: 2}) for entry in ENTRIES]
    assert all(outcome(each, replace(PRIOR, ranker=right)).reciprocal_rank == 1 for each in given)
    fitted = fit_ranker(given * 20, right)
    assert all(outcome(each, replace(PRIOR, ranker=fitted)).reciprocal_rank == 1 for each in given)
    assert fitted.weights["fused"] == pytest.approx(20, rel=0.2)


def test_what_never_differs_keeps_its_weight() -> None:
    prior = Linear({"fused": 20.0, "cosine": 3.0})
    assert fit_ranker(examples(), prior).weights["cosine"] == 3.0


def test_the_same_judgements_give_the_same_weights() -> None:
    assert fit(examples(), PRIOR) == fit(examples(), PRIOR)


def test_a_calibrator_tells_met_from_unmet() -> None:
    given = examples()
    mode = replace(PRIOR, calibrator=fit_calibrator(given, PRIOR.ranker, PRIOR.calibrator))
    found = [outcome(example, mode) for example in given]
    assert auroc(found) == 1
    assert np.mean([each.probability for each in found]) == pytest.approx(len(ENTRIES) / len(given), abs=0.02)


def test_a_calibrator_needs_both() -> None:
    with pytest.raises(ValueError, match="met and unmet"):
        fit_calibrator(examples()[:5], PRIOR.ranker, PRIOR.calibrator)


@pytest.mark.parametrize(("unmet", "stays"), [(LEAST - 1, True), (LEAST, False)])
def test_with_few_unmet_demands_the_calibrator_stays(unmet: int, *, stays: bool) -> None:
    mode = fit(examples()[: len(ENTRIES) + unmet], PRIOR)
    assert (mode.calibrator == PRIOR.calibrator) is stays
    assert mode.ranker != PRIOR.ranker


def test_each_demand_is_held_back_once() -> None:
    found = held_back(examples(), PRIOR)
    assert len(found) == len(ENTRIES) + len(UNMET)
    assert sum(each.met for each in found) == len(ENTRIES)


def test_what_is_held_back_is_not_fitted_on() -> None:
    """One demand among many, wanted against all others: fitted on alone it wins, held back it does not."""
    odd = judged("许可证丢了", {14: 2})
    rest = examples()
    fitted = outcome(odd, fit([odd] * 200 + rest, PRIOR)).reciprocal_rank
    kept = held_back([odd, *rest], PRIOR)
    assert fitted is not None
    assert fitted > min(each.reciprocal_rank for each in kept if each.reciprocal_rank is not None)


def test_newton_ends_where_the_loss_is_least() -> None:
    rows = np.array([[1.0, 0.5], [0.2, -1.0], [-0.3, 0.8]])
    least, start, hold = np.array([1.0, 2.0, 0.5]), np.array([0.1, -0.2]), np.array([1.0, 3.0])

    def loss(at: np.ndarray) -> float:
        return float((least * np.log1p(np.exp(-rows @ at))).sum() + (hold * (at - start) ** 2).sum() / 2)

    found = logistic(rows, least, start, hold)
    for step in ([1e-3, 0], [-1e-3, 0], [0, 1e-3], [0, -1e-3]):
        assert loss(found) < loss(found + step)


def outcomes(*given: tuple[float, bool]) -> list[Outcome]:
    return [Outcome(None, None, chance, met) for chance, met in given]


def test_thresholds_are_stricter_where_demands_held_back_were_wrong() -> None:
    right = outcomes(*[(0.97, True)] * 50, *[(0.1, False)] * 20)
    assert thresholds(right) == Thresholds(0.9, 0.4)
    assert thresholds([*right, *outcomes((0.92, False))]) == Thresholds(0.95, 0.4)
    assert thresholds([*right, *outcomes(*[(0.35, True)] * 9)]) == Thresholds(0.9, 0.3)


def test_scores_are_those_of_the_textbook() -> None:
    found = scores(
        [
            Outcome(1.0, 1.0, 0.9, met=True),
            Outcome(0.5, 0.25, 0.4, met=True),
            Outcome(None, None, 0.4, met=False),
        ]
    )
    assert (found.demands, found.recall_at_5, found.mrr_at_10) == (3, 0.75, 0.625)
    assert found.auroc == 0.75
    assert found.brier == pytest.approx((0.01 + 0.36 + 0.16) / 3, abs=1e-4)


def test_of_nothing_nothing_is_measured() -> None:
    assert scores([]) == scores(outcomes()[:0])
    assert scores([]).auroc is None


def test_weights_are_kept_as_json() -> None:
    shipped = weights.shipped()
    assert Weights.from_json(shipped.as_json()) == shipped
    assert shipped.fitted_on["demands"] == shipped.fitted_on["met"] + shipped.fitted_on["unmet"]


def test_the_shipped_weights_name_features_that_there_are() -> None:
    for mode in (weights.shipped().lexical, weights.shipped().semantic):
        assert set(mode.ranker.weights) <= set(FEATURES)
        assert 0 < mode.thresholds.unmet < mode.thresholds.matched < 1
