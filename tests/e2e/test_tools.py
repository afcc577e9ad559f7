"""The examples of docs/guide/tools.md: each is taken from the page, sent, and read as the tool reads it."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import urljoin, urlsplit

from fastapi.testclient import TestClient

from tests.databases import ROOT
from tests.metrics.test_openmetrics import scraped
from tests.pages import HOST, blocks

PAGE = ROOT / "docs/guide/tools.md"
DAY = "2024-06-30"
Params: TypeAlias = list[tuple[str, str | int | float | bool | None]]
ONLINE, ALL = 1263, 1428


def examples(language: str, *holding: str) -> list[str]:
    """The blocks of a language that hold all the words."""
    return [text for kind, text in blocks(PAGE) if kind == language and all(word in text for word in holding)]


def fetched(demo: TestClient, address: str) -> Any:
    answer = demo.get(address.removeprefix(HOST))
    assert answer.status_code == 200, answer.text
    return answer


def selected(row: Any, path: str) -> Any:
    """What a path with dots leads to; a step that is not there is an error, as a column that stays empty is."""
    for step in path.split("."):
        row = row[step]
    return row


class TestGrafana:
    """The Infinity data source: a request from `url_options`, rows from the root selector, columns by their paths."""

    def test_rows_and_columns(self, demo: TestClient) -> None:
        (query,) = map(json.loads, examples("json5", '"type": "json"', "metric-values"))
        params: Params = [(each["key"], in_range(each["value"])) for each in query["url_options"]["params"]]
        rows = selected(demo.get(query["url"], params=params).json(), query["root_selector"])
        table = {column["text"]: [selected(row, column["selector"]) for row in rows] for column in query["columns"]}
        assert (sum(table["可网办"]), sum(table["事项数"])) == (ONLINE, ALL)
        assert len(set(table["部门"])) == 29
        for column in query["columns"]:
            assert {type(cell) for cell in table[column["text"]]} <= TYPES[column["type"]]
        assert fetched(demo, table["事项"][0]).json()["total"] == table["可网办"][0]


TYPES: Mapping[str, set[type]] = {"string": {str}, "number": {int, float}}


def in_range(value: str) -> str:
    """As Grafana fills in the time range of a dashboard that ends on the day."""
    return re.sub(r"\$\{__to:date:YYYY-MM-DD\}", DAY, value)


class TestPrometheus:
    def test_the_address_is_the_one_that_is_scraped(self, demo: TestClient) -> None:
        (settings,) = examples("yaml", "scrape_configs")
        path = re.findall(r"metrics_path: (\S+)", settings)
        assert path == ["/metrics"]
        assert scraped(demo)

    def test_every_series_is_in_the_table_and_the_other_way_round(self, demo: TestClient) -> None:
        listed = re.findall(r"^\| `(shixiang_\w+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)
        assert set(listed) == set(scraped(demo))

    def test_the_quotient_of_sums_is_the_rate_of_the_whole(self, demo: TestClient) -> None:
        (query,) = examples("promql", "sum(")
        numerator, denominator = (
            sum(value for labels, value in scraped(demo)[name].items() if ("metric", metric) in labels)
            for name, metric in re.findall(r'sum\((\w+)\{metric="(\w+)"\}\)', query)
        )
        answer = fetched(demo, "/v1/metric-values?metric=online_rate").json()
        assert numerator / denominator == answer["values"][0]["value"]

    def test_each_department_finds_its_one_name(self, demo: TestClient) -> None:
        (query,) = examples("promql", "group_left(name)")
        series, metric, label, names = re.findall(
            r'(\w+)\{metric="(\w+)"\} \* on\((\w+)\) group_left\(name\) (\w+)', query
        )[0]
        read = scraped(demo)
        rated = [dict(labels)[label] for labels in read[series] if ("metric", metric) in labels]
        named = [dict(labels)[label] for labels in read[names]]
        assert len(named) == len(set(named))
        assert set(rated) <= set(named)
        assert set(read[names].values()) == {1}


def test_superset_reads_the_part_that_its_path_names(demo: TestClient) -> None:
    """shillelagh takes `$.values[*]` for rows, their members for columns, and leaves what is nested as JSON text."""
    (query,) = examples("sql")
    (address,) = re.findall(r'FROM "([^"]+)"', query)
    assert urlsplit(address).fragment == "$.values[*]"
    rows = fetched(demo, address.partition("#")[0]).json()["values"]
    (member,) = re.findall(r"json_extract\(\"group\", '\$\.(\w+)'\)", query)
    columns = re.findall(r"\b(numerator|denominator|percent)\b", query)
    assert len(columns) == 3
    assert all(row["group"][member] and columns == [name for name in row if name in columns] for row in rows)


class TestPowerQuery:
    def test_the_steps_of_the_query(self, demo: TestClient) -> None:
        (query,) = examples("powerquery")
        rows = fetched(demo, requested(query)).json()["values"]
        assert len({tuple(row) for row in rows}) == 1, "Table.FromRecords takes the columns of the first row for all"
        expanded = strings(query, r'Table\.ExpandRecordColumn\(Rows, "group", \{(.*?)\}\)')
        assert all(set(expanded) <= row["group"].keys() for row in rows)
        columns = {*rows[0], *expanded} - {"group"}
        chosen = strings(query, r"Table\.SelectColumns\(Figures, \{(.*?)\}\)")
        typed = dict(re.findall(r'\{"(\w+)", (type \w+|Int64\.Type)\}', query))
        assert set(chosen) <= columns
        assert typed.keys() <= set(chosen)
        for name in typed.keys() - set(expanded):
            assert {type(row[name]) for row in rows} <= NUMBERS[typed[name]]
        assert typed["department_code"] == "type text"


NUMBERS: Mapping[str, set[type]] = {"Int64.Type": {int}, "type number": {int, float}}


def requested(query: str) -> str:
    """The address that Web.Contents makes; a list repeats its name."""
    ((host, path, listed),) = re.findall(
        r'Web\.Contents\("([^"]+)", \[\s*RelativePath = "([^"]+)",\s*Query = \[(.*?)\]\s*\]\)', query, re.DOTALL
    )
    pairs = re.findall(r'(\w+) = (\{[^}]*\}|"[^"]*")', listed)
    return f"{host}/{path}?" + "&".join(
        f"{name}={value}" for name, values in pairs for value in re.findall(r'"([^"]*)"', values)
    )


def strings(query: str, pattern: str) -> Sequence[str]:
    (listed,) = re.findall(pattern, query)
    return re.findall(r'"([^"]*)"', listed)


def test_pandas_normalizes_the_groups_to_columns(demo: TestClient) -> None:
    (program,) = examples("python", "json_normalize")
    (address,) = re.findall(r'urlopen\("([^"]+)"\)', program)
    rows = [normalized(row) for row in fetched(demo, address).json()["values"]]
    columns = strings(program, r"figures\[\[(.*?)\]\]")
    assert all(set(columns) <= row.keys() for row in rows)
    assert "01" in {row["group.task_type"] for row in rows}


def normalized(row: dict[str, Any], before: str = "") -> dict[str, Any]:
    """As json_normalize does: what is nested becomes columns whose names are joined by dots."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        flat |= normalized(value, f"{before}{name}.") if isinstance(value, dict) else {f"{before}{name}": value}
    return flat


class TestPagesInTheBrowser:
    def test_the_figures_of_the_departments(self, demo: TestClient) -> None:
        (program,) = examples("js", "URLSearchParams")
        (path,) = re.findall(rf'new URL\("([^"]+)", "{HOST}"\)', program)
        params = re.findall(r'\["(\w+)", "([^"]+)"\]', program)
        body = demo.get(path, params=params).json()
        shown = set(re.findall(r"row\.([\w.]+)", program))
        assert len(shown) == 4
        for row in body["values"]:
            assert all(selected(row, each) is not None for each in shown)

    def test_pages_are_followed_to_the_end(self, demo: TestClient) -> None:
        (program,) = examples("js", "page.next")
        (following,) = re.findall(r'let next = "([^"]+)"', program)
        items, total = [], fetched(demo, following).json()["total"]
        while following:
            page = fetched(demo, urljoin(HOST, following)).json()
            items += page["items"]
            following = page["next"]
        assert len(items) == len({each["id"] for each in items}) == total

    def test_a_failure_has_the_sentence_that_the_program_throws(self, demo: TestClient) -> None:
        (program,) = examples("js", "URLSearchParams")
        assert "body.detail" in program
        assert demo.get("/v1/metric-values?metric=onlin_rate").json()["detail"]
