"""What the reports and problem lists of imports quote of an element is overwritten, and what jobs repeat."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, and_, bindparam, or_, select, update

from app.catalogue.element import Element
from app.db import Record
from app.imports.keeping import forget_files
from app.imports.models import import_problem, import_row, import_run
from app.jobs.models import job

REPORTS_AT_ONCE = 50
WORDS = ("file", "title", "document_number", "reason")  # Of the parameters of an import.
Place: TypeAlias = tuple[int | None, int | None, str | None]  # An import, a row and a column of it.


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
    """Lines about the object lose what they quote of the element, reports what they repeat; kept workbooks go."""
    forget_files(connection)
    reports = select(import_run.c.id, import_run.c.report).execution_options(yield_per=REPORTS_AT_ONCE)
    headers, changed = set(forgotten.element.headers), []
    for row in connection.execute(reports):
        headers.update(row.report["columns"].get(forgotten.element.name, ()))
        report = _report(row.report, forgotten)
        if report != row.report:
            changed.append({"this": row.id, "report": report})
    if changed:
        connection.execute(update(import_run).where(import_run.c.id == bindparam("this")), changed)
    rows = list(_lines(connection, forgotten, headers))
    if rows:
        lines = [_line(row, forgotten) for row in rows]
        connection.execute(update(import_problem).where(import_problem.c.id == bindparam("this")), lines)
    changed_rows = list(_rows(connection, forgotten))
    if changed_rows:
        connection.execute(update(import_row).where(import_row.c.id == bindparam("this")), changed_rows)
    _forget_jobs(connection, forgotten, {(row.import_id, row.row, row.column) for row in rows})


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


def _rows(connection: Connection, forgotten: Forgotten) -> Iterator[dict[str, Any]]:
    """What rows would have changed of the element, and what they call the object, be it by a text alone."""
    columns = import_row.c
    by_name = and_(columns.code.is_(None), columns.name.in_(forgotten.texts))
    of_object = select(columns.id, columns.name, columns.changes).where(or_(columns.code.in_(forgotten.codes), by_name))
    for row in connection.execute(of_object.execution_options(yield_per=REPORTS_AT_ONCE)):
        changes = [_change(each, forgotten) for each in row.changes]
        name = forgotten.mark if forgotten.is_in(row.name) else row.name
        if (name, changes) != (row.name, row.changes):
            yield {"this": row.id, "name": name, "changes": changes}


def _change(told: Mapping[str, Any], forgotten: Forgotten) -> Mapping[str, Any]:
    if told["field"] != forgotten.element.name:
        return told
    values = {name: None if told[name] is None else forgotten.mark for name in VALUES}
    return {**told, **values, **({"entries": []} if "entries" in told else {})}


VALUES = ("old", "new", "old_label", "new_label")


def _line(row: Record, forgotten: Forgotten) -> dict[str, Any]:
    return {
        "this": row.id,
        "value": None,
        "suggestion": row.suggestion if row.suggestion in forgotten.codes else None,
        "message_zh": forgotten.mark,
        "message_en": forgotten.mark,
    }


def _forget_jobs(connection: Connection, forgotten: Forgotten, places: Collection[Place]) -> None:
    """Of jobs that have ended, whose files are gone: what they were asked in words, what they found, why they failed."""
    read = [job.c[name] for name in ("id", "parameters", "result", "problem", "message")]
    ended = select(*read).where(job.c.ended_at.is_not(None)).execution_options(yield_per=REPORTS_AT_ONCE)
    changed = []
    for row in connection.execute(ended):
        before = dict(row._mapping)
        after = {**before, "parameters": _asked(row.parameters, forgotten), "result": _found(row.result, forgotten)}
        if row.problem is not None:
            after["problem"] = {name: _answer(said, forgotten, places) for name, said in row.problem.items()}
            after["message"] = {name: said["detail"] for name, said in after["problem"].items()}
        if after != before:
            changed.append({"this": after.pop("id"), **after})
    if changed:
        connection.execute(update(job).where(job.c.id == bindparam("this")), changed)


def _found(value: Any, forgotten: Forgotten) -> Any:
    """A result with every sentence covered that quotes a text; its addresses stay."""
    if isinstance(value, dict):
        return {name: each if name.endswith("url") else _found(each, forgotten) for name, each in value.items()}
    if isinstance(value, list):
        return [_found(each, forgotten) for each in value]
    return forgotten.mark if isinstance(value, str) and forgotten.is_in(value) else value


def _asked(parameters: Mapping[str, Any], forgotten: Forgotten) -> dict[str, Any]:
    quoted = [name for name in WORDS if forgotten.is_in(parameters.get(name))]
    return {**parameters, **dict.fromkeys(quoted, forgotten.mark)}


def _answer(said: Mapping[str, Any], forgotten: Forgotten, places: Collection[Place]) -> dict[str, Any]:
    """A problem with the errors covered that quote a text, and its sentence, which repeats the first of them."""
    told = dict(said)
    if "errors" in said:
        told["errors"] = [_fault(each, said.get("import"), forgotten, places) for each in said["errors"]]
    first_is_covered = told.get("errors", [])[:1] != said.get("errors", [])[:1]
    if first_is_covered or forgotten.is_in(said["detail"]):
        told["detail"] = forgotten.mark
    return told


def _fault(
    told: Mapping[str, Any], number: int | None, forgotten: Forgotten, places: Collection[Place]
) -> Mapping[str, Any]:
    place = (number, told.get("row"), told.get("column"))
    if place in places or forgotten.is_in(told["detail"], told.get("value")):
        return {**told, "detail": forgotten.mark, "value": None, "suggestion": None}
    return told
