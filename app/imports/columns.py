"""Which columns a file of items may have, and the mappings that ship."""

from collections.abc import Collection, Sequence
from functools import cache
from importlib.resources import files
from itertools import chain

from app.catalogue.objects import ITEM
from app.catalogue.virtual import BESIDE_ELEMENTS, VERSION_ELEMENTS
from app.errors import Malformed, Message, fault
from app.files.headers import folded, nearest
from app.files.mapping import ColumnMapping, read_mapping
from app.files.plans import NO_MAPPING, Field, Plan, plan

# What a file says beside the elements: the department's name, from when until when, and a version number we number
# ourselves.
DEPARTMENT_NAME, STARTS, ENDS, VERSION = "department_name", "effective_from", "effective_to", "version"
BESIDE = tuple(VERSION_ELEMENTS[name] for name in (DEPARTMENT_NAME, STARTS, ENDS, VERSION))
CODE_SOURCES = ("handling_item_code", "task_code", "local_task_code")


class UnknownMapping(Malformed):
    slug, title = "unknown-mapping", Message("没有这个映射", "No such mapping")


@cache
def known_fields() -> tuple[Field, ...]:
    known = (*ITEM.given.values(), *BESIDE)
    return tuple(Field(e.name, tuple(name for header in e.headers for name in spellings(header))) for e in known)


def spellings(header: str) -> tuple[str, ...]:
    """An exchange column is written task_name in tables and taskName in JSON."""
    first, *rest = header.split("_")
    return (header, first + "".join(part.capitalize() for part in rest)) if rest else (header,)


def shipped_mappings() -> list[str]:
    return sorted(entry.name.removesuffix(".toml") for entry in files("app.imports").joinpath("mappings").iterdir())


def shipped_mapping(name: str) -> ColumnMapping:
    known = shipped_mappings()
    if name not in known:
        zh = f"没有名为“{name[:60]}”的映射。自带的有：{'、'.join(known)}；也可以给自己的 TOML 文件。"
        en = f"There is no mapping {name[:60]!r}. Shipped: {', '.join(known)}; or give a TOML file of your own."
        place = fault(
            zh, en, pointer="/mapping", value=name[:60], rule="unknown-mapping", suggestion=nearest(name[:60], known)
        )
        raise UnknownMapping(Message(zh, en), faults=[place])
    return read_mapping(files("app.imports").joinpath("mappings", f"{name}.toml").read_text(encoding="utf-8"))


def own_mapping(content: bytes) -> ColumnMapping:
    """A mapping that somebody wrote. Raises Malformed or BadMapping."""
    try:
        return read_mapping(content.decode())
    except UnicodeDecodeError:
        zh, en = "映射文件应是 UTF-8 编码的 TOML 文本；请另存为 UTF-8。", "A mapping must be TOML text in UTF-8."
        raise Malformed(Message(zh, en), faults=[fault(zh, en, pointer="/mapping", rule="bad-encoding")]) from None


@cache
def derived_headers() -> tuple[str, ...]:
    derived = (element for element in ITEM.elements.values() if element.derived)
    return tuple(name for element in derived for header in element.headers for name in spellings(header))


@cache
def beside_headers() -> tuple[str, ...]:
    """What an exported file may say of a version; it changes nothing."""
    return tuple(name for element in BESIDE_ELEMENTS for name in element.headers)


def plan_columns(
    headers: Sequence[str], mapping: ColumnMapping | None, sheet: str | None = None, others: Sequence[str] = ()
) -> Plan:
    given, derived, beside = mapping or NO_MAPPING, derived_headers(), beside_headers()
    return plan(headers, known_fields(), given, derived=derived, beside=beside, sheet=sheet, others=others)


def header_names(mapping: ColumnMapping | None) -> Collection[str]:
    """Every name that a column may have, folded."""
    written = (name for known in known_fields() for name in (known.name, *known.names))
    shared = () if mapping is None else chain(mapping.columns, *mapping.first_filled.values())
    return {folded(name) for name in (*written, *derived_headers(), *beside_headers(), *shared)}
