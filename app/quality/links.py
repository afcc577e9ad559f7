"""Which addresses items lead to, what checks of them are kept, and which of them are dead.

Dead is what failed on three different days without an answer in between; one answer, and it is alive.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, exists, false, func, insert, select, true, union, update

from app.access.rules import Caller
from app.audit.log import Deed, record
from app.catalogue.divisions import demand_division
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM, OPEN_REVISION
from app.catalogue.params import ItemQuestion
from app.catalogue.reads import chunks
from app.catalogue.verification import dead_link, evidence, link_check, still_dead
from app.catalogue.verified import ADDRESSES, newest
from app.catalogue.versions import Asked, at, versions
from app.changes.publish import conclude, take_revision
from app.clock import Clock
from app.db import Record, Statement
from app.errors import Message, Unavailable
from app.quality.looking import UNREACHED, Look

DAYS_TO_DIE: Final = 3
IN_USE = "1"
LONGEST = 2_000  # Bytes of an address; a longer one finds no place in an index.
ROWS_AT_ONCE = 1_000
A_FEW = 10  # Addresses: of fewer, most may well be gone.


class NoNetwork(Unavailable):
    slug, title = "no-network", Message("没有网络", "No network")


@dataclass(frozen=True, slots=True)
class Addresses:
    """What is to be looked at, and how many texts cannot be: no web address, or one that is too long."""

    urls: Sequence[str]
    left_out: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What checks came to: addresses that are dead since now, alive again, and all that are dead."""

    died: int
    revived: int
    dead: int
    revision: int | None = None


def addresses(connection: Connection, moment: Moment, within: str | None = None) -> Addresses:
    """Where items in use lead to, and where their newest evidence was seen: each once, in order."""
    demand_division(connection, within)
    asked, wanted = Asked(moment.latest), ItemQuestion(within=within).conditions()
    columns = ITEM.table.c
    in_use = (columns.status == IN_USE, *wanted)
    named = [versions(ITEM, asked, [columns[name]]).where(*in_use, columns[name].is_not(None)) for name in ADDRESSES]
    seen = versions(ITEM, asked, [evidence.c.url]).where(*in_use, newest(asked))
    found = list(connection.execute(union(*named, seen), at(moment)).scalars())
    urls = sorted(url for url in found if url.startswith(("http://", "https://")) and len(url.encode()) <= LONGEST)
    return Addresses(urls, len(found) - len(urls))


def demand_network(looks: Sequence[Look]) -> None:
    """Raises NoNetwork where all addresses failed, or most were not even reached: then it was hardly the addresses."""
    unreached = sum(look.reason in UNREACHED for look in looks)
    if looks and not any(look.is_alive for look in looks):
        raise _no_network(len(looks))
    if len(looks) >= A_FEW and 2 * unreached > len(looks):
        raise _hardly_a_network(unreached, len(looks))


def keep(connection: Connection, looks: Sequence[Look], *, by: Caller, clock: Clock) -> Outcome:
    """Keep what became of the addresses today, and say which are dead since and which alive again, in a revision if any."""
    today, last = clock.now().date(), connection.execute(select(func.max(link_check.c.id))).scalar() or 0
    for chunk in chunks(looks, ROWS_AT_ONCE):
        connection.execute(insert(link_check), [{**_row(look), "checked_on": today} for look in chunk])
    died, revived = connection.execute(_dying(last)).all(), connection.execute(_reviving(last)).all()
    number = take_revision(connection, clock) if died or revived else None
    reasons = {look.url: look.reason or f"HTTP {look.status}" for look in looks}
    if died:
        known = [{**row._mapping, "reason": reasons[row.url], **_known(number)} for row in died]
        connection.execute(insert(dead_link), known)
    _end(connection, revived, {"alive_since": today, **_known(number)})
    counts = {"addresses": len(looks), "died": len(died), "revived": len(revived), "revision": number}
    record(connection, by, Deed("links.check", f"links/{today}"), clock.now(), **counts)
    if number is not None:
        conclude(connection, number, clock)
    return Outcome(len(died), len(revived), _count_dead(connection), number)


def _row(look: Look) -> dict[str, object]:
    return {"url": look.url, "is_alive": look.is_alive, "status": look.status, "reason": look.reason}


def _end(connection: Connection, revived: Sequence[Record], ended: Mapping[str, object]) -> None:
    """On the days before they were dead all the same."""
    for chunk in chunks(revived):
        before = update(dead_link).where(dead_link.c.id.in_([row.id for row in chunk]))
        connection.execute(before.values(superseded_in=ended["recorded_in"]))
        rows = [{"url": row.url, "failing_since": row.failing_since, "reason": row.reason, **ended} for row in chunk]
        connection.execute(insert(dead_link), rows)


def _known(number: int | None) -> dict[str, object]:
    return {"recorded_in": number, "superseded_in": OPEN_REVISION}


def _dying(last: int) -> Statement:
    """Of the addresses that failed after a check, those that now failed on enough days since they last answered."""
    answer, now = link_check.alias("answer"), link_check.alias("now")
    failing = select(now.c.url).where(now.c.id > last, now.c.is_alive == false())
    answered = exists().where(
        answer.c.url == link_check.c.url, answer.c.is_alive == true(), answer.c.id > link_check.c.id
    )
    is_dead = exists().where(dead_link.c.url == link_check.c.url, still_dead())
    failed = (link_check.c.is_alive == false(), link_check.c.url.in_(failing), ~answered, ~is_dead)
    since = func.min(link_check.c.checked_on).label("failing_since")
    by_url = select(link_check.c.url, since).where(*failed).group_by(link_check.c.url)
    return by_url.having(func.count(link_check.c.checked_on.distinct()) >= DAYS_TO_DIE)


def _reviving(last: int) -> Statement:
    """The dead links whose addresses answered after a check."""
    answered = select(link_check.c.url).where(link_check.c.id > last, link_check.c.is_alive == true())
    return select(dead_link).where(still_dead(), dead_link.c.url.in_(answered))


def _count_dead(connection: Connection) -> int:
    dead = select(func.count()).select_from(dead_link).where(still_dead())
    return int(connection.execute(dead).scalar_one())


def _no_network(count: int) -> NoNetwork:
    zh = f"{count} 个地址一个都打不开，多半是这台机器上不了网（或代理有问题），什么都没有记录。请在能上网的机器上运行。{ANYWAY}"
    return NoNetwork(Message(zh, f"None of {count} addresses answered: there is no network. Nothing was recorded."))


def _hardly_a_network(unreached: int, count: int) -> NoNetwork:
    zh = f"{count} 个地址里有 {unreached} 个连都连不上，多半是网络有问题，什么都没有记录。请检查网络、域名解析和代理。{ANYWAY}"
    en = f"{unreached} of {count} addresses were not even reached: the network is in doubt. Nothing was recorded."
    return NoNetwork(Message(zh, en))


ANYWAY: Final = "确实都打不开的，加 --anyway。"
