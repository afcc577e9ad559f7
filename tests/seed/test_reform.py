"""What the county report says of reform work, and whether the records of it fit the items that they name."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.seed.replay import REPORT_DAY, TODAY, Model, current_code, in_use

Recorded = Mapping[str, Any]
EVE = timedelta(days=1)
LICENCE_OUTSIDE_LIST = "status = '1' AND task_type = '01' AND on_licensing_list = false"


def by_code(model: Model, kind: str, day: date) -> dict[str, Recorded]:
    return {str(each["code"]): each for each in model.on(kind, day)}


def first_day(model: Model, code: str) -> date:
    return next(day for _, life in model.objects for day in sorted(life) if life[day].get("code") == code)


@pytest.mark.parametrize("day", [date(2022, 5, 1), REPORT_DAY, TODAY], ids=str)
def test_the_licensing_list_names_the_licences_in_use(latest: Model, day: date) -> None:
    (edition,) = (each for each in by_code(latest, "edition", day).values() if each["list_code"] == "X-licensing")
    licences = {item["code"]: item for item in in_use(latest, day) if item["task_type"] == "01"}
    assert sorted(entry["code"] for entry in edition["entries"]) == sorted(map(str, licences))
    names = {department["name"] for department in latest.on("department", day)}
    for entry in edition["entries"]:
        assert licences[entry["code"]].items() >= {name: entry[name] for name in ("catalog_code", "name")}.items()
        assert {entry["supervising_department"], entry["implementing_body"]} <= names
    if day == REPORT_DAY:
        assert Counter(item["setting_level"] for item in licences.values()) == {"central": 245, "local": 14}


@pytest.mark.parametrize("day", [date(2022, 5, 1), REPORT_DAY, TODAY], ids=str)
def test_what_the_citys_list_asks_for_is_taken_over_or_not_with_a_reason(latest: Model, day: date) -> None:
    editions = {each["list_code"]: each for each in by_code(latest, "edition", day).values()}
    upper = {entry["catalog_code"] for entry in editions["Y-licensing"]["entries"]}
    claimed = {entry["catalog_code"] for entry in editions["X-licensing"]["entries"]}
    unclaimed = {each["catalog_code"] for each in editions["X-licensing"]["unclaimed"] if each["reason"]}
    assert (upper - claimed, len(unclaimed)) == (unclaimed, 8)
    assert all(code.startswith("99") for code in claimed - upper)
    assert upper <= {basic["catalog_code"] for basic in latest.on("basic_item", day)}


def test_two_batches_of_fifty_items_tolerate_deficiencies(latest: Model) -> None:
    items, editions = by_code(latest, "item", REPORT_DAY), by_code(latest, "edition", REPORT_DAY)
    batches = [editions[f"X-deficiency-{number}"]["entries"] for number in (1, 2)]
    assert [len(batch) for batch in batches] == [28, 22]
    named = {entry["code"] for batch in batches for entry in batch}
    listed = {current_code(latest, entry["code"], REPORT_DAY) for batch in batches for entry in batch}
    assert len(named) == len(listed) == 50
    assert listed == {code for code, item in items.items() if item["supports_deficiency_tolerance"]}
    for code in listed:
        needs = [material["necessity"] for material in items[code]["materials"]]
        assert "1" in needs
        assert "3" in needs
        assert items[code]["correction_limit"] < items[code]["promised_limit"]


def test_three_batches_hand_over_what_thirteen_departments_had(latest: Model) -> None:
    batches = by_code(latest, "transfer", REPORT_DAY)
    assert {code: batch["is_closed"] for code, batch in batches.items()} == {
        "X-transfer-1": True, "X-transfer-2": True, "X-transfer-3": False,
    }  # fmt: skip
    assert {code: len(batch["entries"]) for code, batch in batches.items()} == {
        "X-transfer-1": 52, "X-transfer-2": 36, "X-transfer-3": 55,
    }  # fmt: skip
    assert len({entry["from_department_code"] for batch in batches.values() for entry in batch["entries"]}) == 13
    for code, batch in batches.items():
        day = first_day(latest, code)
        before, after = by_code(latest, "item", day - EVE), by_code(latest, "item", day)
        for entry in batch["entries"]:
            old, new = before[entry["code"]], after[current_code(latest, entry["code"], day)]
            assert old["department_code"] == entry["from_department_code"] == entry["supervising_department_code"]
            assert (new["department_code"], new["catalog_code"]) == (batch["department_code"], old["catalog_code"])
            assert entry["supervising_duties"]


def test_agreements_of_1085_pairs_with_ten_partners(latest: Model) -> None:
    agreements = by_code(latest, "agreement", REPORT_DAY)
    assert (len(agreements), sum(len(each["entries"]) for each in agreements.values())) == (10, 1085)
    assert Counter(each["partner_division_code"][:4] for each in agreements.values()) == {
        "9901": 5, "9902": 2, "9903": 1, "9904": 1, "9905": 1,
    }  # fmt: skip
    assert len(by_code(latest, "agreement", TODAY)) == 11


def test_agreements_name_items_that_reach_so_far(latest: Model) -> None:
    today = by_code(latest, "item", TODAY)
    for code, agreement in by_code(latest, "agreement", TODAY).items():
        items = {item["code"]: item for item in in_use(latest, first_day(latest, code))}
        allowed = ("1", "2", "3") if agreement["partner_division_code"].startswith("9901") else ("1", "2")
        for entry in agreement["entries"]:
            assert items[entry["code"]]["cross_region_scope"] in allowed
            now = today[current_code(latest, entry["code"], TODAY)]
            assert entry["mode"] == items[entry["code"]]["cross_region_mode"] == now["cross_region_mode"]
            assert now["status"] == "1"


def test_twelve_integrated_matters(latest: Model) -> None:
    matters = by_code(latest, "integrated_matter", REPORT_DAY)
    assert list(matters) == [f"X-yjs-{number:02}" for number in range(1, 13)]
    departments = {department["code"] for department in latest.on("department", REPORT_DAY)}
    for matter in matters.values():
        assert matter["department_code"] in departments
        assert 3 <= len(matter["members"]) <= 8
        assert all(matter[one] for one in matter if one.startswith(("one_", "told_")))


@pytest.mark.parametrize("day", [REPORT_DAY, TODAY], ids=str)
def test_days_materials_and_steps_of_a_matter_can_be_computed(latest: Model, day: date) -> None:
    items: dict[str, Recorded] = {str(item["code"]): item for item in in_use(latest, day)}
    for matter in by_code(latest, "integrated_matter", day).values():
        members = [items[current_code(latest, member["code"], day)] for member in matter["members"]]
        assert [member["name"] for member in members] == [member["name"] for member in matter["members"]]
        assert all(member["promised_limit_unit"] in ("1", "4") for member in members)
        assert all(member["promised_limit"] is not None and member["onsite_visits"] is not None for member in members)
        assert {part["name"] for member in members for part in member["materials"]} >= set(matter["shared_materials"])
        assert {step["name"] for member in members for step in member["process_steps"]} >= set(matter["merged_steps"])
        done: set[str] = set()
        for member in matter["members"]:
            assert set(member["after"]) <= done
            done.add(member["code"])


def test_the_hall_has_every_window(latest: Model) -> None:
    (hall,) = latest.on("hall", date(2019, 7, 1))
    windows = latest.on("window", REPORT_DAY)
    assert len(windows) == 75
    assert all(window["hall_code"] == hall["code"] and window["staff_count"] for window in windows)
    assert {window["window_kind"] for window in windows} == {"acceptance", "issuing", "consultation", "other"}
    assert {window["window_kind"] for window in latest.on("window", TODAY)} >= {"self_service"}
    assert len({window["department_code"] for window in windows}) == 29


@pytest.mark.parametrize(
    ("filter_", "day", "total"),
    [
        ("A_CONTAINS(lists, ('X-licensing'))", REPORT_DAY, 259),
        ("A_CONTAINS(lists, ('X-licensing')) AND setting_level = 'central'", REPORT_DAY, 245),
        ("A_CONTAINS(lists, ('X-licensing')) AND setting_level = 'local'", REPORT_DAY, 14),
        (LICENCE_OUTSIDE_LIST, REPORT_DAY, 0),
        (LICENCE_OUTSIDE_LIST, TODAY, 0),
        (LICENCE_OUTSIDE_LIST, date(2023, 12, 31), 2),
        ("is_transferred = true", date(2021, 11, 30), 0),
        ("is_transferred = true", REPORT_DAY, 143),
        ("on_deficiency_list = true", REPORT_DAY, 50),
        ("on_deficiency_list <> supports_deficiency_tolerance", REPORT_DAY, 0),
        ("agreement_partner_count > 0 AND cross_region_scope = '4'", REPORT_DAY, 0),
        ("status = '1' AND is_in_service_hall = true", REPORT_DAY, 1428),
    ],
)
def test_filters_find_them(demo: TestClient, filter_: str, day: date, total: int) -> None:
    answer = demo.get("/v1/items", params={"filter": filter_, "as_of": str(day), "limit": 1})
    assert answer.json()["total"] == total, answer.text


def test_pairs_and_matters_are_counted_through_filters(demo: TestClient, latest: Model) -> None:
    def total(element: str, code: str, **asked: Any) -> int:
        wanted = {"filter": f"A_CONTAINS({element}, ('{code}'))", "as_of": str(REPORT_DAY), "limit": 1, **asked}
        return int(demo.get("/v1/items", params=wanted).json()["total"])

    partners = {each["partner_division_code"] for each in latest.on("agreement", REPORT_DAY)}
    assert sum(total("agreement_partners", str(partner)) for partner in partners) == 1085
    for code, matter in by_code(latest, "integrated_matter", REPORT_DAY).items():
        assert total("integrated_matters", code) == len(matter["members"])
    assert total("lists", "X-licensing", known_at=36) == 0
