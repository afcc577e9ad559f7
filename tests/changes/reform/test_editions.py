"""What lists and their editions may not be: two in force where one replaces the other, an item in two batches, homeless."""

from datetime import date

import pytest

from app.catalogue.objects import EDITION, LIST
from app.changes.checks import CatalogueInconsistent
from app.changes.rules import Draft, NotInForceThen
from app.db import Database
from app.errors import Fault
from tests.factories import draft, publish
from tests.lists.editions.lists import LATER, SECOND, edition, fill, kept, tolerance

YEAR = date(2025, 1, 1)


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    fill(database)


def refused(database: Database, *drafts: Draft) -> list[Fault]:
    with pytest.raises(CatalogueInconsistent) as caught:
        publish(database, *drafts)
    return list(caught.value.faults)


def change(code: str, *, kind: str = "amend", start: date = YEAR, of: object = LIST, **new: object) -> Draft:
    return draft(
        "cancel" if kind == "cancel" else "amend", code, new, kind=LIST if of is LIST else EDITION, start=start
    )


def upper(code: str = "upper") -> Draft:
    return kept(code, name="广州市行政许可事项清单", entries_of="basic_items")


UNCLAIMED = [{"catalog_code": "000111001000", "reason": "市级行使"}]
WITH_CODE = {"catalog_code": "000111001000", "code": "HZ-001"}
REFUSED: tuple[tuple[list[Draft], str, str | None], ...] = (
    ([edition("e-1", "HZ-004", start=YEAR, of="typo")], "unknown-list", "typo"),
    ([edition("e-1", "HZ-004", start=date(2018, 1, 1), until=YEAR, of="deficiency")], "list-ends", "deficiency"),
    (
        [edition("e-1", start=YEAR, of="deficiency", division_code="440106", unclaimed=UNCLAIMED)],
        "list-division",
        "440106",
    ),
    ([change("licensing", division_code="440106")], "list-division", "440106"),
    ([change("licensing", kind="cancel")], "list-ends", "licensing"),
    ([edition("licensing-2025", "HZ-004", start=YEAR)], "editions-overlap", "licensing-2025"),
    (
        [change("licensing-2024", kind="cancel", of=EDITION), edition("z-1", "HZ-004", start=SECOND)],
        "editions-overlap",
        "z-1",
    ),
    (
        [
            change("licensing-2024", kind="cancel", of=EDITION, start=date(2028, 1, 1)),
            edition("licensing-2022", "HZ-001", start=date(2028, 1, 1)),
        ],
        "edition-reopened",
        "licensing-2022",
    ),
    ([edition("b-2", "HZ-004", "HZ-001", start=YEAR, of="deficiency")], "item-in-two-batches", "HZ-001"),
    ([upper(), edition("u-1", start=YEAR, of="upper", entries=[{"name": "甲"}])], "entry-without-code", None),
    ([upper(), edition("u-1", start=YEAR, of="upper", entries=[WITH_CODE])], "code-of-item", "HZ-001"),
    (
        [upper(), edition("u-1", start=YEAR, of="upper", entries=[{"catalog_code": "000111001000"}] * 2)],
        "basic-code-twice",
        "000111001000",
    ),
    (
        [
            edition(
                "b-3",
                start=YEAR,
                of="deficiency",
                unclaimed=[{"catalog_code": "000111001000", "reason": "市级行使"}] * 2,
            )
        ],
        "basic-code-twice",
        "000111001000",
    ),
    ([edition("b-3", start=YEAR, of="deficiency", entries=[{"name": "没有编码的"}])], "entry-without-code", None),
    ([edition("e-1", start=YEAR, of="deficiency")], "entry-count", "0"),
    ([edition("e-1", "HZ-004", start=YEAR, of="deficiency", filter="task_type = ")], "missing-value", ""),
    (
        [edition("e-1", "HZ-004", start=YEAR, of="deficiency", filter="A_CONTAINS(lists, ('typo'))")],
        "unknown-list",
        "'typo'",
    ),
    ([change("licensing", upper_list_code="typo")], "unknown-list", "typo"),
    ([change("licensing", upper_list_code="licensing")], "circle-of-lists", "licensing → licensing"),
    (
        [
            change("licensing", upper_list_code="deficiency"),
            change("deficiency", start=LATER, upper_list_code="licensing"),
        ],
        "circle-of-lists",
        "deficiency → licensing → deficiency",
    ),
    ([change("deficiency", list_kind="one_visit")], "list-kind-changed", "deficiency"),
    ([change("licensing", start=LATER, entries_of="basic_items")], "list-kind-changed", "licensing"),
    ([tolerance("other"), change("deficiency-1", of=EDITION, list_code="other")], "list-changed", "other"),
    (
        [tolerance("other"), change("deficiency-1", of=EDITION, start=SECOND, list_code="other")],
        "list-changed",
        "other",
    ),
)


def test_what_a_list_cannot_be(database: Database) -> None:
    for drafts, rule, value in REFUSED:
        faults = refused(database, *drafts)
        assert {each.rule for each in faults} == {rule}, faults
        assert faults[0].value == value
    city = edition("u-1", start=YEAR, of="upper", entries=[{**WITH_CODE, "code": "GZ-XK-17"}])
    first = refused(database, upper(), city)[0]
    assert (first.rule, first.value) == ("code-of-item", "GZ-XK-17"), "before that no item here has the code"


def test_of_an_edition_that_ended_nobody_is_told_to_create_it_again(database: Database) -> None:
    with pytest.raises(NotInForceThen) as caught:
        publish(database, change("licensing-2022", kind="cancel", of=EDITION))
    assert "不能用原编码重开" in caught.value.detail.zh


def test_a_clerk_reads_which_editions_overlap_and_what_to_do(database: Database) -> None:
    said = refused(database, edition("licensing-2025", "HZ-004", start=YEAR))[0].detail.zh
    for named in (
        "licensing-2024",
        "海府〔2024〕1号",
        "从 2024-01-01 起",
        "licensing-2025",
        "海府〔2025〕1号",
        "cancel",
        "删去它的条目，换一个生效日期重写",
    ):
        assert named in said


def test_batches_of_a_list_that_is_now_replaced_were_never_in_force_together(database: Database) -> None:
    """The list alone is changed, its editions are not written."""
    publish(database, edition("deficiency-2", "HZ-002", start=YEAR, of="deficiency"))
    faults = refused(database, change("deficiency", succession="replaced"))
    assert [(each.rule, each.value) for each in faults] == [("editions-overlap", "deficiency-2")]
    assert publish(database, change("licensing", name="海珠区行政许可事项总清单"))


def test_what_holds_is_published(database: Database) -> None:
    """An edition that ends as the next begins; an item in a batch that ended; a list that ends with its editions."""
    assert publish(
        database, change("licensing-2024", kind="cancel", of=EDITION), edition("licensing-2025", "HZ-004", start=YEAR)
    )
    ended = change("deficiency-1", kind="cancel", of=EDITION)
    assert publish(database, ended, edition("deficiency-2", "HZ-001", "HZ-004", start=YEAR, of="deficiency"))
    ends = [
        change(code, kind="cancel", start=LATER, of=of)
        for code, of in (("licensing-2025", EDITION), ("licensing", LIST))
    ]
    assert publish(database, *ends)
    assert publish(database, tolerance("other"), edition("o-1", "HZ-001", start=YEAR, of="other"))
