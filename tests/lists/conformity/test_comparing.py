"""The rules about lists, and what compares a list with its items, ask the same."""

from app.lists.conformity.comparing import COMPARED, SIDES
from app.lists.conformity.unfit import UNFIT
from app.quality.rule_book import shipped

RULES = {
    ("licensing", "listed"): "listed-without-licence",
    ("licensing", "unlisted"): "licence-outside-list",
    ("deficiency", "listed"): "listed-not-tolerant",
    ("deficiency", "unlisted"): "tolerant-not-listed",
    ("cross_region", "listed"): "listed-not-cross-region",
    ("cross_region", "unlisted"): "cross-region-not-listed",
    ("one_visit", "listed"): "listed-not-one-visit",
    ("one_visit", "unlisted"): "one-visit-not-listed",
    ("transfer", "listed"): "listed-not-transferred",
    ("transfer", "unlisted"): "transferred-not-listed",
}


def test_the_rules_ask_what_is_compared() -> None:
    asked = {(kind, side): getattr(each, side) for kind, each in COMPARED.items() for side in SIDES}
    assert asked == {place: shipped()[key].filter for place, key in RULES.items()}


def test_what_keeps_an_item_from_being_tolerant_are_the_rules_that_would_refuse_it() -> None:
    told = {each.rule: f"{COMPARED['deficiency'].is_so} AND {each.filter}" for each in UNFIT["deficiency", "listed"]}
    refusing = {
        key: rule.filter.strip()
        for key, rule in shipped().items()
        if rule.severity == "error" and COMPARED["deficiency"].is_so in rule.filter
    }
    assert told == refusing
