"""What the forms of a report say of its figures in words, beside the numbers."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from app.db import Database
from app.metrics.reports.wording import NOT_ADDITIVE, SEE_ROWS
from app.metrics.reports.workbook import COVER, SENTENCES
from tests.cases.reports import counts
from tests.cases.reports import report as report_cases
from tests.factories import department, item, publish
from tests.metrics.reports.desk import frozen
from tests.metrics.reports.test_forms import lines

pytestmark = pytest.mark.one_database

NOT_OCTOBER = "2025-10 没有报送办件，不在这个数里。"
AUTUMN = "2025-10..2025-11"


@pytest.fixture(autouse=True)
def cases(database: Database, staff: TestClient) -> None:
    """Two departments; in November the first reported of both its channels, the second that it accepted five."""
    items = item(online_depths=["1", "2"]), item("HZ-002", name="社团登记", department_code="HZ-2")
    publish(database, department(), department("HZ-2", name="海珠区教育局"), *items, on=date(2025, 6, 1))
    report_cases(
        staff,
        counts("HZ-001", "2025-11", "窗口", "", 30, 20, 19),
        counts("HZ-001", "2025-11", "网上", "", 10, 10, 10),
        counts("HZ-002", "2025-11", "网上", "", 5),
    )


def sheet(client: TestClient, report: dict[str, Any], name: str, first: str) -> list[dict[str, Any]]:
    """The rows of a sheet below the line that begins with `first`, by their heads."""
    answer = client.get(report["url"], params={"format": "xlsx"})
    rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(answer.content))[name].iter_rows()]
    place = next(place for place, row in enumerate(rows) if row[0] == first)
    heads = [str(head) for head in rows[place] if head]
    return [dict(zip(heads, row, strict=False)) for row in rows[place + 1 :]]


def test_sentences_stand_beside_numbers_with_their_scope_and_what_they_lack(
    client: TestClient, staff: TestClient
) -> None:
    asked = {"key": "district", "within": "440105", "as_of": "2025-11-30", "period": AUTUMN}
    told = sheet(client, frozen(staff, template=asked), SENTENCES, "句子")
    (line,) = (row for row in told if row["数字"] == "办件总数")
    assert (line["数值"], line["说明"], line["范围"]) == (45, NOT_OCTOBER, "海珠区（440105）及其下级")


def test_formulas_of_cases_name_the_counts(client: TestClient, staff: TestClient) -> None:
    keys = ("on_time_rate", "online_case_rate", "accepted_cases")
    report = frozen(staff, *({"metric": key, "period": "2025-11"} for key in keys))
    assert [line["formula"] for line in lines(client, report)] == [
        "按期办结件数之和 ÷ 办结件数之和",
        "受理件数之和 ÷ 受理件数之和，分子只计符合分子条件的",
        "受理件数之和",
    ]


def test_conditions_and_groups_are_told_in_words(client: TestClient, staff: TestClient) -> None:
    asked = {"metric": "accepted_cases", "period": "2025-11"}
    online = {"filter": "channel = 'online' AND is_transferred = true", "within": "440105"}
    report = frozen(staff, asked | online, asked | {"group_by": ["department_code", "channel"]})
    scopes = [row["范围"] for row in sheet(client, report, COVER, "序号")]
    assert scopes == [
        "海珠区（440105）及其下级；只计办理渠道为网上，且是否已划转为是（channel = 'online' AND is_transferred = true）",
        "按实施主体、办理渠道分组",
    ]
    assert all(scope.replace("'", "&#x27;") in page(client, report) for scope in scopes)


def test_caveats_are_sentences_one_after_the_other(client: TestClient, staff: TestClient) -> None:
    report = frozen(staff, {"metric": "accepted_cases", "period": "2025-11"})
    (line,) = sheet(client, report, COVER, "序号")
    assert "没有报送的事项和月份不在内。事项的要素" in line["注意事项"]
    assert "。；" not in page(client, report)


def page(client: TestClient, report: dict[str, Any]) -> str:
    return client.get(report["url"], params={"format": "html"}).text


def test_what_a_number_lacks_stands_beside_it_in_every_form(client: TestClient, staff: TestClient) -> None:
    """A number that leaves months out passes for another one where its note is lost."""
    report = frozen(staff, {"metric": "accepted_cases", "period": AUTUMN})
    assert [(line["value"], line["note"]) for line in lines(client, report)] == [("45", NOT_OCTOBER)]
    assert sheet(client, report, COVER, "序号")[0]["说明"] == NOT_OCTOBER
    assert sheet(client, report, "受理件数", "数字")[0]["说明"] == NOT_OCTOBER
    assert page(client, report).count(NOT_OCTOBER) == 1


def test_what_is_said_of_one_group_is_not_said_of_the_others(client: TestClient, staff: TestClient) -> None:
    asked = {"metric": "on_time_rate", "period": AUTUMN, "group_by": ["department_code"]}
    report = frozen(staff, asked)
    notes = [line["note"] for line in lines(client, report)]
    assert notes == [NOT_OCTOBER, f"这些报送都没有填所需的件数，没有数可说；不是零。{NOT_OCTOBER}"]
    assert [row["说明"] for row in sheet(client, report, "按期办结率", "数字")][:2] == notes
    assert sheet(client, report, COVER, "序号")[0]["说明"] == SEE_ROWS
    shown = page(client, report)
    assert all(shown.count(f"<td>{note}</td>") == 1 for note in notes)
    assert SEE_ROWS in shown


def test_groups_that_share_items_are_said_not_to_add_up(client: TestClient, staff: TestClient) -> None:
    asked = {"metric": "item_count", "as_of": "2025-11-30"}
    alone, shared = frozen(staff, asked, number="1"), frozen(staff, asked | {"group_by": ["online_depths"]}, number="2")
    assert [line["note"] for line in lines(client, alone)] == [""]
    assert {line["note"] for line in lines(client, shared)} == {NOT_ADDITIVE}
    for name, first in ((COVER, "序号"), ("在用事项数", "数字")):
        assert sheet(client, shared, name, first)[0]["说明"] == NOT_ADDITIVE
    assert [page(client, each).count(NOT_ADDITIVE) for each in (alone, shared)] == [0, 1]
