"""A window stands in a hall that there is."""

from collections.abc import Iterator

from sqlalchemy import Connection

from app.catalogue.objects import HALL, WINDOW
from app.changes.standing import left_alone
from app.errors import Fault, fault

SHOWN = 50


def broken(connection: Connection, number: int) -> Iterator[Fault]:
    for code, count, first in left_alone(connection, WINDOW, "hall_code", HALL, number, SHOWN):
        yield fault(
            f"{count} 个窗口（如 {first}）写的大厅 {code} 没有登记，或在这些窗口有效期内的某些日子还未设立、已经撤销。"
            "请核对大厅编码；大厅是新设的，在同一张变更单里先新增大厅；大厅撤销的，把窗口迁走或取消。",
            f"{count} windows (such as {first}) name the hall {code}, which does not stand on all of their days.",
            pointer="/content/hall_code",
            value=str(code),
            rule="unknown-hall",
        )
