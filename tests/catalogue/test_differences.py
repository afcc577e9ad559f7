"""What is different between two days, or two versions, of an item."""

from datetime import date

import pytest
from fastapi.testclient import TestClient

from app.catalogue.objects import DEPARTMENT
from app.db import Database
from tests.factories import CIVIL_AFFAIRS, amend, department, draft, item, publish

FORM = {"name": "申请表", "necessity": "1", "order": 1}
CARD = {"name": "身份证", "necessity": "1", "order": 2}


@pytest.fixture
def reformed(database: Database) -> None:
    """From 2022 online, with one material that may follow; cancelled from 2025."""
    publish(
        database,
        department(),
        item("A-1", is_online=False, task_type="01", promised_limit=10, materials=[FORM, CARD]),
        item("A-2"),
        on=date(2020, 1, 2),
    )
    materials = [FORM | {"necessity": "3"}, {"name": "照片"}]
    online = amend("A-1", date(2022, 1, 1), is_online=True, materials=materials, promised_limit=5)
    publish(database, online, on=date(2022, 1, 1))
    publish(database, draft("cancel", "A-1", start=date(2025, 1, 1)), on=date(2025, 1, 1))


@pytest.mark.usefixtures("reformed")
@pytest.mark.parametrize("sides", ["from=2021-12-31&to=2022-01-01", "from=1&to=2", "from=2020-06-01&to=2"])
def test_every_element_that_differs_with_its_label(client: TestClient, sides: str) -> None:
    found = client.get(f"/v1/items/A-1/diff?{sides}").json()
    assert (found["from"]["version"], found["to"]["version"]) == (1, 2)
    changes = {each["field"]: each for each in found["changes"]}
    assert list(changes) == ["promised_limit", "is_online", "materials", "deferrable_material_count"]
    assert (changes["is_online"]["label"], changes["is_online"]["old_label"], changes["is_online"]["new_label"]) == (
        "是否网办",
        "否",
        "是",
    )
    assert (changes["promised_limit"]["old"], changes["promised_limit"]["new"]) == (10, 5)


@pytest.mark.usefixtures("reformed")
def test_entries_of_a_list_that_came_went_or_changed(client: TestClient) -> None:
    changes = client.get("/v1/items/A-1/diff?from=1&to=2").json()["changes"]
    (materials,) = [each for each in changes if each["field"] == "materials"]
    assert [(each["kind"], each["name"]) for each in materials["entries"]] == [
        ("changed", "申请表"),
        ("removed", "身份证"),
        ("added", "照片"),
    ]
    (necessity,) = materials["entries"][0]["changes"]
    assert (necessity["label"], necessity["old_label"], necessity["new_label"]) == ("材料必要性", "必要", "容缺后补")


@pytest.mark.usefixtures("reformed")
def test_a_day_on_which_it_does_not_hold(client: TestClient) -> None:
    found = client.get("/v1/items/A-1/diff?from=2024-12-31&to=2025-01-01").json()
    nothing = dict.fromkeys(("version", "code", "name", "valid_from", "valid_to", "url"))
    assert found["to"] == {"asked": "2025-01-01", **nothing, "note": "自 2025-01-01 起已取消。"}
    assert all(each["new"] is None for each in found["changes"])
    assert client.get("/v1/items/A-1/diff?from=2024-12-31").json()["to"]["asked"] == "2026-03-02"


@pytest.mark.usefixtures("reformed")
def test_nothing_differs(client: TestClient) -> None:
    assert client.get("/v1/items/A-1/diff?from=2020-01-01&to=2021-12-31").json()["changes"] == []


@pytest.mark.usefixtures("reformed")
def test_as_it_was_known_then(client: TestClient) -> None:
    found = client.get("/v1/items/A-1/diff?from=2021-12-31&to=2022-06-01&known_at=1").json()
    assert (found["changes"], found["revision"], found["to"]["version"]) == ([], 1, 1)


@pytest.mark.usefixtures("reformed")
def test_both_addresses_lead_to_what_was_compared(client: TestClient) -> None:
    found = client.get("/v1/items/A-1/diff?from=2021-12-31&to=2024-01-01").json()
    assert [client.get(found[side]["url"]).json()["version"] for side in ("from", "to")] == [1, 2]


@pytest.mark.usefixtures("reformed")
@pytest.mark.parametrize(
    ("query", "status", "parameter"),
    [
        ("from=9", 404, "from"),
        ("from=1&to=0", 404, "to"),
        ("from=昨天", 422, "from"),
        ("from=2021-02-30", 422, "from"),
        ("to=2", 422, "from"),
        ("from=1&as_of=2024-01-01", 422, "as_of"),
    ],
)
def test_what_cannot_be_compared(client: TestClient, query: str, status: int, parameter: str) -> None:
    answer = client.get(f"/v1/items/A-1/diff?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (status, parameter)
    assert client.get("/v1/items/A-9/diff?from=1").status_code == 404


def test_departments_and_divisions_are_named_as_on_the_day(client: TestClient, database: Database) -> None:
    renamed = draft("amend", CIVIL_AFFAIRS, {"name": "海珠区民政和社会工作局"}, kind=DEPARTMENT, start=date(2021, 1, 1))
    publish(database, department(), department("11440105MB2C92251D", name="海珠区政务服务局"), renamed, item("A-1"))
    publish(database, amend("A-1", date(2022, 1, 1), department_code="11440105MB2C92251D", division_code="440106"))
    found = client.get("/v1/items/A-1/diff?from=2021-06-01&to=2022-01-01").json()
    labels = {each["field"]: (each["old_label"], each["new_label"]) for each in found["changes"]}
    assert labels == {
        "division_code": ("海珠区", "天河区"),
        "department_code": ("海珠区民政和社会工作局", "海珠区政务服务局"),
    }


def entries(client: TestClient, database: Database, old: list[object], new: list[object]) -> list[tuple[str, str]]:
    publish(database, department(), item("A-1", materials=old))
    publish(database, amend("A-1", date(2022, 1, 1), materials=new))
    (change,) = (
        each for each in client.get("/v1/items/A-1/diff?from=1&to=2").json()["changes"] if each["field"] == "materials"
    )
    return [(each["kind"], each["name"]) for each in change["entries"]]


def test_only_the_order_differs(client: TestClient, database: Database) -> None:
    assert entries(client, database, [FORM, CARD], [CARD, FORM]) == [("reordered", "申请材料")]


def test_of_two_entries_with_one_name_the_right_one_went(client: TestClient, database: Database) -> None:
    optional = FORM | {"necessity": "2"}
    assert entries(client, database, [FORM, optional], [optional]) == [("removed", "申请表")]
    assert entries_of_one_name(client) == ["1"]


def entries_of_one_name(client: TestClient) -> list[object]:
    """What the entry that went had said of its necessity."""
    changes = client.get("/v1/items/A-1/diff?from=1&to=2").json()["changes"]
    (materials,) = (each for each in changes if each["field"] == "materials")
    return [each["old"] for each in materials["entries"][0]["changes"] if each["field"] == "necessity"]


@pytest.mark.usefixtures("reformed")
@pytest.mark.parametrize(
    ("day", "note"),
    [("2019-12-31", "2019-12-31 还没有这个事项：它从 2020-01-01 起生效。"), ("2025-06-01", "自 2025-01-01 起已取消。")],
)
def test_why_nothing_holds(client: TestClient, day: str, note: str) -> None:
    assert client.get(f"/v1/items/A-1/diff?from={day}&to=2").json()["from"]["note"] == note


def test_several_aliases_are_read_as_they_are(client: TestClient, database: Database) -> None:
    publish(database, department(), item("A-1", aliases=["甲", "乙"]))
    publish(database, amend("A-1", date(2022, 1, 1), aliases=["乙", "甲"]))
    (change,) = client.get("/v1/items/A-1/diff?from=1&to=2").json()["changes"]
    assert (change["old_label"], change["new_label"]) == ("甲；乙", "乙；甲")
