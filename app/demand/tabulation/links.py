"""The addresses of the responses behind the numbers of a table: each leads to exactly those that were counted."""

from app.demand.surveys.present import path_of
from app.demand.tabulation.questions import Table
from app.pages import link


def of_group(table: Table, group: str | None) -> str | None:
    """All of a group. Those who did not state what they are can't be asked for."""
    return _responses(table, group)


def of_answered(table: Table, group: str | None) -> str | None:
    """Those of a group who answered; what they are is no answer that can be asked for without saying which."""
    return None if table.part.attribute else _responses(table, group, question=table.part.key)


def of_option(table: Table, group: str | None, option: str) -> str | None:
    """Those of a group who chose an option, or who are what it says."""
    if table.part.attribute is None:
        return _responses(table, group, question=table.part.key, option=option)
    is_another = table.by == table.part.attribute and group != option
    return None if is_another else _responses(table, group, **{table.part.attribute: option})


def _responses(table: Table, group: str | None, **asked: str) -> str | None:
    if table.by is not None and group is None:
        return None
    of_these = {} if table.by is None else {str(table.by): group}
    return link(f"{path_of(table.survey.id)}/responses", **{**of_these, **asked})
