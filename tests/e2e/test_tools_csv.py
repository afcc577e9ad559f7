"""The examples of docs/guide/tools.md that read tables and series."""

import csv
import io
import json
import re
from datetime import date
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from tests.e2e.test_tools import ALL, ONLINE, PAGE, Params, examples, fetched, selected, strings
from tests.pages import blocks

START, END = "2020-01-31", "2024-06-30"


def table(answer: Response) -> list[dict[str, str]]:
    """As Infinity, pandas and Power Query read it: UTF-8, a byte-order mark taken off, the first line for names."""
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), strict=True))
    assert all(None not in row and None not in row.values() for row in rows), "as many cells as names"
    return rows


def number(cell: str) -> float | None:
    return float(cell) if cell else None


def sent(demo: TestClient, query: dict[str, Any]) -> Response:
    ranged = {"${__from:date:YYYY-MM-DD}": START, "${__to:date:YYYY-MM-DD}": END}
    params: Params = [
        (each["key"], ranged.get(each["value"], each["value"])) for each in query["url_options"]["params"]
    ]
    answer: Response = demo.get(query["url"], params=params)
    assert answer.status_code == 200, answer.text
    return answer


class TestGrafana:
    def test_a_table_has_a_column_for_each_selector(self, demo: TestClient) -> None:
        (query,) = map(json.loads, examples("json5", '"type": "csv"'))
        rows = table(sent(demo, query))
        columns = {each["text"]: [row[each["selector"]] for row in rows] for each in query["columns"]}
        assert sum(map(int, columns["可网办"])) == ONLINE
        assert len(set(columns["部门"])) == 29
        for each in query["columns"]:
            assert each["type"] == "string" or all(number(cell) is not None for cell in columns[each["text"]])

    def test_a_series_has_a_day_and_a_number_in_each_row(self, demo: TestClient) -> None:
        (query,) = map(json.loads, examples("json5", "metric-series"))
        rows = selected(sent(demo, query).json(), query["root_selector"])
        day, rate = (each["selector"] for each in query["columns"])
        days = [date.fromisoformat(row[day]) for row in rows]
        assert days == sorted(days)
        assert (days[0].isoformat(), days[-1].isoformat(), len(days)) == (START, END, 54)
        assert {type(row[rate]) for row in rows} <= {int, float}


class TestPandas:
    def test_codes_stay_text_where_the_example_says_so(self, demo: TestClient) -> None:
        address, columns, text, days = read_csv("dtype")
        rows = table(fetched(demo, address))
        assert set(columns) <= rows[0].keys()
        (code,) = text
        assert "01" in {row[code] for row in rows}
        assert {date.fromisoformat(row[day]).isoformat() for row in rows for day in days} == {END}
        assert sum(int(row["denominator"]) for row in rows) == ALL
        assert all(int(row["numerator"]) / int(row["denominator"]) == number(row["value"]) for row in rows)

    def test_a_series(self, demo: TestClient) -> None:
        address, _, _, (day,) = read_csv("metric-series")
        rows = table(fetched(demo, address))
        assert [rows[0][day], rows[-1][day]] == [START, END]
        assert number(rows[-1]["percent"]) == 88.45

    def test_json_and_table_say_the_same(self, demo: TestClient) -> None:
        address, *_ = read_csv("dtype")
        whole = fetched(demo, address.replace("&format=csv", "")).json()
        for row, line in zip(whole["values"], table(fetched(demo, address)), strict=True):
            flat = {**{name: whole[name] for name in ("as_of", "known_at", "revision")}, **row, **row["group"]}
            assert flat.keys() - {"group"} <= line.keys()
            for name in flat.keys() & line:
                assert line[name] == ("" if flat[name] is None else str(flat[name])), name


def read_csv(word: str) -> tuple[str, list[str], list[str], list[str]]:
    """The address of an example, the columns it shows, those it keeps as text, those it reads as days."""
    (program,) = examples("python", "pd.read_csv", word)
    (address,) = re.findall(r'read_csv\(\s*"([^"]+)"', program)
    shown = re.findall(r"figures\[\[(.*?)\]\]", program)
    return (
        address,
        re.findall(r'"(\w+)"', shown[0]) if shown else [],
        re.findall(r'dtype=\{"(\w+)": "string"\}', program),
        list(strings(program, r"parse_dates=\[(.*?)\]")),
    )


def test_excel_and_the_upload_of_superset_get_a_table_of_several_metrics(demo: TestClient) -> None:
    addresses = [text.strip() for kind, text in blocks(PAGE) if kind == "text"]
    assert len(addresses) == 2
    for address in addresses:
        rows = table(fetched(demo, address))
        assert {row["metric"] for row in rows} == set(re.findall(r"metric=(\w+)", address))
        assert len({row["department_code"] for row in rows}) == 29


def test_superset_learns_from_the_head_of_the_answer_that_it_is_json(demo: TestClient) -> None:
    """shillelagh asks with HEAD and takes the address where the type is application/json."""
    (query,) = examples("sql")
    (address,) = re.findall(r'FROM "([^"#]+)', query)
    answer = demo.head(address.removeprefix("http://localhost:8000"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
