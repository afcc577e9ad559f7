"""A clerk's own workbook of counts back: what is wrong with them, and what they would restate, said at each cell."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from app.cases.checking import Checked
from app.cases.comparing import Placed
from app.cases.elements import ELEMENTS
from app.cases.present import IMPORTS
from app.cases.reading import Sheet
from app.cases.service import summary
from app.catalogue.moments import Moment
from app.errors import Message
from app.files.annotated.lines import Elsewhere, Line, Results, Rule
from app.files.annotated.summary import HOW_TO
from app.files.remarks import together

COUNTS: Final = {
    "rows": "文件里的行",
    "added": "新报",
    "restated": "重报",
    "unchanged": "与已报的相同",
    "rejected": "不能写入的行",
    "empty_rows": "没有填件数的行",
}
MEANINGS: Final = {
    "rejected": "不能写入，必须改",
    "warning": "能写入，请核对；重报的、在已报的类别旁新增的，写入时要写明原因",
}
ELSEWHERE = Elsewhere(
    Message(f"用 POST {IMPORTS} 检查", f"check it by POST {IMPORTS}"), "改好这些再检查", {"check_url": IMPORTS}
)
REASON = "写入时要写明原因（reason）"


def results_of(checked: Checked, file_name: str, moment: Moment) -> Results:
    """What a check came to."""
    report = summary(checked)
    told = f"“{file_name}”的检查（{moment.as_of}，目录第 {moment.revision} 版）：{_status(checked)}。什么都没有写入。"
    counts = {label: int(str(report[name])) for name, label in COUNTS.items()}
    return Results(file_name, checked.sheet.name, [told, HOW_TO], counts, MEANINGS, list(_rules(checked)), ELSEWHERE)


def _status(checked: Checked) -> str:
    if checked.problems:
        return f"有 {checked.rejected} 行不能写入"
    if not checked.compared.written:
        return "与已报的相同，不用再写入"
    reason = f"，{REASON}" if checked.compared.needs_reason else ""
    return f"可以写入{reason}{'，有提醒请核对' if checked.remarks else ''}"


def _rules(checked: Checked) -> Iterator[Rule]:
    for rule, times in Counter(each.rule for each in checked.problems).most_common():
        first = next(each for each in checked.problems if each.rule == rule)
        where = f"“{first.column}”列" if first.column else ""
        yield Rule("rejected", times, rule, f"例如第 {first.row} 行{where}：{first.message.zh}")
    for told in together(checked.remarks):
        yield Rule("warning", told.count, told.rule, told.message.zh)
    if restated := len(checked.compared.restated):
        yield Rule("warning", restated, "restated", "以前报过的数变了，逐格列在下面。")
    if beside := len(checked.compared.beside):
        yield Rule("warning", beside, "kinds-beside", "已报的类别旁又来了新的类别，会加在一起。")


def lines_of(checked: Checked) -> Iterator[Line]:
    """What is said of each cell, the most serious first."""
    for each in checked.problems:
        yield Line("rejected", each.message.zh, each.row, each.column, each.value, each.suggestion)
    for placed in checked.compared.restated:
        yield from _restated(checked.sheet, placed)
    for placed in checked.compared.beside:
        yield _beside(checked.sheet, placed)
    for remark in checked.remarks:
        yield Line("warning", remark.message.zh, remark.row, remark.column, remark.value, remark.suggestion)


def _restated(sheet: Sheet, placed: Placed) -> Iterator[Line]:
    """From how much to how much, each count at its own cell; at the kind of business where the sums stay as they were."""
    row, kinds = placed.said.row, [each.business_kind for each in placed.before]
    what = "重报" if kinds == [placed.said.kind] else f"取代已报的{'、'.join(kind or '整个事项' for kind in kinds)}"
    before, differing = placed.stood, placed.differing
    for name in differing:
        change = f"{ELEMENTS[name].label}由 {_shown(before[name])} 改成 {_shown(placed.counts[name])}"
        yield Line("warning", f"{what}：{change}。{REASON}。", row, sheet.column(name), _written(placed, name))
    if not differing:
        column = sheet.column("business_kind")
        yield Line("warning", f"{what}：各种件数的合计没有变。{REASON}。", row, column, placed.said.kind or None)


def _shown(count: int | None) -> str:
    return "没有填" if count is None else str(count)


def _written(placed: Placed, name: str) -> str | None:
    count = placed.said.counts.get(name)
    return None if count is None else str(count)


def _beside(sheet: Sheet, placed: Placed) -> Line:
    kinds, kind = "、".join(row.business_kind for row in placed.before), placed.said.kind
    message = (
        f"同一事项、月份、渠道已报过类别 {kinds}，它们仍然算数，“{kind}”会加在一起。"
        f"同一类换了名称的，改回原来的名称；确实是另一类的，{REASON}。"
    )
    return Line("warning", message, placed.said.row, sheet.column("business_kind"), kind)
