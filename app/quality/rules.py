"""What a quality rule is, and what a finding of it is. Pure."""

from dataclasses import dataclass
from typing import Final, Literal

from app.errors import Message

Severity = Literal["error", "warning", "advice"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "advice")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule on items: `filter` is CQL2, true for an item that breaks it; what it leaves open is no finding.

    `message` says what is wrong, `remedy` what to do, `source` where the rule comes from. `elements` are those that it
    is about: a change that touches one of them answers for the rule, and none does where there are none.
    """

    key: str
    name: Message
    severity: Severity
    filter: str
    message: Message
    remedy: Message
    source: str
    elements: tuple[str, ...]
    version: int = 1
    is_own: bool = False
