"""The monthly counts of cases against what the county report says of them, and against the items of each month."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from seed.demo.cases import reports
from seed.demo.matters import matters
from seed.demo.tables import table
from tests.seed.replay import Content, Model, current_code, in_use

Row = Mapping[str, Any]

MONTHS = ("2024-01", "2024-02", "2024-03", "2024-04", "2024-05", "2024-06")
CHANNELS = {"online", "window", "post", "self_service", "other"}
GOOD = ("very_satisfied", "fairly_satisfied", "basically_satisfied")
BAD = ("dissatisfied", "very_dissatisfied")
KEY = ("code", "month", "channel", "business_kind")


def key(row: Row) -> tuple[object, ...]:
    return tuple(row[name] for name in KEY)


def every_row() -> Iterator[Row]:
    return (row for report in reports() for row in report.rows)


def last_day(month: str) -> date:
    year, number = map(int, month.split("-"))
    return date(year, number, monthrange(year, number)[1])


@pytest.fixture(scope="module")
def final() -> list[Row]:
    """The rows as known after the last report."""
    return list({key(row): row for row in every_row()}.values())


@pytest.fixture(scope="module")
def open_in(latest: Model) -> dict[str, dict[str, Content]]:
    """The items in use at the end of each month, by their codes then."""
    return {month: {str(item["code"]): item for item in in_use(latest, last_day(month))} for month in MONTHS}


@pytest.fixture(scope="module")
def transferred(latest: Model) -> dict[str, set[str]]:
    """The codes at the end of each month of the items that a transfer in force names by whatever code."""
    return {month: set(_handed_over(latest, last_day(month))) for month in MONTHS}


def _handed_over(model: Model, day: date) -> Iterator[str]:
    for batch in model.on("transfer", day):
        entries: list[Row] = batch["entries"]  # type: ignore[assignment]  # a list of objects
        yield from (current_code(model, entry["code"], day) for entry in entries)


def total(rows: Iterable[Row], *names: str) -> int:
    return sum(row[name] for row in rows for name in names)


def test_the_figures_of_the_report(final: list[Row], transferred: dict[str, set[str]]) -> None:
    assert total(final, "accepted") == 105_865
    assert {len(codes) for codes in transferred.values()} == {143}
    assert total((row for row in final if row["code"] in transferred[row["month"]]), "accepted") == 2_658


@pytest.mark.parametrize(("kind", "cases"), [("项目立项", 429), ("企业登记", 627), ("变更", 1_113), ("注销", 315)])
def test_what_enterprises_did_online(final: list[Row], kind: str, cases: int) -> None:
    assert total((row for row in final if row["business_kind"] == kind), "accepted") == cases
    assert {row["channel"] for row in final if row["business_kind"] == kind} == {"online"}


def test_ninety_nine_of_a_hundred_are_on_time_and_satisfied(final: list[Row]) -> None:
    assert total(final, "closed_on_time") / total(final, "closed") >= 0.99
    assert total(final, *GOOD) / total(final, "reviewed") >= 0.99


def test_some_departments_fall_short(final: list[Row]) -> None:
    departments = by_department(final).values()
    assert any(total(rows, "closed_on_time") / total(rows, "closed") < 0.99 for rows in departments)
    assert any(total(rows, *GOOD) / total(rows, "reviewed") < 0.99 for rows in departments)


def by_department(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found = defaultdict(list)
    for row in rows:
        found[row["code"][:18]].append(row)
    return found


def test_online_share(final: list[Row]) -> None:
    def share(rows: list[Row]) -> float:
        return total((row for row in rows if row["channel"] == "online"), "accepted") / total(rows, "accepted")

    assert 0.35 <= share(final) <= 0.6
    assert all(0.1 <= share(rows) <= 0.9 for rows in by_department(final).values())


def test_a_few_services_make_most_of_the_cases_and_some_items_have_none(
    final: list[Row], open_in: dict[str, dict[str, Content]]
) -> None:
    asked_for: dict[str, int] = defaultdict(int)
    for row in final:
        asked_for[row["code"]] += row["accepted"]
    busiest = sorted(asked_for.values())[-100:]
    assert sum(busiest) > 105_865 / 2
    assert 900 <= len(open_in["2024-06"].keys() & asked_for) <= 1_200


def test_the_tables_name_items_of_the_district() -> None:
    assert {row["item"] for row in table("case_volumes")} <= {matter.basic.name for matter in matters()}
    assert {row["item"] for row in table("case_kinds")} <= {matter.name for matter in matters()}


def test_counts_are_of_the_cases_accepted() -> None:
    for row in every_row():
        assert 0 <= row["closed_on_time"] <= row["closed"] <= row["accepted"] > 0
        assert row["reviewed"] <= row["closed"]
        assert total([row], *GOOD, *BAD) == row["reviewed"]
        assert 0 <= row["bad_reviews_fixed"] <= row["bad_reviews_verified"] <= total([row], *BAD)
        assert min(row[name] for name in (*GOOD, *BAD)) >= 0


def test_items_are_in_use_under_their_code_and_offer_the_channel(open_in: dict[str, dict[str, Content]]) -> None:
    for row in every_row():
        item = open_in[row["month"]][row["code"]]
        assert row["channel"] in CHANNELS
        assert row["channel"] != "online" or item["is_online"] is True
        assert row["channel"] != "self_service" or item["supports_self_service"] is True
        assert row["channel"] != "post" or item["supports_express"] is True


def test_an_item_is_counted_as_one_or_by_kinds() -> None:
    for report in reports():
        keys = [key(row) for row in report.rows]
        assert len(keys) == len(set(keys))
        kinds = defaultdict(set)
        for *cell, kind in keys:
            kinds[tuple(cell)].add(kind)
        assert all(None not in found or found == {None} for found in kinds.values())


def test_each_month_is_reported_on_the_fifth_and_two_of_them_again() -> None:
    assert [(report.reported_on, {row["month"] for row in report.rows}) for report in reports()] == [
        (date(2024, 2, 5), {"2024-01"}),
        (date(2024, 3, 5), {"2024-02"}),
        (date(2024, 4, 5), {"2024-03"}),
        (date(2024, 5, 5), {"2024-04"}),
        (date(2024, 6, 5), {"2024-05"}),
        (date(2024, 7, 5), {"2024-06"}),
        (date(2024, 7, 22), {"2024-05", "2024-06"}),
    ]
    assert len({report.file_name for report in reports()}) == 7
    assert sum(len(report.rows) for report in reports()) <= 16_000


def test_what_is_reported_again_has_grown() -> None:
    handed_in: list[Sequence[Row]] = [report.rows for report in reports()]
    *_, may, june, again = handed_in
    before = {key(row): row for row in (*may, *june)}
    assert before.keys() == {key(row) for row in again}
    for row in again:
        assert row["accepted"] == before[key(row)]["accepted"]
        assert all(row[name] >= before[key(row)][name] for name in row if name not in KEY)
    assert total(again, "closed") > total(before.values(), "closed")
    assert total(again, "reviewed") > total(before.values(), "reviewed")
