"""A cell that should hold a number of cases, and what to do about one that doesn't. The first sentence of each message
says what is wrong, the others what to do.
"""

import re
from collections.abc import Callable
from datetime import date

from app.catalogue.element import Element
from app.errors import Message
from app.files.cleaning import LARGEST_COUNT, as_count, shown
from app.files.problems import CellProblem
from app.files.rows import BrokenCell, Percent

# What a number below 1 becomes in a cell with the format of a date.
TIME = re.compile(r"\d{2}:\d{2}(?::\d{2})?")
# What to write where there is no number to be written.
NO_CASES = Message("没有办件写 0", "0 where there were no cases")
NOT_KNOWN = Message("不知道就留空", "leave it empty where it isn't known")
AS_NUMBER = "把单元格格式改为“常规”再填数"
# What came to be of a number with too many digits, before anybody asked how large it is.
TOO_LARGE = ("number-too-large", "code-became-number")


def count_reader(element: Element) -> Callable[[object], object]:
    """Reads a whole number from 0 on. Raises CellProblem in words that fit counts."""

    def read(raw: object) -> int | None:
        try:
            return as_count(raw)
        except CellProblem as problem:
            rule = "number-too-large" if problem.rule in TOO_LARGE else problem.rule
            raise CellProblem(rule, _message(element, raw, rule)) from None

    return read


def _message(element: Element, raw: object, rule: str) -> Message:
    label, seen = element.label, shown(raw)
    otherwise = NO_CASES if element.required else NOT_KNOWN
    if isinstance(raw, Percent):
        zh = f"这一格的格式是百分比（显示为 {seen}）。件数不是百分比：{AS_NUMBER}；{otherwise.zh}。"
        return Message(zh, f"The cell is shown in per cent ({seen}). Format it as General and write a number of cases.")
    if isinstance(raw, date) or (isinstance(raw, str) and TIME.fullmatch(raw)):
        zh = f"这一格的格式是日期（显示为 {seen}）。{AS_NUMBER}；{otherwise.zh}。"
        return Message(
            zh, f"The cell has the format of a date ({seen}). Format it as General and write the number again."
        )
    if isinstance(raw, BrokenCell):
        return _failed(raw, otherwise)
    if rule == "number-too-large":
        zh = f"“{seen}”太大。{label}最大 {LARGEST_COUNT}，请核对后填实际的件数。"
        return Message(zh, f"{seen!r} is too large: {LARGEST_COUNT} at most.")
    zh = f"“{seen}”不是件数。{label}请只填整数（如 12），不带单位、百分号和千分位；{otherwise.zh}。"
    return Message(zh, f"{seen!r} is no number of cases. Write a whole number, without a unit; {otherwise.en}.")


def _failed(cell: BrokenCell, otherwise: Message) -> Message:
    if cell.text.startswith("="):
        zh = f"公式 {cell.text} 还没有算出结果。请用 Excel 或 WPS 打开文件并保存一次，或直接填数。"
        return Message(
            zh, f"The formula {cell.text} has no result. Open and save the file in Excel, or write the number."
        )
    zh = f"公式出错（{cell.text}），没有算出件数。请改正公式，或直接填数；{otherwise.zh}。"
    return Message(zh, f"The formula failed ({cell.text}). Correct it, or write the number.")
