"""Cases of twelve months by department: ours, of items as they were in each month, beside sums over a flat table."""

import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from app.cases.elements import COUNTS
from bench.case_data import PERIOD
from bench.figures import Figure, figure
from bench.reads import Sides, answer, differ
from bench.servers import Server, drain

OPTIONAL = tuple(name for name in COUNTS if name != "accepted")
# Each metric as a flat table has it: the numerator, and the denominator where it has one.
METRICS: Mapping[str, tuple[str, str | None]] = {
    "accepted_cases": ("accepted", None),
    "closed_cases": ("closed", None),
    "online_case_rate": ("accepted * (channel = 'online')", "accepted"),
    "on_time_rate": ("closed_on_time", "CASE WHEN closed_on_time IS NOT NULL THEN closed END"),
    "good_review_rate": ("satisfied", "CASE WHEN satisfied IS NOT NULL THEN reviewed END"),
}
NOTE = "one question at a time; there: each row has its item's department"
Sums = dict[str, list[object]]


def cases(sides: Sides) -> Iterator[Figure]:
    yield all_counts(sides)
    yield five_metrics(sides)


def all_counts(sides: Sides) -> Figure:
    """All twelve counts with what is not stated of each, items and reports."""
    path = "/v1/case-statistics?" + urlencode({"period": str(PERIOD), "group_by": "department_code"})
    sums = ", ".join(f"sum({name}) AS {name}" for name in COUNTS)
    unstated = ", ".join(f"sum(accepted) FILTER (WHERE {name} IS NULL) AS no_{name}" for name in OPTIONAL)
    sql = grouped(f"{sums}, {unstated}, count(DISTINCT item_id) AS item_count, count(*) AS report_count")
    check(sides, path, sql, stated, summed)
    return figure("12 months of cases × departments", *one_by_one(sides, path, sql), beside="Datasette", note=NOTE)


def five_metrics(sides: Sides) -> Figure:
    asked = {"metric": list(METRICS), "period": str(PERIOD), "group_by": "department_code"}
    path = "/v1/metric-values?" + urlencode(asked, doseq=True)
    parts = ", ".join(f"sum({part}) AS of_{key}, sum({whole}) AS in_{key}" for key, (part, whole) in METRICS.items())
    sql = grouped(parts.replace("None", "NULL"))
    check(sides, path, sql, figures, counted)
    return figure("five metrics of cases × departments", *one_by_one(sides, path, sql), beside="Datasette", note=NOTE)


def one_by_one(sides: Sides, path: str, sql: str) -> tuple[list[float], list[float]]:
    """Answers a second of each side, in turn, after a round to warm up. An answer takes seconds: sixteen at once would only
    tell how many threads a side has.
    """
    asked = ((sides.ours, path), (sides.peer, sides.query(sql)))
    ours, peer = zip(*([rate(*each, sides.seconds) for each in asked] for _ in range(sides.rounds + 1)), strict=True)
    return list(ours[1:]), list(peer[1:])


def rate(server: Server, path: str, seconds: float) -> float:
    drain(server)
    started, answers = time.perf_counter(), 0
    while time.perf_counter() - started < seconds:
        answer(server, path)
        answers += 1
    return answers / (time.perf_counter() - started)


def grouped(sums: str) -> str:
    where = f"month BETWEEN '{PERIOD.first}' AND '{PERIOD.last}'"
    return f"SELECT department_code, {sums} FROM cases WHERE {where} GROUP BY department_code"


def check(sides: Sides, path: str, sql: str, ours: Any, peer: Any) -> None:
    mine, theirs = ours(answer(sides.ours, path)["values"]), peer(answer(sides.peer, sides.query(sql))["rows"])
    if mine != theirs or not mine:
        raise differ("cases", path, sorted(mine.items())[:2], sorted(theirs.items())[:2])


def stated(values: list[dict[str, Any]]) -> Sums:
    beside = ("item_count", "report_count")
    return {
        row["group"]["department_code"]: [
            *(row[name] for name in (*COUNTS, *beside)),
            *(row["unstated"].get(name) for name in OPTIONAL),
        ]
        for row in values
    }


def summed(rows: list[dict[str, Any]]) -> Sums:
    names = (*COUNTS, "item_count", "report_count", *(f"no_{name}" for name in OPTIONAL))
    return {row["department_code"]: [row[name] for name in names] for row in rows}


def figures(values: list[dict[str, Any]]) -> Sums:
    found: Sums = {}
    for row in values:
        found.setdefault(row["group"]["department_code"], []).append((row["numerator"], row["denominator"]))
    return {department: sorted(parts, key=str) for department, parts in found.items()}


def counted(rows: list[dict[str, Any]]) -> Sums:
    return {
        row["department_code"]: sorted(((row[f"of_{key}"], row[f"in_{key}"]) for key in METRICS), key=str)
        for row in rows
    }
