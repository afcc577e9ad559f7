"""An edition from a file: every row checked, what comes and goes told, and what was exported imported unchanged."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.db import Database
from tests.changes.desk import decided
from tests.factories import START, draft, publish
from tests.imports.uploads import csv_file, xlsx_file
from tests.lists.editions.lists import edition, fill, kept
from tests.lists.editions.test_drafting import new_values

HEADER = ("序号", "事项编码", "基本编码", "事项名称", "主管部门", "实施机关", "设定和实施依据", "备注")
HEAD = {"code": "licensing-2026", "name": "2026 年版", "effective_on": "2026-07-01"}


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    fill(database)


def send(staff: TestClient, content: bytes, name: str = "许可清单.csv", of: str = "licensing", **form: str) -> Response:
    return staff.post(f"/v1/lists/{of}/editions/import", files={"file": (name, content)}, data=HEAD | form)


def row(place: int, code: str, name: str, **more: str) -> list[Any]:
    said = {"事项编码": code, "事项名称": name, **more}
    return [place, *(said.get(column, "") for column in HEADER[1:])]


GOOD = (row(1, "HZ-003", "慈善组织认定证", 主管部门="民政局"), row(2, "HZ-004", "殡葬服务许可"))


def test_a_file_is_checked_before_it_is_drafted(staff: TestClient, database: Database) -> None:
    publish(database, draft("cancel", "HZ-002", start=date(2026, 7, 1)))
    answer = send(staff, xlsx_file(HEADER, *GOOD), "许可清单.xlsx")
    assert answer.status_code == 200, answer.text
    report = answer.json()
    assert (report["status"], report["rows"], report["problems"], report["change_set"]) == ("checked", 2, [], None)
    assert report["totals"] == {"added": 1, "removed": 1, "kept": 1, "renamed": 1}
    assert ([e["code"] for e in report["added"]], [e["code"] for e in report["removed"]]) == (["HZ-004"], ["HZ-002"])
    assert "licensing-2024" in report["told"][0]
    assert "起草时会加上它的取消条目" in report["told"][0]
    drafted = send(staff, csv_file(HEADER, *GOOD), dry_run="false")
    assert (drafted.status_code, drafted.json()["status"]) == (202, "drafted")
    assert "已加取消条目" in drafted.json()["told"][0]
    assert decided(staff, drafted.headers["Location"]).status_code == 200
    (_, held) = staff.get("/v1/lists/licensing/entries?as_of=2026-07-01").json()["items"]
    assert (held["edition"], held["code"], held["name"]) == ("licensing-2026", "HZ-004", "殡葬服务许可")


def test_what_is_wrong_is_told_by_row_and_column(staff: TestClient) -> None:
    rows = (
        row(1, "HZ-20", "殡葬服务许可"),
        row(2, "", "慈善组织认定"),
        row(3, "HZ-002", "社会团体成立登记"),
        row(4, "HZ-002", "社会团体成立登记"),
        row(5, "4.40105E+11", "养老机构备案"),
        row(6, "", "查无此事"),
    )
    report = send(staff, csv_file(HEADER, *rows)).json()
    told = [(e["row"], e["column"], e["value"], e["rule"], e["suggestion"]) for e in report["problems"]]
    assert told == [
        (2, "事项编码", "HZ-20", "unknown-item", "HZ-004"),
        (3, "事项编码", None, "entry-without-code", "HZ-003"),
        (5, "事项编码", "HZ-002", "item-twice", None),
        (6, "事项编码", "4.40105E+11", "code-became-number", None),
        (7, "事项编码", None, "entry-without-code", None),
    ]
    assert "第 4 行已经有了" in report["problems"][2]["message"]
    refused = send(staff, csv_file(HEADER, *rows), dry_run="false")
    assert (refused.status_code, refused.json()["errors"][0]["row"]) == (422, 2)
    assert "什么都没有写入" in refused.json()["detail"]


def test_what_was_exported_is_imported_unchanged(staff: TestClient, database: Database) -> None:
    """Texts like formulas and codes like numbers included."""
    said = [
        {
            "code": "HZ-001",
            "name": "=养老机构备案",
            "basis": "《条例》第一条\n第二款",
            "note": "'-暂缓",
            "catalog_code": "000111001000",
        },
        {"code": "HZ-002", "supervising_department": "@民政局", "implementing_body": "007"},
    ]
    publish(database, kept("own"), edition("own-1", start=START, of="own", entries=said))
    for kind in ("xlsx", "csv"):
        file = staff.get("/v1/lists/own/entries", params={"format": kind}).content
        report = send(staff, file, f"own.{kind}", "own").json()
        totals = {"added": 0, "removed": 0, "kept": 2, "renamed": 0}
        assert (report["problems"], report["totals"]) == ([], totals)
        drafted = send(staff, file, f"own.{kind}", "own", dry_run="false", code=f"own-{kind}").json()
        entries = staff.get(f"{drafted['change_set_url']}/entries").json()["items"]
        assert new_values(entries[-1])["entries"] == said


def test_a_list_of_the_level_above_goes_by_basic_codes(staff: TestClient, database: Database) -> None:
    publish(database, kept("upper", entries_of="basic_items"))
    rows = (
        row(1, "", "甲", 基本编码="000111001000"),
        row(2, "", "乙"),
        row(3, "", "丙", 基本编码="000111001000"),
        row(4, "GZ-XK-17", "丁", 基本编码="000111002000"),
    )
    report = send(staff, csv_file(HEADER, *rows), of="upper").json()
    assert [(e["row"], e["column"], e["rule"]) for e in report["problems"]] == [
        (3, "基本编码", "entry-without-code"),
        (4, "基本编码", "basic-code-twice"),
        (5, "事项编码", "code-of-item"),
    ]


def test_what_is_refused(staff: TestClient) -> None:
    cases: list[tuple[tuple[str, ...], dict[str, str], str]] = [
        (("编码", "事项名称"), {}, "unknown-column"),
        (HEADER, {"dryrun": "false"}, "unknown-field"),
        (HEADER, {"dry_run": "false", "code": ""}, "required"),
    ]
    for header, form, rule in cases:
        answer = send(staff, csv_file(header, *(each[: len(header)] for each in GOOD)), **form)
        assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, rule), answer.text
