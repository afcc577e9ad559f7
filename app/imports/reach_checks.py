"""What keeps a row out for what it would do: it is about somebody else's item, or changes days gone by."""

from collections.abc import Iterator, Sequence
from datetime import date

from app.catalogue.objects import OPEN_DAY
from app.changes.rules import Draft
from app.errors import Message
from app.files.problems import RowProblem
from app.imports.columns import ENDS, STARTS
from app.imports.comparison import Pair
from app.imports.existing import Existing
from app.imports.reach import Place


def beyond_reach(known: Existing, pair: Pair, drafts: Sequence[Draft]) -> RowProblem | None:
    """What drafting would refuse of a row. Rows that change nothing are anybody's."""
    reach = pair.comparison.reach
    for draft in drafts:
        for place in _places(known, pair, draft):
            if not reach.covers(place):
                return not_yours(pair, place)
        if draft.effective_on < reach.since:
            name = STARTS if draft.effective_on == pair.candidate.starts else ENDS
            return in_the_past(pair, name, draft.effective_on)
    return None


def _places(known: Existing, pair: Pair, draft: Draft) -> Iterator[Place]:
    """Whose the item is on all days of the draft, and whose it would be."""
    if pair.found is None:
        yield Place.of(draft.content)
        return
    places = known.places(pair.found, draft.effective_on, draft.until or OPEN_DAY)
    given = draft.content.get("division_code")
    yield from sorted(places)
    if draft.change == "amend" and given is not None:
        yield from (place._replace(division_code=given) for place in sorted(places))


def not_yours(pair: Pair, place: Place) -> RowProblem:
    by, code, new = pair.comparison.reach.by, pair.candidate.code, pair.is_new
    zh, en = (f"新事项 {code}", f"The new item {code}") if new else (f"事项 {code}", f"Item {code}")
    if by.role == "editor":
        name = "department_code"
        message = Message(
            f"{zh} 属于部门 {place.department_code}，“{by.name}”只能编辑自己的部门。"
            "请删去这一行，交给那个部门的编辑或管理员；也可以用 on_invalid=skip 跳过。",
            f"{en} belongs to {place.department_code}, which {by.name!r} does not edit. Delete the row and leave it to "
            "an editor of that department or an administrator, or skip it with on_invalid=skip.",
        )
    else:
        name = "division_code"
        message = Message(
            f"{zh} 在区划 {place.division_code}，不在“{by.name}”负责的 {by.division_code} 之内。"
            "请删去这一行，交给那个区划的人或管理员；也可以用 on_invalid=skip 跳过。",
            f"{en} is in {place.division_code}, not within {by.division_code}, where {by.name!r} acts. Delete the row "
            "and leave it to somebody of that division or an administrator, or skip it with on_invalid=skip.",
        )
    return pair.problem(name if new else "code", "not-yours", message)


def in_the_past(pair: Pair, name: str, day: date) -> RowProblem:
    """At the row's own day: the one of the whole import was looked at before."""
    label, today = LABELS[name], pair.comparison.reach.since
    message = Message(
        f"{label} {day} 早于今天（{today}），会改动已经公布的数字。请改为今天或以后的日期，或删去这一格；"
        "确实要更正过去，请在导入时写 retroactive=true。",
        f"{day} is before today ({today}): figures of the past would move. Write a later day or leave the cell out; "
        "to correct the past send retroactive=true.",
    )
    return pair.at_day(name, day, "in-the-past", message)


LABELS = {STARTS: "计划生效日期", ENDS: "计划取消日期"}
