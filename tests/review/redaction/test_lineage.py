"""Items that come from another took its texts with them: one redaction makes them unreadable in all of them."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.audit.log import entries
from app.changes.redactable import MARK
from app.db import Database
from app.jobs.work import Work
from tests.changes.desk import Entry, add, amend, decided, drafted, previewed, published
from tests.changes.feed.copies import copied, walked
from tests.changes.wishes import MARKET, STREET, delegate, merge, part, split, take_over
from tests.factories import department, publish
from tests.jobs.desk import app_of, run_pending
from tests.review.redaction.desk import CONTACT, LATER, PHONE, asked, redacted, reviewer, tables_with
from tests.review.redaction.test_unreadable import figures

PARTS = (part("HZ-011"), part("HZ-012", consultation_contact="民政局二楼"))
ACTS: list[Entry] = [
    split("HZ-001", *PARTS),
    merge("HZ-001", "HZ-002", into="HZ-011"),
    take_over("HZ-011", "HZ-001", department_code=MARKET),
    delegate("HZ-001", part("HZ-011", department_code=STREET)),
]


@pytest.fixture(autouse=True)
def departments(database: Database) -> None:
    publish(database, department(MARKET, name="海珠区行政审批局"), department(STREET, name="赤岗街道办事处"))


def contact(client: TestClient, code: str, **asked: str) -> Any:
    return client.get(f"/v1/items/{code}", params=asked).json()["consultation_contact"]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act["kind"])
def test_a_draft_that_copied_it_does_not_publish_it_again(
    database: Database, staff: TestClient, first: TestClient, second: TestClient, act: Entry
) -> None:
    path = drafted(staff, act)
    edition = staff.get(path).json()["edition"]
    assert redacted(first, second)["also_redacted"] == []
    assert tables_with(database, LATER) == []
    assert staff.get(path).json()["edition"] == edition + 1
    assert decided(staff, path).status_code == 200
    assert contact(staff, "HZ-011") == MARK
    assert "欧阳建国 " not in staff.get("/v1/feed?format=ndjson").text


def test_nor_do_copies_of_copies_and_what_was_withdrawn(
    database: Database, staff: TestClient, first: TestClient, second: TestClient
) -> None:
    path = drafted(staff, split("HZ-001", *PARTS))
    assert add(staff, path, take_over("HZ-021", "HZ-011", department_code=MARKET)).status_code == 201
    withdrawn = drafted(staff, take_over("HZ-031", "HZ-001", department_code=MARKET))
    assert staff.post(f"{withdrawn}/withdraw").status_code == 200
    redacted(first, second)
    assert tables_with(database, LATER) == []
    assert decided(staff, path).status_code == 200
    assert [contact(staff, code) for code in ("HZ-011", "HZ-012", "HZ-021")] == [MARK, "民政局二楼", MARK]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act["kind"])
@pytest.mark.parametrize("code", ["HZ-001", "HZ-011"])
def test_what_was_published_of_it_goes_with_it(
    database: Database, staff: TestClient, first: TestClient, second: TestClient, act: Entry, code: str
) -> None:
    """Whichever of them it is asked for; what else either says of itself stays."""
    published(staff, act)
    published(staff, amend("HZ-011", consultation_contact="民政局一楼 12345"))
    before = figures(staff)
    done = redacted(first, second, code=code)
    assert done["also_redacted"] == [{"HZ-001": "HZ-011", "HZ-011": "HZ-001"}[code]]
    assert first.get(f"/v1/redactions/{done['id']}").json()["also_redacted"] == done["also_redacted"]
    assert first.get("/v1/redactions").json()["items"][0]["also_redacted"] == done["also_redacted"]
    assert tables_with(database, LATER) == []
    assert contact(staff, "HZ-011", known_at="5") == MARK
    assert contact(staff, "HZ-011") == (MARK if code == "HZ-011" else "民政局一楼 12345")
    assert contact(staff, "HZ-001", as_of="2020-06-30") == (MARK if code == "HZ-001" else CONTACT)
    assert figures(staff) == before
    with database.read() as connection:
        (told,) = entries(connection, {"action": "redaction.confirm"}, 0, 10)
    assert told.details["also_redacted"] == done["also_redacted"]


def test_it_is_followed_through_others_and_where_the_link_was_undone(
    database: Database, staff: TestClient, first: TestClient, second: TestClient
) -> None:
    """HZ-011 and HZ-021 share nothing but HZ-001, from which one came for a while and the other by way of a third."""
    number = published(staff, take_over("HZ-011", "HZ-001", department_code=MARKET))["id"]
    published(staff, take_over("HZ-012", "HZ-001", department_code=STREET, consultation_contact="12345"))
    undoing = staff.post(f"/v1/change-sets/{number}/undo", json={"reason": "公布错了"}).headers["Location"]
    assert decided(staff, undoing).status_code == 200
    published(staff, take_over("HZ-021", "HZ-012", department_code=MARKET, consultation_contact=LATER))
    done = redacted(first, second, code="HZ-021")
    assert done["also_redacted"] == ["HZ-001", "HZ-011"]
    assert tables_with(database, LATER) == []
    assert contact(staff, "HZ-012") == "12345"


def test_of_lists_the_same_entries_and_words_go(staff: TestClient, first: TestClient, second: TestClient) -> None:
    other = {"name": "2号窗口", "phone": "020-34372222", "code": "W-2"}
    published(staff, amend("HZ-001", aliases=["欧阳建国", "养老院备案"]))
    published(staff, take_over("HZ-011", "HZ-001", department_code=MARKET))
    windows = [*staff.get("/v1/items/HZ-011").json()["windows"], other]
    published(staff, amend("HZ-011", windows=windows, aliases=["欧阳建国", "敬老院备案"]))
    assert redacted(first, second, field="windows.phone")["also_redacted"] == ["HZ-011"]
    redacted(first, second, field="aliases")
    found = staff.get("/v1/items/HZ-011").json()
    assert [each["phone"] for each in found["windows"]] == [MARK, other["phone"]]
    assert found["aliases"] == [MARK, "敬老院备案"]
    assert staff.get("/v1/items", params={"q": "欧阳"}).json()["total"] == 0


def test_the_feed_tells_each_of_them(
    client: TestClient, staff: TestClient, first: TestClient, second: TestClient
) -> None:
    published(staff, split("HZ-001", part("HZ-011"), part("HZ-012")))
    copy = copied(walked(client, "/v1/feed"))
    revision = redacted(first, second)["revision"]
    events = walked(client, f"/v1/feed?after={copy.position}&limit=1")
    assert [(each["position"], each["kind"], each["code"]) for each in events] == [
        (f"{revision}-{place}", "redact", code) for place, code in enumerate(("HZ-001", "HZ-011", "HZ-012"), 1)
    ]
    assert walked(client, f"/v1/feed?after={revision}-2") == events[2:]
    for event in events:
        copy.apply(event)
    assert not any(LATER in str(each) for each in copy.objects.values())
    assert copy.objects == copied(walked(client, "/v1/feed")).objects
    assert client.get("/v1/feed/dump").text.startswith(f'{{"position":"{revision}-3"')


def test_who_reviews_elsewhere_leaves_what_came_from_there(
    application: FastAPI, staff: TestClient, database: Database, first: TestClient
) -> None:
    publish(database, department("11440106MB2D12345X", name="天河区民政局", division_code="440106"))
    published(staff, take_over("TH-001", "HZ-001", department_code="11440106MB2D12345X", division_code="440106"))
    haizhu = reviewer(application, database, "海珠 陈洁", division_code="440105")
    city = reviewer(application, database, "广州 周洋", division_code="440100")
    path = asked(first).headers["Location"]
    for told in (asked(haizhu), haizhu.post(f"{path}/confirm")):
        assert (told.status_code, told.json()["type"]) == (403, "/problems/not-yours")
        assert "TH-001" in told.json()["detail"]
    assert city.post(f"{path}/confirm").json()["also_redacted"] == ["TH-001"]


def test_what_is_of_no_lineage_is_left(client: TestClient, first: TestClient, second: TestClient) -> None:
    assert redacted(first, second, field="windows.phone")["also_redacted"] == []
    assert client.get("/v1/windows/W-01").json()["phone"] == PHONE


def test_a_preview_that_was_read_before_is_not_kept(
    database: Database, staff: TestClient, first: TestClient, second: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drafted(staff, amend("HZ-001", consultation_contact="民政局二楼"))
    published(staff, amend("HZ-001", fee_basis="不收费", consultation_contact=CONTACT))
    assert CONTACT in str(previewed(staff, path))
    job, go_on = staff.post(f"{path}/preview").headers["Location"], Work.progress

    def progress(work: Work, number: int, total: int | None = None, message: Any = None) -> None:
        if number == total:
            redacted(first, second)
        go_on(work, number, total, message)

    monkeypatch.setattr(Work, "progress", progress)
    run_pending(app_of(staff))
    ended = staff.get(job).json()
    assert (ended["status"], ended["result"]) == ("failed", None)
    assert (ended["problem"]["type"], ended["problem"]["preview_url"]) == (
        "/problems/preview-outdated",
        f"{path}/preview",
    )
    assert tables_with(database, CONTACT) == []


def test_what_was_redacted_cannot_be_turned_back_and_that_is_said(
    staff: TestClient, first: TestClient, second: TestClient
) -> None:
    number = published(staff, amend("HZ-001", consultation_contact=CONTACT))["id"]
    redacted(first, second)
    told = staff.post(f"/v1/change-sets/{number}/undo", json={"reason": "改回来"})
    assert (told.status_code, told.json()["type"]) == (409, "/problems/nothing-to-undo")
    assert "已经隐去" in told.json()["detail"]
