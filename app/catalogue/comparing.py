"""Whether a question says which earlier day it compares with, where it names what was so on that day; and only there."""

from collections.abc import Iterable

from app.catalogue.moments import BASE_AS_OF, Moment
from app.catalogue.properties import item_filters
from app.catalogue.virtual import BEFORE_ELEMENTS
from app.errors import Malformed, Message, fault, refused
from app.filters import FilterError, Mention

BEFORE = {element.name: element for element in BEFORE_ELEMENTS}


class BaseNotUsed(Malformed):
    slug, title = "base-not-used", Message("用不着比较日", "The base day is not looked at")


def of_base(text: str | None) -> list[Mention]:
    """What a filter names of the day that is compared with. Raises FilterError."""
    return [each for each in item_filters().mentioned(text) if each.property in BEFORE] if text else []


def demand_base(text: str | None, moment: Moment | None) -> None:
    """Raises FilterError where a filter names what was so on the base day, and the moment has none.

    Of no moment, where a base day can't be given at all.
    """
    if moment is not None and moment.base is not None:
        return
    for each in of_base(text):
        wanted = _none_here(each.property) if moment is None else _needed(each.property)
        raise FilterError(wanted, each.piece, rule="base-needed")


def demand_base_for(parameter: str, names: Iterable[str], moment: Moment) -> None:
    """Raises Malformed where `sort` or `fields` names what was so on the base day, and the moment has none."""
    for name in names if moment.base is None else ():
        if name in BEFORE:
            raise refused(parameter, name, "base-needed", _needed(name))


def refuse_idle_base(moment: Moment, *, looks_back: bool) -> None:
    """Raises BaseNotUsed where nothing that is asked looks at the base day: the wish would be passed over."""
    if moment.base is None or looks_back:
        return
    listed = "、".join(f"{each.name}（{each.label}）" for each in BEFORE_ELEMENTS)
    raise base_not_used(
        Message(
            f"参数 {BASE_AS_OF} 在这里没有用处：filter、sort、fields 都没有写比较日的要素。请去掉它，或写上 {listed}。",
            f"{BASE_AS_OF} does nothing: nothing asked looks at that day. Leave it out, or name {', '.join(BEFORE)}.",
        ),
        moment,
    )


def base_not_used(why: Message, moment: Moment) -> BaseNotUsed:
    return BaseNotUsed(why, faults=[fault(*why, parameter=BASE_AS_OF, value=str(moment.base), rule="base-not-used")])


def _needed(name: str) -> Message:
    return Message(
        f"{name}（{BEFORE[name].label}）说的是一个较早的日子：请用参数 {BASE_AS_OF} 写明是哪天（早于 as_of），如 {BASE_AS_OF}=2020-12-08。",
        f"{name} is about an earlier day: say which by {BASE_AS_OF} (earlier than as_of), as {BASE_AS_OF}=2020-12-08.",
    )


def _none_here(name: str) -> Message:
    return Message(
        f"{name}（{BEFORE[name].label}）要与一个较早的日子比较，这里的条件没有比较日，不能用它。"
        f"能用它的是 /v1/items 和指标数值的 filter（加 {BASE_AS_OF}）。",
        f"{name} compares with an earlier day, and a filter here has none. The filters of /v1/items and of figures take it,"
        f" with {BASE_AS_OF}.",
    )
