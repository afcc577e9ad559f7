"""Integrated matters (一件事): which items make one, and in which order."""

from collections.abc import Iterator, Mapping
from datetime import date

from seed.demo import bodies
from seed.demo.records import Entry
from seed.demo.reform.standings import BETWEEN, named
from seed.demo.tables import table

SIX_ONES = ("told_once", "one_form", "one_acceptance", "one_network", "one_issuing_window", "one_management")


Row = dict[str, str]


def entries() -> Iterator[Entry]:
    """Each matter from its first day, and again from every day on which an item joins it."""
    for row in table("integrated"):
        code, day = f"X-yjs-{row['number']}", date.fromisoformat(row["since"])
        yield Entry("integrated_matter", "create", code, _matter(row, day), day)
        for joined_on in sorted({each["since"] for each in _rows(row["number"]) if each["since"]}):
            later = date.fromisoformat(joined_on)
            yield Entry("integrated_matter", "amend", code, {"members": _members(row["number"], later)}, later)


def _matter(row: Row, day: date) -> dict[str, object]:
    return {
        "name": row["name"],
        "division_code": bodies.DIVISION,
        "department_code": bodies.departments()[row["lead"]].code,
        "document_number": row["document"],
        "members": _members(row["number"], day),
        "merged_form": f"{row['name']}“一件事”申请表",
        "shared_materials": row["shared_materials"].split(BETWEEN),
        "merged_steps": row["merged_steps"].split(BETWEEN),
        **dict.fromkeys(SIX_ONES, True),
    }


def _rows(number: str) -> list[Row]:
    return [row for row in table("integrated_members") if row["matter"] == number]


def _members(number: str, day: date) -> list[dict[str, object]]:
    """With the codes that the items have on the day."""
    codes = {row["item"]: named(row["item"], day).code for row in _rows(number) if row["since"] <= day.isoformat()}
    return [_member(row, codes) for row in _rows(number) if row["item"] in codes]


def _member(row: Row, codes: Mapping[str, str]) -> dict[str, object]:
    awaited = row["after"].split(BETWEEN) if row["after"] else []
    return {
        "code": codes[row["item"]],
        "name": row["item"],
        "after": [codes[each] for each in awaited if each in codes],
    }
