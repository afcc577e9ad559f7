"""The arithmetic of figures: exact, on whole numbers, whatever database they came from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.catalogue.shares import percent, ratio

ItemKind = Literal["share", "count", "mean", "reduction", "total"]
CaseKind = Literal["case_share", "case_count"]
Kind = Literal[ItemKind, CaseKind, "object_count"]
WITHOUT_DENOMINATOR: frozenset[Kind] = frozenset({"count", "total", "case_count", "object_count"})


@dataclass(frozen=True, slots=True)
class Parts:
    """What was counted in one group: all its items, those the metric is about, and the sums over these.

    `matching` are the items of a share's numerator; `sums` is (Σvalue,) of a mean or a total and (Σbefore, Σafter)
    of a reduction. Of what counts cases, `total`, `unknown` and `sums` are cases, and `items` those that they are of;
    `sums` is (Σpart, Σwhole, cases in scope) of a share of cases, (Σvalue, cases in scope) of a number of them. Of what
    counts objects all are objects, and `sums` is (1,) or, where nothing is known of any, (0,).
    """

    total: int
    items: int
    unknown: int
    matching: int = 0
    sums: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure with all that it was made of, as the API names it."""

    numerator: int
    denominator: int | None
    unknown: int
    excluded: int
    item_count: int
    value: float | int | None
    value_max: float | None = None
    percent: float | None = None


def share(parts: Parts) -> Figure:
    """`value` counts what is not stated as a no, `value_max` as a yes: the true share lies between them.

    Where no item at all states what is asked, there is no share: 0 % would be read as a fact.
    """
    numerator, denominator = parts.matching, parts.items
    stated = denominator if parts.unknown < denominator else 0
    return Figure(
        numerator=numerator,
        denominator=denominator,
        unknown=parts.unknown,
        excluded=parts.total - denominator,
        item_count=denominator,
        value=ratio(numerator, stated),
        value_max=ratio(numerator + parts.unknown, stated),
        percent=percent(numerator, stated),
    )


def count(parts: Parts) -> Figure:
    return Figure(
        numerator=parts.items,
        denominator=None,
        unknown=parts.unknown,
        excluded=parts.total - parts.items - parts.unknown,
        item_count=parts.items,
        value=parts.items,
    )


def mean(parts: Parts) -> Figure:
    (summed,) = parts.sums
    return Figure(
        numerator=summed,
        denominator=parts.items,
        unknown=parts.unknown,
        excluded=parts.total - parts.items - parts.unknown,
        item_count=parts.items,
        value=ratio(summed, parts.items),
    )


def reduction(parts: Parts) -> Figure:
    """1 − Σafter ÷ Σbefore: a ratio of sums, not a mean of ratios. Negative where it grew."""
    before, after = parts.sums
    return Figure(
        numerator=before - after,
        denominator=before,
        unknown=parts.unknown,
        excluded=parts.total - parts.items - parts.unknown,
        item_count=parts.items,
        value=ratio(before - after, before),
        percent=percent(before - after, before),
    )


def total(parts: Parts) -> Figure:
    """A sum over items, and no share of them. Where no item at all states the number, there is none: 0 would be a fact."""
    (summed,) = parts.sums
    return Figure(
        numerator=summed,
        denominator=None,
        unknown=parts.unknown,
        excluded=parts.total - parts.items - parts.unknown,
        item_count=parts.items,
        value=summed if parts.items or not parts.unknown else None,
    )


def case_share(parts: Parts) -> Figure:
    """As `share`, of cases: those of which it isn't stated count as a no in `value`, as a yes in `value_max`."""
    numerator, denominator, in_scope = parts.sums
    stated = denominator if parts.unknown < denominator else 0
    return Figure(
        numerator=numerator,
        denominator=denominator,
        unknown=parts.unknown,
        excluded=parts.total - in_scope,
        item_count=parts.items,
        value=ratio(numerator, stated),
        value_max=ratio(numerator + parts.unknown, stated),
        percent=percent(numerator, stated),
    )


def case_count(parts: Parts) -> Figure:
    """A number of cases. Where no report at all states it, or there is none, it has no value: 0 would be a fact."""
    numerator, in_scope = parts.sums
    said = parts.items or (parts.total and not parts.unknown)
    return Figure(
        numerator=numerator,
        denominator=None,
        unknown=parts.unknown,
        excluded=parts.total - in_scope,
        item_count=parts.items,
        value=numerator if said else None,
    )


def object_count(parts: Parts) -> Figure:
    """A number of objects, which are no items. Where nobody ever recorded any, there is none: 0 would be a fact."""
    (is_known,) = parts.sums
    return Figure(
        numerator=parts.items,
        denominator=None,
        unknown=parts.unknown,
        excluded=parts.total - parts.items - parts.unknown,
        item_count=0,
        value=parts.items if is_known else None,
    )


FIGURES: Mapping[Kind, Callable[[Parts], Figure]] = {
    "share": share,
    "count": count,
    "mean": mean,
    "reduction": reduction,
    "total": total,
    "case_share": case_share,
    "case_count": case_count,
    "object_count": object_count,
}
