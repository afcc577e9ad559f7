"""What each row would do: add, amend, leave unchanged, or be rejected. Looked up for many rows at once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from sqlalchemy import Connection, select

from app.catalogue import reads
from app.catalogue.codes import NATIONAL_LENGTHS
from app.catalogue.divisions import division
from app.catalogue.moments import Moment
from app.catalogue.objects import DEPARTMENT, ITEM
from app.catalogue.versions import history, versions
from app.changes.drafting import Draft
from app.changes.rules import IN_USE, SUSPENDED
from app.errors import Message
from app.files.plans import Plan
from app.files.problems import RowProblem
from app.imports.candidates import Candidate

Outcome = Literal["added", "amended", "unchanged", "rejected"]


@dataclass(slots=True)
class Judged:
    """A row with what it would do and the drafts for it; `content` is the item as it would be."""

    candidate: Candidate
    outcome: Outcome
    drafts: list[Draft] = field(default_factory=list)
    content: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Comparison:
    """What is known of the file so far: the codes seen, its departments, those that are new."""

    plan: Plan
    moment: Moment
    divisions: frozenset[str]
    seen: dict[tuple[str, str | None], int] = field(default_factory=dict)
    departments: set[str] = field(default_factory=set)
    new_departments: dict[str, Draft] = field(default_factory=dict)

    def day(self, candidate: Candidate) -> date:
        return candidate.starts or self.moment.as_of


def begin(connection: Connection, plan: Plan, moment: Moment) -> Comparison:
    return Comparison(plan, moment, frozenset(connection.execute(select(division.c.code)).scalars()))


def judge(connection: Connection, comparison: Comparison, chunk: Sequence[Candidate]) -> list[Judged]:
    """The rows of a chunk, judged by a few statements for all of them."""
    readable = [candidate for candidate in chunk if not candidate.problems]
    name_departments(connection, comparison, readable)
    existing = Existing.of(connection, comparison, readable)
    return [_judge_one(comparison, existing, candidate) for candidate in chunk]


def _judge_one(comparison: Comparison, existing: "Existing", candidate: Candidate) -> Judged:
    if not candidate.problems:
        candidate.problems += checked(comparison, existing, candidate)
    if candidate.problems:
        return Judged(candidate, "rejected")
    comparison.departments.add(str(candidate.content.get("department_code") or ""))
    found = existing.item(candidate)
    return _changed(comparison, candidate, found) if found else _added(comparison, candidate)


def _added(comparison: Comparison, candidate: Candidate) -> Judged:
    if candidate.is_cancelled:
        return Judged(candidate, "unchanged", content=candidate.content)
    draft = Draft(ITEM, "create", candidate.code, candidate.content, comparison.day(candidate), candidate.ends)
    return Judged(candidate, "added", [draft], candidate.content)


def _changed(comparison: Comparison, candidate: Candidate, found: Mapping[str, object]) -> Judged:
    day = comparison.day(candidate)
    if candidate.is_cancelled:
        return Judged(candidate, "amended", [Draft(ITEM, "cancel", candidate.code, {}, day)], found)
    stated = candidate.content
    status = stated.get("status")
    changes = {name: value for name, value in stated.items() if found.get(name) != value and name != "status"}
    drafts = [Draft(ITEM, "amend", candidate.code, changes, day)] if changes else []
    if status == SUSPENDED and found.get("status") == IN_USE:
        drafts.append(Draft(ITEM, "suspend", candidate.code, {}, day))
    if status == IN_USE and found.get("status") == SUSPENDED:
        drafts.append(Draft(ITEM, "resume", candidate.code, {}, day))
    if candidate.ends:
        drafts.append(Draft(ITEM, "cancel", candidate.code, {}, candidate.ends))
    return Judged(candidate, "amended" if drafts else "unchanged", drafts, {**found, **stated})


def checked(comparison: Comparison, existing: "Existing", candidate: Candidate) -> list[RowProblem]:
    """What the catalogue has against a readable row, the first thing only."""
    checks = (twice_in_file, unknown_division, code_no_longer_held, moved_department, lacking, ends_too_early)
    found = (check(comparison, existing, candidate) for check in checks)
    return next(([problem] for problem in found if problem), [])


def problem(comparison: Comparison, candidate: Candidate, name: str, rule: str, message: Message) -> RowProblem:
    value = candidate.content.get(name)
    column = comparison.plan.column(name)
    return RowProblem(candidate.row, column, None if value is None else str(value), rule, message)


def twice_in_file(comparison: Comparison, _: "Existing", candidate: Candidate) -> RowProblem | None:
    key = (candidate.code, None if len(candidate.code) in NATIONAL_LENGTHS else candidate.division)
    first = comparison.seen.setdefault(key, candidate.row)
    if first == candidate.row:
        return None
    return problem(
        comparison, candidate, "code", "duplicate-code",
        Message(
            f"编码 {candidate.code} 在文件里出现两次，第一次在第 {first} 行。请只留一行。",
            f"The code {candidate.code} stands in the file twice, first in row {first}.",
        ),
    )  # fmt: skip


def unknown_division(comparison: Comparison, _: "Existing", candidate: Candidate) -> RowProblem | None:
    code = candidate.division
    if code is None or code in comparison.divisions:
        return None
    return problem(
        comparison, candidate, "division_code", "unknown-division",
        Message(
            f"行政区划代码 {code} 不在 GB/T 2260 代码表里。" if comparison.divisions else NO_DIVISIONS,
            f"The division {code} is not in the GB/T 2260 table.",
        ),
    )  # fmt: skip


NO_DIVISIONS = "行政区划表是空的：请管理员先运行 shixiang seed reference。"


def code_no_longer_held(comparison: Comparison, existing: "Existing", candidate: Candidate) -> RowProblem | None:
    present = existing.elsewhere.get(candidate.code)
    if present is None or existing.item(candidate):
        return None
    day = comparison.day(candidate)
    if present and present != candidate.code:
        zh = f"编码 {candidate.code} 已不再使用，这个事项现在的编码是 {present}。请改用现在的编码。"
        message = Message(zh, f"The item no longer has the code {candidate.code}; its code is now {present}.")
        rejected = problem(comparison, candidate, "code", "code-replaced", message)
        return replace(rejected, suggestion=present)
    message = Message(
        f"编码 {candidate.code} 的事项在 {day} 不在有效期内（已取消或尚未开始）。要恢复它，请用变更单，不要重新导入。",
        f"The item {candidate.code} is not in force on {day}. Restore it by a change set.",
    )
    return problem(comparison, candidate, "code", "not-in-force", message)


def moved_department(comparison: Comparison, existing: "Existing", candidate: Candidate) -> RowProblem | None:
    """An import never moves an item between departments: that is a transfer, with its own document."""
    found = existing.item(candidate)
    stated = candidate.content.get("department_code")
    if found is None or stated is None or stated == found["department_code"]:
        return None
    return problem(
        comparison, candidate, "department_code", "moves-department",
        Message(
            f"事项 {candidate.code} 现在属于部门 {found['department_code']}，导入不能把它改到 {stated}。划转请用变更单。",
            f"Item {candidate.code} belongs to {found['department_code']}; an import cannot move it to {stated}.",
        ),
    )  # fmt: skip


REQUIRED = ("name", "division_code", "department_code")


def lacking(comparison: Comparison, existing: "Existing", candidate: Candidate) -> RowProblem | None:
    """A new item states its name, division and department; an existing one must not lose them."""
    new = existing.item(candidate) is None
    content = candidate.content
    missing = [name for name in REQUIRED if content.get(name) is None and (new or name in content)]
    if not missing or (new and candidate.is_cancelled):
        return None
    label = ITEM.elements[missing[0]].label
    column = comparison.plan.column(missing[0]) or label
    message = Message(
        f"{label}没有填。"
        + (
            "新事项必须填写；文件里没有这一列时，可以用映射的 [constants] 给出。"
            if new
            else "已有事项的这一项不能清空。"
        ),
        f"{missing[0]} is not stated.",
    )
    return RowProblem(candidate.row, column, None, "required", message)


def ends_too_early(comparison: Comparison, _: "Existing", candidate: Candidate) -> RowProblem | None:
    if candidate.ends is None or candidate.ends > comparison.day(candidate):
        return None
    message = Message(
        f"计划取消日期 {candidate.ends} 要晚于生效日期 {comparison.day(candidate)}。",
        f"effective_to {candidate.ends} must be later than {comparison.day(candidate)}.",
    )
    return RowProblem(
        candidate.row, comparison.plan.column("effective_to"), str(candidate.ends), "ends-too-early", message
    )


@dataclass(slots=True)
class Existing:
    """The items behind the codes of a chunk: those in force, and the present codes of those that gave theirs up."""

    by_code: dict[str, list[Mapping[str, object]]]
    elsewhere: dict[str, str]

    @classmethod
    def of(cls, connection: Connection, comparison: Comparison, chunk: Sequence[Candidate]) -> "Existing":
        by_code: dict[str, list[Mapping[str, object]]] = {}
        for day in {comparison.day(candidate) for candidate in chunk}:
            codes = {candidate.code for candidate in chunk if comparison.day(candidate) == day}
            for content in _in_force(connection, codes, replace(comparison.moment, as_of=day)):
                by_code.setdefault(str(content["code"]), []).append(content)
        absent = {candidate.code for candidate in chunk} - by_code.keys()
        return cls(by_code, _present_codes(connection, absent, comparison.moment))

    def item(self, candidate: Candidate) -> Mapping[str, object] | None:
        """The item a row means; a local code is one item's in its division."""
        found = self.by_code.get(candidate.code, ())
        if len(candidate.code) in NATIONAL_LENGTHS or candidate.division is None:
            return found[0] if found else None
        return next((content for content in found if content["division_code"] == candidate.division), None)


def _in_force(connection: Connection, codes: Collection[str], moment: Moment) -> Iterable[Mapping[str, object]]:
    columns = [ITEM.table.c[name] for name in ITEM.given]
    for chunk in reads.chunks(codes):
        found = connection.execute(versions(ITEM, moment, columns).where(ITEM.table.c.code.in_(chunk)))
        yield from (dict(row._mapping) for row in found)


def _present_codes(connection: Connection, codes: Collection[str], moment: Moment) -> dict[str, str]:
    """For codes that were once held: the code the item has last, or "" where nothing is known of it any more."""
    held = reads.ids_by_any_code(connection, ITEM, codes)
    columns = ITEM.table.c
    last: dict[int, str] = {}
    for chunk in reads.chunks(set(held.values())):
        rows = (
            history(ITEM, moment, [columns.id, columns.code]).where(columns.id.in_(chunk)).order_by(columns.valid_from)
        )
        last |= {row.id: row.code for row in connection.execute(rows)}
    return {code: last.get(number, "") for code, number in held.items()}


def name_departments(connection: Connection, comparison: Comparison, chunk: Sequence[Candidate]) -> None:
    """A department is found by its code, or by its name in the row's division; an unknown code with a name is new."""
    unnamed = [c for c in chunk if c.content.get("department_code") is None and c.department_name]
    if unnamed:
        _find_by_name(connection, comparison, unnamed)
    codes = {str(c.content["department_code"]) for c in chunk if c.content.get("department_code")}
    unknown = codes - comparison.departments - comparison.new_departments.keys()
    known = reads.ids_by_code(connection, DEPARTMENT, unknown, comparison.moment)
    for candidate in chunk:
        code = candidate.content.get("department_code")
        if code in unknown and code not in known and str(code) not in comparison.new_departments:
            _add_department(comparison, candidate, str(code))


def _find_by_name(connection: Connection, comparison: Comparison, chunk: Sequence[Candidate]) -> None:
    columns = DEPARTMENT.table.c
    names = {candidate.department_name for candidate in chunk}
    found = versions(DEPARTMENT, comparison.moment, [columns.name, columns.division_code, columns.code])
    rows = connection.execute(found.where(columns.name.in_(names)))
    codes = {(row.name, row.division_code): row.code for row in rows}
    for candidate in chunk:
        code = codes.get((candidate.department_name, candidate.division))
        if code is not None:
            candidate.content["department_code"] = code


def _add_department(comparison: Comparison, candidate: Candidate, code: str) -> None:
    if not candidate.department_name or candidate.division is None:
        candidate.problems.append(
            problem(
                comparison,
                candidate,
                "department_code",
                "unknown-department",
                Message(
                    f"没有编码为 {code} 的部门。请加上“实施主体”（部门名称）和“行政区划代码”两列，部门会随导入一起新增。",
                    f"There is no department {code}. Give its name and division and it is added with the import.",
                ),
            )
        )
        return
    content = {"name": candidate.department_name, "division_code": candidate.division}
    nature = candidate.content.get("department_nature")
    comparison.new_departments[code] = Draft(
        DEPARTMENT, "create", code, {**content, "nature": nature}, comparison.day(candidate)
    )
