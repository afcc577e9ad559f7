"""What one entry of a list inside an object says: SQL over its JSON."""

from typing import Any

from sqlalchemy import Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class EntryText(FunctionElement[str]):
    """What the entry at a place of a JSON list says of a member; null where it says nothing."""

    type = Text()
    inherit_cache = True


@compiles(EntryText, "sqlite")
def _entry_on_sqlite(element: EntryText, compiler: SQLCompiler, **options: Any) -> str:
    entries, place, name = (compiler.process(each, **options) for each in element.clauses)
    return f"json_extract({entries}, '$[' || {place} || '].' || {name})"


@compiles(EntryText, "postgresql")
def _entry_on_postgresql(element: EntryText, compiler: SQLCompiler, **options: Any) -> str:
    entries, place, name = (compiler.process(each, **options) for each in element.clauses)
    return f"(({entries} -> {place}) ->> {name})"
