"""The pure chain: whatever is done to it afterwards is found."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.audit.chain import BEGINNING, Head, Kept, Link, breaches

TEXT = st.text(max_size=8)
DETAILS = st.dictionaries(TEXT, TEXT | st.integers(-(2**53), 2**53) | st.booleans() | st.lists(TEXT, max_size=3))
SAID = st.tuples(TEXT, TEXT, TEXT, TEXT, DETAILS)
LOGS = st.lists(SAID, min_size=2, max_size=12)


def written(said: list[tuple[str, str, str, str, dict[str, object]]]) -> list[Kept]:
    log: list[Kept] = []
    for number, (by, account, action, about, details) in enumerate(said, 1):
        previous = log[-1].hash if log else BEGINNING
        link = Link(number, "2026-03-02T10:00:00+08:00", by, account, action, about, "done", details, previous)
        log.append(Kept(link, link.hash))
    return log


def found(log: list[Kept], head: Head) -> list[tuple[str, int]]:
    return [(breach.how, breach.number) for breach in breaches(log, head)]


def head_of(log: list[Kept]) -> Head:
    return Head(log[-1].link.number, log[-1].hash)


@given(LOGS)
def test_what_nobody_touched_is_whole(said: list[tuple[str, str, str, str, dict[str, object]]]) -> None:
    log = written(said)
    assert found(log, head_of(log)) == []
    assert found([], Head()) == []


@given(LOGS, st.data())
def test_a_changed_entry_is_found(
    said: list[tuple[str, str, str, str, dict[str, object]]], data: st.DataObject
) -> None:
    log = written(said)
    place = data.draw(st.integers(0, len(log) - 1))
    field = data.draw(st.sampled_from(["at", "by", "account", "action", "about", "outcome", "previous"]))
    entry = log[place]
    changed = replace(entry.link, **{field: getattr(entry.link, field) + "?"})
    log[place] = Kept(changed, entry.hash)
    assert ("changed", place + 1) in found(log, head_of(log))


@given(LOGS, st.data())
def test_one_that_was_hashed_anew_no_longer_leads_to_the_next(
    said: list[tuple[str, str, str, str, dict[str, object]]], data: st.DataObject
) -> None:
    log = written(said)
    head = head_of(log)
    place = data.draw(st.integers(0, len(log) - 1))
    forged = replace(log[place].link, by=log[place].link.by + "?")
    log[place] = Kept(forged, forged.hash)
    last = place == len(log) - 1
    assert found(log, head) == [("changed", place + 1) if last else ("reordered", place + 2)]


@given(LOGS, st.data())
def test_missing_entries_are_found_wherever_they_were(
    said: list[tuple[str, str, str, str, dict[str, object]]], data: st.DataObject
) -> None:
    log = written(said)
    gone = data.draw(st.sets(st.integers(1, len(log)), min_size=1))
    left = [entry for entry in log if entry.link.number not in gone]
    broken = list(breaches(left, head_of(log)))
    assert {breach.how for breach in broken} == {"missing"}
    assert {n for each in broken for n in range(each.number, (each.last or each.number) + 1)} == gone


@given(LOGS, st.data())
def test_entries_that_changed_places_are_found(
    said: list[tuple[str, str, str, str, dict[str, object]]], data: st.DataObject
) -> None:
    log = written(said)
    one, other = sorted(data.draw(st.sets(st.integers(0, len(log) - 1), min_size=2, max_size=2)))
    head = head_of(log)
    log[one], log[other] = (
        Kept(replace(log[other].link, number=one + 1), log[other].hash),
        Kept(replace(log[one].link, number=other + 1), log[one].hash),
    )
    assert ("reordered", one + 1) in found(log, head)


def test_what_stands_after_the_end_is_found() -> None:
    log = written([("王敏", "user/1", "login", "login/wang", {})] * 4)
    assert found(log, head_of(log[:2])) == [("added", 3)]
    assert [str(each.message.zh) for each in breaches([], Head(9, "0"))] == ["第 1–9 条不见了。"]
