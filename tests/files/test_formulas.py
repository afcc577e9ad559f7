"""One apostrophe in front of what a spreadsheet would take for a formula, and exactly that one away again."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.files.formulas import covered, read_text, uncovered
from app.files.rows import BLANK

TEXTS = st.text() | st.text("'=+-@\t\r1 a", max_size=6)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+86 20", "'+86 20"),
        ("-", "'-"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t1", "'\t1"),
        ("\r1", "'\r1"),
        ("'=1", "''=1"),
        ("''=1", "'''=1"),
        ("'甲'", "'甲'"),
        ("'", "'"),
        ("甲=乙", "甲=乙"),
        ("＝1", "＝1"),
        ("", ""),
    ],
)
def test_what_stands_in_a_cell(text: str, cell: str) -> None:
    assert covered(text) == cell
    assert uncovered(cell) == text


@given(TEXTS)
@example("''''=")
def test_every_text_comes_back(text: str) -> None:
    assert uncovered(covered(text)) == text


@given(TEXTS)
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert not covered(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert covered(text) in (text, f"'{text}")


@given(TEXTS)
def test_a_trimmed_text_is_read_as_it_was(text: str) -> None:
    trimmed = text.strip(BLANK)
    assert read_text(covered(trimmed)) == (trimmed or None)
