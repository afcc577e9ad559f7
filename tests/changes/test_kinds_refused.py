"""Acts that can't be meant or no longer fit: each a clear problem, and nothing half-done."""

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from app.catalogue.lineage import lineage
from app.db import Database
from tests.changes.desk import Entry, act, add, amend, contents, decided, drafted, opened, published
from tests.changes.wishes import MARKET, STREET, delegate, found, merge, part, split, take_over, three_items, transfer
from tests.factories import CIVIL_AFFAIRS, item, publish

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    three_items(database)


MISFITS: list[tuple[str, Entry, str, str]] = [
    ("a split into nothing", split("HZ-001"), "/into", "现在是 0 个"),
    ("a split into one", split("HZ-001", part("HZ-011")), "/into", "现在是 1 个"),
    ("a split with content", split("HZ-001", part("A"), part("B")) | {"content": {"name": "改"}}, "/content", "into 的每一项"),
    ("two parts of one code", split("HZ-001", part("A"), part("A")), "/into/1/code", "各用各的编码"),
    ("a part with two codes", split("HZ-001", part("A", code="B"), part("C")), "/into/0/content/code", "编码写了两个"),
    ("a misspelt element of a part", split("HZ-001", part("A", nam="x"), part("C")), "/into/0/content/nam", "name"),
    ("a split until a day", split("HZ-001", part("A"), part("B")) | {"until": "2027-01-01"}, "/until", "不带 until"),
    ("a split of a department", split(CIVIL_AFFAIRS, part("A"), part("B")) | {"object": "department"}, "/object", "只有事项"),
    ("a merger of nothing", merge(into="HZ-020"), "/from", "由哪些事项合并"),
    ("a merger into itself", merge("HZ-001", "HZ-002", into="HZ-001"), "/from", "HZ-001 不能并入自己"),
    ("a merger of one twice", merge("HZ-002", "HZ-002", into="HZ-001"), "/from", "HZ-002 写了两次"),
    ("nothing taken over", act("take_over", "A") | {"content": {"department_code": STREET}}, "/from", "现在是 0 个"),
    ("taken over by nobody", take_over("A", "HZ-001"), "/content/department_code", "实施主体编码"),
    ("a delegation of nothing", delegate("HZ-001"), "/into", "下放为下级的哪些事项"),
    ("a delegation to nobody", delegate("HZ-001", part("A")), "/into/0/content/department_code", "实施主体编码"),
    ("a transfer to nobody", act("transfer", "HZ-001") | {"content": {"code": "A"}}, "/content/department_code", "实施主体编码"),
    ("an amendment from another", amend("HZ-001", name="改") | {"from": ["HZ-002"]}, "/from", "修改的条目不带 from"),
    ("a merger that keeps", merge("HZ-001", "HZ-002", into="A") | {"keeps": True}, "/keeps", "合并的条目不带 keeps"),
    ("a misspelt member", split("HZ-001", part("A"), part("B")) | {"form": []}, "/form", "from"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "pointer", "says"), [each[1:] for each in MISFITS], ids=[each[0] for each in MISFITS]
)
def test_what_a_kind_lacks_or_has_no_use_for(
    staff: TestClient, database: Database, entry: Entry, pointer: str, says: str
) -> None:
    path = opened(staff)
    before = contents(database)
    answer = staff.post(f"{path}/entries", json=entry)
    assert answer.status_code == 422, answer.text
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == pointer
    assert says in fault["detail"] + fault.get("suggestion", "")
    assert contents(database) == before


REFUSED: list[tuple[str, Entry, int, str, str]] = [
    ("a split of nothing", split("HZ-404", part("A"), part("B")), 404, "object-not-found", "HZ-404"),
    ("a split of a cancelled item", split("HZ-000", part("A"), part("B")), 409, "not-in-force", "HZ-000"),
    ("a merger into a cancelled item", merge("HZ-001", "HZ-002", into="HZ-000"), 409, "not-in-force", "不能合并到 HZ-000"),
    ("a merger of a cancelled item", merge("HZ-001", "HZ-000", into="HZ-020"), 409, "not-in-force", "HZ-000"),
    ("a merger of one item into a new one", merge("HZ-001", into="HZ-020"), 422, "malformed", "还没有 HZ-020"),
    ("a cancelled item taken over", take_over("A", "HZ-000", department_code=STREET), 409, "not-in-force", "HZ-000"),
    ("taken over by the same", take_over("A", "HZ-001", department_code=CIVIL_AFFAIRS), 409, "same-department", "同一个部门"),
    ("delegated to the same", delegate("HZ-001", part("A", department_code=CIVIL_AFFAIRS)), 409, "same-department", "同一个部门"),
    ("a transfer to the same", transfer("HZ-001", CIVIL_AFFAIRS, code="A"), 409, "same-department", "不能划转给同一个部门：HZ-001"),
    ("a transfer of a cancelled item", transfer("HZ-000", MARKET), 409, "not-in-force", "HZ-000"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "status", "slug", "says"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED]
)
def test_what_cannot_be_done_leaves_nothing_half_done(
    staff: TestClient, database: Database, entry: Entry, status: int, slug: str, says: str
) -> None:
    publish(database, item("HZ-000", until=None))
    published(staff, act("cancel", "HZ-000", on="2026-02-01"))
    path = opened(staff)
    before = contents(database)
    answer = add(staff, path, amend("HZ-003", promised_limit=1), entry)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{slug}"), answer.text
    assert says in answer.json()["detail"]
    assert contents(database) == before


def refusals(answer: Response) -> list[tuple[str, str]]:
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/entries-do-not-fit"), answer.text
    return [(fault["rule"], fault["pointer"]) for fault in answer.json()["errors"]]


def test_a_part_of_what_changed_since_is_stale(staff: TestClient, database: Database) -> None:
    path = drafted(staff, split("HZ-001", part("HZ-011"), part("HZ-012", promised_limit=5)))
    published(staff, amend("HZ-001", promised_limit=15))
    before = contents(database)
    answer = decided(staff, path)
    assert refusals(answer) == [("stale-value", "/entries/2/content/promised_limit")]
    assert "HZ-011 的承诺办结时限是照 HZ-001 写的“20”" in answer.json()["detail"]
    assert contents(database) == before
    with database.read() as connection:
        assert connection.execute(select(lineage)).all() == []


def test_what_is_taken_over_must_not_have_changed_or_gone(staff: TestClient) -> None:
    first, second = (drafted(staff, take_over(f"JD-{n}", "HZ-001", department_code=STREET)) for n in (1, 2))
    published(staff, amend("HZ-001", is_online=None))
    assert refusals(decided(staff, first)) == [("stale-value", "/entries/1/content/is_online")]
    published(staff, act("cancel", "HZ-001"))
    assert refusals(decided(staff, second)) == [("not-in-force", "/entries/1")]


def test_a_change_of_other_days_or_of_what_is_stated_does_not_matter(staff: TestClient, client: TestClient) -> None:
    path = drafted(staff, take_over("JD-001", "HZ-001", department_code=STREET, promised_limit=3))
    published(staff, amend("HZ-001", promised_limit=15))
    published(staff, amend("HZ-001", on="2026-07-01", is_online=False))
    assert decided(staff, path).status_code == 200
    assert found(client, "JD-001", "2026-08-01")["is_online"] is True


def test_a_merger_into_what_was_cancelled_meanwhile(staff: TestClient) -> None:
    path = drafted(staff, merge("HZ-002", into="HZ-001"))
    published(staff, act("cancel", "HZ-001"))
    assert refusals(decided(staff, path)) == [("not-in-force", "/entries/2")]
