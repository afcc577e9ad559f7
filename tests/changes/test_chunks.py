"""Drafts are written some five hundred at a time, acts whole, each act after what it goes by."""

from datetime import date

from app.catalogue.objects import ITEM
from app.changes.kinds import chunks
from app.changes.rules import Draft, Part

DAY = date(2026, 3, 2)


def plain(code: str) -> Draft:
    return Draft(ITEM, "amend", code, {"promised_limit": 5}, DAY)


def act(code: str, *parts: str) -> list[Draft]:
    ended = Draft(ITEM, "split", code, {}, DAY, part=Part("cancel"))
    comes = Part("create", origins=(code,), follows=True)
    return [ended, *(Draft(ITEM, "split", part, {}, DAY, part=comes) for part in parts)]


def sizes(*drafts: Draft) -> list[int]:
    return [len(chunk) for chunk in chunks(drafts)]


def test_five_hundred_at_a_time() -> None:
    assert sizes() == []
    assert sizes(*(plain(f"HZ-{n}") for n in range(1001))) == [500, 500, 1]


def test_an_act_is_not_cut() -> None:
    assert sizes(*(plain(f"HZ-{n}") for n in range(499)), *act("SP-1", "A", "B")) == [499, 3]
    assert sizes(*act("SP-1", *(f"SP-{n}" for n in range(2, 600)))) == [599]
    assert sizes(*(draft for n in range(200) for draft in act(f"HZ-{n}", f"A-{n}", f"B-{n}"))) == [498, 102]


def test_an_act_waits_for_what_it_goes_by() -> None:
    assert sizes(plain("HZ-1"), plain("HZ-1"), plain("HZ-2"), *act("HZ-1", "A", "B")) == [3, 3]
    assert sizes(*act("HZ-1", "A", "B"), *act("HZ-2", "C", "D"), *act("A", "E", "F")) == [6, 3]
    assert sizes(*act("HZ-1", "A", "B"), plain("A")) == [4]
