"""What the first sheet of a workbook of items says beside its lines, and the absent items below them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.db import Record
from app.errors import Message
from app.files.annotated import summary
from app.files.annotated.lines import Elsewhere, Line, Results, Rule
from app.files.annotated.summary import BOLD, HOW_TO, Page

COUNTS: Final = {
    "rows": "文件里的行",
    "added": "新增",
    "amended": "修改",
    "unchanged": "没有变化",
    "rejected": "不能导入的行",
    "absent": "文件里没有列出的事项",
}
MEANINGS: Final = {
    "rejected": "不能导入，必须改",
    "error": "能导入，但内容有错，要改",
    "warning": "能导入，请核对",
    "advice": "供参考",
}
STATUSES: Final = {
    "checked": "试运行通过，没有写入",
    "refused": "有行不能导入，什么都没有写入",
    "unchanged": "没有变化，没有写入",
    "drafted": "已生成变更单",
}


def results_of(run: Record) -> Results:
    """What an import came to."""
    status = STATUSES[run.status] + (f" {run.change_set}" if run.change_set else "")
    told = f"“{run.file_name}”第 {run.id} 次导入，生效日期 {run.effective_on}：{status}。"
    mapping = [f"再上传时请用同一个映射（{run.mapping}）。"] if run.mapping else []
    report: Mapping[str, Any] = run.report
    rules = [*report["rejections"], *report["findings"]]
    return Results(
        run.file_name,
        report["sheet"],
        [told, HOW_TO, *mapping],
        {label: report[name] for name, label in COUNTS.items()},
        MEANINGS,
        [Rule(each["severity"], each["count"], each["rule"], each["message"]) for each in rules],
        elsewhere(run),
    )


def elsewhere(run: Record) -> Elsewhere:
    """The problem list of the import."""
    url = f"/v1/imports/{run.id}/problems"
    return Elsewhere(Message("看问题清单", "read the problem list"), f"见 {url}", {"problems_url": url})


@dataclass(slots=True)
class Absent:
    """The items that the file doesn't list: said of no cell of it, they come last."""

    run: Record
    items: list[Record] = field(default_factory=list)
    count: int = 0

    def parted(self, rows: Callable[[], Iterable[Record]]) -> Iterator[Line]:
        """The lines that are about the file; absent items are kept for later."""
        for row in rows():
            if row.severity != "absent":
                yield Line(row.severity, row.message_zh, row.row, row.column, row.value, row.suggestion, row.sheet)
                continue
            self.count += 1
            if len(self.items) < summary.MOST_LINES:
                self.items.append(row)

    def write(self, page: Page) -> None:
        """Without colours: they are in no row of the file."""
        if not self.items:
            return
        page.skip()
        page.write("文件里没有列出的事项：它们没有被改动，也不会被删除", font=BOLD)
        page.write("事项编码", None, None, "事项名称", font=BOLD)
        for row in self.items:
            page.write(row.code, None, None, row.value)
        if (more := self.count - len(self.items)) > 0:
            page.write(f"… 另有 {more} 项，{elsewhere(self.run).rest}?severity=absent")
