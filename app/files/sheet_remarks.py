"""What deserves a look in the sheet as a whole: rows and columns that nobody sees and that are read all the same, other
sheets that are not.
"""

from collections.abc import Iterator, Sequence

from app.errors import Message
from app.files.plans import Plan
from app.files.remarks import SHOWN, Remark
from app.files.sheets import column_letters
from app.files.tables import Table


def sheet_remarks(table: Table, plan: Plan) -> Iterator[Remark]:
    hidden = table.hidden
    rows = [row.number for row in table if row.number in hidden.rows] if hidden.rows else []
    if rows:
        yield _hidden_rows(rows)
    ignored = set(plan.ignored)
    places = [
        (place, header)
        for place, header in enumerate(table.headers, table.first_column)
        if place in hidden.columns and header and header not in ignored
    ]
    if places:
        yield _hidden_columns([f"{header}（{column_letters(place)} 列）" for place, header in places])


def sheets_not_read(names: Sequence[str], consequence: Message) -> Remark:
    """What it means that nobody read them ends the sentence."""
    said, listed = "”“".join(names), ", ".join(map(repr, names))
    message = Message(f"没有读工作表“{said}”，{consequence.zh}", f"The sheet {listed} was not read: {consequence.en}")
    return Remark("sheet-not-read", message, len(names), value=said[:200])


def _hidden_rows(rows: Sequence[int]) -> Remark:
    spans = list(_spans(rows))
    said = "、".join(spans[:SHOWN]) + (" 等" if len(spans) > SHOWN else "")
    message = Message(
        f"第 {said} 行（共 {len(rows)} 行）是隐藏的或被筛选掉的，也读了：隐藏不是删除。"
        "只想导入看得见的行，请把它们复制到新文件，或删去隐藏的行；本来就要一起导入的，不用改。",
        f"{len(rows)} rows ({', '.join(spans[:SHOWN])}) are hidden or filtered out and were read all the same. "
        "Delete them if they are not meant.",
    )
    return Remark("hidden-rows", message, len(rows), rows, value=said[:200])


def _hidden_columns(columns: Sequence[str]) -> Remark:
    said = "、".join(columns[:SHOWN]) + (" 等" if len(columns) > SHOWN else "")
    message = Message(
        f"{said}共 {len(columns)} 列是隐藏的，也读了：隐藏不是删除。不要导入的，请删去这些列；要导入的，不用改。",
        f"{len(columns)} columns ({said}) are hidden and were read all the same. Delete them if they are not meant.",
    )
    return Remark("hidden-columns", message, len(columns), value=said[:200])


def _spans(numbers: Sequence[int]) -> Iterator[str]:
    """5, 8, 9, 10 → 5、8–10."""
    first = last = numbers[0]
    for number in (*numbers[1:], -1):
        if number == last + 1:
            last = number
            continue
        yield str(first) if first == last else f"{first}–{last}"
        first = last = number
