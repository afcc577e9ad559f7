"""A report that was wrong is taken back: what stood before it stands again, and what nobody else said is unknown."""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeAlias

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from app.cases.models import case_count, case_import
from app.db import Database
from tests.access.people import add_user, token_of, with_token
from tests.cases.reports import HEADER, counts, report, statistics
from tests.factories import department, item, publish
from tests.imports.uploads import csv_file
from tests.metrics.reports.desk import frozen, verified

WRONG_MONTH = "把二月的填成了一月的"


@pytest.fixture(autouse=True)
def items(database: Database) -> None:
    others = department("HZ-2", name="海珠区教育局"), item("HZ-002", name="社团登记", department_code="HZ-2")
    publish(database, department(), item(), *others, on=date(2025, 12, 1))


def undo(client: TestClient, number: int, status: int = 201, reason: str = WRONG_MONTH) -> Any:
    answer = client.post(f"/v1/case-imports/{number}/undo", json={"reason": reason})
    assert answer.status_code == status, answer.text
    return answer.json()


def accepted(client: TestClient, query: str = "period=2026-01") -> int | None:
    (row,) = statistics(client, query)
    count: int | None = row["accepted"]
    return count


def reported(client: TestClient, *rows: list[object], reason: str = "") -> int:
    number: int = report(client, *rows, reason=reason)["recorded"]["id"]
    return number


def test_a_month_that_only_this_report_was_of_is_unknown_again(staff: TestClient) -> None:
    wrong = reported(staff, counts("HZ-001", "2026-01", "窗口", "", 10, 9))
    made = undo(staff, wrong)
    assert (made["undoes"], made["reason"], made["revision"]) == (wrong, WRONG_MONTH, 3)
    assert (made["withdrawn"], made["restored"], made["months"]) == (1, 0, ["2026-01"])
    assert made["sums"]["accepted"] is None
    told = staff.get("/v1/case-statistics?period=2026-01").json()
    assert (told["unreported_months"], told["values"][0]["accepted"]) == (["2026-01"], None)
    assert staff.get("/v1/metric-values?metric=accepted_cases&period=2026-01").json()["values"][0]["value"] is None
    assert accepted(staff, "period=2026-01&known_at=2") == 10
    assert [each["undone_by"] for each in staff.get("/v1/case-imports").json()["items"]] == [None, made["id"]]
    assert staff.get("/v1/case-records").json()["items"][0]["superseded_in"] == 3
    reported(staff, counts("HZ-001", "2026-01", "窗口", "", 11))
    assert accepted(staff) == 11


def test_what_a_report_restated_stands_again(staff: TestClient) -> None:
    first = reported(staff, counts("HZ-001", "2026-01", "窗口", "", 10, 9), counts("HZ-002", "2026-01", "窗口", "", 3))
    wrong = counts("HZ-001", "2026-01", "窗口", "", 40), counts("HZ-001", "2025-12", "窗口", "", 7)
    made = undo(staff, reported(staff, *wrong, reason="更正"))
    assert (made["withdrawn"], made["restored"], made["sums"]["accepted"], made["sums"]["closed"]) == (2, 1, 10, 9)
    assert (accepted(staff), accepted(staff, "period=2025-12")) == (13, None)
    assert accepted(staff, "period=2026-01&known_at=3") == 43
    (again,) = staff.get("/v1/case-records?code=HZ-001&month=2026-01&known_at=4").json()["items"]
    assert (again["accepted"], again["recorded_in"]) == (10, 4)
    assert (again["import_url"], again["restores_url"]) == (made["url"], f"/v1/case-imports/{first}")
    made = undo(staff, first, reason="整份作废")
    assert (made["withdrawn"], made["restored"], accepted(staff)) == (2, 0, None)


def test_why_the_figure_moved_says_what_is_no_longer_reported(staff: TestClient) -> None:
    reported(staff, counts("HZ-001", "2026-01", "窗口", "", 10))
    rows = counts("HZ-001", "2026-01", "窗口", "", 40), counts("HZ-002", "2026-01", "窗口", "", 7)
    wrong = reported(staff, *rows, reason="更正")
    cited = frozen(staff, {"metric": "accepted_cases", "period": "2026-01"})
    undo(staff, wrong)
    told = verified(staff, cited)
    assert (told["agrees"], told["live_differs"]) == (True, 1)
    moved = staff.get("/v1/metric-changes?metric=accepted_cases&period=2026-01&known_from=3").json()
    assert [(each["undoes"], each["reason"]) for each in moved["reports"]] == [(wrong, WRONG_MONTH)]
    (row,) = moved["values"]
    assert [(each["kind"], each["items"], each["numerator_change"]) for each in row["kinds"]] == [
        ("restated", 1, -30),
        ("gone", 1, -7),
    ]
    (gone,) = staff.get(row["kinds"][1]["items_url"]).json()["items"]
    assert (gone["code"], gone["kind"], gone["before"]["numerator"], gone["after"]) == ("HZ-002", "gone", 7, None)


def test_later_reports_are_undone_before(staff: TestClient) -> None:
    whole = reported(staff, counts("HZ-001", "2026-01", "网上", "", 10))
    later = [
        reported(staff, counts("HZ-001", "2026-01", "网上", kind, count), reason="分类别")
        for kind, count in (("设立", 4), ("注销", 1), ("注销", 2))
    ]
    reported(staff, counts("HZ-002", "2026-01", "网上", "", 2))
    refused = undo(staff, whole, status=409)
    assert refused["type"] == "/problems/restated-since"
    assert refused["reports"] == [f"/v1/case-imports/{number}" for number in reversed(later)]
    assert f"第 {later[2]} 次（办件.csv）、第 {later[1]} 次" in refused["detail"]
    for number in reversed(later):
        undo(staff, number)
    assert accepted(staff, "period=2026-01&filter=code='HZ-001'") == 10
    undo(staff, whole)
    assert accepted(staff) == 2


def test_other_kinds_are_not_left_beside_the_whole(staff: TestClient) -> None:
    reported(staff, counts("HZ-001", "2026-01", "网上", "", 10))
    kinds = reported(staff, counts("HZ-001", "2026-01", "网上", "设立", 4), reason="分类别")
    beside = reported(staff, counts("HZ-001", "2026-01", "网上", "注销", 1), reason="另一类")
    assert undo(staff, kinds, status=409)["reports"] == [f"/v1/case-imports/{beside}"]


def test_nothing_is_undone_twice_and_no_undoing_is(staff: TestClient) -> None:
    wrong = reported(staff, counts("HZ-001", "2026-01", "窗口", "", 10))
    made = undo(staff, wrong)
    refused = undo(staff, wrong, status=409)
    assert (refused["type"], refused["undone_by"]) == ("/problems/undone-already", made["url"])
    refused = undo(staff, made["id"], status=409)
    assert (refused["type"], refused["undoes"]) == ("/problems/is-an-undoing", f"/v1/case-imports/{wrong}")
    undo(staff, 10**6, status=404)
    for blank in ("", "  ", "\u3000\n"):
        undo(staff, wrong, status=422, reason=blank)


def test_who_may_not_report_of_an_item_does_not_undo_it(
    application: FastAPI, database: Database, staff: TestClient
) -> None:
    both = reported(staff, counts("HZ-001", "2026-01", "窗口", "", 10), counts("HZ-002", "2026-01", "窗口", "", 10))
    own = reported(staff, counts("HZ-001", "2025-12", "窗口", "", 10))
    add_user(database, "clerk", "editor", ("11440100007482532A",), None)
    clerk = with_token(application, token_of(database, "clerk"))
    assert undo(clerk, both, status=403)["type"] == "/problems/not-yours"
    undo(clerk, own)
    told = staff.get(f"/v1/audit?about=case-import/{own}").json()["items"]
    assert [each["details"]["reason"] for each in told if each["action"] == "cases.undo"] == [WRONG_MONTH]


KINDS = ("", "设立", "变更")
MONTHS = ("2025-12", "2026-01")
SLOTS = [(code, month, kind) for code in ("HZ-001", "HZ-002") for month in MONTHS[:1] for kind in KINDS]
Said: TypeAlias = dict[tuple[str, str, str], int]  # Cases accepted by code, month and kind of business.
FILE = st.dictionaries(st.sampled_from(SLOTS), st.integers(0, 1), min_size=2).map(
    lambda said: {slot: count for slot, count in said.items() if slot[2] or not _by_kinds(said, slot)}
)


def _by_kinds(said: Any, slot: tuple[str, str, str]) -> bool:
    return any(other[:2] == slot[:2] and other[2] for other in said)


def standing(client: TestClient) -> Said:
    """What stands, by code, month and kind of business; the figures are its sums."""
    records = client.get("/v1/case-records?limit=1000").json()["items"]
    told = {
        (each["code"], each["month"], each["business_kind"] or ""): each["accepted"]
        for each in records
        if each["superseded_in"] is None
    }
    assert accepted(client, f"period={MONTHS[0]}..{MONTHS[-1]}") == (sum(told.values()) if told else None)
    return told


def last_said(files: Iterable[Said]) -> Said:
    """What the last file that is of a slot says of it: a whole takes the place of its kinds, and kinds that of a whole."""
    stands: Said = {}
    for said in files:
        for code, month, kind in said:
            for other in KINDS:
                if bool(other) != bool(kind):
                    stands.pop((code, month, other), None)
        stands |= said
    return stands


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(FILE, min_size=2, max_size=4), undone=st.lists(st.integers(0, 3), min_size=1, max_size=3))
@example(files=[{SLOTS[0]: 1, SLOTS[3]: 0}, {SLOTS[0]: 1, SLOTS[3]: 1}], undone=[0])
def test_what_the_last_report_not_undone_said_stands(
    staff: TestClient, database: Database, files: list[Said], undone: list[int]
) -> None:
    """Be it that it said the same as a report before it."""
    with database.write() as connection:
        for table in (case_count, case_import):
            connection.execute(delete(table))
    stand: dict[int, Said] = {}
    for said in files:
        rows = [counts(code, month, "网上", kind, count) for (code, month, kind), count in said.items()]
        answer = staff.post("/v1/case-imports", files=_file(rows), data={"dry_run": "false", "reason": "重报"}).json()
        if answer["recorded"] is not None:
            stand[answer["recorded"]["id"]] = said
        assert standing(staff) == last_said(stand.values())
    for place in undone:
        if stand:
            take_back(staff, stand, list(stand)[place % len(stand)])


def take_back(client: TestClient, stand: dict[int, Said], number: int) -> None:
    """With the reports that have to be undone before, in the order in which they are named."""
    answer = client.post(f"/v1/case-imports/{number}/undo", json={"reason": WRONG_MONTH})
    if answer.status_code == 409:
        for url in (*answer.json()["reports"], f"/v1/case-imports/{number}"):
            take_back(client, stand, int(url.rsplit("/", 1)[1]))
        return
    assert answer.status_code == 201, answer.text
    del stand[number]
    assert standing(client) == last_said(stand.values())


def _file(rows: list[list[object]]) -> Any:
    return {"file": ("办件.csv", csv_file(HEADER, *rows))}
