"""The numbers of the published county report that count no items."""

import pytest
from fastapi.testclient import TestClient

REPORT = (
    "window_count", "hall_department_count", "integrated_matter_count", "transfer_batch_count",
    "transferring_department_count", "deficiency_batch_count",
)  # fmt: skip


@pytest.mark.parametrize(
    ("known_at", "expected"),
    [
        (None, [75, 29, 12, 3, 13, 2]),
        ("38", [75, 29, None, 3, 13, 2]),  # Batches were entered before the integrated matters,
        ("2024-06-30", [75, 29, None, None, None, None]),  # and after the report.
    ],
)
def test_the_numbers_of_the_report(demo: TestClient, known_at: str | None, expected: list[int | None]) -> None:
    asked = {"metric": list(REPORT), "as_of": "2024-06-30", "within": "990101"}
    rows = demo.get("/v1/metric-values", params={**asked, **({"known_at": known_at} if known_at else {})}).json()[
        "values"
    ]
    assert [row["value"] for row in rows] == expected
    for row in rows:
        assert demo.get(row["numerator_url"]).json()["total"] == row["numerator"] == (row["value"] or 0)


def test_numbers_agree_with_what_else_counts_the_same(demo: TestClient) -> None:
    for day in ("2020-12-08", "2022-11-01", "2024-06-30"):
        asked = {"metric": list(REPORT), "as_of": day}
        said = {row["metric"]: row["numerator"] for row in demo.get("/v1/metric-values", params=asked).json()["values"]}
        door = demo.get("/v1/one-door", params={"as_of": day}).json()["totals"]
        assert said["hall_department_count"] == door["departments_in_hall"]["count"]
        assert said["window_count"] == door["windows"]["count"]
        transfers = demo.get("/v1/transfers", params={"as_of": day}).json()["totals"]
        assert said["transfer_batch_count"] == transfers["batches"]
        assert said["transferring_department_count"] == transfers["departments"]
