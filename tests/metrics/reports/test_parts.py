"""How many items have what isn't known of any: a sentence says — and why, not 0."""

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from app.db import Database
from app.metrics.reports.workbook import SENTENCES
from tests.factories import item, publish
from tests.metrics.objects.offices import FIRST, HOUSING, batch, offices
from tests.metrics.reports.desk import DAY, frozen, verified

TEMPLATE = {"key": "district", "within": "440105", "as_of": DAY}
TRANSFERRED, CENTRAL, LOCAL = "已划转的行政许可事项", "中央层面设定的行政许可事项", "地方层面设定的行政许可事项"
IN_HALL = "进驻大厅集中办理的事项"
OPEN = {
    TRANSFERRED: "“是否已划转为是”：2 项都没有填或不知道，没有数可说；不是零。",
    CENTRAL: "2 项都没有填设定层级，没有数可说；不是零。",
    LOCAL: "2 项都没有填设定层级，没有数可说；不是零。",
}


@pytest.fixture(autouse=True)
def licences(database: Database) -> None:
    """Five items, of two of which it is told whether they are in the hall; and two licences that tell nothing."""
    offices(database)
    publish(database, *(item(f"XK-{place}", task_type="01", department_code=HOUSING) for place in (1, 2)), on=FIRST)


def places_of(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By label."""
    sentences = (each for section in report["sections"] for each in section["sentences"])
    return {place["label"]: place for each in sentences for place in each["places"]}


def said_of(report: dict[str, Any], beginning: str) -> str:
    sentences = (str(each["said"]) for section in report["sections"] for each in section["sentences"])
    return next(each for each in sentences if each.startswith(beginning))


def test_what_no_item_states_is_open_with_the_reason_in_every_form(staff: TestClient) -> None:
    report = frozen(staff, template=TEMPLATE)
    assert said_of(report, "推进行政许可").endswith(
        "明确 2 项行政许可事项，其中承接中央层面设定事项 — 项，地方层面设定事项 — 项。"
    )
    assert said_of(report, "全面推行").endswith("— 项行政许可事项。")
    places = places_of(report)
    assert {label: places[label]["note"] for label in OPEN} == OPEN
    assert (places[TRANSFERRED]["part"], places[CENTRAL]["group"]) == ("numerator", "central")
    page = staff.get(report["url"], params={"format": "html"}).text
    book = load_workbook(BytesIO(staff.get(report["url"], params={"format": "xlsx"}).content))
    lines = {row[1].value: (row[2].value, row[4].value) for row in book[SENTENCES].iter_rows()}
    for label, why in OPEN.items():
        assert f"{label}：{why}" in page
        assert lines[label] == (None, why)
    answer = staff.get(report["url"], params={"format": "csv"}).text
    (rate,) = [
        row for row in csv.DictReader(StringIO(answer.removeprefix("\ufeff"))) if row["metric"] == "transfer_rate"
    ]
    assert (rate["value"], rate["note"]) == ("", OPEN[TRANSFERRED])
    assert verified(staff, report)["agrees"] is True


def test_what_some_items_state_is_counted_and_the_rest_is_named(staff: TestClient, database: Database) -> None:
    publish(database, item("XK-3", task_type="01", department_code=HOUSING, setting_level="central"), on=FIRST)
    report = frozen(staff, template=TEMPLATE)
    assert "中央层面设定事项 1 项，地方层面设定事项 0 项。" in said_of(report, "推进行政许可")
    places = places_of(report)
    assert places[CENTRAL]["note"] == places[LOCAL]["note"] == "另有 2 项没有填设定层级，不在这个数里。"
    assert places[CENTRAL]["figure"] == places[LOCAL]["figure"]
    assert "集中办理事项 1 项" in said_of(report, "持续推进“三集中")
    assert places[IN_HALL]["note"] == "另有 6 项没有填或不知道，不在这个数里。"


def test_a_division_that_registered_transfers_knows_of_all_its_items(staff: TestClient, database: Database) -> None:
    before = publish(database, *batch("HZ-transfer-1", FIRST, **{"XK-1": HOUSING})) - 1
    known = frozen(staff, template=TEMPLATE)
    assert said_of(known, "全面推行") == "全面推行相对集中行政许可权改革：分 1 批次划转 1 个部门 1 项行政许可事项。"
    assert places_of(known)[TRANSFERRED]["note"] is None
    earlier = frozen(staff, template=TEMPLATE, known_at=str(before), number="海政数〔2026〕4号")
    assert "— 项行政许可事项" in said_of(earlier, "全面推行")


def test_where_there_is_no_licence_none_was_transferred(staff: TestClient) -> None:
    report = frozen(staff, template=TEMPLATE | {"within": "440106"})
    assert places_of(report)[TRANSFERRED]["note"] == "范围里没有这样的事项，没有数可说。"
    assert "中央层面设定事项 0 项" in said_of(report, "推进行政许可")
