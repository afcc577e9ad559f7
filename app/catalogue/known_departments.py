"""Whether there ever were the departments that are asked about."""

from collections.abc import Collection

from sqlalchemy import Connection

from app.catalogue.objects import DEPARTMENT
from app.catalogue.versions import ever
from app.errors import Fault, Malformed, Message, fault
from app.filters.properties import nearest

MOST_FAULTS = 20


class UnknownDepartment(Malformed):
    slug, title = "unknown-department", Message("没有这个部门", "Unknown department")


def demand_departments(connection: Connection, codes: Collection[str]) -> None:
    """Raises UnknownDepartment, with the nearest code, for what no department ever had: it would look faultless."""
    if not codes:
        return
    known = set(connection.execute(ever([DEPARTMENT.table.c.code]).distinct()).scalars())
    faults = [_unknown(code, known) for code in codes if code not in known]
    if faults:
        raise UnknownDepartment(faults[0].detail, faults=faults[:MOST_FAULTS])


def _unknown(code: str, known: Collection[str]) -> Fault:
    shown, near = code[:60], next(iter(nearest(code, sorted(known))), None)
    zh = f"没有编码为“{shown}”的部门。" + (f"是否为 {near}？" if near else "全部部门见 /v1/departments。")
    en = f"There is no department {shown!r}." + (f" Did you mean {near!r}?" if near else " See /v1/departments.")
    return fault(zh, en, parameter="department_code", value=shown, rule="unknown-department", suggestion=near)
