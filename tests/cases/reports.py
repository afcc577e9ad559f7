"""Files of counts, and reporting them over HTTP."""

from typing import Any

from fastapi.testclient import TestClient

from tests.imports.uploads import csv_file

HEADER = ("事项编码", "月份", "办理渠道", "业务类别", "受理件数", "办结件数", "按期办结件数", "评价件数", "好评件数")


def counts(
    code: str = "HZ-001", month: str = "2026-01", channel: str = "网上", kind: str = "", *numbers: object
) -> list[object]:
    """A row of HEADER; numbers that are left out are not stated."""
    return [code, month, channel, kind, *numbers, *[None] * (5 - len(numbers))]


def report(
    staff: TestClient, *rows: list[object], status: int = 201, header: tuple[str, ...] = HEADER, **form: str
) -> Any:
    """Take the rows in, unless told to check them only; the answer."""
    answer = staff.post(
        "/v1/case-imports",
        files={"file": ("办件.csv", csv_file(header, *rows))},
        data={"dry_run": "false", **form},
    )
    assert answer.status_code == status, answer.text
    return answer.json()


def statistics(client: TestClient, query: str = "period=2026-01") -> list[dict[str, Any]]:
    answer = client.get(f"/v1/case-statistics?{query}")
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["values"]
    return rows
