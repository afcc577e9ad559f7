"""The code lists of the field: which codes an element may hold, what they are called, how far each list is verified."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Code:
    """`standing` differs from the list's where one code is less sure than the rest."""

    code: str
    name_zh: str
    name_en: str | None
    standing: str


@dataclass(frozen=True)
class CodeList:
    """`standing` says how far the list was verified; "our proposal" has no published list behind it."""

    key: str
    name_zh: str
    multi_valued: bool
    standing: str
    note: str
    codes: tuple[Code, ...]
    variants: tuple[MappingProxyType[str, Any], ...] = ()

    @property
    def labels(self) -> dict[str, str]:
        return {code.code: code.name_zh for code in self.codes}


@cache
def code_lists() -> dict[str, CodeList]:
    document = json.loads(files("app.catalogue").joinpath("code_lists.json").read_text(encoding="utf-8"))
    return {entry["key"]: _code_list(entry) for entry in document}


def _code_list(entry: dict[str, Any]) -> CodeList:
    standing = entry["standing"]
    codes = tuple(Code(c["code"], c["name_zh"], c.get("name_en"), c.get("standing", standing)) for c in entry["codes"])
    variants = tuple(MappingProxyType(variant) for variant in entry.get("variants", ()))
    return CodeList(entry["key"], entry["name_zh"], entry["multi_valued"], standing, entry["note"], codes, variants)


@cache
def labels(key: str) -> dict[str, str]:
    """Chinese label by code."""
    return code_lists()[key].labels


@cache
def codes_by_name(key: str) -> dict[str, str]:
    """The code for whatever a person may write: the code itself, its Chinese label, its English name."""
    names: dict[str, str] = {}
    for code in code_lists()[key].codes:
        for name in (code.code, code.name_zh, code.name_en):
            if name:
                names.setdefault(name.casefold(), code.code)
    return names


@cache
def provincial_types() -> dict[str, dict[str, str]]:
    """By region (first two digits of a basic code): the province's own type codes → national ones."""
    variants = code_lists()["task_type"].variants
    return {variant["region"]: variant["national"] for variant in variants if "national" in variant}
