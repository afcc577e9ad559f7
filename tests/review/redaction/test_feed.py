"""The feed tells a redaction: a copy that follows it loses the text by doing what it always does."""

import json
from datetime import date

from fastapi.testclient import TestClient

from app.changes.redactable import MARK
from app.db import Database
from tests.changes.feed.copies import Copy, copied, walked
from tests.factories import amend, item, publish
from tests.review.redaction.desk import CONTACT, LATER, PHONE, redacted


def holds(copy: Copy, text: str) -> bool:
    return text in json.dumps(copy.objects, ensure_ascii=False)


def test_the_event_says_which_text_of_what_and_not_what_it_was(
    client: TestClient, first: TestClient, second: TestClient
) -> None:
    number = client.get("/v1/items/HZ-001").json()["id"]
    redacted(first, second)
    event = client.get("/v1/feed?after=3-1").json()["items"][0]
    versions = event.pop("versions")
    assert event == {
        "position": "4-1",
        "revision": 4,
        "published_at": "2026-03-02T10:00:00+08:00",
        "change_set": None,
        "object": "item",
        "kind": "redact",
        "id": number,
        "code": "HZ-001",
        "effective_on": None,
        "until": None,
        "changes": [
            {
                "field": "consultation_contact",
                "label": "咨询方式",
                "old": None,
                "new": MARK,
                "old_label": None,
                "new_label": MARK,
            }
        ],
        "predecessors": [],
    }
    assert [each["content"]["consultation_contact"] for each in versions] == [MARK] * 3


def test_a_copy_loses_the_text(client: TestClient, first: TestClient, second: TestClient) -> None:
    copy, dumped = copied(walked(client, "/v1/feed")), Copy()
    dumped.load(client.get("/v1/feed/dump").text.splitlines())
    assert holds(copy, LATER)
    redacted(first, second)
    redacted(first, second, field="windows.phone")
    redacted(first, second, code="W-01", object="window", field="phone")
    for each in (copy, dumped):
        for event in walked(client, f"/v1/feed?after={each.position}&limit=1"):
            each.apply(event)
        assert not holds(each, PHONE)
        assert each.objects == copied(walked(client, "/v1/feed")).objects


def test_what_was_told_before_is_told_without_it(client: TestClient, first: TestClient, second: TestClient) -> None:
    assert CONTACT in json.dumps(walked(client, "/v1/feed"), ensure_ascii=False)
    redacted(first, second)
    told = client.get("/v1/feed?format=ndjson").text
    assert MARK in told
    assert "欧阳建国，" not in told
    assert LATER not in told


def test_members_of_lists_and_several_texts_are_told_by_name(
    client: TestClient, first: TestClient, second: TestClient
) -> None:
    redacted(first, second, field="windows.phone")
    redacted(first, second, field="aliases")
    told = [event["changes"][0] for event in walked(client, "/v1/feed?after=3-1")]
    assert [(each["field"], each["label"], each["new"]) for each in told] == [
        ("windows.phone", "办理窗口·窗口电话", MARK),
        ("aliases", "别名", [MARK]),
    ]


def test_it_has_its_place_among_what_is_published(
    client: TestClient, database: Database, first: TestClient, second: TestClient
) -> None:
    redacted(first, second)
    publish(database, amend("HZ-002", date(2026, 1, 1), promised_limit=5), item("HZ-003"))
    redacted(first, second, code="W-01", object="window", field="phone")
    whole = walked(client, "/v1/feed?after=3-1&limit=1")
    assert [event["position"] for event in whole] == ["4-1", "5-1", "5-2", "6-1"]
    for place, event in enumerate(whole):
        assert walked(client, f"/v1/feed?after={event['position']}") == whole[place + 1 :]
    assert walked(client, "/v1/feed?after=4-0") == whole
    assert client.get("/v1/feed?after=3-1&limit=3").json()["position"] == "5-2"
    assert [event["position"] for event in walked(client, "/v1/feed?object=window")] == ["1-2", "6-1"]
    assert client.get("/v1/feed?object=department&after=3-1").json()["items"] == []


def test_a_dump_begins_behind_it_and_whoever_waits_is_told(
    client: TestClient, first: TestClient, second: TestClient
) -> None:
    tag = client.get("/v1/feed?after=3-1").headers["ETag"]
    redacted(first, second)
    head = json.loads(client.get("/v1/feed/dump").text.splitlines()[0])
    assert (head["position"], head["revision"]) == ("4-1", 4)
    answer = client.get("/v1/feed?after=3-1&wait=60", headers={"If-None-Match": tag})
    assert [event["kind"] for event in answer.json()["items"]] == ["redact"]


def test_what_waits_for_a_second_person_is_not_told(client: TestClient, first: TestClient) -> None:
    wish = {"code": "HZ-001", "field": "consultation_contact", "reason": "误登个人手机号"}
    assert first.post("/v1/redactions", json=wish).status_code == 201
    assert walked(client, "/v1/feed?after=3-1") == []
