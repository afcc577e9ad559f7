"""What must hold of batches of transfers: whose the items were, whose they are, one open batch, closed for good."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.catalogue.moments import revision
from app.catalogue.objects import DEPARTMENT, ITEM, TRANSFER
from app.catalogue.versions import OPEN
from app.changes import service
from app.changes.checks import CatalogueInconsistent
from app.changes.undoing import undo
from app.clock import FrozenClock
from app.db import Database
from tests.conftest import NOW
from tests.factories import CIVIL_AFFAIRS, DIVISION, TESTER, amend, department, draft, item, publish

BUREAU, HOUSING = "11440105MB2C0001XR", "11440105007484589M"
FIRST, SECOND, THIRD = date(2023, 1, 1), date(2024, 1, 1), date(2025, 1, 1)
PLACE = "/content/entries/0/code"


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    """Two items of civil affairs, one of housing; everything since 2020."""
    publish(
        database,
        department(),
        department(HOUSING, name="海珠区住房和建设局"),
        department(BUREAU, name="海珠区行政审批局"),
        *(item(f"HZ-00{number}", task_type="01", catalog_code="000117051000") for number in (1, 2)),
        item("HZ-003", task_type="01", department_code=HOUSING),
    )


def batch(
    code: str, *items: str, start: date = FIRST, to: str = BUREAU, giver: str = CIVIL_AFFAIRS, **said: Any
) -> Any:
    entries = [{"code": each, "from_department_code": giver} for each in items]
    content = {"name": code, "division_code": DIVISION, "department_code": to, "entries": entries, **said}
    return draft("create", code, content, kind=TRANSFER, start=start)


def moved(*items: str, start: date = FIRST, to: str = BUREAU, **said: Any) -> list[Any]:
    return [draft("transfer", each, {"department_code": to, **said}, start=start) for each in items]


def closed(code: str, start: date = SECOND, *, value: bool | None = True) -> Any:
    return draft("amend", code, {"is_closed": value}, kind=TRANSFER, start=start)


def refused(database: Database, *drafts: Any) -> list[tuple[str | None, str | None]]:
    with pytest.raises(CatalogueInconsistent) as told:
        publish(database, *drafts)
    return [(fault.rule, fault.pointer) for fault in told.value.faults]


def test_an_item_is_with_the_new_department_on_the_first_day(database: Database) -> None:
    batch_alone = batch("X-1", "HZ-001", "HZ-002")
    assert refused(database, batch_alone, *moved("HZ-001")) == [("not-handed-over", "/content/entries/1/code")]
    assert refused(database, batch_alone, *moved("HZ-001", "HZ-002", start=SECOND))[0] == ("not-handed-over", PLACE)
    publish(database, batch_alone, *moved("HZ-001", "HZ-002"))
    back = amend("HZ-001", FIRST, date(2023, 6, 1), department_code=HOUSING)
    assert refused(database, back) == [("not-handed-over", PLACE)], "the item alone cannot be taken out again"


def test_who_gives_it_away_had_it(database: Database) -> None:
    giver = "/content/entries/0/from_department_code"
    assert refused(database, batch("X-1", "HZ-003"), *moved("HZ-003")) == [("not-theirs", giver)]
    own = batch("X-1", "HZ-001", giver=BUREAU)
    assert refused(database, own, *moved("HZ-001")) == [("transfer-to-itself", giver)]
    publish(database, *moved("HZ-001"))
    assert refused(database, batch("X-1", "HZ-001", start=SECOND)) == [("handed-over-already", PLACE)]


def test_it_hands_over_items_of_its_division(database: Database) -> None:
    registration = f"{CIVIL_AFFAIRS}4000111002000"
    publish(database, item(registration, name="社会团体成立登记"))
    elsewhere = [batch("X-1", registration, division_code="440106"), *moved(registration)]
    assert refused(database, *elsewhere) == [("not-ours", PLACE)]
    publish(database, batch("X-1", registration), *moved(registration))
    later = draft("amend", "X-1", {"division_code": "440106"}, kind=TRANSFER, start=SECOND)
    assert refused(database, later) == [("batch-division-changed", "/content/division_code")]


def test_its_departments_stand_on_the_first_day(database: Database) -> None:
    """Who gives away may end on that day, and any of them afterwards."""
    planned, ended = "11440105MB2C0002XR", "11440105MB2C0003XR"
    publish(database, department(planned, start=SECOND), department(ended), item("HZ-004", department_code=ended))
    last = [batch("X-9", "HZ-004", giver=ended), *moved("HZ-004"), draft("cancel", ended, kind=DEPARTMENT, start=FIRST)]
    publish(database, *last)
    taker, supervisor = "/content/department_code", "/content/entries/0/supervising_department_code"
    wrong = [(batch("X-0", "HZ-002", to=code), taker) for code in ("HZ-JG", planned, ended)]
    wrong += [(supervised("X-0", code), supervisor) for code in ("HZ-JG", planned, ended)]
    for each, pointer in wrong:
        assert ("department-missing", pointer) in refused(database, each, *moved("HZ-002"))
    late = refused(database, batch("X-0", "HZ-001", giver=ended, start=SECOND), *moved("HZ-001", start=SECOND))
    assert ("department-missing", "/content/entries/0/from_department_code") in late
    publish(database, supervised("X-1", planned, start=SECOND), *moved("HZ-002", start=SECOND))
    publish(database, draft("cancel", planned, kind=DEPARTMENT, start=THIRD))
    publish(database, closed("X-1", date(2025, 6, 1)))
    publish(database, draft("amend", "X-1", {"document_number": "X编办〔2024〕1号"}, kind=TRANSFER, start=SECOND))


def supervised(code: str, supervisor: str, start: date = FIRST) -> Any:
    entry = {"code": "HZ-002", "from_department_code": CIVIL_AFFAIRS, "supervising_department_code": supervisor}
    return batch(code, start=start, entries=[entry])


def test_nobody_knows_whose_it_was_before_the_catalogue_began(database: Database) -> None:
    handed = {"to": CIVIL_AFFAIRS, "giver": HOUSING}
    assert refused(database, batch("X-1", "HZ-001", start=date(2020, 1, 2), **handed)) == [
        ("handed-over-already", PLACE)
    ]
    publish(database, batch("X-1", "HZ-001", start=date(2020, 1, 1), **handed))


def test_the_item_stays_the_same(database: Database) -> None:
    another = moved("HZ-001", catalog_code="000117052000")
    assert refused(database, batch("X-1", "HZ-001"), *another) == [("basic-code-changed", PLACE)]


def test_an_item_is_in_one_open_batch(database: Database) -> None:
    publish(database, batch("X-1", "HZ-001"), *moved("HZ-001"))
    on = batch("X-2", "HZ-001", start=SECOND, to=HOUSING, giver=BUREAU)
    further = [on, *moved("HZ-001", start=SECOND, to=HOUSING)]
    assert refused(database, *further) == [("item-in-two-open-batches", PLACE)]
    publish(database, closed("X-1", date(2023, 6, 1)))
    publish(database, *further)
    again = [batch("X-3", "HZ-001", start=THIRD, giver=HOUSING), *moved("HZ-001", start=THIRD)]
    publish(database, closed("X-2", date(2024, 6, 1)), *again)  # It went on to others in between.


def test_a_batch_entered_late_is_closed_before_the_next_one_begins(database: Database) -> None:
    """Though the next one is closed by now: what counts are the days on which both were open."""
    handed = [*moved("HZ-001", to=HOUSING), *moved("HZ-001", start=SECOND)]
    publish(database, batch("X-2", "HZ-001", start=SECOND, giver=HOUSING), *handed)
    publish(database, closed("X-2", date(2024, 6, 1)))
    late = batch("X-1", "HZ-001", to=HOUSING)
    with pytest.raises(CatalogueInconsistent) as told:
        publish(database, late)
    assert "X-2 在后，请在同一张变更单里写明 X-1 最迟从 2024-01-01 起已办结" in told.value.faults[0].detail.zh
    publish(database, late, closed("X-1"))


def test_an_item_is_handed_over_once(database: Database) -> None:
    publish(database, batch("X-1", "HZ-001", is_closed=True), *moved("HZ-001"))
    assert refused(database, batch("X-2", "HZ-001", is_closed=True)) == [("handed-over-already", PLACE)]


def test_what_is_handed_over_does_not_come_back_within_the_batch(database: Database) -> None:
    publish(database, batch("X-1", "HZ-001", "HZ-002"), *moved("HZ-001", "HZ-002"))
    back = moved("HZ-001", start=SECOND, to=CIVIL_AFFAIRS)
    assert refused(database, *back) == [("transfer-back", PLACE)]
    publish(database, closed("X-1", SECOND))
    publish(database, *back)


def test_an_open_batch_takes_more_items(database: Database) -> None:
    first = batch("X-1", "HZ-001")
    publish(database, first, *moved("HZ-001"))
    entries = [*first.content["entries"], {"code": "HZ-002", "from_department_code": CIVIL_AFFAIRS}]
    more = draft("amend", "X-1", {"entries": entries}, kind=TRANSFER, start=SECOND)
    assert refused(database, more) == [("not-handed-over", "/content/entries/1/code")]
    publish(database, more, *moved("HZ-002", start=SECOND))
    to_another = draft("amend", "X-1", {"department_code": HOUSING}, kind=TRANSFER, start=THIRD)
    assert refused(database, to_another).count(("batch-department-changed", "/content/department_code")) == 1


def test_what_is_handed_over_stays_in_its_batch(database: Database) -> None:
    """Until it is with another department; what is only planned may be called off."""
    assert ("entry-count", "/content/entries") in refused(database, batch("X-0"))
    publish(database, batch("X-1", "HZ-001", "HZ-002"), *moved("HZ-001", "HZ-002"))
    kept = batch("X-1", "HZ-002").content["entries"]
    left_out = ("handed-over-left-out", "/content/entries")
    for day in (FIRST, SECOND, date(2027, 1, 1)):
        assert left_out in refused(database, draft("cancel", "X-1", kind=TRANSFER, start=day))
        for entries in (kept[:0], kept):
            fewer = draft("amend", "X-1", {"entries": entries}, kind=TRANSFER, start=day)
            assert left_out in refused(database, fewer)
    back = [draft("amend", "X-1", {"entries": kept}, kind=TRANSFER, start=SECOND)]
    publish(database, *back, *moved("HZ-001", start=SECOND, to=CIVIL_AFFAIRS))
    planned = date(2027, 1, 1)
    publish(database, batch("X-2", "HZ-003", start=planned, giver=HOUSING), *moved("HZ-003", start=planned))
    assert left_out in refused(database, draft("cancel", "X-2", kind=TRANSFER, start=date(2027, 6, 1)))
    publish(database, draft("cancel", "X-2", kind=TRANSFER, start=planned))


def test_a_closed_batch_stays_closed(database: Database) -> None:
    """Later, from the same day, from the first day on; nor does it say that it isn't known to be."""
    publish(database, batch("X-1", "HZ-001"), *moved("HZ-001"))
    publish(database, closed("X-1"))
    opened = [closed("X-1", THIRD, value=False), closed("X-1", THIRD, value=None), closed("X-1", SECOND, value=False)]
    for change in opened:
        assert refused(database, change).count(("batch-reopened", "/content/is_closed")) == 1
    for day in (THIRD, FIRST):
        emptied = draft("amend", "X-1", {"entries": []}, kind=TRANSFER, start=day)
        assert refused(database, emptied).count(("batch-reopened", "/content/entries")) == 1
        assert ("batch-ended", None) in refused(database, draft("cancel", "X-1", kind=TRANSFER, start=day))
    publish(database, draft("amend", "X-1", {"document_number": "X编办〔2023〕5号"}, kind=TRANSFER, start=FIRST))
    assert standing(database, TRANSFER)[-1].is_closed


def test_a_batch_closed_by_mistake_is_opened_by_an_undoing(database: Database) -> None:
    publish(database, batch("X-1", "HZ-001"), *moved("HZ-001"))
    closing = publish(database, closed("X-1"))
    undone(database, closing)
    assert [row.is_closed for row in standing(database, TRANSFER)] == [None]


HANDED = st.lists(st.sampled_from(["HZ-001", "HZ-002"]), min_size=1, max_size=2, unique=True)
DAYS = st.dates(date(2020, 6, 1), date(2027, 6, 1))


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=HANDED, day=DAYS, planned=DAYS)
def test_a_hand_over_that_is_undone_leaves_everything_as_before(
    database: Database, items: list[str], day: date, planned: date
) -> None:
    """Whatever else is planned for its items, before or after."""
    publish(database, amend(items[0], planned, name=f"养老机构备案（{planned}）"))
    before = [standing(database, kind) for kind in (ITEM, TRANSFER)]
    code = f"X-{day}-{planned}-{len(items)}"
    handing = publish(database, batch(code, *items, start=day), *moved(*items, start=day))
    assert [standing(database, kind) for kind in (ITEM, TRANSFER)] != before
    undone(database, handing)
    assert [standing(database, kind) for kind in (ITEM, TRANSFER)] == before


def standing(database: Database, kind: Any) -> list[Any]:
    """What is known now, apart from when it was recorded."""
    columns = [kind.table.c[name] for name in (kind.key, "valid_from", "valid_to", *kind.given)]
    with database.read() as connection:
        known = select(*columns).where(kind.table.c.superseded_in == OPEN)
        return list(connection.execute(known.order_by(kind.table.c[kind.key], kind.table.c.valid_from)))


def undone(database: Database, number: int) -> None:
    with database.write() as connection:
        wrong = connection.execute(select(revision.c.change_set).where(revision.c.number == number)).scalar_one()
        draft_of_undoing = undo(connection, wrong, "误发布", by=TESTER, now=NOW)
        service.submit(connection, draft_of_undoing, by=TESTER, now=NOW)
        service.approve(connection, draft_of_undoing, by=TESTER, clock=FrozenClock(NOW))
