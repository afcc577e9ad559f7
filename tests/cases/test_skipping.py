"""A slot of which a row is wrong takes the place of nothing of the other sort, though wrong rows may be skipped."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.cases.reports import counts, report, statistics
from tests.factories import department, draft, item, publish

JAN = ("HZ-001", "2026-01", "窗口")
KIND = counts(*JAN, "变更", 6, 6)


@pytest.fixture(autouse=True)
def items(database: Database) -> None:
    publish(database, department(), item(), item("HZ-002", name="社团登记"), on=date(2025, 12, 1))


def accepted(staff: TestClient) -> int | None:
    count: int | None = statistics(staff, "period=2026-01&filter=code LIKE 'HZ-%1'")[0]["accepted"]
    return count


@pytest.mark.parametrize(
    "wrong",
    [
        counts(*JAN, "注销", 4, 9),
        counts(*JAN, "注销", "四"),
        counts(*JAN, "注销", ""),
        counts(*JAN, "长" * 41, 4),
        counts(*JAN, "变更", 5),
        counts("HZ-101", *JAN[1:], "注销", 4, 9),
        counts("HZ-101", *JAN[1:], "注销", "四"),
    ],
)
def test_a_whole_is_not_replaced_by_some_of_its_kinds(
    database: Database, staff: TestClient, wrong: list[object]
) -> None:
    publish(database, draft("amend", "HZ-001", {"code": "HZ-101"}, start=date(2026, 1, 15)), on=date(2026, 1, 10))
    report(staff, counts(*JAN, "", 10, 9))
    done = report(staff, KIND, wrong, counts("HZ-002", *JAN[1:], "", 3), on_invalid="skip", reason="分类别")
    assert [done[name] for name in ("added", "restated", "rejected")] == [1, 0, 2]
    (told,) = [each for each in done["problems"] if each["rule"] == "slot-incomplete"]
    assert (told["row"], told["column"], told["value"]) == (2, "业务类别", "变更")
    assert "第 3 行不对" in told["message"]
    assert accepted(staff) == 10


def test_kinds_are_not_replaced_by_a_whole_beside_a_wrong_row(staff: TestClient) -> None:
    report(staff, KIND, counts(*JAN, "注销", 4))
    rows = counts(*JAN, "", 12), counts(*JAN, "变更", 5)
    refused = report(staff, *rows, on_invalid="skip", reason="不分类别", status=422)
    assert [(each["row"], each["rule"]) for each in refused["errors"]] == [
        (2, "slot-incomplete"),
        (3, "whole-and-kinds"),
    ]
    assert accepted(staff) == 10


def test_what_takes_the_place_of_its_own_kind_alone_is_written(staff: TestClient) -> None:
    report(staff, KIND, counts(*JAN, "注销", 4))
    done = report(staff, counts(*JAN, "变更", 7), counts(*JAN, "注销", 4, 9), on_invalid="skip", reason="更正")
    assert (done["restated"], done["rejected"], accepted(staff)) == (1, 1, 11)


def test_a_wrong_row_of_another_channel_keeps_nothing_out(staff: TestClient) -> None:
    report(staff, counts(*JAN, "", 10, 9))
    elsewhere: list[Any] = counts("HZ-001", "2026-01", "网上", "注销", 4, 9)
    done = report(staff, KIND, elsewhere, on_invalid="skip", reason="分类别")
    assert (done["restated"], done["rejected"], accepted(staff)) == (1, 1, 6)
