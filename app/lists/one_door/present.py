"""The one door as the API says it: every number with the address of what it counts, both dates pinned."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TypeAlias

from app.catalogue.code_lists import labels
from app.db import Record
from app.lists.one_door.rules import DEFINITIONS, OF_DEPARTMENT, SETS
from app.lists.one_door.service import Door, Windows
from app.pages import link

Said: TypeAlias = dict[str, object]
NOT_FILLED = "未填"
WINDOWS = ("windows", "comprehensive_windows")
COLUMNS = (
    "as_of", "known_at", "revision", "department_code", "department_name", *OF_DEPARTMENT, *WINDOWS, "in_hall",
    *(f"{name}_url" for name in (*OF_DEPARTMENT, *WINDOWS)),
)  # fmt: skip


class Addresses:
    """Writes the addresses of the items and windows of a place at a moment."""

    def __init__(self, door: Door) -> None:
        self._place = door.place
        self._pinned = door.moment.pinned

    def items(self, filter_: str, department: str | None = None) -> str:
        return link("/v1/items", **self._place.question(filter_, department).parameters, **self._pinned)

    def windows(self, **asked: object) -> str:
        placed = {"within": self._place.within, "division_code": self._place.division_code}
        return link("/v1/windows", **placed, **asked, **self._pinned)

    def hall(self, code: str) -> str:
        return link(f"/v1/halls/{code}", **self._pinned)

    def department(self, code: str) -> str:
        return link(f"/v1/departments/{code}", **self._pinned)


def one_door(door: Door) -> Said:
    addresses = Addresses(door)
    return {
        **door.moment.stated,
        "totals": _totals(door),
        "entry": {name: _linked(door.of(name), addresses.items(text)) for name, text in SETS.items()},
        "not_entered_by_reason": _reasons(door.reasons, addresses),
        "windows": _windows(door.windows, addresses),
        "halls": _halls(door, addresses),
        "departments": [_department(door, code, addresses) for code in door.departments],
    }


def departments_table(door: Door) -> list[Said]:
    """The departments as flat rows, a number and an address in a column each."""
    return [_flat(row, door) for row in (_department(door, code, Addresses(door)) for code in door.departments)]


def _flat(row: Mapping[str, object], door: Door) -> Said:
    named: Said = {"department_code": row["code"], "department_name": row["name"], "in_hall": row["in_hall"]}
    for name, number in row.items():
        if isinstance(number, dict):
            named |= {name: number["count"], f"{name}_url": number["url"]}
    return {**door.moment.stated, **named}


def _linked(count: int, url: str) -> Said:
    return {"count": count, "url": url}


def _totals(door: Door) -> Said:
    entered, windows = door.with_entered_item, door.with_window
    counts = {
        "items_in_use": door.of("in_use"),
        "items_entered": door.of("entered"),
        "departments": len(door.departments),
        "departments_with_entered_item": len(entered),
        "departments_with_window": len(windows),
        "departments_in_hall": len(entered | windows),
        "windows": door.windows.total,
        "comprehensive_windows": door.windows.comprehensive(True),
    }
    return {name: {"count": count, "definition": DEFINITIONS[name]} for name, count in counts.items()}


def _coded(counts: Counter[str | None], code_list: str, address: Callable[[str | None], str]) -> list[Said]:
    """By code, most frequent first; what is not stated stands last."""
    named = labels(code_list)
    listed = sorted(counts.items(), key=lambda each: (each[0] is None, -each[1], each[0] or ""))
    return [
        {"code": code, "label": NOT_FILLED if code is None else named.get(code, code), **_linked(count, address(code))}
        for code, count in listed
    ]


def _reasons(reasons: Counter[str | None], addresses: Addresses) -> list[Said]:
    def address(code: str | None) -> str:
        reason = "not_in_hall_reason " + ("IS NULL" if code is None else f"= '{code}'")
        return addresses.items(f"{SETS['not_entered']} AND {reason}")

    return _coded(reasons, "not_in_hall_reason", address)


def _windows(windows: Windows, addresses: Addresses, **of: str) -> Said:
    """How many windows there are, of which kinds, with how many people; `of` says which, as the list is asked for them."""
    flags = {"comprehensive": True, "not_comprehensive": False, "comprehensive_not_stated": None}
    return {
        "total": _linked(windows.total, addresses.windows(**of)),
        **{
            name: _linked(windows.comprehensive(value), addresses.windows(**of, is_comprehensive=_stated(value)))
            for name, value in flags.items()
        },
        "kinds": _coded(windows.kinds, "window_kind", lambda code: addresses.windows(**of, window_kind=_stated(code))),
        "staff": {
            "count": windows.staff,
            "stated_by": windows.staffed,
            "not_stated": _linked(windows.total - windows.staffed, addresses.windows(**of, staff_count="null")),
        },
    }


def _stated(value: object) -> str:
    """As a parameter says it."""
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _halls(door: Door, addresses: Addresses) -> list[Said]:
    """Each with its windows; last the windows that name no hall, if there are any."""
    halls = [_hall(each, door, addresses) for each in door.halls]
    if None in door.by_hall:
        nameless: Said = dict.fromkeys(("code", "division_code", "hall_kind", "hall_kind_label", "address", "url"))
        halls.append(
            {**nameless, "name": NOT_FILLED, "windows": _windows(door.by_hall[None], addresses, hall_code="null")}
        )
    return halls


NO_WINDOWS = Windows(())


def _hall(hall: Record, door: Door, addresses: Addresses) -> Said:
    return {
        "code": hall.code,
        "name": hall.name,
        "division_code": hall.division_code,
        "hall_kind": hall.hall_kind,
        "hall_kind_label": labels("hall_kind").get(hall.hall_kind),
        "address": hall.address,
        "url": addresses.hall(hall.code),
        "windows": _windows(door.by_hall.get(hall.code, NO_WINDOWS), addresses, hall_code=hall.code),
    }


def _department(door: Door, code: str, addresses: Addresses) -> Said:
    windows = door.by_department.get(code, NO_WINDOWS)
    comprehensive = addresses.windows(department_code=code, is_comprehensive="true")
    return {
        "code": code,
        "name": door.names.get(code),
        "url": addresses.department(code),
        "in_hall": code in door.with_entered_item or code in door.with_window,
        **{name: _linked(door.of(name, code), addresses.items(SETS[name], code)) for name in OF_DEPARTMENT},
        "windows": _linked(windows.total, addresses.windows(department_code=code)),
        "comprehensive_windows": _linked(windows.comprehensive(True), comprehensive),
    }
