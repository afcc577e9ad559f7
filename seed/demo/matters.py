"""What the district handles: basic items as law sets them and, under them, the items that a person applies for."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from seed.codes import basic_code
from seed.demo.bodies import departments
from seed.demo.tables import column, table

LICENCE = "01"
STATE = "中华人民共和国"


@dataclass(frozen=True, slots=True)
class Basic:
    """A basic item with what the tables say of it. `days` is the statutory limit in working days, 0 at once."""

    key: str
    code: str
    name: str
    task_type: str
    department: str
    laws: tuple[str, ...]
    central: str
    days: int | None
    result: str
    applicants: str
    natural_theme: str = ""
    legal_theme: str = ""
    setting: str | None = None
    category: str | None = None
    licence: str | None = None
    batch: str = ""
    tolerance: str = ""
    since: str = ""
    until: str = ""
    variants: tuple[str, ...] = ("",)

    @property
    def is_licence(self) -> bool:
        return self.task_type == LICENCE

    @property
    def is_national(self) -> bool:
        return self.code.startswith("00")


@dataclass(frozen=True, slots=True)
class Matter:
    """An item: a basic item, or one handling variant of it with its serial number."""

    key: str
    basic: Basic
    variant: str
    serial: str

    @property
    def name(self) -> str:
        return f"{self.basic.name}（{self.variant}）" if self.variant else self.basic.name


@cache
def basics() -> tuple[Basic, ...]:
    numbers: Counter[str] = Counter()
    return (
        *(_licence(row, numbers) for row in table("licences")),
        *(_service(row, numbers) for row in table("services")),
    )


@cache
def matters() -> tuple[Matter, ...]:
    return tuple(matter for basic in basics() for matter in _variants(basic))


def _variants(basic: Basic) -> Iterator[Matter]:
    for number, variant in enumerate(basic.variants, 1):
        yield Matter(f"{basic.key}/{variant}", basic, variant, f"{number:02}" if variant else "")


def _numbered(numbers: Counter[str], *, region: str, task_type: str, central: str) -> str:
    stem = region + task_type + column("central_departments", "name", "code")[central]
    numbers[stem] += 1
    return basic_code(region, task_type, stem[4:], numbers[stem])


def _licence(row: dict[str, str], numbers: Counter[str]) -> Basic:
    local = row["setting"] == "local"
    central = row["central"] or departments()[row["department"]].central
    return Basic(
        key=f"{row['department']}/{row['name']}",
        code=_numbered(numbers, region="99" if local else "00", task_type=LICENCE, central=central),
        name=row["name"],
        task_type=LICENCE,
        department=row["department"],
        laws=laws_of(row["basis"]),
        central=central,
        days=int(row["days"]),
        result="10" if row["licence"] or row["category"] == "5" else "20",
        applicants="natural" if row["category"] == "3" else "both" if row["category"] == "5" else "legal",
        setting=row["setting"],
        category=row["category"],
        licence=row["licence"] or None,
        batch=row["batch"],
        tolerance=row["tolerance"],
        since=row["since"],
        until=row["until"],
    )


def laws_of(basis: str) -> tuple[str, ...]:
    """The full titles of what stands between 《 and 》."""
    return tuple(_full_title(title) for title in re.findall(r"《([^》]+)》", basis))


def _full_title(title: str) -> str:
    """A law of the State by its full title; regulations and measures are given as they are."""
    is_law = title.endswith("法") and not title.endswith("办法")
    return title if not is_law or title.startswith(STATE) else STATE + title


def _service(row: dict[str, str], numbers: Counter[str]) -> Basic:
    central = departments()[row["department"]].central
    region = "99" if row["task_type"] == "20" else "00"
    return Basic(
        key=f"{row['department']}/{row['name']}",
        code=_numbered(numbers, region=region, task_type=row["task_type"], central=central),
        name=row["name"],
        task_type=row["task_type"],
        department=row["department"],
        laws=(column("laws", "key", "name")[row["law"]],),
        central=central,
        days=int(row["days"]) if row["days"] else None,
        result=row["result"],
        applicants=row["applicants"],
        natural_theme=row["natural_theme"],
        legal_theme=row["legal_theme"],
        since=row["since"],
        until=row["until"],
        variants=tuple(row["variants"].split("/")),
    )
