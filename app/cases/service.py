"""Taking counts in: all that a file says in one revision of its own, nothing changed in place."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from app.access.rules import Caller
from app.audit.log import Deed, record
from app.cases import queries
from app.cases.checking import Checked
from app.cases.comparing import Placed
from app.cases.elements import COUNTS, ELEMENTS
from app.catalogue.objects import OPEN_REVISION
from app.changes.publish import conclude, take_revision
from app.clock import Clock
from app.errors import Fault, Malformed, Message, fault

OnInvalid = Literal["refuse", "skip"]
FAULTS = 100
CHECK_FIRST = "还没有看过改了哪些的，先检查一次（dry_run=true），其中的 restatements、beside 逐条列出。"


class CountsRefused(Malformed):
    slug, title = "counts-refused", Message("办件数有问题，没有写入", "The counts were refused")


class NoReason(Malformed):
    slug, title = "restatement-without-reason", Message("重报要写原因", "A restatement needs a reason")


@dataclass(frozen=True, slots=True)
class Source:
    """Where counts come from: the file, by whom, and why they restate what stood."""

    file_name: str
    by: Caller
    reason: str | None = None
    on_invalid: OnInvalid = "refuse"


@dataclass(frozen=True, slots=True)
class Taken:
    """Counts that were taken in."""

    id: int
    revision: int


def take_in(connection: Connection, checked: Checked, source: Source, clock: Clock) -> Taken | None:
    """Write what a file with anything new or restated says, in the next revision; None where nothing is.

    Raises CountsRefused or NoReason as `demand_right` does.
    """
    demand_right(checked, source)
    compared = checked.compared
    if not compared.written:
        return None
    number = take_revision(connection, clock)
    queries.supersede(connection, compared.ended, number)
    report = summary(checked)
    said = {"file_name": source.file_name, "reason": source.reason, "by": source.by.name}
    known = {"account_id": source.by.id, "at": clock.now(), "recorded_in": number}
    made = queries.add_import(connection, {**said, **known, "report": report})
    queries.add(connection, list(_rows(compared.written, made, number)))
    deed = Deed("cases.report", f"case-import/{made}")
    counted = {name: report[name] for name in ("rows", "added", "restated", "rejected")}
    record(connection, source.by, deed, clock.now(), revision=number, reason=source.reason, **counted)
    conclude(connection, number, clock)
    return Taken(made, number)


def demand_right(checked: Checked, source: Source) -> None:
    """Raises CountsRefused where a row is wrong and none may be skipped, or no row is right; NoReason for a restatement
    without one.
    """
    if checked.problems and (source.on_invalid == "refuse" or checked.is_all_wrong):
        raise refused(checked, source)
    if checked.compared.needs_reason and not (source.reason or "").strip():
        raise _no_reason(checked)


def _rows(placed: Sequence[Placed], made: int, number: int) -> Iterator[dict[str, object]]:
    for each in placed:
        said = each.said
        yield {
            "item_id": each.item,
            "month": str(said.month),
            "last_day": said.month.last_day,
            "channel": said.channel,
            "business_kind": said.kind,
            **each.counts,
            "import_id": made,
            "recorded_in": number,
            "superseded_in": OPEN_REVISION,
        }


def summary(checked: Checked) -> dict[str, object]:
    """What a file comes to: rows, what they do; the months and the sums of those that are new or restated."""
    compared = checked.compared
    news = compared.news
    sums = {name: _sum([each.counts for each in news], name) for name in COUNTS}
    return {
        "rows": checked.sheet.rows,
        "added": len(compared.added),
        "restated": len(compared.restated),
        "unchanged": len(compared.unchanged),
        "rejected": checked.rejected,
        "empty_rows": checked.sheet.empty,
        "months": sorted({str(each.said.month) for each in news}),
        "sums": sums,
        "rules": [
            {"rule": rule, "count": count} for rule, count in Counter(e.rule for e in checked.problems).most_common()
        ],
    }


def _sum(rows: Sequence[Mapping[str, int | None]], name: str) -> int | None:
    stated = [row[name] for row in rows if row[name] is not None]
    return sum(each or 0 for each in stated) if stated else None


def refused(checked: Checked, source: Source) -> CountsRefused:
    faults = [
        Fault(
            detail=Message(f"第 {each.row} 行：{each.message.zh}", f"Row {each.row}: {each.message.en}"),
            row=each.row,
            column=each.column,
            value=each.value,
            rule=each.rule,
            suggestion=each.suggestion,
        )
        for each in checked.problems[:FAULTS]
    ]
    count, (zh, en) = len(checked.problems), faults[0].detail
    skipping = source.on_invalid == "skip"
    nothing_zh = "没有一行可以写入" if skipping else "什么都没有写入"
    nothing_en = "no row can be written" if skipping else "nothing was written"
    told = f"文件有 {count} 处问题，{nothing_zh}。{zh}", f"{count} faults; {nothing_en}. {en}"
    return CountsRefused(Message(*told), faults=faults)


def _no_reason(checked: Checked) -> NoReason:
    if not checked.compared.restated:
        return _no_reason_beside(checked.compared.beside)
    count, first = len(checked.compared.restated), checked.compared.restated[0].said
    zh = (
        f"这个文件重报了 {count} 条已经报过的办件数（如第 {first.row} 行：{first.code} {first.month} "
        f"{ELEMENTS['accepted'].label} {first.counts['accepted']}）。请在 reason 里写明为什么重报：以前的数字从此会变，要能解释。{CHECK_FIRST}"
    )
    en = f"The file restates {count} counts that were reported before. Say why in `reason`."
    return NoReason(Message(zh, en), faults=[fault(zh, en, pointer="/reason", rule="missing")])


def _no_reason_beside(beside: Sequence[Placed]) -> NoReason:
    first = beside[0]
    kinds = "、".join(row.business_kind for row in first.before)
    zh = (
        f"第 {first.said.row} 行：{first.said.code} {first.said.month} 的这个渠道已经报过类别 {kinds}，它们仍然算数；"
        f"“{first.said.kind}”会加在一起。如果是同一类换了名称，会重复计数。确实是另一类的，请在 reason 里写明。{CHECK_FIRST}"
    )
    en = f"Row {first.said.row}: other kinds stand ({kinds}) and would be added to. Say in `reason` that this is another."
    return NoReason(Message(zh, en), faults=[fault(zh, en, pointer="/reason", row=first.said.row, rule="kinds-beside")])
