"""How far judges agree: on the item, and on whether any item meets a demand, beyond what chance would do."""

import pytest

from app.demand.runs.agreement import agreement

pytestmark = pytest.mark.one_database

WANG, LI, ZHAO = "王敏", "李华", "赵刚"


def test_nobody_agrees_where_nobody_judged_the_same() -> None:
    found = agreement([("办证", WANG, 1), ("注销", LI, None)])
    assert (found.texts, found.pairs, found.share, found.kappa) == (0, 0, None, None)


def test_only_the_last_word_of_each_judge_counts() -> None:
    found = agreement([("办证", WANG, 1), ("办证", LI, 2), ("办证", WANG, 2)])
    assert (found.judges, found.pairs, found.agreeing, found.share) == (2, 1, 1, 1.0)


def test_each_pair_of_judges_counts() -> None:
    found = agreement([("办证", WANG, 1), ("办证", LI, 1), ("办证", ZHAO, None)])
    assert (found.judges, found.texts, found.pairs, found.agreeing) == (3, 1, 3, 1)


def test_kappa_takes_out_what_agrees_by_chance() -> None:
    """Scott (1955): two judges of ten demands, agreeing on eight; margins 5 and 5 against 7 and 3."""
    wang = [1] * 5 + [None] * 5
    li = [1] * 5 + [1] * 2 + [None] * 3
    told = [(f"诉求{n}", WANG, each) for n, each in enumerate(wang)]
    told += [(f"诉求{n}", LI, each) for n, each in enumerate(li)]
    by_chance = 0.6**2 + 0.4**2
    assert agreement(told).kappa == pytest.approx((0.8 - by_chance) / (1 - by_chance), abs=1e-4)


def test_another_item_is_no_agreement_but_met_all_the_same() -> None:
    told = [("办证", WANG, 1), ("办证", LI, 2), ("注销", WANG, None), ("注销", LI, None)]
    found = agreement(told)
    assert (found.share, found.kappa) == (0.5, 1.0)


def test_where_all_say_the_same_chance_would_too() -> None:
    assert agreement([("办证", WANG, 1), ("办证", LI, 1)]).kappa is None
