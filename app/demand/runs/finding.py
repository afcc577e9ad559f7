"""What a matcher finds of a demand, as a run keeps it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.demand.matching.deciding import Zone
from app.demand.matching.matcher import Matcher
from app.demand.matching.text import NotADemand
from app.demand.runs.hits import Kept, kept_hits, kept_remarks
from app.demand.runs.rules import FOREIGN, REDACTED
from app.errors import Message

IDEOGRAPH: Final = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
NOT_MATCHED: Final[Zone] = "review"
"""Where there is nothing to match by: nobody knows whether an item meets it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The zone, how likely some item meets the demand (null: it was not matched), the hits in order, what is remarked."""

    zone: Zone
    probability: float | None
    hits: list[Kept]
    remarks: Mapping[str, Any]

    @property
    def item(self) -> int | None:
        """The first hit."""
        return self.hits[0]["item"] if self.hits else None

    @property
    def values(self) -> dict[str, Any]:
        """As columns of `match_result`."""
        found = {"zone": self.zone, "probability": self.probability, "item_id": self.item}
        return {**found, "hits": self.hits, "remarks": self.remarks}


def find(matcher: Matcher, text: str | None, limit: int) -> Finding:
    """What cannot be matched at all is to be reviewed, with the reason."""
    if text is None:
        return _not_matched(REDACTED)
    try:
        match = matcher.match(text, limit)
    except NotADemand as wrong:
        return _not_matched(wrong.detail)
    if match.zone == "unmet" and not match.semantic and match.elsewhere is None and is_foreign(text):
        return _not_matched(FOREIGN)
    return Finding(match.zone, match.probability, kept_hits(match, matcher), kept_remarks(match))


def is_foreign(text: str) -> bool:
    """Whether what little is Chinese of it can't tell what is asked for: 办个 health permit, but not 办理 ISO9001 认证.

    A Chinese word has two characters, one of another language four letters or more.
    """
    ideographs = len(IDEOGRAPH.findall(text))
    return not ideographs or sum(map(str.isalpha, text)) - ideographs > 2 * ideographs


def _not_matched(why: Message) -> Finding:
    return Finding(NOT_MATCHED, None, [], {"parts": [], "elsewhere": None, "unmatched": why._asdict()})
