"""Lists and editions of 海珠区 for tests: the licensing list, replaced edition by edition, and batches of tolerance."""

from datetime import date
from typing import Any

from app.catalogue.objects import EDITION, LIST
from app.changes.rules import Draft
from app.db import Database
from tests.factories import DIVISION, department, draft, item, publish

FIRST, SECOND, LATER = date(2022, 1, 1), date(2024, 1, 1), date(2027, 1, 1)
ITEMS = {"HZ-001": "养老机构备案", "HZ-002": "社会团体成立登记", "HZ-003": "慈善组织认定", "HZ-004": "殡葬服务许可"}


def kept(code: str = "licensing", *, start: date = date(2020, 1, 1), **stated: object) -> Draft:
    content = {"name": "海珠区行政许可事项清单", "division_code": DIVISION, "list_kind": "licensing"}
    return draft("create", code, content | {"succession": "replaced"} | stated, kind=LIST, start=start)


def edition(
    code: str, *codes: str, start: date, until: date | None = None, of: str = "licensing", **stated: Any
) -> Draft:
    content = {
        "name": f"{code} 版",
        "list_code": of,
        "division_code": DIVISION,
        "document_number": f"海府〔{start:%Y}〕1号",
    }
    entries = [{"code": each, "name": ITEMS.get(each)} for each in codes]
    return draft("create", code, content | {"entries": entries} | stated, kind=EDITION, start=start, until=until)


def tolerance(code: str = "deficiency") -> Draft:
    return kept(code, name="海珠区容缺受理事项清单", list_kind="deficiency", succession="cumulative")


def fill(database: Database) -> None:
    """Four licences; of the licensing list the editions of 2022 (HZ-001, 002) and 2024 (002, 003), and one batch (001)."""
    items = (item(code, name=name, task_type="01") for code, name in ITEMS.items())
    publish(database, department(), *items)
    publish(
        database,
        kept(),
        tolerance(),
        edition("licensing-2022", "HZ-001", "HZ-002", start=FIRST, until=SECOND),
        edition("licensing-2024", "HZ-002", "HZ-003", start=SECOND),
        edition("deficiency-1", "HZ-001", start=SECOND, of="deficiency", batch=1),
    )
