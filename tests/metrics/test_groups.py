import pytest

from app.catalogue.properties import item_filters
from app.metrics.groups import Key, TooManyGroups, UnknownGroup, dimensions, grouping
from app.metrics.queries import spread


def test_departments_divisions_codes_flags_and_small_numbers_may_be_grouped_by() -> None:
    names = ["department_code", "division", "province", "prefecture", "county", "task_type", "is_online"]
    names += ["online_depths", "onsite_visits", "online_level"]
    assert set(names) <= dimensions().keys()


@pytest.mark.parametrize(
    "name", ["name", "promised_limit_note", "materials", "valid_from", "department_name", "nothing"]
)
def test_free_text_is_no_group_and_the_answer_lists_what_is(name: str) -> None:
    with pytest.raises(UnknownGroup) as refused:
        grouping([name])
    assert refused.value.faults[0].parameter == "group_by"
    assert "department_code" in refused.value.detail.zh
    assert "department_code" in refused.value.detail.en


@pytest.mark.parametrize(("asked", "nearest"), [("departmentcode", "department_code"), ("是否网办", None)])
def test_the_nearest_group_is_named_and_chinese_names_will_do(asked: str, nearest: str | None) -> None:
    if nearest is None:
        assert [each.name for each in grouping([asked])] == ["is_online"]
        return
    with pytest.raises(UnknownGroup) as refused:
        grouping([asked])
    assert refused.value.faults[0].suggestion == nearest


def test_at_most_three_groups_each_once() -> None:
    assert [each.name for each in grouping(["task_type", "is_online", "task_type", "是否网办"])] == [
        "task_type",
        "is_online",
    ]
    with pytest.raises(TooManyGroups):
        grouping(["task_type", "is_online", "province", "case_type"])


@pytest.mark.parametrize(
    ("name", "key", "text"),
    [
        ("department_code", "D'1", "department_code = 'D''1'"),
        ("task_type", "01", "task_type = '01'"),
        ("task_type", None, "task_type IS NULL"),
        ("is_online", True, "is_online = true"),
        ("is_online", False, "is_online = false"),
        ("is_online", None, "is_online IS NULL"),
        ("onsite_visits", 0, "onsite_visits = 0"),
        ("online_depths", "5", "A_CONTAINS(online_depths, ('5'))"),
        ("online_depths", "", "A_EQUALS(online_depths, ())"),
        ("online_depths", None, "online_depths IS NULL"),
        ("division", "440105", "division_code = '440105'"),
        ("province", "440000", "within_division('440000')"),
        ("county", "440105", "within_division('440105')"),
        ("province", None, "division_code = '000000'"),
        ("prefecture", None, "division_code LIKE '%0000'"),
        ("county", None, "division_code LIKE '%00'"),
    ],
)
def test_a_group_is_a_condition(name: str, key: Key, text: str) -> None:
    assert dimensions()[name].text(key) == text
    item_filters().condition(text)


@pytest.mark.parametrize("name", sorted(dimensions()))
def test_the_items_that_state_nothing_can_be_asked_for_whatever_the_group(name: str) -> None:
    item_filters().condition(dimensions()[name].text(None))


def test_an_item_with_several_codes_is_in_the_group_of_each() -> None:
    depths = grouping(["online_depths"])
    rows = [(("5", "6"), 3, None), (("5",), 1, 2), ((), 1, 0), (None, 4, 1)]
    assert spread(rows, depths) == {("5",): [4, 2], ("6",): [3, 0], ("",): [1, 0], (None,): [4, 1]}


def test_without_groups_there_is_one() -> None:
    assert spread([(7, None)], ()) == {(): [7, 0]}
