"""From one day to another."""

from datetime import date

from app.errors import Malformed, Message, fault


class BackwardSpan(Malformed):
    slug, title = "backward-span", Message("起止日期颠倒", "The span runs backward")


def check_order(first: date, last: date) -> None:
    """Raises BackwardSpan where the first day comes after the last."""
    if first > last:
        zh = f"from（{first}）晚于 to（{last}）。请对调两个日期。"
        en = f"from ({first}) comes after to ({last}). Exchange them."
        raise BackwardSpan(Message(zh, en), faults=[fault(zh, en, parameter="from", value=str(first), rule="backward")])
