"""What the reports and problem lists of imports quote of an element is overwritten."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update

from app.catalogue.element import Element
from app.db import Record
from app.imports.models import import_problem, import_run

REPORTS_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Forgotten:
    """An element of the object that had these codes, the texts that it had, and what is written in their place."""

    element: Element
    codes: Collection[str]
    texts: Collection[str]
    mark: str

    def is_in(self, *said: str | None) -> bool:
        return any(text in each for each in said if each for text in self.texts)


def forget(connection: Connection, forgotten: Forgotten) -> None:
    """Lines about the object lose what they quote of the element, reports what they repeat of such lines."""
    reports = select(import_run.c.id, import_run.c.report).execution_options(yield_per=REPORTS_AT_ONCE)
    headers, changed = set(forgotten.element.headers), []
    for row in connection.execute(reports):
        headers.update(row.report["columns"].get(forgotten.element.name, ()))
        report = _report(row.report, forgotten)
        if report != row.report:
            changed.append({"this": row.id, "report": report})
    if changed:
        connection.execute(update(import_run).where(import_run.c.id == bindparam("this")), changed)
    lines = [_line(row, forgotten) for row in _lines(connection, forgotten, headers)]
    if lines:
        connection.execute(update(import_problem).where(import_problem.c.id == bindparam("this")), lines)


def _report(report: Mapping[str, Any], forgotten: Forgotten) -> dict[str, Any]:
    """With the sentences covered that quote a text of the object, and the name that a new department had."""
    rules = {
        name: [
            _covered(rule, "message", "message_en", forgotten=forgotten, codes=rule["codes"]) for rule in report[name]
        ]
        for name in ("findings", "rejections")
    }
    departments = [
        _covered(each, "name", forgotten=forgotten, codes=[each["code"]]) for each in report["new_departments"]
    ]
    return {**report, **rules, "new_departments": departments}


def _covered(
    told: Mapping[str, Any], *names: str, forgotten: Forgotten, codes: Collection[str | None]
) -> dict[str, Any]:
    quotes = bool(set(codes) & set(forgotten.codes)) and forgotten.is_in(*(told[name] for name in names))
    return {**told, **(dict.fromkeys(names, forgotten.mark) if quotes else {})}


def _lines(connection: Connection, forgotten: Forgotten, headers: Collection[str]) -> Iterator[Record]:
    """Those about the element, where a text may be cut short, and those that quote one in full."""
    columns = import_problem.c
    of_object = or_(columns.code.in_(forgotten.codes), columns.suggestion.in_(forgotten.codes))
    for row in connection.execute(select(import_problem).where(of_object)).all():
        if row.column in headers or forgotten.is_in(row.value, row.message_zh, row.message_en):
            yield row


def _line(row: Record, forgotten: Forgotten) -> dict[str, Any]:
    return {
        "this": row.id,
        "value": None,
        "suggestion": row.suggestion if row.suggestion in forgotten.codes else None,
        "message_zh": forgotten.mark,
        "message_en": forgotten.mark,
    }
