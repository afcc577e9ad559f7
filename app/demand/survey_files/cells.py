"""Cells of answers: options chosen in one cell or in a column each, numbers with their unit, words. Pure.

What comes out is an answer as JSON has it, for app/demand/surveys/answering to check.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeAlias

from app.demand.surveys.questions import Option, Part
from app.errors import Message
from app.files.cleaning import as_compared, as_text, shown
from app.files.problems import CellProblem
from app.files.rows import Percent

SEPARATORS = re.compile(r"[、,，;；|┋\n\r]+")
CIRCLED = re.compile(r"(?=[①-⑳㉑-㉟㊱-㊿])")  # ①③ is two options, and 13 once its width is folded.
# Between an open option and what is written beside it: 其他：…  其他（…）  其他〖…〗  其他____…
OPENING = re.compile(r"[:：_＿(（\[【〖]+")
AROUND = " :：_＿()（）[]【】〖〗\t\n"
PLEASE = re.compile(r"请(?:具体)?(?:注明|说明|填写|写明|列出|补充)")
MARKED = frozenset({"1", "是", "有", "√", "✓", "✔", "☑", "■", "●", "v", "y", "yes", "true", "选中", "已选", "选"})
UNMARKED = frozenset({"0", "否", "无", "×", "✗", "✘", "☐", "□", "○", "n", "no", "false", "未选", "未选中", "不选"})
# What survey tools write where nobody answered.
UNANSWERED = frozenset({"(空)", "(跳过)"})
NO_OPTION = frozenset({"-2", "-3"})  # In place of the number of an option.
LONGEST_UNANSWERED = 8  # With blanks around.
MOST_PIECES = 200
LONGEST_NAME = 600  # Of an option, with blanks.
GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
WITH_UNIT = re.compile(r"([-+]?\d+(?:\.\d+)?)个?(\D*)")

Mark: TypeAlias = bool | str  # What is written beside an option that is open says that it was chosen.


def read_words(cell: object) -> str | None:
    """Raises CellProblem."""
    text = as_text(cell)
    if text is None or (len(text) <= LONGEST_UNANSWERED and as_compared(text) in UNANSWERED):
        return None
    return text


def read_choice(part: Part, cell: object) -> object:
    """The options that a cell names, with what is written beside them. Raises CellProblem."""
    if isinstance(cell, list | dict):
        return cell
    text = read_words(cell)
    if text is None or as_compared(text) in part.by_name:
        return text
    if as_compared(text) in NO_OPTION:
        return None
    chosen = list(islice(_chosen(part, text), MOST_PIECES + 1))
    return one_or_more(part, chosen if len(chosen) <= MOST_PIECES else [text])


def _chosen(part: Part, text: str) -> Iterator[object]:
    for run in CIRCLED.split(text):
        pieces = _Pieces(part, run)
        start = 0
        while start < pieces.count:
            end = pieces.end_of_option(start)
            if piece := pieces.between(start, end).strip():
                yield option_with_words(part, piece)
            start = end


class _Pieces:
    """A text as its separators take it apart; a name may hold some of them, and so may what is written beside it."""

    def __init__(self, part: Part, text: str) -> None:
        self.part, self.text = part, text
        between = [(each.start(), each.end()) for each in SEPARATORS.finditer(text)]
        self.places = [(0, 0), *between[: MOST_PIECES - 1], (len(text), len(text))]
        self.count = len(self.places) - 1
        self.longest = 1 + max(len(SEPARATORS.findall(name)) for name in part.by_name)

    def between(self, start: int, end: int) -> str:
        return self.text[self.places[start][1] : self.places[end][0]]

    def end_of_option(self, start: int) -> int:
        """Behind the longest run of pieces that is a name; else behind what is written beside one; else behind a piece."""
        if named := self._named(start):
            return named
        if not isinstance(option_with_words(self.part, self.between(start, start + 1)), dict):
            return start + 1
        return next((each for each in range(start + 1, self.count) if self._named(each)), self.count)

    def _named(self, start: int) -> int | None:
        ends = range(min(self.count, start + self.longest), start, -1)
        return next((end for end in ends if as_compared(self.between(start, end)) in self.part.by_name), None)


def option_with_words(part: Part, text: str) -> object:
    """The name of an option, or its code with what is written beside it; else the text as it is."""
    if as_compared(text) in part.by_name:
        return text
    for opening in OPENING.finditer(text, 0, LONGEST_NAME):
        option = part.by_name.get(as_compared(text[: opening.start()]))
        if option is not None:
            words = PLEASE.sub("", text[opening.end() :], count=1).strip(AROUND)
            return {"choice": option.code, "text": words} if words else option.code
    return text


def read_mark(option: Option, cell: object) -> Mark:
    """Whether the option that has a column of its own is chosen. Raises CellProblem for what says neither."""
    text = str(int(cell)) if isinstance(cell, bool) else read_words(cell)
    if text is None or (written := as_compared(text)) in UNMARKED or written in NO_OPTION:
        return False
    if written in MARKED or written in (as_compared(option.code), as_compared(option.label)):
        return True
    if option.open:
        return text
    zh = f"“{text[:60]}”看不出选没选“{option.label}”：选了的写 1 或 是，没选的写 0、否 或空着"
    raise CellProblem("not-a-mark", Message(zh, f"{text[:60]!r}: write 1 for chosen, 0 or nothing for not chosen"))


def with_words(part: Part, answer: object, option: Option, words: str) -> object:
    """The answer with what a column of its own says beside an option: whoever writes there has chosen it."""
    chosen = answer if isinstance(answer, list) else [] if answer is None else [answer]
    said = {"choice": option.code, "text": words}
    named = [part.by_name.get(as_compared(str(each))) is option for each in chosen]
    found = [said if is_named else each for each, is_named in zip(chosen, named, strict=True)]
    return one_or_more(part, found if any(named) else [*found, said])


def one_or_more(part: Part, chosen: list[Any]) -> object:
    """One option of a single choice stands by itself."""
    return chosen[0] if part.kind == "single" and len(chosen) == 1 else chosen


def read_number(part: Part, cell: object) -> object:
    """The number, without the unit that is asked for and without commas. Raises CellProblem for another unit."""
    if isinstance(cell, Percent):
        return shown(cell)
    text = read_words(cell)
    if text is None or not isinstance(cell, str):
        return cell if isinstance(cell, int | float) and text is not None else text
    written, unit = as_compared(text), as_compared(part.unit or "")
    found = WITH_UNIT.fullmatch(written)
    if found and unit and found[2] not in ("", unit):
        zh = f"“{text[:60]}”的单位不是{part.unit}：请换算成{part.unit}，只写数字"
        raise CellProblem("other-unit", Message(zh, f"{text[:60]!r} is not in {part.unit}: convert it"))
    number = found[1] if found and unit else written.removesuffix(unit)
    return number.replace(",", "") if GROUPED.fullmatch(number) else number
