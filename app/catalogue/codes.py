"""Codes of items: what a national code says, and whether it agrees with the item's own elements.

基本编码 (12) = region 2 + type 2 + central department 2 + main item 3 + sub-item 3;
实施编码 (31) = credit code of the body 18 + use level 1 + basic code 12; 业务办理项编码 (33) = that + serial 2.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from app.catalogue.code_lists import provincial_types

NATIONAL_LENGTHS = (31, 33)


def is_local(code: str) -> bool:
    """A code of a place's own, unique in its division only; by its length, so that a miswritten national one is none."""
    return len(code) not in NATIONAL_LENGTHS


NATIONAL_CODE = re.compile(r"[0-9A-Z]{18}[1-7][0-9A-Z]{12}([0-9A-Z]{2})?")


@dataclass(frozen=True, slots=True)
class NationalCode:
    """The parts of a national implementation (31) or handling-item (33) code."""

    body: str
    use_level: str
    catalog_code: str
    serial: str | None

    @property
    def task_type(self) -> str:
        """The national type code; a province's own codes are mapped by its region."""
        region, code = self.catalog_code[:2], self.catalog_code[2:4]
        return provincial_types().get(region, {}).get(code, code)


def parse(code: str) -> NationalCode | None:
    """The parts, or None where the code is a local one."""
    if is_local(code) or not NATIONAL_CODE.fullmatch(code):
        return None
    return NationalCode(code[:18], code[18], code[19:31], code[31:] or None)


@lru_cache(maxsize=65536)
def credit_code_is_right(code: str) -> bool:
    """Length, alphabet and check character of a unified social credit code (GB 32100-2015)."""
    try:
        uscc.validate(code)
    except ValidationError:
        return False
    return True


Content = Mapping[str, object]


def _differs(element: str, said: Callable[[NationalCode], str]) -> Callable[[NationalCode, Content], bool]:
    """Whether the item states another value than its code does."""
    return lambda parts, content: content.get(element) not in (None, said(parts))


# By the codes of the list code_fault, which are the keys of the rules as well.
FAULTS: Mapping[str, Callable[[NationalCode, Content], bool]] = {
    "credit-code-check-digit": lambda parts, _: not credit_code_is_right(parts.body),
    "code-body": _differs("department_code", lambda parts: parts.body),
    "code-use-level": _differs("use_level", lambda parts: parts.use_level),
    "code-catalog-code": _differs("catalog_code", lambda parts: parts.catalog_code),
    "code-task-type": _differs("task_type", lambda parts: parts.task_type),
}


def code_faults(content: Content) -> tuple[str, ...] | None:
    """The rules that a national code breaks, codes of the list code_fault; null for a local one."""
    code = str(content.get("code") or "")
    if is_local(code):
        return None
    parts = parse(code)
    if parts is None:
        return ("code-shape",)
    return tuple(sorted(fault for fault, holds in FAULTS.items() if holds(parts, content)))
