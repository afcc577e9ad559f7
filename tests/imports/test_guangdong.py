"""The list that Guangdong published in May 2021: imported whole, again, and with one cell edited."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.access.service import NewKey, create_key
from app.db import Database
from app.main import create_app
from app.quality.rule_book import shipped
from app.settings import Settings
from seed import load
from tests.clients import Client
from tests.conftest import NOW
from tests.databases import ROOT, migrate
from tests.imports.uploads import Report, checked, counts, entries, imported, item_now, written
from tests.pages import rows

PAGE = ROOT / "docs" / "quality-guangdong.md"
FILE = Path(__file__).parents[3] / "shared" / "data" / "items_guangdong_2021.csv"

pytestmark = pytest.mark.skipif(not FILE.exists(), reason=f"the list of Guangdong is not at {FILE}")


@dataclass(frozen=True)
class Guangdong:
    """A catalogue that holds the published list and nothing else."""

    database: Database
    staff: TestClient
    report: Report


@pytest.fixture(scope="module")
def guangdong(database_kind: str, new_database: Callable[[str], str]) -> Iterator[Guangdong]:
    url = new_database(database_kind)
    migrate(url)
    app = create_app(Settings(database_url=url, frozen_clock=NOW, four_eyes=False))
    database: Database = app.state.database
    load.reference(database)
    with database.write() as connection:
        key = create_key(connection, NewKey("省政务服务数据管理局"), NOW)
    staff = Client(app, headers={"Authorization": f"Bearer {key}"}, raise_server_exceptions=False)
    yield Guangdong(database, staff, imported(staff, FILE.read_bytes(), FILE.name, mapping="guangdong"))
    database.close()


def figures(guangdong: Guangdong, **question: str) -> dict[str, dict[str, Any]]:
    metrics = ["online_rate", "one_visit_rate", "average_visits", "limit_compression"]
    answer = guangdong.staff.get("/v1/metric-values", params={"metric": metrics, **question})
    assert answer.status_code == 200, answer.text
    return {row["metric"]: row for row in answer.json()["values"]}


def test_every_row_is_imported(guangdong: Guangdong) -> None:
    report = guangdong.report
    assert (counts(report), report["rows"]) == ({"added": 2262}, 2262)
    assert len(report["new_departments"]) == 177
    assert guangdong.staff.get("/v1/items", params={"limit": "1"}).json()["total"] == 2262


FOUND = [
    ("visits-without-reason", 91),
    ("no-visit-and-no-way", 51),
    ("catch-all-material", 3),
    ("credit-code-check-digit", 6),
]


def test_the_check_digits_of_six_items_are_wrong(guangdong: Guangdong) -> None:
    """Beside what the file says nothing of: why one has to come, how else the result gets there."""
    assert [(rule["rule"], rule["count"]) for rule in guangdong.report["findings"]] == FOUND
    asked = {"severity": "warning", "limit": "1000"}
    lines = guangdong.staff.get(guangdong.report["problems_url"], params=asked).json()["items"]
    codes = [line["code"] for line in lines if line["rule"] == "credit-code-check-digit"]
    assert {code[:18] for code in codes} == {"TE440000GD030003VV", "13440000515356094L"}
    assert len(set(codes)) == 6


def test_an_item_goes_by_its_handling_item_code_else_its_task_code(guangdong: Guangdong) -> None:
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = {row["task_handle_item"] or row["task_code"] for row in rows}
    assert len(expected) == 2262
    assert {len(code) for code in expected} == {31, 33}
    for row in (
        next(row for row in rows if row["task_handle_item"]),
        next(r for r in rows if not r["task_handle_item"]),
    ):
        found = item_now(guangdong.staff, row["task_handle_item"] or row["task_code"])
        assert (found["name"], found["task_code"]) == (row["task_name"], row["task_code"])


def test_the_list_again_changes_nothing(guangdong: Guangdong) -> None:
    before = written(guangdong.database)
    report = imported(guangdong.staff, FILE.read_bytes(), FILE.name, mapping="guangdong")
    assert (report["status"], counts(report), report["change_set"]) == ("unchanged", {"unchanged": 2262}, None)
    assert written(guangdong.database) == before


def test_one_edited_cell_amends_one_item_in_one_field(guangdong: Guangdong) -> None:
    rows = list(csv.reader(StringIO(FILE.read_text(encoding="utf-8"), newline="")))
    place = rows[0].index("promised_limit")
    edited = next(row for row in rows[1:] if row[place] not in ("", "1"))
    before, edited[place] = edited[place], "1"
    text = StringIO()
    csv.writer(text).writerows(rows)
    report = checked(guangdong.staff, text.getvalue().encode(), FILE.name, mapping="guangdong", dry_run="false")
    assert counts(report) == {"amended": 1, "unchanged": 2261}
    (entry,) = entries(guangdong.staff, report)
    (change,) = entry["changes"]
    assert (entry["kind"], change["field"], change["old"], change["new"]) == ("amend", "promised_limit", int(before), 1)


def test_the_figures_of_the_province_and_all_below(guangdong: Guangdong) -> None:
    found = figures(guangdong, within="440000")
    online, one_visit, visits = found["online_rate"], found["one_visit_rate"], found["average_visits"]
    assert (online["numerator"], online["denominator"], online["percent"]) == (2196, 2262, 97.08)
    assert (one_visit["numerator"], one_visit["denominator"]) == (2257, 2262)
    assert (visits["numerator"], visits["denominator"]) == (97, 2262)


def test_the_figures_of_the_province_itself(guangdong: Guangdong) -> None:
    online = figures(guangdong, filter="division_code = '440000'")["online_rate"]
    assert (online["numerator"], online["denominator"]) == (1958, 2024)


def test_how_far_promises_go_below_the_law(guangdong: Guangdong) -> None:
    found = figures(guangdong)["limit_compression"]
    assert (found["numerator"], found["denominator"], found["percent"]) == (35917, 54624, 65.75)
    assert (found["item_count"], found["unknown"], found["excluded"]) == (1511, 27, 724)


def test_the_findings_are_those_of_the_page(guangdong: Guangdong) -> None:
    """docs/quality-guangdong.md lists every rule that finds anything, in the order of the work list."""
    body = guangdong.staff.get("/v1/findings").json()
    told = [[each["rule"], each["severity"], str(each["count"])] for each in body["items"]]
    text = PAGE.read_text("utf-8")
    assert [cells[:3] for cells in rows(text)] == told
    assert f"共 {body['total']:,} 个" in text
    assert f"{len(shipped())} 条质量规则" in text
