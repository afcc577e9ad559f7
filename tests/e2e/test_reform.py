"""A new licence comes with the edition that names it, is handed over, and the figures say so on each day."""

from typing import Any

from fastapi.testclient import TestClient

from tests.e2e.people import hired, ok

BUREAU = "11990101MB9900013F"
CODE = "X-LICENCE-2027"
LICENCE = {
    "code": CODE,
    "name": "城市景观水体取水许可",
    "division_code": "990101",
    "department_code": "",
    "task_type": "01",
    "catalog_code": "999919901000",
}
OUTSIDE = "status = '1' AND task_type = '01' AND on_licensing_list = false"


def publish(author: TestClient, reviewer: TestClient, path: str) -> None:
    ok(author.post(f"{path}/submit"))
    preview = reviewer.get(f"{path}/preview")
    assert ok(preview)["publishable"], preview.json()["conflicts"]
    ok(reviewer.post(f"{path}/approve", headers={"If-Match": preview.headers["ETag"]}))


def test_a_licence_is_added_with_its_edition_and_then_handed_over(admin: TestClient) -> None:
    author = hired(admin, "lists.first", name="清单 何琳", role="admin")
    reviewer = hired(admin, "lists.second", name="审核 郑强", role="reviewer")
    department = ok(author.get("/v1/items?task_type=01&filter=is_transferred = false&limit=1"))["items"][0]
    item = LICENCE | {"department_code": department["department_code"]}

    drafted = ok(author.post("/v1/items?effective_on=2027-01-01", json=item), 202)
    blocked = author.post(f"{drafted['url']}/submit")
    assert "licence-outside-list" in blocked.text
    listed = ok(author.get("/v1/lists/X-licensing/entries?as_of=2027-01-01&limit=1000"))["items"]
    entries = [{"code": each["code"], "name": each["name"]} for each in listed]
    issued = {"code": "X-licensing-2027", "name": "X区行政许可事项清单（2027年版）"}
    edition = {**issued, "entries": [*entries, {"code": CODE}]}
    ok(author.post(f"/v1/lists/X-licensing/editions?change_set={drafted['change_set']}", json=edition), 202)
    publish(author, reviewer, drafted["url"])

    def on(day: str) -> dict[str, Any]:
        found = ok(author.get("/v1/lists/X-licensing", params={"as_of": day}))
        return {"editions": [each["code"] for each in found["editions"]], "items": found["item_count"]}

    assert on("2026-12-31") == {"editions": ["X-licensing-2026"], "items": 259}
    assert on("2027-01-01") == {"editions": ["X-licensing-2027"], "items": 260}
    added = ok(author.get("/v1/lists/X-licensing/diff?from=2026-12-31&to=2027-01-01"))
    assert [each["code"] for each in added["added"]] == [CODE]
    assert ok(author.get("/v1/items", params={"filter": OUTSIDE, "as_of": "2027-01-01"}))["total"] == 0

    batch = {"code": "X-transfer-4", "name": "第四批划转", "department_code": BUREAU, "items": [{"code": CODE}]}
    handed = ok(author.post("/v1/transfers?effective_on=2027-02-01", json=batch), 202)
    publish(author, reviewer, handed["url"])

    def transferred(day: str) -> tuple[int, int]:
        (row,) = ok(author.get("/v1/metric-values", params={"metric": "transfer_rate", "as_of": day}))["values"]
        assert ok(author.get(row["numerator_url"]))["total"] == row["numerator"]
        return row["numerator"], row["denominator"]

    assert (transferred("2024-06-30"), transferred("2027-01-31"), transferred("2027-02-01")) == (
        (143, 259), (143, 260), (144, 260),
    )  # fmt: skip
    undone = ok(author.post(f"{handed['url']}/undo", json={"reason": "批文撤回"}), 201)
    publish(author, reviewer, f"/v1/change-sets/{undone['id']}")
    assert transferred("2027-02-01") == (143, 260)
    assert ok(author.get(f"/v1/items/{CODE}?as_of=2027-02-01"))["department_code"] == department["department_code"]
