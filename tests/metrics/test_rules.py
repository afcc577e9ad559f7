import pytest

from app.metrics.rules import Parts, count, mean, reduction, share, total


def test_a_share_counts_what_is_not_stated_in_its_denominator_and_says_how_high_it_could_be() -> None:
    figure = share(Parts(total=10, items=8, unknown=2, matching=5))
    assert (figure.numerator, figure.denominator, figure.unknown, figure.excluded, figure.item_count) == (5, 8, 2, 2, 8)
    assert (figure.value, figure.value_max, figure.percent) == (0.625, 0.875, 62.5)


def test_a_share_of_nothing_has_no_value() -> None:
    figure = share(Parts(total=3, items=0, unknown=0))
    assert (figure.denominator, figure.excluded) == (0, 3)
    assert figure.value is figure.value_max is figure.percent is None


def test_a_count_has_a_numerator_only() -> None:
    figure = count(Parts(total=10, items=6, unknown=1))
    assert (figure.numerator, figure.value, figure.item_count, figure.excluded) == (6, 6, 6, 3)
    assert figure.denominator is figure.percent is figure.value_max is None


def test_a_mean_leaves_out_what_is_not_stated() -> None:
    figure = mean(Parts(total=10, items=4, unknown=3, sums=(6,)))
    assert (figure.numerator, figure.denominator, figure.unknown, figure.excluded) == (6, 4, 3, 3)
    assert (figure.value, figure.percent, figure.value_max) == (1.5, None, None)


def test_a_reduction_is_a_ratio_of_sums() -> None:
    figure = reduction(Parts(total=2262, items=1511, unknown=27, sums=(54624, 18707)))
    assert (figure.numerator, figure.denominator, figure.percent) == (35917, 54624, 65.75)
    assert (figure.item_count, figure.unknown, figure.excluded) == (1511, 27, 724)


def test_a_reduction_is_negative_where_limits_grew() -> None:
    assert reduction(Parts(total=1, items=1, unknown=0, sums=(10, 15))).percent == -50.0


def test_a_total_is_a_sum_and_no_share() -> None:
    figure = total(Parts(total=1434, items=610, unknown=2, sums=(1085,)))
    assert (figure.numerator, figure.value, figure.item_count) == (1085, 1085, 610)
    assert (figure.unknown, figure.excluded) == (2, 822)
    assert figure.denominator is figure.percent is figure.value_max is None


@pytest.mark.parametrize(("unknown", "value"), [(0, 0), (3, None)])
def test_a_total_of_items_that_all_fail_to_state_the_number_is_not_zero(unknown: int, value: int | None) -> None:
    assert total(Parts(total=3, items=0, unknown=unknown, sums=(0,))).value == value
