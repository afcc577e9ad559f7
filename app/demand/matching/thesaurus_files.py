"""The thesaurus as it is kept: tab-separated files in a folder, read in full; every wrong row is told by file and line."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, cast, get_args

from app.demand.matching.thesaurus import Elsewhere, HintKind, Synonym, Thesaurus
from app.errors import Fault, Malformed, Message, fault

SHIPPED: Final = Path(__file__).parents[3] / "seed" / "thesaurus"
ELSEWHERE: Final = "elsewhere.tsv"
SYNONYM_COLUMNS: Final = ("terms", "phrases", "scope", "note", "added_by")
ELSEWHERE_COLUMNS: Final = ("terms", "kind", "granted_by", "note", "added_by")
SCOPES: Final = ("", "enterprise", "person")
KINDS: Final[tuple[HintKind, ...]] = get_args(HintKind)
GRANTED: Final[HintKind] = "elsewhere"
"""What a row is that says no kind. Only of such rows somebody is named who grants it."""


class WrongThesaurus(Malformed):
    slug, title = "wrong-thesaurus", Message("同义词表有误", "The thesaurus is wrong")


@cache
def shipped() -> Thesaurus:
    return read_thesaurus(SHIPPED)


def read_thesaurus(folder: Path) -> Thesaurus:
    """All tables of a folder in the order of their names; none is an empty thesaurus. Raises WrongThesaurus, OSError."""
    if not folder.is_dir():
        raise WrongThesaurus(Message(f"没有同义词表的文件夹 {folder}。", f"There is no folder {folder}."))
    faults: list[Fault] = []
    synonyms: list[Synonym] = []
    elsewhere: list[Elsewhere] = []
    for path in sorted(folder.glob("*.tsv")):
        if path.name == ELSEWHERE:
            elsewhere += [_elsewhere(row) for row in rows(path, ELSEWHERE_COLUMNS, faults)]
        else:
            synonyms += [_synonym(row) for row in rows(path, SYNONYM_COLUMNS, faults)]
    if faults:
        count = len(faults)
        raise WrongThesaurus(
            Message(f"同义词表有 {count} 处错误：{faults[0].detail.zh}", f"{count} faults: {faults[0].detail.en}"),
            faults=faults,
        )
    return Thesaurus(tuple(synonyms), tuple(elsewhere))


def rows(path: Path, columns: Sequence[str], faults: list[Fault]) -> Iterator[Mapping[str, str]]:
    """The right rows of a table; what is wrong of the others goes to `faults`."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    if not lines or tuple(lines[0].split("\t")) != columns:
        expected = " ".join(columns)
        faults.append(wrong(path, 1, f"表头应为 {expected}，用制表符分隔", f"the header must be {expected}, with tabs"))
        return
    for number, line in enumerate(lines[1:], 2):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        row = dict(zip(columns, cells, strict=False))
        problem = _problem(row, len(cells), columns)
        if problem is None:
            yield row
        else:
            faults.append(wrong(path, number, *problem))


def _problem(row: Mapping[str, str], cells: int, columns: Sequence[str]) -> Message | None:
    if cells != len(columns):
        return Message(f"应有 {len(columns)} 列，有 {cells} 列", f"{len(columns)} columns are needed, not {cells}")
    needed = ("terms", "phrases", *(["granted_by"] if row.get("kind") in ("", GRANTED) else []))
    empty = next((name for name in needed if name in row and not split(row[name])), None)
    if empty:
        return Message(f"{empty} 不能为空", f"{empty} must not be empty")
    if row.get("scope", "") not in SCOPES:
        return Message(
            f"scope 只能是 enterprise、person 或空，得到“{row['scope']}”",
            f"scope is enterprise, person or empty, not {row['scope']!r}",
        )
    if row.get("kind") and row["kind"] not in KINDS:
        zh = f"kind 只能是 {'、'.join(KINDS)} 或空，得到“{row['kind']}”"
        return Message(zh, f"kind is one of {', '.join(KINDS)} or empty, not {row['kind']!r}")
    return None


def split(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in cell.split("|"))))


def wrong(path: Path, line: int, zh: str, en: str) -> Fault:
    return fault(f"{path.name} 第 {line} 行：{zh}", f"{path.name}, line {line}: {en}", sheet=path.name, row=line)


def _synonym(row: Mapping[str, str]) -> Synonym:
    return Synonym(split(row["terms"]), split(row["phrases"]), row["scope"], row["note"])


def _elsewhere(row: Mapping[str, str]) -> Elsewhere:
    kind = cast("HintKind", row["kind"] or GRANTED)
    return Elsewhere(split(row["terms"]), row["granted_by"], row["note"], kind)
