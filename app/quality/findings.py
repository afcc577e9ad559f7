"""The work list: which rules are broken, by how many items of which department, and where these are."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from app.catalogue.divisions import demand_division
from app.catalogue.moments import Moment
from app.catalogue.params import ItemQuestion
from app.catalogue.queries import department_names
from app.errors import Malformed, Message, fault
from app.pages import link
from app.quality import queries
from app.quality.in_force import Known, demand_on, known_rules
from app.quality.queries import Counts
from app.quality.rules import SEVERITIES, Rule, Severity

MOST_ROWS = 50_000


class TooManyFindings(Malformed):
    slug, title = "too-many-findings", Message("结果太多", "Too many findings")


@dataclass(frozen=True, slots=True)
class Wish:
    """Of which rules, how severe, in which departments and within which division; nothing given is all."""

    rules: Collection[str] = ()
    severities: Collection[Severity] = ()
    departments: tuple[str, ...] = ()
    within: str | None = None

    @property
    def question(self) -> ItemQuestion:
        values = (("department_code", tuple(sorted(self.departments))),) if self.departments else ()
        return ItemQuestion(values, self.within)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many items break a rule, and how many of them are exempt."""

    count: int
    exempted: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.count + other.count, self.exempted + other.exempted)

    @property
    def left(self) -> int:
        """What is to be worked off."""
        return self.count - self.exempted


Tallies = Mapping[tuple[str, str], Tally]


def tallied(counted: Counts, exempted: Counts) -> Tallies:
    return {place: Tally(number, exempted.get(place, 0)) for place, number in counted.items()}


def findings(connection: Connection, wish: Wish, moment: Moment, *, english: bool) -> dict[str, object]:
    """The work list at a moment, by the rules that are on now, and the exemptions in force on its day.

    Raises Malformed for what there is not.
    """
    rules = _wished(known_rules(connection), wish)
    demand_division(connection, wish.within)
    counted = queries.counts(connection, rules, moment, wish.question)
    found = tallied(counted, queries.counts(connection, rules, moment, wish.question, excused=moment.as_of))
    _refuse_too_many(len(found))
    names, addresses = department_names(connection, moment), Addresses(wish, moment)
    return {
        **moment.stated,
        "items": [
            _by_rule(rule, of_rule, names, addresses, english=english) for rule, of_rule in _ordered(rules, found)
        ],
        "departments": _by_department(rules, found, names),
        "total": _sum(found.values()).count,
        "exempted": _sum(found.values()).exempted,
    }


@dataclass(frozen=True, slots=True)
class Addresses:
    """Writes addresses of the very items, with both dates pinned."""

    wish: Wish
    moment: Moment

    def of(self, rule: Rule, departments: Sequence[str]) -> str:
        return link(
            "/v1/items",
            filter=rule.filter,
            department_code=list(departments),
            within=self.wish.within,
            **self.moment.pinned,
        )


def _wished(known: Known, wish: Wish) -> list[Rule]:
    demand_on(known, wish.rules, parameter="rule")
    on = (each.rule for each in known.values() if each.is_on)
    return [
        rule
        for rule in on
        if (not wish.rules or rule.key in wish.rules) and (not wish.severities or rule.severity in wish.severities)
    ]


def _refuse_too_many(rows: int) -> None:
    if rows > MOST_ROWS:
        zh = f"结果有 {rows} 行，最多 {MOST_ROWS} 行。请用 rule、severity、department_code 或 within 缩小范围。"
        en = f"The answer would have {rows} rows, {MOST_ROWS} at most. Narrow it by rule, severity or within."
        raise TooManyFindings(Message(zh, en), faults=[fault(zh, en, parameter="rule", rule="too-many-findings")])


def _ordered(rules: Iterable[Rule], found: Tallies) -> list[tuple[Rule, dict[str, Tally]]]:
    """Broken rules with their departments: errors first, then what concerns most items."""
    of_rules: dict[str, dict[str, Tally]] = {}
    for (key, department), tally in found.items():
        of_rules.setdefault(key, {})[department] = tally
    broken = [(rule, of_rules[rule.key]) for rule in rules if rule.key in of_rules]
    return sorted(
        broken, key=lambda each: (SEVERITIES.index(each[0].severity), -_sum(each[1].values()).left, each[0].key)
    )


def _sum(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally(0))


def _by_rule(
    rule: Rule, of_rule: Mapping[str, Tally], names: Mapping[str, str], addresses: Addresses, *, english: bool
) -> dict[str, object]:
    most_first = sorted(of_rule.items(), key=lambda each: (-each[1].left, each[0]))
    return {
        "rule": rule.key,
        "name": rule.name.said(english=english),
        "severity": rule.severity,
        "message": rule.message.said(english=english),
        "remedy": rule.remedy.said(english=english),
        **_numbers(_sum(of_rule.values()), addresses.of(rule, addresses.wish.departments)),
        "departments": [
            {"code": code, "label": names.get(code), **_numbers(tally, addresses.of(rule, [code]))}
            for code, tally in most_first
        ],
    }


def _numbers(tally: Tally, items_url: str) -> dict[str, object]:
    return {"count": tally.count, "exempted": tally.exempted, "items_url": items_url}


def _by_department(rules: Iterable[Rule], found: Tallies, names: Mapping[str, str]) -> list[dict[str, object]]:
    severity = {rule.key: rule.severity for rule in rules}
    tallies: dict[str, dict[Severity, Tally]] = {}
    for (key, department), tally in found.items():
        of_department = tallies.setdefault(department, dict.fromkeys(SEVERITIES, Tally(0)))
        of_department[severity[key]] += tally
    worst_first = sorted(tallies, key=lambda code: ([-tallies[code][each].left for each in SEVERITIES], code))
    return [{"code": code, "label": names.get(code), **_by_severity(tallies[code])} for code in worst_first]


def _by_severity(tallies: Mapping[Severity, Tally]) -> dict[str, int]:
    return {**{name: each.count for name, each in tallies.items()}, "exempted": _sum(tallies.values()).exempted}
