"""A table as a spreadsheet: a row for each group and option, or for each group where no option is chosen."""

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from app.demand.tabulation.questions import Table
from app.files.csv_writing import Columns
from app.files.workbook_writing import write_workbook
from app.files.worksheets import Column, Sheet

QUESTION: Mapping[str, str] = {"survey": "调查", "question": "题", "text": "题目", "basis": "依据"}
COUNTS: Mapping[str, str] = {"responses": "答卷数", "answered": "回答数", "unanswered": "未回答数"}
OF_OPTIONS: Mapping[str, str] = {
    "option": "选项", "option_label": "选项文字", "respondents": "选的企业数", "denominator": "占比的分母", "value": "占比",
    "percent": "占答题企业（%）", "low": "区间下限", "high": "区间上限", "answers": "所选项数合计",
    "value_of_answers": "占全部选项的比例", "percent_of_answers": "占全部选项（%）", "published_percent": "公布的百分数",
    "respondents_url": "选的企业数的地址",
}  # fmt: skip
OF_NUMBERS: Mapping[str, str] = {
    "n": "填数的企业数", "unit": "单位", "mean": "平均", "minimum": "最小", "lower_quartile": "下四分位数", "median": "中位数",
    "upper_quartile": "上四分位数", "maximum": "最大",
}  # fmt: skip
ADDRESSES: Mapping[str, str] = {f"{name}_url": f"{called}的地址" for name, called in COUNTS.items()}
ENDING: Mapping[str, str] = {"note": "说明", **ADDRESSES}
NOTES: Mapping[str, str] = {"notes": "看这些数字要知道的"}
TEXT_COLUMNS: Mapping[str, str] = {"response": "答卷", "group": "组", "choice": "选项", "text": "原文"}
TEXTS: frozenset[str] = frozenset(
    {*QUESTION, "option", "option_label", "unit", "note", "respondents_url", *ADDRESSES, *NOTES}
)
SHEET, TEXT_SHEET = "统计", "原文"
WIDE, NARROW = 40, 14


def columns_of(table: Table) -> Mapping[str, str]:
    """By name, what each is called on a sheet."""
    own = OF_OPTIONS if table.is_chosen else OF_NUMBERS if table.part.kind == "number" else {}
    by = {} if table.by is None else {table.by: "分组", f"{table.by}_label": "分组名称"}
    return {**QUESTION, **by, **COUNTS, **own, **ENDING, **NOTES}


def flat(body: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    """The rows of what the API says."""
    question = body["question"]
    head = {
        "survey": body["survey"]["title"],
        "question": question["key"],
        "text": question["text"],
        "basis": body["basis"],
        "unit": question["unit"],
        "notes": " ".join(body["notes"]) or None,
    }
    for group in body["values"]:
        counts = {name: group[name] for name in (*COUNTS, "answers", *ENDING)}
        row = {**head, **group["group"], **counts, **(group["numbers"] or {})}
        yield from ({**row, **_option(each)} for each in group["options"]) if group["options"] else (row,)


def _option(option: Mapping[str, Any]) -> dict[str, object]:
    of_answers = option["share_of_answers"] or {}
    return {
        **option["share_of_respondents"],
        "option": option["code"],
        "option_label": option["label"],
        "respondents": option["respondents"],
        "value_of_answers": of_answers.get("value"),
        "percent_of_answers": of_answers.get("percent"),
        "published_percent": option["published_percent"],
        "respondents_url": option["responses_url"],
    }


def write(file: IO[bytes], table: Table, body: Mapping[str, Any], texts: Iterator[Columns]) -> None:
    """A sheet of the numbers and, where something is written, one of the texts, all of them."""
    named, rows = columns_of(table), list(flat(body))
    cells = [[row.get(name) for row in rows] for name in named]
    sheets = [Sheet(SHEET, [_column(*each) for each in named.items()], [cells] if rows else [])]
    if table.is_written:
        written = [_column(*each) for each in TEXT_COLUMNS.items()]
        sheets.append(Sheet(TEXT_SHEET, written, texts))
    write_workbook(file, sheets, {})


def _column(name: str, header: str) -> Column:
    wide = name in ("survey", "text", "option_label", "note", "notes") or name.endswith("_url")
    is_text = name in TEXTS or name in TEXT_COLUMNS or header.startswith("分组")
    return Column(header, WIDE if wide else NARROW, is_number=not is_text)


def text_columns(items: Sequence[Mapping[str, Any]], by: str | None) -> Columns:
    """The cells of some texts, column by column."""
    groups = [each["group"].get(f"{by}_label") for each in items]
    rest = {name: [each[name] for each in items] for name in ("response", "choice", "text")}
    return [rest["response"], groups, rest["choice"], rest["text"]]
