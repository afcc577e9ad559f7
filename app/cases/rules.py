"""What counts of cases have to be, whoever reports them. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from app.cases.elements import BAD, COUNTS, ELEMENTS, GOOD
from app.errors import Message

Counts: TypeAlias = Mapping[str, int | None]


class Breach(NamedTuple):
    """A rule that counts break, at the first of those that it is `about`."""

    about: tuple[str, ...]
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
        more = _stated_of((*bounds, "accepted"), counts)
        few, many = counts[less], counts[more]
        if few is not None and many is not None and few > many and not _is_sum(less, counts):
            yield Breach((less, more), rule, _exceeds(less, few, more, many))
    yield from _levels(counts)
    yield from _good(counts)
    yield from _bad(counts)


def _stated_of(names: Sequence[str], counts: Counts) -> str:
    return next(name for name in names if counts[name] is not None)


def _is_sum(name: str, counts: Counts) -> bool:
    """Whether it is the sum of levels, of which `_levels` tells."""
    return name == "satisfied" and None not in [counts[each] for each in GOOD]


def _exceeds(less: str, few: int, more: str, many: int) -> Message:
    why = f"（{ELEMENTS[less].note}）" if less == "closed" else ""
    zh = f"{ELEMENTS[less].label} {few} 多于{ELEMENTS[more].label} {many}{why}。"
    return Message(zh, f"{less} {few} exceeds {more} {many}.")


def _levels(counts: Counts) -> Iterator[Breach]:
    levels = [counts[name] for name in (*GOOD, *BAD)]
    more = _stated_of(("reviewed", "closed", "accepted"), counts)
    stated, most = sum(each or 0 for each in levels), counts[more] or 0
    if stated > most or (more == "reviewed" and None not in levels and stated < most):
        zh = f"五级评价合计 {stated}，与{ELEMENTS[more].label} {most} 不符。五级都填时合计应等于评价件数，没有填全时不能更多。"
        message = Message(zh, f"The levels add up to {stated}, not {most}.")
        yield Breach(("reviewed", *GOOD, *BAD, more), "levels-not-reviewed", message)


def _good(counts: Counts) -> Iterator[Breach]:
    good, said = [counts[name] for name in GOOD], counts["satisfied"]
    if said is not None and None not in good and said != sum(each or 0 for each in good):
        zh = f"好评件数 {said} 不是非常满意、满意、基本满意之和 {sum(each or 0 for each in good)}。三级都填了就不用填好评件数。"
        message = Message(zh, "Not the sum of the three good levels.")
        yield Breach(("satisfied", *GOOD), "satisfied-not-the-sum", message)


def _bad(counts: Counts) -> Iterator[Breach]:
    """Verified are some of the bad reviews, and fixed some of the verified, however many those are."""
    bad, of = _at_most_bad(counts)
    name = "bad_reviews_fixed" if counts["bad_reviews_verified"] is None else "bad_reviews_verified"
    count = counts[name]
    if count is not None and bad is not None and count > bad:
        rule = "more-fixed-than-bad" if name == "bad_reviews_fixed" else "more-verified-than-bad"
        zh = f"{ELEMENTS[name].label} {count} 多于差评件数 {bad}（不满意、非常不满意之和，或评价减好评）。"
        yield Breach((name, *of), rule, Message(zh, f"{name} {count} exceeds the {bad} bad reviews."))


def _at_most_bad(counts: Counts) -> tuple[int | None, tuple[str, ...]]:
    """How many reviews can be bad at most, None where nobody knows; and what says so."""
    bad = [counts[name] for name in BAD]
    if None not in bad:
        return sum(each or 0 for each in bad), BAD
    reviewed, satisfied = counts["reviewed"], counts["satisfied"]
    known = reviewed is not None and satisfied is not None
    good = GOOD if _is_sum("satisfied", counts) else ("satisfied",)
    return ((reviewed or 0) - (satisfied or 0) if known else None), ("reviewed", *good)
