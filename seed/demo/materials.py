"""The application materials of an item, and which elements it leaves unstated."""

from collections.abc import Sequence
from functools import cache

from seed.demo.draws import choose, share
from seed.demo.matters import Basic, Matter
from seed.demo.tables import table

MAIN, OPTIONAL, DEFERRABLE = "1", "2", "3"


@cache
def gaps(matter: Matter) -> frozenset[str]:
    """Elements that the item's department has not filled in, ever."""
    unstated = {row["element"] for row in table("gaps") if share(row["element"], matter.key) < float(row["share"])}
    return frozenset(unstated - ({"materials"} if matter.basic.tolerance else set()))


def materials(matter: Matter, *, tolerated: bool, spared_later: int = 0) -> list[dict[str, object]]:
    """Two to seven materials, and those that are spared later; where deficiencies are tolerated, those that may follow
    later are marked so.
    """
    basic = matter.basic
    rows = [_form(basic), *_drawn(matter, spared_later)]
    return [_material(row, order, tolerated=tolerated) for order, row in enumerate(rows, 1)]


def _form(basic: Basic) -> dict[str, str]:
    name = f"{basic.name}申请表" if len(basic.name) <= 24 else "行政许可申请书"
    return {
        "name": name, "type": "2", "format": "3", "source": "10", "deferrable": "no", "copies": "1",
        "acceptance_standard": "填写完整，签名或者盖章",
    }  # fmt: skip


def _drawn(matter: Matter, spared_later: int) -> list[dict[str, str]]:
    kinds = ("natural", "legal") if matter.basic.applicants == "both" else (matter.basic.applicants,)
    pool = [row for kind in kinds for row in _pool(kind)]
    count = choose((4, 5, 6) if matter.basic.is_licence else (1, 2, 2, 3, 3, 4), "materials", matter.key)
    ordered = [pool[0], *sorted(pool[1:], key=lambda row: share(row["name"], matter.key))]
    if not matter.basic.tolerance:
        return ordered[: count + spared_later]
    chosen = ordered[:count]
    if all(row["deferrable"] == "no" for row in chosen):
        chosen.append(next(row for row in ordered if row["deferrable"] == "yes"))
    return chosen


@cache
def _pool(kind: str) -> Sequence[dict[str, str]]:
    return [row for row in table("materials") if row["applicants"] == kind]


def _material(row: dict[str, str], order: int, *, tolerated: bool) -> dict[str, object]:
    waits = tolerated and row["deferrable"] == "yes"
    return {
        "name": row["name"],
        "material_type": row["type"],
        "material_format": row["format"],
        "necessity": DEFERRABLE if waits else OPTIONAL if "委托" in row["name"] else MAIN,
        "source": row["source"],
        "paper_copies": int(row["copies"]),
        "paper_size": "A4",
        "acceptance_standard": row["acceptance_standard"],
        "order": order,
    }
