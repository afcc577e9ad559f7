"""Items are split, merged, taken over, delegated and transferred; what comes of them holds from the day."""

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.changes.desk import TODAY, act, amend, decided, drafted, published
from tests.changes.wishes import MARKET, STREET, delegate, found, merge, part, split, take_over, three_items, transfer
from tests.factories import CIVIL_AFFAIRS, item, publish

COUNTY = "440106"
BEFORE = "2026-03-01"


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    three_items(database)


def codes(client: TestClient, day: str) -> list[str]:
    return [each["code"] for each in client.get(f"/v1/items?as_of={day}").json()["items"]]


def test_a_split_item_ends_and_its_parts_begin_as_it_was(staff: TestClient, client: TestClient) -> None:
    two = split("HZ-001", part("HZ-011", name="社会团体成立登记"), part("HZ-012", 承诺办结时限=5, is_online="否"))
    assert published(staff, two)["entries"] == {"split": 3}
    assert codes(client, BEFORE) == ["HZ-001", "HZ-002", "HZ-003"]
    assert codes(client, TODAY) == ["HZ-002", "HZ-003", "HZ-011", "HZ-012"]
    whole, one, other = (found(client, *each) for each in (("HZ-001", BEFORE), ("HZ-011",), ("HZ-012",)))
    assert len({whole["id"], one["id"], other["id"]}) == 3
    own = {"id", "code", "name", "version", "valid_from", "valid_to", "made_in", "as_of", "url", "versions_url"}
    assert {name: one[name] for name in one if name not in own} == {n: whole[n] for n in whole if n not in own}
    assert (one["name"], other["name"]) == ("社会团体成立登记", "社会团体登记")
    assert (other["promised_limit"], other["is_online"], other["online_depths"]) == (5, False, ["2", "3"])


def test_what_names_one_item_alone_is_not_passed_on(staff: TestClient, client: TestClient) -> None:
    published(staff, amend("HZ-001", record_guid="73e6176ce66ed33234608ce972111911", task_code="HZ-001"))
    path = drafted(staff, take_over("JD-001", "HZ-001", department_code=STREET))
    published(staff, amend("HZ-001", record_guid="9f2c6d1be4a04ad38b1e4a6f8f3d2c70"))
    assert decided(staff, path).status_code == 200
    taken = found(client, "JD-001")
    assert (taken["record_guid"], taken["task_code"]) == (None, "HZ-001")


def test_an_item_that_is_gone_names_those_that_stand_for_it(staff: TestClient, client: TestClient) -> None:
    published(staff, split("HZ-001", part("HZ-011"), part("HZ-012")), merge("HZ-002", "HZ-003", into="HZ-020"))
    answer = client.get("/v1/items/HZ-001")
    assert (answer.status_code, answer.json()["successor_codes"]) == (410, ["HZ-011", "HZ-012"])
    assert answer.json()["detail"].startswith(f"事项 HZ-001 自 {TODAY} 起已拆分为 HZ-011、HZ-012。")
    assert client.get(answer.json()["last_version_url"]).json()["name"] == "社会团体登记"
    assert "已并入 HZ-020。" in client.get("/v1/items/HZ-003").json()["detail"]
    english = client.get("/v1/items/HZ-001", headers={"Accept-Language": "en"}).json()["detail"]
    assert f"ended on {TODAY}: now HZ-011, HZ-012." in english


def test_an_act_is_shown_with_what_its_items_come_from(staff: TestClient) -> None:
    path = drafted(staff, amend("HZ-002", promised_limit=9), split("HZ-001", part("HZ-011"), part("HZ-012")))
    entries = staff.get(f"{path}/entries").json()["items"]
    assert [(each["kind"], each["code"], each["act"], each["predecessors"]) for each in entries] == [
        ("amend", "HZ-002", 1, []),
        ("split", "HZ-001", 2, []),
        ("split", "HZ-011", 2, ["HZ-001"]),
        ("split", "HZ-012", 2, ["HZ-001"]),
    ]
    assert entries[1]["changes"] == []
    copied = {change["field"]: change["new"] for change in entries[2]["changes"]}
    assert (copied["code"], copied["promised_limit"], copied["online_depths"]) == ("HZ-011", 20, ["2", "3"])
    preview = staff.get(f"{path}/preview").json()
    assert (preview["publishable"], preview["entries"][2]["predecessors"]) == (True, ["HZ-001"])
    assert decided(staff, path).status_code == 200
    assert staff.get(f"{path}/entries").json()["items"] == entries


def test_items_are_merged_into_a_new_one(staff: TestClient, client: TestClient) -> None:
    published(staff, merge("HZ-001", "HZ-002", into="HZ-020", name="社会团体登记和变更"))
    assert codes(client, TODAY) == ["HZ-003", "HZ-020"]
    one = found(client, "HZ-020")
    assert (one["name"], one["promised_limit"], one["is_online"]) == ("社会团体登记和变更", 20, True)


def test_items_are_merged_into_one_that_goes_on(staff: TestClient, client: TestClient) -> None:
    before = found(client, "HZ-001")["id"]
    published(staff, merge("HZ-002", into="HZ-001", promised_limit=15), merge("HZ-003", into="HZ-001"))
    assert codes(client, TODAY) == ["HZ-001"]
    one = found(client, "HZ-001")
    assert (one["id"], one["promised_limit"], one["name"]) == (before, 15, "社会团体登记")
    assert client.get("/v1/items/HZ-003").json()["successor_codes"] == ["HZ-001"]


def test_a_lower_body_takes_over_what_the_upper_one_goes_on_with(staff: TestClient, client: TestClient) -> None:
    published(staff, take_over("JD-001", "HZ-001", department_code=STREET, promised_limit=3))
    assert codes(client, TODAY) == ["HZ-001", "HZ-002", "HZ-003", "JD-001"]
    taken = found(client, "JD-001")
    assert (taken["department_name"], taken["promised_limit"]) == ("赤岗街道办事处", 3)
    assert (taken["name"], taken["power_source"]) == ("社会团体登记", None)


def test_what_is_delegated_is_no_longer_exercised_above(staff: TestClient, client: TestClient) -> None:
    """安阳市行政许可事项管理办法 art. 17: the former organ no longer exercises it."""
    there = part("HZ-001", department_code=STREET, division_code=COUNTY)
    published(staff, delegate("HZ-001", there, part("JD-002", department_code=MARKET, power_source="5")))
    assert codes(client, TODAY) == ["HZ-001", "HZ-002", "HZ-003", "JD-002"]
    one, other = found(client, "HZ-001"), found(client, "JD-002")
    assert (one["division_code"], one["department_code"], one["power_source"]) == (COUNTY, STREET, "2")
    assert (other["division_code"], other["power_source"]) == ("440105", "5")
    gone = client.get("/v1/items/HZ-001?division_code=440105")
    assert (gone.status_code, gone.json()["successor_codes"]) == (410, ["HZ-001", "JD-002"])
    assert "已下放为 HZ-001、JD-002。" in gone.json()["detail"]


def test_what_is_delegated_to_some_may_be_kept_for_the_others(staff: TestClient, client: TestClient) -> None:
    answer = published(staff, delegate("HZ-001", part("JD-001", department_code=STREET), keeps=True))
    assert answer["entries"] == {"delegate": 1}
    assert codes(client, TODAY) == ["HZ-001", "HZ-002", "HZ-003", "JD-001"]


def test_a_transferred_item_keeps_its_id_and_its_old_code_finds_it(staff: TestClient, client: TestClient) -> None:
    before = found(client, "HZ-001")
    published(staff, transfer("HZ-001", MARKET, code="SP-001"))
    after = found(client, "SP-001")
    assert (after["id"], after["department_name"]) == (before["id"], "海珠区行政审批局")
    assert found(client, "HZ-001")["code"] == "SP-001"
    assert found(client, "SP-001", BEFORE)["code"] == "HZ-001"
    assert [each["code"] for each in client.get("/v1/items/HZ-001/versions").json()["items"]] == ["HZ-001", "SP-001"]


def test_43_licences_change_hands(staff: TestClient, client: TestClient, database: Database) -> None:
    numbers = range(100, 143)
    online = [number % 3 > 0 for number in numbers]
    licences = [
        item(f"HZ-{n}", name=f"许可 {n}", task_type="01", is_online=flag)
        for n, flag in zip(numbers, online, strict=True)
    ]
    publish(database, *licences)
    ids = {n: found(client, f"HZ-{n}")["id"] for n in numbers}
    moved = published(staff, *(transfer(f"HZ-{n}", MARKET, code=f"SP-{n}") for n in numbers))
    assert moved["entries"] == {"transfer": 43}
    for n in numbers:
        assert found(client, f"SP-{n}")["id"] == found(client, f"HZ-{n}")["id"] == ids[n]
        assert found(client, f"HZ-{n}", BEFORE)["department_code"] == CIVIL_AFFAIRS
        assert client.get(f"/v1/items/HZ-{n}/versions").json()["total"] == 2
    span = f"from={BEFORE}&to={TODAY}"
    answer = client.get(f"/v1/metric-changes?metric=online_rate&{span}&group_by=department_code").json()
    for row, sign in zip(answer["values"], (-1, 1), strict=True):
        (kind,) = row["kinds"]
        assert (kind["kind"], kind["label"], kind["items"]) == ("transferred", "划转部门", 43)
        assert (kind["denominator_change"], kind["numerator_change"]) == (43 * sign, sum(online) * sign)
    series = client.get(f"/v1/metric-series?metric=online_rate&{span}&every=day").json()["values"]
    assert len({(row["numerator"], row["denominator"]) for row in series}) == 1


def test_an_act_goes_by_what_stands_before_it_in_the_change_set(staff: TestClient, client: TestClient) -> None:
    content = {"name": "基金会登记", "division_code": "440105", "department_code": CIVIL_AFFAIRS}
    published(
        staff,
        amend("HZ-001", promised_limit=7),
        split("HZ-001", part("HZ-011"), part("HZ-012")),
        split("HZ-012", part("HZ-013"), part("HZ-014", promised_limit=6)),
        {"kind": "create", "code": "HZ-030", "content": content},
        take_over("JD-030", "HZ-030", department_code=STREET),
        merge("HZ-002", into="HZ-030"),
    )
    assert codes(client, TODAY) == ["HZ-003", "HZ-011", "HZ-013", "HZ-014", "HZ-030", "JD-030"]
    assert [found(client, f"HZ-0{n}")["promised_limit"] for n in (11, 13, 14)] == [7, 7, 6]
    assert found(client, "JD-030")["name"] == "基金会登记"


def test_a_part_may_go_on_under_the_old_code(staff: TestClient, client: TestClient) -> None:
    before = found(client, "HZ-001")["id"]
    published(staff, split("HZ-001", part("HZ-001", name="社会团体成立登记"), part("HZ-012")))
    assert found(client, "HZ-001")["id"] != before
    assert found(client, "HZ-001", BEFORE)["id"] == before


def test_a_code_that_was_cancelled_comes_back_with_its_history(staff: TestClient, client: TestClient) -> None:
    before = found(client, "HZ-003")["id"]
    published(staff, act("cancel", "HZ-003", on="2026-02-01"))
    published(staff, split("HZ-001", part("HZ-003"), part("HZ-012")))
    assert found(client, "HZ-003")["id"] == before


def test_the_preview_says_what_plans_end_with_an_item(staff: TestClient, client: TestClient) -> None:
    published(staff, amend("HZ-001", on="2027-01-01", promised_limit=3))
    path = drafted(staff, split("HZ-001", part("HZ-011"), part("HZ-012")), act("cancel", "HZ-002"))
    (remark,) = staff.get(f"{path}/preview").json()["remarks"]
    assert (remark["code"], remark["rule"], remark["severity"]) == ("HZ-001", "plan-ends", "warning")
    assert remark["message"].startswith("从 2027-01-01 起另有已经公布的安排，随拆分一起失效。")
    assert decided(staff, path).status_code == 200
    assert found(client, "HZ-011", "2027-06-01")["promised_limit"] == 20
