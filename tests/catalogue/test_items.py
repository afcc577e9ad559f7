"""Asking for items: every kind of element as a parameter, divisions, and what cannot be asked."""

from collections.abc import Sequence
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.catalogue.params import FILTERABLE
from app.db import Database
from tests.factories import CIVIL_AFFAIRS, department, item, publish

HAIZHU, TIANHE, BEIJING = "440105", "440106", "110101"


@pytest.fixture
def guides(database: Database) -> None:
    """Five guides of three districts; the last states nothing that need not be stated."""
    publish(
        database,
        department(),
        item(
            "GZ-1",
            name="养老机构备案",
            task_type="20",
            is_online="是",
            online_depths=["5", "6"],
            onsite_visits=0,
            promised_limit=1,
            statutory_limit=20,
            service_objects="企业法人、自然人",
        ),
        item("GZ-2", name="食品经营许可", task_type="01", is_online=True, online_depths="1", onsite_visits=1),
        item(
            "GZ-3", name="公共场所卫生许可", task_type="行政许可", is_online="否", division_code=TIANHE, onsite_visits=1
        ),
        item("BJ-1", name="食品经营许可", task_type="01", is_online=False, online_depths=[], division_code=BEIJING),
        item("BJ-2", name="社会团体年检 100%_达标", division_code=BEIJING),
    )


def codes(client: TestClient, query: str) -> Sequence[str]:
    answer = client.get(f"/v1/items?{query}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"] == len(answer.json()["items"])
    return [each["code"] for each in answer.json()["items"]]


ASKED = [
    ("", ["BJ-1", "BJ-2", "GZ-1", "GZ-2", "GZ-3"]),
    ("is_online=true", ["GZ-1", "GZ-2"]),
    ("is_online=false", ["BJ-1", "GZ-3"]),
    ("is_online=null", ["BJ-2"]),
    ("is_online=是", ["GZ-1", "GZ-2"]),
    ("is_online=1&is_online=null", ["BJ-2", "GZ-1", "GZ-2"]),
    ("task_type=01", ["BJ-1", "GZ-2", "GZ-3"]),
    ("task_type=行政许可", ["BJ-1", "GZ-2", "GZ-3"]),
    ("task_type=administrative licensing", ["BJ-1", "GZ-2", "GZ-3"]),
    ("task_type=公共服务&task_type=01", ["BJ-1", "GZ-1", "GZ-2", "GZ-3"]),
    ("task_type=null&task_type=20", ["BJ-2", "GZ-1"]),
    ("task_type=08", []),
    ("online_depths=5", ["GZ-1"]),
    ("online_depths=6&online_depths=1", ["GZ-1", "GZ-2"]),
    ("online_depths=互联网办理", ["GZ-1"]),
    ("online_depths=null", ["BJ-2", "GZ-3"]),
    ("online_depths=无", ["BJ-1"]),
    ("online_depths=无&online_depths=5&online_depths=null", ["BJ-1", "BJ-2", "GZ-1", "GZ-3"]),
    ("handling_channels=无", []),
    ("service_objects=自然人", ["GZ-1"]),
    ("online_level=IV", ["GZ-1"]),
    ("online_level=I", ["BJ-1", "GZ-2"]),
    ("onsite_visits=1", ["GZ-2", "GZ-3"]),
    ("onsite_visits=0", ["GZ-1"]),
    ("onsite_visits=0&onsite_visits=１", ["GZ-1", "GZ-2", "GZ-3"]),
    ("onsite_visits=null", ["BJ-1", "BJ-2"]),
    ("promised_limit=1", ["GZ-1"]),
    ("name=食品经营许可", ["BJ-1", "GZ-2"]),
    ("name=食品经营", []),
    ("name=社会团体年检 100%25_达标", ["BJ-2"]),
    ("name=%25", []),
    ("code=GZ-1", ["GZ-1"]),
    ("code=gz-1", []),
    ("division_code=440105", ["GZ-1", "GZ-2"]),
    ("division_code=440100", []),
    ("division_code=440106&division_code=110101", ["BJ-1", "BJ-2", "GZ-3"]),
    ("status=1", ["BJ-1", "BJ-2", "GZ-1", "GZ-2", "GZ-3"]),
    ("status=暂停", []),
    ("within=440105", ["GZ-1", "GZ-2"]),
    ("within=440100", ["GZ-1", "GZ-2", "GZ-3"]),
    ("within=440000", ["GZ-1", "GZ-2", "GZ-3"]),
    ("within=110000", ["BJ-1", "BJ-2"]),
    ("within=120000", []),
    ("within=000000", ["BJ-1", "BJ-2", "GZ-1", "GZ-2", "GZ-3"]),
    ("within=440000&is_online=true&task_type=01", ["GZ-2"]),
    ("filter=promised_limit < statutory_limit", ["GZ-1"]),
    ("filter=是否网办 = true&within=440000&onsite_visits=1", ["GZ-2"]),
    ("filter=within_division('110000') AND task_type = '01'", ["BJ-1"]),
    ("filter=", ["BJ-1", "BJ-2", "GZ-1", "GZ-2", "GZ-3"]),
]


@pytest.mark.usefixtures("guides")
def test_what_is_asked_for(client: TestClient) -> None:
    for query, found in ASKED:
        assert codes(client, query) == found, query


@pytest.mark.usefixtures("guides")
def test_a_parameter_is_the_same_question_as_a_filter(client: TestClient) -> None:
    for query, text in [
        ("is_online=true&is_online=null", "is_online = true OR is_online IS NULL"),
        ("onsite_visits=1&task_type=01", "onsite_visits = 1 AND task_type = '01'"),
        ("within=440100", "within_division('440100')"),
        ("online_depths=null", "online_depths IS NULL"),
    ]:
        assert codes(client, query) == codes(client, f"filter={text}")


REFUSED = [
    ("is_onlin=true", "is_onlin", "unknown-parameter", "is_online"),
    ("Is_Online=true", "Is_Online", "unknown-parameter", "is_online"),
    ("limits=5", "limits", "unknown-parameter", "limit"),
    ("是否网办=true", "是否网办", "unknown-parameter", "is_online"),
    ("materials=1", "materials", "unknown-parameter", "material_count"),
    ("valid_from=2026-01-01", "valid_from", "unknown-parameter", "filter"),
    ("department_name=区民政局", "department_name", "unknown-parameter", "filter"),
    ("id=1", "id", "unknown-parameter", "filter"),
    ("page=2", "page", "unknown-parameter", "limit"),
    ("pageSize=20", "pageSize", "unknown-parameter", "limit"),
    ("offset=3", "offset", "unknown-parameter", "limit"),
    ("order=name", "order", "unknown-parameter", None),
    ("format=", "format", "unknown-format", None),
    ("format=execl", "format", "unknown-format", "xlsx"),
    ("format=XLSX", "format", "unknown-format", "xlsx"),
    ("is_online=maybe", "is_online", "not-a-flag", None),
    ("is_online=", "is_online", "no-value", None),
    ("name=  ", "name", "no-value", None),
    ("task_type=行政许克", "task_type", "unknown-code", "行政许可"),
    ("task_type=1", "task_type", "unknown-code", "01"),
    ("online_depths=5,6", "online_depths", "repeat-the-parameter", None),
    ("online_depths=88", "online_depths", "unknown-code", None),
    ("is_online=未填", "is_online", "not-a-flag", None),
    ("onsite_visits=一次", "onsite_visits", "not-a-number", None),
    ("onsite_visits=1次", "onsite_visits", "number-with-unit", "1"),
    ("onsite_visits=-1", "onsite_visits", "not-a-number", None),
    ("onsite_visits=1.5", "onsite_visits", "not-a-number", None),
    ("onsite_visits=99999999999", "onsite_visits", "number-too-large", None),
    ("division_code=广州", "division_code", "pattern", None),
    ("code=4.40102E%2B11", "code", "code-became-number", None),
    ("name=食品%00", "name", "control-character", None),
    ("within=440105&within=440106", "within", "repeated-parameter", None),
    ("as_of=2026-01-01&as_of=2026-01-02", "as_of", "repeated-parameter", None),
    ("limit=1&limit=2", "limit", "repeated-parameter", None),
    ("filter=is_online = true&filter=is_online = false", "filter", "repeated-parameter", None),
    ("&".join(f"name={number}" for number in range(501)), "name", "too-many-values", None),
    ("limit=0", "limit", "limit", None),
    ("limit=1001", "limit", "limit", None),
    ("limit=-5", "limit", "limit", None),
    ("limit=十", "limit", "limit", None),
    ("limit=", "limit", "limit", None),
    ("limit=1e3", "limit", "limit", None),
    ("limit=99999999999999999999", "limit", "limit", None),
]


@pytest.mark.usefixtures("guides")
def test_what_cannot_be_asked(client: TestClient) -> None:
    for query, parameter, rule, suggestion in REFUSED:
        answer = client.get(f"/v1/items?{query}")
        assert answer.status_code == 422, query
        fault = answer.json()["errors"][0]
        assert (fault["parameter"], fault["rule"], fault.get("suggestion")) == (parameter, rule, suggestion)


UNKNOWN = [
    ("/v1/items?id=1", "没有名为 id 的参数。它可以写在 filter、sort 里。"),
    ("/v1/items?page=2", "没有名为 page 的参数。翻页用 limit 和回答里的 next（cursor）。"),
    ("/v1/departments?page_size=2", "没有名为 page_size 的参数。翻页用 limit 和回答里的 next（cursor）。"),
    ("/v1/items/GZ-1?page=2", "没有名为 page 的参数。可用：as_of、division_code、known_at。"),
    ("/v1/items?是否网办=true", "没有名为 是否网办 的参数。是否为 is_online？"),
    ("/healthz?page=2", "没有名为 page 的参数。这个地址不带参数。"),
]


@pytest.mark.parametrize(("path", "says"), UNKNOWN)
def test_an_unknown_parameter_is_told_what_does(client: TestClient, path: str, says: str) -> None:
    assert client.get(path).json()["detail"] == says


def test_what_is_offered_are_the_general_parameters_first(client: TestClient) -> None:
    detail = client.get("/v1/items?order=name").json()["detail"]
    assert (
        "可用：as_of、base_as_of、cursor、facets、fields、filter、format、known_at、limit、q、sections、sort 等"
        in detail
    )


FORMATS = {
    "/v1/items": "json、csv、ndjson、xlsx",
    "/v1/elements": "json、csv",
    "/v1/code-lists": "json、csv",
    "/v1/code-lists/task_type": "json、csv",
    "/v1/metric-values": "json、csv",
    "/v1/metric-series?metric=online_rate&from=2026-01-01": "json、csv",
}


@pytest.mark.parametrize(("path", "offered"), FORMATS.items())
def test_an_unknown_format_is_refused_in_one_way(client: TestClient, path: str, offered: str) -> None:
    answer = client.get(f"{path}{'&' if '?' in path else '?'}format=cvs")
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["rule"], fault["suggestion"]) == (422, "unknown-format", "csv")
    assert fault["detail"] == f"没有“cvs”这种形式，可用：{offered}。是否为 csv？"


@pytest.mark.usefixtures("guides")
def test_a_client_that_takes_files_can_turn_the_pages_it_asked_for(client: TestClient) -> None:
    accepting = {"Accept": "text/csv"}
    first = client.get("/v1/items?limit=2&format=json", headers=accepting).json()
    second = client.get(first["next"], headers=accepting).json()
    assert [len(page["items"]) for page in (first, second)] == [2, 2]
    assert "format=json" in second["next"]
    assert "format" not in client.get("/v1/items?limit=2").json()["next"]


@pytest.mark.usefixtures("guides")
def test_limits_in_range_are_taken(client: TestClient) -> None:
    assert len(client.get("/v1/items?limit=1").json()["items"]) == 1
    assert len(client.get("/v1/items?limit=1000").json()["items"]) == 5
    assert len(client.get("/v1/items?" + "&".join(f"name={number}" for number in range(500))).json()["items"]) == 0


def test_every_route_refuses_an_unknown_parameter(application: FastAPI, staff: TestClient) -> None:
    asked = 0
    for path, operations in application.openapi()["paths"].items():
        for method in operations:
            answer = staff.request(method, path.format_map(AnyPath()), params={"as_off": "2024-06-30"})
            fault = answer.json()["errors"][0]
            assert (answer.status_code, fault["rule"], fault["parameter"]) == (422, "unknown-parameter", "as_off")
            known = {each["name"] for each in operations[method].get("parameters", ()) if each["in"] == "query"}
            assert fault.get("suggestion") == ("as_of" if "as_of" in known else fault.get("suggestion"))
            asked += 1
    assert asked > 20


class AnyPath(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "1"


def test_every_filterable_element_is_a_parameter(application: FastAPI, client: TestClient) -> None:
    parameters = application.openapi()["paths"]["/v1/items"]["get"]["parameters"]
    assert {each["name"] for each in parameters} >= FILTERABLE.keys()
    for name in FILTERABLE:
        assert client.get(f"/v1/items?{name}=null").status_code == 200, name


@pytest.mark.usefixtures("guides")
def test_a_list_shows_the_main_elements_and_one_item_all(client: TestClient) -> None:
    listed = client.get("/v1/items?code=GZ-1").json()["items"][0]
    alone = client.get(listed["url"]).json()
    assert {name: alone[name] for name in listed} == listed
    assert listed["department_name"] == "海珠区民政局"
    assert alone["online_depths"] == ["5", "6"]
    assert alone["online_level"] == "IV"
    assert alone["service_objects"] == ["1", "2"]
    assert (alone["status"], alone["valid_from"], alone["valid_to"]) == ("1", "2020-01-01", None)
    assert alone["materials"] is None


@pytest.mark.usefixtures("guides")
def test_null_and_none_are_two_things(client: TestClient) -> None:
    assert client.get("/v1/items/BJ-1").json()["online_depths"] == []
    assert client.get("/v1/items/BJ-2").json()["online_depths"] is None


CONTRACT = [
    ("/v1/items", "ItemSummaryPage"),
    ("/v1/items?as_of=2000-01-01", "ItemSummaryPage"),
    ("/v1/items?fields=name,materials,made_in,department_name&facets=is_online", "ItemSummaryPage"),
    ("/v1/items/GZ-1", "ItemDetail"),
    ("/v1/items/GZ-1/versions", "ItemVersions"),
    (f"/v1/departments/{CIVIL_AFFAIRS}", "DepartmentDetail"),
    ("/v1/departments?as_of=2000-01-01", "DepartmentPage"),
    ("/v1/items/GZ-404", "Problem"),
]


@pytest.mark.usefixtures("guides")
@pytest.mark.parametrize(("path", "schema"), CONTRACT)
def test_answers_are_as_the_contract_describes_them(
    application: FastAPI, client: TestClient, path: str, schema: str
) -> None:
    schemas = application.openapi()["components"]["schemas"]

    def as_described(body: dict[str, Any], described: dict[str, Any]) -> None:
        assert set(described.get("required", ())) <= set(body) <= set(described["properties"])
        entries = described["properties"].get("items", {}).get("items", {}).get("$ref", "")
        for entry in body.get("items", []):
            as_described(entry, schemas[entries.rpartition("/")[2]])

    as_described(client.get(path).json(), schemas[schema])
