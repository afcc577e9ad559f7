"""Wishes about several items, as the desk writes them, and the small catalogue they are about."""

from typing import Any

from fastapi.testclient import TestClient

from app.db import Database
from tests.changes.desk import TODAY, Entry, act
from tests.factories import department, item, publish

MARKET = "11440105MB2D12345X"
STREET = "11440105007491569G"


def three_items(database: Database) -> None:
    publish(
        database,
        department(),
        department(MARKET, name="海珠区行政审批局"),
        department(STREET, name="赤岗街道办事处"),
        item("HZ-001", name="社会团体登记", is_online=True, promised_limit=20, online_depths=["2", "3"]),
        item("HZ-002", name="社会团体变更登记", is_online=False, promised_limit=10),
        item("HZ-003", name="民办非企业单位登记"),
    )


def split(code: str, *parts: Entry, on: str | None = None) -> Entry:
    return act("split", code, on) | {"into": list(parts)}


def delegate(code: str, *parts: Entry, keeps: bool = False) -> Entry:
    return act("delegate", code) | {"into": list(parts), "keeps": keeps}


def part(code: str, /, **content: object) -> Entry:
    return {"code": code, "content": content}


def merge(*codes: str, into: str, **content: object) -> Entry:
    return act("merge", into) | {"from": list(codes), "content": content}


def take_over(code: str, upper: str, /, **content: object) -> Entry:
    return act("take_over", code) | {"from": [upper], "content": content}


def transfer(code: str, to: str, /, **content: object) -> Entry:
    return act("transfer", code) | {"content": {"department_code": to, **content}}


def found(client: TestClient, code: str, day: str = TODAY) -> dict[str, Any]:
    answer = client.get(f"/v1/items/{code}?as_of={day}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told
