"""One cell as the value it stands for: pure readings of text, codes, yes/no, counts and dates.

Every `as_…` takes what any file or a JSON body holds, gives None for None, and raises CellProblem otherwise.
"""

import math
import re
import unicodedata
from datetime import date, datetime, timedelta

from app.errors import Message
from app.files.problems import CellProblem
from app.files.rows import BLANK, BrokenCell, Percent

LOSSY = 10**15
"""Excel keeps 15 digits: a longer number has lost its last ones."""
SMALL = 1e-4
LARGEST_COUNT = 2**31 - 1

SCIENTIFIC = re.compile(r"-?\d(?:\.\d+)?[Ee]\+\d{1,3}")
INVISIBLE = re.compile("[\u200b\u200c\u2060\ufeff\u00ad]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # What no workbook can hold.
WHOLE = re.compile(r"\d+(?:\.0+)?")
GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
CHINESE_NUMBER = re.compile("[〇零一二两三四五六七八九十百]|当场|即时|即办")
WITH_UNIT = re.compile(r"(\d+)\s*\D+")
DATE = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))")
TIME_OF_DAY = re.compile(r"[\sT]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")
EXCEL_EPOCH, EXCEL_DAYS = date(1899, 12, 30), range(20_000, 80_000)

FLAGS = {
    **dict.fromkeys(("是", "有", "1", "true", "yes", "y", "真"), True),
    **dict.fromkeys(("否", "无", "0", "false", "no", "n", "假"), False),
}


def clean_text(text: str) -> str | None:
    """Trimmed, without invisible characters, line ends as \\n; None if nothing is left."""
    if not text.isprintable():
        text = INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_\n", "\n")
        if found := CONTROL.search(text):
            code = f"U+{ord(found[0]):04X}"
            raise _problem(
                "control-character", f"含有看不见的控制字符（{code}），请删去", f"holds a control character ({code})"
            )
    return text.strip(BLANK) or None


def half_width(text: str) -> str:
    """Full-width digits, letters and punctuation as their half-width forms, without any space inside or around."""
    return "".join(unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).split())


def as_compared(text: str) -> str:
    """What people write and mean as the same: without blanks, full width as half width, capitals as small letters."""
    return half_width(text).casefold()


def looks_like_scientific(text: str) -> bool:
    """Whether Excel turned a long code into a number: 4.40102E+11. It always writes the sign, which no code has."""
    return SCIENTIFIC.fullmatch(text.strip(BLANK)) is not None


def shown(cell: object) -> str | None:
    """The cell as a reader of a problem list would recognise it."""
    match cell:
        case None:
            return None
        case str():
            return cell.strip(BLANK) or None
        case bool():
            return str(cell).lower()
        case float() if cell.is_integer() and abs(cell) < LOSSY and not isinstance(cell, Percent):
            return str(int(cell))
        case BrokenCell():
            return cell.text
    return str(cell)


def as_text(cell: object) -> str | None:
    """Text; whole numbers as their digits (440100.0 → 440100), days as 2024-06-30."""
    match cell:
        case None:
            return None
        case str():
            return clean_text(cell)
        case bool() | list() | dict():
            raise _problem(
                "not-text", f"应是文字或数字，不是 {shown(cell)}", f"should be text or a number, not {shown(cell)}"
            )
        case float() if not math.isfinite(cell):
            raise _problem("not-text", f"{cell} 不是一个数", f"{cell} is no number")
        case int() | float():
            return _digits(cell)
        case datetime():
            return cell.isoformat(" ", "seconds") if cell.time() != datetime.min.time() else cell.date().isoformat()
        case date():
            return cell.isoformat()
    raise _broken(cell)


def as_code(cell: object) -> str | None:
    """A code: half-width, no spaces; refuses what a spreadsheet has spoilt (a date, 4.40102E+11, too many digits)."""
    if isinstance(cell, date):
        raise _problem(
            "code-became-date",
            f"编码被表格软件变成了日期 {shown(cell)}；请把该列设为“文本”格式后重新填写",
            f"the spreadsheet turned the code into {shown(cell)}; format the column as text and write it again",
        )
    text = as_text(cell)
    if text is None:
        return None
    if looks_like_scientific(half_width(text)):
        raise _became_number(text)
    return half_width(text)


def as_flag(cell: object) -> bool | None:
    """Yes or no in any of the usual spellings; None is 'not stated'."""
    if cell is None or isinstance(cell, bool):
        return cell
    text = as_text(cell)
    if text is None:
        return None
    flag = FLAGS.get(as_compared(text))
    if flag is None:
        raise _problem(
            "not-a-flag",
            f"“{text}”不是是/否；请填 是、否（也可用 有/无、1/0、true/false），不清楚就留空",
            f"'{text}' is neither yes nor no; write 是 or 否 (有/无, 1/0, true/false), or leave it empty",
        )
    return flag


def as_count(cell: object, *, largest: int = LARGEST_COUNT) -> int | None:
    """A whole number from 0 on; a unit beside it is refused, since it belongs in the unit's own column."""
    if isinstance(cell, date):
        raise _problem(
            "not-a-number", f"{shown(cell)} 是日期，应填整数", f"{shown(cell)} is a date; write a whole number"
        )
    if isinstance(cell, Percent):
        raise _problem(
            "number-with-unit",
            f"这一格的格式是百分比（显示为 {cell}），不是个数；请把单元格格式改为“常规”再填整数",
            f"the cell is shown in per cent ({cell}); format it as General and write a whole number",
        )
    text = as_text(cell)
    if text is None:
        return None
    digits = half_width(text)
    if not digits.isascii() or not WHOLE.fullmatch(digits):
        raise _not_a_count(text, digits)
    number = int(digits.partition(".")[0])
    if number > largest:
        raise _problem("number-too-large", f"{text} 太大，最大 {largest}", f"{text} is too large, at most {largest}")
    return number


def as_date(cell: object) -> date | None:
    """A day: 2024-06-30, 2024/6/30, 2024.6.30, 2024年6月30日, 20240630, a date cell; a time of day is dropped."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = as_text(cell)
    if text is None:
        return None
    found = DATE.fullmatch(half_width(TIME_OF_DAY.sub("", text)))
    if found is None:
        raise _not_a_date(text)
    year, month, day = (
        int(part) for part in (found[1], found[3] or found[5] or found[7], found[4] or found[6] or found[8])
    )
    try:
        return date(year, month, day)
    except ValueError:
        raise _problem("not-a-date", f"“{text}”没有这一天", f"there is no such day as '{text}'") from None


def _digits(number: int | float) -> str:
    if abs(number) >= LOSSY and isinstance(number, float):
        raise _became_number(f"{number:.5E}")
    if isinstance(number, int) or number.is_integer():
        return str(int(number))
    return f"{number:f}" if abs(number) < SMALL else f"{number:.15g}"


def _became_number(text: str) -> CellProblem:
    return _problem(
        "code-became-number",
        f"“{text}”是表格软件把长编码变成了数字，末几位已经丢失；请把该列设为“文本”格式，从原处重新填写编码",
        f"'{text}' is a long code the spreadsheet turned into a number, its last digits are lost; "
        "format the column as text and write the code again",
    )


def _not_a_count(text: str, digits: str) -> CellProblem:
    if GROUPED.fullmatch(digits):
        plain = digits.replace(",", "")
        return _problem("not-a-number", f"“{text}”请写成 {plain}，不用千分位", f"write '{text}' as {plain}", plain)
    if unit := WITH_UNIT.fullmatch(digits):
        number, rest = unit[1], digits[len(unit[1]) :]
        return _problem(
            "number-with-unit",
            f"“{text}”里混有“{rest}”；这里只填数字 {number}，单位填在单位列",
            f"'{text}' holds '{rest}' besides the number; write {number} here and the unit in its own column",
            number,
        )
    if CHINESE_NUMBER.search(text):
        return _problem(
            "not-a-number",
            f"“{text}”请写阿拉伯数字，如 2；时限当场办结的填 0，单位填当场",
            f"write '{text}' in digits, such as 2; a limit of on the spot is 0 with the unit 当场",
        )
    return _problem("not-a-number", f"“{text}”应是 0 或正整数", f"'{text}' should be 0 or a whole number above it")


def _not_a_date(text: str) -> CellProblem:
    if text.isdecimal() and int(text) in EXCEL_DAYS:
        day = (EXCEL_EPOCH + timedelta(days=int(text))).isoformat()
        return _problem(
            "excel-date-number",
            f"“{text}”像是 Excel 的日期序号（{day}）；请把该列设为“日期”格式，或写成 {day}",
            f"'{text}' looks like Excel's number for {day}; format the column as a date or write {day}",
            day,
        )
    return _problem(
        "not-a-date", f"“{text}”不是日期；请写成 2024-06-30", f"'{text}' is not a date; write it as 2024-06-30"
    )


def _broken(cell: object) -> CellProblem:
    if isinstance(cell, BrokenCell) and cell.text.startswith("="):
        return _problem(
            "formula-not-calculated",
            f"公式 {cell.text} 没有计算结果；请用 Excel 打开并保存，或粘贴为数值",
            f"the formula {cell.text} has no result; open and save the file in Excel, or paste values",
        )
    return _problem(
        "formula-error",
        f"单元格是错误值 {shown(cell)}，不能当作空白；请改正公式或直接填写内容",
        f"the cell holds the error {shown(cell)}, not the same as empty; correct the formula or write the value",
    )


def _problem(rule: str, zh: str, en: str, suggestion: str | None = None) -> CellProblem:
    return CellProblem(rule, Message(zh, en), suggestion)
