from datetime import date

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.cases.reports import counts, report, statistics
from tests.factories import department, draft, item, publish
from tests.imports.uploads import xlsx_file

TOLD = ("rows", "added", "restated", "unchanged", "rejected")


def told(answer: dict[str, object]) -> list[object]:
    return [answer[name] for name in TOLD]


@pytest.fixture(autouse=True)
def items(database: Database) -> None:
    publish(database, department(), item(), item("HZ-002", name="社团登记", is_online=True), on=date(2025, 12, 1))


def test_counts_take_a_revision_of_their_own(staff: TestClient) -> None:
    checked = report(staff, counts("HZ-001", "2026-01", "窗口", "", 10, 9, 9), dry_run="true", status=200)
    assert (checked["status"], told(checked), checked["recorded"]) == ("checked", [1, 1, 0, 0, 0], None)
    assert statistics(staff)[0]["accepted"] is None
    done = report(
        staff, counts("HZ-001", "2026-01", "窗口", "", 10, 9, 9), counts("HZ-002", "2026年1月", "online", "", 5)
    )
    assert (done["status"], told(done), done["months"]) == ("recorded", [2, 2, 0, 0, 0], ["2026-01"])
    assert (done["sums"]["accepted"], done["sums"]["closed"], done["sums"]["reviewed"]) == (15, 9, None)
    assert done["recorded"]["revision"] == 2
    feed = staff.get("/v1/feed").json()
    assert ({event["revision"] for event in feed["items"]}, feed["revision"]) == ({1}, 2)


def test_what_was_reported_stays_askable(staff: TestClient) -> None:
    report(staff, counts("HZ-001", "2026-01", "窗口", "", 10, 8, 8), counts("HZ-002", "2026-01", "网上", "", 5, 5, 5))
    again = counts("HZ-001", "2026-01", "窗口", "", 10, 10, 9)
    refused = report(staff, again, status=422)
    assert refused["errors"][0]["rule"] == "missing"
    assert "reason" in refused["detail"]
    done = report(staff, again, counts("HZ-002", "2026-01", "网上", "", 5, 5, 5), reason="后来办结的")
    assert told(done) == [2, 0, 1, 1, 0]
    assert [row["closed"] for row in statistics(staff)] == [15]
    assert [row["closed"] for row in statistics(staff, "period=2026-01&known_at=2")] == [13]
    records = staff.get("/v1/case-records?code=HZ-001").json()["items"]
    assert [(row["closed"], row["recorded_in"], row["superseded_in"]) for row in records] == [(8, 2, 3), (10, 3, None)]
    assert [row["reason"] for row in records] == [None, "后来办结的"]
    known = staff.get("/v1/case-records?code=HZ-001&known_at=2").json()
    assert [row["closed"] for row in known["items"]] == [8]
    assert staff.get(done["recorded"]["records_url"]).json()["total"] == 2
    months = ("2026-01", "2025-11..2026-01", "2025-11..2025-12")
    assert [staff.get(f"/v1/case-records?month={each}").json()["total"] for each in months] == [4, 4, 0]


def test_the_same_counts_again_record_nothing(staff: TestClient) -> None:
    report(staff, counts("HZ-001", "2026-01", "窗口", "", 10))
    again = report(staff, counts("HZ-001", "202601", "window", "", 10), status=200)
    assert (again["status"], told(again)) == ("unchanged", [1, 0, 0, 1, 0])
    assert staff.get("/v1/case-imports").json()["total"] == 1


def test_kinds_of_business_take_the_place_of_the_whole(staff: TestClient) -> None:
    report(staff, counts("HZ-001", "2026-01", "网上", "", 10))
    kinds = [counts("HZ-001", "2026-01", "网上", "设立", 4), counts("HZ-001", "2026-01", "网上", "变更", 7)]
    report(staff, *kinds, reason="分类别重报")
    assert [row["accepted"] for row in statistics(staff)] == [11]
    beside = counts("HZ-001", "2026-01", "网上", "注销", 1)
    assert report(staff, beside, status=200, dry_run="true")["beside"][0]["standing"] == {"变更": 7, "设立": 4}
    assert report(staff, beside, status=422)["errors"][0]["rule"] == "kinds-beside"
    report(staff, beside, reason="注销另成一类")
    by_kind = statistics(staff, "period=2026-01&group_by=business_kind")
    assert [(row["group"]["business_kind"], row["accepted"]) for row in by_kind] == [
        ("变更", 7),
        ("注销", 1),
        ("设立", 4),
    ]
    report(staff, counts("HZ-001", "2026-01", "网上", "", 12), reason="不再分类别")
    assert [(row["accepted"], row["report_count"]) for row in statistics(staff)] == [(12, 1)]


def test_an_item_is_found_by_whatever_code_it_had(database: Database, staff: TestClient) -> None:
    publish(database, draft("amend", "HZ-001", {"code": "HZ-101"}, start=date(2026, 1, 15)), on=date(2026, 1, 10))
    report(staff, counts("HZ-001", "2025-12", "网上", "", 3), counts("HZ-101", "2026-01", "网上", "", 4))
    (row,) = statistics(staff, "period=2025-12..2026-01&group_by=item")
    assert (row["code"], row["accepted"], row["item_count"]) == ("HZ-101", 7, 1)


def test_a_workbook_may_say_more_than_counts(staff: TestClient) -> None:
    content = xlsx_file(
        ("序号", "事项名称", "code", "月份", "渠道", "受理量", "非常满意", "满意", "基本满意", "不满意", "非常不满意", "评价件数"),
        (1, "养老机构备案", "HZ-001", date(2026, 1, 1), "窗口", 20, 10, 4, 1, 1, 0, 16),
    )  # fmt: skip
    answer = staff.post("/v1/case-imports", files={"file": ("一月.xlsx", content)}, data={"dry_run": "false"})
    assert answer.status_code == 201, answer.text
    (row,) = statistics(staff)
    assert (row["satisfied"], row["reviewed"], row["dissatisfied"], row["closed"]) == (15, 16, 1, None)
    assert row["unstated"] == {"closed": 20, "closed_on_time": 20, "bad_reviews_verified": 20, "bad_reviews_fixed": 20}


def test_a_column_that_is_missing_changes_nothing(staff: TestClient) -> None:
    report(staff, counts("HZ-001", "2026-01", "窗口", "", 10, 8, 8, 3, 3))
    few = ("事项编码", "月份", "办理渠道", "受理件数", "办结件数")
    more = ["HZ-001", "2026-01", "窗口", 10, 9]
    checked = report(staff, more, header=few, status=200, dry_run="true")
    (told,) = checked["restatements"]
    assert (told["row"], told["before"], told["after"], told["becomes_unstated"]) == (
        2,
        {"closed": 8},
        {"closed": 9},
        [],
    )
    report(staff, more, header=few, reason="后来办结的")
    (row,) = statistics(staff)
    assert (row["closed"], row["closed_on_time"], row["satisfied"]) == (9, 8, 3)
    emptied = report(staff, ["HZ-001", "2026-01", "窗口", 10, None], header=few, status=200, dry_run="true")
    assert [each["becomes_unstated"] for each in emptied["restatements"]] == [["closed"]]
    again = ["HZ-001", "2026-01", "窗口", 11, 9]
    assert [each["rule"] for each in report(staff, again, header=few, status=422, reason=" ")["errors"]] == ["missing"]


def test_months_that_nobody_reported_are_no_zero(staff: TestClient) -> None:
    report(staff, counts("HZ-001", "2026-01", "窗口", "", 10))
    told = staff.get("/v1/case-statistics?period=2025-12").json()
    assert (told["unreported_months"], told["values"][0]["accepted"]) == (["2025-12"], None)
    (row,) = staff.get("/v1/metric-values?metric=accepted_cases&period=2025-12").json()["values"]
    assert (row["value"], "没有报送" in row["note"]) == (None, True)
    (row,) = staff.get("/v1/metric-values?metric=accepted_cases&period=2025-12..2026-01").json()["values"]
    assert (row["value"], row["note"]) == (10, "2025-12 没有报送办件，不在这个数里。")
    (row,) = staff.get("/v1/metric-values?metric=online_cases&period=2026-01").json()["values"]
    assert (row["value"], row.get("note")) == (0, None)
