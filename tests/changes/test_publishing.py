"""What publishing does to the catalogue, over HTTP: amendments and plans, codes, suspending, cancelling, conflicts."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.changes.desk import act, add, amend, approved, contents, decided, drafted, opened, previewed, published
from tests.factories import CIVIL_AFFAIRS, START, department, item, publish

NATIONAL = f"{CIVIL_AFFAIRS}400011100300001"
MARKET = "11440106007506516N"


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    publish(
        database,
        department(),
        item("HZ-001", is_online=False, promised_limit=20, statutory_limit=30),
        item(NATIONAL, name="养老机构设立许可", task_type="01"),
    )


def on(client: TestClient, day: str, code: str = "HZ-001") -> dict[str, Any]:
    answer = client.get(f"/v1/items/{code}?as_of={day}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_version_planned_for_next_year_and_an_amendment_today_are_both_right(
    staff: TestClient, client: TestClient
) -> None:
    published(staff, amend("HZ-001", on="2027-01-01", promised_limit=10))
    published(staff, amend("HZ-001", is_online="是"))
    told = [(on(client, day)["is_online"], on(client, day)["promised_limit"]) for day in DAYS_AROUND]
    assert told == [(False, 20), (True, 20), (True, 20), (True, 10), (True, 10)]


DAYS_AROUND = ("2026-03-01", "2026-03-02", "2026-12-31", "2027-01-01", "2035-01-01")


def test_a_planned_version_with_a_value_of_its_own_keeps_it(staff: TestClient, client: TestClient) -> None:
    published(staff, amend("HZ-001", on="2027-01-01", promised_limit=10))
    path = drafted(staff, amend("HZ-001", promised_limit=15))
    (entry,) = staff.get(f"{path}/preview").json()["entries"]
    assert entry["kept"] == [
        {"field": "promised_limit", "label": "承诺办结时限", "valid_from": "2027-01-01", "value": 10}
    ]
    assert decided(staff, path).status_code == 200
    assert [on(client, day)["promised_limit"] for day in DAYS_AROUND] == [20, 15, 15, 10, 10]


def test_an_amendment_until_a_day(staff: TestClient, client: TestClient) -> None:
    published(staff, amend("HZ-001", on="2026-07-01", until="2026-09-01", service_hours="夏令时 9:00-17:00"))
    days = ("2026-06-30", "2026-07-01", "2026-08-31", "2026-09-01")
    summer = "夏令时 9:00-17:00"
    assert [on(client, day)["service_hours"] for day in days] == [None, summer, summer, None]


def test_what_was_known_before_stays_known(staff: TestClient, client: TestClient) -> None:
    for limit in (15, 12, 9):
        published(staff, amend("HZ-001", on="2025-01-01", promised_limit=limit))
    for revision, limit in [(1, 20), (2, 15), (3, 12), (4, 9)]:
        found = client.get(f"/v1/items/HZ-001?as_of=2025-06-01&known_at={revision}").json()
        assert (found["promised_limit"], found["revision"]) == (limit, revision)
        assert client.get(found["url"]).json() == found


def test_an_old_value_that_no_longer_holds_is_a_conflict_that_names_the_field(
    staff: TestClient, client: TestClient, database: Database
) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=10), amend(NATIONAL, is_online=True))
    published(staff, amend("HZ-001", promised_limit=15))
    before = contents(database)
    answer = decided(staff, path)
    document = answer.json()
    assert (answer.status_code, document["type"]) == (409, "/problems/entries-do-not-fit")
    (fault,) = document["errors"]
    assert (fault["rule"], fault["pointer"], fault["value"]) == (
        "stale-value",
        "/entries/1/content/promised_limit",
        "15",
    )
    assert "HZ-001" in fault["detail"]
    assert "“20”" in fault["detail"]
    assert "“15”" in fault["detail"]
    assert contents(database) == before
    assert on(client, "2026-03-02", NATIONAL)["is_online"] is None
    assert staff.get(path).json()["status"] == "submitted"
    assert staff.get(path).json()["revision"] is None


def test_of_two_clerks_who_change_different_fields_both_are_heard(staff: TestClient, client: TestClient) -> None:
    """The second looks again at the item, finds no field that both changed, and both changes stand."""
    path = drafted(staff, amend("HZ-001", promised_limit=10))
    published(staff, amend("HZ-001", is_online=True))
    assert decided(staff, path).json()["errors"][0]["rule"] == "outdated"
    assert staff.post(f"{path}/rebase", json={}).json()["differences"] == []
    assert approved(staff, path).status_code == 200
    found = on(client, "2026-03-02")
    assert (found["is_online"], found["promised_limit"]) == (True, 10)


def test_several_changes_of_one_item_in_one_change_set(staff: TestClient, client: TestClient) -> None:
    done = published(
        staff,
        amend("HZ-001", promised_limit=10),
        amend("HZ-001", promised_limit=8, is_online=True),
        amend("HZ-001", on="2026-05-01", promised_limit=5),
    )
    assert (done["entries"], done["revision"]) == ({"amend": 3}, 2)
    assert [on(client, day)["promised_limit"] for day in ("2026-03-02", "2026-05-01")] == [8, 5]
    assert on(client, "2026-03-02")["is_online"] is True


def test_a_code_belongs_to_one_district_or_to_the_nation(staff: TestClient, client: TestClient) -> None:
    """Two districts may use one local code; a national code is held once."""
    other = {"name": "养老机构备案", "division_code": "440106", "department_code": CIVIL_AFFAIRS}
    published(staff, {"kind": "create", "code": "HZ-001", "content": other})
    ambiguous = client.get("/v1/items/HZ-001")
    assert (ambiguous.status_code, ambiguous.json()["division_codes"]) == (409, ["440105", "440106"])
    for division in ("440105", "440106"):
        found = client.get(f"/v1/items/HZ-001?division_code={division}").json()
        assert found["division_code"] == division
        assert client.get(found["url"]).json()["id"] == found["id"]
        assert client.get(found["versions_url"]).json()["id"] == found["id"]
    assert client.get("/v1/items/HZ-001/versions").status_code == 409


def test_where_a_local_code_is_used_is_told(staff: TestClient, client: TestClient) -> None:
    published(staff, act("cancel", "HZ-001", on="2026-04-01"))
    for day in ("2026-03-02", "2026-05-01"):
        elsewhere = client.get(f"/v1/items/HZ-001?division_code=440106&as_of={day}").json()
        assert elsewhere["detail"] == "区划 440106 没有编码为 HZ-001 的事项；这个编码用在 440105。"


def test_a_code_that_was_used_again_leads_to_the_item_of_the_day(staff: TestClient, client: TestClient) -> None:
    """HZ-001 becomes HZ-002 in April; another item takes the code up in June. In May the code means the first."""
    first = on(client, "2026-03-02")["id"]
    published(staff, amend("HZ-001", on="2026-04-01", code="HZ-002"))
    again = {"name": "养老机构备案", "division_code": "440105", "department_code": CIVIL_AFFAIRS}
    published(staff, {"kind": "create", "code": "HZ-001", "content": again, "effective_on": "2026-06-01"})
    found = {day: on(client, day) for day in ("2026-03-02", "2026-05-01", "2026-06-01")}
    assert [each["code"] for each in found.values()] == ["HZ-001", "HZ-002", "HZ-001"]
    assert [each["id"] == first for each in found.values()] == [True, True, False]
    early = client.get("/v1/items/HZ-001?as_of=2019-01-01").json()["detail"]
    assert early == f"2019-01-01 没有编码为 HZ-001 的事项：它从 {START} 起生效。"


def test_an_entry_names_the_district_of_a_local_code(staff: TestClient, client: TestClient) -> None:
    """Otherwise another district's item would be changed without anybody noticing."""
    other = {"name": "养老机构备案", "division_code": "440106", "department_code": CIVIL_AFFAIRS}
    published(staff, {"kind": "create", "code": "HZ-001", "content": other})
    path = opened(staff)
    refused = add(staff, path, amend("HZ-001", promised_limit=1))
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/ambiguous-code")
    added = add(staff, path, amend("HZ-001", promised_limit=1) | {"division_code": "440106"})
    assert added.status_code == 201
    assert decided(staff, path).status_code == 200
    for division, limit in [("440105", 20), ("440106", 1)]:
        found = client.get(f"/v1/items/HZ-001?division_code={division}").json()
        assert found["promised_limit"] == limit


@pytest.mark.parametrize(("code", "division"), [(NATIONAL, "440106"), (NATIONAL, "440105"), ("HZ-001", "440105")])
def test_a_code_held_twice_is_a_conflict(staff: TestClient, database: Database, code: str, division: str) -> None:
    content = {"name": "重复的事项", "division_code": division, "department_code": CIVIL_AFFAIRS}
    path = drafted(staff, {"kind": "create", "code": code, "content": content})
    before = contents(database)
    answer = decided(staff, path)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/catalogue-inconsistent")
    assert (answer.json()["errors"][0]["rule"], answer.json()["errors"][0]["value"]) == ("code-held-twice", code)
    assert contents(database) == before


def test_the_same_code_twice_in_one_change_set_is_a_conflict(staff: TestClient, database: Database) -> None:
    content = {"name": "重复的事项", "division_code": "440105", "department_code": CIVIL_AFFAIRS}
    path = drafted(staff, *({"kind": "create", "code": "HZ-009", "content": content} for _ in range(2)))
    before = contents(database)
    assert decided(staff, path).status_code == 409
    assert contents(database) == before


def test_an_item_is_found_by_a_code_it_once_had(staff: TestClient, client: TestClient) -> None:
    published(staff, amend("HZ-001", on="2026-01-01", code="HZ-2026-001"))
    found = client.get("/v1/items/HZ-001").json()
    assert (found["code"], found["url"]) == ("HZ-2026-001", client.get("/v1/items/HZ-2026-001").json()["url"])
    assert on(client, "2025-12-31")["code"] == "HZ-001"
    assert on(client, "2025-12-31", "HZ-2026-001")["code"] == "HZ-001"
    assert client.get("/v1/items?code=HZ-001").json()["total"] == 0


def test_a_code_goes_to_another_item_and_each_is_found_on_its_days(staff: TestClient, client: TestClient) -> None:
    before = on(client, "2026-03-01")
    new = {"name": "新设事项", "division_code": "440105", "department_code": CIVIL_AFFAIRS}
    published(staff, amend("HZ-001", code="HZ-OLD"), {"kind": "create", "code": "HZ-001", "content": new})
    assert on(client, "2026-03-02")["name"] == "新设事项"
    assert on(client, "2026-03-01")["id"] == before["id"] == on(client, "2026-03-02", "HZ-OLD")["id"]
    assert client.get(on(client, "2026-03-01")["versions_url"]).json()["id"] == before["id"]
    assert client.get(on(client, "2026-03-02")["versions_url"]).json()["id"] != before["id"]


def test_suspended_stays_listed_and_resumes(staff: TestClient, client: TestClient) -> None:
    published(staff, act("suspend", "HZ-001"))
    assert on(client, "2026-03-02")["status"] == "2"
    assert client.get("/v1/items?status=暂停").json()["total"] == 1
    assert client.get("/v1/items").json()["total"] == 2
    published(staff, act("resume", "HZ-001", on="2026-04-01"))
    assert [on(client, day)["status"] for day in ("2026-03-31", "2026-04-01")] == ["2", "1"]


def test_suspended_until_a_day(staff: TestClient, client: TestClient) -> None:
    published(staff, act("suspend", "HZ-001", until="2026-04-01"))
    assert [on(client, day)["status"] for day in ("2026-03-01", "2026-03-31", "2026-04-01")] == ["1", "2", "1"]


def test_a_cancelled_item_is_gone_with_an_address_that_works(staff: TestClient, client: TestClient) -> None:
    published(staff, amend("HZ-001", on="2026-02-01", promised_limit=9))
    published(staff, act("cancel", "HZ-001", on="2026-03-01"))
    answer = client.get("/v1/items/HZ-001")
    document = answer.json()
    assert (answer.status_code, document["type"], document["code"]) == (410, "/problems/item-cancelled", "HZ-001")
    assert "2026-03-01" in document["detail"]
    assert document["last_version_url"] in document["detail"]
    last = client.get(document["last_version_url"])
    assert (last.status_code, last.json()["promised_limit"], last.json()["valid_to"]) == (200, 9, "2026-03-01")
    assert client.get("/v1/items").json()["total"] == 1
    assert on(client, "2026-02-28")["promised_limit"] == 9


def test_an_item_that_starts_later_is_not_there_yet(staff: TestClient, client: TestClient) -> None:
    content = {"name": "新设事项", "division_code": "440105", "department_code": CIVIL_AFFAIRS}
    published(staff, {"kind": "create", "code": "HZ-009", "content": content, "effective_on": "2027-01-01"})
    answer = client.get("/v1/items/HZ-009")
    assert answer.status_code == 404
    assert "2027-01-01" in answer.json()["detail"]


def test_a_cancelled_item_comes_back_as_the_item_it_was(staff: TestClient, client: TestClient) -> None:
    """Created again under its code it keeps its id and its history; in between it is gone."""
    old = on(client, "2026-03-01")["id"]
    published(staff, act("cancel", "HZ-001"))
    content = {"name": "重新设立", "division_code": "440105", "department_code": CIVIL_AFFAIRS}
    published(staff, {"kind": "create", "code": "HZ-001", "content": content, "effective_on": "2026-06-01"})
    assert on(client, "2026-06-01")["id"] == old
    assert client.get("/v1/items/HZ-001?as_of=2026-05-31").status_code == 410
    versions = client.get("/v1/items/HZ-001/versions").json()["items"]
    assert [each["version"] for each in versions] == [1, 2]


@pytest.mark.parametrize(
    ("content", "rule", "value"),
    [
        ({"department_code": "HZ-NONE"}, "department-missing", "HZ-NONE"),
        ({"division_code": "999999"}, "unknown-division", "999999"),
    ],
)
def test_what_the_catalogue_does_not_know_is_not_half_written(
    staff: TestClient, client: TestClient, database: Database, content: dict[str, Any], rule: str, value: str
) -> None:
    path = drafted(staff, amend(NATIONAL, is_online=True), amend("HZ-001", **content))
    before = contents(database)
    answer = decided(staff, path)
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["rule"], fault["value"]) == (409, rule, value)
    assert contents(database) == before
    assert on(client, "2026-03-02", NATIONAL)["is_online"] is None
    assert client.get("/readyz").json()["revision"] == 1


def test_a_department_and_its_first_item_in_one_change_set(staff: TestClient, client: TestClient) -> None:
    content = {"name": "食品经营许可", "division_code": "440106", "department_code": MARKET}
    bureau = {"name": "天河区市场监督管理局", "division_code": "440106"}
    published(
        staff,
        {"kind": "create", "code": "TH-001", "content": content},
        {"object": "department", "kind": "create", "code": MARKET, "content": bureau},
    )
    assert on(client, "2026-03-02", "TH-001")["department_name"] == "天河区市场监督管理局"


def test_a_department_that_starts_later_cannot_hold_items_yet(staff: TestClient) -> None:
    bureau = {"name": "天河区市场监督管理局", "division_code": "440106"}
    entry = {"object": "department", "kind": "create", "code": MARKET, "content": bureau, "effective_on": "2027-01-01"}
    path = drafted(staff, entry, amend("HZ-001", department_code=MARKET))
    assert decided(staff, path).json()["errors"][0]["rule"] == "department-missing"


def test_a_change_set_is_published_once(staff: TestClient, client: TestClient) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=10))
    assert decided(staff, path).status_code == 200
    for action, answer in ((action, staff.post(f"{path}/{action}")) for action in ("approve", "submit", "withdraw")):
        assert answer.status_code == 409, action
        assert answer.json()["change_set_status"] == "published"
        assert "已发布" in answer.json()["detail"]
    assert add(staff, path, amend("HZ-001", promised_limit=9)).status_code == 409
    assert client.get("/readyz").json()["revision"] == 2


def test_two_who_approve_at_once_publish_once(staff: TestClient, client: TestClient) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=10))
    staff.post(f"{path}/submit")
    seen = {"If-Match": previewed(staff, path)["etag"]}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: staff.post(f"{path}/approve", headers=seen).status_code, range(4)))
    assert sorted(answers) == [200, 409, 409, 409]
    assert client.get("/readyz").json()["revision"] == 2


@pytest.mark.parametrize("action", ["approve", "submit"])
def test_an_empty_change_set_is_not_published(staff: TestClient, action: str) -> None:
    answer = staff.post(f"{opened(staff)}/{action}")
    assert (answer.status_code, answer.json()["type"]) == (
        (422, "/problems/empty-change-set") if action == "submit" else (409, "/problems/wrong-status")
    )


def test_a_withdrawn_change_set_stays_on_record(staff: TestClient) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=10))
    assert staff.post(f"{path}/withdraw").json()["status"] == "withdrawn"
    assert staff.get(path).json()["entries"] == {"amend": 1}
    assert add(staff, path, amend("HZ-001", promised_limit=9)).status_code == 409
    assert staff.post(f"{path}/submit").status_code == 409


@pytest.mark.parametrize("action", ["", "/entries", "/preview", "/submit", "/approve", "/withdraw"])
def test_a_change_set_that_does_not_exist(staff: TestClient, action: str) -> None:
    reading = action in ("", "/entries", "/preview")
    answer = staff.request("GET" if reading else "POST", f"/v1/change-sets/777777{action}")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/change-set-not-found")


def test_the_cover_is_kept(staff: TestClient) -> None:
    cover = {
        "title": " 下放 3 项许可 ",
        "reason": "省政府令",
        "document_number": "海府〔2026〕1号",
        "effective_on": "2026-04-01",
    }
    made = staff.post("/v1/change-sets", json=cover).json()
    add(staff, f"/v1/change-sets/{made['id']}", amend("HZ-001", promised_limit=10))
    done = decided(staff, f"/v1/change-sets/{made['id']}").json()
    assert (done["title"], done["reason"], done["document_number"]) == ("下放 3 项许可", "省政府令", "海府〔2026〕1号")
    assert (done["author"], done["submitted_by"], done["approved_by"]) == ("审批局 王敏",) * 3
    assert (done["created_at"], done["submitted_at"]) == ("2026-03-02T10:00:00+08:00",) * 2
    assert (done["status"], done["revision"], done["effective_on"]) == ("published", 2, "2026-04-01")


@pytest.mark.parametrize(
    ("cover", "says"),
    [
        ({"title": "改", "effective_on": "9999-12-31"}, "effective_on 要早于 9999-12-31"),
        ({"title": "改", "effective_on": "2026-02-30"}, "effective_on 应为年-月-日的日期"),
        ({"title": " ", "effective_on": "2026-04-01"}, "title 不能为空"),
        ({"effective_on": "2026-04-01"}, "title 必须提供"),
    ],
)
def test_a_cover_that_cannot_be_meant(staff: TestClient, cover: dict[str, str], says: str) -> None:
    before = staff.get("/v1/change-sets").json()["total"]
    answer = staff.post("/v1/change-sets", json=cover)
    assert answer.status_code == 422
    assert says in answer.json()["detail"]
    assert staff.get("/v1/change-sets").json()["total"] == before


def test_change_sets_are_listed_by_number_and_status(staff: TestClient) -> None:
    paths = [drafted(staff, amend("HZ-001", promised_limit=limit)) for limit in (1, 2, 3)]
    staff.post(f"{paths[1]}/withdraw")
    first = staff.get("/v1/change-sets?limit=2").json()
    assert (len(first["items"]), first["total"]) == (2, 4)
    rest = staff.get(first["next"]).json()
    assert [each["id"] for each in first["items"] + rest["items"]] == sorted(
        each["id"] for each in first["items"] + rest["items"]
    )
    assert rest["next"] is None
    assert {each["entries"].get("amend") for each in rest["items"]} == {1}
    assert [each["status"] for each in staff.get("/v1/change-sets?status=withdrawn").json()["items"]] == ["withdrawn"]
    assert staff.get("/v1/change-sets?status=lost").status_code == 422


def test_the_history_of_an_item_says_what_changed_when(staff: TestClient, client: TestClient) -> None:
    published(staff, amend("HZ-001", on="2026-07-01", promised_limit=10, is_online=True))
    answer = client.get("/v1/items/HZ-001/versions").json()
    first, second = answer["items"]
    assert (first["valid_from"], first["valid_to"], first["changed"]) == ("2020-01-01", "2026-07-01", [])
    assert (second["valid_from"], second["valid_to"]) == ("2026-07-01", None)
    assert second["changed"] == ["promised_limit", "is_online"]
    assert (second["made_in"], second["made_at"]) == (2, "2026-03-02T10:00:00+08:00")
    assert (answer["total"], answer["revision"]) == (2, 2)
    for version in (first, second):
        found = client.get(version["url"]).json()
        assert (found["valid_from"], found["version"]) == (version["valid_from"], version["version"])
    assert client.get("/v1/items/HZ-001/versions?known_at=1").json()["total"] == 1
    assert client.get("/v1/items/HZ-404/versions").status_code == 404
