"""The departments a file names: found by code, or by name in a division; an unknown code with a name is a new one."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from app.catalogue import reads
from app.catalogue.objects import DEPARTMENT
from app.catalogue.versions import history
from app.changes.rules import Draft
from app.errors import Message
from app.files.problems import RowProblem
from app.imports.comparison import Comparison, Pair, Span

COLUMNS = DEPARTMENT.table.c


def look_up(connection: Connection, comparison: Comparison, pairs: Sequence[Pair]) -> None:
    """Gives rows that only name their department its code, and learns which codes are known."""
    _find_by_name(connection, comparison, [pair for pair in pairs if _only_named(pair)])
    stated = {_stated(pair) for pair in pairs} - {""}
    unknown = stated - comparison.known_departments.keys()
    comparison.known_departments |= {code: [] for code in unknown}
    columns = [COLUMNS.code, COLUMNS.valid_from, COLUMNS.valid_to]
    for chunk in reads.chunks(unknown):
        for row in connection.execute(history(DEPARTMENT, comparison.moment, columns).where(COLUMNS.code.in_(chunk))):
            comparison.known_departments[row.code].append(Span(row.valid_from, row.valid_to))


def _stated(pair: Pair) -> str:
    return str(pair.candidate.content.get("department_code") or "")


def _only_named(pair: Pair) -> bool:
    return bool(pair.candidate.department_name and not _stated(pair))


def _find_by_name(connection: Connection, comparison: Comparison, pairs: Sequence[Pair]) -> None:
    columns = [COLUMNS.name, COLUMNS.division_code, COLUMNS.code, COLUMNS.valid_from, COLUMNS.valid_to]
    known: dict[tuple[str | None, str | None], list[tuple[str, Span]]] = {}
    for chunk in reads.chunks({pair.candidate.department_name for pair in pairs}):
        for row in connection.execute(history(DEPARTMENT, comparison.moment, columns).where(COLUMNS.name.in_(chunk))):
            span = Span(row.valid_from, row.valid_to)
            known.setdefault((row.name, row.division_code), []).append((row.code, span))
    for pair in pairs:
        named = known.get((pair.candidate.department_name, pair.division), ())
        code = next((code for code, span in named if span.valid_from <= pair.day < span.valid_to), None)
        if code is not None:
            pair.candidate.content["department_code"] = code


def name_not_found(pair: Pair) -> RowProblem | None:
    if not _only_named(pair) or pair.division is None:
        return None
    name, division = pair.candidate.department_name, pair.division
    message = Message(
        f"{division} 没有名为“{name}”的部门。请核对名称，或加上“实施主体编码”一列写明部门编码。",
        f"There is no department {name!r} in {division}. Correct the name, or give the department's code.",
    )
    column = pair.comparison.plan.column("department_name")
    return RowProblem(pair.candidate.row, column, name, "unknown-department", message)


def not_known(pair: Pair) -> RowProblem | None:
    """A new item's department is in force on its day, or can be added with it since the row says enough."""
    if not pair.is_new or pair.candidate.is_cancelled:
        return None
    code, spans = _stated(pair), pair.comparison.known_departments.get(_stated(pair), [])
    if any(span.valid_from <= pair.day < span.valid_to for span in spans):
        return None
    if spans:
        message = Message(
            f"部门 {code} 在 {pair.day} 不在有效期内（尚未设立或已撤销）。请核对部门编码或生效日期。",
            f"The department {code} is not in force on {pair.day}. Check its code or the effective date.",
        )
        return pair.problem("department_code", "department-not-in-force", message)
    if pair.candidate.department_name is None and code not in pair.comparison.new_departments:
        message = Message(
            f"没有编码为 {code} 的部门。请核对编码；若是新部门，请加上“实施主体”一列写明部门名称，部门会随导入一起新增。",
            f"There is no department {code}. Check the code; where it is new, give its name and it is added.",
        )
        return pair.problem("department_code", "unknown-department", message)
    return None


def add_where_new(pair: Pair) -> None:
    """The department of a new item that is imported, from the earliest day that an item of it starts."""
    candidate, code, new = pair.candidate, _stated(pair), pair.comparison.new_departments
    if pair.comparison.known_departments.get(code):
        return
    content = {
        "name": candidate.department_name,
        "division_code": candidate.division,
        "nature": candidate.content.get("department_nature"),
    }
    draft = new.setdefault(code, Draft(DEPARTMENT, "create", code, content, pair.day))
    if pair.day < draft.effective_on:
        new[code] = replace(draft, effective_on=pair.day)
