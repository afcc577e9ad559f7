"""A clerk's own workbook with what an import found: cells coloured, comments on them, a first sheet that sums up."""

import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from openpyxl import load_workbook
from openpyxl.cell import Cell

from app.db import Record
from app.errors import Conflict, Message
from app.files.errors import BadFile
from app.imports.annotated.contents import Contents, look_into
from app.imports.annotated.marks import Mark, put_on, take_off
from app.imports.annotated.places import Places
from app.imports.annotated.summary import Found, put_summary, take_off_summary
from app.imports.annotated.wording import in_full

MOST_CELLS: Final = 1_500_000
MOST_DESCRIBED: Final = 32 * 2**20
MOST_COMMENTS: Final = 10_000
"""More make a workbook slow to open; the colours are on all cells."""
Lines = Callable[[], Iterator[Record]]
# What is raised for a workbook that is not as it is expected to be.
ODD = (BadFile, ValueError, TypeError, KeyError, AttributeError, IndexError, OSError, SyntaxError, zipfile.BadZipFile)


class NotAnnotated(Conflict):
    slug, title = "cannot-annotate", Message("这个文件不能批注", "This file cannot be annotated")


def annotate(path: Path, target: IO[bytes], run: Record, lines: Lines) -> None:
    """Writes the workbook at `path` with the lines of the import `run`, the most serious first, into `target`.

    Raises NotAnnotated for one that is too large to be changed, or that cannot be written again.
    """
    with _understood(run):
        contents = look_into(path)
    if contents.cells > MOST_CELLS or contents.described > MOST_DESCRIBED:
        raise _too_large(run, contents)
    with _understood(run), path.open("rb") as file:
        book = load_workbook(file, rich_text=True)
    take_off_summary(book)
    take_off(book)
    found, marks = _gather(Places(book, run.report["sheet"]), lines())
    for number, mark in enumerate(marks.items()):
        put_on(*mark, with_comment=number < MOST_COMMENTS)
    put_summary(book, run, found, list(_warnings(contents, len(marks))))
    with _understood(run):
        book.save(target)


def _gather(places: Places, lines: Iterator[Record]) -> tuple[Found, Mapping[Cell, Mark]]:
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
def _understood(run: Record) -> Iterator[None]:
    try:
        yield
    except ODD as error:
        zh = f"“{run.file_name}”的内部结构特别，不能写批注。请用 Excel 或 WPS 另存一份再上传，或看问题清单。"
        en = f"The workbook {run.file_name!r} cannot be written again. Save it anew, or read the problem list."
        raise NotAnnotated(Message(zh, en), problems_url=problems_url(run)) from error


def _too_large(run: Record, contents: Contents) -> NotAnnotated:
    megabytes, most = contents.described // 2**20, MOST_DESCRIBED // 2**20
    zh = (
        f"“{run.file_name}”有 {contents.cells} 个单元格、{megabytes} MB 格式，最多批注 {MOST_CELLS} 个、{most} MB。"
        "请看问题清单，或删去多余的工作表、样式和空行的格式，分成几个文件。"
    )
    en = (
        f"The workbook has {contents.cells} cells and {megabytes} MB of formats; up to {MOST_CELLS} and {most} MB can be "
        "annotated. Read the problem list, or split it."
    )
    return NotAnnotated(Message(zh, en), problems_url=problems_url(run))


def problems_url(run: Record) -> str:
    return f"/v1/imports/{run.id}/problems"
