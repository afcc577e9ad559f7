"""The addresses of the responses behind the numbers of a table: each leads to exactly those that were counted."""

from app.demand.surveys.present import path_of
from app.demand.tabulation.questions import Table
from app.pages import link


def of_group(table: Table, group: str | None) -> str:
    return _responses(table, group)


def of_answered(table: Table, group: str | None) -> str:
    return _responses(table, group, question=table.part.key)


def of_unanswered(table: Table, group: str | None) -> str:
    return _responses(table, group, unanswered=table.part.key)


def of_option(table: Table, group: str | None, option: str) -> str:
    """Those of a group who chose an option, or who are what it says."""
    return _responses(table, group, question=table.part.key, option=option)


def _responses(table: Table, group: str | None, **asked: str) -> str:
    of_these: dict[str, str] = {}
    if table.by is not None:
        of_these = {"not_stated": table.by} if group is None else {table.by: group}
    return link(f"{path_of(table.survey.id)}/responses", **of_these, **asked)
