"""A column that a file lacks changes nothing: what was reported before stays, and what goes against it says so."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from tests.cases.reports import counts, report, statistics
from tests.factories import department, item, publish

SLOT = ("HZ-001", "2026-01", "网上")
FEW = ("事项编码", "月份", "办理渠道", "业务类别", "受理件数")


@pytest.fixture(autouse=True)
def items(database: Database) -> None:
    publish(database, department(), item(), on=date(2025, 12, 1))


def few(*numbers: int, kind: str = "") -> list[object]:
    return [*SLOT, kind, *numbers]


def figures(staff: TestClient) -> dict[str, Any]:
    (row,) = statistics(staff)
    return {name: row[name] for name in ("accepted", "closed", "closed_on_time", "reviewed")}


def test_kinds_restated_as_a_whole_keep_the_sums_of_what_each_states(staff: TestClient) -> None:
    kinds = counts(*SLOT, "变更", 4, 4, 3, 2), counts(*SLOT, "注销", 6, 5, None, 2)
    report(staff, *kinds)
    done = report(staff, few(11), header=FEW, reason="合并统计")
    (told,) = done["restatements"]
    assert (told["replaces"], told["becomes_unstated"]) == (2, ["closed_on_time"])
    assert (told["before"], told["after"]) == (
        {"accepted": 10, "closed_on_time": 3},
        {"accepted": 11, "closed_on_time": None},
    )
    assert figures(staff) == {"accepted": 11, "closed": 9, "closed_on_time": None, "reviewed": 4}


def test_an_empty_cell_is_not_stated_though_every_kind_was(staff: TestClient) -> None:
    report(staff, counts(*SLOT, "变更", 4, 4), counts(*SLOT, "注销", 6, 5))
    report(staff, [*few(10), None], header=(*FEW, "办结件数"), reason="合并统计")
    assert figures(staff)["closed"] is None


def test_a_whole_cannot_be_divided_into_kinds(staff: TestClient) -> None:
    report(staff, counts(*SLOT, "", 10, 9))
    done = report(staff, few(4, kind="变更"), few(6, kind="注销"), header=FEW, reason="分类别")
    assert [each["becomes_unstated"] for each in done["restatements"]] == [["closed"], ["closed"]]


@pytest.mark.parametrize(
    ("stood", "header", "row", "column", "value", "rule", "told"),
    [
        (
            (20, 20),
            FEW,
            (15,),
            "受理件数",
            "15",
            "more-closed-than-accepted",
            "以前报的办结件数是 20，文件里没有这一列：请把它一起重报。",
        ),
        (
            (20, 10),
            (*FEW, "按期办结件数"),
            (20, 12),
            "按期办结件数",
            "12",
            "more-on-time-than-closed",
            "按期办结件数 12 多于办结件数 10。以前报的办结件数是 10，文件里没有这一列：请把它一起重报。",
        ),
    ],
)
def test_what_goes_against_counts_of_before_says_so(
    staff: TestClient,
    stood: tuple[int, int],
    header: tuple[str, ...],
    row: tuple[int, ...],
    column: str,
    value: str,
    rule: str,
    told: str,
) -> None:
    report(staff, counts(*SLOT, "", *stood))
    (problem,) = report(staff, few(*row), header=header, dry_run="true", status=200)["problems"]
    assert [problem[name] for name in ("row", "column", "value", "rule")] == [2, column, value, rule]
    assert problem["message"].endswith(told)


def test_levels_of_before_are_named_together(staff: TestClient) -> None:
    levels = ("非常满意", "满意", "基本满意", "不满意", "非常不满意")
    report(staff, few(10, 5, 1, 1, 1, 1, 1), header=(*FEW, "评价件数", *levels))
    row = few(10, 4)
    (problem,) = report(staff, row, header=(*FEW, "评价件数"), dry_run="true", status=200)["problems"]
    assert (problem["column"], problem["value"], problem["rule"]) == ("评价件数", "4", "levels-not-reviewed")
    assert problem["message"].endswith("非常不满意件数是 1，文件里没有这 5 列：请把它一起重报。")


def test_good_reviews_that_the_file_adds_up_are_not_of_before(staff: TestClient) -> None:
    header = (*FEW, "评价件数", "非常满意", "满意", "基本满意", "核实差评件数")
    row = few(10, 5, 2, 1, 1, 2)
    (problem,) = report(staff, row, header=header, dry_run="true", status=200)["problems"]
    assert (problem["rule"], "以前" in problem["message"]) == ("more-verified-than-bad", False)
