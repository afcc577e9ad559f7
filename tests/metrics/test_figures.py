import inspect
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert

from app.catalogue.moments import Moment
from app.catalogue.objects import DEPARTMENT, ITEM, OPEN_DAY, OPEN_REVISION, catalogue_object
from app.changes.rules import Draft
from app.db import Database
from app.metrics import queries
from app.metrics.definitions import metrics
from app.metrics.figures import figures
from tests.factories import CIVIL_AFFAIRS, amend, department, draft, item, publish

Values = Callable[..., list[dict[str, Any]]]
IN_USE = {"status": "1", "division_code": "440105", "department_code": CIVIL_AFFAIRS}
URLS = ("numerator_url", "denominator_url", "unknown_url", "items_url")


@pytest.fixture
def values(client: TestClient) -> Values:
    def get(query: str) -> list[dict[str, Any]]:
        answer = client.get(f"/v1/metric-values?{query}")
        assert answer.status_code == 200, answer.text
        rows: list[dict[str, Any]] = answer.json()["values"]
        return rows

    return get


def total(client: TestClient, url: str) -> int:
    answer = client.get(f"{url}&limit=1")
    assert answer.status_code == 200, answer.text
    number: int = answer.json()["total"]
    return number


def parts(row: Mapping[str, Any]) -> tuple[int, int | None, int, int, int]:
    return row["numerator"], row["denominator"], row["unknown"], row["excluded"], row["item_count"]


def publish_items(database: Database, *stated: Mapping[str, Any]) -> None:
    publish(database, department(), *(item(f"HZ-{place:03}", **each) for place, each in enumerate(stated, 1)))


def test_what_is_not_stated_is_unknown_and_never_a_no(database: Database, values: Values) -> None:
    publish_items(database, {"is_online": True}, {"is_online": True}, {"is_online": False}, {}, {"status": "2"})
    (row,) = values("metric=online_rate")
    assert parts(row) == (2, 4, 1, 1, 4)
    assert (row["value"], row["value_max"], row["percent"]) == (0.5, 0.75, 50.0)
    assert (row["metric"], row["definition_version"], row["group"]) == ("online_rate", 1, {})


def test_a_zero_denominator_has_no_value(database: Database, values: Values) -> None:
    publish_items(database, {"is_online": True})
    (row,) = values("metric=hall_entry_rate")
    assert parts(row) == (0, 0, 0, 1, 0)
    assert row["value"] is row["value_max"] is row["percent"] is None


def test_visits_are_a_mean_over_items_that_state_them(database: Database, values: Values) -> None:
    publish_items(database, {"onsite_visits": 0}, {"onsite_visits": 1}, {"onsite_visits": 3}, {}, {"status": "2"})
    mean, share = values("metric=average_visits&metric=one_visit_rate")
    assert (parts(mean), mean["value"], mean["percent"]) == ((4, 3, 1, 1, 3), 4 / 3, None)
    assert (parts(share), share["percent"]) == ((2, 4, 1, 1, 4), 50.0)


def limits(statutory: int | None, unit: str | None, promised: int | None, promised_unit: str | None) -> dict[str, Any]:
    return {
        "statutory_limit": statutory,
        "statutory_limit_unit": unit,
        "promised_limit": promised,
        "promised_limit_unit": promised_unit,
    }


def test_limits_are_compressed_in_working_days_only(database: Database, values: Values) -> None:
    publish_items(
        database,
        limits(20, "1", 5, "1"),
        limits(10, "1", 1, "4"),  # on the spot is none, whatever number stands there
        limits(10, "1", None, "4"),
        limits(30, "1", None, None),  # unknown: nothing promised
        limits(30, "1", 3, None),  # unknown: three of what
        limits(30, "2", 10, "1"),  # excluded: calendar days
        limits(30, "1", 30, "2"),
        limits(None, None, 5, "1"),  # excluded: the law sets no limit
        limits(20, None, 5, "1"),
    )
    (row,) = values("metric=limit_compression")
    assert parts(row) == (35, 40, 2, 4, 3)
    assert (row["value"], row["percent"]) == (0.875, 87.5)


def test_every_address_leads_to_as_many_items_as_its_part_says(
    database: Database, client: TestClient, values: Values
) -> None:
    publish(
        database,
        department(),
        department("D-2", name="海珠区教育局", division_code="440000"),
        item("A", is_online=True, online_depths=["5", "6"], onsite_visits=0, task_type="01", **limits(20, "1", 5, "1")),
        item("B", is_online=False, online_depths=["1"], onsite_visits=2, task_type="20", **limits(9, "1", None, None)),
        item("C", online_depths=[], task_type="07", case_type="1", result_types=["10"], result_is_e_licence=True),
        item("D", status="2", is_online=True),
        item("E", department_code="D-2", division_code="440000", is_online=True, must_be_in_service_hall=True),
        item("F", department_code="D-2", division_code="440000", task_type="01", supports_deficiency_tolerance=True),
    )
    some = "metric=online_rate&metric=online_item_count&metric=average_visits&metric=limit_compression"
    by_department = f"{some}&group_by=department_code&group_by=is_online"
    for query in ("", by_department, f"{some}&group_by=online_depths", f"{some}&group_by=county"):
        for row in values(query):
            links = {url: total(client, row[url]) for url in URLS if row[url]}
            said = {"numerator_url": row["numerator"], "denominator_url": row["denominator"]}
            said |= {"unknown_url": row["unknown"], "items_url": row["item_count"]}
            assert links == {url: said[url] for url in links}, row
            assert links


def test_addresses_by_kind(database: Database, values: Values) -> None:
    publish_items(database, {"is_online": True})
    rows = values("metric=online_rate&metric=item_count&metric=average_visits&metric=limit_compression")
    given = {row["metric"]: [url.removesuffix("_url") for url in URLS if row[url]] for row in rows}
    assert given == {
        "online_rate": ["numerator", "denominator", "unknown", "items"],
        "item_count": ["numerator", "unknown"],
        "average_visits": ["unknown", "items"],
        "limit_compression": ["unknown", "items"],
    }


def test_an_address_keeps_its_total_after_the_catalogue_has_moved_on(
    database: Database, client: TestClient, values: Values
) -> None:
    publish_items(database, {"is_online": False}, {"is_online": False})
    (before,) = values("metric=online_rate")
    publish(database, amend("HZ-001", date(2026, 3, 1), is_online=True))
    (after,) = values("metric=online_rate")
    assert (before["numerator"], after["numerator"]) == (0, 1)
    assert total(client, before["numerator_url"]) == 0
    assert total(client, after["numerator_url"]) == 1


def test_groups_are_named_and_the_group_without_a_key_comes_last(database: Database, values: Values) -> None:
    publish_items(database, {"task_type": "20"}, {"task_type": "01"}, {}, {"task_type": "01"})
    rows = values("metric=item_count&group_by=task_type")
    assert [(row["group"], row["value"]) for row in rows] == [
        ({"task_type": "01", "task_type_label": "行政许可"}, 2),
        ({"task_type": "20", "task_type_label": "公共服务"}, 1),
        ({"task_type": None, "task_type_label": "未填"}, 1),
    ]


def test_departments_have_the_names_of_the_day(database: Database, values: Values) -> None:
    publish_items(database, {"is_online": True})
    publish(database, renamed_department("海珠区民政和社会工作局"))
    query = "metric=item_count&group_by=department_code&as_of="
    assert [values(query + day)[0]["group"] for day in ("2024-01-01", "2026-03-02")] == [
        {"department_code": CIVIL_AFFAIRS, "department_code_label": "海珠区民政局"},
        {"department_code": CIVIL_AFFAIRS, "department_code_label": "海珠区民政和社会工作局"},
    ]


def test_an_item_of_a_higher_level_is_in_the_group_of_its_own_level(database: Database, values: Values) -> None:
    publish(
        database,
        department(),
        *(item(f"C-{code}", division_code=code) for code in ("440000", "440100", "440105", "440106", "110101")),
    )
    counted = {
        level: {
            (row["group"][level], row["group"][f"{level}_label"]): row["value"]
            for row in values(f"metric=item_count&group_by={level}")
        }
        for level in ("province", "prefecture", "county")
    }
    assert counted["province"] == {("440000", "广东省"): 4, ("110000", "北京市"): 1}
    assert counted["prefecture"][("440100", "广州市")] == 3
    assert counted["prefecture"][(None, "本级（省级及以上）")] == 1
    assert counted["county"][("440105", "海珠区")] == 1
    assert counted["county"][(None, "本级（市级及以上）")] == 2


def test_groups_of_several_codes_overlap_and_the_answer_says_so(database: Database, client: TestClient) -> None:
    publish_items(database, {"online_depths": ["5", "6"]}, {"online_depths": ["5"]}, {"online_depths": []}, {})
    answer = client.get("/v1/metric-values?metric=item_count&group_by=online_depths").json()
    assert answer["additive"] is False
    assert {row["group"]["online_depths_label"]: row["value"] for row in answer["values"]} == {
        "互联网办理": 2,
        "互联网办理结果信息反馈": 1,
        "无": 1,
        "未填": 1,
    }
    assert client.get("/v1/metric-values?metric=item_count&group_by=task_type").json()["additive"] is True


def test_within_and_filter_narrow_the_figures_and_go_with_their_addresses(
    database: Database, client: TestClient, values: Values
) -> None:
    publish(
        database,
        department(),
        item("A", is_online=True, task_type="01"),
        item("B", is_online=True, task_type="20"),
        item("C", is_online=True, task_type="01", division_code="110101"),
        item("D", task_type="05"),
    )
    (row,) = values("metric=online_rate&within=440000&filter=task_type='01' OR 事项类型 = '行政给付'")
    assert parts(row) == (1, 2, 1, 0, 2)
    assert [total(client, row[url]) for url in URLS] == [1, 2, 1, 2]


def test_before_the_catalogue_began_there_is_no_value_and_a_note(database: Database, client: TestClient) -> None:
    empty = client.get("/v1/metric-values?metric=online_rate&metric=item_count").json()
    assert [(row["value"], row["item_count"]) for row in empty["values"]] == [(None, 0), (None, 0)]
    assert (empty["revision"], bool(empty["note"])) == (0, True)
    publish_items(database, {"is_online": True})
    early = client.get("/v1/metric-values?metric=item_count&known_at=2019-01-01").json()
    assert (early["values"][0]["value"], "2026-03-01" in early["note"]) == (None, True)


def test_a_figure_of_an_earlier_revision_is_as_it_was_known(database: Database, values: Values) -> None:
    publish_items(database, {"is_online": False}, {"is_online": True})
    publish(database, amend("HZ-001", date(2025, 1, 1), is_online=True))
    query = "metric=online_rate&group_by=department_code&as_of="
    assert [values(query + when)[0]["numerator"] for when in ("2024-12-31", "2025-01-01", "2025-01-01&known_at=1")] == [
        1,
        2,
        1,
    ]


def test_too_many_rows_are_refused(database: Database, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_items(database, {"task_type": "01"}, {"task_type": "20"})
    monkeypatch.setattr("app.metrics.figures.MOST_ROWS", 1)
    answer = client.get("/v1/metric-values?metric=item_count&group_by=task_type")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/too-many-rows")


def test_a_filter_that_the_links_would_repeat_too_often_is_refused(
    database: Database, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each row has up to four addresses, and each of them the whole filter."""
    publish_items(database, {"task_type": "01"}, {"task_type": "20"})
    monkeypatch.setattr("app.pages.MOST_IN_LINKS", 10_000)
    query = "/v1/metric-values?metric=online_rate&metric=item_count&group_by=task_type&filter=name <> "
    answer = client.get(f"{query}'{'养' * 200}'")
    (told,) = answer.json()["errors"]
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/links-too-long")
    assert (told["parameter"], "请缩短 filter" in told["detail"]) == ("filter", True)
    assert client.get(f"{query}'{'养' * 20}'").status_code == 200


def renamed_department(name: str) -> Draft:
    return draft("amend", CIVIL_AFFAIRS, {"name": name}, kind=DEPARTMENT, start=date(2025, 1, 1))


# Laws, over items written straight into the table.

MOMENT = Moment(date(2026, 3, 2), None, 1, newest=1)
FLAGS = st.sampled_from([None, True, False])
UNITS = st.sampled_from([None, "1", "2", "4"])
DAYS = st.none() | st.integers(0, 60)
ITEMS = st.fixed_dictionaries(
    {
        "status": st.sampled_from([None, "1", "1", "1", "2"]),
        "department_code": st.sampled_from(["A", "B"]),
        "division_code": st.sampled_from(["000000", "440000", "440100", "440105", "110101"]),
        "task_type": st.sampled_from([None, "01", "02", "20"]),
        "is_online": FLAGS,
        "onsite_visits": st.none() | st.integers(0, 3),
        "online_depths": st.sampled_from([None, (), ("1",), ("5", "6"), ("2", "7")]),
        "is_in_service_hall": FLAGS,
        "must_be_in_service_hall": FLAGS,
        "statutory_limit": DAYS,
        "statutory_limit_unit": UNITS,
        "promised_limit": DAYS,
        "promised_limit_unit": UNITS,
    }
)
GROUPS = st.lists(
    st.sampled_from(["department_code", "province", "prefecture", "county", "task_type", "is_online", "onsite_visits"]),
    max_size=3,
    unique=True,
)
KEYS = (
    "item_count", "online_rate", "zero_visit_rate", "hall_entry_rate", "average_visits", "limit_compression",
)  # fmt: skip
ADDITIVE = ("numerator", "denominator", "unknown", "excluded", "item_count")


def store(connection: Connection, items: Sequence[Mapping[str, object]]) -> None:
    held = {"version": 1, "valid_from": date(2020, 1, 1), "valid_to": OPEN_DAY, "made_in": 1, "recorded_in": 1}
    held["superseded_in"] = OPEN_REVISION
    rows = [{"id": n, "code": f"C{n}", "name": "事项", **held, **each} for n, each in enumerate(items, 1)]
    if rows:
        connection.execute(insert(catalogue_object), [{"id": row["id"], "object": "item"} for row in rows])
        connection.execute(insert(ITEM.table), rows)


def figures_of(
    application: FastAPI, items: Sequence[Mapping[str, object]], *asked: Sequence[str]
) -> list[list[dict[str, Any]]]:
    """The figures of the items by each grouping; nothing stays in the database."""
    database: Database = application.state.database
    with database.engine.connect() as connection:
        transaction = connection.begin()
        store(connection, items)
        rows: list[list[Any]] = [figures(connection, KEYS, group_by, MOMENT) for group_by in asked]
        transaction.rollback()
    return rows


@settings(max_examples=40)
@given(items=st.lists(ITEMS, max_size=12), group_by=GROUPS)
def test_the_groups_add_up_to_the_whole(
    application: FastAPI, items: list[dict[str, object]], group_by: list[str]
) -> None:
    whole, grouped = figures_of(application, items, (), group_by)
    for row in whole:
        same = [each for each in grouped if each["metric"] == row["metric"]]
        assert {part: sum(each[part] or 0 for each in same) for part in ADDITIVE} == {
            part: row[part] or 0 for part in ADDITIVE
        }


@settings(max_examples=40)
@given(items=st.lists(ITEMS, max_size=12), group_by=GROUPS | st.just(["online_depths"]))
def test_no_part_is_larger_than_what_it_is_part_of(
    application: FastAPI, items: list[dict[str, object]], group_by: list[str]
) -> None:
    (rows,) = figures_of(application, items, group_by)
    for row in rows:
        if metrics()[row["metric"]].kind == "share":
            assert 0 <= row["numerator"] <= row["numerator"] + row["unknown"] <= row["denominator"]
            assert row["denominator"] == row["item_count"]
        assert min(row["unknown"], row["excluded"], row["item_count"]) >= 0
        share = metrics()[row["metric"]].kind == "share"
        nothing_stated = share and row["unknown"] == row["denominator"]
        assert (row["value"] is None) == (row["denominator"] == 0 or nothing_stated)


@settings(max_examples=40)
@given(items=st.lists(ITEMS, max_size=12))
def test_figures_are_what_counting_by_hand_says(application: FastAPI, items: list[dict[str, Any]]) -> None:
    (rows,) = figures_of(application, items, ())
    found = {row["metric"]: row for row in rows}
    in_use = [each for each in items if each["status"] == "1"]
    online, visits, limit = found["online_rate"], found["average_visits"], found["limit_compression"]
    assert online["numerator"] == sum(each["is_online"] is True for each in in_use)
    assert online["unknown"] == sum(each["is_online"] is None for each in in_use)
    assert visits["numerator"] == sum(each["onsite_visits"] or 0 for each in in_use)
    both = [pair for pair in map(working_days, in_use) if pair is not None]
    assert (limit["item_count"], limit["denominator"]) == (len(both), sum(before for before, _ in both))
    assert limit["numerator"] == sum(before - after for before, after in both)


def working_days(stated: Mapping[str, Any]) -> tuple[int, int] | None:
    if stated["statutory_limit"] is None or stated["statutory_limit_unit"] != "1":
        return None
    if stated["promised_limit_unit"] == "4":
        return stated["statutory_limit"], 0
    if stated["promised_limit"] is None or stated["promised_limit_unit"] != "1":
        return None
    return stated["statutory_limit"], stated["promised_limit"]


@settings(max_examples=20)
@given(items=st.lists(ITEMS, max_size=12), group_by=GROUPS)
def test_counting_by_kind_and_one_by_one_is_the_same(
    application: FastAPI, items: list[dict[str, object]], group_by: list[str]
) -> None:
    (by_kind,) = figures_of(application, items, group_by)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "statement", inspect.unwrap(queries.statement))
        patch.setattr(queries, "index_prefix", lambda _: ())
        (one_by_one,) = figures_of(application, items, group_by)
    assert by_kind == one_by_one
