"""A report as page, workbook and table."""

import csv
import re
from html.parser import HTMLParser
from io import BytesIO, StringIO
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from app.main import create_app
from app.metrics.reports.workbook import COVER, LONGEST_NAME, sheet_name
from app.settings import Settings
from tests.metrics.reports.desk import DAY, ONLINE, frozen

RISKY, MARKUP = "=HYPERLINK(1)", "</style><script>alert(1)</script>"
FIGURES = (
    ONLINE,
    ONLINE | {"group_by": ["department_code"], "label": RISKY},
    {"metric": "average_visits", "as_of": DAY, "label": MARKUP},
)


@pytest.fixture
def report(catalogue: None, staff: TestClient) -> dict[str, Any]:  # noqa: ARG001
    return frozen(staff, *FIGURES, title=MARKUP, note="+1 & <说明>")


class Page(HTMLParser):
    """The names of its elements, and whatever it would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.loaded: list[str] = []
        self.ids: set[str] = set()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.loaded += [name for name, _ in attrs if name in ("src", "style") or name.startswith("on")]
        self.ids |= {value for name, value in attrs if name == "id" and value}
        self.targets += [value for name, value in attrs if name == "href" and value]


def test_the_page_needs_nothing_and_runs_nothing(client: TestClient, report: dict[str, Any]) -> None:
    answer = client.get(report["url"], headers={"Accept": "text/html"})
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        answer.headers["Content-Security-Policy"],
    )
    page = Page()
    page.feed(answer.text)
    assert not {"script", "link", "img", "iframe"} & set(page.names)
    assert page.loaded == []
    assert page.names.count("svg") == 1
    assert {"figure-1", "figure-2", "figure-3"} <= page.ids
    assert all(target.startswith(("http://testserver/v1/", "#figure-")) for target in page.targets)
    assert "&lt;script&gt;alert(1)" in answer.text
    assert "&lt;b&gt;海珠区教育局" in answer.text
    assert "37.50%" in answer.text


@pytest.mark.one_database
def test_the_workbook_opens_with_its_cover_and_a_chart_for_each_metric(
    client: TestClient, report: dict[str, Any]
) -> None:
    answer = client.get(report["url"], params={"format": "xlsx"})
    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames == [COVER, "一网通办率（事项口径）", "平均跑动次数"]
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {report["number"], f"SHA-256 {report['checksum']}", f"'{RISKY}", "'+1 & <说明>"} <= set(cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert any("（is_online = true）" in cell for cell in cells)
    for sheet in book.worksheets[1:]:
        (chart,) = sheet._charts  # type: ignore[attr-defined]  # openpyxl shows them nowhere else
        assert chart.series[0].val.numRef.f.startswith(f"'{sheet.title}'!")
    rates = [row[3].value for row in book.worksheets[1].iter_rows(min_row=5, max_row=7)]
    assert rates == [37.5, 50, 25]


@pytest.mark.one_database
def test_a_kept_page_or_workbook_leads_back_to_the_service(
    client: TestClient, report: dict[str, Any], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below the path of a proxy, under the name that it was asked by; what is cited names no address."""
    monkeypatch.setenv("ROOT_PATH", "/shixiang")
    below = TestClient(create_app(Settings(database_url=database_url)), base_url="https://zwfw.example.gov.cn")
    base = "https://zwfw.example.gov.cn/shixiang/v1/"
    told = Page()
    told.feed(below.get(report["url"], params={"format": "html"}).text)
    addresses = [target for target in told.targets if not target.startswith("#")]
    assert addresses
    assert all(target.startswith(base) for target in addresses)
    assert below.get(addresses[-1].removeprefix("https://zwfw.example.gov.cn")).status_code == 200
    book = load_workbook(BytesIO(below.get(report["url"], params={"format": "xlsx"}).content))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(cell.startswith(base) for cell in cells)
    assert not [cell for cell in cells if cell.startswith("/v1/")]
    assert below.get(report["cited_url"]).content == client.get(report["cited_url"]).content
    assert below.get(report["url"]).json()["verify_url"] == report["verify_url"]
    below.app.state.database.close()  # type: ignore[attr-defined]  # the client knows only an ASGI callable


@pytest.mark.one_database
def test_whoever_asks_under_another_name_has_another_page(client: TestClient, report: dict[str, Any]) -> None:
    for form, alike in (("html", False), ("xlsx", False), ("json", True), ("csv", True)):
        tags = {
            client.get(report["url"], params={"format": form}, headers={"Host": host}).headers["ETag"]
            for host in ("a.example", "b.example:8000")
        }
        assert (len(tags) == 1) is alike, form
    risky = client.get(report["url"], params={"format": "html"}, headers={"Host": '"><script>alert(2)</script>'})
    assert "<script" not in risky.text


@pytest.mark.one_database
def test_names_of_sheets_are_short_and_differ() -> None:
    taken: list[str] = []
    for wanted in ("率/[甲]*", "率 甲", "A" * 40, "a" * 40, "", ":"):
        taken.append(sheet_name(wanted, taken))
    assert len({each.casefold() for each in taken}) == len(taken)
    assert all(0 < len(each) <= LONGEST_NAME and not set(each) & set("[]:*?/\\'") for each in taken)


def lines(client: TestClient, report: dict[str, Any]) -> list[dict[str, str]]:
    answer = client.get(report["url"], params={"format": "csv"})
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.one_database
def test_the_table_has_a_line_for_each_row_of_each_figure(client: TestClient, report: dict[str, Any]) -> None:
    told = lines(client, report)
    assert [(line["position"], line["group"], line["percent"]) for line in told] == [
        ("1", "", "37.5"),
        ("2", "department_code=11440100007482532A", "50.0"),
        ("2", "department_code=D-2", "25.0"),
        ("3", "", ""),
    ]
    assert told[1]["label"] == f"'{RISKY}"


@pytest.mark.one_database
def test_a_client_that_has_a_report_is_told_so_until_another_replaces_it(
    client: TestClient, staff: TestClient, report: dict[str, Any]
) -> None:
    tags = {form: client.get(report["url"], params={"format": form}).headers["ETag"] for form in ("json", "html")}
    assert len(set(tags.values())) == 2
    held = {"If-None-Match": tags["html"]}
    assert client.get(report["url"], params={"format": "html"}, headers=held).status_code == 304
    wrong = client.get(report["url"], params={"format": "pdf"})
    assert (wrong.status_code, wrong.json()["errors"][0]["rule"]) == (422, "unknown-format")
    assert {line["superseded_by"] for line in lines(client, report)} == {""}
    frozen(staff, ONLINE, number="2", supersedes=report["id"], reason="更正")
    again = client.get(report["url"], params={"format": "html"}, headers=held)
    assert again.status_code == 200
    assert "本报告已被取代" in again.text
    assert {line["superseded_by"] for line in lines(client, report)} == {"2"}
