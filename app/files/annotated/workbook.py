"""A clerk's own workbook with what was found in it: cells coloured, comments on them, a first sheet that sums up."""

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO, Final

from openpyxl import load_workbook
from openpyxl.cell import Cell

from app.downloads import Busy, turn
from app.errors import Conflict, Message
from app.files.annotated.contents import Contents, look_into
from app.files.annotated.lines import Elsewhere, Line, Lines, Results
from app.files.annotated.marks import Mark, put_on, take_off
from app.files.annotated.places import Places
from app.files.annotated.summary import Below, Found, nothing_below, put_summary, take_off_summary
from app.files.annotated.wording import in_full
from app.files.errors import BadFile

# One at a time, of items and of cases: a workbook lies in memory whole while it is marked.
MAKING = BoundedSemaphore(1)
MOST_CELLS: Final = 1_500_000
MOST_DESCRIBED: Final = 32 * 2**20
MOST_COMMENTS: Final = 10_000
"""More make a workbook slow to open; the colours are on all cells."""
ENDING: Final = "-批注"
# What is raised for a workbook that is not as it is expected to be.
ODD = (BadFile, ValueError, TypeError, KeyError, AttributeError, IndexError, OSError, SyntaxError, zipfile.BadZipFile)


class NotAnnotated(Conflict):
    slug, title = "cannot-annotate", Message("这个文件不能批注", "This file cannot be annotated")


class AnnotatingAnother(Busy):
    slug, title = "annotating-another", Message("正在批注别的文件", "Another file is being annotated")
    said = Message(
        "正在批注别的文件，一次只做一个，这个文件还没有开始。请过几秒再试。",
        "Another file is being annotated, one at a time; this one was not begun. Try again in a few seconds.",
    )


def making() -> AbstractContextManager[None]:
    """Raises AnnotatingAnother while another workbook is marked."""
    return turn(MAKING, AnnotatingAnother)


def annotated_name(file_name: str) -> str:
    """What a workbook is called when it is given back; it stays so however often it goes to and fro."""
    return f"{Path(file_name.strip()).stem.removesuffix(ENDING)}{ENDING}.xlsx"


def annotate(path: Path, target: IO[bytes], results: Results, lines: Lines, below: Below = nothing_below) -> None:
    """Writes the workbook at `path` with the lines, the most serious first, into `target`.

    `below` ends the first sheet, once all lines were read. Raises NotAnnotated for one that is too large to be
    changed, or that cannot be written again.
    """
    with _understood(results):
        contents = look_into(path)
    if contents.cells > MOST_CELLS or contents.described > MOST_DESCRIBED:
        raise _too_large(results, contents)
    with _understood(results), path.open("rb") as file:
        book = load_workbook(file, rich_text=True)
    take_off_summary(book)
    take_off(book)
    found, marks = _gather(Places(book, results.sheet), lines())
    for number, mark in enumerate(marks.items()):
        put_on(*mark, with_comment=number < MOST_COMMENTS)
    put_summary(book, results, found, list(_warnings(contents, len(marks))), below)
    with _understood(results):
        book.save(target)


def _gather(places: Places, lines: Iterator[Line]) -> tuple[Found, Mapping[Cell, Mark]]:
    """What the summary tells, and what is said of each cell; the first that is said is the worst."""
    found, marks = Found(), dict[Cell, Mark]()
    for line in lines:
        cell = places.cell(line)
        found.add(line, cell)
        if cell is not None:
            marks.setdefault(cell, Mark(line.severity)).say(line.severity, in_full(line))
    return found, marks


def _warnings(contents: Contents, marked: int) -> Iterator[str]:
    if contents.lost:
        lost = "、".join(contents.lost)
        yield f"注意：原文件里的{lost}在这个文件里可能不完整或没有了；需要它们的，请照下面的清单在原文件里改。"
    if contents.formulas:
        yield (
            f"注意：文件里有 {contents.formulas} 个公式。请用 Excel 或 WPS 打开本文件并保存一次（公式会重新计算）再上传。"
        )
    if marked > MOST_COMMENTS:
        yield f"有问题的单元格有 {marked} 个，都上了颜色；批注只写在其中最要紧的 {MOST_COMMENTS} 个上。"


@contextmanager
def _understood(results: Results) -> Iterator[None]:
    try:
        yield
    except ODD as error:
        remedy, _, members = results.elsewhere
        zh = f"“{results.file_name}”的内部结构特别，不能写批注。请用 Excel 或 WPS 另存一份再上传，或{remedy.zh}。"
        en = f"The workbook {results.file_name!r} cannot be written again. Save it anew, or {remedy.en}."
        raise NotAnnotated(Message(zh, en), **members) from error


def _too_large(results: Results, contents: Contents) -> NotAnnotated:
    megabytes, most = contents.described // 2**20, MOST_DESCRIBED // 2**20
    remedy, _, members = results.elsewhere
    zh = (
        f"“{results.file_name}”有 {contents.cells} 个单元格、{megabytes} MB 格式，最多批注 {MOST_CELLS} 个、{most} MB。"
        f"请{remedy.zh}，或删去多余的工作表、样式和空行的格式，分成几个文件。"
    )
    en = (
        f"The workbook has {contents.cells} cells and {megabytes} MB of formats; up to {MOST_CELLS} and {most} MB can be "
        f"annotated. {remedy.en[:1].upper()}{remedy.en[1:]}, or split it."
    )
    return NotAnnotated(Message(zh, en), **members)


def not_a_workbook(file_name: str, elsewhere: Elsewhere) -> NotAnnotated:
    """A csv or ndjson has no cells to mark."""
    remedy, _, members = elsewhere
    zh = f"“{file_name}”不是 xlsx 工作簿，不能批注。请{remedy.zh}，或改用 xlsx 上传。"
    en = f"{file_name!r} is no xlsx workbook. {remedy.en[:1].upper()}{remedy.en[1:]}, or upload an xlsx file."
    return NotAnnotated(Message(zh, en), **members)
