"""What counts of a demand: a finding, judgements of its words, and the item on a day."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from app.catalogue.moments import resolve
from app.db import Database, Record
from app.demand.runs.models import matching_run
from app.demand.runs.outcomes import FOUND, JUDGED, MET, OUTCOMES, UNMET, Effect, effect, outcomes, view_of
from seed import load
from tests.conftest import NOW, NewDatabase
from tests.demand.written import AT, DAY, a_demand, a_judgement, a_result, a_run, a_survey, item_ids
from tests.factories import department, item, publish

TEXTS = ("开药店怎么办证", "养老机构备案", "会计师事务所执业许可")
CODES = ("ONLINE", "COUNTER", "UNSTATED", "SUSPENDED", "ENDED", "ELSEWHERE", "NEW")
EARLY, LATE = date(2021, 6, 1), date(2023, 6, 1)
# By day what each item is: in use and online or not, or not in the list of the district.
STATES = {
    DAY: ("online", "counter", "unknown", "absent", "absent", "absent", "online"),
    LATE: ("online", "counter", "unknown", "absent", "absent", "absent", "absent"),
    EARLY: ("online", "counter", "unknown", "absent", "counter", "absent", "absent"),
}


@pytest.fixture(scope="module")
def lists(database_kind: str, migrated_url: Callable[[str], str], new_database: NewDatabase) -> Iterator[Database]:
    with closing(Database(new_database(database_kind, migrated_url(database_kind)))) as database:
        load.reference(database)
        publish(database, department(), department("TH-MZ", name="天河区民政局", division_code="440106"))
        publish(
            database,
            item("ONLINE", is_online=True),
            item("COUNTER", is_online=False),
            item("UNSTATED", is_online=None),
            item("SUSPENDED", is_online=True, status="2"),
            item("ENDED", is_online=False, until=date(2022, 1, 1)),
            item("ELSEWHERE", is_online=True, division_code="440106", department_code="TH-MZ"),
            item("NEW", is_online=True, start=date(2024, 1, 1)),
        )
        yield database


@dataclass(frozen=True)
class Judged:
    """About the lists of a day."""

    text: int
    verdict: str
    item: int | None
    day: date = DAY


@dataclass(frozen=True)
class Found:
    text: int
    zone: str
    item: int | None


ITEMS = st.integers(0, len(CODES) - 1)
TEXT = st.integers(0, len(TEXTS) - 1)
FINDINGS = st.lists(
    st.one_of(
        st.builds(Found, TEXT, st.just("matched"), ITEMS),
        st.builds(Found, TEXT, st.sampled_from(["review", "unmet"]), st.one_of(st.none(), ITEMS)),
    ),
    min_size=1,
    max_size=5,
)
JUDGEMENTS = st.lists(
    st.one_of(
        st.builds(Judged, TEXT, st.sampled_from(["confirm", "better", "reject"]), ITEMS),
        st.builds(Judged, TEXT, st.just("unmet"), st.none(), st.sampled_from([*STATES])),
    ),
    max_size=8,
)


def test_every_demand_has_one_outcome_and_only_a_person_or_the_run_decides_it() -> None:
    for judged, found, own, searched in product(JUDGED, FOUND, (True, False), (True, False)):
        said = effect(judged, found, is_own_moment=own, is_all_searched=searched)
        assert said.outcome in OUTCOMES
        assert said.reason is None or said.outcome == "review"


@pytest.mark.parametrize("judged", ["none", "absent"])
def test_what_the_run_leaves_to_be_reviewed_is_neither_met_nor_unmet(judged: str) -> None:
    for own, searched in product((True, False), (True, False)):
        said = effect(judged, "review", is_own_moment=own, is_all_searched=searched)  # type: ignore[arg-type]
        assert said.outcome == "review"


def test_an_item_that_is_not_in_the_list_meets_nothing() -> None:
    for judged, own in product(("none", "absent"), (True, False)):
        said = effect(judged, "absent", is_own_moment=own, is_all_searched=True)  # type: ignore[arg-type]
        assert (said.outcome, said.reason) == ("review", "not-in-list-that-day")


def test_that_nothing_meets_it_holds_only_of_what_was_looked_through() -> None:
    """What only the run saw, and put first, has to be judged; and what neither saw, to be searched."""
    for found, own in product(FOUND, (True, False)):
        here, *others = (effect(judged, found, is_own_moment=own, is_all_searched=False) for judged in UNMET)
        assert here == Effect("unmet", "judgement")
        assert others == [Effect("review", "judgement", "list-not-searched")] * 2
        here, aware, unaware = (effect(judged, found, is_own_moment=own, is_all_searched=True) for judged in UNMET)
        assert here == aware == Effect("unmet", "judgement")
        is_known = found in ("unmet", "rejected")
        assert (unaware.outcome, unaware.decided_by) == ("unmet" if is_known else "review", "judgement")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(FINDINGS, JUDGEMENTS, st.integers(0, 8), st.sampled_from([*STATES]))
@example([Found(0, "matched", 6)], [Judged(0, "unmet", None, LATE)], 1, DAY)
@example([Found(0, "matched", 6)], [Judged(0, "unmet", None, LATE)], 1, LATE)
@example([Found(0, "matched", 6)], [Judged(0, "unmet", None, LATE), Judged(0, "reject", 6)], 2, DAY)
@example([Found(0, "review", 6), Found(1, "review", None)], [Judged(0, "unmet", None, LATE)] * 2, 2, DAY)
@example([Found(0, "matched", 0)], [Judged(0, "reject", 0), Judged(0, "confirm", 0)], 2, DAY)
@example([Found(0, "matched", 0)], [Judged(0, "confirm", 1), Judged(0, "better", 2), Judged(0, "reject", 2)], 3, DAY)
@example([Found(0, "unmet", None)], [Judged(0, "better", 6)], 1, EARLY)
@example([Found(0, "matched", 0)], [Judged(0, "better", 6), Judged(0, "unmet", None, LATE)], 2, DAY)
@example([Found(0, "matched", 0)], [Judged(0, "unmet", None, LATE), Judged(0, "better", 6)], 2, LATE)
@example([Found(0, "unmet", None)], [Judged(0, "unmet", None, EARLY)], 1, EARLY)
@example([Found(0, "review", 0)], [Judged(0, "reject", 0)], 1, DAY)
def test_the_last_judgement_of_the_same_words_holds_and_the_item_is_as_it_was_on_the_day(
    lists: Database, findings: Sequence[Found], judgements: Sequence[Judged], counted: int, day: date
) -> None:
    with lists.trial() as connection:
        found = _said(connection, findings, judgements, counted, day)
    assert found == [_by_hand(each, judgements[:counted], day) for each in findings]


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(FINDINGS, JUDGEMENTS, JUDGEMENTS.filter(bool))
def test_judgements_of_other_words_change_nothing(
    lists: Database, findings: Sequence[Found], judgements: Sequence[Judged], others: Sequence[Judged]
) -> None:
    mine = [each for each in findings if each.text] or [Found(1, "matched", 0)]
    theirs = [Judged(0, each.verdict, each.item) for each in others]
    with lists.trial() as connection:
        before = _said(connection, mine, judgements, 99, DAY)
    with lists.trial() as connection:
        assert _said(connection, mine, [*judgements, *theirs], 99, DAY) == before


def test_a_judgement_holds_for_the_same_words_in_another_survey_but_not_for_the_lists_of_another_district(
    lists: Database,
) -> None:
    with lists.trial() as connection:
        here = item_ids(connection)
        survey = a_survey(connection, title="一年以前的调查")
        asked = a_demand(connection, survey, 1, TEXTS[0])
        a_judgement(connection, (survey, asked), TEXTS[1], "unmet")
        a_judgement(connection, (survey, asked), TEXTS[0], "better", here["COUNTER"], within="440106")
        said = _said(connection, [Found(0, "matched", 0), Found(1, "matched", 0)], [], 0, DAY)
    assert [outcome for outcome, *_ in said] == ["met_online", "unmet"]


def test_a_demand_with_no_item_in_the_district_isnt_met_by_an_item_elsewhere(lists: Database) -> None:
    """会计师事务所执业许可: whatever the run put first and whoever says that the item of the other district meets it."""
    elsewhere = CODES.index("ELSEWHERE")
    with lists.trial() as connection:
        said = _said(connection, [Found(2, "matched", elsewhere)], [], 0, DAY)
        assert said == [("review", "run", "not-in-list-that-day", None)]
        said = _said(connection, [Found(2, "unmet", None)], [Judged(2, "better", elsewhere)], 1, DAY)
        assert said == [("unmet", "run", None, None)]


def test_what_was_found_unmet_is_to_be_reviewed_where_the_list_has_items_that_were_not_searched(
    lists: Database,
) -> None:
    """ENDED was in the list of 2021 and is not in that of the run."""
    nothing = [Found(2, "unmet", None)]
    with lists.trial() as connection:
        assert _said(connection, nothing, [], 0, EARLY) == [("review", "run", "list-not-searched", None)]
        judged = [Judged(2, "unmet", None)]
        assert _said(connection, nothing, judged, 1, EARLY) == [("review", "judgement", "list-not-searched", None)]
        assert _said(connection, nothing, judged, 1, DAY) == [("unmet", "judgement", None, None)]
        assert _said(connection, nothing, [], 0, LATE) == [("unmet", "run", None, None)]


def test_of_a_day_that_the_catalogue_knows_nothing_of_nothing_is_unmet(lists: Database) -> None:
    with lists.trial() as connection:
        said = _said(connection, [Found(0, "matched", 0), Found(2, "unmet", None)], [], 0, date(2016, 6, 1))
    assert [reason for _, _, reason, _ in said] == ["not-in-list-that-day", "list-not-searched"]


Said = tuple[str, str, str | None, str | None]


def _said(
    connection: Connection, findings: Sequence[Found], judgements: Sequence[Judged], counted: int, day: date
) -> list[Said]:
    """Outcome, who decided, the reason, and the code of the item, of each finding of a run for DAY that is seen on a day."""
    ids = item_ids(connection)
    survey = a_survey(connection)
    run = a_run(connection, survey)
    for number, each in enumerate(findings, 1):
        asked = a_demand(connection, survey, number, TEXTS[each.text])
        a_result(connection, run, asked, each.zone, None if each.item is None else ids[CODES[each.item]])
    for place, judged in enumerate(judgements, 1):
        of_item = None if judged.item is None else ids[CODES[judged.item]]
        at = AT + timedelta(minutes=place)
        a_judgement(connection, (survey, asked), TEXTS[judged.text], judged.verdict, of_item, at=at, as_of=judged.day)
    view = view_of(
        connection, _run(connection, run), resolve(connection, NOW, str(day)), AT + timedelta(minutes=counted)
    )
    said = connection.execute(outcomes(view).order_by("demand_id")).all()
    codes = {number: code for code, number in ids.items()}
    return [(each.outcome, each.decided_by, each.reason, codes.get(each.item_id)) for each in said]


def _run(connection: Connection, number: int) -> Record:
    return connection.execute(select(matching_run).where(matching_run.c.id == number)).one()


def _by_hand(found: Found, judgements: Sequence[Judged], day: date) -> Said:
    """One judgement after the other, as a person would go through them."""
    named: Judged | None = None
    unmet: Judged | None = None
    rejected, is_last = set(), False
    for each in (each for each in judgements if each.text == found.text):
        if each.verdict == "reject":
            rejected.add(each.item)
            named = None if named is not None and named.item == each.item else named
        elif each.item is None:
            unmet, is_last = each, True
        else:
            rejected.discard(each.item)
            named, is_last = each, False
    if named is not None and not (unmet and is_last and STATES[unmet.day][named.item or 0] != "absent"):
        if (state := STATES[day][named.item or 0]) != "absent":
            return MET[state], "judgement", None, CODES[named.item or 0]
        if unmet is None and day != DAY:
            return "review", "judgement", "not-in-list-that-day", None
    return _of_run(found, rejected, day) if unmet is None else _of_unmet(found, unmet, rejected, day)


def _of_unmet(found: Found, judged: Judged, rejected: set[int | None], day: date) -> Said:
    """What the run found stood in its own lists, those of DAY, so whoever judged of these saw it."""
    if judged.day == day:
        return "unmet", "judgement", None, None
    if day == EARLY:
        return "review", "judgement", "list-not-searched", None
    if found.zone == "unmet" or found.item is None or judged.day == DAY or found.item in rejected:
        return "unmet", "judgement", None, None
    if "absent" not in (STATES[judged.day][found.item], STATES[DAY][found.item]):
        return "unmet", "judgement", None, None
    if found.zone == "matched" and STATES[day][found.item] == "absent":
        return "review", "judgement", "not-in-list-that-day", None
    return "review", "judgement", "item-not-judged", None


def _of_run(found: Found, rejected: set[int | None], day: date) -> Said:
    if found.zone == "unmet":
        return ("review", "run", "list-not-searched", None) if day == EARLY else ("unmet", "run", None, None)
    if found.item is not None and found.item in rejected:
        return "review", "judgement", "rejected", None
    if found.zone == "review":
        return "review", "run", None, None
    state = STATES[day][found.item or 0]
    if state == "absent":
        return "review", "run", "not-in-list-that-day", None
    return MET[state], "run", None, CODES[found.item or 0]
