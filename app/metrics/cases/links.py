"""Addresses of the counts behind a figure of cases, with the months and the revision pinned."""

from collections.abc import Sequence
from urllib.parse import quote

from app.catalogue.moments import Moment
from app.catalogue.params import ItemQuestion
from app.metrics.links import asked
from app.pages import link

PATH = "/v1/case-statistics"


def counts_url(question: ItemQuestion, moment: Moment, conditions: Sequence[str], by: Sequence[str]) -> str:
    """The counts that a question is about and that meet all conditions (CQL2), by groups."""
    own = [f"({question.filter})"] if question.filter else []
    asked = " AND ".join([*own, *conditions]) or None
    return link(PATH, filter=asked, within=question.within, **moment.pinned, group_by=by)


class CaseAddresses:
    """Writes addresses of `GET /v1/case-statistics` for one question at one moment."""

    def __init__(self, question: ItemQuestion, moment: Moment) -> None:
        pinned = link("", within=question.within, **moment.pinned)
        self._asked, self._pinned = asked(question), "&" + pinned.removeprefix("?")

    def of(self, reports: str, group: str, *, listed: bool) -> str:
        """The counts of a set (CQL2) in a group (encoded, see `within_group`): summed up, or `listed` by item."""
        by_item = "&group_by=item" if listed else ""
        return f"{PATH}?filter={quote(reports, safe='')}{group}{self._asked}{self._pinned}{by_item}"
