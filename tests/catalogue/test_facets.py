"""How many items have each value, under all other conditions; each count leads to as many items."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.catalogue.params import FILTERABLE
from app.db import Database
from tests.factories import department, item, publish

HEALTH = "11440100007482540N"


@pytest.fixture
def guides(database: Database) -> None:
    publish(
        database,
        department(),
        department(HEALTH, name="海珠区卫生健康局"),
        item(
            "A-1", task_type="01", is_online=True, online_depths=["4", "5"], promised_limit=5, service_location="null"
        ),
        item(
            "A-2", task_type="01", is_online=False, online_depths=[], promised_limit=5, service_location="大厅 '1' 层"
        ),
        item("A-3", task_type="20", is_online=True, online_depths=["5"], department_code=HEALTH),
        item("A-4", is_online=None, division_code="440106", service_location="大厅 '1' 层"),
    )


def counted(client: TestClient, query: str) -> dict[str, dict[Any, int]]:
    """The counts by element and value, after a look at each address: it leads to as many items."""
    answer = client.get(f"/v1/items?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, dict[Any, int]] = {}
    for name, facet in answer.json()["facets"].items():
        for each in facet["values"]:
            assert client.get(each["url"]).json()["total"] == each["count"], each
        found[name] = {each["value"]: each["count"] for each in facet["values"]}
    return found


@pytest.mark.usefixtures("guides")
@pytest.mark.parametrize(
    ("query", "counts"),
    [
        ("facets=task_type", {"task_type": {"01": 2, "20": 1, None: 1}}),
        ("facets=是否网办", {"is_online": {True: 2, False: 1, None: 1}}),
        ("facets=online_depths", {"online_depths": {"5": 2, "4": 1, "": 1, None: 1}}),
        ("facets=promised_limit", {"promised_limit": {5: 2, None: 2}}),
        ("facets=service_location", {"service_location": {"大厅 '1' 层": 2, "null": 1, None: 1}}),
        ("facets=task_type&task_type=01", {"task_type": {"01": 2, "20": 1, None: 1}}),
        ("facets=task_type,is_online&task_type=01", {"task_type": {"01": 2, "20": 1, None: 1}, "is_online": {True: 1, False: 1}}),
        ("facets=department_code&filter=is_online = true", {"department_code": {"11440100007482532A": 1, HEALTH: 1}}),
        ("facets=online_depths&filter=is_online = false OR is_online = true", {"online_depths": {"5": 2, "4": 1, "": 1}}),
        ("facets=division_code&q=养老", {"division_code": {"440105": 3, "440106": 1}}),
        ("facets=status&within=440106", {"status": {"1": 1}}),
    ],
)  # fmt: skip
def test_every_value_with_its_count(client: TestClient, query: str, counts: dict[str, dict[Any, int]]) -> None:
    assert counted(client, query) == counts


@pytest.mark.usefixtures("guides")
def test_the_most_frequent_first_with_the_names_of_the_day(client: TestClient) -> None:
    facets = client.get("/v1/items?facets=department_code,division_code,is_online,online_depths").json()["facets"]
    named = {name: [(each["label"], each["count"]) for each in facet["values"]] for name, facet in facets.items()}
    assert named["department_code"] == [("海珠区民政局", 3), ("海珠区卫生健康局", 1)]
    assert named["division_code"] == [("海珠区", 3), ("天河区", 1)]
    assert named["is_online"] == [("是", 2), ("否", 1), ("未填", 1)]
    assert {label: count for label, count in named["online_depths"] if count == 1}.keys() >= {"无", "未填"}
    assert [facet["multi_valued"] for facet in facets.values()] == [False, False, False, True]


@pytest.mark.usefixtures("guides")
def test_the_pages_after_the_first_need_not_count_again(client: TestClient) -> None:
    first = client.get("/v1/items?facets=task_type&limit=2").json()
    assert "facets" not in first["next"]
    assert "facets" not in client.get(first["next"]).json()


def test_the_facets_of_the_district_on_a_past_day(demo: TestClient) -> None:
    for dates in ("as_of=2020-12-08", "as_of=2020-12-08&known_at=2020-12-08"):
        body = demo.get(f"/v1/items?{dates}&facets=is_online,task_type,department_code&limit=1").json()
        for facet in body["facets"].values():
            assert sum(each["count"] for each in facet["values"]) == body["total"]
    assert (
        counted(demo, "as_of=2020-12-08&facets=is_online,setting_level&status=1&fields=code")["is_online"][True] == 778
    )


REFUSED = [
    ("materials", "not-countable", None),
    ("version", "not-countable", None),
    ("department_name", "not-countable", None),
    ("task_typ", "unknown-element", "task_type"),
    ("", "no-value", None),
    (",".join(list(FILTERABLE)[:11]), "too-many-facets", None),
]


@pytest.mark.parametrize(("facets", "rule", "suggestion"), REFUSED)
def test_what_cannot_be_counted(client: TestClient, facets: str, rule: str, suggestion: str | None) -> None:
    answer = client.get(f"/v1/items?facets={facets}")
    fault = answer.json()["errors"][0]
    assert (answer.status_code, fault["parameter"], fault["rule"]) == (422, "facets", rule)
    assert fault.get("suggestion") == suggestion


def test_an_element_with_too_many_values(demo: TestClient) -> None:
    answer = demo.get("/v1/items?facets=code")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/too-many-values")
    assert "code" in answer.json()["detail"]
    assert demo.get("/v1/items?facets=code&q=养老机构").status_code == 200


@pytest.mark.usefixtures("guides")
def test_a_question_that_the_links_would_repeat_too_often_is_refused(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.pages.MOST_IN_LINKS", 5_000)
    query = f"/v1/items?filter=name <> '{'养' * 100}'&facets="
    answer = client.get(f"{query}task_type,is_online,service_location")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/links-too-long")
    assert client.get(f"{query}task_type").status_code == 200
