"""How long an exemption may last, and what it may become. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, Literal

from app.errors import Conflict, Malformed, Message, fault

Status = Literal["asked", "in_force", "refused", "ended", "expired", "outdated"]
Decision = Literal["approved", "refused"]
MOST_YEARS: Final = 2
STATUS_NAMES: Mapping[Status, Message] = {
    "asked": Message("待批准", "asked for"),
    "in_force": Message("有效", "in force"),
    "refused": Message("未批准", "refused"),
    "ended": Message("已终止", "ended"),
    "expired": Message("已到期", "expired"),
    "outdated": Message("规则已改", "of a rule that was changed"),
}


class WrongExemptionStatus(Conflict):
    slug, title = "wrong-exemption-status", Message("豁免的状态不允许", "The exemption's status does not allow it")


def latest_end(today: date) -> date:
    """The last day that an exemption of today may name as its end: what lasts longer is asked for again."""
    try:
        return today.replace(year=today.year + MOST_YEARS)
    except ValueError:  # On 29 February.
        return today.replace(year=today.year + MOST_YEARS, day=28)


def demand_end(until: date, today: date) -> None:
    """Raises Malformed where it would never hold, or for longer than MOST_YEARS."""
    latest = latest_end(today)
    if today < until <= latest:
        return
    zh = (
        f"until 是豁免不再有效的第一天，{until} 不行：要晚于今天（{today}），不晚于 {latest}（最长 {MOST_YEARS} 年）。"
        "到期仍有原因的，可以再申请。"
    )
    en = (
        f"until is the first day on which the exemption no longer holds; {until} must be after today ({today}) and not "
        f"after {latest} ({MOST_YEARS} years at most)."
    )
    told = fault(zh, en, pointer="/until", value=str(until), rule="until-out-of-range", suggestion=str(latest))
    raise Malformed(Message(zh, en), faults=[told])


def demand_status(number: int, status: Status, allowed: Sequence[Status]) -> None:
    """Raises WrongExemptionStatus."""
    if status in allowed:
        return
    need = [STATUS_NAMES[each] for each in allowed]
    zh = f"豁免 {number} 现在是“{STATUS_NAMES[status].zh}”，只有“{'”或“'.join(each.zh for each in need)}”的才能这样做。"
    en = f"Exemption {number} is {STATUS_NAMES[status].en}; it must be {' or '.join(each.en for each in need)}."
    raise WrongExemptionStatus(Message(zh, en), exemption_status=status)
