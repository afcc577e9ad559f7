"""What readers wait for: one item, a filtered list, rates by department, a deep page. Ours beside Datasette's."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from statistics import median
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import urlopen

from app.catalogue.objects import ITEM
from bench.client import Asked, rounds
from bench.data import DAY, HOLDS, Data
from bench.figures import Figure, figure, shown
from bench.servers import Server

SEED = 2024
PAGE = 50
# Each rate as a flat table has it: the items it is about, and those that count. The service's own definitions are
# compared with these by their answers.
RATES: Mapping[str, tuple[str, str]] = {
    "online_rate": ("status = '1'", "is_online = 1"),
    "one_visit_rate": ("status = '1'", "onsite_visits <= 1"),
    "cross_region_share": ("status = '1'", "cross_region_scope IN ('1', '2', '3')"),
    "deficiency_rate": ("status = '1' AND task_type = '01'", "supports_deficiency_tolerance = 1"),
    "one_window_rate": ("status = '1' AND is_in_service_hall = 1", "accepts_at_comprehensive_window = 1"),
}
SHOWN = [e.name for e in ITEM.elements.values() if e.summary] + ["department_name", "valid_from", "valid_to"]
Rates = dict[tuple[str, str], tuple[int, int]]


@dataclass(frozen=True)
class Sides:
    """The servers, how long each round takes and how many there are."""

    ours: Server
    peer: Server
    limit: Server
    database: str
    seconds: float
    rounds: int

    def rates(self, asked: Mapping[str, Asked], times: float = 1) -> dict[str, list[float]]:
        return rounds(asked, number=self.rounds, seconds=self.seconds * times)

    def compare(self, ours: Sequence[str], peer: Sequence[str], times: float = 1) -> tuple[list[float], list[float]]:
        rates = self.rates({"ours": Asked(self.ours, ours), "peer": Asked(self.peer, peer)}, times)
        return rates["ours"], rates["peer"]

    def flat(self, table: str, **parameters: object) -> str:
        return f"/{self.database}/{table}.json?{urlencode({'_shape': 'objects', **parameters}, doseq=True)}"

    def query(self, sql: str, **parameters: object) -> str:
        return f"/{self.database}.json?{urlencode({'_shape': 'objects', 'sql': sql, **parameters})}"


def reads(data: Data, sides: Sides) -> Iterator[Figure]:
    with closing(sqlite3.connect(data.catalogue)) as connection:
        yield from one_item(connection, sides)
        yield filtered_list(connection, sides, least=min(PAGE, data.items // 1000))
    yield rates_of_today(sides)
    yield rates_of_any_day(sides)
    yield from deep_page(sides)


def answer(server: Server, path: str) -> dict[str, Any]:
    with urlopen(server.address + path, timeout=120) as response:
        body: dict[str, Any] = json.load(response)
    return body


def differ(work: str, path: str, ours: object, peer: object) -> SystemExit:
    return SystemExit(f"{work}: the answers to {path} differ:\n  ours {str(ours)[:600]}\n  peer {str(peer)[:600]}")


def one_item(connection: sqlite3.Connection, sides: Sides) -> Iterator[Figure]:
    """Ours has the sub-lists too (materials, steps, windows); Datasette's row has the scalar elements.

    Beside it the same statement by the bare driver: what lies between the two is what the service adds.
    """
    codes = [code for (code,) in connection.execute(f"SELECT code FROM item_version WHERE {HOLDS}")]
    codes = Random(SEED).sample(sorted(codes), min(2_000, len(codes)))
    ours = [f"/v1/items/{code}" for code in codes]
    peer = [sides.flat(f"items/{code}") for code in codes]
    for mine, theirs in zip(ours[:50], peer[:50], strict=True):
        item, row = answer(sides.ours, mine), answer(sides.peer, theirs)["rows"][0]
        if plain(item) != plain(row):
            raise differ("item by code", mine, plain(item), plain(row))
    asked = {"ours": Asked(sides.ours, ours), "peer": Asked(sides.peer, peer), "limit": Asked(sides.limit, ours)}
    rates = sides.rates(asked)
    yield figure("item by code", rates["ours"], rates["peer"], beside="Datasette", budget=5, note="decision 12")
    yield figure("item by code", rates["ours"], rates["limit"], beside="its statement, bare", budget=0.5)


def plain(row: Mapping[str, object]) -> list[object]:
    """What a list shows of an item, open ends as null."""
    return [None if row[name] == "9999-12-31" else row[name] for name in SHOWN]


def filtered_list(connection: sqlite3.Connection, sides: Sides, *, least: int) -> Figure:
    """50 items in order of code with the exact total, for every department, type and yes/no with enough items."""
    sorts = connection.execute(
        f"SELECT department_code, task_type, is_online FROM item_version WHERE {HOLDS} AND is_online IS NOT NULL "
        f"AND task_type IS NOT NULL GROUP BY 1, 2, 3 HAVING count(*) >= {least} ORDER BY 1, 2, 3"
    ).fetchall()
    sorts = Random(SEED).sample(sorts, min(100, len(sorts)))
    ours, peer = [], []
    for department, task_type, online in sorts:
        asked = {"department_code": department, "task_type": task_type}
        ours.append("/v1/items?" + urlencode({**asked, "is_online": "true" if online else "false", "limit": PAGE}))
        peer.append(sides.flat("items", **asked, is_online=online, _size=PAGE, _col=SHOWN))
    for mine, theirs in zip(ours, peer, strict=True):
        page, rows = answer(sides.ours, mine), answer(sides.peer, theirs)
        if (page["total"], pages(page)) != (rows["filtered_table_rows_count"], pages(rows)):
            raise differ("list", mine, (page["total"], pages(page)), (rows["filtered_table_rows_count"], pages(rows)))
    note = f"{len(sorts)} questions; single-column indexes there"
    return figure("list of 50, 3 filters, total", *sides.compare(ours, peer), beside="Datasette", budget=6, note=note)


def pages(body: Mapping[str, Any]) -> list[list[object]]:
    """The rows of a page; yes and no equal 1 and 0 in Python."""
    return [plain(row) for row in body.get("items") or body.get("rows") or []]


def rates_of_today(sides: Sides) -> Figure:
    """The hard case: Datasette has nothing but what holds now, the service picks it out of all versions."""
    ours, peer = [our_rates(DAY)], [sides.query(rates_sql("items"))]
    check_rates(sides, ours, peer)
    note = "there: a table of what holds now, no dates"
    rates = sides.compare(ours, peer, times=2)
    return figure("five rates × departments, today", *rates, beside="Datasette", note=note)


def rates_of_any_day(sides: Sides) -> Figure:
    draw, first = Random(SEED), date(2019, 6, 1)
    span = (date.fromisoformat(DAY) - first).days
    days = [(first + timedelta(days=draw.randrange(span))).isoformat() for _ in range(200)]
    sql = rates_sql("item_versions") + " "
    sql = sql.replace("GROUP", "WHERE valid_from <= :day AND valid_to > :day GROUP")
    ours, peer = [our_rates(day) for day in days], [sides.query(sql, day=day) for day in days]
    check_rates(sides, ours[:5], peer[:5])
    rates = sides.compare(ours, peer, times=4)
    note = "there: a table of all versions"
    return figure("five rates × departments, any day", *rates, beside="Datasette", budget=4, note=note)


def our_rates(day: str) -> str:
    return "/v1/metric-values?" + urlencode({"metric": list(RATES), "group_by": "department_code", "as_of": day}, True)


def rates_sql(table: str) -> str:
    counts = ", ".join(
        f"sum({of}) AS of_{name}, sum({of} AND {has}) AS has_{name}" for name, (of, has) in RATES.items()
    )
    return f"SELECT department_code, {counts} FROM {table} GROUP BY department_code"


def check_rates(sides: Sides, ours: Sequence[str], peer: Sequence[str]) -> None:
    for mine, theirs in zip(ours, peer, strict=True):
        figures = {
            (row["metric"], row["group"]["department_code"]): (row["numerator"], row["denominator"])
            for row in answer(sides.ours, mine)["values"]
        }
        counted = {
            (name, row["department_code"]): (row[f"has_{name}"] or 0, row[f"of_{name}"] or 0)
            for row in answer(sides.peer, theirs)["rows"]
            for name in RATES
        }
        if figures != counted:
            raise differ("rates", mine, sorted(figures.items()), sorted(counted.items()))


def deep_page(sides: Sides) -> Iterator[Figure]:
    """The page half-way through all items. The first page counts them; later ones carry the total in their cursor."""
    first = f"/v1/items?limit={PAGE}"
    body = answer(sides.ours, first)
    second = body["next"]
    deep, last = half_way(sides, body["total"])
    peer = sides.flat("items", _size=PAGE, _next=last, _col=SHOWN)
    mine, theirs = answer(sides.ours, deep), answer(sides.peer, peer)
    if pages(mine) != pages(theirs) or not pages(mine):
        raise differ("deep page", deep, pages(mine)[:2], pages(theirs)[:2])
    ours = {"first": first, "second": second, "deep": deep}
    asked = {name: Asked(sides.ours, [path]) for name, path in ours.items()}
    rates = sides.rates(asked | {"peer": Asked(sides.peer, [peer])})
    for name, budget in (("first", 1.2), ("second", None)):
        yield slower(f"half-way page, time ÷ {name} page", rates["deep"], rates[name], budget)
    yield figure("half-way page", rates["deep"], rates["peer"], beside="Datasette", note="by cursor on both sides")


def half_way(sides: Sides, total: int) -> tuple[str, str]:
    """The address of the page in the middle, and the code it comes after."""
    path, passed, last = "/v1/items?limit=1000", 0, ""
    while passed < total // 2 and path:
        body = answer(sides.ours, path)
        path, last, passed = body["next"], body["items"][-1]["code"], passed + len(body["items"])
    asked = dict(parse_qsl(urlsplit(path).query))
    return "/v1/items?" + urlencode({**asked, "limit": PAGE}), last


def slower(work: str, ours: Sequence[float], other: Sequence[float], budget: float | None) -> Figure:
    ratios = [rate / mine for mine, rate in zip(ours, other, strict=True)]
    return Figure(
        work=work,
        ours=f"{shown(median(ours))} req/s",
        peer=f"{shown(median(other))} req/s",
        ratio=median(ratios),
        low=min(ratios),
        high=max(ratios),
        budget=budget,
        at_most=True,
    )
