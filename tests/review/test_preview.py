"""What a preview says of the figures is what they are once it is published, to the last digit; it writes nothing."""

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.catalogue.search import item_search
from app.db import Database, metadata
from app.review.schemas import ItemEffects, PreviewOut
from tests.changes.desk import TODAY, act, add, amend, decided, drafted, opened, previewed, published
from tests.factories import CIVIL_AFFAIRS, DIVISION, department, item, publish
from tests.metrics.own.desk import FEES, created
from tests.review.people import Bureau, submitted

pytestmark = pytest.mark.one_database

MARKET = "11440106007506516N"
PARTS = ("numerator", "denominator", "unknown", "excluded", "item_count", "value", "value_max", "percent")
SHORT = ("numerator", "denominator", "unknown", "value", "percent")
NEW = {"name": "社会团体登记", "division_code": DIVISION, "department_code": CIVIL_AFFAIRS, "task_type": "01"}
LIMITS = {"statutory_limit": 30, "statutory_limit_unit": "1", "promised_limit": 20, "promised_limit_unit": "1"}
OLD = date(1900, 1, 1)

Figures = dict[str, dict[str, Any]]


@pytest.fixture
def catalogue(database: Database, staff: TestClient) -> None:
    """Nine items with something to say in every metric, and a metric of the bureau's own."""
    told: list[dict[str, Any]] = [
        {"is_online": flag, "onsite_visits": visits, "is_fee": flag is None, "task_type": "01", **LIMITS}
        for flag, visits in zip((True, False, None) * 3, (0, 1, 1, 2, 3, None, 0, 0, 1), strict=True)
    ]
    told[3] |= {"status": "2"}
    told[4] |= {"task_type": "20", "promised_limit": None}
    publish(
        database,
        department(start=OLD),
        department(MARKET, name="海珠区市场监管局", start=OLD),
        *(item(f"HZ-{place:03}", start=date(2024, 1, 1), **each) for place, each in enumerate(told, 1)),
        on=date(2024, 1, 2),
    )
    created(staff, FEES)


def everything(on: str | None = None) -> list[dict[str, Any]]:
    """One of each kind of change, of figures of every kind."""
    changed = [
        amend("HZ-001", is_online=False, onsite_visits=2),
        amend("HZ-002", is_online=True, promised_limit=5),
        amend("HZ-003", is_online=True, is_fee=False),
        act("resume", "HZ-004"),
        act("suspend", "HZ-005"),
        act("cancel", "HZ-006"),
        amend("HZ-007", department_code=MARKET, promised_limit=1),
        amend("HZ-008", task_type="20", is_online=None, statutory_limit=60),
        {"kind": "create", "code": "HZ-010", "content": NEW | {"is_online": True} | LIMITS},
    ]
    return [entry | {"effective_on": on} for entry in changed]


def figures(client: TestClient, as_of: str = TODAY) -> Figures:
    """Of all metrics, the own ones included."""
    rows = client.get("/v1/metric-values", params={"as_of": as_of}).json()["values"]
    return {row["metric"]: parts_of(row) for row in rows}


def parts_of(row: dict[str, Any], parts: Iterable[str] = PARTS) -> dict[str, Any]:
    return {part: row[part] for part in parts}


def sides(effects: Iterable[dict[str, Any]], side: str) -> Figures:
    return {effect["metric"]: parts_of(effect[side]) for effect in effects}


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("on", [TODAY, "2025-01-15", "2026-09-01"])
def test_the_figures_are_afterwards_what_the_preview_said(staff: TestClient, client: TestClient, on: str) -> None:
    path = drafted(staff, *everything(on), on=on)
    found = previewed(staff, path)
    PreviewOut.model_validate(found)
    day = max(on, TODAY)
    assert found["as_of"] == day
    was = figures(client, day)
    moved = {effect["metric"] for effect in found["effects"]}
    assert {"item_count", "online_rate", "free_item_count"} <= moved
    assert sides(found["effects"], "before") == {key: was[key] for key in moved}
    assert decided(staff, path).status_code == 200
    becomes = figures(client, day)
    assert sides(found["effects"], "after") == {key: becomes[key] for key in moved}
    assert {key for key in was if parts_of(was[key], SHORT) != parts_of(becomes[key], SHORT)} <= moved


@pytest.mark.usefixtures("catalogue")
def test_what_moves_a_figure_adds_up(staff: TestClient) -> None:
    for effect in previewed(staff, drafted(staff, *everything()))["effects"]:
        for part in ("numerator", "unknown", "denominator"):
            before, after = effect["before"][part], effect["after"][part]
            parts = [kind[f"{part}_change"] for kind in effect["kinds"]]
            if before is None:
                assert {effect[f"{part}_change"], *parts} == {None}, "a count has no denominator"
            else:
                assert sum(parts) == effect[f"{part}_change"] == after - before, effect["metric"]
        points = [kind["points_exact"] for kind in effect["kinds"]]
        if effect["change_exact"] is None:
            assert effect["note"], "without a figure before or after it is said why"
        else:
            assert sum(map(Fraction, points)) == Fraction(effect["change_exact"]), effect["metric"]


@pytest.mark.usefixtures("catalogue")
def test_metric_changes_says_the_same_once_it_is_published(staff: TestClient, client: TestClient) -> None:
    """From the day before to the day: what then changed is what the draft changed, under the same names."""
    path = drafted(staff, *everything("2026-09-01"), on="2026-09-01")
    effects = previewed(staff, path)["effects"]
    revision = decided(staff, path).json()["revision"]
    for effect in effects:
        pinned = {"metric": effect["metric"], "known_from": revision, "known_to": revision}
        asked = {"from": "2026-08-31", "to": "2026-09-01", **pinned}
        (told,) = client.get("/v1/metric-changes", params=asked).json()["values"]
        assert kinds_of(effect) == kinds_of(told), effect["metric"]
        assert [parts_of(effect[side]) for side in ("before", "after")] == [
            parts_of(told[side]) for side in ("before", "after")
        ]
        corrected = {"from": "2026-09-01", "to": "2026-09-01", "known_from": revision - 1, "metric": effect["metric"]}
        (same,) = client.get("/v1/metric-changes", params=corrected).json()["values"]
        assert (same["change_exact"], sum(kind["items"] for kind in same["kinds"])) == (
            effect["change_exact"], sum(kind["items"] for kind in effect["kinds"]),
        )  # fmt: skip


def kinds_of(change: dict[str, Any]) -> list[dict[str, Any]]:
    return [{name: value for name, value in kind.items() if name != "items_url"} for kind in change["kinds"]]


@pytest.mark.usefixtures("catalogue")
def test_the_items_behind_a_figure_are_walked(staff: TestClient, client: TestClient) -> None:
    path = drafted(staff, *everything())
    (effect,) = (each for each in previewed(staff, path)["effects"] if each["metric"] == "online_rate")
    walked = list(pages(staff, f"{path}/preview/items?metric=online_rate&limit=2"))
    assert [each["code"] for each in walked] == sorted(each["code"] for each in walked)
    assert sum(Fraction(each["points_exact"]) for each in walked) == Fraction(effect["change_exact"])
    for kind in effect["kinds"]:
        found = list(pages(staff, kind["items_url"]))
        assert [each["code"] for each in found] == [each["code"] for each in walked if each["kind"] == kind["kind"]]
        assert len(found) == kind["items"]
    (new,) = (each for each in walked if each["code"] == "HZ-010")
    assert (new["before"], new["after"]["numerator"], new["after"]["url"]) == (None, 1, None)
    (ended,) = (each for each in walked if each["kind"] == "cancelled")
    assert ended["after"] is None
    assert client.get(ended["before"]["url"]).json()["code"] == ended["code"]


def pages(staff: TestClient, url: str | None) -> Iterator[dict[str, Any]]:
    totals = set()
    while url:
        answer = staff.get(url)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        ItemEffects.model_validate(found)
        totals.add(found["total"])
        yield from found["items"]
        url = found["next"]
    assert len(totals) == 1


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("asked", "status", "problem"),
    [
        ("", 422, "malformed"),
        ("metric=online_rat", 422, "unknown-metric"),
        ("metric=online_rate&kind=bettered", 422, "malformed"),
        ("metric=online_rate&as_of=2026-02-30", 422, "malformed"),
        ("metric=online_rate&limit=0", 422, "malformed"),
        ("metric=online_rate&cursor=abc", 422, "wrong-cursor"),
        ("metric=online_rate&group_by=task_type", 422, "unknown-parameter"),
    ],
)
def test_a_question_that_is_none_is_told(staff: TestClient, asked: str, status: int, problem: str) -> None:
    path = drafted(staff, amend("HZ-001", is_online=False))
    answer = staff.get(f"{path}/preview/items?{asked}")
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}"), answer.text


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("reaching", "every"),
    [
        ("2026-03-01", "day"),
        ("2026-01-30", "day"),
        ("2026-01-29", "month"),
        ("2024-05-17", "month"),
        ("1930-06-01", "year"),
    ],
)
def test_the_past_is_exactly_the_days_on_which_figures_will_differ(
    staff: TestClient, client: TestClient, reaching: str, every: str
) -> None:
    """At month ends; day by day where the draft reaches back no more than a month, year by year where centuries."""
    entries = (
        [{"kind": "create", "code": "HZ-010", "content": NEW | {"is_online": True}, "until": "2025-03-15"}]
        if reaching < "2024"
        else [amend("HZ-002", is_online=True), amend("HZ-003", until=TODAY, is_fee=False)]
    )
    path = drafted(staff, *entries, on=reaching)
    found = previewed(staff, path)
    was = told_over_time(client, reaching, every)
    assert decided(staff, path).status_code == 200
    becomes = told_over_time(client, reaching, every)
    expected = {
        place: (parts_of(was[place], SHORT), parts_of(becomes[place], SHORT))
        for place in was
        if parts_of(was[place], SHORT) != parts_of(becomes[place], SHORT)
    }
    past = found["past"]
    assert found["past_total"] == len(expected) > 0
    assert {(each["metric"], each["as_of"]): (each["before"], each["after"]) for each in past}.items() <= (
        expected.items()
    )
    assert len(past) == min(len(expected), 500)
    assert [each["as_of"] for each in past] == sorted((each["as_of"] for each in past), reverse=True)


def told_over_time(client: TestClient, first: str, every: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Every metric at the end of every period that is over, but what is another figure each day anyway."""
    keys = [key for key in figures(client) if key != "verified_rate"]
    asked = {"metric": keys, "from": first, "to": TODAY, "every": every}
    answer = client.get("/v1/metric-series", params=asked)
    assert answer.status_code == 200, answer.text
    return {(row["metric"], row["as_of"]): row for row in answer.json()["values"] if row["as_of"] != TODAY}


@pytest.mark.usefixtures("catalogue")
def test_what_begins_today_or_later_moves_nothing_of_the_past(staff: TestClient) -> None:
    found = previewed(staff, drafted(staff, amend("HZ-001", is_online=False)))
    assert (found["past"], found["past_total"]) == ([], 0)


@pytest.mark.parametrize(("on", "first"), [("0001-01-01", "1027-12-31"), ("1500-01-01", "1500-12-31")])
def test_however_far_back_it_reaches_it_is_previewed(staff: TestClient, on: str, first: str) -> None:
    path = drafted(
        staff,
        {"object": "department", "kind": "create", "code": CIVIL_AFFAIRS,
         "content": {"name": "民政局", "division_code": DIVISION}},
        {"kind": "create", "code": "HZ-010", "content": NEW},
        on=on,
    )  # fmt: skip
    found = previewed(staff, path)
    assert (found["publishable"], len(found["past"])) == (True, 500)
    assert found["past"][0]["as_of"] == "2025-12-31"
    metrics = {each["metric"] for each in found["past"]}
    years = 2025 - int(first[:4]) + 1
    assert found["past_total"] % years == 0
    assert found["past_total"] // years >= len(metrics)


@pytest.mark.usefixtures("catalogue")
def test_another_day_may_be_asked_for(staff: TestClient, client: TestClient) -> None:
    path = drafted(staff, amend("HZ-001", on="2026-09-01", is_online=False))
    assert previewed(staff, path)["effects"] == []
    found = previewed(staff, path, as_of="2026-09-01", limit=1)
    assert "online_rate" in sides(found["effects"], "before")
    assert sides(found["effects"], "before")["online_rate"] == figures(client, "2026-09-01")["online_rate"]
    (url,) = {kind["items_url"] for effect in found["effects"][:1] for kind in effect["kinds"]}
    assert "as_of=2026-09-01" in url
    assert [each["code"] for each in staff.get(url).json()["items"]] == ["HZ-001"]
    assert staff.get(f"{path}/preview?as_of=gestern").status_code == 422


@pytest.mark.usefixtures("catalogue")
def test_a_draft_that_conflicts_shows_what_the_rest_of_it_would_do(staff: TestClient) -> None:
    path = drafted(staff, amend("HZ-001", is_online=False), amend("HZ-002", department_code="HZ-NONE"))
    published(staff, amend("HZ-001", is_online=None))
    found = previewed(staff, path)
    assert (found["publishable"], len(found["conflicts"])) == (False, 2)
    assert [len(each["refusals"]) for each in found["entries"]] == [1, 0]
    assert "online_rate" not in sides(found["effects"], "before"), "the one entry about it does not fit"


def test_the_first_change_set_of_all_has_nothing_before_it(staff: TestClient, client: TestClient) -> None:
    path = drafted(
        staff,
        {"object": "department", "kind": "create", "code": CIVIL_AFFAIRS,
         "content": {"name": "民政局", "division_code": DIVISION}},
        {"kind": "create", "code": "HZ-001", "content": NEW | {"is_online": True}},
        on="2025-11-15",
    )  # fmt: skip
    found = previewed(staff, path)
    PreviewOut.model_validate(found)
    assert (found["revision"], found["etag"].endswith('-0"')) == (1, True)
    (count,) = (each for each in found["effects"] if each["metric"] == "item_count")
    assert (count["before"]["value"], count["after"]["value"]) == (None, 1)
    assert "此前什么都不知道" in count["note"]
    assert [each["as_of"] for each in found["past"] if each["metric"] == "item_count"] == [
        "2026-02-28", "2026-01-31", "2025-12-31", "2025-11-30",
    ]  # fmt: skip
    assert staff.get(f"{path}/preview/items?metric=item_count").json()["total"] == 1
    assert decided(staff, path).status_code == 200
    assert parts_of(count["after"]) == figures(client)["item_count"]


def test_a_draft_on_an_empty_catalogue_that_is_empty_too(staff: TestClient) -> None:
    found = previewed(staff, opened(staff))
    assert (found["effects"], found["past"], found["publishable"], found["revision"]) == ([], [], False, 1)


@pytest.mark.usefixtures("catalogue")
def test_effects_stand_on_the_first_page_only(staff: TestClient) -> None:
    path = drafted(staff, *everything())
    first = previewed(staff, path, limit=4, as_of="2026-05-01")
    assert first["effects"]
    second = staff.get(first["next"]).json()
    assert (second["effects"], second["past"], second["past_total"]) == (None, None, None)
    assert (second["etag"], second["as_of"], second["versions"]) == (first["etag"], "2026-05-01", first["versions"])
    PreviewOut.model_validate(second)


@pytest.mark.usefixtures("catalogue")
def test_the_tag_is_another_after_any_change_of_entries_or_catalogue(staff: TestClient, bureau: Bureau) -> None:
    path = drafted(staff, amend("HZ-001", is_online=False), amend("HZ-002", is_online=True))
    seen = [previewed(staff, path)["etag"]]

    def changes(*, expected: bool) -> None:
        tag = previewed(staff, path)["etag"]
        assert (tag not in seen) is expected
        seen.append(tag)

    drafted(staff, amend("HZ-001", is_online=True, promised_limit=1))
    submitted(bureau.editor("民政局 李娜"), amend("HZ-001", promised_limit=1))
    changes(expected=False)
    add(staff, path, amend("HZ-007", promised_limit=1))
    changes(expected=True)
    staff.delete(f"{path}/entries/3")
    changes(expected=True)
    staff.post(f"{path}/rebase", json={})
    changes(expected=True)
    published(staff, amend("HZ-009", promised_limit=1))
    changes(expected=True)
    created(staff, FEES, key="paid_item_count", name_zh="收费事项数", numerator="status = '1' AND is_fee = true")
    changes(expected=True)
    staff.post(f"{path}/submit")
    staff.post(f"{path}/return", json={"reason": "请核对", "comments": [{"position": 1, "text": "？"}]})
    changes(expected=False)


@pytest.mark.usefixtures("catalogue")
def test_a_preview_writes_nothing_at_all(staff: TestClient, database: Database) -> None:
    path = drafted(staff, *everything())
    staff.get(path)
    before = rows(database)
    previewed(staff, path)
    staff.get(f"{path}/preview/items?metric=online_rate")
    assert staff.get(f"{path}/preview?as_of=gestern").status_code == 422
    assert rows(database) == before


def rows(database: Database) -> dict[str, int]:
    """How many there are in every table."""
    with database.read() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (*metadata.sorted_tables, item_search)
        }


@pytest.mark.usefixtures("catalogue")
def test_what_is_published_or_withdrawn_has_no_preview(staff: TestClient) -> None:
    done = published(staff, amend("HZ-001", is_online=False))
    given_up = drafted(staff, amend("HZ-002", is_online=True))
    staff.post(f"{given_up}/withdraw")
    for path in (f"/v1/change-sets/{done['id']}", given_up):
        for asked in ("preview", "preview/items?metric=online_rate"):
            assert staff.get(f"{path}/{asked}").status_code == 409
    assert staff.get("/v1/change-sets/99999/preview").status_code == 404
