"""海珠区 with a hall: windows, batches of transfers and of tolerance, an integrated matter; 天河区 with none of these."""

from datetime import date
from typing import Any

from app.catalogue.objects import INTEGRATED_MATTER, TRANSFER, WINDOW
from app.changes.rules import Draft
from app.db import Database
from tests.factories import CIVIL_AFFAIRS, DIVISION, department, draft, item, publish
from tests.lists.editions.lists import edition, tolerance

BUREAU, HOUSING, LIBRARY = "11440105MB2C0001XR", "11440105007484589M", "12440105TSG000001A"
MARKET, ELSEWHERE = "11440106007506516N", "440106"
BEFORE, FIRST, SECOND, LATER = date(2021, 12, 31), date(2022, 1, 1), date(2024, 1, 1), date(2025, 1, 1)


def offices(database: Database) -> int:
    """Five departments and their items, as of 2020; the revision."""
    return publish(
        database,
        department(),
        department(BUREAU, name="海珠区行政审批局"),
        department(HOUSING, name="海珠区住房和建设局"),
        department(LIBRARY, name="海珠区图书馆"),
        department(MARKET, name="天河区市场监督管理局", division_code=ELSEWHERE),
        item("HZ-001", is_in_service_hall=True),
        item("HZ-002"),
        item("HZ-003", department_code=HOUSING),
        item("HZ-004", department_code=HOUSING),
        item("TSG-001", department_code=LIBRARY, is_in_service_hall=False),
        item("TH-001", department_code=MARKET, division_code=ELSEWHERE),
        on=date(2025, 1, 10),
    )


def registered(database: Database) -> int:
    """All that is counted; the revision."""
    return publish(
        database,
        window("W-01", BUREAU, start=FIRST),
        window("W-02", CIVIL_AFFAIRS, start=SECOND),
        tolerance(),
        edition("deficiency-1", "HZ-001", start=FIRST, of="deficiency"),
        edition("deficiency-2", "HZ-002", start=SECOND, of="deficiency"),
        *batch("HZ-transfer-1", FIRST, **{"HZ-003": HOUSING}),
        *batch("HZ-transfer-2", SECOND, **{"HZ-002": CIVIL_AFFAIRS, "HZ-004": HOUSING}),
        draft("create", "YJS-1", MATTER, kind=INTEGRATED_MATTER, start=SECOND),
        on=date(2025, 2, 10),
    )


MATTER: dict[str, Any] = {
    "name": "养老一件事",
    "division_code": DIVISION,
    "department_code": CIVIL_AFFAIRS,
    "members": [{"code": "HZ-001"}, {"code": "HZ-002"}],
}


def window(code: str, owner: str, *, start: date) -> Draft:
    return draft("create", code, {"name": code, "department_code": owner}, kind=WINDOW, start=start)


def batch(code: str, start: date, **givers: str) -> list[Draft]:
    """Items that come to the bureau, each from a department."""
    entries = [{"code": each, "from_department_code": giver} for each, giver in givers.items()]
    content = {"name": code, "division_code": DIVISION, "department_code": BUREAU, "entries": entries}
    moved = [draft("transfer", each, {"department_code": BUREAU}, start=start) for each in givers]
    return [draft("create", code, content, kind=TRANSFER, start=start), *moved]
