"""Rows that the database itself writes as JSON, so that nothing of them is built in Python (docs/decisions/0011)."""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import JSON, Boolean, ColumnElement, Date, Integer, String, Text, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.db import CodeSet, DayText

MOST_ARGUMENTS = 100  # Of one function on PostgreSQL; 127 on SQLite.
SEAM = 30  # A control character: JSON never holds one as it is.

# As both databases write it themselves.
PLAIN: dict[type[Any], str] = dict.fromkeys((String, Text, Integer, Date, DayText), "{0}")
# SQLite keeps yes and no as numbers, lists as text; on both databases several codes are kept as `,5,6,`.
ON_SQLITE = PLAIN | {
    Boolean: "json(CASE {0} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)",
    JSON: "json({0})",
    CodeSet: """json(CASE {0} WHEN ',' THEN '[]' ELSE '["' || replace(trim({0}, ','), ',', '","') || '"]' END)""",
}
ON_POSTGRESQL = PLAIN | {
    Boolean: "{0}",
    JSON: "{0}",
    CodeSet: "to_json(string_to_array(trim(both ',' from {0}), ','))",
}


class JsonValue(FunctionElement[Any]):
    """One value as JSON has it."""

    type = JSON()
    inherit_cache = True


class JsonObject(FunctionElement[str]):
    """The text of an object with the names and values that follow each other."""

    type = Text()
    inherit_cache = True


class JsonMembers(FunctionElement[Any]):
    """One object of several rows: the name of a member, and the text of its value, from each."""

    type = JSON()
    inherit_cache = True


def json_members(name: ColumnElement[str], value: ColumnElement[str]) -> ColumnElement[Any]:
    """An object with a member from each row; `{}` of none. `value` is JSON as text."""
    return JsonMembers(name, value)


def json_object(members: Mapping[str, ColumnElement[Any]]) -> ColumnElement[str]:
    """The text of an object with these members, in this order; dates as 2024-06-30.

    Raises KeyError, when it is compiled, for a type of which nothing is said here.
    """
    arguments: list[ColumnElement[Any]] = []
    for name, value in members.items():
        arguments += (literal_column(f"'{name}'"), JsonValue(value))
    return JsonObject(*arguments)


class JsonLength(FunctionElement[int]):
    """How many entries a JSON list has; 0 of null."""

    type = Integer()
    inherit_cache = True


class JsonEntries(FunctionElement[Any]):
    """The entries of a JSON list as rows, for `table_valued`: each a `value`; none of null."""

    type = JSON()
    inherit_cache = True


@compiles(JsonEntries, "sqlite")
def _entries_on_sqlite(element: JsonEntries, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(JsonEntries, "postgresql")
def _entries_on_postgresql(element: JsonEntries, compiler: SQLCompiler, **options: Any) -> str:
    return f"jsonb_array_elements({compiler.process(element.clauses, **options)})"


@compiles(JsonLength, "sqlite")
def _length_on_sqlite(element: JsonLength, compiler: SQLCompiler, **options: Any) -> str:
    return f"coalesce(json_array_length({compiler.process(element.clauses, **options)}), 0)"


@compiles(JsonLength, "postgresql")
def _length_on_postgresql(element: JsonLength, compiler: SQLCompiler, **options: Any) -> str:
    return f"coalesce(jsonb_array_length({compiler.process(element.clauses, **options)}), 0)"


@compiles(JsonValue, "sqlite")
def _value_on_sqlite(element: JsonValue, compiler: SQLCompiler, **options: Any) -> str:
    return _value(ON_SQLITE, element, compiler, options)


@compiles(JsonValue, "postgresql")
def _value_on_postgresql(element: JsonValue, compiler: SQLCompiler, **options: Any) -> str:
    return _value(ON_POSTGRESQL, element, compiler, options)


def _value(
    templates: Mapping[type[Any], str], element: JsonValue, compiler: SQLCompiler, options: dict[str, Any]
) -> str:
    (value,) = element.clauses
    return templates[type(value.type)].format(compiler.process(value, **options))


@compiles(JsonObject, "sqlite")
def _object_on_sqlite(element: JsonObject, compiler: SQLCompiler, **options: Any) -> str:
    return _seamless([f"json_object({arguments})" for arguments in _portions(element, compiler, options)], "char")


@compiles(JsonObject, "postgresql")
def _object_on_postgresql(element: JsonObject, compiler: SQLCompiler, **options: Any) -> str:
    portions = _portions(element, compiler, options)
    return _seamless([f"CAST(json_build_object({arguments}) AS TEXT)" for arguments in portions], "chr")


@compiles(JsonMembers, "sqlite")
def _members_on_sqlite(element: JsonMembers, compiler: SQLCompiler, **options: Any) -> str:
    name, value = (compiler.process(part, **options) for part in element.clauses)
    return f"json_group_object({name}, json({value}))"


@compiles(JsonMembers, "postgresql")
def _members_on_postgresql(element: JsonMembers, compiler: SQLCompiler, **options: Any) -> str:
    name, value = (compiler.process(part, **options) for part in element.clauses)
    return f"coalesce(json_object_agg({name}, CAST({value} AS JSON)), CAST('{{}}' AS JSON))"


def _portions(element: JsonObject, compiler: SQLCompiler, options: dict[str, Any]) -> list[str]:
    written = [compiler.process(part, **options) for part in element.clauses]
    portions = range(0, max(len(written), 1), MOST_ARGUMENTS)
    return [", ".join(written[start : start + MOST_ARGUMENTS]) for start in portions]


def _seamless(objects: list[str], character: str) -> str:
    """One object of several."""
    if len(objects) == 1:
        return objects[0]
    seam = f"{character}({SEAM})"
    return f"replace({f' || {seam} || '.join(objects)}, '}}' || {seam} || '{{', ',')"


def ready(written: str, more: Mapping[str, object] | None = None) -> orjson.Fragment:
    """What the database wrote, to stand in an answer; with more members at its end."""
    if not more:
        return orjson.Fragment(written)
    if written == "{}":
        return orjson.Fragment(orjson.dumps(more))
    return orjson.Fragment(b"%b,%b" % (written[:-1].encode(), orjson.dumps(more)[1:]))
