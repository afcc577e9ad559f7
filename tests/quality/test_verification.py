"""That an item is still right is said apart from when it was changed, with what shows it."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.access.rules import Role
from app.access.service import NewKey, create_key
from app.audit.log import entries, verify
from app.catalogue.moments import latest_revision
from app.catalogue.verification import latest_content_revision
from app.changes.publish import take_revision
from app.clock import FrozenClock
from app.db import Database
from tests.changes.desk import amend, decided, drafted, previewed, published
from tests.clients import Client
from tests.conftest import NOW
from tests.factories import CIVIL_AFFAIRS, department, item, publish

TRANSPORT = "11440100007482533B"
PAGE = "https://zwfw.example.cn/apply/104001"


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    publish(
        database,
        department(),
        department(TRANSPORT, name="海珠区交通运输局"),
        item("HZ-001", is_online=True, task_type="01"),
        item("HZ-002", is_online=False, task_type="01"),
        item("HZ-003", department_code=TRANSPORT),
    )


def read(client: TestClient, code: str = "HZ-001", **asked: Any) -> dict[str, Any]:
    answer = client.get(f"/v1/items/{code}", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def confirmed(staff: TestClient, code: str = "HZ-001", **said: object) -> dict[str, Any]:
    answer = staff.post(f"/v1/items/{code}/verify", json=said)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def editor(client: TestClient, database: Database, *departments: str, division: str | None = None) -> TestClient:
    """Somebody else at the same service: an editor of departments, else a reviewer of a division."""
    role: Role = "reviewer" if division else "editor"
    with database.write() as connection:
        key = create_key(connection, NewKey("陈静", role=role, departments=departments, division_code=division), NOW)
    return Client(client.app, headers={"Authorization": f"Bearer {key}"}, raise_server_exceptions=False)


class TestOneItem:
    def test_says_when_and_by_whom_it_was_confirmed(self, client: TestClient, staff: TestClient) -> None:
        assert (read(client)["verified_on"], read(client)["verified_by"], read(client)["evidence"]) == (None, None, {})
        told = confirmed(staff, note="与经办科室核对")
        assert told == {
            "code": "HZ-001",
            "verified_on": "2026-03-02",
            "verified_by": "审批局 王敏",
            "revision": 2,
            "url": "/v1/items/HZ-001",
            "verifications_url": "/v1/items/HZ-001/verifications",
        }
        assert (read(client)["verified_on"], read(client)["verified_by"]) == ("2026-03-02", "审批局 王敏")
        assert read(client, "HZ-002")["verified_on"] is None

    def test_is_not_changed_by_it(self, client: TestClient, staff: TestClient) -> None:
        before, feed = read(client), client.get("/v1/feed").json()
        version = client.get("/v1/items/HZ-001").headers["ETag"].partition("-")[0]
        confirmed(staff)
        after = read(client)
        assert client.get("/v1/items/HZ-001/versions").json()["total"] == 1
        assert client.get("/v1/items/HZ-001").headers["ETag"].startswith(version)
        assert staff.get("/v1/change-sets").json()["total"] == 1
        assert client.get("/v1/feed").json()["items"] == feed["items"]
        about = ("verified_on", "verified_by", "known_at", "revision", "url", "versions_url")
        assert {name: value for name, value in after.items() if name not in about} == {
            name: value for name, value in before.items() if name not in about
        }

    def test_is_found_by_a_code_it_had_and_not_where_there_is_none(self, staff: TestClient) -> None:
        published(staff, amend("HZ-001", code="HZ-101"))
        assert confirmed(staff, "HZ-001")["code"] == "HZ-101"
        assert staff.post("/v1/items/HZ-999/verify", json={}).status_code == 404

    def test_that_is_cancelled_is_not_confirmed(self, staff: TestClient) -> None:
        published(staff, {"kind": "cancel", "code": "HZ-002"})
        assert staff.post("/v1/items/HZ-002/verify", json={}).status_code == 410
        assert staff.get("/v1/items/HZ-002/verifications").json()["total"] == 0

    def test_is_confirmed_by_whose_it_is(self, client: TestClient, database: Database) -> None:
        mine = editor(client, database, CIVIL_AFFAIRS)
        assert confirmed(mine)["verified_by"] == "陈静"
        refused = mine.post("/v1/items/HZ-003/verify", json={})
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-yours")
        assert TRANSPORT in refused.json()["detail"]
        elsewhere = editor(client, database, division="440106")
        assert elsewhere.post("/v1/items/HZ-001/verify", json={}).status_code == 403
        assert editor(client, database, division="440100").post("/v1/items/HZ-001/verify", json={}).status_code == 201

    def test_has_a_history_page_by_page(self, staff: TestClient, clock: FrozenClock) -> None:
        for note in ("第一次", "第二次", "第三次"):
            confirmed(staff, note=note)
            clock.at += timedelta(days=1)
        first = staff.get("/v1/items/HZ-001/verifications", params={"limit": 2}).json()
        assert [each["note"] for each in first["items"]] == ["第三次", "第二次"]
        assert (first["total"], first["items"][0]["verified_on"]) == (3, "2026-03-04")
        second = staff.get(first["next"]).json()
        assert ([each["note"] for each in second["items"]], second["next"]) == (["第一次"], None)


class TestEvidence:
    def test_shows_what_an_element_was_seen_to_be(self, client: TestClient, staff: TestClient) -> None:
        confirmed(staff, evidence=[{"element": "是否网办", "url": PAGE}, {"element": "task_type", "url": PAGE}])
        seen = {"url": PAGE, "checked_on": "2026-03-02", "checker": "审批局 王敏"}
        assert read(client)["evidence"] == {
            "is_online": {"value": "true", **seen},
            "task_type": {"value": "01", **seen},
        }
        (told,) = staff.get("/v1/items/HZ-001/verifications").json()["items"]
        assert told["evidence"][0] == {"element": "is_online", "label": "是否网办", "value": "true", **seen}

    def test_of_an_element_is_the_newest(self, client: TestClient, staff: TestClient) -> None:
        late = {"element": "is_online", "url": f"{PAGE}?2", "checked_on": "2026-03-01", "checker": "第三方评估"}
        confirmed(staff, evidence=[{"element": "is_online", "url": PAGE, "checked_on": "2026-02-20"}])
        confirmed(staff, evidence=[late])
        confirmed(staff, evidence=[{"element": "is_online", "url": PAGE, "checked_on": "2026-02-28"}])
        assert read(client)["evidence"]["is_online"]["url"] == f"{PAGE}?2"
        assert read(client)["evidence"]["is_online"]["checker"] == "第三方评估"
        assert read(client, as_of="2026-02-28")["evidence"]["is_online"]["checked_on"] == "2026-02-28"
        assert read(client, known_at=2)["evidence"]["is_online"]["checked_on"] == "2026-02-20"

    @pytest.mark.parametrize(
        ("said", "rule"),
        [
            ({"element": "is_online", "url": "ftp://zwfw.example.cn"}, "not-a-web-address"),
            ({"element": "is_online", "url": "zwfw.example.cn"}, "not-a-web-address"),
            ({"element": "is_online", "url": "https://"}, "not-a-web-address"),
            ({"element": "is_online", "url": "https://[::1"}, "not-a-web-address"),
            ({"element": "is_online", "url": "https://zwfw.example.cn/a b"}, "not-a-web-address"),
            ({"element": "is_online", "url": "https://user:pw@zwfw.example.cn/"}, "with-credentials"),
            ({"element": "is_online", "url": "https://user@zwfw.example.cn/"}, "with-credentials"),
            ({"element": "is_online", "url": PAGE + "x" * 2000}, "string_too_long"),
            ({"element": "is_online", "url": PAGE, "checked_on": "2026-03-03"}, "in-the-future"),
            ({"element": "is_online", "url": PAGE, "checked_on": "1999-12-31"}, "too-early"),
            ({"element": "is_online", "url": PAGE, "checked_on": "0026-03-01"}, "too-early"),
            ({"element": "name", "url": PAGE}, "not-provable"),
            ({"element": "是否可网办", "url": PAGE}, "not-provable"),
            ({"element": "supports_deficiency_tolerance", "url": PAGE}, "not-stated"),
        ],
    )
    def test_that_shows_nothing_is_refused(self, staff: TestClient, said: dict[str, str], rule: str) -> None:
        answer = staff.post("/v1/items/HZ-001/verify", json={"evidence": [said]})
        assert answer.status_code == 422, answer.text
        (told,) = answer.json()["errors"]
        assert told["pointer"].startswith("/evidence/0/")
        assert told["rule"] == rule
        assert staff.get("/v1/items/HZ-001/verifications").json()["total"] == 0

    def test_keeps_what_the_item_said_on_the_day(self, client: TestClient, staff: TestClient) -> None:
        published(staff, amend("HZ-001", is_online=False, use_level="3"))
        day = {"element": "is_online", "url": PAGE, "checked_on": "2026-03-01"}
        confirmed(staff, evidence=[day])
        assert read(client)["evidence"]["is_online"]["value"] == "true"
        confirmed(staff, evidence=[{"element": "is_online", "url": PAGE}])
        assert read(client)["evidence"]["is_online"]["value"] == "false"

    @pytest.mark.parametrize(
        ("element", "day", "place", "rule"),
        [
            ("use_level", "2026-03-01", "element", "not-stated"),
            ("is_online", "2019-12-31", "checked_on", "not-held"),
            ("is_online", "2020-01-01", None, None),
        ],
    )
    def test_of_a_day_on_which_it_said_nothing_is_refused(
        self, staff: TestClient, element: str, day: str, place: str | None, rule: str | None
    ) -> None:
        published(staff, amend("HZ-001", use_level="3"))
        said = {"element": element, "url": PAGE, "checked_on": day}
        answer = staff.post("/v1/items/HZ-001/verify", json={"evidence": [said]})
        assert answer.status_code == (422 if rule else 201)
        for told in answer.json().get("errors", []):
            assert (told["pointer"], told["rule"]) == (f"/evidence/0/{place}", rule)

    def test_twice_of_one_element_is_refused(self, staff: TestClient) -> None:
        twice = [{"element": "is_online", "url": PAGE}, {"element": "是否网办", "url": PAGE}]
        answer = staff.post("/v1/items/HZ-001/verify", json={"evidence": twice})
        assert [each["rule"] for each in answer.json()["errors"]] == ["twice"]


class TestAList:
    def test_is_confirmed_as_it_was_seen(self, client: TestClient, staff: TestClient, database: Database) -> None:
        seen = {"task_type": "01", "filter": "is_online IS NOT NULL", "q": "养老"}
        total = client.get("/v1/items", params=seen).json()["total"]
        answer = staff.post("/v1/items/verify", params=seen, json={"expected": total, "note": "年度核实"})
        assert answer.status_code == 201, answer.text
        told = answer.json()
        assert (told["total"], told["revision"]) == (2, 2)
        assert client.get(told["items_url"]).json()["total"] == 2
        assert [read(client, code)["verified_on"] for code in ("HZ-001", "HZ-002", "HZ-003")] == [
            "2026-03-02", "2026-03-02", None,
        ]  # fmt: skip
        with database.read() as connection:
            assert verify(connection) == []
            last = entries(connection, {}, 0, 100)[-1]
        assert (last.action, last.about, last.details["items"]) == ("item.verify", "items", 2)

    @pytest.mark.parametrize("asked", ["verified_on IS NULL", "days_since_verification > 0 OR verified_on IS NULL"])
    def test_has_an_address_that_shows_just_those(self, client: TestClient, staff: TestClient, asked: str) -> None:
        confirmed(staff)
        told = staff.post("/v1/items/verify", params={"filter": asked}, json={"expected": 2}).json()
        shown = client.get(f"{told['items_url']}&fields=code").json()
        assert shown["items"] == [{"code": "HZ-002"}, {"code": "HZ-003"}]

    def test_that_has_another_length_now_is_not(self, client: TestClient, staff: TestClient) -> None:
        answer = staff.post("/v1/items/verify", params={"task_type": "01"}, json={"expected": 1})
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/list-has-changed")
        assert answer.json()["errors"][0]["suggestion"] == "2"
        assert read(client)["verified_on"] is None
        assert read(client)["revision"] == 1

    def test_of_others_is_refused_with_the_first(self, client: TestClient, database: Database) -> None:
        mine = editor(client, database, CIVIL_AFFAIRS)
        refused = mine.post("/v1/items/verify", json={"expected": 3})
        assert (refused.status_code, refused.json()["code"]) == (403, "HZ-003")
        assert read(client)["verified_on"] is None
        assert mine.post("/v1/items/verify", params={"task_type": "01"}, json={"expected": 2}).status_code == 201

    @pytest.mark.parametrize(
        ("asked", "body"),
        [
            ({"as_of": "2026-03-01"}, {"expected": 3}),
            ({"filter": "is_onlin = true"}, {"expected": 3}),
            ({"within": "999999"}, {"expected": 3}),
            ({}, {}),
            ({}, {"expected": 0}),
        ],
    )
    def test_has_to_be_asked_for_rightly(self, staff: TestClient, asked: dict[str, str], body: dict[str, int]) -> None:
        assert staff.post("/v1/items/verify", params=asked, json=body).status_code == 422


class TestOthersGoOn:
    def test_an_approval_is_not_refused_for_it(self, staff: TestClient) -> None:
        path = drafted(staff, amend("HZ-002", is_online=True))
        assert staff.post(f"{path}/submit").status_code == 200
        seen = previewed(staff, path)
        confirmed(staff)
        assert previewed(staff, path)["etag"] == seen["etag"]
        done = staff.post(f"{path}/approve", headers={"If-Match": seen["etag"]})
        assert done.status_code == 200, done.text
        assert (seen["revision"], done.json()["revision"]) == (2, 3)

    def test_but_for_what_was_published(self, staff: TestClient) -> None:
        path = drafted(staff, amend("HZ-002", is_online=True))
        assert staff.post(f"{path}/submit").status_code == 200
        seen = previewed(staff, path)
        published(staff, amend("HZ-003", is_online=True))
        confirmed(staff)
        assert staff.post(f"{path}/approve", headers={"If-Match": seen["etag"]}).status_code == 412

    def test_the_last_revision_of_content(self, staff: TestClient, database: Database, clock: FrozenClock) -> None:
        def last() -> tuple[int, int]:
            with database.read() as connection:
                return latest_revision(connection), latest_content_revision(connection)

        confirmed(staff)
        confirmed(staff, "HZ-002")
        assert last() == (3, 1)
        with database.write() as connection:
            take_revision(connection, clock)
        assert last() == (4, 4)
        confirmed(staff)
        assert last() == (5, 4)
        assert decided(staff, drafted(staff, amend("HZ-001", is_online=False))).json()["revision"] == 6
        assert last() == (6, 6)


def test_an_empty_catalogue_has_no_content(database: Database) -> None:
    with database.read() as connection:
        assert latest_content_revision(connection) == 1
