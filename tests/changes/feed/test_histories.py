"""Whatever is published: a copy that follows the feed has the catalogue's own lists, of every day and revision."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from app.access.models import account
from app.access.rules import Caller
from app.access.service import NewKey, acting, create_key
from app.catalogue.moments import Moment, latest_revision
from app.catalogue.objects import BASIC_ITEM, DEPARTMENT, ITEM, OBJECT_TYPES
from app.changes import service
from app.changes.feed import dump, events
from app.changes.feed.positions import BEGINNING, Position
from app.changes.feed.queries import Part
from app.changes.models import redaction
from app.changes.publish import take_revision
from app.changes.redactable import read_target
from app.changes.rules import Draft, EntryKind
from app.changes.service import Cover
from app.clock import FrozenClock
from app.db import Database
from app.errors import AppError
from app.review.redaction import service as redactions
from app.review.redaction.queries import texts_of
from app.review.redaction.service import NothingToRedact, Wish
from tests.changes.feed.copies import Copy, Event, all_known, copied, listed
from tests.changes.test_history import NOW, undone
from tests.factories import CIVIL_AFFAIRS, TESTER, department, draft, item

FIRST = date(2026, 1, 1)
LENGTH = 90  # Days; today is in the middle, so that there is a past to correct and a future to plan.
DAYS = [FIRST + timedelta(days=day) for day in range(0, LENGTH, 6)]
CODES = ("HZ-001", "HZ-002")
CONTACT = read_target(ITEM, "consultation_contact")
Objects = dict[int, tuple[str, list[dict[str, Any]]]]
KINDS: tuple[EntryKind, ...] = ("create", "create", "amend", "amend", "suspend", "resume", "cancel")


@dataclass
class Told:
    """What was read of a history while it was written: dumps on the way, with what the feed then made; texts now gone."""

    dumps: list[tuple[Objects, list[str]]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)


def some_day(chance: Random) -> date:
    return FIRST + timedelta(days=chance.choice([0, chance.randrange(LENGTH)]))


def contact(chance: Random) -> str:
    """A text of its own, so that it can be looked for."""
    return f"找老周 {chance.randrange(10**10)}"


def wish(chance: Random) -> Draft:
    """Any change of an item, mostly; now and then of its department, or of the basic catalogue."""
    start = some_day(chance)
    until = start + timedelta(days=chance.randrange(1, 40)) if chance.random() < 0.2 else None
    if chance.random() < 0.2:
        return draft("amend", CIVIL_AFFAIRS, {"name": f"民政局{chance.randrange(9)}"}, kind=DEPARTMENT, start=start)
    if chance.random() < 0.1:
        code = f"00010400{chance.randrange(3)}000"
        return draft("create", code, {"name": "养老机构备案"}, kind=BASIC_ITEM, start=start, until=until)
    kind, code = chance.choice(KINDS), chance.choice(CODES)
    stated: dict[str, object] = {
        "is_online": chance.choice([True, False, None]),
        "promised_limit": chance.choice([5, 10, None]),
    }
    if chance.random() < 0.5:
        stated[CONTACT.name] = contact(chance)
    if kind == "create":
        start = chance.choice([FIRST, FIRST, start])
        return item(code, start=start, until=until, **stated, online_depths=chance.choice([["2", "5"], [], None]))
    if kind == "cancel":
        return draft("cancel", code, start=start)
    return draft(kind, code, stated if kind == "amend" else None, start=start, until=until)


def publish_some(connection: Connection, chance: Random) -> None:
    """A change set of a few wishes; what doesn't fit is left out, and the whole of it where it can't be published."""
    number = service.create(connection, Cover("调整", FIRST, retroactive=True), by=TESTER, now=NOW)
    for _ in range(chance.randrange(1, 6)):
        tried = connection.begin_nested()
        try:
            service.add(connection, number, [wish(chance)], by=TESTER, now=NOW)
            tried.commit()
        except AppError:
            tried.rollback()
    tried = connection.begin_nested()
    with suppress(AppError):
        service.submit(connection, number, by=TESTER, now=NOW)
        service.approve(connection, number, by=TESTER, clock=FrozenClock(NOW))
        tried.commit()
    if tried.is_active:
        tried.rollback()


def reviewers(connection: Connection) -> list[Caller]:
    for name in ("审批局 王敏", "审批局 李华"):
        create_key(connection, NewKey(name, "reviewer"), NOW)
    newest = select(account.c.id).order_by(account.c.id.desc()).limit(2)
    return [acting(connection, number) for number in connection.execute(newest).scalars()]


def redact_one(connection: Connection, code: str, people: list[Caller]) -> set[str]:
    """The texts that are gone, where the item has any."""
    try:
        wish = Wish(code, CONTACT.name, "误登个人手机号")
        asked = redactions.request(connection, wish, by=people[0], now=NOW)
    except NothingToRedact:
        return set()
    number = connection.execute(select(redaction.c.object_id).where(redaction.c.id == asked)).scalar_one()
    texts = texts_of(connection, CONTACT, number)
    redactions.confirm(connection, asked, by=people[1], clock=FrozenClock(NOW))
    return texts


def written(connection: Connection, chance: Random) -> Told:
    """A history of some change sets, with definitions of metrics and redactions between them."""
    number = service.create(connection, Cover("起始清单", FIRST, retroactive=True), by=TESTER, now=NOW)
    begun = [item(code, start=FIRST, consultation_contact=contact(chance)) for code in CODES]
    service.add(connection, number, [department(), *begun], by=TESTER, now=NOW)
    service.submit(connection, number, by=TESTER, now=NOW)
    service.approve(connection, number, by=TESTER, clock=FrozenClock(NOW))
    told, people = Told(), reviewers(connection)
    for _ in range(chance.randrange(2, 10)):
        if chance.random() < 0.25:
            take_revision(connection, FrozenClock(NOW))
        elif chance.random() < 0.25:
            told.gone |= redact_one(connection, chance.choice(CODES), people)
        else:
            publish_some(connection, chance)
        if chance.random() < 0.3:
            pieces = b"".join(dump.taken(connection, NOW).pieces(connection))
            told.dumps.append((copied(read(connection, 1000)).objects, pieces.decode().splitlines()))
    return told


def read(connection: Connection, size: int, after: Position = BEGINNING) -> Iterator[Event]:
    """The feed in pages."""
    part = Part(latest_revision(connection))
    while page := events.page(connection, part, after, size):
        assert len(page) <= size
        yield from (json.loads(event.written) for event in page)
        after = page[-1].position


def positions(found: list[Event]) -> list[Position]:
    return [Position(*map(int, event["position"].split("-"))) for event in found]


def at(day: date, revision: int, newest: int) -> Moment:
    return Moment(day, NOW, revision, newest=newest)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32))
def test_a_copy_that_follows_the_feed_is_the_catalogue(database: Database, seed: int) -> None:
    chance = Random(seed)
    with undone(database) as connection:
        told = written(connection, chance)
        found = list(read(connection, 1000))
        places = positions(found)
        assert all(earlier < later for earlier, later in pairwise(places))
        assert list(read(connection, chance.randrange(1, 8))) == found
        for place, position in enumerate(places):
            assert list(read(connection, 1000, position)) == found[place + 1 :]
        check_every_revision(connection, found)
        for then, lines in told.dumps:
            check_dump(connection, then, lines, found)
        assert not [text for text in told.gone if text in json.dumps(found, ensure_ascii=False)]


def check_every_revision(connection: Connection, found: list[Event]) -> None:
    """What was published up to a revision makes what was known then: each version, and each day's lists."""
    newest = latest_revision(connection)
    for revision in range(newest + 1):
        copy = copied(event for event in found if event["revision"] <= revision)
        for kind in OBJECT_TYPES.values():
            kept = {number: known for number, (of, known) in copy.objects.items() if of == kind.name}
            assert kept == all_known(connection, kind, at(FIRST, revision, newest))
            for day in DAYS:
                assert copy.on(kind.name, str(day)) == listed(connection, kind, at(day, revision, newest))


def check_dump(connection: Connection, then: Objects, lines: list[str], found: list[Event]) -> None:
    """It is what the feed made then, and from its position the feed goes on without a gap or a repetition.

    What was made unreadable since is so in the copy, too.
    """
    copy = Copy()
    copy.load(lines)
    assert copy.objects == then
    for event in read(connection, 1000, copy.position):
        copy.apply(event)
    assert copy.objects == copied(found).objects


def test_only_the_last_event_of_an_object_in_a_revision_tells_its_versions(database: Database) -> None:
    with undone(database) as connection:
        number = service.create(connection, Cover("新增并修改", FIRST, retroactive=True), by=TESTER, now=NOW)
        changes = [department(), item(CODES[0]), item(CODES[1]), draft("suspend", CODES[0], start=FIRST)]
        service.add(connection, number, changes, by=TESTER, now=NOW)
        service.submit(connection, number, by=TESTER, now=NOW)
        service.approve(connection, number, by=TESTER, clock=FrozenClock(NOW))
        found = list(read(connection, 1000))
    assert [(event["kind"], event["versions"] is None) for event in found] == [
        ("create", False),
        ("create", True),
        ("create", False),
        ("suspend", False),
    ]
    assert [version["content"]["status"] for version in found[3]["versions"]] == ["1", "2"]
    assert ITEM.name == found[3]["object"]
