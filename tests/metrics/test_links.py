from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from app.catalogue.moments import Moment
from app.catalogue.params import ItemQuestion
from app.catalogue.properties import item_filters
from app.filters import FilterError
from app.filters.tokens import MAX_LENGTH, TERMS, tokens_of
from app.metrics.definitions import metrics
from app.metrics.links import LONGEST_CONDITION, Addresses, FilterLeavesNoRoom, check_room, within_group
from app.pages import link

MOMENT = Moment(date(2024, 6, 30), None, 12, newest=12)
LONGEST_CODE = "9" * 64
THREE_GROUPS = "".join(f" AND department_code = '{LONGEST_CODE}'" for _ in range(3))


def test_an_address_is_the_set_the_group_and_the_question_with_both_dates_pinned() -> None:
    question = ItemQuestion(within="440000", filter="task_type = '01' OR 事项名称 LIKE '%许可%'")
    address = Addresses(question, MOMENT).of(
        "(status = '1')", within_group(["department_code = 'D''1'", "is_online IS NULL"]), listed=False
    )
    text = (
        "(status = '1') AND department_code = 'D''1' AND is_online IS NULL"
        " AND (task_type = '01' OR 事项名称 LIKE '%许可%')"
    )
    assert address == link("/v1/items", filter=text, within="440000", as_of="2024-06-30", known_at=12)
    assert parse_qs(urlsplit(address).query)["filter"] == [text]


def test_without_a_question_only_the_set_and_the_dates_remain() -> None:
    address = Addresses(ItemQuestion(), MOMENT).of("(status = '1')", within_group([]), listed=False)
    assert address == link("/v1/items", filter="(status = '1')", as_of="2024-06-30", known_at=12)


def terms(text: str) -> int:
    return sum(token.type in TERMS for token in tokens_of(text))


@pytest.mark.parametrize("key", sorted(metrics()))
def test_no_metric_with_three_groups_is_longer_than_the_room_kept_for_it(key: str) -> None:
    for text in metrics()[key].sets.all:
        assert len(text + THREE_GROUPS) < len(LONGEST_CONDITION)
        assert terms(text + THREE_GROUPS) < terms(LONGEST_CONDITION)


@pytest.mark.parametrize(
    "filter_",
    [
        "name = '" + "长" * (MAX_LENGTH - 100) + "'",
        "(" * 40 + "is_online = true" + ")" * 40,
        " OR ".join(["onsite_visits = 1"] * 290),
    ],
    ids=["length", "depth", "terms"],
)
def test_a_filter_that_leaves_no_room_for_the_links_is_refused_at_once(filter_: str) -> None:
    item_filters().condition(filter_)
    with pytest.raises(FilterLeavesNoRoom):
        check_room(ItemQuestion(filter=filter_))


def test_a_wrong_filter_is_refused_where_it_is_wrong() -> None:
    with pytest.raises(FilterError) as refused:
        check_room(ItemQuestion(filter="is_onlin = true"))
    assert (refused.value.position, refused.value.faults[0].suggestion) == (0, "is_online")
