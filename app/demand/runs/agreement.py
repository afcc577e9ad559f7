"""How far judges agree who judged the same texts. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

Statement: TypeAlias = int | None
"""The item that meets a text, or None: no item does."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Over each pair of judges and each text that both judged. `share` and `kappa` are None where there is no pair."""

    judges: int
    texts: int
    pairs: int
    agreeing: int
    share: float | None
    kappa: float | None


def agreement(statements: Iterable[tuple[str, str, Statement]]) -> Agreement:
    """Of (text, judge, statement); of several by a judge about a text the last one counts."""
    by_text: dict[str, dict[str, Statement]] = {}
    for text, judge, statement in statements:
        by_text.setdefault(text, {})[judge] = statement
    shared = [each for each in by_text.values() if len(each) > 1]
    pairs = [pair for each in shared for pair in combinations(each.values(), 2)]
    agreeing = sum(one == other for one, other in pairs)
    judges = {judge for each in shared for judge in each}
    share = round(agreeing / len(pairs), 4) if pairs else None
    return Agreement(len(judges), len(shared), len(pairs), agreeing, share, kappa(pairs))


def kappa(pairs: list[tuple[Statement, Statement]]) -> float | None:
    """Scott's pi of "some item meets it" against "none does": who is first in a pair means nothing, so margins are pooled.

    None where all say the same, since then agreement by chance is certain.
    """
    if not pairs:
        return None
    alike = sum((one is None) == (other is None) for one, other in pairs) / len(pairs)
    met = sum(each is not None for pair in pairs for each in pair) / (2 * len(pairs))
    by_chance = met**2 + (1 - met) ** 2
    return None if by_chance == 1 else round((alike - by_chance) / (1 - by_chance), 4)


def as_json(found: Agreement) -> Mapping[str, object]:
    return {name: getattr(found, name) for name in Agreement.__slots__}
