"""The list as a file: which kind, which rows, of which day, from one snapshot."""

import csv
import json
from collections.abc import Sequence
from datetime import date
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import unquote

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from openpyxl import load_workbook
from starlette.datastructures import QueryParams

from app.catalogue.export_columns import COLUMNS, READ_BACK
from app.catalogue.export_params import Wish, read_wish
from app.catalogue.exports import prepare
from app.catalogue.listing import ItemList
from app.catalogue.objects import ITEM
from app.catalogue.params import ItemQuestion
from app.db import Database
from app.pages import MAX_LIMIT
from tests.conftest import NOW
from tests.factories import amend, department, item, publish

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = ("csv", "ndjson", "xlsx")


@pytest.fixture
def items(database: Database) -> None:
    """Five items, one of them of another district; the promised limit of one was cut this year."""
    publish(database, department(), *(item(f"HZ-{n}", promised_limit=n, task_type="01") for n in range(1, 5)))
    publish(
        database, item("TH-1", division_code="440106", is_online=True), amend("HZ-2", date(2026, 2, 1), is_online=False)
    )


def rows(content: bytes, kind: str) -> list[dict[str, Any]]:
    """The rows of a file by its headers; of a workbook and a csv by label."""
    if kind == "ndjson":
        return [json.loads(line) for line in content.splitlines()]
    if kind == "csv":
        return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))
    header, *below = load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in below]


def codes(content: bytes, kind: str) -> Sequence[str]:
    return [row["code" if kind == "ndjson" else "事项编码"] for row in rows(content, kind)]


ASKED: list[tuple[dict[str, str], list[str]]] = [
    ({}, ["HZ-1", "HZ-2", "HZ-3", "HZ-4", "TH-1"]),
    ({"limit": "2"}, ["HZ-1", "HZ-2"]),
    ({"limit": str(MAX_LIMIT * 10)}, ["HZ-1", "HZ-2", "HZ-3", "HZ-4", "TH-1"]),
    ({"within": "440106"}, ["TH-1"]),
    ({"task_type": "行政许可", "limit": "3"}, ["HZ-1", "HZ-2", "HZ-3"]),
    ({"filter": "承诺办结时限 > 2"}, ["HZ-3", "HZ-4"]),
    ({"is_online": "false"}, ["HZ-2"]),
    ({"is_online": "false", "as_of": "2026-01-31"}, []),
    ({"known_at": "1"}, ["HZ-1", "HZ-2", "HZ-3", "HZ-4"]),
    ({"known_at": "0"}, []),
]


@pytest.mark.usefixtures("items")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("asked", "found"), ASKED, ids=str)
def test_every_row_of_the_question(client: TestClient, kind: str, asked: dict[str, str], found: list[str]) -> None:
    answer = client.get("/v1/items", params={"format": kind, **asked})
    assert answer.status_code == 200, answer.text
    assert codes(answer.content, kind) == found


@pytest.mark.usefixtures("items")
def test_the_columns_are_what_an_import_takes(client: TestClient) -> None:
    """In a workbook a list has a sheet of its own."""
    for kind in ("csv", "xlsx"):
        labels = [each.label for each in ITEM.given.values() if kind == "csv" or each.kind != "list"]
        row = rows(client.get(f"/v1/items?format={kind}&code=HZ-2").content, kind)[0]
        assert list(row) == [*labels, "实施主体", "事项版本"]
        assert (row["事项类型"], row["是否网办"], row["实施主体"]) == ("行政许可", "否", "海珠区民政局")
        assert (str(row["承诺办结时限"]), str(row["事项版本"])) == ("2", "2")
        assert row["别名"] in ("", None)
    (row,) = rows(client.get("/v1/items?format=ndjson&code=HZ-2").content, "ndjson")
    assert list(row) == list(READ_BACK)
    held = client.get("/v1/items/HZ-2").json()
    assert row == {name: held[name] for name in READ_BACK}


@pytest.mark.usefixtures("items")
@pytest.mark.parametrize("kind", KINDS)
def test_dates_and_what_is_computed_can_be_among_the_columns(client: TestClient, database: Database, kind: str) -> None:
    names = ("code", "division_code", "valid_from", "valid_to", "material_count", "made_in")
    publish(database, amend("HZ-1", date(2026, 4, 1), materials=[]))
    answer = client.get(f"/v1/items?format={kind}&fields={','.join(names)}&limit=1")
    (row,) = rows(answer.content, kind)
    assert [str(value or "") for value in row.values()] == ["HZ-1", "440105", "2020-01-01", "2026-04-01", "", "1"]
    labels = ["事项编码", "行政区划代码", "版本起始日", "版本截止日", "申请材料数", "版本写入版次"]
    assert list(row) == (list(names) if kind == "ndjson" else labels)


@pytest.mark.usefixtures("items")
@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("csv", "text/csv; charset=utf-8"), ("ndjson", "application/x-ndjson"), ("xlsx", XLSX)],
)
def test_a_file_says_what_it_is_and_of_which_day(client: TestClient, kind: str, media_type: str) -> None:
    answer = client.get(f"/v1/items?format={kind}&as_of=2026-01-31")
    assert answer.headers["content-type"] == media_type
    assert names(answer) == (f"items-2026-01-31-r2.{kind}", f"事项清单-2026-01-31-第2版.{kind}")


def names(answer: Response) -> tuple[str, str]:
    """The plain and the Chinese name that a file is saved under."""
    kept, plain, chinese = answer.headers["content-disposition"].split("; ")
    assert kept == "attachment"
    return plain.removeprefix('filename="').removesuffix('"'), unquote(chinese).removeprefix("filename*=UTF-8''")


@pytest.mark.usefixtures("items")
@pytest.mark.parametrize("asked", ["within=440105", "filter=is_online = true", "q=养老", "code=HZ-1", "limit=2"])
def test_a_part_never_passes_for_the_whole(client: TestClient, asked: str) -> None:
    found = names(client.get(f"/v1/items?format=csv&{asked}"))
    assert found == ("items-2026-03-02-r2-part.csv", "事项清单-2026-03-02-第2版-节选.csv")


@pytest.mark.usefixtures("items")
def test_every_item_in_another_order_or_with_fewer_columns_is_the_whole(client: TestClient) -> None:
    plain, _ = names(client.get("/v1/items?format=csv&sort=name&fields=code,name"))
    assert plain == "items-2026-03-02-r2.csv"


@pytest.mark.usefixtures("items")
@pytest.mark.parametrize(
    ("dates", "day", "revision"), [("as_of=2019-12-31", "2019-12-31", 2), ("known_at=0", "2026-03-02", 0)]
)
def test_a_file_of_a_time_before_the_catalogue_says_so(client: TestClient, dates: str, day: str, revision: int) -> None:
    """An empty file would be read as a catalogue without items."""
    answer = client.get(f"/v1/items?format=csv&{dates}")
    assert codes(answer.content, "csv") == []
    assert names(answer) == (f"items-{day}-r{revision}-not-recorded.csv", f"事项清单-{day}-第{revision}版-尚无记录.csv")


@pytest.mark.parametrize(
    ("asked", "accept", "kind"),
    [
        ("", "*/*", None),
        ("", "text/csv", "csv"),
        ("", "Text/CSV; charset=utf-8", "csv"),
        ("", "application/x-ndjson", "ndjson"),
        ("", XLSX, "xlsx"),
        ("", "text/csv, */*", "csv"),
        ("", "text/csv;q=0.5, */*", None),
        ("", "text/csv, */*;q=0.1", "csv"),
        ("", "text/csv;q=0.5, application/x-ndjson", "ndjson"),
        ("", "text/csv, application/json", None),
        ("", "text/csv;q=0", None),
        ("", "text/csv;q=lots", None),
        ("", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", None),
        ("", "application/pdf", None),
        ("", "", None),
        ("json", "text/csv", None),
        ("csv", "application/json", "csv"),
    ],
)
def test_format_goes_before_accept(client: TestClient, asked: str, accept: str, kind: str | None) -> None:
    query = {"format": asked} if asked else {}
    answer = client.get("/v1/items", params=query, headers={"Accept": accept})
    suffix = answer.headers.get("content-disposition", "").rpartition(".")[2] or None
    assert (answer.status_code, suffix) == (200, kind)


@pytest.mark.usefixtures("items")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("wrong", "parameter", "rule"),
    [
        ("cursor=abc", "cursor", "no-pages"),
        ("limit=0", "limit", "limit"),
        ("limit=many", "limit", "limit"),
        ("limit=99999999999", "limit", "limit"),
        ("filter=is_onlin = true", "filter", "unknown-property"),
        ("as_of=2026-02-30", "as_of", "not-a-date"),
        ("known_at=999", "known_at", "unknown-revision"),
        ("within=123456", "within", None),
        ("task_type=许可", "task_type", "unknown-code"),
        ("is_onlin=true", "is_onlin", "unknown-parameter"),
    ],
)
def test_what_is_wrong_is_told_before_the_first_byte(
    client: TestClient, kind: str, wrong: str, parameter: str, rule: str | None
) -> None:
    answer = client.get(f"/v1/items?format={kind}&{wrong}")
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    (told,) = answer.json()["errors"]
    assert told.get("parameter") == parameter
    assert rule in (None, told["rule"])


def test_an_unknown_format_is_told_the_nearest(client: TestClient) -> None:
    (told,) = client.get("/v1/items?format=xls").json()["errors"]
    assert (told["rule"], told["suggestion"]) == ("unknown-format", "xlsx")


def test_what_does_not_fit_a_workbook_is_told(client: TestClient, database: Database) -> None:
    publish(database, department(), item("HZ-1", process="长" * 40_000))
    answer = client.get("/v1/items?format=xlsx")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/does-not-fit-xlsx")
    assert "HZ-1" in answer.json()["detail"]
    assert rows(client.get("/v1/items?format=csv").content, "csv")[0]["办理流程"] == "长" * 40_000


@pytest.mark.usefixtures("items")
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_has_the_order_the_words_and_the_fields_of_the_list(client: TestClient, kind: str) -> None:
    query = "sort=-promised_limit&fields=promised_limit,code,id,valid_to,department_name&q=养老&within=440105"
    found = rows(client.get(f"/v1/items?format={kind}&{query}").content, kind)
    names = ["promised_limit", "code", "id", "valid_to", "department_name"]
    labels = {
        "ndjson": names,
        "csv": ["承诺办结时限", "事项编码", "内部编号", "版本截止日", "实施主体"],
        "xlsx": ["事项编码", "行政区划代码", "承诺办结时限", "内部编号", "版本截止日", "实施主体"],
    }
    assert list(found[0]) == labels[kind]
    assert [row["code" if kind == "ndjson" else "事项编码"] for row in found] == ["HZ-4", "HZ-3", "HZ-2", "HZ-1"]
    by_words = client.get(f"/v1/items?format={kind}&q=养老&limit=2").content
    assert codes(by_words, kind) == [each["code"] for each in client.get("/v1/items?q=养老&limit=2").json()["items"]]


@pytest.mark.usefixtures("items")
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_kept_until_something_is_published(client: TestClient, database: Database, kind: str) -> None:
    path = f"/v1/items?format={kind}"
    first, head = client.get(path), client.head(path)
    tag = first.headers["ETag"]
    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", tag)
    assert head.headers["Content-Disposition"] == first.headers["Content-Disposition"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    publish(database, item("HZ-9"), on=date(2026, 3, 2))
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200
    assert client.get("/v1/items").headers["ETag"] != tag


@pytest.mark.usefixtures("items")
@pytest.mark.parametrize(("query", "parameter"), [("fields=code,url", "fields"), ("facets=task_type", "facets")])
def test_what_files_do_not_have(client: TestClient, query: str, parameter: str) -> None:
    answer = client.get(f"/v1/items?format=csv&{query}")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, parameter)


NAMING = ["code", "name", "division_code", "department_code"]


@pytest.mark.usefixtures("items")
@pytest.mark.parametrize("sections", ["行政许可", "行政许可,标识", "版本"])
def test_whole_sections_are_led_by_what_names_an_item(client: TestClient, sections: str) -> None:
    found = rows(client.get("/v1/items", params={"format": "ndjson", "sections": sections}).content, "ndjson")
    chosen = sections.split(",")
    in_section = [name for name in READ_BACK if COLUMNS[name].section in chosen and name not in NAMING]
    assert list(found[0])[:4] == NAMING
    assert sorted(list(found[0])[4:]) == sorted(in_section)


@pytest.mark.parametrize(
    ("query", "parameter", "rule", "suggestion"),
    [
        ("format=csv&sections=基本信息", "sections", "unknown-section", "实施清单·基本信息"),
        ("format=xlsx&sections=子清", "sections", "unknown-section", "子清单"),
        ("format=csv&sections=标识,", "sections", "no-value", None),
        ("format=csv&sections=指南质量", "sections", "unknown-section", None),
        ("format=csv&sections=标识&fields=code", "sections", "fields-or-sections", None),
        ("sections=标识", "sections", "only-files", None),
    ],
)
def test_sections_that_cannot_be_had(
    client: TestClient, query: str, parameter: str, rule: str, suggestion: str | None
) -> None:
    (told,) = client.get(f"/v1/items?{query}").json()["errors"]
    assert (told["parameter"], told["rule"], told.get("suggestion")) == (parameter, rule, suggestion)


@pytest.mark.usefixtures("items")
@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_a_file_is_one_snapshot(database: Database, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Published before the first row is read, and while the rows are read."""
    monkeypatch.setattr("app.catalogue.walk.ROWS_AT_ONCE", 1)
    wish = read_wish_of(kind)
    body = prepare(database, ItemList(ItemQuestion()), wish, NOW).body(database)
    publish(database, item("HZ-0"), amend("HZ-3", date(2026, 1, 1), name="改了"))
    pieces = [next(body), next(body)]
    publish(database, item("HZ-9"), amend("HZ-4", date(2026, 1, 1), name="改了"))
    content = b"".join([*pieces, *body])
    assert codes(content, kind) == ["HZ-1", "HZ-2", "HZ-3", "HZ-4", "TH-1"]
    assert "改了".encode() not in content


def read_wish_of(kind: str) -> Wish:
    wish = read_wish(QueryParams({"format": kind}), "")
    assert wish is not None
    return wish
