"""The district's departments and windows, their codes, and the entries that set them up and change them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from seed.codes import credit_code, organisation_code
from seed.demo.plan import NEVER, place, plan
from seed.demo.records import Entry
from seed.demo.tables import table

DIVISION = "990101"
HALL = "X区政务服务中心"
HALL_ADDRESS = "演示省演示市X区政务大道1号X区政务服务中心"
HOURS = "工作日 9:00—12:00，13:30—17:00"
BUREAU = "spj"
"""The approval bureau, to which licences are handed over."""
DISSOLVED = {"kj": "jy", "fp": "ny"}
"""Departments dissolved in the reform of 2024, and what succeeds them."""
REFORM = "reform-2024"
SETTING_UP = "bodies-2019"


@dataclass(frozen=True, slots=True)
class Department:
    """`central` guides its work; `away_reason` is why its items long stayed outside the hall."""

    key: str
    code: str
    name: str
    nature: str
    central: str
    away_reason: str
    address: str
    phone: str


@dataclass(frozen=True, slots=True)
class Window:
    """A window in the hall, from a change set on until another."""

    code: str
    name: str
    department: str
    since: int
    until: int
    is_comprehensive: bool
    kind: str
    staff: int
    phone: str
    counter: str


@cache
def departments() -> dict[str, Department]:
    return {row["key"]: _department(number, row) for number, row in enumerate(table("departments"), 1)}


def _department(number: int, row: dict[str, str]) -> Department:
    return Department(
        key=row["key"],
        code=credit_code(row["credit_prefix"], DIVISION, organisation_code(f"MB99{number:04}")),
        name=row["name"],
        nature=row["nature"],
        central=row["central"],
        away_reason=row["away_reason"],
        address=f"演示省演示市X区演示路{number * 6 + 2}号",
        phone=f"0999-01{number:02}000",
    )


@cache
def names(now: int) -> dict[str, str]:
    """What the departments are called, by their keys."""
    first = {key: body.name for key, body in departments().items()}
    return first | {row["key"]: row["name"] for row in table("renames") if place(row["change_set"]) <= now}


@cache
def windows() -> tuple[Window, ...]:
    return tuple(_window(number, row) for number, row in enumerate(table("windows"), 1))


def _window(number: int, row: dict[str, str]) -> Window:
    counter = f"{'ABC'[number % 3]}区{number:02}号"
    return Window(
        code=f"XQ{number:03}",
        name=row["name"],
        department=row["department"],
        since=place(row["since"] or SETTING_UP),
        until=place(row["until"]) if row["until"] else NEVER,
        is_comprehensive=row["comprehensive"] == "yes",
        kind=row["kind"],
        staff=int(row["staff"]),
        phone=f"0999-0200{number:03}",
        counter=counter,
    )


@cache
def lasting_windows(department: str) -> tuple[Window, ...]:
    """The windows that a department has from first to last: those its items name."""
    own = [window for window in windows() if window.department == department]
    last = max(window.until for window in own)
    first = min(window.since for window in own if window.until == last)
    return tuple(window for window in own if window.since == first and window.until == last)


def entries(now: int) -> Iterator[Entry]:
    """What a change set does to departments and windows."""
    if now == place(SETTING_UP):
        yield from (Entry("department", "create", body.code, _stated(body)) for body in departments().values())
    yield from _renamed(now)
    yield from (_opened(window) for window in windows() if window.since == now)
    yield from (Entry("window", "cancel", window.code) for window in windows() if window.until == now)


def dissolutions(now: int) -> Iterator[Entry]:
    """Told after the items have moved: the successor from the day of publication, the end from the effective day."""
    if now != place(REFORM):
        return
    told_on = plan().steps[now].published_on
    for key, successor in DISSOLVED.items():
        code = departments()[key].code
        yield Entry("department", "amend", code, {"successor_code": departments()[successor].code}, told_on)
        yield Entry("department", "cancel", code)


def _stated(body: Department) -> dict[str, object]:
    return {"name": body.name, "division_code": DIVISION, "nature": body.nature}


def _renamed(now: int) -> Iterator[Entry]:
    for row in table("renames"):
        if place(row["change_set"]) == now:
            yield Entry("department", "amend", departments()[row["key"]].code, {"name": row["name"]})


def _opened(window: Window) -> Entry:
    content: dict[str, object] = {
        "name": window.name,
        "department_code": departments()[window.department].code,
        "hall_name": HALL,
        "address": f"{HALL_ADDRESS}{window.counter}",
        "hours": HOURS,
        "phone": window.phone,
        "is_comprehensive": window.is_comprehensive,
    }
    return Entry("window", "create", window.code, content)
