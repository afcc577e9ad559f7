"""What a list must be for it to be compared: with its items, with the list above."""

from collections.abc import Sequence

from app.catalogue.code_lists import labels
from app.catalogue.moments import Moment
from app.db import Record
from app.errors import Conflict, Message
from app.lists.conformity.comparing import COMPARED, Compared


class NoEdition(Conflict):
    slug, title = "no-edition-in-force", Message("那一天没有生效的版本", "No edition in force on that day")


class NoUpperList(Conflict):
    slug, title = "no-upper-list", Message("没有可对照的上级清单", "No list above to compare with")


class NothingToCompare(Conflict):
    slug, title = "nothing-to-compare", Message("没有可以对照的要素", "Nothing to compare the list with")


def demand_compared(held: Record) -> Compared:
    """What items say of the kind of the list. Raises NothingToCompare where they don't, or the list names no items."""
    if held.entries_of == "basic_items":
        zh = f"清单 {held.code} 的条目是上级的基本目录事项，不是本目录的事项；请看下级清单的承接情况（take-over）。"
        raise NothingToCompare(Message(zh, f"The entries of {held.code} are basic items: see the take-over below it."))
    if held.list_kind not in COMPARED:
        kind = labels("list_kind")[held.list_kind]
        zh = f"清单 {held.code} 是{kind}，事项里没有与它对应的要素，没有什么可以对照。"
        raise NothingToCompare(Message(zh, f"No element of items says what {held.code} ({held.list_kind}) says."))
    return COMPARED[held.list_kind]


def demand_editions(held: Record, editions: Sequence[Record], moment: Moment) -> None:
    if not editions:
        zh = f"清单 {held.code} 在 {moment.as_of} 没有生效的版本。请换一天，或先发布版本。"
        raise NoEdition(Message(zh, f"No edition of {held.code} is in force on {moment.as_of}."), code=held.code)


def demand_upper(held: Record, upper: Record | None, moment: Moment) -> Record:
    """The list above. Raises NoUpperList where none is named, or it is not in the catalogue on the day."""
    if held.upper_list_code is None:
        zh = f"清单 {held.code} 没有填上级清单编码，无从对照承接情况。请先在清单上填它。"
        raise NoUpperList(Message(zh, f"List {held.code} names no list above it."), code=held.code)
    if upper is None:
        code = held.upper_list_code
        zh = f"清单 {held.code} 的上级清单 {code} 在 {moment.as_of} 不在目录里。请先登记上级清单和它的版本。"
        raise NoUpperList(Message(zh, f"The list above, {code}, is not in the catalogue on {moment.as_of}."), code=code)
    return upper
