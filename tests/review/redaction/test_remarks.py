"""What was written beside an item loses a redacted text too: rows of imports, notes, evidence, links, exemptions."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.access.rules import Caller
from app.catalogue.verification import dead_link, evidence, link_check, verification
from app.changes.redactable import MARK
from app.clock import FrozenClock
from app.db import Database
from app.quality import links
from app.quality.looking import Look
from app.quality.models import exemption
from tests.changes.desk import amend, published
from tests.conftest import NOW
from tests.factories import CIVIL_AFFAIRS, DIVISION
from tests.imports.uploads import COLUMNS, checked, csv_file, xlsx_file
from tests.review.redaction.desk import LATER, PHONE, redacted, tables_with

NAME = "欧阳建国老人优待"
PAGE = f"https://zwfw.example.cn/apply?tel={PHONE}"
OTHER_PAGE = "https://zwfw.example.cn/apply/2"


def verified(staff: TestClient, code: str = "HZ-001", **said: object) -> None:
    answer = staff.post(f"/v1/items/{code}/verify", json=said)
    assert answer.status_code == 201, answer.text


def exempted(staff: TestClient, reason: str) -> None:
    wish = {"rule": "promised-over-statutory", "code": "HZ-001", "reason": reason, "until": "2026-09-01"}
    assert staff.post("/v1/exemptions", json=wish).status_code == 201


def found_dead(database: Database, *urls: str) -> None:
    """Three days on which they did not answer, and another did."""
    for days in range(3):
        looks = [
            Look("https://zwfw.example.cn/", is_alive=True),
            *(Look(url, is_alive=False, status=404) for url in urls),
        ]
        with database.write() as connection:
            links.keep(connection, looks, by=Caller("运维"), clock=FrozenClock(NOW - timedelta(days=2 - days)))


@pytest.mark.parametrize(("file", "name"), [(csv_file, "items.csv"), (xlsx_file, "items.xlsx")])
def test_rows_of_imports_call_it_by_that_name_no_more(
    database: Database,
    staff: TestClient,
    first: TestClient,
    second: TestClient,
    file: Callable[..., bytes],
    name: str,
) -> None:
    """Neither where the row names its code nor where the name is all that it has."""
    published(staff, amend("HZ-001", name=NAME))
    header, rest = (*COLUMNS, "aliases"), [DIVISION, CIVIL_AFFAIRS, '["老人证"]']
    report = checked(staff, file(header, ["HZ-001", NAME, *rest], ["", NAME, *rest]), name)
    assert "import_row" in tables_with(database, NAME)
    redacted(first, second, field="name")
    assert tables_with(database, NAME) == []
    rows = staff.get(f"/v1/imports/{report['id']}/rows").json()["items"]
    assert {row["name"] for row in rows} == {MARK}


def test_notes_reasons_and_evidence_that_quote_it(
    database: Database, staff: TestClient, first: TestClient, second: TestClient
) -> None:
    verified(staff, note=f"已致电 {LATER} 核对", evidence=[{"element": "is_online", "url": PAGE}])
    verified(staff, note="已核对")
    verified(staff, "HZ-002", note="见官网", evidence=[{"element": "is_online", "url": OTHER_PAGE}])
    exempted(staff, f"{LATER} 来电说明")
    found_dead(database, PAGE, OTHER_PAGE)
    redacted(first, second)
    redacted(first, second, field="windows.phone")
    redacted(first, second, code="W-01", object="window", field="phone")
    assert tables_with(database, LATER) == tables_with(database, PHONE) == []
    with database.read() as connection:
        notes = connection.execute(select(verification.c.note).order_by(verification.c.id)).scalars().all()
        assert notes == [MARK, "已核对", "见官网"]
        assert connection.execute(select(evidence.c.url).order_by(evidence.c.id)).scalars().all() == [MARK, OTHER_PAGE]
        assert connection.execute(select(exemption.c.reason)).scalars().all() == [MARK]
        assert connection.execute(select(dead_link.c.url).order_by(dead_link.c.url)).scalars().all() == [
            OTHER_PAGE,
            MARK,
        ]


@pytest.mark.parametrize("element", ["online_url", "mobile_url", "online_handling_url"])
def test_an_address_that_was_redacted_is_nobodys_dead_link(
    database: Database, client: TestClient, staff: TestClient, first: TestClient, second: TestClient, element: str
) -> None:
    published(staff, amend("HZ-001", **{element: PAGE}))
    published(staff, amend("HZ-002", **{element: OTHER_PAGE}))
    verified(staff, evidence=[{"element": "is_online", "url": PAGE}])
    found_dead(database, PAGE)
    redacted(first, second, field=element)
    redacted(first, second, code="HZ-002", field=element)
    assert tables_with(database, PAGE) == []
    assert client.get("/v1/items", params={"filter": "has_dead_link = true"}).json()["total"] == 0
    assert client.get("/v1/items/HZ-001").json()[element] == MARK


def test_links_that_others_lead_to_stay(
    database: Database, staff: TestClient, first: TestClient, second: TestClient
) -> None:
    for code in ("HZ-001", "HZ-002"):
        published(staff, amend(code, online_url=OTHER_PAGE))
    found_dead(database, OTHER_PAGE)
    redacted(first, second, field="online_url")
    with database.read() as connection:
        seen = select(func.count()).where(link_check.c.url == OTHER_PAGE)
        assert connection.execute(seen).scalar() == 3
        assert connection.execute(select(dead_link.c.url)).scalars().all() == [OTHER_PAGE]


def test_rules_that_say_it_are_named(staff: TestClient, first: TestClient, second: TestClient) -> None:
    said = {"name": "不写手机", "message": f"不要写“{LATER}”", "remedy": "写科室电话。", "source": "本局规定"}
    rule = {"key": "own-no-mobile", "severity": "warning", "filter": "promised_limit > 30", **said}
    answer = staff.post("/v1/quality-rules", json=rule)
    assert answer.status_code == 201, answer.text
    assert redacted(first, second)["still_said_in_rules"] == ["own-no-mobile"]
    assert redacted(first, second, field="aliases")["still_said_in_rules"] == []
