"""A day in the life of a list: an editor, a reviewer and their chief, over HTTP, from a draft to its undoing."""

import json
from collections.abc import Sequence

from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.changes.desk import approved, previewed
from tests.clients import Client
from tests.e2e.people import Answer, hired, ok

TODAY = "2026-11-21"


def rate(client: TestClient, **asked: int) -> tuple[int, int, float]:
    query: dict[str, str | int] = {"metric": "online_rate", "as_of": TODAY, **asked}
    (row,) = ok(client.get("/v1/metric-values", params=query))["values"]
    return row["numerator"], row["denominator"], row["percent"]


def effect(preview: Answer, metric: str = "online_rate") -> Answer:
    (found,) = (each for each in preview["effects"] if each["metric"] == metric)
    return dict(found)


def offline(client: TestClient) -> Sequence[Answer]:
    query = {"is_online": "false", "status": "1", "as_of": TODAY, "limit": "40"}
    items: Sequence[Answer] = ok(client.get("/v1/items", params=query))["items"]
    assert len(items) == 40
    return items


def as_it_stands(client: TestClient) -> str:
    """The position of the feed at which a copy begins."""
    dump = client.get("/v1/feed/dump", params={"object": "window"})
    position: str = json.loads(dump.text.splitlines()[0])["position"]
    return position


def test_from_a_draft_to_its_undoing(district: FastAPI, admin: TestClient) -> None:
    public = Client(district)
    before, started, items = rate(public), as_it_stands(public), offline(public)
    departments = sorted({each["department_code"] for each in items})
    editor = hired(admin, "li.na", name="李娜", role="editor", departments=departments)
    reviewer = hired(admin, "wang.min", name="王敏", role="reviewer", division_code="990101")
    chief = hired(admin, "zhao.gang", name="赵刚", role="reviewer", division_code="990101")

    path = forty_changes(editor, items)
    seen = found_wanting(reviewer, path, items, before)
    assert rate(public) == before
    mended(editor, path, items)
    promised = approved_as_read(reviewer, path, seen)
    revision = promised["revision"]
    moved_as_promised(public, promised)
    assert rate(public)[0] == before[0] + 38
    undone(chief, reviewer, path)
    assert rate(public) == before
    assert rate(public, known_at=revision)[0] == before[0] + 38

    tells_the_history(editor, path)
    tells_the_feed(public, started, items, revision)
    tells_the_log(admin, path)


def forty_changes(editor: TestClient, items: Sequence[Answer]) -> str:
    """In the morning the editor drafts forty changes and hands them in; to approve them is not for her."""
    cover = {"title": "四十项开通网上办理", "reason": "省统一平台上线", "effective_on": TODAY}
    path = f"/v1/change-sets/{ok(editor.post('/v1/change-sets', json=cover), 201)['id']}"
    entries = [{"kind": "amend", "code": each["code"], "content": {"is_online": True}} for each in items]
    assert ok(editor.post(f"{path}/entries", json=entries), 201)["entries"] == {"amend": 40}
    assert ok(editor.post(f"{path}/submit"))["status"] == "submitted"
    assert editor.post(f"{path}/approve").json()["type"] == "/problems/not-permitted"
    return path


def found_wanting(reviewer: TestClient, path: str, items: Sequence[Answer], before: tuple[int, int, float]) -> Answer:
    """The reviewer sees what moves, finds two that are not online yet, and sends all of it back."""
    seen = previewed(reviewer, path)
    online = effect(seen)
    assert (online["before"]["numerator"], online["before"]["denominator"]) == before[:2]
    assert online["numerator_change"] == 40
    assert [(each["kind"], each["items"]) for each in online["kinds"]] == [("improved", 40)]
    named = ok(reviewer.get(online["kinds"][0]["items_url"]))
    assert {each["code"] for each in named["items"]} == {each["code"] for each in items}
    comments = [{"position": place, "text": text} for place, text in SAID.items()]
    back = {"reason": "有两项还没有联通", "comments": comments}
    assert ok(reviewer.post(f"{path}/return", json=back))["status"] == "returned"
    return seen


SAID = {3: "系统未上线", 17: "只能网上预约，不是全程网办"}


def mended(editor: TestClient, path: str, items: Sequence[Answer]) -> None:
    """The editor reads the comments at the two entries, takes them out, puts one in anew, and hands in again."""
    listed = ok(editor.get(f"{path}/entries"))["items"]
    said = {each["position"]: [comment["text"] for comment in each["comments"]] for each in listed}
    assert {place: texts for place, texts in said.items() if texts} == {place: [text] for place, text in SAID.items()}
    for place in SAID:
        ok(editor.delete(f"{path}/entries/{place}"))
    appointed = {"kind": "amend", "code": items[16]["code"], "content": {"onsite_reason": "只能网上预约"}}
    assert ok(editor.post(f"{path}/entries", json=appointed), 201)["entries"] == {"amend": 39}
    ok(editor.post(f"{path}/submit"))


def approved_as_read(reviewer: TestClient, path: str, seen: Answer) -> Answer:
    """What was read before the mending is no longer what would be approved; what is read now is. The last preview."""
    stale = reviewer.post(f"{path}/approve", headers={"If-Match": seen["etag"]})
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/changed-since-preview")
    promised = previewed(reviewer, path)
    assert effect(promised)["numerator_change"] == 38
    done = ok(approved(reviewer, path))
    assert (done["status"], done["approved_by"], done["second_person"]) == ("published", "王敏", True)
    assert done["revision"] == promised["revision"]
    return promised


def moved_as_promised(public: TestClient, promised: Answer) -> None:
    """Every figure that the preview named is what it said, and no other moved."""
    told = {each["metric"]: each["after"] for each in promised["effects"]}
    now, was = (figures(public, number) for number in (promised["revision"], promised["revision"] - 1))
    assert now == {metric: shown(told.get(metric, row)) for metric, row in was.items()}


def figures(public: TestClient, revision: int) -> dict[str, Answer]:
    rows = ok(public.get("/v1/metric-values", params={"as_of": TODAY, "known_at": revision}))["values"]
    return {row["metric"]: shown(row) for row in rows}


def shown(row: Answer) -> Answer:
    return {part: row[part] for part in ("numerator", "denominator", "unknown", "excluded", "value", "percent")}


def undone(chief: TestClient, reviewer: TestClient, path: str) -> None:
    """In the evening it turns out that the platform is not up: the chief undoes it, and the reviewer approves that."""
    draft = ok(chief.post(f"{path}/undo", json={"reason": "省统一平台推迟上线"}), 201)
    assert (f"/v1/change-sets/{draft['undoes']}", draft["status"]) == (path, "draft")
    undoing = f"/v1/change-sets/{draft['id']}"
    ok(chief.post(f"{undoing}/submit"))
    own = chief.post(f"{undoing}/approve", headers={"If-Match": previewed(chief, undoing)["etag"]})
    assert own.json()["type"] == "/problems/own-change-set"
    ok(approved(reviewer, undoing))


def tells_the_history(editor: TestClient, path: str) -> None:
    told = [(each["label"], each["by"]) for each in ok(editor.get(path))["history"]]
    assert told == [
        ("起草", "李娜"),
        ("加条目", "李娜"),
        ("提交", "李娜"),
        ("退回", "王敏"),
        ("批注", "王敏"),
        ("批注", "王敏"),
        ("删条目", "李娜"),
        ("删条目", "李娜"),
        ("加条目", "李娜"),
        ("提交", "李娜"),
        ("批准并发布", "王敏"),
    ]


def tells_the_feed(public: TestClient, position: str, items: Sequence[Answer], revision: int) -> None:
    events = ok(public.get("/v1/feed", params={"after": position, "limit": 1000}))["items"]
    there = [each["code"] for each in events if each["revision"] == revision]
    again = [each["code"] for each in events if each["revision"] == revision + 1]
    assert sorted(there) == sorted(again) == sorted(each["code"] for each in items if each is not items[2])


def tells_the_log(admin: TestClient, path: str) -> None:
    about = path.removeprefix("/v1/").replace("change-sets", "change-set")
    told = ok(admin.get("/v1/audit", params={"about": about, "limit": 1000}))["items"]
    assert [(each["action"], each["outcome"], each["by"]) for each in told if each["outcome"] == "done"] == [
        (f"change-set.{action}", "done", by)
        for action, by in (
            ("create", "李娜"),
            ("add", "李娜"),
            ("submit", "李娜"),
            ("return", "王敏"),
            ("remove", "李娜"),
            ("remove", "李娜"),
            ("add", "李娜"),
            ("submit", "李娜"),
            ("approve", "王敏"),
        )
    ]
    logins = ok(admin.get("/v1/audit", params={"action": "login", "limit": 1000}))["items"]
    assert [each["by"] for each in logins] == ["李娜", "王敏", "赵刚"]
