"""Why a rate moved, told of a few items a clerk would know."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.db import Database
from app.metrics.changes.schemas import ChangedItemPage, MetricChanges
from tests.factories import amend, department, draft, item, publish
from tests.metrics.own.desk import FEES, body, created, put

Changes = Callable[..., Any]
SPAN = "metric=online_rate&from=2024-12-31&to=2025-12-31"


@pytest.fixture
def changes(client: TestClient) -> Changes:
    def get(query: str) -> Any:
        answer = client.get(f"/v1/metric-changes?{query}")
        assert answer.status_code == 200, answer.text
        MetricChanges.model_validate(answer.json())
        return answer.json()

    return get


@pytest.fixture
def a_year(database: Database) -> None:
    """Of twelve items ten have a story of their own in 2025; two stay as they are."""
    d = date
    publish(database, department(), department("D-2", name="海珠区教育局"), on=d(2024, 1, 2))
    told: list[dict[str, Any]] = [
        {"is_online": flag} for flag in (False, True, True, True, False, None, True, True, False, True, True)
    ]
    told[4] |= {"status": "2"}
    publish(database, *(item(f"I-{place:02}", **each) for place, each in enumerate(told, 1)), on=d(2024, 1, 3))
    publish(
        database,
        draft("cancel", "I-02", start=d(2025, 2, 1)),
        draft("suspend", "I-03", start=d(2025, 2, 1)),
        draft("resume", "I-05", start=d(2025, 2, 1)),
        amend("I-06", d(2025, 3, 1), is_online=True),
        amend("I-07", d(2025, 3, 1), is_online=None),
        amend("I-08", d(2025, 3, 1), is_online=False),
        amend("I-09", d(2025, 3, 1), is_online=True),
        item("I-12", start=d(2025, 4, 1), is_online=True),
        on=d(2025, 2, 1),
    )
    publish(database, amend("I-01", d(2024, 6, 1), is_online=True), on=d(2026, 1, 5))
    publish(database, amend("I-11", d(2025, 5, 1), department_code="D-2", is_online=False), on=d(2026, 1, 6))


@pytest.mark.usefixtures("a_year")
def test_every_item_that_counts_otherwise_has_one_kind(changes: Changes) -> None:
    answer = changes(f"{SPAN}&known_from=2025-12-31")
    (row,) = answer["values"]
    assert (answer["revision_from"], answer["revision_to"]) == (3, 5)
    assert {kind["kind"]: kind["items"] for kind in row["kinds"]} == {
        "corrected": 1,
        "added": 1,
        "cancelled": 1,
        "suspended": 1,
        "resumed": 1,
        "transferred": 1,
        "became_known": 1,
        "became_unknown": 1,
        "improved": 1,
        "worsened": 1,
    }
    points = [Fraction(kind["points_exact"]) for kind in row["kinds"]]
    before, after = ((row[side]["numerator"], row[side]["denominator"]) for side in ("before", "after"))
    assert (before, after) == ((7, 10), (6, 10))
    assert sum(points) == Fraction(row["change_exact"]) == Fraction(-1, 10)
    assert (row["change"], row["note"]) == (-0.1, None)


@pytest.mark.usefixtures("a_year")
def test_without_a_correction_the_same_item_did_not_change(changes: Changes) -> None:
    (row,) = changes(SPAN)["values"]
    assert "corrected" not in {kind["kind"] for kind in row["kinds"]}
    assert row["before"]["numerator"] == 8


@pytest.mark.usefixtures("a_year")
def test_an_item_that_is_handed_over_leaves_one_department_and_enters_another(changes: Changes) -> None:
    old, new = changes(f"{SPAN}&group_by=department_code")["values"]
    assert [row["group"]["department_code_label"] for row in (old, new)] == ["海珠区民政局", "海珠区教育局"]
    moved = [next(kind for kind in row["kinds"] if kind["kind"] == "transferred") for row in (old, new)]
    assert [(kind["numerator_change"], kind["denominator_change"]) for kind in moved] == [(-1, -1), (0, 1)]
    assert (new["change"], new["note"]) == (None, "2024-12-31：没有可计的事项，分母为零。")
    assert moved[1]["points"] is None


@pytest.mark.usefixtures("a_year")
def test_links_lead_to_the_very_items_page_by_page(client: TestClient, changes: Changes) -> None:
    for query in (SPAN, f"{SPAN}&known_from=2025-12-31", f"{SPAN}&group_by=department_code&group_by=is_online"):
        for row in changes(query)["values"]:
            for kind in row["kinds"]:
                page = client.get(kind["items_url"]).json()
                ChangedItemPage.model_validate(page)
                assert page["total"] == len(page["items"]) == kind["items"], kind
                assert {each["kind"] for each in page["items"]} == {kind["kind"]}


@pytest.mark.usefixtures("a_year")
def test_a_walk_through_all_items_sees_each_once(client: TestClient) -> None:
    url, codes = f"/v1/metric-changes/items?{SPAN}&limit=2", list[str]()
    while url:
        answer = client.get(url)
        page = answer.json()
        assert page["total"] == 9
        codes += [each["code"] for each in page["items"]]
        url = page["next"]
        assert answer.headers.get("link") == (f'<{url}>; rel="next"' if url else None)
    assert codes == sorted(codes)
    assert len(set(codes)) == 9


@pytest.mark.usefixtures("a_year")
def test_an_item_is_shown_before_and_after(client: TestClient) -> None:
    page = client.get(f"/v1/metric-changes/items?{SPAN}&kind=transferred&group_by=department_code&group=D-2").json()
    (one,) = page["items"]
    assert (one["code"], one["kind"], one["department_name"]) == ("I-11", "transferred", "海珠区教育局")
    assert [one["before"][part] for part in ("numerator", "denominator", "unknown")] == [0, 0, 0]
    assert [one["after"][part] for part in ("numerator", "denominator", "unknown")] == [0, 1, 0]
    assert one["after"]["group"] == {"department_code": "D-2", "department_code_label": "海珠区教育局"}
    assert client.get(one["before"]["url"]).json()["is_online"] is True
    assert client.get(one["after"]["url"]).json()["is_online"] is False
    (gone,) = client.get(f"/v1/metric-changes/items?{SPAN}&kind=cancelled").json()["items"]
    assert (gone["code"], gone["after"]) == ("I-02", None)


@pytest.mark.usefixtures("a_year")
def test_a_count_moves_by_items_and_a_mean_by_its_sum(database: Database, changes: Changes) -> None:
    publish(
        database, amend("I-04", date(2025, 1, 1), onsite_visits=3), amend("I-10", date(2024, 1, 1), onsite_visits=1)
    )
    count = changes("metric=online_item_count&from=2024-12-31&to=2025-12-31")
    (row,) = count["values"]
    assert (row["percentage_points"], row["change"], row["change_exact"]) == (None, -2.0, "-2/1")
    assert row["denominator_change"] is None
    (mean,) = changes("metric=average_visits&from=2024-12-31&to=2025-12-31")["values"]
    assert [(kind["kind"], kind["points_exact"], kind["unknown_change"]) for kind in mean["kinds"]] == [
        ("added", "0/1", 1),
        ("cancelled", "0/1", -1),
        ("suspended", "0/1", -1),
        ("resumed", "0/1", 1),
        ("became_known", "1/1", -1),
    ]
    assert (mean["change_exact"], mean["unknown_change"]) == ("1/1", -1)


@pytest.mark.usefixtures("a_year")
def test_an_item_that_leaves_what_is_asked_about_is_reclassified_whatever_it_states(
    database: Database, changes: Changes
) -> None:
    publish(database, amend("I-06", date(2024, 1, 3), task_type="01"), amend("I-04", date(2024, 1, 3), task_type="01"))
    publish(database, amend("I-06", date(2025, 1, 1), task_type="20"))
    (row,) = changes("metric=online_rate&from=2024-12-31&to=2025-01-31&filter=task_type = '01'")["values"]
    assert [(kind["kind"], kind["denominator_change"], kind["unknown_change"]) for kind in row["kinds"]] == [
        ("reclassified", -1, -1)
    ]


@pytest.mark.usefixtures("a_year")
def test_groups_of_several_codes_and_of_none_have_their_items(
    database: Database, client: TestClient, changes: Changes
) -> None:
    """I-10 leaves the depths 1 and 5 for 5 and 6: in 5 nothing changed. I-04 turns from not stated to none."""
    publish(database, amend("I-10", date(2024, 1, 3), online_depths=["1", "5"]))
    publish(
        database,
        amend("I-10", date(2025, 1, 1), online_depths=["5", "6"]),
        amend("I-04", date(2025, 1, 1), online_depths=[]),
    )
    rows = changes("metric=item_count&from=2024-12-31&to=2025-01-31&group_by=online_depths")["values"]
    moved = {
        row["group"]["online_depths"]: (
            kind["kind"],
            kind["numerator_change"],
            client.get(kind["items_url"]).json()["total"],
        )
        for row in rows
        for kind in row["kinds"]
    }
    assert moved == {
        "": ("reclassified", 1, 1),
        "1": ("reclassified", -1, 1),
        "6": ("reclassified", 1, 1),
        None: ("reclassified", -1, 1),
    }
    assert "5" in {row["group"]["online_depths"] for row in rows}


@pytest.mark.usefixtures("a_year")
def test_where_there_is_no_rate_the_answer_says_why(changes: Changes) -> None:
    (unborn,) = changes("metric=item_count&from=2024-12-31&to=2025-12-31&known_from=2023-12-31")["values"]
    assert (unborn["change"], unborn["numerator_change"]) == (None, 10)
    assert "2024-01-02" in unborn["note"]
    (silent,) = changes("metric=full_online_rate&from=2024-12-31&to=2025-12-31&filter=status='1'")["values"]
    assert silent["change"] is None
    assert silent["note"]
    (same,) = changes("metric=online_rate&from=2025-12-31&to=2025-12-31")["values"]
    assert (same["change"], same["change_exact"], same["kinds"]) == (0.0, "0/1", [])


@pytest.mark.usefixtures("a_year")
@pytest.mark.parametrize(
    ("query", "problem", "parameter"),
    [
        ("from=2025-01-01", "malformed", "metric"),
        ("metric=online_rate", "malformed", "from"),
        ("metric=onlinerate&from=2025-01-01", "unknown-metric", "metric"),
        ("metric=guide_accuracy&from=2025-01-01", "metric-not-computable", "metric"),
        ("metric=online_rate&metric=item_count&from=2025-01-01", "malformed", "metric"),
        ("metric=online_rate&from=2025-02-30", "malformed", "from"),
        ("metric=online_rate&from=2025-01-01&to=x", "malformed", "to"),
        ("metric=online_rate&from=2025-01-02&to=2025-01-01", "backward-span", "from"),
        ("metric=online_rate&from=2025-01-01&known_from=2027-01-01", "malformed", "known_from"),
        ("metric=online_rate&from=2025-01-01&known_to=77", "malformed", "known_to"),
        ("metric=online_rate&from=2025-01-01&known_to=x", "malformed", "known_to"),
        ("metric=online_rate&from=2025-01-01&known_at=1", "unknown-parameter", "known_at"),
        ("metric=online_rate&from=2025-01-01&group_by=name", "unknown-group", "group_by"),
        ("metric=online_rate&from=2025-01-01&within=44", "malformed", "within"),
        ("metric=online_rate&from=2025-01-01&filter=onlin=1", "invalid-filter", "filter"),
        ("items?metric=online_rate&from=2025-01-01&kind=better", "malformed", "kind"),
        ("items?metric=online_rate&from=2025-01-01&group_by=is_online", "no-such-group", "group"),
        ("items?metric=online_rate&from=2025-01-01&group_by=is_online&group=1", "no-such-group", "group"),
        ("items?metric=online_rate&from=2025-01-01&group=true", "no-such-group", "group"),
        ("items?metric=online_rate&from=2025-01-01&limit=0", "malformed", "limit"),
        ("items?metric=online_rate&from=2025-01-01&cursor=abc", "wrong-cursor", "cursor"),
    ],
)
def test_what_is_wrong_is_named(client: TestClient, query: str, problem: str, parameter: str) -> None:
    path = query.replace("items?", "/items?") if query.startswith("items") else f"?{query}"
    answer = client.get(f"/v1/metric-changes{path}")
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{problem}"), answer.text
    assert answer.json()["errors"][0]["parameter"] == parameter


@pytest.mark.usefixtures("a_year")
def test_a_cursor_belongs_to_one_question_and_two_revisions(client: TestClient, database: Database) -> None:
    following = client.get(f"/v1/metric-changes/items?{SPAN}&limit=2").json()["next"]
    publish(database, amend("I-04", date(2025, 1, 1), is_online=False), on=date(2026, 3, 1))
    assert [each["code"] for each in client.get(following).json()["items"]] == ["I-05", "I-06"]
    assert client.get(following.replace("known_to=5", "known_to=6")).json()["type"] == "/problems/wrong-cursor"


@pytest.mark.usefixtures("a_year")
def test_a_filter_that_the_links_would_repeat_too_often_is_refused(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.pages.MOST_IN_LINKS", 10_000)
    answer = client.get(f"/v1/metric-changes?{SPAN}&filter=name <> '{'养' * 100}'")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/links-too-long")
    assert client.get(f"/v1/metric-changes?{SPAN}").status_code == 200


@pytest.mark.usefixtures("a_year")
def test_a_metric_that_became_another_kind_is_not_compared(staff: TestClient, client: TestClient) -> None:
    created(staff, denominator="status = '1'")
    put(staff, "licence_online_rate", {**FEES, "key": None})
    asked = "/v1/metric-changes?metric=licence_online_rate&from=2024-12-31&to=2025-12-31"
    for path in (f"{asked}&known_from=6", f"{asked}&known_from=6".replace("changes?", "changes/items?")):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/not-comparable")
        assert "由占比（%）改成了计数（项），两边不能比较" in answer.json()["detail"]
    assert client.get(f"{asked}&known_from=6&known_to=6").status_code == 200
    early = client.get(f"{asked}&known_from=5").json()
    assert "请让 known_from 和 known_to 都不早于 2026-03-02" in early["detail"]


@pytest.mark.usefixtures("a_year")
def test_what_differs_by_definition_is_told_and_still_adds_up(staff: TestClient, changes: Changes) -> None:
    """What isn't stated is taken for a yes: I-06 would have counted in 2024, though nobody corrected it."""
    created(staff, denominator="status = '1'")
    put(
        staff,
        "licence_online_rate",
        body(denominator="status = '1'", numerator="is_online = true OR is_online IS NULL"),
    )
    asked = "metric=licence_online_rate&from=2024-12-31&to=2025-12-31"
    answer = changes(f"{asked}&known_from=6")
    assert answer["note"].startswith("两边按不同的定义计算（第 1 个、第 2 个）")
    (row,) = answer["values"]
    assert {kind["kind"]: kind["items"] for kind in row["kinds"]}["corrected"] == 1
    assert sum(Fraction(kind["points_exact"]) for kind in row["kinds"]) == Fraction(row["change_exact"])
    for name in ("numerator_change", "denominator_change", "unknown_change"):
        assert sum(kind[name] for kind in row["kinds"]) == row[name]
    assert "note" not in changes(asked)


@pytest.mark.usefixtures("a_year")
def test_another_name_alone_is_no_other_definition(staff: TestClient, changes: Changes) -> None:
    created(staff, denominator="status = '1'")
    put(staff, "licence_online_rate", body(denominator="status = '1'", name_zh="本局网办率"))
    answer = changes("metric=licence_online_rate&from=2024-12-31&to=2025-12-31&known_from=6")
    assert (answer["definition_version_from"], answer["definition_version_to"]) == (1, 2)
    assert "note" not in answer
