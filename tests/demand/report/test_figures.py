"""Shares of demands: parts that add up, bounds on either side of what is to be reviewed, intervals."""

from collections.abc import Sequence
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demand.report.figures import LINES, Cell, Count, counts_by, reasons_of, share, shares_of, total_of
from app.demand.report.groups import DIMENSIONS
from app.demand.runs.outcomes import MET, OUTCOMES
from app.demand.surveys.questions import Attribute

COUNTS = st.builds(lambda demands, weight: Count(demands, demands * weight), st.integers(1, 40), st.integers(1, 9))
GROUP = st.sampled_from(["1", "2", None])
CELLS = st.lists(
    st.builds(
        lambda outcome, reason, of, count: Cell(outcome, (reason if outcome == "review" else None), of, count),
        st.sampled_from(OUTCOMES),
        st.sampled_from(["uncertain", "rejected"]),
        st.tuples(GROUP, GROUP, GROUP, GROUP),
        COUNTS,
    ),
    max_size=12,
)
CROSSINGS = list(chain.from_iterable(combinations(DIMENSIONS, size) for size in range(len(DIMENSIONS) + 1)))


@given(st.sampled_from(CROSSINGS), CELLS)
def test_the_groups_of_every_crossing_add_up_to_all(by: Sequence[Attribute], cells: Sequence[Cell]) -> None:
    whole = counts_by(cells, ())[()]
    groups = counts_by(cells, by).values()
    for outcome in OUTCOMES:
        parts = [each.get(outcome, Count()) for each in groups]
        assert Count(sum(each.demands for each in parts), sum(each.enterprises for each in parts)) == whole.get(
            outcome, Count()
        )


@given(CELLS)
def test_every_demand_is_in_one_figure_and_the_bounds_hold_what_may_come_of_review(cells: Sequence[Cell]) -> None:
    counts = counts_by(cells, ())[()]
    total, review = total_of(counts), total_of(counts, ["review"])
    said = {line.key: shares_of(line, counts, total_of(counts)) for line in LINES}
    for weight in ("demands", "enterprises"):
        numbers = {key: each[weight]["numerator"] for key, each in said.items()}
        assert sum(numbers[each] for each in OUTCOMES) == getattr(total, weight)
        assert numbers["met"] == sum(numbers[each] for each in MET.values())
        assert {each[weight]["denominator"] for each in said.values()} == {getattr(total, weight)}
        assert numbers["met"] + numbers["unmet"] + getattr(review, weight) == getattr(total, weight)
        if getattr(total, weight):
            known = said["met"][weight]["value"] + said["unmet"][weight]["value_max"]
            assert known == pytest.approx(1)
    assert sum((each.demands for each in reasons_of(cells).values()), 0) == review.demands


def test_what_is_to_be_reviewed_is_in_neither_share_and_in_both_upper_bounds() -> None:
    counts = {"met_online": Count(3, 9), "unmet": Count(1, 1), "review": Count(6, 10)}
    said = {line.key: shares_of(line, counts, total_of(counts))["demands"] for line in LINES}  # type: ignore[arg-type]
    assert (said["met"]["value"], said["met"]["value_max"]) == (0.3, 0.9)
    assert (said["unmet"]["value"], said["unmet"]["value_max"]) == (0.1, 0.7)


def test_what_doesnt_say_whether_it_is_online_may_be_either() -> None:
    counts = {"met_online": Count(1, 1), "met_online_unknown": Count(2, 2), "unmet": Count(1, 1)}
    said = {line.key: shares_of(line, counts, total_of(counts))["demands"]["percent_max"] for line in LINES}  # type: ignore[arg-type]
    assert (said["met"], said["met_online"], said["met_at_counter"]) == (75, 75, 50)


def test_the_interval_is_wilsons() -> None:
    """Of 10 drawn 3: Wilson 1927 at 95 %."""
    said = share(3, 3, 10)
    assert (round(said["low"], 4), round(said["high"], 4)) == (0.1078, 0.6032)


def test_of_no_demands_there_is_no_share() -> None:
    said = share(0, 0, 0)
    assert (said["value"], said["percent"], said["low"], said["value_max"]) == (None, None, None, None)
