"""The rules about lists, and what compares a list with its items, ask the same."""

from app.lists.conformity.comparing import COMPARED, SIDES
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
