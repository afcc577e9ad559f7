"""What deserves a look in rows that are accepted: values cleared, names changed, odd codes, days gone by."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from app.catalogue.codes import is_local
from app.catalogue.namesakes import Namesake, Namesakes, namesakes
from app.catalogue.objects import ITEM
from app.catalogue.values import value_label
from app.changes.rules import Draft
from app.errors import Message
from app.imports.columns import ENDS
from app.imports.comparing import Judged
from app.imports.comparison import Comparison
from app.imports.report import SHOWN, Line

ALMOST_NATIONAL = range(28, 37)


def bearers_of(connection: Connection, comparison: Comparison, rows: Sequence[Judged]) -> Namesakes:
    """Who bears the new names of renamed items, among the departments of these rows."""
    names = {str(name) for row in rows if (name := row.amended.get("name"))}
    departments = {str(row.before["department_code"]) for row in rows if row.before}
    return namesakes(connection, names, departments, comparison.moment)


def row_findings(comparison: Comparison, judged: Judged, bearers: Namesakes) -> Iterator[Line]:
    if judged.outcome == "added" and _is_almost_national(judged.candidate.code):
        yield _code_length(comparison, judged)
    for name, value in judged.amended.items():
        if value is None:
            yield _cleared(comparison, judged, name)
    if judged.amended.get("name"):
        yield _renamed(comparison, judged, bearers)
    if judged.candidate.moved and judged.drafts:
        yield _moved_on(judged)
    yield from (_cancelled(comparison, judged, draft) for draft in judged.drafts if draft.change == "cancel")


def _is_almost_national(code: str) -> bool:
    return len(code) in ALMOST_NATIONAL and is_local(code)


def _code_length(comparison: Comparison, judged: Judged) -> Line:
    candidate, code = judged.candidate, judged.candidate.code
    message = Message(
        f"编码 {code} 有 {len(code)} 个字符；实施编码是 31 个，业务办理项编码是 33 个。请核对是否少写或多写了几个。",
        f"The code {code} has {len(code)} characters; a task code has 31, a handling-item code 33. Check it.",
    )
    return Line(
        "warning", "code-length", message, candidate.row, comparison.plan.column(candidate.code_from), code, code
    )


def _cleared(comparison: Comparison, judged: Judged, name: str) -> Line:
    element, candidate = ITEM.elements[name], judged.candidate
    old = (value_label(element, judged.before[name]) or "")[:200]
    message = Message(
        f"{element.label}由“{old}”变为未填。不是要清空的，请填上，或删去整列（删去即保持不变）。",
        f"{name} was {old!r} and is now not stated. Fill it in, or delete the column to leave it as it is.",
    )
    together = Message(
        f"{element.label}：{{count}} 个事项由有值变为未填", f"{name}: {{count}} items had a value and now have none"
    )
    column = comparison.plan.column(name) or element.label
    return Line("warning", "cleared", message, candidate.row, column, old, candidate.code, together=together)


def _moved_on(judged: Judged) -> Line:
    candidate, labels = judged.candidate, [ITEM.elements[name].label for name in judged.candidate.moved]
    message = Message(
        f"导出之后别人改过这个事项的{'、'.join(labels)}；这一行没有动这几格，保留现在的值。",
        f"Others changed {', '.join(candidate.moved)} since the export; this row didn't, so they stay as they are.",
    )
    return Line("advice", "moved-on", message, candidate.row, labels[0], None, candidate.code)


def _cancelled(comparison: Comparison, judged: Judged, draft: Draft) -> Line:
    candidate, by_date = judged.candidate, judged.candidate.ends is not None
    zh = "取消日期" if by_date else "事项状态"
    message = Message(
        f"事项自 {draft.effective_on} 起将被取消，因为这一行的{zh}这样写。不是要取消的，请改正这一格。",
        f"The item will be cancelled from {draft.effective_on} on, as this row says. If that is not meant, correct it.",
    )
    together = Message("{count} 个事项将被取消", "{count} items will be cancelled")
    column = comparison.plan.column(ENDS if by_date else "status")
    value = str(candidate.ends) if by_date else str(candidate.content.get("status"))
    return Line("warning", "cancels", message, candidate.row, column, value, candidate.code, together=together)


def _renamed(comparison: Comparison, judged: Judged, bearers: Namesakes) -> Line:
    candidate, old, new = judged.candidate, judged.before["name"], str(judged.amended["name"])
    other = next((each for each in bearers.get(new, ()) if _is_another(comparison, judged, each)), None)
    zh, en = f"事项名称由“{old}”改为“{new}”", f"The name changes from {old!r} to {new!r}"
    if other is None:
        rule, message = "name-changed", Message(f"{zh}，请核对。", f"{en}; check it.")
    else:
        rule = "name-of-another-item"
        message = Message(
            f"{zh}，而“{new}”是 {other.code} 现在的名称：多半是名称与编码错了行，请逐行核对编码和名称。",
            f"{en}, which is the name of {other.code} now: names have probably slipped against codes. Check each row.",
        )
    column = comparison.plan.column("name")
    return Line("warning", rule, message, candidate.row, column, new, candidate.code, other.code if other else None)


def _is_another(comparison: Comparison, judged: Judged, bearer: Namesake) -> bool:
    """Another item, of the same department or in the same file."""
    if (bearer.code, bearer.division_code) == (judged.candidate.code, judged.before["division_code"]):
        return False
    same_department = bearer.department_code == judged.before["department_code"]
    return same_department or comparison.has_seen(bearer.code, bearer.division_code)


@dataclass(slots=True)
class BackDated:
    """The rows that take effect before today, told in one line: a whole file may be meant for a day gone by."""

    today: date
    count: int = 0
    first_rows: list[int] = field(default_factory=list)
    earliest: date = date.max

    def note_row(self, judged: Judged) -> None:
        if judged.drafts:
            self.note(judged.candidate.row, judged.drafts[0].effective_on)

    def note(self, row: int, day: date) -> None:
        if day >= self.today:
            return
        self.count, self.earliest = self.count + 1, min(self.earliest, day)
        if len(self.first_rows) < SHOWN:
            self.first_rows.append(row)

    def line(self) -> Line:
        rows = "、".join(map(str, self.first_rows)) + (" 等" if self.count > SHOWN else "")
        message = Message(
            f"{self.count} 行（第 {rows} 行）的生效日期早于今天 {self.today}，最早 {self.earliest}："
            "那以后的历史数据会随之更正。",
            f"{self.count} rows ({', '.join(map(str, self.first_rows))}) take effect before today, {self.today}, "
            f"from {self.earliest} on: they correct past figures.",
        )
        return Line("advice", "back-dated", message, value=str(self.earliest))
