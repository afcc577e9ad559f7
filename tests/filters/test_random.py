from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.filters import FilterError
from tests.filters.conftest import Selected
from tests.filters.items import FILTERS
from tests.filters.strategies import conditions
from tests.filters.truth import true_for


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=conditions())
def test_any_filter_means_the_same_in_python_and_in_both_databases(text: str, selected: Selected) -> None:
    expected = true_for(text)
    assert selected(text) == {"sqlite": expected, "postgresql": expected}


WORDS = [
    *"()()',,=<>+-*/\".;%\\（", "AND", "or", "NOT", "IN", "is", "NULL", "LIKE", "BETWEEN", "TRUE", "1", "0.5", "1e9",
    "name", "是否网办", "fee", "online_depths", "valid_from", "行政许可", "'01'", "'a%'", "DATE('2020-01-01')", "A_EQUALS", "first",
]  # fmt: skip


@settings(max_examples=500)
@given(text=st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join) | st.text(max_size=40))
def test_any_text_is_understood_or_refused_with_a_place_in_it(text: str) -> None:
    position = position_of_refusal(text)
    assert position is None or 0 <= position <= len(text)


def position_of_refusal(text: str) -> int | None:
    try:
        FILTERS.condition(text)
    except FilterError as error:
        return error.position
    return None
