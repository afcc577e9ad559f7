"""Undoing what was published: the changed fields over the same days, by a change set that is reviewed like any other."""

from datetime import date
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.db import Database
from tests.changes.desk import act, amend, approved, contents, decided, drafted, opened, previewed, published
from tests.factories import CIVIL_AFFAIRS, DIVISION, department, item, publish
from tests.review.people import Bureau

MARKET = "11440106007506516N"
NEW = {"name": "社会团体登记", "division_code": DIVISION, "department_code": CIVIL_AFFAIRS, "is_online": True}
DAYS = ("2015-06-01", "2022-06-01", "2026-03-02", "2026-07-15", "2027-01-01")


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    publish(
        database,
        department(start=date(2015, 1, 1)),
        department(MARKET, name="海珠区市场监管局"),
        item("HZ-001", is_online=False, promised_limit=20, statutory_limit=30),
        item("HZ-002", is_online=True),
    )


def undo(staff: TestClient, number: int, reason: str = "发错了文号") -> Response:
    return staff.post(f"/v1/change-sets/{number}/undo", json={"reason": reason})


def undone(staff: TestClient, number: int) -> dict[str, Any]:
    """Published by the same desk."""
    answer = undo(staff, number)
    assert answer.status_code == 201, answer.text
    done = decided(staff, answer.headers["Location"])
    assert done.status_code == 200, done.text
    found: dict[str, Any] = done.json()
    return found


def told(client: TestClient, *days: str) -> list[dict[str, Any]]:
    """What lists and figures say of each day, without what tells one revision from another."""
    return [of_day(client, day) for day in days or DAYS]


def of_day(client: TestClient, day: str) -> dict[str, Any]:
    listed = client.get("/v1/items", params={"as_of": day, "format": "ndjson"})
    figures = client.get("/v1/metric-values", params={"as_of": day}).json()
    parts = ("metric", "numerator", "denominator", "unknown", "excluded", "value", "value_max", "percent")
    return {
        "items": [without(orjson.loads(line), "version", "url") for line in listed.text.splitlines()],
        "figures": [{part: row[part] for part in parts} for row in figures["values"]],
        "note": figures.get("note"),
    }


def without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def on(client: TestClient, day: str, code: str = "HZ-001") -> dict[str, Any]:
    answer = client.get(f"/v1/items/{code}?as_of={day}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.one_database  # test_undo_any asks both, of any entries.
@pytest.mark.parametrize(
    "entries",
    [
        *(
            pytest.param(each, marks=pytest.mark.one_database)
            for each in (
                [amend("HZ-001", promised_limit=10, is_online=True)],
                [amend("HZ-001", on="2026-07-01", until="2026-09-01", promised_limit=10)],
                [amend("HZ-001", promised_limit=None, name="养老机构备案（含变更）")],
                [act("suspend", "HZ-002")],
                [act("suspend", "HZ-002", until="2026-05-01")],
                [{"kind": "create", "code": "HZ-009", "content": NEW}],
                [{"kind": "create", "code": "HZ-009", "content": NEW, "until": "2026-07-01"}],
                [amend("HZ-001", department_code=MARKET)],
                [amend("HZ-001", on="2021-01-01", until="2024-01-01", is_online=True)],
            )
        ),
        [amend("HZ-001", on="2027-01-01", promised_limit=10), amend("HZ-001", promised_limit=5)],
        [act("cancel", "HZ-001"), act("cancel", "HZ-002", "2027-01-01")],
        [{"kind": "create", "code": "HZ-009", "content": NEW}, amend("HZ-009", on="2026-07-01", is_online=False)],
        [amend("HZ-001", code="HZ-101"), amend("HZ-001", on="2026-07-01", promised_limit=1)],
        [
            {"kind": "create", "code": "HZ-009", "content": NEW, "effective_on": "2015-01-01"},
            {"object": "department", **amend(CIVIL_AFFAIRS, name="民政局")},
        ],
        [amend("HZ-001", materials=[{"name": "申请表"}], online_depths=["1", "3"], aliases=["养老备案"])],
    ],
)  # fmt: skip
def test_every_day_is_again_what_it_was(staff: TestClient, client: TestClient, entries: list[dict[str, Any]]) -> None:
    before = told(client)
    done = published(staff, *entries)
    published_state = told(client)
    assert published_state != before
    undone(staff, done["id"])
    assert told(client) == before
    undone(staff, done["id"] + 1)
    assert told(client) == published_state, "the undoing undone"


def test_what_was_known_meanwhile_stays_known(staff: TestClient, client: TestClient) -> None:
    done = published(staff, amend("HZ-001", promised_limit=10))
    undone(staff, done["id"])
    asked = [client.get(f"/v1/items/HZ-001?as_of=2026-03-02&known_at={known}").json() for known in (1, 2, 3)]
    assert [found["promised_limit"] for found in asked] == [20, 10, 20]
    assert on(client, "2026-03-02")["promised_limit"] == 20


def test_a_planned_version_that_had_the_new_value_already_keeps_it(staff: TestClient, client: TestClient) -> None:
    published(staff, amend("HZ-001", on="2027-01-01", promised_limit=10))
    done = published(staff, amend("HZ-001", promised_limit=10))
    undone(staff, done["id"])
    assert [on(client, day)["promised_limit"] for day in ("2026-03-02", "2026-12-31", "2027-01-01")] == [20, 20, 10]


def test_a_planned_version_that_kept_its_own_value_keeps_it_still(staff: TestClient, client: TestClient) -> None:
    published(staff, amend("HZ-001", on="2027-01-01", promised_limit=10))
    done = published(staff, amend("HZ-001", promised_limit=15, is_online=True))
    path = undo(staff, done["id"]).headers["Location"]
    (first, second) = previewed(staff, path)["entries"]
    assert (first["until"], {each["field"] for each in first["changes"]}) == (
        "2027-01-01", {"promised_limit", "is_online"}
    )  # fmt: skip
    assert (second["effective_on"], [each["field"] for each in second["changes"]]) == ("2027-01-01", ["is_online"])
    assert decided(staff, path).status_code == 200
    assert [on(client, day)["promised_limit"] for day in ("2026-03-02", "2027-01-01")] == [20, 10]


def test_an_item_whose_creation_is_undone_was_never_valid_and_its_old_knowledge_is_intact(
    staff: TestClient, client: TestClient
) -> None:
    done = published(staff, {"kind": "create", "code": "HZ-009", "content": NEW})
    known = client.get("/v1/items/HZ-009").json()
    undone(staff, done["id"])
    gone = client.get("/v1/items/HZ-009")
    assert gone.status_code == 404
    assert gone.json()["detail"] == "2026-03-02 没有编码为 HZ-009 的事项：它曾经登记过，后来更正为从未有效。"
    then = client.get(f"/v1/items/HZ-009?as_of=2026-03-02&known_at={done['revision']}").json()
    told_apart = ("url", "known_at")
    assert {**then, **dict.fromkeys(told_apart)} == {**known, **dict.fromkeys(told_apart)}
    assert client.get("/v1/items?q=社会团体登记").json()["total"] == 0


def test_the_code_of_a_creation_that_was_undone_is_free_again(staff: TestClient, client: TestClient) -> None:
    undone(staff, published(staff, {"kind": "create", "code": "HZ-009", "content": NEW})["id"])
    published(staff, {"kind": "create", "code": "HZ-009", "content": NEW | {"name": "社会服务机构登记"}})
    assert client.get("/v1/items/HZ-009").json()["name"] == "社会服务机构登记"


def test_a_cancelled_item_comes_back_as_what_it_was(staff: TestClient, client: TestClient) -> None:
    published(staff, amend("HZ-001", on="2027-01-01", promised_limit=10))
    before = on(client, "2026-03-02")
    done = published(staff, act("cancel", "HZ-001"))
    assert client.get("/v1/items/HZ-001").status_code == 410
    undone(staff, done["id"])
    after = on(client, "2026-03-02")
    assert (after["id"], after["code"], after["department_code"]) == (before["id"], "HZ-001", CIVIL_AFFAIRS)
    assert on(client, "2027-01-01")["promised_limit"] == 10
    versions = client.get("/v1/items/HZ-001/versions").json()["items"]
    assert [(each["valid_from"], each["valid_to"]) for each in versions] == [
        ("2020-01-01", "2027-01-01"), ("2027-01-01", None),
    ]  # fmt: skip
    assert client.get("/v1/items/HZ-001?as_of=2026-03-02&known_at=3").status_code == 410


def test_departments_windows_and_basic_items_are_turned_back_too(staff: TestClient, client: TestClient) -> None:
    def shown() -> list[object]:
        paths = ("departments", "departments/HZ-ARCHIVE", f"departments/{CIVIL_AFFAIRS}", "basic-items", "items")
        answers = [client.get(f"/v1/{path}") for path in paths]
        return [[each.status_code, each.json().get("name"), *rows(each)] for each in answers]

    def rows(answer: Response) -> list[dict[str, Any]]:
        return [without(each, "valid_from", "version", "url") for each in answer.json().get("items", ())]

    before = shown()
    window = {"name": "民政综合窗口", "department_code": "HZ-ARCHIVE"}
    done = published(
        staff,
        {"object": "department", "kind": "create", "code": "HZ-ARCHIVE",
         "content": {"name": "海珠区档案局", "division_code": DIVISION}},
        {"object": "department", **amend(CIVIL_AFFAIRS, name="海珠区民政和养老局")},
        {"object": "window", "kind": "create", "code": "W-01", "content": window},
        {"object": "basic_item", "kind": "create", "code": "000111001000", "content": {"name": "养老机构设立许可"}},
        amend("HZ-001", department_code="HZ-ARCHIVE"),
    )  # fmt: skip
    assert shown() != before
    undoing = undo(staff, done["id"])
    assert {each["object"] for each in entries(staff, undoing)} == {"department", "window", "basic_item", "item"}
    assert decided(staff, undoing.headers["Location"]).status_code == 200
    assert shown() == before


def test_one_draft_at_a_time_undoes_a_change_set(staff: TestClient) -> None:
    done = published(staff, amend("HZ-001", promised_limit=3))
    first = undo(staff, done["id"]).headers["Location"]
    document = undo(staff, done["id"]).json()
    assert (document["type"], document["status"]) == ("/problems/being-undone", 409)
    assert decided(staff, first).status_code == 200
    again = undo(staff, done["id"]).json()
    assert again["type"] == "/problems/touched-since"
    assert "已由变更单" in again["detail"]


def entries(staff: TestClient, made: Response) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = staff.get(f"{made.headers['Location']}/entries").json()["items"]
    return found


def test_a_correction_of_the_past_is_taken_back_over_its_days_only(staff: TestClient) -> None:
    done = published(staff, amend("HZ-001", on="2021-01-01", until="2024-01-01", is_online=True))
    (entry,) = entries(staff, undo(staff, done["id"]))
    assert (entry["effective_on"], entry["until"]) == ("2021-01-01", "2024-01-01")
    (change,) = entry["changes"]
    assert (change["field"], change["old"], change["new"]) == ("is_online", True, False)


def test_the_undoing_says_of_itself_what_it_undoes(staff: TestClient) -> None:
    done = published(staff, amend("HZ-001", promised_limit=10))
    made = undo(staff, done["id"], "文号有误").json()
    assert (made["undoes"], made["status"], made["reason"]) == (done["id"], "draft", "文号有误")
    assert (made["title"], made["effective_on"], made["retroactive"]) == (
        f"撤销：{done['title']}", done["effective_on"], True,
    )  # fmt: skip
    told_of = staff.get(f"/v1/change-sets/{made['id']}").json()["history"]
    assert [each["label"] for each in told_of] == ["起草", "撤销已发布的变更"]


def test_a_long_title_is_cut_where_it_is_undone(staff: TestClient) -> None:
    path = opened(staff)
    staff.patch(path, json={"title": "调" * 500})
    staff.post(f"{path}/entries", json=amend("HZ-001", promised_limit=10))
    done = decided(staff, path).json()
    assert undo(staff, done["id"]).json()["title"] == f"撤销：{'调' * 497}"


@pytest.mark.parametrize("value", [5, 20])
def test_a_later_change_of_the_same_field_is_in_the_way_and_named(
    staff: TestClient, database: Database, value: int
) -> None:
    done = published(staff, amend("HZ-001", promised_limit=10))
    later = published(staff, amend("HZ-001", on="2026-06-01", promised_limit=value))
    before = contents(database)
    answer = undo(staff, done["id"])
    document = answer.json()
    assert (answer.status_code, document["type"]) == (409, "/problems/touched-since")
    (fault,) = document["errors"]
    assert (fault["pointer"], fault["value"], fault["rule"]) == (
        f"/change-sets/{later['id']}", "HZ-001", "touched-since",
    )  # fmt: skip
    assert fault["detail"] == f"HZ-001 后来由变更单 {later['id']}“调整办事指南”改过（承诺办结时限）。"
    assert contents(database) == before


def test_a_later_change_that_set_the_same_value_is_in_the_way_too(staff: TestClient) -> None:
    """Two clerks wanted the same; the second one's word is not taken back with the first one's."""
    path = drafted(staff, amend("HZ-001", promised_limit=10))
    done = published(staff, amend("HZ-001", promised_limit=10))
    assert staff.post(f"{path}/rebase", json={}).json()["differences"] == []
    later = decided(staff, path).json()
    assert undo(staff, done["id"]).json()["errors"][0]["pointer"] == f"/change-sets/{later['id']}"
    assert undo(staff, later["id"]).json()["type"] == "/problems/nothing-to-undo"


def test_a_later_change_of_another_field_stays(staff: TestClient, client: TestClient) -> None:
    done = published(staff, amend("HZ-001", promised_limit=10))
    published(staff, amend("HZ-001", is_online=True))
    published(staff, amend("HZ-001", on="2027-01-01", name="养老机构备案（含变更）"))
    undone(staff, done["id"])
    found = on(client, "2027-01-01")
    assert (found["promised_limit"], found["is_online"], found["name"]) == (20, True, "养老机构备案（含变更）")


def test_a_later_change_of_the_same_field_on_other_days_stays(staff: TestClient, client: TestClient) -> None:
    done = published(staff, amend("HZ-001", on="2026-07-01", until="2026-09-01", promised_limit=10))
    published(staff, amend("HZ-001", on="2026-10-01", promised_limit=5))
    undone(staff, done["id"])
    assert [on(client, day)["promised_limit"] for day in ("2026-07-15", "2026-10-01")] == [20, 5]


def test_what_is_amended_or_ended_after_its_creation_is_not_simply_taken_back(staff: TestClient) -> None:
    done = published(staff, {"kind": "create", "code": "HZ-009", "content": NEW})
    later = [
        published(staff, amend("HZ-009", on="2026-07-01", is_online=False)),
        published(staff, act("cancel", "HZ-009", "2027-01-01")),
    ]
    told_of = undo(staff, done["id"]).json()["errors"]
    assert [each["pointer"] for each in told_of] == [f"/change-sets/{each['id']}" for each in later]


def test_what_ended_on_the_day_of_its_change_has_no_field_to_turn_back(staff: TestClient, client: TestClient) -> None:
    done = published(staff, amend("HZ-001", promised_limit=10))
    later = published(staff, act("cancel", "HZ-001", on="2026-03-02"))
    assert undo(staff, done["id"]).json()["errors"][0]["pointer"] == f"/change-sets/{later['id']}"
    undone(staff, later["id"])
    undone(staff, done["id"])
    assert on(client, "2026-03-02")["promised_limit"] == 20


def test_what_ends_later_is_turned_back_for_the_days_before(staff: TestClient, client: TestClient) -> None:
    done = published(staff, amend("HZ-001", promised_limit=10))
    published(staff, act("cancel", "HZ-001", on="2026-06-01"))
    undone(staff, done["id"])
    assert on(client, "2026-05-31")["promised_limit"] == 20
    assert client.get("/v1/items/HZ-001?as_of=2026-06-01").status_code == 410


def test_changes_of_one_field_are_undone_from_the_last_to_the_first(staff: TestClient, client: TestClient) -> None:
    """The advice is to undo the later one first, so that has to clear the way."""
    first, second, third = (published(staff, amend("HZ-001", promised_limit=limit))["id"] for limit in (15, 10, 5))
    assert {each["pointer"] for each in undo(staff, first).json()["errors"]} == {
        f"/change-sets/{second}", f"/change-sets/{third}",
    }  # fmt: skip
    for number, limit in ((third, 10), (second, 15), (first, 20)):
        undone(staff, number)
        assert on(client, "2026-03-02")["promised_limit"] == limit


def test_what_was_undone_is_not_undone_again_but_its_undoing_may_be(staff: TestClient, client: TestClient) -> None:
    done = published(staff, amend("HZ-001", promised_limit=10))
    back = undone(staff, done["id"])
    again = undo(staff, done["id"])
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (409, f"/change-sets/{back['id']}")
    undone(staff, back["id"])
    assert on(client, "2026-03-02")["promised_limit"] == 10
    undone(staff, done["id"])
    assert on(client, "2026-03-02")["promised_limit"] == 20


def test_a_later_change_that_was_undone_in_part_is_still_in_the_way(staff: TestClient) -> None:
    first = published(staff, amend("HZ-001", promised_limit=10, is_online=True), amend("HZ-002", is_online=False))
    second = published(staff, amend("HZ-001", promised_limit=5), amend("HZ-002", on="2026-06-01", is_online=True))
    path = undo(staff, second["id"]).headers["Location"]
    assert staff.delete(f"{path}/entries/1").status_code == 200
    assert decided(staff, path).status_code == 200
    faults = undo(staff, first["id"]).json()["errors"]
    assert {(each["pointer"], each["value"]) for each in faults} == {(f"/change-sets/{second['id']}", "HZ-001")}


def test_what_others_built_on_is_told_by_the_preview(staff: TestClient) -> None:
    """An item cannot stay where its department was never founded."""
    archive = {"name": "海珠区档案局", "division_code": DIVISION}
    done = published(staff, {"object": "department", "kind": "create", "code": "HZ-ARCHIVE", "content": archive})
    published(staff, amend("HZ-001", on="2026-07-01", department_code="HZ-ARCHIVE"))
    path = undo(staff, done["id"]).headers["Location"]
    assert "1 个事项（如 HZ-001）属于部门 HZ-ARCHIVE，而这个部门没有登记" in previewed(staff, path)["conflicts"][0]
    refused = decided(staff, path)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/catalogue-inconsistent")


def test_what_changed_after_the_undoing_was_drafted_is_looked_at_again(staff: TestClient, client: TestClient) -> None:
    done = published(staff, amend("HZ-001", promised_limit=10))
    path = undo(staff, done["id"]).headers["Location"]
    published(staff, amend("HZ-001", promised_limit=5))
    assert decided(staff, path).json()["errors"][0]["rule"] == "stale-value"
    (difference,) = staff.post(f"{path}/rebase", json={}).json()["differences"]
    assert (difference["was"], difference["now"], difference["wanted"]) == (10, 5, 20)
    assert approved(staff, path).status_code == 200
    assert on(client, "2026-03-02")["promised_limit"] == 20


@pytest.mark.parametrize("step", ["draft", "submit", "withdraw"])
def test_only_what_is_published_is_undone(staff: TestClient, step: str) -> None:
    path = drafted(staff, amend("HZ-001", promised_limit=10))
    if step != "draft":
        staff.post(f"{path}/{step}")
    answer = staff.post(f"{path}/undo", json={"reason": "不要了"})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/wrong-status")
    assert "只有“已发布”的才能这样做" in answer.json()["detail"]


def test_what_does_not_exist_is_not_undone_and_a_reason_is_needed(staff: TestClient) -> None:
    assert undo(staff, 99).status_code == 404
    assert undo(staff, 1, "").status_code == 422


def test_an_editor_undoes_what_is_about_their_own_departments_only(bureau: Bureau, staff: TestClient) -> None:
    done = published(staff, amend("HZ-001", promised_limit=10))
    before = contents(bureau.database)
    refused = undo(bureau.editor("市场局 陈晨", MARKET), done["id"])
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-yours")
    assert "只能编辑自己的部门" in refused.json()["detail"]
    assert contents(bureau.database) == before
    assert undo(bureau.editor("民政局 李娜"), done["id"]).status_code == 201


def test_who_undoes_does_not_approve(bureau: Bureau, staff: TestClient, reviewer: TestClient) -> None:
    """Also the author of what is undone may approve: it is the undoing that takes two."""
    done = published(staff, amend("HZ-001", promised_limit=10))
    path = undo(reviewer, done["id"]).headers["Location"]
    reviewer.post(f"{path}/submit")
    refused = approved(reviewer, path)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/own-change-set")
    assert approved(bureau.somebody("审批局 周敏", "reviewer"), path).json()["second_person"] is True
