"""Agreements with other counties: which items either side takes in for the other, and how."""

from collections.abc import Iterator
from datetime import date
from functools import cache

from seed.demo import bodies
from seed.demo.courses import courses
from seed.demo.draws import shuffled
from seed.demo.lives import Life, lives
from seed.demo.matters import Matter, matters
from seed.demo.plan import NEVER, place_on, plan
from seed.demo.records import Entry
from seed.demo.reform.standings import Standing, on_day
from seed.demo.standing import far_away, scope
from seed.demo.tables import table

CITY, PROVINCE = ("1", "2", "3"), ("1", "2")
"""The scopes (通办范围) that reach another county of the city, and another city of the province."""
FREQUENT = 1.6
"""Partners choose among the items most asked for: so many times as many as one of them takes."""
DELIVERY = {"full_online": "网上送达，需要纸质证照的免费寄递", "proxy_collection": "寄递或由代收窗口转交"}


def entries() -> Iterator[Entry]:
    for row in table("partners"):
        code = f"X-tb-{row['division']}"
        yield Entry("agreement", "create", code, _agreement(row), date.fromisoformat(row["since"]))


def _agreement(row: dict[str, str]) -> dict[str, object]:
    return {
        "name": f"X区与{row['name']}政务服务通办合作协议",
        "division_code": bodies.DIVISION,
        "partner_division_code": row["division"],
        "department_code": bodies.departments()[bodies.BUREAU].code,
        "document_number": row["document"],
        "signed_on": row["signed_on"],
        "entries": [_entry(item) for item in _agreed(row)],
    }


def _agreed(row: dict[str, str]) -> list[Standing]:
    reaching = CITY if row["division"][:4] == bodies.DIVISION[:4] else PROVINCE
    count, day = int(row["items"]), date.fromisoformat(row["since"])
    able = {item.matter.key: item for item in on_day(day, lambda matter: matter.key in _lasting())}
    reached = [item.matter for item in able.values() if scope(item.matter) in reaching]
    frequent = shuffled(reached, "often asked for")[: round(count * FREQUENT)]
    chosen = {matter.key for matter in shuffled(frequent, row["division"])[:count]}
    return [item for key, item in able.items() if key in chosen]


@cache
def _lasting() -> frozenset[str]:
    """The items that stay in use and are handled the same way, far away, from the first agreement on."""
    first = date.fromisoformat(min(row["since"] for row in table("partners")))
    later = range(place_on(first), len(plan().steps))
    return frozenset(
        matter.key
        for matter in matters()
        if _lasts(lives()[matter.key])
        and len({_mode(matter, now) for now in later if now >= lives()[matter.key].created}) == 1
    )


def _lasts(life: Life) -> bool:
    return life.cancelled == NEVER and life.suspension is None


def _mode(matter: Matter, now: int) -> object:
    return far_away(matter, courses()[matter.key], now)["cross_region_mode"]


def _entry(item: Standing) -> dict[str, object]:
    mode = str(_mode(item.matter, item.now))
    return {"code": item.code, "name": item.matter.name, "mode": mode, "delivery": DELIVERY.get(mode)}
