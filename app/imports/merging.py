"""What of a row was edited since it was exported, and where somebody else changed the same meanwhile."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.catalogue.element import Element
from app.catalogue.objects import ITEM
from app.catalogue.values import value_label
from app.changes.redactable import is_marked
from app.errors import Message
from app.files.problems import RowProblem
from app.imports.books import Book
from app.imports.candidates import Candidate
from app.imports.comparison import Held, Pair
from app.imports.existing import Existing
from app.imports.list_sheets import ListSheet
from app.imports.patching import Edit, Values, merged, patch_of
from app.imports.report import Line

ALWAYS = ("code", "division_code")  # They say which item is meant.
Content = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Sides:
    """A row beside the item as it was exported, and as it is; of a file that says nothing of it both are the same."""

    pair: Pair
    exported: Content
    now: Content

    @property
    def book(self) -> Book:
        return self.pair.comparison.book

    @property
    def candidate(self) -> Candidate:
        return self.pair.candidate


def settle(known: Existing, pair: Pair) -> None:
    """Puts what the list sheets say into the row, and of an exported row leaves in what was edited."""
    book, candidate = pair.comparison.book, pair.candidate
    if candidate.problems:
        book.pass_over(candidate)
        return
    exported = known.as_exported(candidate)
    if exported is not None and not _was_written(book, candidate, exported):
        candidate.problems.append(_not_exported(pair))
        book.pass_over(candidate)
        return
    now: Content = pair.found.content if pair.found else {}
    sides = Sides(pair, now if book.base is None else exported.content if exported else {}, now)
    lists = dict(_lists(sides))
    if candidate.problems or book.stamped is None or pair.found is None:
        candidate.content |= lists
    elif exported is None:
        _refuse_known(pair, pair.found, lists)
    else:
        _merge(sides)
        candidate.content |= lists


def _was_written(book: Book, candidate: Candidate, exported: Held) -> bool:
    """Whether the row is of this workbook; one of another was written at another time."""
    division = str(exported.content["division_code"])
    return book.stamped is None or book.stamped.has(candidate.code, division, exported.id)


def _not_exported(pair: Pair) -> RowProblem:
    code = pair.candidate.code
    message = Message(
        f"这个工作簿导出时没有 {code}，这一行多半是从别的工作簿粘贴来的，不知道哪些是改过的。请在它自己的工作簿里改，或重新导出。",
        f"The workbook was exported without {code}: the row is from another one. Edit it there, or export it again.",
    )
    return pair.problem("code", "not-exported", message)


def _refuse_known(pair: Pair, found: Held, lists: Content) -> None:
    """A new row whose code an item has. Where the row says what the item says it changes nothing."""
    candidate = pair.candidate
    said = {name: value for name, value in {**candidate.content, **lists}.items() if value is not None}
    if any(found.content.get(name) != value for name, value in said.items()):
        candidate.problems.append(_already_there(pair))
    candidate.content = _identity(candidate)


def _identity(candidate: Candidate) -> dict[str, object]:
    return {name: candidate.content[name] for name in ALWAYS if name in candidate.content}


def _already_there(pair: Pair) -> RowProblem:
    code = pair.candidate.code
    if pair.comparison.book.is_template:
        zh = f"编码 {code} 已经有事项了，空白模板只用来新增。要修改它，请导出清单，在导出的工作簿里改。"
        message = Message(zh, f"There is an item {code}; a template only adds new ones. Export the list to change it.")
    else:
        zh = f"编码 {code} 的事项是导出之后才有的，与这一行不同，这一行会覆盖它。请重新导出，或删去这一行。"
        message = Message(zh, f"Item {code} was added since the export. Export the list again, or delete the row.")
    return pair.problem("code", "already-exists", message)


def _merge(sides: Sides) -> None:
    candidate, exported, now = sides.candidate, sides.exported, sides.now
    stated = candidate.content
    edited = {name: value for name, value in stated.items() if exported.get(name) != value}
    for name in [name for name in edited if is_marked(exported.get(name))]:
        del edited[name]
        candidate.lines.append(_redacted(sides, ITEM.elements[name], candidate.row))
    both = [name for name, value in edited.items() if now.get(name) not in (exported.get(name), value)]
    moved = [name for name in stated if name not in edited and now.get(name) != exported.get(name)]
    if sides.book.on_conflict == "refuse":
        candidate.problems += _conflicts(sides, both)
    candidate.lines += _decided(sides, [ITEM.elements[name].label for name in both])
    if sides.book.on_conflict == "theirs":
        edited = {name: value for name, value in edited.items() if name not in both}
    candidate.moved = tuple(moved)
    candidate.content = _identity(candidate) | edited
    candidate.department_name = None


def _conflicts(sides: Sides, names: Iterable[str]) -> Iterator[RowProblem]:
    for name in names:
        element, day = ITEM.elements[name], sides.pair.day
        was, now, mine = (
            (value_label(element, side.get(name)) or "未填")[:200]
            for side in (sides.exported, sides.now, sides.candidate.content)
        )
        message = Message(
            f"{element.label}导出时是“{was}”，现在（{day} 起）是“{now}”，这一行改成“{mine}”。"
            f"同意现在的，请把这一格改为“{now}”；要按这一行的，请导入时写 on_conflict=mine（整个文件都按文件的）。",
            f"{name} was {was!r} when it was exported, is {now!r} (from {day}), and {mine!r} in this row. Write {now!r} to "
            "agree, or import with on_conflict=mine to have the file's values.",
        )
        yield sides.pair.problem(name, "changed-by-both", message, now)


def _lists(sides: Sides) -> Iterator[tuple[str, list[Values]]]:
    """The lists that the rows of their sheets change, by element."""
    candidate, book = sides.candidate, sides.book
    for name, sheet in book.lists.items():
        before, now = (_entries(side.get(name)) for side in (sides.exported, sides.now))
        found = patch_of(sheet, sheet.take(candidate.code, candidate.division), before)
        candidate.problems += found.problems
        candidate.lines += [_redacted(sides, sheet.element, row, sheet) for row in found.redacted]
        if not found.problems:
            book.note_absent(sheet, candidate.code, found.absent)
        result = merged(sheet, found.edits, now, mine=book.on_conflict == "mine")
        if book.on_conflict == "refuse":
            candidate.problems += [_clash(sheet, edit) for edit in result.clashes]
        candidate.lines += _decided(sides, [sheet.element.label] if result.clashes else [])
        if result.entries != now:
            yield name, result.entries


def _entries(value: object) -> list[Values]:
    return value if isinstance(value, list) else []


def _clash(sheet: ListSheet, edit: Edit) -> RowProblem:
    first = next(iter(edit.old.values()), "") if edit.old else ""
    message = Message(
        f"这一条（{first}）导出之后别人也改过，或已经删去，不知道以谁的为准。同意现在的，请把这一行改回导出时的内容；"
        "要按这一行的，请导入时写 on_conflict=mine（整个文件都按文件的）。",
        "Somebody else changed this entry since the export, or took it out. Put the row back to agree, or import with "
        "on_conflict=mine to have the file's values.",
    )
    return sheet.problem(edit.row, None, str(first), "changed-by-both", message)


def _decided(sides: Sides, labels: list[str]) -> Iterator[Line]:
    """Where both changed the same and `on_conflict` decides, it is told what becomes of it."""
    policy, candidate, names = sides.book.on_conflict, sides.candidate, "、".join(labels)
    if not labels or policy == "refuse":
        return
    zh = f"{names}别人也改过：" + (
        "按文件的，别人改的不保留。" if policy == "mine" else "保留现在的，这一行改的没有导入。"
    )
    en = f"Others changed {names} too: " + ("the file's values stand." if policy == "mine" else "their values stand.")
    rule = "overrides-others" if policy == "mine" else "left-to-others"
    yield Line("warning", rule, Message(zh, en), candidate.row, labels[0], None, candidate.code)


def _redacted(sides: Sides, element: Element, row: int, sheet: ListSheet | None = None) -> Line:
    """The text that the file still has must not come back; what it says is not repeated."""
    message = Message(
        f"{element.label}在导出之后隐去了内容，这里的改动没有导入。要改它，请重新导出，在新的工作簿里改。",
        f"{element.name} was redacted since the export, so this edit was not imported. Export the list again to change it.",
    )
    name = None if sheet is None else sheet.element.label
    column = element.label if sheet is None else None
    return Line("warning", "redacted-since", message, row, column, None, sides.candidate.code, sheet=name)
