"""The order of a list: by any scalar element, nulls last, the code breaking ties, alike on both databases."""

from datetime import date
from itertools import product
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.comparing import BEFORE
from app.catalogue.ordering import SCALAR, properties
from app.catalogue.properties import item_filters
from app.db import Database
from tests.factories import START, amend, department, draft, item, publish

NAMES = ["乙", "甲", "Z", "a", "É", "𠀀", "ｚ"]
LIMITS = [None, 0, 5, 20]
ONLINE = [None, True, False]


@pytest.fixture
def mixed(database: Database) -> None:
    stated = list(product(LIMITS, ONLINE))
    drafts = [
        item(
            f"M-{place:02}",
            name=NAMES[place % len(NAMES)],
            promised_limit=limit,
            is_online=online,
            until=date(2030, 1, 1 + place) if place % 3 else None,
        )
        for place, (limit, online) in enumerate(stated)
    ]
    publish(database, department(), *drafts)


def walk(client: TestClient, query: str, limit: int) -> list[dict[str, Any]]:
    path: str | None = f"/v1/items?{query}&limit={limit}"
    found: list[dict[str, Any]] = []
    while path:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        path = answer.json()["next"]
    return found


def expected(rows: list[dict[str, Any]], order: list[tuple[str, bool]]) -> list[str]:
    """By code, then by each key from the last to the first, ties staying as they were."""
    ordered = sorted(rows, key=lambda row: str(row["code"]))
    for name, descending in reversed(order):
        values = sorted({row[name] for row in ordered if row[name] is not None}, reverse=descending)
        ordered = [row for value in [*values, None] for row in ordered if row[name] == value]
    return [row["code"] for row in ordered]


SORTABLE = ["name", "promised_limit", "is_online", "valid_to", "code"]


@pytest.mark.usefixtures("mixed")
def test_any_order_in_any_pages_is_a_stable_sort_with_nulls_last(client: TestClient) -> None:
    rows = client.get("/v1/items?fields=code,name,promised_limit,is_online,valid_to").json()["items"]

    @given(
        st.lists(st.sampled_from(SORTABLE), min_size=1, max_size=3, unique=True).flatmap(
            lambda names: st.tuples(*(st.tuples(st.just(name), st.booleans()) for name in names))
        ),
        st.integers(1, 13),
    )
    def holds(order: tuple[tuple[str, bool], ...], limit: int) -> None:
        sort = ",".join(f"-{name}" if descending else name for name, descending in order)
        assert [row["code"] for row in walk(client, f"sort={sort}", limit)] == expected(rows, list(order))

    holds()


@pytest.mark.usefixtures("mixed")
def test_a_sorted_walk_is_one_list_though_the_catalogue_changes(client: TestClient, database: Database) -> None:
    before = [row["code"] for row in walk(client, "sort=-promised_limit,name", 100)]
    first = client.get("/v1/items?sort=-promised_limit,name&limit=4").json()
    publish(
        database,
        item("AA-1", promised_limit=99),
        draft("cancel", "M-03", start=START),
        amend(before[3], START, promised_limit=1, name="改名"),
        on=date(2026, 3, 2),
    )
    codes, path = [row["code"] for row in first["items"]], first["next"]
    while path:
        page = client.get(path).json()
        codes, path = codes + [row["code"] for row in page["items"]], page["next"]
    assert codes == before


def test_every_scalar_element_can_be_sorted_by(demo: TestClient) -> None:
    """Five at once, as many as there may be: those that take longest, of agreements, come last."""
    declared = item_filters().properties.values()
    scalar = [each.name for each in declared if each.kind in SCALAR]
    for names in (scalar[place : place + 5][::-1] for place in range(0, len(scalar), 5)):
        base = "&base_as_of=2020-12-08" if BEFORE.keys() & set(names) else ""
        answer = demo.get(f"/v1/items?sort=-{',-'.join(names)}&limit=3&as_of=2024-06-30&fields=code{base}")
        assert answer.status_code == 200, answer.text
        second = demo.get(answer.json()["next"])
        assert (second.status_code, len(second.json()["items"])) == (200, 3), names
    for each in declared:
        if each.kind not in SCALAR:
            assert demo.get(f"/v1/items?sort={each.name}").status_code == 422, each.name


def test_a_long_text_makes_no_long_cursor(client: TestClient, database: Database) -> None:
    long = [item(f"L-{place}", acceptance_conditions="条件" * 5000 + str(place)) for place in range(3)]
    publish(database, department(), *long)
    assert [row["code"] for row in walk(client, "sort=-acceptance_conditions", 1)] == ["L-2", "L-1", "L-0"]


REFUSED = [
    ("materials", "not-sortable", "material_count"),
    ("online_depths", "not-sortable", None),
    ("promise_limit", "unknown-element", "promised_limit"),
    ("-承诺办结时", "unknown-element", "promised_limit"),
    ("", "no-value", None),
    ("name,", "no-value", None),
    ("name,-name", "sort-keys", None),
    ("name,code,is_online,status,task_type,use_level", "sort-keys", None),
]


@pytest.mark.parametrize(("sort", "rule", "suggestion"), REFUSED)
def test_what_cannot_be_sorted_by(client: TestClient, sort: str, rule: str, suggestion: str | None) -> None:
    answer = client.get(f"/v1/items?sort={sort}")
    fault = answer.json()["errors"][0]
    assert (answer.status_code, fault["parameter"], fault["rule"]) == (422, "sort", rule)
    assert fault.get("suggestion") == suggestion


def test_chinese_names_sort_too(demo: TestClient) -> None:
    by_label = demo.get("/v1/items?sort=-承诺办结时限&limit=5").json()["items"]
    assert by_label == demo.get("/v1/items?sort=-promised_limit&limit=5").json()["items"]
    assert len(properties()) > 100
