"""What a rule of the bureau's own must be before it is taken."""

import re
from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Column
from sqlalchemy.sql.visitors import iterate

from app.catalogue.properties import item_filters
from app.errors import Fault, Malformed, Message, fault
from app.quality.rule_book import elements_of
from app.quality.rules import Rule
from app.quality.schemas import KEY, RuleBody

OWN = "本单位自定义"


class InvalidRule(Malformed):
    slug, title = "invalid-quality-rule", Message("规则有误", "Invalid rule")


def read(key: str, body: RuleBody, version: int) -> Rule:
    """The rule that a body defines. Raises InvalidRule with all that is wrong and where."""
    faults = [*_key_faults(key), *_filter_faults(body.filter)]
    if faults:
        raise InvalidRule(faults[0].detail, faults=faults)
    return Rule(
        key=key,
        version=version,
        is_own=True,
        name=Message(body.name, body.name),
        severity=body.severity,
        filter=body.filter,
        message=Message(body.message, body.message),
        remedy=Message(body.remedy, body.remedy),
        source=body.source or OWN,
        elements=elements_of(body.filter),
    )


def _key_faults(key: str) -> Iterator[Fault]:
    if not re.fullmatch(KEY, key):
        zh = f"key“{key[:70]}”不对：以小写字母开头，只用小写字母、数字和短横线，3 到 64 个字符，如 licence-without-phone。"
        en = f"The key {key[:70]!r} must be 3 to 64 lower-case letters, digits or hyphens, a letter first."
        yield fault(zh, en, pointer="/key", value=key[:100], rule="malformed-key")


def _filter_faults(text: str) -> Iterator[Fault]:
    """Findings link to their items by the very text of the rule, so what parses alone has room there too."""
    try:
        condition = item_filters().condition(text)
    except Malformed as error:
        yield from (replace(each, parameter=None, pointer="/filter") for each in error.faults)
        return
    if not any(isinstance(part, Column) for part in iterate(condition)):
        shown = text[:60]
        yield fault(
            f"条件“{shown}”没有看任何要素：对每个事项都一样（总是成立，或总不成立），不是规则。"
            "请写出看哪个要素，如 is_online = true AND online_url IS NULL。",
            f"The filter {shown!r} looks at no element: it is the same for every item, true for all or for none.",
            pointer="/filter", value=shown, rule="looks-at-nothing",
        )  # fmt: skip
