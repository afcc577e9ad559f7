"""What is exported is imported again: nothing has changed, whatever the catalogue holds, from any kind of file."""

from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.access.rules import OPERATOR
from app.catalogue.moments import resolve
from app.changes.rules import Draft
from app.db import Database
from app.files.tables import open_table
from app.imports.books import Book, Source
from app.imports.checking import check
from app.imports.columns import plan_columns
from app.imports.reach import Reach
from app.imports.report import Findings
from tests.conftest import AFTER_THE_DEMO
from tests.factories import CIVIL_AFFAIRS, amend, department, draft, item, publish
from tests.imports.uploads import checked, counts, item_now, written

KINDS = ("csv", "ndjson", "xlsx")
TIANHE = "440106"
NATIONAL = f"{CIVIL_AFFAIRS}4000111002000"
EVERYTHING: dict[str, Any] = {
    "name": "=养老机构备案",
    "acceptance_conditions": "+年满十八周岁，\n“有固定场所”\n\t-且 \"自有\"",
    "process": "'=受理,审查；决定",
    "service_location": "@天河路１号　二楼",
    "service_hours": "-",
    "promised_limit_note": "''-",
    "consultation_contact": "020-12345678",
    "complaint_contact": "12345",
    "quantity_limit": "_x000D_ <b>&amp;</b>",
    "licence_name": "1E+5 与 007",
    "catalog_code": "000111002000",
    "task_code": NATIONAL,
    "township_code": "440105001000",
    "aliases": ["成立、变更登记", "=甲", "无"],
    "task_type": "01",
    "use_level": "5",
    "offline_reason": "data_not_shared",
    "special_procedures": [],
    "result_types": ["99"],
    "service_objects": ["1", "2", "5"],
    "is_online": True,
    "is_fee": False,
    "onsite_visits": 0,
    "promised_limit": 2**31 - 1,
    "legal_basis": [{"law_name": "《条例》", "content": '第"一"条', "effective_on": "2020-09-01"}],
    "materials": [
        {"name": "=申请表", "necessity": "1", "paper_copies": 2, "order": 1, "remark": "一式\n两份"},
        {"name": "身份证", "material_type": "1", "source": "10"},
    ],
    "fees": [{"name": "工本费", "standard": "10 元", "may_be_reduced": False}],
    "questions": [{"question": "要预约吗？", "answer": "不用"}],
    "process_steps": [{"name": "受理", "limit": "1 天"}],
    "windows": [{"name": "3 号窗口", "phone": "+86 20 1234"}],
    "cross_region": [{"scope": "3", "divisions": ["440000", "450000"]}, {}],
}  # fmt: skip
NONE_OF_THEM: dict[str, Any] = {
    "aliases": [],
    "service_objects": [],
    "result_types": [],
    "materials": [],
    "legal_basis": [],
    "cross_region": [],
}


def catalogue() -> list[Draft]:
    """Everything that a file could spoil."""
    return [
        department(),
        department("TH-MZ", name="天河区民政局", division_code=TIANHE),
        item("HZ-001", **EVERYTHING),
        item("HZ-002", **NONE_OF_THEM),
        item("HZ-003"),
        item("0012"),
        item("SAME", name="本区的"),
        item("SAME", name="另一个区的", division_code=TIANHE, department_code="TH-MZ"),
        item(NATIONAL, name="民办非企业单位登记", status="2"),
        item("HZ-ENDS", until=date(2027, 1, 1)),
        item("HZ-LATER"),
        amend("HZ-LATER", date(2026, 6, 1), promised_limit=3),
        item("HZ-STARTS", start=date(2026, 6, 1)),
        item("HZ-GONE", until=date(2025, 1, 1)),
        item("HZ-PAUSED"),
        draft("suspend", "HZ-PAUSED", start=date(2024, 1, 1)),
    ]


def exported(client: TestClient, kind: str, **asked: str) -> bytes:
    answer = client.get("/v1/items", params={"format": kind, **asked})
    assert answer.status_code == 200, answer.text
    return answer.content


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_has_changed(database: Database, staff: TestClient, kind: str) -> None:
    publish(database, *catalogue())
    before, held = written(database), item_now(staff, "HZ-001")
    report = checked(staff, exported(staff, kind), f"items.{kind}", dry_run="false")
    assert (report["status"], report["change_set"]) == ("unchanged", None)
    assert counts(report) == {"unchanged": 10}
    assert written(database) == before
    assert {name: held[name] for name in EVERYTHING} == EVERYTHING


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("day", "items"), [("2024-12-31", 11), ("2026-07-01", 11), ("2027-02-01", 10)])
def test_nor_on_another_day_that_both_are_about(
    database: Database, staff: TestClient, kind: str, day: str, items: int
) -> None:
    publish(database, *catalogue())
    content = exported(staff, kind, as_of=day)
    report = checked(staff, content, f"items.{kind}", effective_on=day, retroactive="true")
    assert (report["status"], counts(report)) == ("unchanged", {"unchanged": items})


def test_a_row_that_was_edited_takes_effect_when_it_is_imported(database: Database, staff: TestClient) -> None:
    """No date of a version stands in the file, which would change the past."""
    publish(database, *catalogue())
    content = exported(staff, "csv", filter="code = 'HZ-003'").replace("养老机构备案".encode(), "养老院备案".encode())
    report = checked(staff, content, "items.csv", dry_run="false")
    (entry,) = staff.get(f"{report['change_set_url']}/entries").json()["items"]
    assert (entry["kind"], entry["effective_on"]) == ("amend", "2026-03-02")
    assert [(each["field"], each["new"]) for each in entry["changes"]] == [("name", "养老院备案")]


@pytest.mark.parametrize("kind", KINDS)
def test_the_demonstration_comes_back_unchanged(demo: TestClient, tmp_path: Path, kind: str) -> None:
    app: Any = demo.app
    assert isinstance(app, FastAPI)
    path = tmp_path / f"items.{kind}"
    path.write_bytes(exported(demo, kind))
    assert outcome(app.state.database, path, AFTER_THE_DEMO) == ({"unchanged": 1449}, 0, 0)


def outcome(database: Database, path: Path, now: datetime) -> tuple[dict[str, int], int, int]:
    """Counts, absent items and drafts of an import of which nothing is kept."""
    table = open_table(path, path.name)
    plan = plan_columns(table.headers, None, table.sheet)
    with closing(Findings()) as findings, database.read() as connection:
        moment = resolve(connection, now)
        source = Source(table, plan, Book())
        check(connection, source, moment, findings, lambda _: None, today=now.date(), reach=Reach(OPERATOR))
        return {name: count for name, count in findings.counts.items() if count}, findings.absent, findings.drafts.count


@pytest.mark.parametrize("kind", ["csv", "ndjson", "xlsx"])
def test_the_dates_of_versions_come_back_without_a_change(
    client: TestClient, staff: TestClient, database: Database, kind: str
) -> None:
    """A planned version ends the one before: nobody who exports its dates means to cancel the item."""
    publish(database, department(), item("HZ-1"), amend("HZ-1", date(2026, 6, 1), name="改名"))
    content = client.get(f"/v1/items?format={kind}&fields=code,id,valid_from,valid_to,made_in,name,version").content
    answer = staff.post("/v1/imports", files={"file": (f"事项.{kind}", content)}, data={"dry_run": "false"})
    report = answer.json()
    assert (report["status"], report["unchanged"], report["amended"]) == ("unchanged", 1, 0)
    assert len(report["ignored_columns"]) == 4


@pytest.mark.parametrize("name", ["effective_from", "effective_to"])
def test_a_list_has_no_column_that_an_import_acts_on(client: TestClient, name: str) -> None:
    assert client.get(f"/v1/items?fields=code,{name}").json()["errors"][0]["rule"] == "unknown-element"
