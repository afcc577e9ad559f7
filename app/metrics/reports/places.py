"""What stands in a place of a sentence: the number of a figure, a part of it, or that of one of its groups."""

from collections.abc import Mapping
from typing import Any

from app.metrics.reports.rules import Cited, number_of, written
from app.metrics.reports.wording import called_by, note_of

SEE_BELOW, OPEN, UNKNOWN = "（见第 {} 号数字的表）", "（没有数字）", "—"
PART, GROUP = "part", "group"  # Reports said neither at first.


def is_table(place: Cited, figure: Cited) -> bool:
    """Whether it refers to all groups of its figure."""
    return bool(figure["group_by"]) and place.get(GROUP) is None


def written_in(place: Cited, figure: Cited | None) -> str:
    """In the words of a sentence; `figure` as it is shown, none where there is none."""
    if figure is None:
        return OPEN
    if is_table(place, figure):
        return SEE_BELOW.format(place["figure"])
    number = number_in(place, figure)
    if number is None:
        return UNKNOWN
    return str(number) if _is_count(place) else written(figure["values"][0])


def number_in(place: Cited, figure: Cited) -> float | int | None:
    """Null where nothing is known of it, which is not 0."""
    if place.get(GROUP) is not None:
        counts = _counts(figure)
        return counts.get(place[GROUP], 0) if counts.keys() - {None} or not counts else None
    row, part = figure["values"][0], place.get(PART)
    return number_of(row) if part is None or row["value"] is None else row[part]


def note_in(place: Cited, figure: Cited | None) -> str | None:
    """Why there is no number, or what isn't in it."""
    if figure is None:
        return str(place["why"])
    note = note_of(figure) or ""
    if not _is_count(place) or ((number := number_in(place, figure)) is None and place.get(GROUP) is None):
        return note or None
    return note + _left_out(place, figure, is_known=number is not None) or None


def _left_out(place: Cited, figure: Cited, *, is_known: bool) -> str:
    of_groups = place.get(GROUP) is not None
    unknown = _counts(figure).get(None, 0) if of_groups else figure["values"][0]["unknown"]
    what = f"没有填{called_by(figure, figure['group_by'][0])}" if of_groups else "没有填或不知道"
    if not unknown:
        return ""
    return f"另有 {unknown} 项{what}，不在这个数里。" if is_known else f"{unknown} 项都{what}，没有数可说；不是零。"


def _is_count(place: Cited) -> bool:
    return any(place.get(name) is not None for name in (PART, GROUP))


def _counts(figure: Cited) -> Mapping[Any, int]:
    """How many there are in each group that has any, by its key: none where it isn't stated."""
    (name,) = figure["group_by"]
    return {row["group"][name]: row["value"] for row in figure["values"] if row["value"]}
