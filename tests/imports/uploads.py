"""Files of items, sending them, and publishing what they came to."""

import csv
import json
from collections.abc import Sequence
from io import BytesIO, StringIO
from typing import Any

from fastapi.testclient import TestClient
from openpyxl import Workbook

from app.catalogue.moments import latest_revision
from app.changes.queries import change_sets_page
from app.db import Database
from tests.changes.desk import decided
from tests.factories import CIVIL_AFFAIRS, DIVISION

COLUMNS = ("code", "name", "division_code", "department_code")
OTHER = "11440100007482540X"  # 海珠区教育局 in these files
Report = dict[str, Any]


def new_item(code: str = "HZ-002", name: str = "社团登记") -> list[object]:
    """The cells of COLUMNS for an item of the civil affairs bureau."""
    return [code, name, DIVISION, CIVIL_AFFAIRS]


def csv_file(header: Sequence[str], *rows: Sequence[object], encoding: str = "utf-8") -> bytes:
    text = StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode(encoding)


def xlsx_file(header: Sequence[str], *rows: Sequence[object]) -> bytes:
    book, content = Workbook(), BytesIO()
    for row in (header, *rows):
        book.worksheets[0].append(list(row))
    book.save(content)
    return content.getvalue()


def ndjson_file(*objects: dict[str, object]) -> bytes:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in objects).encode()


def send(staff: TestClient, content: bytes, name: str = "items.csv", **form: str) -> tuple[int, Any]:
    """Status and body of the answer; a dry run unless told otherwise."""
    mapping = form.pop("mapping_file", None)
    files = {"file": (name, content)} | ({"mapping": ("ours.toml", mapping.encode())} if mapping else {})
    answer = staff.post("/v1/imports", files=files, data=form)
    return answer.status_code, answer.json()


def checked(staff: TestClient, content: bytes, name: str = "items.csv", **form: str) -> Report:
    """The report of an import; a dry run unless told otherwise."""
    status, report = send(staff, content, name, **form)
    assert status == 201, report
    return dict(report)


def imported(staff: TestClient, content: bytes, name: str = "items.csv", **form: str) -> Report:
    """Imported and, where something changes, published."""
    report = checked(staff, content, name, dry_run="false", **form)
    if report["change_set"] is not None:
        answer = decided(staff, report["change_set_url"])
        assert answer.status_code == 200, answer.text
    return report


def counts(report: Report) -> dict[str, int]:
    """What the rows came to, without what did not occur."""
    names = ("added", "amended", "unchanged", "rejected", "absent")
    return {name: report[name] for name in names if report[name]}


def problems(staff: TestClient, report: Report, severity: str) -> list[dict[str, Any]]:
    return list(staff.get(report["problems_url"], params={"severity": severity}).json()["items"])


def rejection(staff: TestClient, content: bytes, name: str = "items.csv", **form: str) -> dict[str, Any]:
    """The one problem of a file whose one bad row is rejected."""
    report = checked(staff, content, name, **form)
    (problem,) = problems(staff, report, "rejected")
    return problem


def item_now(staff: TestClient, code: str, **when: str) -> dict[str, Any]:
    answer = staff.get(f"/v1/items/{code}", params=when)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def entries(staff: TestClient, report: Report) -> list[dict[str, Any]]:
    return list(staff.get(f"{report['change_set_url']}/entries").json()["items"])


def written(database: Database) -> tuple[int, int]:
    """How many revisions and how many change sets there are."""
    with database.read() as connection:
        return latest_revision(connection), change_sets_page(connection, None, 0, 1)[1]
