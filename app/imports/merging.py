"""What of a row was edited since it was exported, and where somebody else changed the same meanwhile."""

from collections.abc import Iterator, Mapping

from app.catalogue.objects import ITEM
from app.catalogue.values import value_label
from app.errors import Message
from app.files.problems import RowProblem
from app.imports.comparison import Held, Pair
from app.imports.existing import Existing

ALWAYS = ("code", "division_code")  # They say which item is meant.


def settle(known: Existing, pair: Pair) -> None:
    """Puts what the list sheets say into the row, and of an exported row leaves in what was edited."""
    book, candidate = pair.comparison.book, pair.candidate
    if candidate.problems:
        book.pass_over(candidate)
        return
    exported = known.as_exported(candidate)
    if book.stamped is not None and book.base is not None:
        book.stamped.demand_same(candidate.code, candidate.division, exported and exported.id)
    origin = exported if book.base is not None else pair.found
    book.patch(candidate, None if origin is None else origin.content)
    if candidate.problems or book.stamped is None or pair.found is None:
        return
    if exported is None:
        candidate.problems.append(_already_there(pair))
    else:
        _merge(pair, exported.content, pair.found)


def _already_there(pair: Pair) -> RowProblem:
    code = pair.candidate.code
    if pair.comparison.book.is_template:
        zh = f"编码 {code} 已经有事项了，空白模板只用来新增。要修改它，请导出清单，在导出的工作簿里改。"
        message = Message(zh, f"There is an item {code}; a template only adds new ones. Export the list to change it.")
    else:
        zh = f"编码 {code} 的事项是导出之后别人新增的，这一行会覆盖它。请重新导出，或删去这一行。"
        message = Message(zh, f"Item {code} was added since the export. Export the list again, or delete the row.")
    return pair.problem("code", "already-exists", message)


def _merge(pair: Pair, exported: Mapping[str, object], found: Held) -> None:
    candidate, policy = pair.candidate, pair.comparison.book.on_conflict
    stated, held = candidate.content, found.content
    edited = {name: value for name, value in stated.items() if exported.get(name) != value}
    both = [name for name, value in edited.items() if held.get(name) not in (exported.get(name), value)]
    if policy == "refuse":
        candidate.problems += _conflicts(pair, both, exported, held)
    elif policy == "theirs":
        edited = {name: value for name, value in edited.items() if name not in both}
    candidate.moved = tuple(name for name in stated if name not in edited and held.get(name) != exported.get(name))
    candidate.content = {name: stated[name] for name in ALWAYS if name in stated} | edited
    candidate.department_name = None


def _conflicts(
    pair: Pair, names: list[str], exported: Mapping[str, object], held: Mapping[str, object]
) -> Iterator[RowProblem]:
    for name in names:
        element = ITEM.elements[name]
        was, now, mine = (
            (value_label(element, side.get(name)) or "未填")[:200] for side in (exported, held, pair.candidate.content)
        )
        message = Message(
            f"{element.label}导出时是“{was}”，后来已改为“{now}”，这一行又改成“{mine}”。"
            f"同意现在的，请把这一格改为“{now}”；要按这一行的，请导入时写 on_conflict=mine（整个文件都按文件的）。",
            f"{name} was {was!r} when it was exported, is {now!r} now, and {mine!r} in this row. Write {now!r} to agree, "
            "or import with on_conflict=mine to have the file's values.",
        )
        yield pair.problem(name, "changed-by-both", message, now if element.kind != "list" else None)
