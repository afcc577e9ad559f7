"""Rows of a list sheet are a patch: whatever is edited, what was not stays where it was."""

from contextlib import closing
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.objects import ITEM
from app.imports.list_sheets import Entry, ListSheet
from app.imports.patching import merged, patch_of

MATERIAL = st.fixed_dictionaries(
    {"name": st.sampled_from(["申请表", "身份证", "章程", "场所证明"])},
    optional={"necessity": st.sampled_from(["1", "2", "3"]), "paper_copies": st.integers(0, 9)},
)
MATERIALS = st.lists(MATERIAL, max_size=6)
NAMED_APART = st.lists(MATERIAL, max_size=4, unique_by=lambda material: material["name"])
EDITS = st.lists(st.sampled_from(["keep", "leave out", "remove", "rename"]), min_size=6, max_size=6)


def after(said: list[Entry], before: list[dict[str, Any]], now: list[dict[str, Any]] | None = None) -> Any:
    """The list with the rows in it, and what the rows are."""
    with closing(ListSheet(ITEM.elements["materials"], {})) as sheet:
        patch = patch_of(sheet, said, before)
        return merged(sheet, patch.edits, before if now is None else now, mine=False), patch


def rows(before: list[dict[str, Any]], edits: list[str]) -> list[Entry]:
    """The rows of an exported list after somebody edited them."""
    whole = [{"name": None, "necessity": None, "paper_copies": None, **each} for each in before]
    return [
        Entry(place + 1, place, edit == "remove", {**values, "name": "新名称"} if edit == "rename" else values)
        for place, (values, edit) in enumerate(zip(whole, edits, strict=False), 1)
        if edit != "leave out"
    ]


@given(MATERIALS, EDITS, st.randoms())
def test_only_what_was_edited_changes(before: list[dict[str, Any]], edits: list[str], chance: Any) -> None:
    given_rows = rows(before, edits)
    chance.shuffle(given_rows)
    found, patch = after(given_rows, before)
    wanted = [
        {**each, "name": "新名称"} if edit == "rename" else each
        for each, edit in zip(before, edits, strict=False)
        if edit != "remove"
    ]
    assert (found.entries, found.clashes, patch.problems) == (wanted, [], [])
    assert patch.absent == edits[: len(before)].count("leave out")


@given(MATERIALS, MATERIALS)
def test_new_entries_come_last_in_the_order_of_their_rows_and_none_twice(
    before: list[dict[str, Any]], new: list[dict[str, Any]]
) -> None:
    added = [Entry(100 + place, None, False, values) for place, values in enumerate(new)]
    coming = [each for place, each in enumerate(new) if each not in before and each not in new[:place]]
    assert after(added, before)[0].entries == [*before, *coming]


def test_a_column_that_is_not_there_leaves_its_element_alone() -> None:
    before = [{"name": "申请表", "paper_copies": 2}]
    renamed = Entry(2, 1, False, {"name": "登记申请表"})
    assert after([renamed], before)[0].entries == [{"name": "登记申请表", "paper_copies": 2}]


@given(NAMED_APART, EDITS, MATERIALS)
def test_what_others_added_meanwhile_stays(
    before: list[dict[str, Any]], edits: list[str], others: list[dict[str, Any]]
) -> None:
    others = [{**each, "name": f"别人的{each['name']}"} for each in others]
    found, _ = after(rows(before, edits), before, [*others, *before])
    alone, _ = after(rows(before, edits), before)
    assert (found.entries, found.clashes) == ([*others, *alone.entries], [])
