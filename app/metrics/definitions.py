"""What a metric is, and those that are shipped: definitions.toml, checked in full when it is first read."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from app.cases.properties import case_filters
from app.catalogue.comparing import of_base
from app.catalogue.properties import item_filters
from app.filters import Filters
from app.metrics.objects.kinds import COUNTED
from app.metrics.rules import Kind

Better = Literal["up", "down", "context"]
Basis = Literal["items", "cases", "objects"]


@dataclass(frozen=True)
class Quantity:
    """A number of an item: an element as it stands, or a limit in working days.

    `working_days` says how many a unit has; a limit in a unit it doesn't name is not stated in working days. Zero is
    当场 (on the spot), whatever number stands beside it.
    """

    element: str
    unit: str | None = None
    working_days: tuple[tuple[str, int], ...] = ()

    @property
    def stated(self) -> str:
        """CQL2 that is true or false, never unknown."""
        if self.unit is None:
            return f"{self.element} IS NOT NULL"
        tests = " OR ".join(self._stated_in(code, days) for code, days in self.working_days)
        return f"{self.unit} IS NOT NULL AND ({tests})"

    def _stated_in(self, code: str, days: int) -> str:
        in_unit = f"{self.unit} = '{code}'"
        return f"({in_unit} AND {self.element} IS NOT NULL)" if days else in_unit

    @property
    def missing(self) -> str:
        return f"NOT ({self.stated})" if self.unit else f"{self.element} IS NULL"


@dataclass(frozen=True)
class ItemSets:
    """The items behind a metric, each set as CQL2: figures are counted by these texts and link to them.

    Objects that are no items are in no set.
    """

    items: str
    unknown: str
    matching: str | None = None

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(text for text in (self.items, self.unknown, self.matching) if text)


def filters_of(basis: Basis) -> Filters:
    """The language of filters over what is counted."""
    return case_filters() if basis == "cases" else item_filters()


@dataclass(frozen=True, kw_only=True)
class Metric:
    """An indicator that the catalogue can compute. Filters are CQL2 over items, or of basis `cases` over counts of cases.

    Of cases `part` ÷ `whole` are counts; `numerator` says which of the part, `denominator` which reports at all. Of basis
    `objects` there are no filters: `counted` names what has a list of its own (see `objects.kinds`).
    """

    key: str
    kind: Kind
    name_zh: str
    name_en: str | None
    basis: Basis
    definition_version: int
    unit: str
    better: Better
    rounding: str
    source: str
    standing: str
    caveats: tuple[str, ...]
    denominator: str | None = None
    numerator: str | None = None
    value: Quantity | None = None
    before: Quantity | None = None
    after: Quantity | None = None
    part: str | None = None
    whole: str | None = None
    counted: str | None = None

    @property
    def filters(self) -> Filters:
        """The language of its filters."""
        return filters_of(self.basis)

    @cached_property
    def sets(self) -> ItemSets:
        return SETS[self.kind](self)

    @cached_property
    def columns(self) -> frozenset[tuple[str, str]]:
        """All that its sets look at: tables with their columns, by name."""
        return frozenset[tuple[str, str]]().union(*map(self.filters.columns, self.sets.all))

    @cached_property
    def needs_base(self) -> bool:
        """Whether it compares with an earlier day, which a request has to name."""
        return self.basis == "items" and any(of_base(text) for text in self.sets.all)

    @property
    def sums(self) -> tuple[Quantity, ...]:
        return tuple(quantity for quantity in (self.value, self.before, self.after) if quantity)


@dataclass(frozen=True, kw_only=True)
class NotComputable:
    """An indicator of the field that the catalogue can't compute: why, and what it waits for."""

    key: str
    name_zh: str
    name_en: str
    basis: str
    numerator: str
    denominator: str | None = None
    unit: str
    better: Better
    source: str
    standing: str
    reason: str
    waits_for: str


def _share_sets(metric: Metric) -> ItemSets:
    of, has = metric.denominator, metric.numerator
    return ItemSets(items=f"({of})", unknown=f"({of}) AND (({has}) IS NULL)", matching=f"({of}) AND ({has})")


def _count_sets(metric: Metric) -> ItemSets:
    return ItemSets(items=f"({metric.numerator})", unknown=f"(({metric.numerator}) IS NULL)")


def _mean_sets(metric: Metric) -> ItemSets:
    of, (value,) = metric.denominator, metric.sums
    return ItemSets(items=f"({of}) AND ({value.stated})", unknown=f"({of}) AND {value.missing}")


def _reduction_sets(metric: Metric) -> ItemSets:
    """An item counts where it states both: what is only before, or only after, would pass for a reduction."""
    of, (before, after) = metric.denominator, metric.sums
    return ItemSets(
        items=f"({of}) AND ({before.stated}) AND ({after.stated})",
        unknown=f"({of}) AND ({before.missing} OR {after.missing})",
    )


def _case_share_sets(metric: Metric) -> ItemSets:
    has, stated = metric.numerator, f"{metric.part} IS NOT NULL"
    items = _of_reports(metric, metric.whole)
    return ItemSets(
        items=items,
        unknown=f"{items} AND ({f'({has}) IS NULL OR ' if has else ''}{metric.part} IS NULL)",
        matching=f"{items} AND {f'({has}) AND ' if has else ''}{stated}",
    )


def _case_count_sets(metric: Metric) -> ItemSets:
    return ItemSets(items=_of_reports(metric, metric.part), unknown=_of_reports(metric, metric.part, stated=False))


def _of_reports(metric: Metric, count: str | None, *, stated: bool = True) -> str:
    scope = f"({metric.denominator}) AND " if metric.denominator else ""
    return f"{scope}({count} IS {'NOT NULL' if stated else 'NULL'})"


def _no_sets(_: Metric) -> ItemSets:
    return ItemSets(items="", unknown="")


SETS: Mapping[Kind, Callable[[Metric], ItemSets]] = {
    "share": _share_sets,
    "count": _count_sets,
    "mean": _mean_sets,
    "total": _mean_sets,
    "reduction": _reduction_sets,
    "case_share": _case_share_sets,
    "case_count": _case_count_sets,
    "object_count": _no_sets,
}
NEEDED: Mapping[Kind, frozenset[str]] = {
    "share": frozenset({"denominator", "numerator"}),
    "count": frozenset({"numerator"}),
    "mean": frozenset({"denominator", "value"}),
    "total": frozenset({"denominator", "value"}),
    "reduction": frozenset({"denominator", "before", "after"}),
    "case_share": frozenset({"part", "whole"}),
    "case_count": frozenset({"part"}),
    "object_count": frozenset({"counted"}),
}
OPTIONAL: Mapping[Kind, frozenset[str]] = {
    "case_share": frozenset({"denominator", "numerator"}),
    "case_count": frozenset({"denominator"}),
}
# What counts no items.
OTHERWISE: Mapping[Kind, Basis] = {"case_share": "cases", "case_count": "cases", "object_count": "objects"}
# By what the parts of a text are joined.
JOINED: Mapping[str, str] = {"source": "；", "standing": "："}
NOTHING_MORE = frozenset[str]()
FORMULA = frozenset[str]().union(*NEEDED.values())


@cache
def metrics() -> Mapping[str, Metric]:
    """The shipped metrics by key, in order. Raises ValueError or FilterError where a definition makes no sense."""
    document = _document()
    defaults: dict[str, Any] = document["defaults"]
    defined = [_metric(defaults | entry) for entry in document["metric"]]
    for metric in defined:
        check(metric)
    return by_key(defined)


@cache
def not_computable() -> Mapping[str, NotComputable]:
    return by_key([NotComputable(**entry) for entry in _document()["not_computable"]])


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(files("app.metrics").joinpath("definitions.toml").read_text(encoding="utf-8"))


def study() -> str:
    """The title of the report that formulas were read from and checked against."""
    title: str = _document()["study"]
    return title


@cache
def checked() -> frozenset[str]:
    """What definitions say of published figures: parts of sources and standings, and whole caveats."""
    told = [entry.get("checked", {}) for entry in _document()["metric"]]
    parts = (each[name] for each in told for name in JOINED if name in each)
    return frozenset((*parts, *(caveat for each in told for caveat in each.get("caveats", ()))))


def _metric(entry: dict[str, Any]) -> Metric:
    quantities: dict[str, Any] = {n: _quantity(entry[n]) for n in ("value", "before", "after") if n in entry}
    said = {name: value for name, value in entry.items() if name != "checked"}
    return Metric(**{**said, **quantities, **_texts(entry)})


def _texts(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What is told with the definition, and recorded: what was checked stands beside what the formula is from."""
    beside: Mapping[str, Any] = entry.get("checked", {})
    caveats = (*beside.get("caveats", ()), *entry["caveats"])
    texts = {name: (entry.get(name), beside.get(name)) for name in JOINED}
    return {"caveats": caveats, **{name: JOINED[name].join(filter(None, both)) for name, both in texts.items()}}


def _quantity(entry: str | Mapping[str, Any]) -> Quantity:
    if isinstance(entry, str):
        return Quantity(entry)
    return Quantity(entry["element"], entry["unit"], tuple(entry["working_days"].items()))


def by_key(defined: Iterable[Any]) -> Mapping[str, Any]:
    """Raises ValueError where two have the same key."""
    found: dict[str, Any] = {}
    for each in defined:
        if each.key in found:
            raise ValueError(f"two are called {each.key}")
        found[each.key] = each
    return MappingProxyType(found)


def check(metric: Metric) -> None:
    """The metric has what its kind needs, its filters parse, and what it sums are numbers."""
    given = {name for name in FORMULA if getattr(metric, name) is not None}
    if given - OPTIONAL.get(metric.kind, NOTHING_MORE) != NEEDED[metric.kind]:
        raise ValueError(f"{metric.key}: a {metric.kind} needs {sorted(NEEDED[metric.kind])}, not {sorted(given)}")
    if metric.basis != OTHERWISE.get(metric.kind, "items"):
        raise ValueError(f"{metric.key}: a {metric.kind} does not count {metric.basis}")
    if metric.counted not in (None, *COUNTED):
        raise ValueError(f"{metric.key}: there is no list of {metric.counted}")
    for text in metric.sets.all:
        metric.filters.condition(text)
    for name in (*(each.element for each in metric.sums), metric.part, metric.whole):
        if name and metric.filters.properties[name].kind != "number":
            raise ValueError(f"{metric.key}: {name} is no number")
