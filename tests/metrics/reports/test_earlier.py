"""Reports that an earlier edition of the software froze, which said some things otherwise."""

from datetime import date, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from app.metrics.reports import queries
from app.metrics.reports.rules import canonical, checksum
from app.metrics.reports.wording import formula
from tests.factories import amend, publish
from tests.metrics.reports.desk import DAY, ONLINE, frozen, sha256_of, verified

SAID_EARLIER: dict[str, Any] = {
    "source": "调研报告：1428 项中网上可办 1263 项，88.45%",
    "standing": "已核实：报告的数字只符合这一公式",
    "caveats": ["1263 ÷ 1428 = 88.4454%，报告写作“88.45%以上”。"],
}

NOTHING_ELSE = ("numerator", "denominator", "value", "before", "after")


@pytest.fixture
def earlier(catalogue: None, database: Database, staff: TestClient) -> dict[str, Any]:  # noqa: ARG001
    """A report as it is frozen now, but for the texts."""
    template = {"key": "district", "within": "440105", "as_of": DAY}
    cited = staff.get(frozen(staff, ONLINE, number="2025号", template=template)["cited_url"]).json()
    cited["number"] = "2024号"
    for figure in cited["figures"]:
        figure["meaning"] |= SAID_EARLIER
    for place in (place for section in cited["sections"] for each in section["sentences"] for place in each["places"]):
        del place["part"], place["group"]
    content = canonical(cited)
    said = {name: cited[name] for name in ("number", "title", "revision")}
    kept = {"by": cited["frozen_by"], "at": datetime.fromisoformat(cited["frozen_at"]), "checksum": checksum(content)}
    with database.write() as connection:
        number = queries.keep(connection, {**said, **kept, "cited": content.decode()}, cited["figures"])
    report: dict[str, Any] = staff.get(f"/v1/reports/{number}").json()
    return report


def test_they_are_shown_as_they_were_frozen_and_go_on_to_verify(client: TestClient, earlier: dict[str, Any]) -> None:
    assert sha256_of(client, earlier) == earlier["checksum"]
    assert verified(client, earlier)["agrees"]
    for form in ("html", "csv", "xlsx"):
        assert client.get(earlier["url"], params={"format": form}).status_code == 200
    page = client.get(earlier["url"], params={"format": "html"}).text
    assert all(SAID_EARLIER[name] in page for name in ("source", "standing"))


def test_a_formula_that_names_counts_as_the_software_does_goes_on_to_say_which_they_are() -> None:
    counts = {"part": "closed_on_time", "whole": "closed"}
    meaning = {"formula": "part 的件数之和 ÷ whole 的件数之和", **counts, **dict.fromkeys(NOTHING_ELSE)}
    assert formula({"meaning": meaning}) == (
        "part 的件数之和 ÷ whole 的件数之和；part = 按期办结件数（closed_on_time）；whole = 办结件数（closed）"
    )


def test_another_wording_is_no_other_definition(database: Database, staff: TestClient, earlier: dict[str, Any]) -> None:
    publish(database, amend("HZ-2", date(2025, 1, 1), is_online=True), on=date(2026, 3, 1))
    changes = frozen(staff, ONLINE, supersedes=earlier["id"], reason="更正")["changes"]
    (moved,) = changes["moved"]
    assert (moved["note"], [row["before"]["numerator"] for row in moved["values"]]) == (None, [3])
