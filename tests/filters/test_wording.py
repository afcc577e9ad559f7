"""Conditions as officials read them."""

import pytest
from hypothesis import given

from app.cases.properties import case_filters
from app.catalogue.properties import item_filters
from app.filters import FilterError
from tests.filters.strategies import conditions

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("setting_level = 'central'", "设定层级为中央层面设定"),
        ("事项类型 = '01' AND onsite_visits <= 1", "事项类型为行政许可，且到办事现场次数不大于 1"),
        (
            "is_online = true AND (onsite_visits = 0 OR name IS NULL)",
            "是否网办为是，且（到办事现场次数为 0，或事项名称未填）",
        ),
        ("NOT (is_online = false)", "不是（是否网办为否）"),
        ("task_type NOT IN ('01', '05')", "事项类型不为行政许可、行政给付之一"),
        ("A_CONTAINS(result_types, ('10'))", "审批结果类型含证照"),
        ("A_EQUALS(online_depths, ())", "网上办理深度恰为空"),
        ("onsite_visits BETWEEN 0 AND 1", "到办事现场次数在 0 和 1 之间"),
        ("within_division('440000')", "在 440000 及其下级"),
        ("name LIKE '%证%'", "name LIKE '%证%'"),
    ],
)
def test_elements_and_codes_are_called_by_their_labels(text: str, words: str) -> None:
    assert item_filters().in_words(text) == words


def test_so_are_those_of_cases() -> None:
    assert (
        case_filters().in_words("channel = 'online' AND business_kind = '变更'") == "办理渠道为网上，且业务类别为变更"
    )


def test_what_is_no_filter_is_refused() -> None:
    with pytest.raises(FilterError):
        item_filters().in_words("is_online = ")


@given(conditions())
def test_every_filter_can_be_told(text: str) -> None:
    assert item_filters().in_words(text)
