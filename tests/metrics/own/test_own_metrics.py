from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.access.rules import Caller
from app.catalogue.moments import resolve, revision
from app.clock import SHANGHAI, FrozenClock
from app.db import Database
from app.metrics.definitions import metrics
from app.metrics.in_force import UnknownMetric, chosen
from app.metrics.own import schemas, service
from app.metrics.recorded import Recorded
from app.metrics.recording import record
from app.metrics.schemas import MetricHistory, Metrics
from tests.factories import CIVIL_AFFAIRS, amend, department, item, publish
from tests.metrics.own.desk import FEES, LICENCES_ONLINE, created, figure, post, put, total

KEY = LICENCES_ONLINE["key"]
STRICTER = {**LICENCES_ONLINE, "denominator": "status = '1'"}
URLS = ("numerator_url", "denominator_url", "unknown_url", "items_url")
OF_ITEMS = [key for key, metric in metrics().items() if metric.basis == "items" and not metric.needs_base]


@pytest.fixture
def catalogue(database: Database) -> int:
    """Five items: two licences online, one of them not stated, one registration online, one suspended."""
    licence = {"task_type": "01"}
    stated: list[dict[str, Any]] = [
        licence | {"is_online": True, "promised_limit": 10, "service_objects": ["1", "2"]},
        licence | {"is_online": False, "promised_limit": 20, "service_objects": ["1"]},
        licence | {"is_fee": False},
        {"task_type": "07", "is_online": True, "is_fee": False},
        licence | {"status": "2", "is_online": True},
    ]
    drafts = [item(f"HZ-{place:03}", **each) for place, each in enumerate(stated, 1)]
    return publish(database, department(), *drafts)


def test_a_metric_is_created_at_an_address_of_its_own(catalogue: int, staff: TestClient, client: TestClient) -> None:
    answer = post(staff)
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/v1/metrics/{KEY}")
    said = answer.json()
    schemas.MetricRecorded.model_validate(said)
    assert (said["released"], said["recorded_by"], said["definition_version"]) == (False, "审批局 王敏", 1)
    assert (said["recorded_in"], said["recorded_at"]) == (catalogue + 1, "2026-03-02T10:00:00+08:00")
    assert (said["unit"], said["rounding"].split()[0], said["warnings"]) == ("%", "percent", [])
    shown = client.get(answer.headers["Location"])
    MetricHistory.model_validate(shown.json())
    assert shown.json() == {name: value for name, value in said.items() if name != "warnings"}
    assert shown.headers["ETag"] == answer.headers["ETag"]
    assert shown.headers["ETag"].startswith('"1-')


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("group", ["", "&group_by=task_type", "&group_by=service_objects&group_by=department_code"])
def test_its_numbers_are_the_totals_of_the_lists_they_link_to(
    staff: TestClient, client: TestClient, group: str
) -> None:
    created(staff)
    rows = client.get(f"/v1/metric-values?metric={KEY}{group}&filter=is_online IS NULL OR is_online = true").json()
    for row in rows["values"]:
        parts = (row["numerator"], row["denominator"], row["unknown"], row["item_count"])
        assert parts == tuple(total(client, row[url]) for url in URLS)


@pytest.mark.usefixtures("catalogue")
def test_its_figure_counts_what_is_not_stated_apart(staff: TestClient, client: TestClient) -> None:
    created(staff)
    row = figure(client, KEY)
    assert (row["numerator"], row["denominator"], row["unknown"], row["excluded"]) == (1, 3, 1, 2)
    assert (row["percent"], row["definition_version"]) == (33.33, 1)


@pytest.mark.usefixtures("catalogue")
def test_an_element_that_no_shipped_metric_looks_at_is_counted_too(staff: TestClient, client: TestClient) -> None:
    created(staff, FEES)
    row = figure(client, FEES["key"])
    assert (row["numerator"], row["unknown"], row["value"]) == (2, 2, 2)
    assert total(client, row["numerator_url"]) == 2


@pytest.mark.usefixtures("catalogue")
def test_means_and_reductions_sum_what_they_name(staff: TestClient, client: TestClient, database: Database) -> None:
    limits: dict[str, Any] = {"statutory_limit_unit": "1", "promised_limit_unit": "1"}
    publish(
        database,
        amend("HZ-001", date(2020, 1, 1), statutory_limit=20, **limits),
        amend("HZ-002", date(2020, 1, 1), promised_limit_unit="1"),
        amend("HZ-003", date(2020, 1, 1), statutory_limit=30, **limits, promised_limit=None),
    )
    created(
        staff,
        key="mean_limit",
        kind="mean",
        numerator=None,
        value="承诺办结时限",
        unit="个工作日",
        name_zh="平均承诺时限",
    )
    mean = figure(client, "mean_limit")
    assert (mean["numerator"], mean["denominator"], mean["unknown"], mean["value"]) == (30, 2, 1, 15.0)
    days = {"working_days": {"1": 1}}
    before = {"element": "statutory_limit", "unit": "statutory_limit_unit", **days}
    after = {"element": "promised_limit", "unit": "promised_limit_unit", **days}
    created(staff, key="licence_compression", kind="reduction", numerator=None, before=before, after=after)
    row = figure(client, "licence_compression")
    assert (row["numerator"], row["denominator"], row["unknown"], row["percent"]) == (10, 20, 2, 50.0)
    assert (total(client, row["items_url"]), total(client, row["unknown_url"])) == (1, 2)
    created(
        staff, key="limit_total", kind="total", numerator=None, value="promised_limit", unit="天", name_zh="承诺合计"
    )
    row = figure(client, "limit_total")
    assert (row["numerator"], row["denominator"], row["unknown"], row["value"]) == (30, None, 1, 30)
    assert (total(client, row["items_url"]), total(client, row["unknown_url"])) == (2, 1)


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("element", "said"), [("days_since_verification", (0, 3, None)), ("agreement_partner_count", (0, 3, None))]
)
def test_numbers_that_no_column_holds_are_summed_too(
    staff: TestClient, client: TestClient, element: str, said: tuple[int, int, int | None]
) -> None:
    created(staff, kind="total", numerator=None, value=element, unit="个")
    row = figure(client, KEY)
    assert (row["item_count"], row["unknown"], row["value"]) == said
    query = f"metric={KEY}&from=2026-02-01&to=2026-03-02"
    assert client.get(f"/v1/metric-changes?{query}&known_from=2&known_to=2").json()["values"][0]["kinds"] == []
    assert len(client.get(f"/v1/metric-series?{query}&every=month").json()["values"]) == 2


@pytest.mark.usefixtures("catalogue")
def test_without_keys_it_comes_after_the_shipped_metrics(staff: TestClient, client: TestClient) -> None:
    created(staff)
    created(staff, FEES)
    own = ["free_item_count", KEY]
    listed = client.get("/v1/metrics").json()
    Metrics.model_validate(listed)
    assert [each["key"] for each in listed["items"]] == [*metrics(), *own]
    assert [row["metric"] for row in client.get("/v1/metric-values").json()["values"]] == [*OF_ITEMS, *own]


def test_as_known_before_there_was_no_such_metric(catalogue: int, staff: TestClient, client: TestClient) -> None:
    created(staff)
    answer = client.get(f"/v1/metric-values?metric={KEY}&known_at={catalogue}")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/unknown-metric")
    assert answer.json()["errors"][0]["rule"] == "defined-later"
    detail = answer.json()["detail"]
    assert f"从第 {catalogue + 1} 版（2026-03-02）起" in detail
    assert detail.endswith("去掉 known_at 就按现在的定义算。")
    listed = client.get(f"/v1/metrics?known_at={catalogue}").json()
    assert (listed["revision"], listed["total"]) == (catalogue, len(metrics()))


def test_a_new_version_leaves_what_was_known_before_as_it_was(
    catalogue: int, staff: TestClient, client: TestClient
) -> None:
    created(staff)
    first = figure(client, KEY)
    answer = put(staff, KEY, STRICTER)
    assert (answer.status_code, answer.headers["ETag"][:3]) == (200, '"2-')
    assert [(each["version"], each["recorded_in"]) for each in answer.json()["versions"]] == [
        (1, catalogue + 1),
        (2, catalogue + 2),
    ]
    assert answer.json()["versions"][0]["definition"]["denominator"] == LICENCES_ONLINE["denominator"]
    now, then = figure(client, KEY), figure(client, KEY, f"&known_at={catalogue + 1}")
    assert (now["definition_version"], now["denominator"]) == (2, 4)
    assert then == first
    assert total(client, then["denominator_url"]) == 3


def test_a_figure_that_was_asked_with_both_dates_stays_the_same_for_ever(
    staff: TestClient, client: TestClient, database: Database, catalogue: int
) -> None:
    created(staff)
    pinned = f"/v1/metric-values?as_of=2026-03-02&known_at={catalogue + 1}"
    before = client.get(pinned).json()["values"]
    put(staff, KEY, STRICTER)
    publish(database, amend("HZ-002", date(2020, 1, 1), is_online=True), on=date(2026, 3, 2))
    put(staff, KEY, {"withdrawn": True})
    assert client.get(pinned).json()["values"] == before


def test_the_same_definition_records_nothing(catalogue: int, staff: TestClient, client: TestClient) -> None:
    created(staff)
    answer = put(staff, KEY, LICENCES_ONLINE)
    assert (answer.status_code, answer.headers["ETag"][:3], len(answer.json()["versions"])) == (200, '"1-', 1)
    assert client.get("/readyz").json()["revision"] == catalogue + 1


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("match", ['"1"', 'W/"1"', "1", "*", '"7", "1"', None])
def test_a_change_of_what_was_read_is_taken(staff: TestClient, match: str | None) -> None:
    """By its number, or by the whole ETag."""
    created(staff)
    tag = staff.get(f"/v1/metrics/{KEY}").headers["ETag"]
    assert put(staff, KEY, STRICTER, **{"If-Match": match or tag}).status_code == 200
    assert put(staff, KEY, LICENCES_ONLINE, **{"If-Match": tag}).status_code == 412


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("match", ['"2"', "nonsense", '""'])
def test_a_change_of_what_somebody_else_changed_meanwhile_is_refused(staff: TestClient, match: str) -> None:
    created(staff)
    answer = put(staff, KEY, STRICTER, **{"If-Match": match})
    assert (answer.status_code, answer.json()["type"]) == (412, "/problems/metric-changed")
    assert "第 1 个定义" in answer.json()["detail"]
    assert staff.get(f"/v1/metrics/{KEY}").headers["ETag"].startswith('"1-')


def test_a_withdrawn_metric_is_in_force_only_as_known_before(
    catalogue: int, staff: TestClient, client: TestClient
) -> None:
    created(staff)
    answer = put(staff, KEY, {"withdrawn": True})
    assert (answer.status_code, answer.json()["withdrawn"], answer.json()["recorded_in"]) == (200, True, catalogue + 2)
    assert put(staff, KEY, {"withdrawn": True}).json()["definition_version"] == 2
    refused = client.get(f"/v1/metric-values?metric={KEY}").json()
    assert refused["errors"][0]["rule"] == "withdrawn-metric"
    assert f"known_at={catalogue + 1}" in refused["detail"]
    assert KEY not in [each["key"] for each in client.get("/v1/metrics").json()["items"]]
    assert figure(client, KEY, f"&known_at={catalogue + 1}")["denominator"] == 3


@pytest.mark.usefixtures("catalogue")
def test_a_withdrawn_metric_can_be_defined_again(staff: TestClient, client: TestClient) -> None:
    created(staff)
    put(staff, KEY, {"withdrawn": True})
    assert post(staff).status_code == 409
    answer = put(staff, KEY, LICENCES_ONLINE)
    assert (answer.json()["definition_version"], answer.json()["withdrawn"]) == (3, False)
    assert figure(client, KEY)["definition_version"] == 3


def test_a_definition_takes_a_revision_without_a_change_set(
    catalogue: int, staff: TestClient, database: Database, clock: FrozenClock
) -> None:
    clock.at = datetime(2026, 2, 1, 9, tzinfo=SHANGHAI)  # the clock stepped back
    created(staff)
    with database.read() as connection:
        before, taken = connection.execute(select(revision).order_by(revision.c.number)).all()[-2:]
    assert (taken.number, taken.change_set) == (catalogue + 1, None)
    assert (taken.starts_on, taken.published_at) == (before.starts_on, before.published_at)


def test_publishing_goes_on_after_a_definition(
    catalogue: int, staff: TestClient, client: TestClient, database: Database
) -> None:
    created(staff)
    assert publish(database, amend("HZ-002", date(2020, 1, 1), is_online=True), on=date(2026, 3, 3)) == catalogue + 2
    assert figure(client, KEY, f"&known_at={catalogue + 2}")["numerator"] == 2
    versions = client.get("/v1/items/HZ-002/versions").json()
    assert {each["change_set"] for each in versions["items"]} != {None}


def test_on_an_empty_catalogue_a_metric_is_the_first_revision(staff: TestClient, client: TestClient) -> None:
    said = created(staff)
    assert said["recorded_in"] == 1
    assert said["warnings"] == ["目录里今天没有事项，条件还无从核对。"]
    answer = client.get(f"/v1/metric-values?metric={KEY}").json()
    assert (answer["revision"], answer["note"]) == (1, "按第 1 版所知，目录里还没有事项。")


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("other", "warning"),
    [
        ({"denominator": "task_type IS NULL OR task_type IS NOT NULL"}, "什么都没有排除：5 个事项全部在内"),
        ({"denominator": f"department_code = '{CIVIL_AFFAIRS}0'"}, "一个事项都不符合：5 个事项全部在外"),
        ({"numerator": "task_type = '01'"}, "对分母里的 3 个事项全部成立"),
        ({"numerator": "onsite_visits = 0"}, "对分母里的 3 个事项一个都不成立（其中未填 3 个）"),
        (
            {
                "kind": "count",
                "denominator": None,
                "numerator": "is_online = true OR NOT is_online = true OR 是否网办 IS NULL",
            },
            "分子条件今天什么都没有排除",
        ),
    ],
)
def test_a_filter_that_looks_like_an_oversight_is_taken_with_a_warning(
    staff: TestClient, other: dict[str, Any], warning: str
) -> None:
    (told,) = created(staff, **other)["warnings"]
    assert warning in told


def test_two_metrics_in_force_are_not_called_the_same(staff: TestClient) -> None:
    created(staff)
    for taken, by in (("行政许可网上可办率", KEY), ("网上可办率", "online_accessible_rate")):
        answer = post(staff, FEES, name_zh=f" {taken} ")
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/metric-name-taken")
        assert (answer.json()["code"], answer.json()["errors"][0]["pointer"]) == (by, "/name_zh")
    created(staff, FEES)
    assert put(staff, FEES["key"], FEES | {"name_zh": "网上可办率"}).status_code == 409
    put(staff, KEY, {"withdrawn": True})
    assert put(staff, FEES["key"], FEES | {"name_zh": "行政许可网上可办率"}).status_code == 200
    assert put(staff, KEY, LICENCES_ONLINE).status_code == 409


def test_of_metrics_of_one_name_the_released_is_suggested(database: Database, clock: FrozenClock) -> None:
    """As a release may bring one whose name the bureau used already."""
    twin = replace(metrics()["online_accessible_rate"], key="own_accessible_rate")
    with database.write() as connection:
        record(connection, [Recorded(twin, released=False)], Caller("审批局 王敏"), clock)
        with pytest.raises(UnknownMetric) as refused:
            chosen(connection, ["网上可办率"], resolve(connection, clock.now()))
    assert refused.value.faults[0].suggestion == "online_accessible_rate"


def test_who_has_no_key_defines_nothing(client: TestClient, staff: TestClient) -> None:
    assert post(client).status_code == 401
    created(staff)
    assert put(client, KEY, STRICTER).status_code == 401


@pytest.mark.usefixtures("catalogue")
def test_no_more_metrics_than_one_statement_takes(staff: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    created(staff)
    monkeypatch.setattr(service, "MOST_OWN", 1)
    refused = post(staff, FEES)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/too-many-metrics")
    put(staff, KEY, {"withdrawn": True})
    created(staff, FEES)
    assert put(staff, KEY, STRICTER).status_code == 409


def test_as_many_metrics_as_there_may_be_are_answered_at_once(
    staff: TestClient, client: TestClient, database: Database
) -> None:
    """What the databases take of one statement differs."""
    publish(database, department(), item(online_depths=["5"]))
    depths = "A_CONTAINEDBY(online_depths, ('1', '2', '3', '4', '5', '6', '7'))"
    longest = " AND ".join([depths] * 4)
    for number in range(service.MOST_OWN):
        widest = f"{longest} OR onsite_visits = {number}"
        created(
            staff,
            key=f"own_{number:03}",
            name_zh=f"本局第 {number} 项",
            denominator=widest,
            numerator=f"NOT {depths} AND {depths}",
        )
    answer = client.get(f"/v1/metric-values?filter={longest}&group_by=task_type")
    assert (answer.status_code, len(answer.json()["values"])) == (200, len(OF_ITEMS) + service.MOST_OWN)


def test_an_instant_before_the_definition_does_not_know_it(
    staff: TestClient, client: TestClient, clock: FrozenClock, database: Database
) -> None:
    publish(database, department(), item(task_type="01", is_online=True))
    created(staff)
    clock.at += timedelta(days=1)
    put(staff, KEY, STRICTER)
    at = figure(client, KEY, "&known_at=2026-03-02")
    assert at["definition_version"] == 1
    assert client.get(f"/v1/metric-values?metric={KEY}&known_at=2026-03-01").status_code == 422


DEFINITIONS = st.sampled_from(
    [
        LICENCES_ONLINE,
        STRICTER,
        {**LICENCES_ONLINE, "numerator": "is_fee = false"},
        {**FEES, "numerator": "status = '2'"},
        {"withdrawn": True},
    ]
)


@pytest.mark.usefixtures("catalogue")
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(st.tuples(st.sampled_from(["own_rate", "other_rate"]), DEFINITIONS), min_size=1, max_size=6))
def test_whatever_becomes_of_definitions_every_answer_with_both_dates_stays(
    staff: TestClient, history: list[tuple[str, dict[str, Any]]]
) -> None:
    said: dict[str, Any] = {}
    for key, definition in history:
        named = definition if "withdrawn" in definition else {**definition, "name_zh": key}
        if put(staff, key, named).status_code == 404:
            post(staff, named, key=key)
        pinned = f"/v1/metric-values?as_of=2026-03-02&known_at={staff.get('/readyz').json()['revision']}"
        said.setdefault(pinned, staff.get(pinned).json()["values"])
    assert {pinned: staff.get(pinned).json()["values"] for pinned in said} == said
