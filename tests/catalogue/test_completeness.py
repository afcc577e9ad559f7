"""How much of what the national exchange requires an item states."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from app.catalogue.completeness import BY_SECTION, completeness, missing, required
from app.catalogue.elements import ELEMENTS
from app.catalogue.objects import ITEM
from app.db import Database
from tests.catalogue.test_elements import DICTIONARY, rows
from tests.factories import amend, department, draft, item, publish

# What up_task_general_basic and _extend demand, as far as an item could be without it.
OF_CATALOGUE = {"catalog_code", "task_type", "by_law"}
OF_BASIC = {
    "task_code", "power_source", "use_level", "task_state", "dept_type", "anticipate_day", "anticipate_type",
    "promise_day", "promise_type", "promise_explain", "accept_condition", "handle_flow", "is_fee", "server_type",
    "project_type", "limit_scene_num", "special_procedure", "transact_addr", "transact_time", "link_way",
    "supervise_way", "is_single_login", "app_is_single_login",
}  # fmt: skip
OF_EXTENDED = {"is_online", "is_entry_center", "is_pay_online", "is_express", "result_type"}
ALWAYS_THERE = {"task_name", "dept_code", "dept_name", "task_version", "row_guid", "task_guid"}
TRANSPORT = {"cd_operation", "cd_time", "cd_batch", "data_source"}
NAMES = [element.name for element in required()]
# Something, none of something, and nothing.
STATED = {"legal_basis": [], "special_procedures": (), "is_fee": False, "onsite_visits": 0}


@pytest.mark.parametrize(
    ("section", "exchange"), [*zip(BY_SECTION.values(), (OF_CATALOGUE, OF_BASIC, OF_EXTENDED), strict=True)]
)
def test_counted_is_what_the_exchange_demands_of_every_item(section: str, exchange: set[str]) -> None:
    assert {element.exchange for element in required(section)} == exchange


@pytest.mark.skipif(
    not DICTIONARY.exists(), reason="the element dictionary of the standard lies outside the repository"
)
def test_nothing_that_the_exchange_demands_is_left_out() -> None:
    demanded = {
        row["exchange_column"] for row in rows() if row["required"] == "yes" and row["group_zh"][:4] == "实施清单"
    }
    assert demanded - ALWAYS_THERE - TRANSPORT == {element.exchange for element in required()}


def test_what_is_needed_only_in_some_case_is_not_counted() -> None:
    for name in ("fee_basis", "offline_reason", "onsite_reason", "entrusting_department", "materials", "result_name"):
        assert not ELEMENTS[name].required


def of(*names: str) -> dict[str, object]:
    return {name: STATED.get(name, "有") for name in names}


def test_an_item_of_which_only_the_name_is_known_is_not_complete_at_all() -> None:
    content = {"code": "HZ-001", "name": "养老机构备案", "division_code": "440105", "department_code": "1144"}
    assert completeness(content) == 0
    assert [completeness(content, section) for section in BY_SECTION.values()] == [0, 0, 0]


@pytest.mark.parametrize(
    ("names", "percent"), [(NAMES, 100), (NAMES[1:], 96), (NAMES[:16], 51), (NAMES[:1], 3), (NAMES[:0], 0)]
)
def test_per_cent_are_rounded_down_so_that_100_means_that_nothing_is_missing(names: list[str], percent: int) -> None:
    assert completeness(of(*names)) == percent


@pytest.mark.parametrize(("name", "none"), [*STATED.items(), ("promised_limit", 0), ("result_types", [])])
def test_that_there_is_none_is_stated_too(name: str, none: object) -> None:
    assert completeness({name: none}) == completeness({name: "有"}) > 0


contents = st.sets(st.sampled_from(sorted(ELEMENTS))).map(lambda names: of(*names))


@given(contents, st.sampled_from(sorted(ELEMENTS)))
def test_to_state_something_more_never_makes_a_guide_less_complete(content: dict[str, object], name: str) -> None:
    more = content | of(name)
    for section in (None, *BY_SECTION.values()):
        assert completeness(more, section) >= completeness(content, section)


@given(contents)
def test_100_exactly_where_nothing_is_missing(content: dict[str, object]) -> None:
    for section in (None, *BY_SECTION.values()):
        assert (completeness(content, section) == 100) == (not missing(content, section))


@given(contents)
def test_the_whole_lies_between_its_sections(content: dict[str, object]) -> None:
    sections = [completeness(content, section) for section in BY_SECTION.values()]
    assert min(sections) <= completeness(content) <= max(sections)


SOME: dict[str, Any] = {
    "catalog_code": "000111003000",
    "task_type": "08",
    "legal_basis": [],
    "is_online": False,
    "is_fee": False,
}


@pytest.fixture
def growing(database: Database) -> None:
    """Filled in from 2024 on, and cancelled from 2026 on."""
    publish(database, department(), item("HZ-001", **SOME), item("HZ-002"), on=date(2020, 1, 2))
    publish(
        database, amend("HZ-001", date(2024, 1, 1), supports_express=True, result_types=["99"]), on=date(2024, 1, 1)
    )
    publish(database, draft("cancel", "HZ-001", start=date(2026, 1, 1)), on=date(2025, 12, 31))


def asked(client: TestClient, query: str = "", code: str = "HZ-001") -> dict[str, Any]:
    answer = client.get(f"/v1/items/{code}/completeness?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.usefixtures("growing")
def test_what_a_guide_lacks_is_named_by_section(client: TestClient) -> None:
    found = asked(client, "as_of=2023-12-31")
    assert (found["code"], found["name"], found["version"], found["as_of"]) == (
        "HZ-001",
        "养老机构备案",
        1,
        "2023-12-31",
    )
    # Status 1 is stated of every item.
    assert (found["required"], found["stated"], found["completeness"]) == (31, 6, 19)
    sections = [(each["section"], each["field"], each["stated"], each["required"]) for each in found["sections"]]
    assert sections == [
        ("基本目录", "catalogue_completeness", 3, 3),
        ("实施清单·基本信息", "basic_completeness", 2, 23),
        ("实施清单·扩展信息", "extended_completeness", 1, 5),
    ]
    assert found["sections"][0]["missing"] == []
    assert found["sections"][2]["missing"] == [
        {"field": "is_in_service_hall", "label": "是否进驻政务大厅", "exchange": "is_entry_center"},
        {"field": "supports_online_payment", "label": "是否支持网上支付", "exchange": "is_pay_online"},
        {"field": "supports_express", "label": "是否支持物流快递", "exchange": "is_express"},
        {"field": "result_types", "label": "审批结果类型", "exchange": "result_type"},
    ]


@pytest.mark.usefixtures("growing")
def test_it_is_of_a_day_as_it_was_known(client: TestClient) -> None:
    assert asked(client, "as_of=2024-01-01")["sections"][2]["completeness"] == 60
    then = asked(client, "as_of=2024-01-01&known_at=1")
    assert (then["sections"][2]["completeness"], then["revision"]) == (20, 1)


@pytest.mark.usefixtures("growing")
def test_the_numbers_are_those_of_the_item(client: TestClient) -> None:
    found = asked(client, "as_of=2024-06-30")
    held = client.get(found["url"]).json()
    assert held["completeness"] == found["completeness"] == 25
    for each in found["sections"]:
        assert held[each["field"]] == each["completeness"]
        assert each["required"] - each["stated"] == len(each["missing"])
        assert all(held[lacking["field"]] is None for lacking in each["missing"])


@pytest.mark.usefixtures("growing")
def test_a_later_list_of_what_is_required_changes_no_number_of_before(client: TestClient, database: Database) -> None:
    """Lists and figures look at what was stored when the version was written."""
    with database.write() as connection:
        connection.execute(update(ITEM.table).values(completeness=77, basic_completeness=66))
    found = asked(client, "as_of=2024-06-30")
    assert (found["completeness"], found["sections"][1]["completeness"]) == (77, 66)


@pytest.mark.usefixtures("growing")
def test_an_item_that_is_gone_or_unknown_is_answered_as_at_its_own_address(client: TestClient) -> None:
    gone = client.get("/v1/items/HZ-001/completeness")
    assert (gone.status_code, gone.json()["last_version_url"]) == (
        410,
        client.get("/v1/items/HZ-001").json()["last_version_url"],
    )
    assert client.get("/v1/items/HZ-404/completeness").status_code == 404
    assert client.get("/v1/items/HZ-001/completeness?as_of=2019-01-01").status_code == 404
    assert client.get("/v1/items/HZ-001/completeness?section=x").status_code == 422


@pytest.mark.usefixtures("growing")
def test_who_has_the_answer_gets_none(client: TestClient) -> None:
    answer = client.get("/v1/items/HZ-002/completeness")
    again = client.get("/v1/items/HZ-002/completeness", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.usefixtures("growing")
def test_lists_are_filtered_and_sorted_by_it_and_show_it(client: TestClient) -> None:
    query = "as_of=2024-06-30&fields=code,completeness,extended_completeness&sort=-completeness"
    found = client.get(f"/v1/items?{query}").json()["items"]
    assert found == [
        {"code": "HZ-001", "completeness": 25, "extended_completeness": 60},
        {"code": "HZ-002", "completeness": 3, "extended_completeness": 0},
    ]
    assert client.get("/v1/items?as_of=2024-06-30&filter=completeness < 20").json()["total"] == 1


def test_the_demonstration_is_not_complete_everywhere(demo: TestClient) -> None:
    """Its departments have left gaps, so that there is something to fill in."""
    answer = demo.get("/v1/items?fields=completeness&facets=completeness&limit=1").json()
    shares = {each["value"] for each in answer["facets"]["completeness"]["values"]}
    assert len(shares) > 2
    assert min(shares) > 50
