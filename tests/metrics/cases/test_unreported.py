"""What nobody reported is not 0: neither as a figure, nor on a side of a comparison, nor month by month."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.cases.reports import counts, report
from tests.factories import department, item, publish
from tests.metrics.cases.test_figures import values
from tests.metrics.reports.desk import frozen

OTHER = "department_code = 'HZ-2'"


@pytest.fixture(autouse=True)
def reported(database: Database, staff: TestClient) -> None:
    """The first department reported January and February, the second January only."""
    items = item(), item("HZ-002", name="社团登记", department_code="HZ-2")
    publish(database, department(), department("HZ-2", name="海珠区教育局"), *items, on=date(2025, 10, 1))
    report(
        staff,
        counts("HZ-001", "2026-01", "窗口", "", 40, 38, 37),
        counts("HZ-001", "2026-02", "窗口", "", 30, 20, 20),
        counts("HZ-002", "2026-01", "网上", "", 5),
    )


def compared(client: TestClient, query: str) -> list[dict[str, Any]]:
    answer = client.get(f"/v1/metric-changes?{query}")
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["values"]
    return rows


@pytest.mark.parametrize(
    ("query", "value", "note"),
    [
        (f"metric=accepted_cases&period=2026-02&filter={OTHER}", None, "没有报送过这样的办件，没有数可说；不是零。"),
        (f"metric=on_time_rate&period=2026-02&filter={OTHER}", None, "没有报送过这样的办件，没有数可说；不是零。"),
        (
            f"metric=closed_cases&period=2026-01&filter={OTHER}",
            None,
            "这些报送都没有填所需的件数，没有数可说；不是零。",
        ),
        (
            f"metric=on_time_rate&period=2026-01&filter={OTHER}",
            None,
            "这些报送都没有填所需的件数，没有数可说；不是零。",
        ),
        ("metric=accepted_cases&period=2025-12", None, "这些月份没有报送过办件，没有数可说；不是零。"),
        ("metric=accepted_cases&period=2025-12..2026-01", 45, "2025-12 没有报送办件，不在这个数里。"),
        (f"metric=online_cases&period=2026-02&filter={OTHER}", None, "没有报送过这样的办件，没有数可说；不是零。"),
        ("metric=online_cases&period=2026-02", 0, None),
    ],
)
def test_it_has_no_value_and_a_note_says_why(client: TestClient, query: str, value: int | None, note: str) -> None:
    (row,) = values(client, query)
    assert (row["value"], row.get("note")) == (value, note)


def test_no_cases_at_all_are_reported_as_such(client: TestClient, staff: TestClient) -> None:
    report(staff, counts("HZ-002", "2026-02", "网上", "", 0, 0, 0))
    query = f"period=2026-02&filter={OTHER}"
    assert [row["value"] for row in values(client, f"metric=accepted_cases&{query}")] == [0]
    (rate,) = values(client, f"metric=on_time_rate&{query}")
    assert (rate["value"], rate["note"]) == (None, "报送的是零件，分母为零，没有占比可言。")


def test_a_sentence_of_a_report_says_so_too(staff: TestClient) -> None:
    cited = frozen(staff, {"metric": "accepted_cases", "period": "2026-02", "filter": OTHER})
    (figure,) = cited["figures"]
    assert [row["value"] for row in figure["values"]] == [None]
    assert "不是零" in figure["note"]


def test_a_side_that_nobody_reported_leaves_no_change_to_tell(client: TestClient) -> None:
    (row,) = compared(client, "metric=accepted_cases&period=2026-01&base_period=2025-12")
    assert (row["before"]["value"], row["after"]["value"], row["change"], row["change_exact"]) == (None, 45, None, None)
    assert row["note"] == "2025-12..2025-12：这些月份没有报送过办件，没有数可说；不是零。"
    assert [(kind["kind"], kind["points"]) for kind in row["kinds"]] == [("added", None)]


def test_months_that_are_missing_on_a_side_are_named(client: TestClient) -> None:
    (row,) = compared(client, "metric=accepted_cases&period=2026-01..2026-02&base_period=2025-12..2026-01")
    assert (row["before"]["value"], row["after"]["value"], row["change"]) == (45, 75, 30)
    assert row["note"] == "2025-12..2026-01：2025-12 没有报送办件，不在这个数里。"


class TestMonthByMonth:
    """A report of February that is taken back, while January stands."""

    @pytest.fixture
    def rows(self, staff: TestClient) -> dict[str, dict[str, Any]]:
        late = report(staff, counts("HZ-002", "2026-02", "网上", "", 6), counts("HZ-002", "2026-01", "邮寄", "", 1))
        staff.post(f"/v1/case-imports/{late['recorded']['id']}/undo", json={"reason": "整份报错"})
        known = late["recorded"]["revision"]
        query = f"metric=accepted_cases&period=2026-01..2026-02&known_from={known}&filter={OTHER}"
        return {row["group"]["month"]: row for row in compared(staff, f"{query}&group_by=month")}

    def test_what_was_taken_back_is_gone_there_though_the_item_has_cases_elsewhere(
        self, rows: dict[str, dict[str, Any]]
    ) -> None:
        told = {month: [(kind["kind"], kind["items"]) for kind in row["kinds"]] for month, row in rows.items()}
        assert told == {"2026-01": [("restated", 1)], "2026-02": [("gone", 1)]}
        assert rows["2026-02"]["note"] == "后来所知的：没有报送过这样的办件，没有数可说；不是零。"

    def test_the_address_of_an_item_leads_to_its_counts_of_that_month(
        self, staff: TestClient, rows: dict[str, dict[str, Any]]
    ) -> None:
        for month, row in rows.items():
            (kind,) = row["kinds"]
            (item,) = staff.get(kind["items_url"]).json()["items"]
            counted = staff.get(item["before"]["url"]).json()["values"]
            assert {each["group"]["month"] for each in counted} == {month}
            assert sum(each["accepted"] for each in counted) == item["before"]["numerator"]


def test_kinds_of_business_that_take_the_place_of_a_whole_are_told_kind_by_kind(staff: TestClient) -> None:
    known = staff.get("/v1/case-imports").json()["items"][0]["revision"]
    kinds = counts("HZ-001", "2026-01", "窗口", "设立", 30), counts("HZ-001", "2026-01", "窗口", "变更", 10)
    report(staff, *kinds, reason="分类别重报")
    query = f"metric=accepted_cases&period=2026-01&known_from={known}&group_by=business_kind"
    told = {row["group"]["business_kind"]: [kind["kind"] for kind in row["kinds"]] for row in compared(staff, query)}
    assert told == {"设立": ["added"], "变更": ["added"], None: ["gone"]}


def test_the_items_behind_a_change_come_page_by_page(database: Database, staff: TestClient) -> None:
    codes = [f"HZ-1{number:02}" for number in range(7)]
    publish(database, *(item(code, name=f"事项{code}") for code in codes), on=date(2025, 11, 1))
    report(staff, *(counts(code, "2026-01", "窗口", "", place + 1) for place, code in enumerate(codes)))
    query = "metric=accepted_cases&period=2026-01&base_period=2025-12&limit=3"
    path, seen = f"/v1/metric-changes/items?{query}", []
    while path:
        answer = staff.get(path)
        page = answer.json()
        assert (page["total"], len(page["items"]) <= 3) == (9, True)
        assert answer.headers.get("Link") == (f'<{page["next"]}>; rel="next"' if page["next"] else None)
        seen += page["items"]
        path = page["next"]
    assert [each["code"] for each in seen] == ["HZ-001", "HZ-002", *codes]
    assert sum(each["after"]["numerator"] for each in seen) == 45 + 28
    refused = staff.get(f"/v1/metric-changes/items?{query}&kind=gone&cursor=x")
    assert refused.json()["errors"][0]["rule"] == "wrong-cursor"


def test_the_points_of_the_pages_add_up(staff: TestClient) -> None:
    query = "metric=online_case_rate&period=2026-02&base_period=2026-01"
    (row,) = compared(staff, query)
    pages = [staff.get(f"/v1/metric-changes/items?{query}&limit=1").json()]
    while pages[-1]["next"]:
        pages.append(staff.get(pages[-1]["next"]).json())
    points = sum((Fraction(each["points_exact"]) for page in pages for each in page["items"]), Fraction())
    assert (len(pages), points) == (2, Fraction(row["change_exact"]))
