"""Which lists, agreements and transfers name an item: filterable, grouped by, dated, and known by revision."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.catalogue.objects import AGREEMENT, EDITION, LIST, TRANSFER
from app.changes.checks import CatalogueInconsistent
from app.db import Database
from tests.factories import CIVIL_AFFAIRS, DIVISION, amend, department, draft, item, publish

BUREAU = "11440105MB2C0001XR"
FIRST, SECOND = date(2022, 1, 1), date(2024, 1, 1)


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    """HZ-001 is on the first edition of the licensing list, HZ-002 on the second; HZ-003 on none, HZ-004 elsewhere."""
    publish(
        database,
        department(),
        department(BUREAU, name="海珠区行政审批局"),
        *(item(f"HZ-00{number}", task_type="01") for number in (1, 2, 3)),
        item("TH-004", division_code="440106", task_type="01"),
    )
    kept = {
        "name": "海珠区行政许可事项清单",
        "division_code": DIVISION,
        "list_kind": "licensing",
        "succession": "replaced",
    }
    publish(
        database,
        draft("create", "licensing", kept, kind=LIST),
        edition("licensing-2022", "HZ-001", start=FIRST, until=SECOND),
        edition("licensing-2024", "HZ-002", start=SECOND),
    )


def edition(code: str, *codes: str, start: date, until: date | None = None) -> Any:
    content = {"name": code, "list_code": "licensing", "division_code": DIVISION}
    entries = [{"code": each} for each in codes]
    return draft("create", code, content | {"entries": entries}, kind=EDITION, start=start, until=until)


def found(client: TestClient, filter_: str, **asked: Any) -> list[str]:
    answer = client.get("/v1/items", params={"filter": filter_, **asked})
    assert answer.status_code == 200, answer.text
    return [each["code"] for each in answer.json()["items"]]


ON_IT = "A_CONTAINS(lists, ('licensing'))"


ASKED: tuple[tuple[str, str, list[str]], ...] = (
    (ON_IT, "2021-12-31", []),
    (ON_IT, "2022-01-01", ["HZ-001"]),
    (ON_IT, "2023-12-31", ["HZ-001"]),
    (ON_IT, "2024-01-01", ["HZ-002"]),
    ("A_OVERLAPS(所在清单, ('licensing'))", "2024-01-01", ["HZ-002"]),
    ("A_EQUALS(lists, ('licensing'))", "2024-01-01", ["HZ-002"]),
    ("A_EQUALS(lists, ())", "2024-01-01", ["HZ-001", "HZ-003"]),
    ("lists IS NULL", "2024-01-01", ["TH-004"]),
    ("NOT A_CONTAINS(lists, ('licensing'))", "2024-01-01", ["HZ-001", "HZ-003"]),
    ("agreement_partner_count IS NULL", "2024-01-01", ["HZ-001", "HZ-002", "HZ-003", "TH-004"]),
    ("on_licensing_list = true", "2024-01-01", ["HZ-002"]),
    ("on_licensing_list = false", "2024-01-01", ["HZ-001", "HZ-003"]),
    ("on_licensing_list IS NULL", "2024-01-01", ["TH-004"]),
    ("NOT 是否列入许可清单 = true", "2021-01-01", []),
    ("on_deficiency_list IS NULL", "2024-01-01", ["HZ-001", "HZ-002", "HZ-003", "TH-004"]),
    ("is_transferred = true", "2024-01-01", []),
    ("is_transferred IS NULL", "2024-01-01", ["HZ-001", "HZ-002", "HZ-003", "TH-004"]),
)


def test_a_list_is_asked_for_on_a_day(client: TestClient) -> None:
    for condition, day, codes in ASKED:
        assert found(client, condition, as_of=day) == codes, (condition, day)


NEVER: tuple[tuple[str, str, str, str | None], ...] = (
    ("A_CONTAINS(lists, ('licencing'))", "'licencing'", "unknown-list", "licensing"),
    ("code = 'HZ-001' AND A_EQUALS(所在清单, ('licensing', '许可'))", "'许可'", "unknown-list", None),
    ("NOT A_CONTAINEDBY(agreement_partners, ('440105', '440199'))", "'440199'", "unknown-division", None),
    ("A_CONTAINS(所在划转批次, ('batch-9'))", "'batch-9'", "unknown-transfer", None),
    ("A_OVERLAPS(integrated_matters, ('open-shop'))", "'open-shop'", "unknown-integrated-matter", None),
    ("A_CONTAINS(agreements, ('X-tb-1'))", "'X-tb-1'", "unknown-agreement", None),
)


def test_a_list_that_never_was_is_told_wherever_a_filter_is_taken(client: TestClient) -> None:
    month = {"from": "2026-01-01", "to": "2026-02-01"}
    paths: tuple[tuple[str, dict[str, str]], ...] = (
        ("/v1/items", {}),
        ("/v1/items", {"format": "csv"}),
        ("/v1/metric-values", {"metric": "item_count"}),
        ("/v1/metric-series", {"metric": "item_count", "every": "month", **month}),
        ("/v1/metric-changes", {"metric": "item_count", **month}),
    )
    for place, (condition, piece, rule, near) in enumerate(NEVER):
        for path, asked in paths if place == 0 else paths[:1]:
            answer = client.get(path, params={"filter": condition, **asked})
            assert answer.status_code == 422, (path, answer.text)
            (fault,) = answer.json()["errors"]
            assert (fault["parameter"], fault["rule"], fault["value"]) == ("filter", rule, piece)
            assert fault["position"] == condition.index(piece)
            assert near in (None, fault.get("suggestion"))


def test_an_item_says_which_lists_it_is_on(client: TestClient) -> None:
    for day, lists in (("2023-01-01", []), ("2024-01-01", ["licensing"])):
        assert client.get("/v1/items/HZ-002", params={"as_of": day}).json()["lists"] == lists
    fields = {"fields": "code,lists,on_licensing_list,agreement_partner_count", "as_of": "2024-01-01"}
    asked = client.get("/v1/items", params=fields).json()["items"]
    assert asked[1] == {
        "code": "HZ-002",
        "lists": ["licensing"],
        "on_licensing_list": True,
        "agreement_partner_count": None,
    }
    assert asked[3]["on_licensing_list"] is None
    file = client.get("/v1/items", params={**fields, "format": "csv"}).text.splitlines()
    assert file[2:4] == ["HZ-002,licensing,是,", "HZ-003,无,否,"]
    assert "所在清单" not in client.get("/v1/items?format=csv").text


def test_before_it_was_published_nobody_knew_of_a_list(client: TestClient) -> None:
    assert found(client, ON_IT, as_of="2024-01-01", known_at=1) == []


def test_figures_are_grouped_by_list(client: TestClient) -> None:
    asked = {"metric": "item_count", "group_by": "lists", "as_of": "2024-01-01"}
    answer = client.get("/v1/metric-values", params=asked).json()
    rows = [(row["group"]["lists"], row["group"]["lists_label"], row["value"]) for row in answer["values"]]
    assert rows == [("", "无", 2), ("licensing", "海珠区行政许可事项清单", 1), (None, "未填", 1)]
    for row in answer["values"]:
        assert client.get(row["items_url"] or row["numerator_url"]).json()["total"] == row["value"]


def test_an_item_is_known_under_the_code_that_it_had(client: TestClient, database: Database) -> None:
    publish(database, draft("amend", "HZ-002", {"code": "SP-002"}, start=date(2024, 6, 1)))
    assert found(client, ON_IT, as_of="2024-07-01") == ["SP-002"]
    handed = {"name": "第一批划转", "division_code": DIVISION, "department_code": BUREAU}
    entries = [{"code": "SP-002", "from_department_code": CIVIL_AFFAIRS}]
    moved = draft("create", "batch-1", handed | {"entries": entries}, kind=TRANSFER, start=date(2025, 1, 1))
    publish(database, amend("SP-002", date(2025, 1, 1), department_code=BUREAU), moved)
    for condition in ("is_transferred = true", "A_CONTAINS(transfers, ('batch-1'))"):
        assert found(client, condition, as_of="2025-01-01") == ["SP-002"]
        assert found(client, condition, as_of="2024-12-31") == []
    back = {"name": "转回", "division_code": DIVISION, "department_code": CIVIL_AFFAIRS}
    entries = [{"code": "SP-002", "from_department_code": BUREAU}]
    returned = draft("create", "batch-2", back | {"entries": entries}, kind=TRANSFER, start=date(2026, 1, 1))
    closing = draft("amend", "batch-1", {"is_closed": True}, kind=TRANSFER, start=date(2026, 1, 1))
    publish(database, closing, amend("SP-002", date(2026, 1, 1), department_code=CIVIL_AFFAIRS), returned)
    fields = {"fields": "is_transferred,transfers", "filter": "code = 'SP-002'", "as_of": "2026-01-01"}
    said = client.get("/v1/items", params=fields).json()["items"]
    assert said == [{"is_transferred": True, "transfers": ["batch-1", "batch-2"]}], "handed back, by a batch too"
    assert found(client, "is_transferred = false", as_of="2021-01-01") == ["HZ-001", "HZ-002", "HZ-003"]
    assert found(client, "is_transferred IS NULL", as_of="2026-01-01") == ["TH-004"], "whose division keeps no batches"
    asked = {"metric": "item_count", "group_by": "transfers", "as_of": "2026-01-01"}
    rows = client.get("/v1/metric-values", params=asked).json()["values"]
    assert [(row["group"]["transfers_label"], row["value"]) for row in rows] == [
        ("无", 2),
        ("第一批划转", 1),
        ("转回", 1),
        ("未填", 1),
    ]


def test_partners_of_agreements_are_counted(client: TestClient, database: Database) -> None:
    for code, partner in (("th", "440106"), ("lw", "440103")):
        said = {"name": code, "division_code": DIVISION, "partner_division_code": partner}
        entries = [{"code": "HZ-001"}, {"code": "HZ-003"}][: 1 if code == "th" else 2]
        publish(database, draft("create", code, {**said, "entries": entries}, kind=AGREEMENT, start=SECOND))
    assert found(client, "agreement_partner_count = 2") == ["HZ-001"]
    assert found(client, "A_CONTAINS(agreement_partners, ('440103'))") == ["HZ-001", "HZ-003"]


def test_what_cannot_be_on_a_list(database: Database) -> None:
    """A code that no item ever had; one that was mistyped, and corrected from the first day; an item twice."""
    publish(database, item("HZ-O05"))
    publish(database, draft("amend", "HZ-O05", {"code": "HZ-005"}))
    for codes, rule in (
        (("HZ-009",), "unknown-item"),
        (("HZ-O05",), "unknown-item"),
        (("HZ-001", "HZ-001"), "item-twice"),
    ):
        with pytest.raises(CatalogueInconsistent) as refused:
            publish(database, edition("licensing-2021", *codes, start=date(2021, 1, 1), until=FIRST))
        assert [each.rule for each in refused.value.faults] == [rule], codes


def test_whoever_has_the_code_later_a_document_means_the_item_that_it_meant(
    client: TestClient, database: Database
) -> None:
    """HZ-003 is the code of another item by the day on which the first edition is ended anew."""
    own = {"name": "高频事项清单", "division_code": DIVISION, "list_kind": "own", "succession": "cumulative"}
    named = {"name": "第一批", "list_code": "own", "division_code": DIVISION, "entries": [{"code": "HZ-003"}]}
    kept = draft("create", "own", own, kind=LIST)
    publish(database, kept, draft("create", "own-1", named, kind=EDITION, start=date(2025, 1, 1)))
    publish(database, draft("amend", "HZ-003", {"code": "SP-003"}, start=date(2025, 6, 1)))
    publish(
        database,
        item("HZ-003", start=date(2025, 7, 1)),
        draft("amend", "own-1", {"batch": 2}, kind=EDITION, start=date(2025, 8, 1)),
    )
    on_it = "A_CONTAINS(lists, ('own'))"
    assert found(client, on_it, as_of="2025-09-01") == ["SP-003"]
    both, again = ({"entries": [{"code": code} for code in codes]} for codes in (["SP-003", "HZ-003"], ["HZ-003"]))
    publish(database, draft("amend", "own-1", both, kind=EDITION, start=date(2025, 10, 1)))
    assert found(client, on_it, as_of="2025-10-01") == ["HZ-003", "SP-003"]
    publish(database, draft("amend", "own-1", again, kind=EDITION, start=date(2025, 11, 1)))
    assert found(client, on_it, as_of="2025-11-01") == ["HZ-003"], "the last version names the new holder"


def test_of_two_that_bear_a_code_the_one_that_had_it_is_meant(client: TestClient, database: Database) -> None:
    """Not the one that will have it, on days on which neither has."""
    publish(
        database, draft("amend", "HZ-001", {"code": "SP-001"}, start=SECOND), item("HZ-001", start=date(2030, 1, 1))
    )
    publish(database, draft("cancel", "licensing-2024", kind=EDITION, start=date(2025, 1, 1)))
    publish(database, edition("licensing-2025", "HZ-001", start=date(2025, 1, 1)))
    assert found(client, ON_IT, as_of="2025-01-01") == ["SP-001"]


def test_series_and_changes_say_of_each_day_what_the_figures_say(client: TestClient) -> None:
    cases: list[str] = ["lists", "on_licensing_list"]
    for element in cases:
        asked = {"metric": "item_count", "group_by": element}
        span = {"from": "2021-06-30", "to": "2024-06-30"}
        series = client.get("/v1/metric-series", params={**asked, **span, "every": "year"}).json()["values"]
        for day in ("2021-12-31", "2022-12-31", "2024-06-30"):
            alone = client.get("/v1/metric-values", params={**asked, "as_of": day}).json()["values"]
            of_day = [{name: each[name] for name in alone[0]} for each in series if each["as_of"] == day]
            assert of_day == alone
        moved = client.get("/v1/metric-changes", params={**asked, **span}).json()["values"]
        changes = {each["group"][element]: each["after"]["value"] - each["before"]["value"] for each in moved}
        assert changes == ({None: -3, "": 2, "licensing": 1} if element == "lists" else {None: -3, True: 1, False: 2})
        for row in moved:
            told = sum(kind["numerator_change"] for kind in row["kinds"])
            items = [client.get(kind["items_url"]).json()["total"] for kind in row["kinds"]]
            assert (told, sum(items)) == (changes[row["group"][element]], sum(kind["items"] for kind in row["kinds"]))


def test_a_list_that_ended_without_a_successor_leaves_everything_outside(
    client: TestClient, database: Database
) -> None:
    publish(database, draft("cancel", "licensing-2024", kind=EDITION, start=date(2027, 1, 1)))
    assert found(client, "on_licensing_list = false", as_of="2027-01-01") == ["HZ-001", "HZ-002", "HZ-003"]
    assert found(client, "on_licensing_list IS NULL", as_of="2021-12-31") == ["HZ-001", "HZ-002", "HZ-003", "TH-004"]


def test_a_list_names_items_of_its_own_division(database: Database) -> None:
    with pytest.raises(CatalogueInconsistent) as refused:
        publish(database, draft("amend", "HZ-002", {"division_code": "440106"}, start=date(2025, 1, 1)))
    assert [each.rule for each in refused.value.faults] == ["not-ours"]
