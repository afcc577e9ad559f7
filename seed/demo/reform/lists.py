"""Lists and their editions: the licences of the city and of the district, what tolerates deficiencies."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache

from seed.codes import basic_code
from seed.demo import bodies
from seed.demo.lives import in_use, lives
from seed.demo.materials import DEFERRABLE
from seed.demo.matters import LICENCE, Basic, Matter, basics, laws_of
from seed.demo.records import Entry
from seed.demo.reform.standings import Standing, on_day
from seed.demo.standing import COUNTY
from seed.demo.tables import column, table

Row = dict[str, str]
Content = dict[str, object]

FIRST_UNCLAIMED = 901
"""Basic items that the district doesn't take over are numbered apart, so that new ones of its own move no code."""


def entries() -> Iterator[Entry]:
    yield from (Entry("list", "create", row["code"], _list(row), _day(row["since"])) for row in table("lists"))
    first = min(_day(row["since"]) for row in table("lists"))
    yield from (Entry("basic_item", "create", code, _unclaimed_basic(row), first) for code, row in unclaimed().items())
    yield from (_edition(row) for row in table("editions"))


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _list(row: Row) -> Content:
    own = row["division"] == bodies.DIVISION
    return {
        "name": row["name"],
        "division_code": row["division"],
        "list_kind": row["kind"],
        "succession": row["succession"],
        "entries_of": row["entries_of"],
        "department_code": bodies.departments()[bodies.BUREAU].code if own else None,
        "upper_list_code": row["upper"] or None,
        "note": row["note"],
    }


def _edition(row: Row) -> Entry:
    day, list_ = _day(row["since"]), _lists()[row["list"]]
    content: Content = {
        "name": row["name"],
        "list_code": row["list"],
        "division_code": list_["division"],
        "document_number": row["document"],
        "batch": int(row["batch"]) if row["batch"] else None,
        "issued_by": row["issued_by"],
        "issued_on": row["issued_on"],
        "entries": list(NAMED[row["list"]](row, day)),
        "unclaimed": _not_taken_over() if list_["upper"] else None,
    }
    return Entry("edition", "create", row["code"], content, day, _day(row["until"]) if row["until"] else None)


@cache
def _lists() -> Mapping[str, Row]:
    return {row["code"]: row for row in table("lists")}


def _central(_: Row, day: date) -> Iterator[Content]:
    """What law sets centrally for a county: what the district has taken over by then, and what it never did."""
    for basic in basics():
        if basic.setting == "central" and in_use(lives()[f"{basic.key}/"], day):
            yield {"catalog_code": basic.code, "name": basic.name, "basis": _basis(basic)}
    for code, row in unclaimed().items():
        yield {"catalog_code": code, "name": row["name"], "basis": row["basis"]}


def _licences(_: Row, day: date) -> Iterator[Content]:
    for listed in on_day(day, lambda matter: matter.basic.is_licence):
        yield _entry(listed) | {
            "catalog_code": listed.matter.basic.code,
            "supervising_department": listed.supervisor,
            "basis": _basis(listed.matter.basic),
        }


def _basis(basic: Basic) -> str:
    return "".join(f"《{law}》" for law in basic.laws)


def _tolerant(row: Row, day: date) -> Iterator[Content]:
    def in_batch(matter: Matter) -> bool:
        return matter.basic.tolerance == row["batch"]

    for listed in on_day(day, in_batch):
        yield _entry(listed) | {"note": _what_may_follow(listed.content)}


def _entry(listed: Standing) -> Content:
    return {"code": listed.code, "name": listed.matter.name, "implementing_body": listed.department}


def _what_may_follow(item: Mapping[str, object]) -> str:
    materials: list[dict[str, object]] = item["materials"]  # type: ignore[assignment]  # what materials() answers
    names = "、".join(str(each["name"]) for each in materials if each["necessity"] == DEFERRABLE)
    return f"可后补：{names}；补正期限{item['correction_limit']}个工作日"


NAMED: Mapping[str, Callable[[Row, date], Iterator[Content]]] = {
    "Y-licensing": _central,
    "X-licensing": _licences,
    "X-deficiency": _tolerant,
}


@cache
def unclaimed() -> Mapping[str, Row]:
    """Basic items of the city's list that the district doesn't take over, by their basic codes."""
    numbers: Counter[str] = Counter()
    return {_next_code(row["central"], numbers): row for row in table("unclaimed")}


def _next_code(central: str, numbers: Counter[str]) -> str:
    numbers[central] += 1
    number = FIRST_UNCLAIMED + numbers[central] - 1
    return basic_code("00", LICENCE, column("central_departments", "name", "code")[central], number)


def _unclaimed_basic(row: Row) -> Content:
    return {
        "name": row["name"],
        "task_type": LICENCE,
        "legal_basis": [{"law_name": law} for law in laws_of(row["basis"])],
        "use_levels": [COUNTY],
        "status": "1",
        "central_department": row["central"],
        "has_sub_items": False,
        "in_national_catalogue": True,
    }


def _not_taken_over() -> list[Content]:
    return [{"catalog_code": code, "name": row["name"], "reason": row["reason"]} for code, row in unclaimed().items()]
