from contextlib import suppress
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.params import ItemQuestion
from app.catalogue.properties import item_filters
from app.db import Database
from app.metrics.definitions import metrics
from app.metrics.links import LONGEST_GROUPS, FilterLeavesNoRoom, check_room, room_for
from app.metrics.own.checking import InvalidDefinition, read
from app.metrics.own.schemas import Definition
from tests.changes.desk import contents
from tests.metrics.own.desk import LICENCES_ONLINE, body, created, post, put

pytestmark = pytest.mark.one_database

LIMIT = {"element": "promised_limit", "unit": "promised_limit_unit", "working_days": {"1": 1, "4": 0}}
MEAN: dict[str, Any] = {"kind": "mean", "numerator": None, "value": "onsite_visits", "unit": "次"}
REDUCTION: dict[str, Any] = {"kind": "reduction", "numerator": None, "before": LIMIT, "after": LIMIT}

REFUSED: dict[str, tuple[dict[str, Any], dict[str, object]]] = {
    "a key in capitals": ({"key": "LicenceRate"}, {"pointer": "/key", "rule": "malformed-key"}),
    "a key of Chinese": ({"key": "网办率"}, {"pointer": "/key", "rule": "malformed-key"}),
    "a key that is too short": ({"key": "ab"}, {"pointer": "/key", "rule": "malformed-key"}),
    "a key with a line break": ({"key": "licence_rate\n"}, {"pointer": "/key", "rule": "malformed-key"}),
    "a list that never was": (
        {"numerator": "A_CONTAINS(lists, ('licencing'))"},
        {"pointer": "/numerator", "rule": "unknown-list"},
    ),
    "no name": ({"name_zh": None}, {"pointer": "/name_zh", "rule": "missing"}),
    "an empty name": ({"name_zh": "  "}, {"pointer": "/name_zh", "rule": "string_too_short"}),
    "a name with a NUL": ({"name_zh": "a\0"}, {"pointer": "/name_zh", "rule": "string_pattern_mismatch"}),
    "another kind": ({"kind": "ratio"}, {"pointer": "/kind", "rule": "literal_error", "value": "ratio"}),
    "a share without denominator": ({"denominator": None}, {"pointer": "/denominator", "rule": "missing"}),
    "a count with a denominator": ({"kind": "count"}, {"pointer": "/denominator", "rule": "misfit"}),
    "a mean without a quantity": ({"kind": "mean", "unit": "次"}, {"pointer": "/numerator", "rule": "misfit"}),
    "a mean without a unit": (MEAN | {"unit": None}, {"pointer": "/unit", "rule": "missing"}),
    "a total without a unit": (MEAN | {"kind": "total", "unit": None}, {"pointer": "/unit", "rule": "missing"}),
    "a share in times": ({"unit": "次"}, {"pointer": "/unit", "rule": "wrong-unit", "suggestion": "%"}),
    "an unknown element": (
        {"numerator": "status = '1' AND is_onlin = true"},
        {"pointer": "/numerator", "rule": "unknown-property", "position": 17, "value": "is_onlin", "suggestion": "is_online"},
    ),
    "an unfinished filter": ({"denominator": "status = "}, {"pointer": "/denominator", "rule": "missing-value", "position": 9}),
    "brackets that would close another": (
        {"numerator": "is_online = true) OR (status = '1'"}, {"pointer": "/numerator", "position": 16}
    ),
    "an unknown division": ({"denominator": "within_division('44')"}, {"pointer": "/denominator"}),
    "a filter with a NUL": ({"numerator": "name = 'a\0'"}, {"pointer": "/numerator", "rule": "string_pattern_mismatch"}),
    "one is one": ({"denominator": "1 = 1"}, {"pointer": "/denominator", "rule": "looks-at-nothing", "value": "1 = 1"}),
    "never": ({"numerator": "NOT (1 = 1 OR 2 < 1)"}, {"pointer": "/numerator", "rule": "looks-at-nothing"}),
    "the whole nation": (
        {"denominator": "within_division('000000')"}, {"pointer": "/denominator", "rule": "looks-at-nothing"}
    ),
    "a filter without room for links": (
        {"numerator": " OR ".join(["onsite_visits = 1"] * 40)}, {"pointer": "/numerator", "rule": "no-room"}
    ),
    "a filter without room in the language": (
        {"numerator": " OR ".join(["onsite_visits = 1"] * 299)}, {"pointer": "/numerator", "rule": "no-room"}
    ),
    "a filter as deep as there may be": (
        {"numerator": "(" * 40 + "is_online = true" + ")" * 40}, {"pointer": "/numerator", "rule": "no-room"}
    ),
    "the mean of a text": (
        MEAN | {"value": "onsite_visit"},
        {"pointer": "/value/element", "rule": "unknown-element", "suggestion": "onsite_visits"},
    ),
    "the mean of a code": (MEAN | {"value": "task_type"}, {"pointer": "/value/element", "rule": "unknown-element"}),
    "the mean of numbers that only the catalogue knows": (
        MEAN | {"value": "id"}, {"pointer": "/value/element", "rule": "unknown-element"}
    ),
    "a unit that is no code": (
        REDUCTION | {"before": LIMIT | {"unit": "promised_limit"}}, {"pointer": "/before/unit", "rule": "unknown-element"}
    ),
    "a unit without working days": (
        REDUCTION | {"after": {"element": "promised_limit", "unit": "promised_limit_unit"}},
        {"pointer": "/after/working_days", "rule": "misfit"},
    ),
    "working days of no such code": (
        REDUCTION | {"after": LIMIT | {"working_days": {"9": 1}}},
        {"pointer": "/after/working_days", "rule": "unknown-code", "value": "9"},
    ),
    "working days below none": (
        REDUCTION | {"after": LIMIT | {"working_days": {"1": -1}}}, {"pointer": "/after/working_days/1"}
    ),
    "a misspelt member": (
        {"numerater": "is_online = true"}, {"pointer": "/numerater", "rule": "extra_forbidden", "suggestion": "numerator"}
    ),
    "a misspelt member of a quantity": (
        MEAN | {"value": {"elment": "onsite_visits"}},
        {"pointer": "/value/elment", "rule": "extra_forbidden", "suggestion": "element"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_named_with_its_place_and_nothing_is_recorded(
    staff: TestClient, database: Database, case: str
) -> None:
    other, said = REFUSED[case]
    before = contents(database)
    answer = post(staff, **other)
    assert answer.status_code == 422, answer.text
    (found,) = [each for each in answer.json()["errors"] if said.items() <= each.items()]
    assert found["detail"]
    assert "parameter" not in found
    assert contents(database) == before
    assert staff.get("/v1/metrics").json()["total"] == len(metrics())


def test_every_wrong_filter_is_named_at_once(staff: TestClient) -> None:
    answer = post(staff, numerator="is_onlin = true", denominator="TRUE = TRUE AND")
    assert {each["pointer"] for each in answer.json()["errors"]} == {"/numerator", "/denominator"}


def test_a_filter_that_is_true_for_everything_is_told_so_in_both_languages(staff: TestClient) -> None:
    chinese = post(staff, denominator="1 = 1").json()
    assert "总是成立" in chinese["detail"]
    english = staff.post("/v1/metrics", json=body(denominator="1 = 1"), headers={"Accept-Language": "en"}).json()
    assert "true for all" in english["detail"]


@pytest.mark.parametrize(
    ("key", "why"), [("online_rate", "随软件发布"), ("guide_accuracy", "还算不出来"), ("licence_online_rate", "PUT")]
)
def test_a_key_that_is_taken_is_a_conflict(staff: TestClient, key: str, why: str) -> None:
    created(staff)
    answer = post(staff, key=key)
    assert (answer.status_code, answer.json()["type"], answer.json()["code"]) == (
        409,
        "/problems/metric-key-taken",
        key,
    )
    assert why in answer.json()["detail"]


@pytest.mark.parametrize("key", ["online_rate", "guide_accuracy"])
@pytest.mark.parametrize("said", [LICENCES_ONLINE, {"withdrawn": True}])
def test_a_metric_of_the_software_is_not_changed(staff: TestClient, key: str, said: dict[str, Any]) -> None:
    answer = put(staff, key, said)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/metric-not-own")


def test_a_metric_that_was_never_created_is_not_replaced(staff: TestClient) -> None:
    answer = put(staff, "licence_rate", LICENCES_ONLINE)
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/metric-not-found")
    assert "POST" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"withdrawn": False}, "/withdrawn"),
        ({"withdrawn": True, "kind": "count"}, "/kind"),
        (LICENCES_ONLINE | {"numerator": "is_onlin = true"}, "/numerator"),
        (LICENCES_ONLINE | {"kinds": "count"}, "/kinds"),
        ({}, "/kind"),
    ],
)
def test_a_wrong_replacement_is_refused_where_it_is_wrong(
    staff: TestClient, said: dict[str, Any], pointer: str
) -> None:
    created(staff)
    answer = put(staff, "licence_online_rate", said)
    assert answer.status_code == 422
    assert pointer in [each["pointer"] for each in answer.json()["errors"]]


def test_the_key_of_an_address_may_be_said_again_but_no_other(staff: TestClient) -> None:
    created(staff)
    address = "/v1/metrics/licence_online_rate"
    assert staff.put(address, json=LICENCES_ONLINE).status_code == 200
    answer = staff.put(address, json=LICENCES_ONLINE | {"key": "licence_rate"})
    assert (answer.status_code, [each["pointer"] for each in answer.json()["errors"]]) == (422, ["/key"])


def test_a_withdrawal_says_nothing_else(staff: TestClient) -> None:
    created(staff)
    answer = put(staff, "licence_online_rate", LICENCES_ONLINE | {"withdrawn": True})
    (told,) = answer.json()["errors"]
    assert (answer.status_code, '停用只写 {"withdrawn": true}' in told["detail"]) == (422, True)
    (told,) = put(staff, "licence_online_rate", {"withdrawn": False}).json()["errors"]
    assert (told["pointer"], told["value"], "要恢复，请 PUT 一个定义" in told["detail"]) == (
        "/withdrawn",
        "false",
        True,
    )


def test_what_was_read_and_is_sent_back_is_told_in_one_sentence_what_to_leave_out(staff: TestClient) -> None:
    created(staff)
    shown = staff.get("/v1/metrics/licence_online_rate").json()
    (told,) = staff.put("/v1/metrics/licence_online_rate", json=shown).json()["errors"]
    assert told["rule"] == "extra_forbidden"
    named = told["detail"].partition("只在回答里才有的 ")[2].split("、")
    assert {"versions", "withdrawn", "recorded_at"} <= set(named)
    rest = {name: value for name, value in shown.items() if name not in named}
    assert staff.put("/v1/metrics/licence_online_rate", json=rest).json()["definition_version"] == 1
    faults = put(staff, "licence_online_rate", shown | {"kinds": "count"}).json()["errors"]
    assert [each["pointer"] for each in faults[1:]] == ["/kinds"]


def test_a_wrong_key_does_not_hide_a_wrong_filter(staff: TestClient) -> None:
    faults = post(staff, key="A", numerator="is_onlin = true").json()["errors"]
    assert [each["pointer"] for each in faults] == ["/key", "/numerator"]


@pytest.mark.parametrize("content", ["", "[]", "7", "{", '"share"', "null"])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_what_is_no_definition_at_all_is_refused(staff: TestClient, method: str, content: str) -> None:
    created(staff)
    address = "/v1/metrics" if method == "POST" else "/v1/metrics/licence_online_rate"
    answer = staff.request(method, address, content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/malformed")


def test_elements_may_be_called_by_their_chinese_names() -> None:
    said = LIMIT | {"element": "承诺办结时限", "unit": "承诺办结时限单位"}
    metric = read(
        "own",
        Definition.model_validate(
            body(REDUCTION | {"denominator": "是否网办 = true", "name_zh": "压缩率", "after": said})
        ),
        1,
    )
    assert metric.before == metric.after


@pytest.mark.parametrize("key", sorted(metrics()))
def test_every_shipped_metric_would_be_taken(key: str) -> None:
    metric = metrics()[key]
    assert all(room_for(text, metric.filters) for text in metric.sets.all)


CONDITIONS = st.recursive(
    st.sampled_from(
        [
            "is_online = true",
            "name LIKE '%许可%'",
            "A_OVERLAPS(online_depths, ('5', '6', '7'))",
            "onsite_visits / 3 < 1",
        ]
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) AND ({pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) OR ({pair[1]})"),
        inner.map(lambda one: f"NOT ({one})"),
    ),
    max_leaves=16,
)


@given(denominator=CONDITIONS, numerator=CONDITIONS, asked=CONDITIONS)
def test_the_links_of_a_metric_that_is_taken_hold_with_groups_and_any_filter_that_is_taken(
    denominator: str, numerator: str, asked: str
) -> None:
    said = Definition.model_validate(body(key=None, denominator=denominator, numerator=numerator))
    with suppress(InvalidDefinition, FilterLeavesNoRoom):
        metric = read("own", said, 1)
        check_room(ItemQuestion(filter=asked))
        for items in metric.sets.all:
            item_filters().condition(f"{items}{LONGEST_GROUPS} AND ({asked})")
