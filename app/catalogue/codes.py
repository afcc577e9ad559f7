"""Codes of items: what a national code says, and whether it agrees with the item's own elements.

基本编码 (12) = region 2 + type 2 + central department 2 + main item 3 + sub-item 3;
实施编码 (31) = credit code of the body 18 + use level 1 + basic code 12; 业务办理项编码 (33) = that + serial 2.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from app.catalogue.code_lists import provincial_types
from app.errors import Message

NATIONAL_LENGTHS = (31, 33)


def is_local(code: str) -> bool:
    """A code of a place's own, unique in its division only; by its length, so that a miswritten national one is none."""
    return len(code) not in NATIONAL_LENGTHS


NATIONAL_CODE = re.compile(r"[0-9A-Z]{18}[1-7][0-9A-Z]{12}([0-9A-Z]{2})?")
Severity = Literal["error", "warning", "advice"]


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


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that an item breaks. It never keeps an item out: it is told and worked off."""

    rule: str
    severity: Severity
    element: str
    message: Message


@lru_cache(maxsize=65536)
def credit_code_is_right(code: str) -> bool:
    """Length, alphabet and check character of a unified social credit code (GB 32100-2015)."""
    try:
        uscc.validate(code)
    except ValidationError:
        return False
    return True


Content = Mapping[str, object]


def _credit_code(parts: NationalCode, _: Content) -> Finding | None:
    if credit_code_is_right(parts.body):
        return None
    return Finding(
        "credit-code-check-digit", "warning", "code",
        Message(
            f"编码里的统一社会信用代码 {parts.body} 校验位不对（GB 32100-2015），请向部门核对。",
            f"The credit code {parts.body} in the code fails its check character (GB 32100-2015).",
        ),
    )  # fmt: skip


def _agreement(
    rule: str, element: str, label: str, said: Callable[[NationalCode], str]
) -> Callable[[NationalCode, Content], Finding | None]:
    def check(parts: NationalCode, content: Content) -> Finding | None:
        stated, expected = content.get(element), said(parts)
        if stated is None or stated == expected:
            return None
        zh = f"编码里的{label}是 {expected}，而{label}一栏填的是 {stated}，两者应一致。"
        return Finding(
            rule, "warning", element, Message(zh, f"The code says {element} {expected}; the element says {stated}.")
        )

    return check


CODE_CHECKS = (
    _credit_code,
    _agreement("code-body", "department_code", "实施主体编码", lambda parts: parts.body),
    _agreement("code-use-level", "use_level", "行使层级", lambda parts: parts.use_level),
    _agreement("code-catalog-code", "catalog_code", "基本编码", lambda parts: parts.catalog_code),
    _agreement("code-task-type", "task_type", "事项类型", lambda parts: parts.task_type),
)


def code_faults(content: Content) -> tuple[str, ...] | None:
    """The rules that a national code breaks, codes of the list code_fault; null for a local one."""
    code = str(content.get("code") or "")
    if is_local(code):
        return None
    parts = parse(code)
    if parts is None:
        return ("code-shape",)
    return tuple(sorted(found.rule for check in CODE_CHECKS if (found := check(parts, content))))


def limits_in_order(content: Content) -> Finding | None:
    """承诺办结时限 must not exceed 法定办结时限, where both are stated in one unit."""
    promised, statutory = content.get("promised_limit"), content.get("statutory_limit")
    if not isinstance(promised, int) or not isinstance(statutory, int) or promised <= statutory:
        return None
    if content.get("promised_limit_unit") != content.get("statutory_limit_unit"):
        return None
    return Finding(
        "promised-over-statutory", "error", "promised_limit",
        Message(
            f"承诺办结时限 {promised} 超过法定办结时限 {statutory}，请改短承诺时限或核对法定时限。",
            f"The promised limit {promised} exceeds the statutory limit {statutory}.",
        ),
    )  # fmt: skip


def findings(content: Content) -> Iterator[Finding]:
    """What the codes and limits of an item say against it."""
    parts = parse(str(content.get("code") or ""))
    if parts is not None:
        yield from (found for check in CODE_CHECKS if (found := check(parts, content)))
    if (found := limits_in_order(content)) is not None:
        yield found
