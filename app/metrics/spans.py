"""From one day to another, and from what was known to what is."""

from datetime import date

from app.catalogue.moments import Moment
from app.errors import Malformed, Message, fault


class BackwardSpan(Malformed):
    slug, title = "backward-span", Message("起止日期颠倒", "The span runs backward")


def check_order(first: date, last: date) -> None:
    """Raises BackwardSpan where the first day comes after the last."""
    if first > last:
        zh = f"from（{first}）晚于 to（{last}）。请对调两个日期。"
        en = f"from ({first}) comes after to ({last}). Exchange them."
        raise BackwardSpan(Message(zh, en), faults=[fault(zh, en, parameter="from", value=str(first), rule="backward")])


def check_known(before: Moment, after: Moment) -> None:
    """Raises BackwardSpan where what is known of the first side is newer: corrections can't be told from changes then."""
    first, last = before.revision, after.revision
    if first > last:
        zh = f"known_from（第 {first} 版，不写为最新）晚于 known_to（第 {last} 版）。请对调，或两个都写。"
        en = f"known_from (revision {first}, the latest if left out) comes after known_to (revision {last}). Give both."
        raise BackwardSpan(
            Message(zh, en), faults=[fault(zh, en, parameter="known_from", value=str(first), rule="backward")]
        )
