"""Items are written at their own addresses: each write drafts, knows the version it was made on, and publishes nothing."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.access.service import NewKey, create_key
from app.db import Database
from tests.changes.desk import contents, decided, opened, published
from tests.conftest import NOW
from tests.factories import CIVIL_AFFAIRS, DIVISION, department, item, publish

NEW = {"code": "HZ-009", "name": "社会团体登记", "division_code": DIVISION, "department_code": CIVIL_AFFAIRS}
ACTS = ["suspend", "resume", "cancel"]
WRITES = [("PATCH", ""), *(("POST", f"/{act}") for act in ACTS)]


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    publish(database, department(), item("HZ-001", is_online=False, promised_limit=20, online_url="http://a.example"))


def tag(staff: TestClient, code: str = "HZ-001", **query: str) -> dict[str, str]:
    """What a writer sends who has just read the item."""
    return {"If-Match": staff.get(f"/v1/items/{code}", params=query).headers["ETag"]}


def patch(staff: TestClient, content: Any, code: str = "HZ-001", **query: Any) -> Response:
    return staff.patch(f"/v1/items/{code}", json=content, params=query, headers={"If-Match": "*"})


def write(staff: TestClient, method: str, part: str, code: str = "HZ-001", **more: Any) -> Response:
    return staff.request(
        method, f"/v1/items/{code}{part}", json={"promised_limit": 10} if method == "PATCH" else None, **more
    )


def test_a_patch_says_what_it_would_change_and_changes_nothing_yet(staff: TestClient) -> None:
    content = {"promised_limit": "10", "online_url": None, "是否网办": "是", "name": "养老机构备案"}
    answer = staff.patch("/v1/items/HZ-001", json=content, headers=tag(staff))
    assert answer.status_code == 202
    drafted = answer.json()
    assert answer.headers["Location"] == drafted["url"] == f"/v1/change-sets/{drafted['change_set']}"
    assert (drafted["title"], drafted["status"]) == ("修改 HZ-001 养老机构备案", "draft")
    (entry,) = drafted["entries"]
    assert (entry["position"], entry["kind"], entry["effective_on"]) == (1, "amend", "2026-03-02")
    assert {each["field"]: (each["old"], each["new"]) for each in entry["changes"]} == {
        "promised_limit": (20, 10),
        "online_url": ("http://a.example", None),
        "is_online": (False, True),
    }
    assert staff.get("/v1/items/HZ-001").json()["promised_limit"] == 20
    assert decided(staff, drafted["url"]).status_code == 200
    after = staff.get("/v1/items/HZ-001").json()
    assert (after["promised_limit"], after["online_url"], after["is_online"]) == (10, None, True)


def test_a_merge_patch_is_taken_under_its_own_media_type(staff: TestClient) -> None:
    headers = tag(staff) | {"Content-Type": "application/merge-patch+json"}
    answer = staff.patch("/v1/items/HZ-001", content=b'{"promised_limit": 5}', headers=headers)
    assert answer.status_code == 202
    told = staff.patch(
        "/v1/items/HZ-001", content=b"promised_limit=5", headers=headers | {"Content-Type": "text/plain"}
    )
    assert told.status_code == 422


def test_a_new_item_is_in_the_list_once_it_is_approved(staff: TestClient) -> None:
    answer = staff.post("/v1/items", json=NEW | {"task_type": "行政许可"}, params={"effective_on": "2026-04-01"})
    drafted = answer.json()
    assert (answer.status_code, drafted["title"]) == (202, "新增 HZ-009 社会团体登记")
    assert drafted["entries"][0]["kind"] == "create"
    assert staff.get("/v1/items/HZ-009").status_code == 404
    decided(staff, drafted["url"])
    assert staff.get("/v1/items/HZ-009", params={"as_of": "2026-04-01"}).json()["task_type"] == "01"


@pytest.mark.parametrize(
    ("act", "status"),
    [("suspend", "2"), ("cancel", None)],
)
def test_an_item_is_suspended_or_cancelled(staff: TestClient, act: str, status: str | None) -> None:
    drafted = staff.post(f"/v1/items/HZ-001/{act}", headers=tag(staff)).json()
    assert drafted["entries"][0]["kind"] == act
    decided(staff, drafted["url"])
    after = staff.get("/v1/items/HZ-001")
    assert (after.status_code, after.json()["status"]) == ((410, 410) if status is None else (200, status))


def test_a_suspended_item_is_resumed(staff: TestClient) -> None:
    published(staff, {"kind": "suspend", "code": "HZ-001"})
    drafted = staff.post("/v1/items/HZ-001/resume", headers=tag(staff)).json()
    assert drafted["title"] == "恢复 HZ-001 养老机构备案"
    decided(staff, drafted["url"])
    assert staff.get("/v1/items/HZ-001").json()["status"] == "1"


def test_a_suspension_may_have_an_end(staff: TestClient) -> None:
    answer = staff.post("/v1/items/HZ-001/suspend", params={"until": "2026-05-01"}, headers=tag(staff))
    assert answer.json()["entries"][0]["until"] == "2026-05-01"
    told = staff.post("/v1/items/HZ-001/suspend", params={"until": "2026-03-02"}, headers=tag(staff))
    assert (told.status_code, told.json()["errors"][0]["parameter"]) == (422, "until")
    unknown = staff.post("/v1/items/HZ-001/cancel", params={"until": "2026-05-01"}, headers=tag(staff))
    assert (unknown.status_code, unknown.json()["type"]) == (422, "/problems/unknown-parameter")


def test_several_writes_go_into_one_change_set(staff: TestClient) -> None:
    number = patch(staff, {"promised_limit": 10}, title="压减时限", document_number="X政办〔2026〕3号").json()[
        "change_set"
    ]
    added = staff.post("/v1/items", json=NEW, params={"change_set": number}).json()
    suspended = write(staff, "POST", "/suspend", params={"change_set": number}, headers={"If-Match": "*"}).json()
    assert [each["entries"][0]["position"] for each in (added, suspended)] == [2, 3]
    cover = staff.get(f"/v1/change-sets/{number}").json()
    assert cover["title"] == "压减时限"
    assert cover["document_number"] == "X政办〔2026〕3号"
    assert cover["entries"] == {"amend": 1, "create": 1, "suspend": 1}


def test_an_entry_takes_the_day_of_its_change_set(staff: TestClient) -> None:
    path = opened(staff, "2026-07-01")
    number = path.rpartition("/")[2]
    assert patch(staff, {"promised_limit": 10}, change_set=number).json()["entries"][0]["effective_on"] == "2026-07-01"
    own = patch(staff, {"promised_limit": 9}, change_set=number, effective_on="2026-08-01")
    assert own.json()["entries"][0]["effective_on"] == "2026-08-01"


def test_what_a_change_set_says_of_itself_is_not_said_again(staff: TestClient) -> None:
    number = opened(staff).rpartition("/")[2]
    told = patch(staff, {"promised_limit": 10}, change_set=number, title="另一个标题", retroactive=False)
    assert told.status_code == 422
    assert [each["parameter"] for each in told.json()["errors"]] == ["title", "retroactive"]


def test_only_an_open_change_set_takes_more(staff: TestClient) -> None:
    path = patch(staff, {"promised_limit": 10}).json()["url"]
    staff.post(f"{path}/submit")
    told = patch(staff, {"promised_limit": 9}, change_set=path.rpartition("/")[2])
    assert (told.status_code, told.json()["change_set_status"]) == (409, "submitted")
    assert patch(staff, {"promised_limit": 9}, change_set=999).status_code == 404


@pytest.mark.parametrize(("method", "part"), WRITES)
def test_a_write_without_a_version_is_refused(staff: TestClient, database: Database, method: str, part: str) -> None:
    before = contents(database)
    told = write(staff, method, part)
    assert (told.status_code, told.json()["type"]) == (428, "/problems/if-match-required")
    assert "/v1/items/HZ-001?as_of=2026-03-02&division_code=440105" in told.json()["detail"]
    assert contents(database) == before


@pytest.mark.parametrize(("method", "part"), WRITES)
def test_a_write_on_an_old_version_is_refused(staff: TestClient, database: Database, method: str, part: str) -> None:
    read = tag(staff)
    published(staff, {"kind": "amend", "code": "HZ-001", "content": {"promised_limit": 15}})
    before = contents(database)
    told = write(staff, method, part, headers=read)
    assert (told.status_code, told.json()["type"]) == (412, "/problems/item-changed")
    assert "第 2 个版本" in told.json()["detail"]
    assert contents(database) == before


def test_any_of_several_versions_will_do(staff: TestClient) -> None:
    several = {"If-Match": f'"7-0000", {tag(staff)["If-Match"]}'}
    assert staff.patch("/v1/items/HZ-001", json={"promised_limit": 5}, headers=several).status_code == 202


def test_the_version_that_counts_is_that_of_the_effective_day(staff: TestClient) -> None:
    published(staff, {"kind": "amend", "code": "HZ-001", "content": {"is_online": True}}, on="2027-01-01")
    today, then = tag(staff), tag(staff, as_of="2027-02-01")
    planned: dict[str, Any] = {"json": {"promised_limit": 5}, "params": {"effective_on": "2027-02-01"}}
    assert staff.patch("/v1/items/HZ-001", **planned, headers=today).status_code == 412
    assert staff.patch("/v1/items/HZ-001", **planned, headers=then).status_code == 202
    assert staff.patch("/v1/items/HZ-001", json={"promised_limit": 5}, headers=today).status_code == 202


def test_an_item_is_written_under_any_code_that_it_had(staff: TestClient) -> None:
    published(staff, {"kind": "amend", "code": "HZ-001", "content": {"code": "HZ-100"}})
    drafted = patch(staff, {"promised_limit": 5}, code="HZ-001").json()
    assert drafted["entries"][0]["code"] == "HZ-100"


def test_what_is_not_there_cannot_be_written(staff: TestClient) -> None:
    assert patch(staff, {"promised_limit": 5}, code="HZ-404").json()["type"] == "/problems/item-not-found"
    published(staff, {"kind": "cancel", "code": "HZ-001"})
    told = patch(staff, {"promised_limit": 5})
    assert (told.status_code, told.json()["type"]) == (410, "/problems/item-cancelled")
    assert told.json()["last_version_url"].startswith("/v1/items/HZ-001?")


def test_a_local_code_of_two_divisions_needs_its_division(staff: TestClient, database: Database) -> None:
    other = department("11440106MB2C92110X", name="天河区民政局", division_code="440106")
    publish(database, other, item("HZ-001", division_code="440106", department_code="11440106MB2C92110X"))
    told = patch(staff, {"promised_limit": 5})
    assert (told.status_code, told.json()["division_codes"]) == (409, ["440105", "440106"])
    assert patch(staff, {"promised_limit": 5}, division_code="440105").status_code == 202


FAULTS: list[tuple[Any, str, str]] = [
    ({"is_onlin": True}, "/is_onlin", "unknown-element"),
    ({"promised_limit": "五天"}, "/promised_limit", "not-a-number"),
    ({"materials": [{"name": "申请表", "necessity": "必须"}]}, "/materials", "unknown-code"),
    ({"name": None}, "/name", "required"),
    ({"status": "3"}, "/status", "use-cancel"),
    ({"material_count": 3}, "/material_count", "derived-element"),
    ({"content": 3}, "/content", "unknown-element"),
    ({"model_config": {}}, "/model_config", "unknown-element"),
]


@pytest.mark.parametrize(("content", "pointer", "rule"), FAULTS)
def test_a_fault_points_into_the_body(staff: TestClient, content: Any, pointer: str, rule: str) -> None:
    answer = patch(staff, content)
    assert answer.status_code == 422
    (told,) = answer.json()["errors"]
    assert (told["pointer"], told["rule"]) == (pointer, rule)


@pytest.mark.parametrize("body", [[], "text", 5, None])
def test_a_body_is_an_object(staff: TestClient, body: Any) -> None:
    assert patch(staff, body).status_code == 422
    assert staff.post("/v1/items", json=body).status_code == 422


def test_what_a_new_item_lacks_is_told_at_once(staff: TestClient) -> None:
    told = staff.post("/v1/items", json={"name": "社会团体登记"}).json()
    assert [each["pointer"] for each in told["errors"]] == ["/code", "/division_code", "/department_code"]


def test_a_code_that_is_in_use_is_not_given_again(staff: TestClient, database: Database) -> None:
    before = contents(database)
    told = staff.post("/v1/items", json=NEW | {"code": "HZ-001"})
    assert (told.status_code, told.json()["type"]) == (409, "/problems/item-exists")
    assert "PATCH /v1/items/HZ-001" in told.json()["detail"]
    assert contents(database) == before
    assert staff.post("/v1/items", json=NEW | {"code": "HZ-001", "division_code": "440106"}).status_code == 202


@pytest.mark.parametrize("content", [{}, {"promised_limit": 20}])
def test_what_changes_nothing_makes_no_draft(staff: TestClient, database: Database, content: Any) -> None:
    before = contents(database)
    told = patch(staff, content)
    assert (told.status_code, told.json()["errors"][0]["rule"]) == (422, "unchanged")
    assert contents(database) == before


def test_the_past_is_corrected_only_on_purpose(staff: TestClient) -> None:
    told = patch(staff, {"promised_limit": 10}, effective_on="2025-01-01")
    assert told.json()["type"] == "/problems/in-the-past"
    assert told.json()["errors"][0]["parameter"] == "effective_on"
    assert "请加上 retroactive=true" in told.json()["detail"]
    meant = patch(staff, {"promised_limit": 10}, effective_on="2025-01-01", retroactive=True)
    assert meant.status_code == 202
    assert staff.get(meant.json()["url"]).json()["retroactive"] is True


def test_editors_write_items_of_their_departments_only(client: TestClient, database: Database) -> None:
    with database.write() as connection:
        own = create_key(connection, NewKey("民政 李华", "editor", departments=[CIVIL_AFFAIRS]), NOW)
        other = create_key(connection, NewKey("卫健 陈洁", "editor", departments=["11440105MB2C92110X"]), NOW)
        reader = create_key(connection, NewKey("读者", "reader"), NOW)
    headers = {"If-Match": "*"}
    statuses = [
        client.post("/v1/items/HZ-001/suspend", headers=headers | {"Authorization": f"Bearer {key}"}).status_code
        for key in (own, other, reader)
    ]
    assert statuses == [202, 403, 403]
    assert client.post("/v1/items/HZ-001/suspend", headers=headers).status_code == 401


def test_addresses_say_what_they_take(staff: TestClient) -> None:
    taken = {path: staff.delete(path).headers["Allow"] for path in ("/v1/items", "/v1/items/HZ-001")}
    assert taken == {"/v1/items": "GET, HEAD, POST", "/v1/items/HZ-001": "GET, HEAD, PATCH"}
    for act in ACTS:
        answer = staff.get(f"/v1/items/HZ-001/{act}")
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_reading_is_what_it_was(client: TestClient) -> None:
    assert client.head("/v1/items").status_code == 200
    head = client.head("/v1/items/HZ-001")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == client.get("/v1/items/HZ-001").headers["ETag"]


def test_a_misspelt_parameter_is_refused(staff: TestClient) -> None:
    told = patch(staff, {"promised_limit": 5}, efective_on="2027-01-01")
    assert (told.status_code, told.json()["errors"][0]["suggestion"]) == (422, "effective_on")
    wrong = patch(staff, {"promised_limit": 5}, effective_on="明年")
    assert (wrong.status_code, wrong.json()["errors"][0]["parameter"]) == (422, "effective_on")
