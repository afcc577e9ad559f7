"""Addresses of the very items behind a figure, with both dates pinned."""

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote

from app.catalogue.moments import Moment
from app.catalogue.params import ItemQuestion
from app.catalogue.properties import item_filters
from app.errors import Malformed, Message, fault
from app.filters import FilterError, Filters
from app.filters.tokens import TERMS, tokens_of
from app.metrics.groups import MOST
from app.pages import link

# No more than a metric and three groups ever add to a filter.
LONGEST_CONDITION = " AND ".join(["department_code = '" + "9" * 24 + "'"] * 32)


MOST_TERMS = 3_000  # Of a filter, over all months that it is asked of.


# Groups are written no longer than these: codes of departments are the longest there are.
LONGEST_GROUPS = "".join(f" AND department_code = '{'9' * 64}'" for _ in range(MOST))


class FilterLeavesNoRoom(Malformed):
    slug, title = "filter-leaves-no-room", Message("过滤条件过长", "The filter leaves no room")


def check_room(question: ItemQuestion, filters: Filters | None = None) -> None:
    """A figure links to its items by its own conditions and the asked filter together: both must fit the language.

    Raises FilterLeavesNoRoom for a filter that is itself right, but so long or deep that the links would be refused.
    """
    if not question.filter:
        return
    language = filters or item_filters()
    language.condition(question.filter)
    try:
        language.condition(f"({LONGEST_CONDITION}) AND ({question.filter})")
    except FilterError as error:
        zh = "过滤条件太长或嵌套太深：指标给出的事项链接还要加上指标自己的条件，加上后会超出限制。请缩短 filter。"
        en = "The filter is too long or too deep: links to the items add the metric's conditions to it. Shorten it."
        raise FilterLeavesNoRoom(Message(zh, en), faults=[fault(zh, en, parameter="filter", rule="no-room")]) from error


def room_for(items: str, filters: Filters | None = None) -> bool:
    """Whether a set of items (CQL2) and any three groups stay within the room that `check_room` keeps for them."""
    longest = items + LONGEST_GROUPS
    try:
        (filters or item_filters()).condition(longest)
    except FilterError:
        return False
    return len(longest) < len(LONGEST_CONDITION) and _terms(longest) < _terms(LONGEST_CONDITION)


def refuse_much(question: ItemQuestion, months: int) -> None:
    """Raises FilterLeavesNoRoom where a filter is asked of so many months that reading it would take seconds."""
    terms = _terms(question.filter) if question.filter else 0
    if terms * months > MOST_TERMS:
        fewer, sooner = max(MOST_TERMS // terms, 1), MOST_TERMS // months
        zh = (
            f"过滤条件有 {terms} 项，要在 {months} 个月里逐月判断，太多了。请把 period 缩短到 {fewer} 个月以内，分几段查；"
            f"或把 filter 缩短到 {sooner} 项以内（一个要素、一个值各算一项）。"
        )
        en = (
            f"A filter of {terms} terms over {months} months is too much. "
            f"Ask for {fewer} months at a time, or write {sooner} terms at most."
        )
        raise FilterLeavesNoRoom(Message(zh, en), faults=[fault(zh, en, parameter="filter", rule="too-many-months")])


def _terms(text: str) -> int:
    return sum(token.type in TERMS for token in tokens_of(text))


class Addresses:
    """Writes addresses of `GET /v1/items` for one question at one moment.

    They are most of an answer, so each part is encoded once and joined: what encodes to `ab` is `a` then `b`.
    """

    def __init__(self, question: ItemQuestion, moment: Moment) -> None:
        pinned = link("", within=question.within, **moment.pinned)
        self._asked, self._pinned = asked(question), "&" + pinned.removeprefix("?")

    def of(self, items: str, group: str, *, listed: bool) -> str:
        """The items of a set (CQL2) in a group (encoded, see `within_group`)."""
        return f"/v1/items?filter={_encoded(items)}{group}{self._asked}{self._pinned}"


def within_group(conditions: Iterable[str]) -> str:
    return quote("".join(f" AND {condition}" for condition in conditions), safe="")


@lru_cache(maxsize=8)
def asked(question: ItemQuestion) -> str:
    """What each address repeats of a question's filter, encoded: kept once, however many moments are asked for."""
    return quote(f" AND ({question.filter})", safe="") if question.filter else ""


@lru_cache(maxsize=512)
def _encoded(text: str) -> str:
    return quote(text, safe="")
