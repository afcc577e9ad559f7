"""Whether what the items say hangs together: codes, limits, depths, materials, bodies, windows."""

from collections import Counter

import pytest
from stdnum.cn import uscc

from app.catalogue.code_lists import labels
from app.catalogue.objects import OBJECT_TYPES
from seed.demo import change_sets
from tests.seed.replay import ASKED, REPORT_DAY, Content, Model

DAYS = ASKED[1:]


@pytest.fixture(scope="module", params=DAYS, ids=str)
def listed(request: pytest.FixtureRequest, latest: Model) -> list[Content]:
    return latest.on("item", request.param)


def test_every_element_is_one_of_the_catalogue() -> None:
    for change_set in change_sets():
        for entry in change_set.entries:
            assert set(entry.content) <= set(OBJECT_TYPES[entry.object].given), entry.code


def test_every_coded_value_is_in_its_code_list() -> None:
    coded = {name: e.codes for name, e in OBJECT_TYPES["item"].given.items() if e.codes}
    for change_set in change_sets():
        for entry in change_set.entries:
            for name in coded.keys() & entry.content.keys() if entry.object == "item" else ():
                value = entry.content[name]
                values = value if isinstance(value, list) else [] if value is None else [value]
                assert set(values) <= set(labels(coded[name] or "")), (entry.code, name, value)


def test_codes_carry_the_body_the_level_the_basic_code_and_the_type(listed: list[Content]) -> None:
    for item in listed:
        code = str(item["code"])
        assert len(code) == (33 if item["main_item_name"] else 31)
        assert code[:31] == f"{item['department_code']}{item['use_level']}{item['catalog_code']}" == item["task_code"]
        assert str(item["catalog_code"])[2:4] == item["task_type"]
        assert item["handling_item_code"] == (code if item["main_item_name"] else None)


def test_a_code_and_a_name_belong_to_one_item(listed: list[Content]) -> None:
    assert Counter(item["code"] for item in listed).most_common(1)[0][1] == 1
    assert Counter((item["department_code"], item["name"]) for item in listed).most_common(1)[0][1] == 1


def test_credit_codes_of_departments(latest: Model) -> None:
    for day in DAYS:
        for department in latest.on("department", day):
            assert uscc.is_valid(str(department["code"])), department["name"]
            assert str(department["code"])[2:8] == department["division_code"] == "990101"


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_bodies_windows_and_basic_items_exist_on_the_day(latest: Model, day: object) -> None:
    on = {kind: latest.on(kind, day) for kind in ("department", "window", "basic_item", "item")}  # type: ignore[arg-type]  # a parameter
    departments = {department["code"] for department in on["department"]}
    windows = {window["code"]: window["department_code"] for window in on["window"]}
    basic_items = {basic["catalog_code"] for basic in on["basic_item"]}
    assert {window["department_code"] for window in on["window"]} <= departments
    for item in on["item"]:
        assert item["department_code"] in departments
        assert item["catalog_code"] in basic_items
        for window in item["windows"]:  # type: ignore[attr-defined]  # a list of objects
            assert windows[window["code"]] == item["department_code"], item["name"]


def test_online_elements_agree(listed: list[Content]) -> None:
    for item in listed:
        depths = item["online_depths"]
        if item["is_online"]:
            assert isinstance(depths, list)
            assert "4" in depths
            assert ("5" in depths) == (item["onsite_visits"] == 0)
            assert item["online_handling_url"]
            assert item["offline_reason"] is None
        else:
            assert depths in (None, [], ["1"])
            assert (item["offline_reason"] is None) == (item["is_online"] is None)


def test_visits_have_a_reason(listed: list[Content]) -> None:
    assert all(bool(item["onsite_reason"]) == (item["onsite_visits"] != 0) for item in listed)


def test_immediate_items_promise_nothing_less(listed: list[Content]) -> None:
    for item in listed:
        at_once = item["promised_limit"] == 0
        assert (item["case_type"] == "1") == at_once == (item["promised_limit_unit"] == "4")


def test_three_promises_exceed_the_statutory_limit(items: list[Content]) -> None:
    over = [i for i in items if i["statutory_limit"] is not None and i["promised_limit"] > i["statutory_limit"]]  # type: ignore[operator]
    assert len(over) == 3


def test_tolerance_has_main_and_deferrable_materials(latest: Model) -> None:
    for day in DAYS:
        tolerant = [item for item in latest.on("item", day) if item["supports_deficiency_tolerance"]]
        for item in tolerant:
            needs = {material["necessity"] for material in item["materials"]}  # type: ignore[attr-defined]
            assert {"1", "3"} <= needs
            assert 0 < item["correction_limit"] < item["promised_limit"]  # type: ignore[operator]
            assert item["case_type"] == "2"


def test_only_tolerant_items_let_materials_follow(listed: list[Content]) -> None:
    for item in listed:
        follows = any(material["necessity"] == "3" for material in item["materials"] or ())  # type: ignore[attr-defined]
        assert follows == bool(item["supports_deficiency_tolerance"])


def test_materials_are_two_to_seven(items: list[Content]) -> None:
    counts = {len(item["materials"]) for item in items if item["materials"] is not None}  # type: ignore[arg-type]
    assert counts <= set(range(2, 8))


def test_a_small_share_is_left_unstated(items: list[Content]) -> None:
    for name in ("materials", "process", "acceptance_conditions", "complaint_contact", "cross_region_scope"):
        unstated = sum(1 for item in items if item[name] is None)
        assert 0 < unstated < len(items) * 0.1, name


def test_telephones_are_invented_and_differ(items: list[Content]) -> None:
    for item in items:
        assert str(item["consultation_contact"]).startswith("0999-0")
        assert item["consultation_contact"] != item["complaint_contact"]


def test_names_on_the_report_day(latest: Model) -> None:
    names = {str(department["name"]) for department in latest.on("department", REPORT_DAY)}
    assert {"X区教育和科技局", "X区水务局", "X区行政审批服务局（X区数据局）"} <= names
    assert not {"X区科学技术局", "X区乡村振兴局"} & names
