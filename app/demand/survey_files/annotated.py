"""A researcher's own workbook back: what is wrong with its answers or demands, said at each cell."""

from collections.abc import Iterator
from typing import Final

from app.demand.survey_files.present import imports_path
from app.demand.survey_files.service import Outcome
from app.errors import Message
from app.files.annotated.lines import Elsewhere, Line, Results, Rule
from app.files.annotated.summary import HOW_TO

COUNTS: Final = {
    "rows": "文件里的行",
    "added": "新增",
    "unchanged": "与已有的相同",
    "rejected": "不能写入的行",
    "demands": "新增的诉求",
}
MEANINGS: Final = {"rejected": "不能写入，必须改", "warning": "能写入，请核对"}
EVERY_PROBLEM: Final = 100_000  # More than a workbook that can be annotated is worth marking.


def elsewhere(survey: int) -> Elsewhere:
    path = imports_path(survey)
    return Elsewhere(Message(f"用 POST {path} 检查", f"check it by POST {path}"), "改好这些再检查", {"check_url": path})


def results_of(outcome: Outcome, title: str) -> Results:
    """What a check came to."""
    source, tally = outcome.wish.source, outcome.tally
    told = f"“{source.name}”的检查（{title}）：{_status(outcome)}。什么都没有写入。"
    counts = {label: int(getattr(tally, name)) for name, label in COUNTS.items()}
    rules = list(_rules(outcome))
    return Results(source.name, outcome.sheet, [told, HOW_TO], counts, MEANINGS, rules, elsewhere(outcome.wish.survey))


def _status(outcome: Outcome) -> str:
    if outcome.tally.rejected:
        return f"有 {outcome.tally.rejected} 行不能写入"
    if not outcome.tally.is_news:
        return "与已有的相同，不用再写入"
    return f"可以写入{'，有提醒请核对' if outcome.remarks else ''}"


def _rules(outcome: Outcome) -> Iterator[Rule]:
    for rule, times in outcome.tally.rules.most_common():
        first = next((each for each in outcome.tally.problems if each.rule == rule), None)
        if first is not None:
            where = f"“{first.column}”列" if first.column else ""
            yield Rule("rejected", times, rule, f"例如第 {first.row} 行{where}：{first.message.zh}")
    for remark in outcome.remarks:
        yield Rule("warning", remark.times, remark.rule, remark.message.zh)


def lines_of(outcome: Outcome) -> Iterator[Line]:
    """What is said of each cell."""
    for each in outcome.tally.problems:
        yield Line("rejected", each.message.zh, each.row, each.column, each.value, each.suggestion)
    for remark in outcome.remarks:
        yield Line("warning", remark.message.zh, remark.row, remark.column, remark.value)
