"""Whether what an account may do names departments and divisions that there are."""

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import Connection, exists, select

from app.access.rules import Remit
from app.catalogue.divisions import NATION, division
from app.catalogue.moments import resolve
from app.catalogue.objects import DEPARTMENT
from app.catalogue.versions import versions
from app.errors import Fault, Malformed, fault


def demand_remit(connection: Connection, remit: Remit, now: datetime) -> None:
    """Raises Malformed with every fault: what the role has no use for, what there is not."""
    faults = [
        *remit.faults(),
        *_unknown_departments(connection, remit.departments, now),
        *_unknown_division(connection, remit.division_code),
    ]
    if faults:
        raise Malformed(faults[0].detail, faults=faults)


def _unknown_departments(connection: Connection, codes: Collection[str], now: datetime) -> Iterator[Fault]:
    column = DEPARTMENT.table.c.code
    in_force = versions(DEPARTMENT, resolve(connection, now), [column]).where(column.in_(codes))
    known = set(connection.execute(in_force).scalars()) if codes else set()
    for place, code in enumerate(codes):
        if code not in known:
            zh = f"今天没有编码为 {code} 的部门（见 /v1/departments）。"
            en = f"There is no department {code} today (see /v1/departments)."
            yield fault(zh, en, pointer=f"/departments/{place}", value=code[:100], rule="unknown-department")


def _unknown_division(connection: Connection, code: str | None) -> Iterator[Fault]:
    if code is None or code == NATION:
        return
    if not connection.execute(select(exists().where(division.c.code == code))).scalar():
        zh, en = f"没有区划 {code}。请核对 GB/T 2260 代码（见 /v1/divisions）。", f"There is no division {code}."
        yield fault(zh, en, pointer="/division_code", value=code, rule="unknown-division")
