"""What filters over counts of cases may name: the counts themselves, and all that their item said in that month."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, func

from app.cases.elements import COUNTS, ELEMENTS
from app.cases.models import case_count
from app.cases.reading import read_month
from app.catalogue.code_lists import labels
from app.catalogue.comparing import BEFORE
from app.catalogue.properties import item_filters, within_division
from app.files.problems import CellProblem
from app.filters import Filters, Form, Property

counts = case_count.c
BUSINESS_KIND: ColumnElement[Any] = func.nullif(counts.business_kind, "")


@cache
def case_filters() -> Filters:
    """CQL2 over counts beside their items; `id` is the item's, whether or not it is known of that month.

    There is no earlier day to compare an item with: a period has many days.
    """
    of_items = {each.name: each for each in item_filters().properties.values() if each.name not in BEFORE}
    of_counts = {each.name: each for each in _properties()}
    return Filters({**of_items, **of_counts}.values(), {"within_division": within_division})


def _properties() -> list[Property]:
    return [
        Property("id", "内部编号", counts.item_id, "number"),
        Property("month", ELEMENTS["month"].label, counts.month, "text", form=Form("not-a-month", _month)),
        Property("channel", ELEMENTS["channel"].label, counts.channel, "code", labels("case_channel")),
        Property("business_kind", ELEMENTS["business_kind"].label, BUSINESS_KIND, "text"),
        *(Property(name, ELEMENTS[name].label, counts[name], "number") for name in COUNTS),
    ]


def _month(written: str) -> str | None:
    """As months are kept, of what a file may say as well; null of what is no month."""
    try:
        month = read_month(written)
    except CellProblem:
        return None
    return None if month is None else str(month)
