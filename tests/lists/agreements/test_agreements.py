from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.catalogue.objects import AGREEMENT
from app.db import Database
from app.lists.agreements.schemas import AgreementDetail, AgreementPage, Matrix
from tests.changes.desk import decided
from tests.factories import DIVISION, draft, publish
from tests.lists.agreements.desk import AGREEMENTS, HUICHENG, ITEMS, QINGXIU, TIANHE, agreement

MATRIX = "/v1/agreements/matrix"


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    publish(database, *ITEMS)
    publish(database, *AGREEMENTS)
    publish(database, draft("suspend", "HZ-003", start=date(2026, 3, 1)))


def got(client: TestClient, url: str, **asked: Any) -> dict[str, Any]:
    answer = client.get(url, params=asked or None)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_agreements_are_listed_with_their_partners_and_items(client: TestClient) -> None:
    page = got(client, "/v1/agreements", limit="2")
    AgreementPage.model_validate(page)
    rest = got(client, page["next"])["items"]
    rows = [*page["items"], *rest]
    assert page["total"] == 3
    assert [(each["partner_name"], each["scope_label"], each["item_count"]) for each in rows] == [
        ("天河区", "市内", 2), ("惠城区", "省内跨市", 3), ("青秀区", "跨省", 1),
    ]  # fmt: skip
    assert [got(client, each["items_url"])["total"] for each in rows] == [2, 3, 1]
    assert [each["code"] for each in got(client, "/v1/agreements", partner=QINGXIU)["items"]] == ["HZ-tb-450103"]
    assert got(client, "/v1/agreements", within="440106")["total"] == 0


def test_an_agreement_tells_both_sides_of_each_item(client: TestClient, database: Database) -> None:
    publish(
        database,
        draft("amend", "HZ-001", {"code": "HZ-101"}, start=date(2025, 1, 1)),
        draft("cancel", "HZ-002", start=date(2026, 2, 1)),
    )
    said = got(client, "/v1/agreements/HZ-tb-440106")
    AgreementDetail.model_validate(said)
    assert (said["entry_count"], said["item_count"], said["mode_label"]) == (2, 1, "异地代收代办")
    first, second = said["entries"]
    assert (first["code"], first["item"]["code"], first["mode"]) == ("HZ-001", "HZ-101", "proxy_collection")
    assert got(client, first["item"]["url"])["name"] == got(client, first["partner_item"]["url"])["name"]
    assert (second["item"], second["mode"], second["partner_item"]["code"]) == (None, "multi_place", "TH-002")
    publish(database, draft("amend", "HZ-tb-440106", {"name": "合作协议"}, kind=AGREEMENT, start=date(2025, 6, 1)))
    (whole,) = got(client, "/v1/agreements", partner=TIANHE)["items"]
    days = (whole["name"], whole["valid_from"], whole["valid_to"])
    assert days == ("合作协议", "2020-01-01", None), "from the first day, whatever it said then"
    early = client.get("/v1/agreements/HZ-tb-440106?as_of=2019-01-01")
    assert early.status_code == 404
    assert early.json()["detail"].startswith("2019-01-01 没有通办协议 HZ-tb-440106：它从 ")


def test_an_agreement_that_is_renewed_later_holds_on_two_spans_of_days(client: TestClient, database: Database) -> None:
    code, again = "HZ-tb-441302", date(2026, 1, 1)
    publish(database, draft("cancel", code, kind=AGREEMENT, start=date(2023, 1, 1)))
    publish(database, agreement(code, HUICHENG, "HZ-001", start=again, mode="full_online"))
    held = [got(client, f"/v1/agreements/{code}", as_of=day) for day in ("2022-06-01", "2026-03-02")]
    spans = [(each["valid_from"], each["valid_to"]) for each in held]
    assert spans == [("2020-01-01", "2023-01-01"), ("2026-01-01", None)]
    between = client.get(f"/v1/agreements/{code}?as_of=2024-01-01").json()["detail"]
    assert "它从 2020-01-01 起到 2023-01-01 为止（不含）、从 2026-01-01 起有效" in between


def test_the_item_of_the_partner_is_what_was_known_of_its_code(client: TestClient, database: Database) -> None:
    mine = "/v1/agreements/HZ-tb-440106"
    entries = {"entries": [{"code": "HZ-001", "partner_code": "TH-011"}]}
    named = publish(database, draft("amend", "HZ-tb-440106", entries, kind=AGREEMENT, start=date(2026, 1, 1)))
    publish(database, draft("amend", "TH-001", {"code": "TH-011"}, start=date(2026, 3, 2)))
    (now,), (then,) = (got(client, mine, **asked)["entries"] for asked in ({}, {"known_at": str(named)}))
    assert (now["partner_item"]["code"], then["partner_item"]) == ("TH-011", None)
    assert got(client, mine, as_of="2026-03-01")["entries"][0]["partner_item"]["code"] == "TH-001"


def test_both_sides_must_declare_where_both_are_in_the_catalogue(client: TestClient, database: Database) -> None:
    mine = "/v1/agreements/HZ-tb-440106"
    assert [each["declared_by_partner"] for each in got(client, mine)["entries"]] == [False, False]
    named = {"code": "TH-002", "partner_code": "HZ-001"}
    publish(database, agreement("TH-tb", DIVISION, named, division_code=TIANHE, start=date(2026, 3, 1)))
    assert [each["declared_by_partner"] for each in got(client, mine)["entries"]] == [True, True]
    publish(database, draft("cancel", "TH-002", start=date(2026, 3, 2)))
    assert [each["declared_by_partner"] for each in got(client, "/v1/agreements/HZ-tb-450103")["entries"]] == [None]


def test_the_matrix_counts_pairs_and_no_share(client: TestClient) -> None:
    page = got(client, MATRIX, limit="4")
    Matrix.model_validate(page)
    rows = [*page["items"], *got(client, page["next"])["items"]]
    assert [(each["code"], each["partner_division_code"], each["mode"]) for each in rows] == [
        ("HZ-001", TIANHE, "proxy_collection"), ("HZ-001", HUICHENG, "full_online"), ("HZ-001", QINGXIU, "full_online"),
        ("HZ-002", TIANHE, "multi_place"), ("HZ-002", HUICHENG, "full_online"), ("HZ-003", HUICHENG, "full_online"),
    ]  # fmt: skip
    totals = page["totals"]
    assert [totals[name] for name in ("agreements", "partners", "items", "pairs")] == [3, 3, 3, 6]
    assert page["total"] == 6
    assert "不能除以事项数" in totals["definition"]
    assert {each["label"]: (each["pairs"], each["items"]) for each in (*totals["by_mode"], *totals["by_scope"])} == {
        "全程网办": (4, 3), "异地代收代办": (1, 1), "多地联办": (1, 1),
        "市内": (2, 2), "省内跨市": (3, 3), "跨省": (1, 1),
    }  # fmt: skip
    for each in (*totals["by_mode"], *totals["by_scope"]):
        linked = got(client, each["url"])
        assert (linked["total"], linked["totals"]["items"]) == (each["pairs"], each["items"])
    assert got(client, totals["items_url"])["total"] == totals["items"]
    assert got(client, totals["agreements_url"])["total"] == totals["agreements"]


def test_the_matrix_is_narrowed_and_dated(client: TestClient) -> None:
    cases: tuple[tuple[dict[str, str], int], ...] = (
        ({"partner": HUICHENG}, 3),
        ({"mode": "全程网办", "scope": "across_provinces"}, 1),
        ({"mode": "null"}, 0),
        ({"within": "440000"}, 6),
        ({"within": "440106"}, 0),
        ({"as_of": "2019-12-31"}, 0),
        ({"known_at": "1"}, 0),
    )
    for asked, pairs in cases:
        page = got(client, MATRIX, **asked)
        assert (len(page["items"]), page["totals"]["pairs"]) == (pairs, pairs), asked
        table = client.get(MATRIX, params={**asked, "format": "csv"}).text.splitlines()
        assert len(table) == 1 + pairs
        assert "agreement_url" in table[0]


def test_what_the_matrix_cannot_be_asked(client: TestClient) -> None:
    for name, value, rule in (
        ("mode", "网办", "unknown-code"),
        ("partner", "440199", "unknown-division"),
        ("scope", "全国", "literal_error"),
    ):
        answer = client.get(MATRIX, params={name: value})
        assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, rule)


def test_the_metric_sums_the_pairs_of_items_in_use(client: TestClient) -> None:
    asked = {"metric": "cross_region_agreement_items", "as_of": "2026-03-02"}
    (row,) = got(client, "/v1/metric-values", **asked)["values"]
    assert (row["value"], row["item_count"], row["denominator"], row["percent"]) == (5, 2, None, None)
    assert got(client, row["items_url"])["total"] == 2
    moved = got(client, "/v1/metric-changes", metric=asked["metric"], **{"from": "2026-02-28", "to": "2026-03-02"})
    (change,) = moved["values"]
    assert [(kind["kind"], kind["numerator_change"]) for kind in change["kinds"]] == [("suspended", -1)]
    assert (change["change"], change["before"]["value"]) == (-1, 6)


def wished(**more: Any) -> dict[str, Any]:
    said = {"code": "HZ-tb-new", "name": "穗昆通办协议", "division_code": DIVISION, "对方行政区划代码": "530102"}
    return said | {"mode": "全程网办"} | more


def test_an_agreement_is_drafted_from_a_filter_as_it_was_on_the_day(client: TestClient, staff: TestClient) -> None:
    asked = {"effective_on": "2026-03-02", "document_number": "穗政务〔2026〕5号"}
    several = "agreement_partner_count > 1 OR is_online = true"
    drafted = staff.post("/v1/agreements", json=wished(filter=several), params=asked)
    assert drafted.status_code == 202, drafted.text
    assert [each[:11] for each in drafted.json()["told"]] == ["另有 2 个事项没有填"], "HZ-003 and HZ-004"
    decided(staff, drafted.json()["url"])
    said = got(client, "/v1/agreements/HZ-tb-new")
    assert [each["code"] for each in said["entries"]] == ["HZ-001", "HZ-002"]
    assert (said["filter"], said["note"]) == (several, None)


def test_all_that_is_wrong_with_a_new_agreement_is_told_at_once(staff: TestClient) -> None:
    oneself = {"对方行政区划代码": DIVISION, "entries": [{"code": "HZ-001"}, {"code": "HZ-009"}, {"code": "HZ-001"}]}
    cases: tuple[tuple[dict[str, Any], list[tuple[str | None, str]]], ...] = (
        ({}, [("/entries", "entries-or-filter")]),
        ({"name": None, "filter": "is_onlin = true"}, [("/name", "required"), ("/filter", "unknown-property")]),
        ({"filter": "name = '无'"}, [("/filter", "filter-finds")]),
        ({"filter": "NOT A_CONTAINS(lists, ('X-licencing'))"}, [("/filter", "unknown-list")]),
        (
            oneself,
            [
                ("/entries/1/code", "unknown-item"),
                ("/entries/2/code", "item-twice"),
                ("/partner_division_code", "agreement-with-oneself"),
            ],
        ),
        ({"对方行政区划代码": QINGXIU, "entries": [{"code": "HZ-001"}]}, [("/entries/0/code", "item-agreed-twice")]),
    )
    for more, faults in cases:
        answer = staff.post("/v1/agreements", json=wished(**more))
        assert answer.status_code == 422, answer.text
        assert [(each.get("pointer"), each["rule"]) for each in answer.json()["errors"]] == faults
    assert staff.get("/v1/change-sets?status=draft").json()["total"] == 0
