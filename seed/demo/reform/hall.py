"""The hall, and what its windows are for."""

from collections.abc import Iterator
from datetime import date

from seed.demo import bodies
from seed.demo.plan import place, plan
from seed.demo.records import Entry

HALL = "X-hall"


def entries() -> Iterator[Entry]:
    content: dict[str, object] = {
        "name": bodies.HALL,
        "division_code": bodies.DIVISION,
        "department_code": bodies.departments()[bodies.BUREAU].code,
        "hall_kind": "comprehensive",
        "address": bodies.HALL_ADDRESS,
        "hours": bodies.HOURS,
        "phone": "0999-0200000",
    }
    yield Entry("hall", "create", HALL, content, _first_day(place(bodies.SETTING_UP)))
    yield from (_equipped(window) for window in bodies.windows())


def _first_day(now: int) -> date:
    return plan().steps[now].effective_on


def _equipped(window: bodies.Window) -> Entry:
    content = {"hall_code": HALL, "window_kind": window.kind, "staff_count": window.staff}
    return Entry("window", "amend", window.code, content, _first_day(window.since))
