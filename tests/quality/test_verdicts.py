"""What becomes of findings by a change: new, unchanged or fixed, and which stand in its way."""

from dataclasses import replace
from datetime import date

import pytest

from app.errors import Message
from app.quality.rules import Rule, Severity
from app.quality.verdicts import MOST_FIRST, Changed, Tally, Verdict, verdicts

SAID = Message("时限不对。", "The limit is wrong.")
RULE = Rule(
    key="limits",
    name=SAID,
    severity="error",
    filter="promised_limit > statutory_limit",
    message=SAID,
    remedy=SAID,
    source="行政许可法",
    elements=("promised_limit", "statutory_limit"),
)
NONE = frozenset[str]()
BROKEN = frozenset({"limits"})
KEPT = Changed("HZ-001", date(2026, 3, 2), 1, broken=NONE, breaks=NONE, touched=NONE, exempt=NONE)


def only(item: Changed, rule: Rule = RULE) -> Verdict:
    (found,) = verdicts(item, {rule.key: rule})
    return found


def test_what_is_kept_before_and_after_is_no_finding() -> None:
    assert list(verdicts(KEPT, {RULE.key: RULE})) == []


@pytest.mark.parametrize(
    ("broken", "breaks", "touched", "state", "blocks"),
    [
        (NONE, BROKEN, {"promised_limit"}, "new", True),
        (NONE, BROKEN, NONE, "new", True),
        (BROKEN, BROKEN, {"statutory_limit"}, "unchanged", True),
        (BROKEN, BROKEN, {"name"}, "unchanged", False),
        (BROKEN, NONE, {"promised_limit"}, "fixed", False),
    ],
)
def test_an_error_blocks_where_it_is_new_or_the_change_touches_it(
    broken: frozenset[str], breaks: frozenset[str], touched: frozenset[str], *, state: str, blocks: bool
) -> None:
    found = only(replace(KEPT, broken=broken, breaks=breaks, touched=touched))
    assert (found.state, found.blocks) == (state, blocks)


@pytest.mark.parametrize("severity", ["warning", "advice"])
def test_only_errors_block(severity: Severity) -> None:
    assert not only(replace(KEPT, breaks=BROKEN), replace(RULE, severity=severity)).blocks


def test_neither_what_is_exempt_nor_what_is_restored_blocks() -> None:
    broken = replace(KEPT, breaks=BROKEN)
    assert only(broken).blocks
    assert not only(replace(broken, exempt=BROKEN)).blocks
    assert not only(replace(broken, restores=True)).blocks


def test_it_names_the_elements_of_the_rule_that_the_change_touches_in_the_order_of_the_rule() -> None:
    touched = frozenset({"statutory_limit", "name", "promised_limit"})
    assert only(replace(KEPT, breaks=BROKEN, touched=touched)).elements == ("promised_limit", "statutory_limit")


def test_a_tally_counts_all_and_keeps_the_first() -> None:
    """What blocks comes first, then what else is new, what stays, what is fixed; each in order of code."""
    items = [replace(KEPT, code=f"HZ-{number:04}", broken=BROKEN) for number in range(1000)]
    advice = replace(RULE, key="advice", severity="advice")
    rules = {each.key: each for each in (RULE, advice)}
    tally = Tally()
    for item in reversed(items):
        tally.add(verdicts(item, rules))
    last = replace(KEPT, code="ZZ", breaks=frozenset({"limits", "advice"}), touched=frozenset({"promised_limit"}))
    old = replace(last, code="AA", broken=last.breaks)
    excused = replace(last, code="EX", exempt=BROKEN)
    for item in (last, old, excused):
        tally.add(verdicts(item, rules))
    assert dict(tally.counts) == {
        ("error", "fixed"): 1000,
        ("error", "new"): 2,
        ("error", "unchanged"): 1,
        ("advice", "new"): 2,
        ("advice", "unchanged"): 1,
    }
    assert (tally.blocking, tally.exempt, len(tally.first)) == (2, 1, MOST_FIRST)
    assert [(each.item.code, each.rule.key) for each in tally.first[:7]] == [
        ("ZZ", "limits"),
        ("AA", "limits"),
        ("EX", "limits"),
        ("EX", "advice"),
        ("ZZ", "advice"),
        ("AA", "advice"),
        ("HZ-0000", "limits"),
    ]
