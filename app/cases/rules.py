"""What counts of cases have to be, whoever reports them. Pure."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from app.cases.elements import BAD, COUNTS, ELEMENTS, GOOD
from app.errors import Message

Counts: TypeAlias = Mapping[str, int | None]


class Breach(NamedTuple):
    """A rule that counts break, at one of them."""

    field: str
    rule: str
    message: Message


# No more of these than of the next that is stated, and what breaks the rule with the first of them.
WITHIN: Mapping[str, tuple[tuple[str, ...], str]] = {
    "closed": (("accepted",), "more-closed-than-accepted"),
    "closed_on_time": (("closed", "accepted"), "more-on-time-than-closed"),
    "reviewed": (("closed", "accepted"), "more-reviewed-than-closed"),
    "satisfied": (("reviewed", "closed", "accepted"), "more-satisfied-than-reviewed"),
    "bad_reviews_verified": (("reviewed", "closed", "accepted"), "more-verified-than-reviewed"),
    "bad_reviews_fixed": (("bad_reviews_verified", "reviewed", "closed", "accepted"), "more-fixed-than-verified"),
}


def completed(said: Counts, before: Counts | None) -> dict[str, int | None]:
    """All counts of a row: what it says; what it has no column for as it stood before; good reviews added up from their
    levels, unless they are said.
    """
    counts = {name: said.get(name, before[name] if before else None) for name in COUNTS}
    good = [counts[name] for name in GOOD]
    if said.get("satisfied") is None and None not in good:
        counts["satisfied"] = sum(each or 0 for each in good)
    return counts


def breaches(counts: Counts) -> Iterator[Breach]:
    """What is wrong with the counts of one row; what is not stated breaks nothing."""
    for less, (bounds, rule) in WITHIN.items():
        more = next(name for name in (*bounds, "accepted") if counts[name] is not None)
        few, many = counts[less], counts[more]
        if few is not None and many is not None and few > many and not _is_sum(less, counts):
            yield Breach(less, rule, _exceeds(less, few, more, many))
    yield from _levels(counts)


def _is_sum(name: str, counts: Counts) -> bool:
    """Whether it is the sum of levels, of which `_levels` tells."""
    return name == "satisfied" and None not in [counts[each] for each in GOOD]


def _levels(counts: Counts) -> Iterator[Breach]:
    levels = [counts[name] for name in (*GOOD, *BAD)]
    more = next(name for name in ("reviewed", "closed", "accepted") if counts[name] is not None)
    stated, most = sum(each or 0 for each in levels), counts[more] or 0
    if stated > most or (more == "reviewed" and None not in levels and stated < most):
        zh = f"五级评价合计 {stated}，与{ELEMENTS[more].label} {most} 不符。五级都填时合计应等于评价件数，没有填全时不能更多。"
        yield Breach("reviewed", "levels-not-reviewed", Message(zh, f"The levels add up to {stated}, not {most}."))
    good, said = [counts[name] for name in GOOD], counts["satisfied"]
    if said is not None and None not in good and said != sum(each or 0 for each in good):
        zh = f"好评件数 {said} 不是非常满意、满意、基本满意之和 {sum(each or 0 for each in good)}。三级都填了就不用填好评件数。"
        yield Breach("satisfied", "satisfied-not-the-sum", Message(zh, "Not the sum of the three good levels."))
    total, verified = _bad(counts), counts["bad_reviews_verified"]
    if verified is not None and total is not None and verified > total:
        zh = f"核实差评件数 {verified} 多于差评件数 {total}（不满意、非常不满意之和，或评价减好评）。"
        yield Breach(
            "bad_reviews_verified",
            "more-verified-than-bad",
            Message(zh, f"{verified} verified of {total} bad reviews."),
        )


def _exceeds(less: str, few: int, more: str, many: int) -> Message:
    why = f"（{ELEMENTS[less].note}）" if less == "closed" else ""
    zh = f"{ELEMENTS[less].label} {few} 多于{ELEMENTS[more].label} {many}{why}。"
    return Message(zh, f"{less} {few} exceeds {more} {many}.")


def _bad(counts: Counts) -> int | None:
    """How many reviews can be bad at most; None where nobody knows."""
    bad = [counts[name] for name in BAD]
    if None not in bad:
        return sum(each or 0 for each in bad)
    reviewed, satisfied = counts["reviewed"], counts["satisfied"]
    return None if reviewed is None or satisfied is None else reviewed - satisfied
