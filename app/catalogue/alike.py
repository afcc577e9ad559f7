"""Codes that differ in nothing but case: two items to a computer, one to whoever typed the code."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import ColumnElement, Connection, func

from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.catalogue.reads import chunks
from app.catalogue.versions import history
from app.errors import Message

Alike: TypeAlias = Mapping[str, Sequence[tuple[str, str]]]
"""Codes with their divisions, by the code without case."""

CODE = ITEM.table.c.code


def mixed_case_codes(connection: Connection, moment: Moment) -> Alike:
    """The codes that are neither in capitals nor in small letters: few, and no index finds them by another case."""
    return _by_folded_code(connection, moment, (func.upper(CODE) != CODE) & (func.lower(CODE) != CODE))


def alike(connection: Connection, moment: Moment, codes: Collection[str], mixed_case: Alike) -> Alike:
    """Codes of items, of whatever day, that are nearly these. Most are of one case, which an index finds."""
    found = {folded: [*mixed_case.get(folded, ())] for folded in map(str.casefold, codes)}
    for chunk in chunks({other for code in codes for other in (code.upper(), code.lower())} - set(codes)):
        for folded, holders in _by_folded_code(connection, moment, CODE.in_(chunk)).items():
            found[folded] += holders
    return found


def differs_in_case(code: str, present: str) -> Message:
    return Message(
        f"编码 {code} 与现有的 {present} 只有大小写不同。请改为 {present}。",
        f"The code {code} differs from {present} in nothing but case. Write {present}.",
    )


def _by_folded_code(connection: Connection, moment: Moment, wanted: ColumnElement[bool]) -> Alike:
    found: dict[str, list[tuple[str, str]]] = {}
    rows = history(ITEM, moment, [CODE, ITEM.table.c.division_code]).where(wanted)
    for code, division in connection.execute(rows):
        found.setdefault(code.casefold(), []).append((code, division))
    return found
