"""Files of answers and demands, and sending them."""

from collections.abc import Sequence
from typing import Any

from fastapi.testclient import TestClient

from tests.imports.uploads import csv_file

HEADER = (
    "问卷编号", "填写日期", "企业规模", "行业代码", "企业性质", "片区", "5", "8(平均需要多少个工作日)", "8(费用（如果有）)",
    "10(事项的名称)", "12", "15", "18",
)  # fmt: skip
FIRST = (
    "S-001", "2020/12/8 10:23:45", "①", "C1311", "私营企业", "经济技术开发区", "①", "5个工作日", "0元",
    "食品经营许可证延续", "需要重复提交", "1、3、其他：晚上也能办", "希望早点能在网上办；少跑几次",
)  # fmt: skip
SECOND = ("S-002", "2020-12-09", "大型企业", "65", "②", "", "一般", "２", "", "", "3其他：看窗口", "①④", "无")


def send(client: TestClient, survey: str, content: bytes, name: str = "答卷.csv", **form: str) -> tuple[int, Any]:
    """Status and body of the answer; of responses, and a dry run, unless told otherwise."""
    answer = client.post(f"{survey}/imports", files={"file": (name, content)}, data={"kind": "responses", **form})
    return answer.status_code, answer.json()


def responses(client: TestClient, survey: str, *rows: Sequence[object], **form: str) -> Any:
    """What rows of HEADER come to; written, unless told otherwise."""
    status, body = send(client, survey, csv_file(HEADER, *rows), **{"dry_run": "false", **form})
    assert status in (200, 201), body
    return body


def demands(client: TestClient, survey: str, *rows: Sequence[object], **form: str) -> Any:
    """What rows of demands come to; written, unless told otherwise."""
    content = csv_file(("诉求", "企业数", "题", "问卷编号"), *rows)
    status, body = send(client, survey, content, "诉求.csv", **{"kind": "demands", "dry_run": "false", **form})
    assert status in (200, 201), body
    return body


def told(body: Any) -> tuple[int, ...]:
    return tuple(body[name] for name in ("rows", "added", "unchanged", "rejected", "demands"))


def problems(body: Any) -> list[tuple[int, str | None, str | None, str]]:
    """Row, column, value and rule of each."""
    return [(each["row"], each["column"], each["value"], each["rule"]) for each in body["problems"]]


def warned(body: Any) -> list[tuple[str, int]]:
    return [(each["rule"], each["count"]) for each in body["warnings"]]


def stated(client: TestClient, survey: str) -> list[tuple[str, int, str | None, str | None]]:
    """The demands of the survey: text, weight, question, response."""
    items = client.get(f"{survey}/demands").json()["items"]
    return [(each["text"], each["weight"], each["question"], each["response"]) for each in items]


def with_cells(row: tuple[object, ...], **cells: object) -> list[object]:
    """The row with other cells, by their column: `c5` is that of question 5."""
    columns = {"number": 0, "day": 1, "size": 2, "industry": 3, "ownership": 4, "zone": 5, "c5": 6, "days": 7, "fee": 8}
    columns |= {"item": 9, "c12": 10, "c15": 11, "c18": 12}
    changed = list(row)
    for name, cell in cells.items():
        changed[columns[name]] = cell
    return changed
