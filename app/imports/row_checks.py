"""What the catalogue has against a row that can be read."""

from collections.abc import Callable
from datetime import date

from app.catalogue.alike import differs_in_case
from app.catalogue.objects import ITEM, OPEN_DAY
from app.errors import Message
from app.files.problems import RowProblem
from app.imports import departments
from app.imports.candidates import key
from app.imports.columns import ENDS, STARTS
from app.imports.comparison import Pair
from app.imports.existing import Existing
from app.imports.reach_checks import in_the_past

REQUIRED = ("name", "division_code", "department_code")


def checked(existing: Existing, pair: Pair) -> RowProblem | None:
    """The first thing that keeps the row out."""
    return next((problem for check in CHECKS if (problem := check(existing, pair))), None)


def twice_in_file(pair: Pair) -> RowProblem | None:
    """Rows that cannot be read count too: a code stands in a file once."""
    candidate = pair.candidate
    first = pair.comparison.seen.setdefault(key(candidate.code, candidate.division), candidate.row)
    if not candidate.code or first == candidate.row:
        return None
    message = Message(
        f"编码 {candidate.code} 在文件里出现多次，第一次在第 {first} 行。请只留一行。",
        f"The code {candidate.code} stands in the file more than once, first in row {first}. Keep one row.",
    )
    return pair.problem("code", "duplicate-code", message)


def ambiguous_code(existing: Existing, pair: Pair) -> RowProblem | None:
    found = existing.items(pair.candidate, pair.day)
    if len(found) < 2:
        return None
    divisions = "、".join(sorted(str(held.content["division_code"]) for held in found))
    message = Message(
        f"编码 {pair.candidate.code} 在 {divisions} 都有，无法知道是哪一个。请加上“行政区划代码”一列。",
        f"The code {pair.candidate.code} is used in {divisions}. Add the division to say which item is meant.",
    )
    return pair.problem("code", "ambiguous-code", message)


def unknown_division(_: Existing, pair: Pair) -> RowProblem | None:
    code = pair.candidate.division
    if code is None or code in pair.comparison.divisions:
        return None
    message = Message(
        f"行政区划代码 {code} 不在 GB/T 2260 代码表里，请核对。", f"The division {code} is not in the GB/T 2260 table."
    )
    return pair.problem("division_code", "unknown-division", message)


def code_no_longer_held(existing: Existing, pair: Pair) -> RowProblem | None:
    """A cancelled item that the file lists as cancelled is as it should be."""
    candidate, day = pair.candidate, pair.day
    stages = existing.stages.get(key(candidate.code, candidate.division))
    if pair.found or stages is None:
        return None
    present = stages[-1].code if stages else candidate.code
    if present != candidate.code:
        message = Message(
            f"编码 {candidate.code} 已不再使用，这个事项现在的编码是 {present}。请改用现在的编码。",
            f"The code {candidate.code} is no longer used; the item's code is now {present}. Use that one.",
        )
        return pair.problem("code", "code-replaced", message, present)
    begins = next((stage.valid_from for stage in stages if stage.valid_from > day), None)
    if begins is None and candidate.is_cancelled:
        return None
    return pair.problem("code", "not-in-force", _not_in_force(candidate.code, day, begins))


def code_differs_in_case(existing: Existing, pair: Pair) -> RowProblem | None:
    present = existing.other_case(pair.candidate) if pair.is_new else None
    if present is None:
        return None
    message = differs_in_case(pair.candidate.code, present)
    return pair.problem("code", "code-differs-in-case", message, present)


def _not_in_force(code: str, day: date, begins: date | None) -> Message:
    if begins is None:
        return Message(
            f"编码 {code} 的事项在 {day} 已经取消。要恢复它，请用变更单，不要重新导入；不再办理的，请从文件里删去这一行。",
            f"The item {code} is cancelled by {day}. Restore it by a change set, or delete the row.",
        )
    return Message(
        f"编码 {code} 的事项要到 {begins} 才开始，{day} 还没有可改的内容。请用变更单，或把生效日期改为 {begins} 以后。",
        f"The item {code} starts on {begins}; there is nothing to change on {day}. Use a later date or a change set.",
    )


def moved_department(_: Existing, pair: Pair) -> RowProblem | None:
    """An import never moves an item between departments: that is a transfer, with its own document."""
    stated, present = pair.candidate.content.get("department_code"), pair.held("department_code")
    if pair.is_new or stated is None or stated == present:
        return None
    code = pair.candidate.code
    message = Message(
        f"事项 {code} 现在属于部门 {present}，导入不能把它改到 {stated}。划转请用变更单。",
        f"Item {code} belongs to {present}; an import cannot move it to {stated}. Use a change set.",
    )
    return pair.problem("department_code", "moves-department", message)


def lacking(_: Existing, pair: Pair) -> RowProblem | None:
    """A new item states its name, division and department; an existing one must not lose them."""
    content = pair.candidate.content
    missing = [name for name in REQUIRED if content.get(name) is None and (pair.is_new or name in content)]
    if not missing or pair.candidate.is_cancelled:
        return None
    labels = "、".join(ITEM.elements[name].label for name in missing)
    zh = (
        f"新增事项要填{labels}。整个文件相同的，可以在映射的 [constants] 里写一次。"
        if pair.is_new
        else f"{labels}不能清空：请填上，或删去整列（删去即保持不变）。"
    )
    return pair.problem(missing[0], "required", Message(zh, f"{', '.join(missing)} must be stated."))


def wrong_days(existing: Existing, pair: Pair) -> RowProblem | None:
    ends = pair.candidate.ends
    if pair.day >= OPEN_DAY:
        zh, en = f"生效日期不能是 {pair.day}：它表示长期。", f"{pair.day} means no end."
        return pair.at_day(STARTS, pair.day, "no-such-start", Message(zh, en))
    if ends is None or pair.candidate.is_cancelled:
        return None
    if ends <= pair.day:
        if ends < pair.comparison.reach.since:
            return in_the_past(pair, ENDS, ends)
        zh = f"计划取消日期 {ends} 要晚于生效日期 {pair.day}。"
        message = Message(zh, f"The item would end on {ends}, not after {pair.day}.")
        return pair.at_day(ENDS, ends, "ends-too-early", message)
    planned = existing.end(pair.found) if pair.found else OPEN_DAY
    if ends > planned:
        zh = f"这个事项已定于 {planned} 取消，导入不能推迟到 {ends}。请用变更单。"
        message = Message(zh, f"The item ends on {planned}; an import cannot put that off to {ends}.")
        return pair.at_day(ENDS, ends, "ends-later", message)
    return None


def name_not_found(_: Existing, pair: Pair) -> RowProblem | None:
    return departments.name_not_found(pair)


def department_not_known(_: Existing, pair: Pair) -> RowProblem | None:
    return departments.not_known(pair)


CHECKS: tuple[Callable[[Existing, Pair], RowProblem | None], ...] = (
    ambiguous_code,
    unknown_division,
    code_no_longer_held,
    code_differs_in_case,
    name_not_found,
    moved_department,
    lacking,
    wrong_days,
    department_not_known,
)
