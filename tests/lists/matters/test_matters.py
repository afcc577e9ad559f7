from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.catalogue.objects import INTEGRATED_MATTER
from app.db import Database
from app.lists.matters.schemas import MatterDetail, MatterPage
from tests.changes.desk import decided
from tests.factories import CIVIL_AFFAIRS, DIVISION, amend, department, draft, item, publish

PATH = "/v1/integrated-matters"


def step(*names: str) -> list[dict[str, str]]:
    return [{"name": name} for name in names]


def stated(limit: int, visits: int, *materials: str, **more: Any) -> dict[str, Any]:
    named = [{"name": name, "necessity": "1"} for name in materials]
    limits = {"promised_limit": limit, "promised_limit_unit": "1", "onsite_visits": visits}
    return {**limits, "materials": named, "process_steps": step("受理", "审查", "送达"), **more}


BIRTH: dict[str, Any] = {
    "name": "新生儿出生一件事",
    "division_code": DIVISION,
    "department_code": CIVIL_AFFAIRS,
    "members": [
        {"code": "HZ-003", "after": ["HZ-002"]},
        {"code": "HZ-001"},
        {"code": "HZ-002", "after": ["HZ-001"]},
        {"code": "HZ-004", "after": ["HZ-001"]},
    ],
    "merged_form": "新生儿出生一件事申请表",
    "shared_materials": ["出生医学证明"],
    "merged_steps": ["受理", "送达"],
    "one_acceptance": True,
    "told_once": True,
}


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    publish(
        database,
        department(),
        item("HZ-001", name="出生医学证明签发", **stated(5, 1, "身份证")),
        item("HZ-002", name="户口登记", **stated(10, 1, "身份证", "户口簿", "出生医学证明")),
        item("HZ-003", name="社会保障卡申领", **stated(8, 1, "户口簿")),
        item("HZ-004", name="医保参保登记", **stated(15, 2, "身份证", "出生医学证明")),
    )
    publish(database, draft("create", "HZ-yjs-01", BIRTH, kind=INTEGRATED_MATTER))


def got(client: TestClient, url: str) -> dict[str, Any]:
    answer = client.get(url)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_matters_are_listed_with_their_lead_and_the_six_ones(client: TestClient) -> None:
    page = got(client, f"{PATH}?within=440100")
    MatterPage.model_validate(page)
    (matter,) = page["items"]
    assert (matter["department_name"], matter["member_count"], matter["told_once"]) == ("海珠区民政局", 4, True)
    assert matter["one_form"] is None
    assert got(client, matter["items_url"])["total"] == matter["item_count"] == 4
    assert got(client, f"{PATH}?within=440106")["total"] == 0
    assert got(client, matter["url"])["code"] == "HZ-yjs-01"


def test_a_matter_tells_its_members_in_order_and_what_it_takes(client: TestClient) -> None:
    said = got(client, f"{PATH}/HZ-yjs-01")
    MatterDetail.model_validate(said)
    order = [(each["code"], each["stage"]) for each in said["members"]]
    assert order == [("HZ-001", 1), ("HZ-002", 2), ("HZ-004", 2), ("HZ-003", 3)]
    first = said["members"][0]
    assert (first["promised_limit"], first["material_count"], first["process_step_count"]) == (5, 1, 3)
    assert got(client, first["item"]["url"])["name"] == first["name"] == "出生医学证明签发"
    assert [(each["name"], each["needed_by"]) for each in said["merged_materials"]] == [
        ("户口簿", ["HZ-003", "HZ-002"]), ("身份证", ["HZ-001", "HZ-002", "HZ-004"]),
    ]  # fmt: skip
    figures = {name: (each["before"], each["after"]) for name, each in said["figures"].items()}
    assert figures == {"steps": (12, 6), "materials": (7, 2), "days": (38, 23), "visits": (5, 2)}
    assert said["figures"]["days"]["reduction"] == {"exact": "15/38", "value": 15 / 38, "percent": 39.47}
    assert said["critical_path"] == ["HZ-001", "HZ-002", "HZ-003"]


def test_it_is_computed_from_the_members_of_the_day(client: TestClient, database: Database) -> None:
    later = date(2025, 1, 1)
    publish(
        database,
        draft("amend", "HZ-001", {"code": "HZ-101", "promised_limit": 1}, start=later),
        amend("HZ-004", later, promised_limit_unit="2", process_steps=None),
        draft("cancel", "HZ-003", start=date(2026, 1, 1)),
    )
    was = got(client, f"{PATH}/HZ-yjs-01?as_of=2024-12-31")
    assert was["figures"]["days"]["after"] == 23
    said = got(client, f"{PATH}/HZ-yjs-01?as_of=2025-06-30")
    assert said["members"][0]["item"]["code"] == "HZ-101"
    assert said["figures"]["days"] == {
        "before": None, "after": None, "reduction": None,
        "unknown": [{"code": "HZ-004", "name": "医保参保登记", "reason": "承诺办结时限不是工作日，自然日不折算"}],
    }  # fmt: skip
    assert (said["figures"]["steps"]["before"], said["figures"]["visits"]["before"]) == (None, 5)
    now = got(client, f"{PATH}/HZ-yjs-01")
    assert (now["member_count"], now["item_count"], now["members"][3]["item"]) == (4, 3, None)
    assert [each["reason"] for each in now["figures"]["visits"]["unknown"]] == ["当日不在目录里"]
    early = client.get(f"{PATH}/HZ-yjs-01?as_of=2019-12-31")
    assert (early.status_code, early.json()["detail"][:26]) == (404, "2019-12-31 没有一件事 HZ-yjs-01")


def test_what_the_matter_does_not_state_is_told_of_the_matter(client: TestClient, database: Database) -> None:
    unstated: dict[str, Any] = {"one_acceptance": None, "merged_steps": None, "shared_materials": []}
    publish(database, draft("amend", "HZ-yjs-01", unstated, kind=INTEGRATED_MATTER, start=date(2025, 1, 1)))
    said = got(client, f"{PATH}/HZ-yjs-01")
    MatterDetail.model_validate(said)
    figures = {name: (each["before"], each["after"]) for name, each in said["figures"].items()}
    assert figures == {"steps": (12, None), "materials": (7, 3), "days": (38, 23), "visits": (5, None)}
    assert said["figures"]["steps"]["unknown"] == [
        {"code": "HZ-yjs-01", "name": "新生儿出生一件事", "reason": "一件事没有填合并环节"}
    ]


def test_a_matter_is_drafted_whole(client: TestClient, staff: TestClient) -> None:
    drafted = staff.post(PATH, json={**BIRTH, "code": "HZ-yjs-02", "一表申报": "是"})
    assert drafted.status_code == 202, drafted.text
    decided(staff, drafted.json()["url"])
    assert got(client, f"{PATH}/HZ-yjs-02")["one_form"] is True


def test_all_that_is_wrong_with_a_new_matter_is_told_at_once(staff: TestClient) -> None:
    members = [{"code": "HZ-001", "after": ["HZ-009"]}, {"code": "HZ-008", "after": ["HZ-008"]}]
    answer = staff.post(PATH, json={**BIRTH, "code": "HZ-yjs-02", "department_code": "无此部门", "members": members})
    assert answer.status_code == 422, answer.text
    assert [(each["rule"], each.get("pointer")) for each in answer.json()["errors"]] == [
        ("department-missing", None), ("unknown-item", "/members/1/code"),
        ("unknown-member", "/members/0/after/0"), ("circle-of-members", "/members"),
    ]  # fmt: skip
    short = staff.post(PATH, json={"code": "HZ-yjs-02", "member": []}).json()
    assert [each["pointer"] for each in short["errors"]] == [
        "/member", "/name", "/division_code", "/department_code",
    ]  # fmt: skip
