"""What people confirmed of items, with evidence, and which of their links are dead. Known by revision, as versions are."""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    and_,
    exists,
    not_,
    or_,
    select,
)

from app.catalogue.moments import revision
from app.catalogue.objects import OPEN_REVISION
from app.db import PlainText, metadata
from app.jobs.models import Instant

# A person confirmed that the item is still right. Never changed; what is confirmed in bulk shares its revision.
verification = Table(
    "verification",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_id", Integer, ForeignKey("catalogue_object.id"), nullable=False),
    Column("verified_on", Date, nullable=False),
    Column("verified_at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("account_id", Integer, ForeignKey("account.id")),
    Column("note", Text),
    Column("recorded_in", Integer, ForeignKey("revision.number"), nullable=False),
    Index("ix_verification_item", "item_id", "verified_on", "recorded_in"),
    Index("ix_verification_recorded", "recorded_in"),
)

# What shows that a claim of an item is so: the element with the value that it had, where it was seen, when and by whom.
evidence = Table(
    "evidence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("verification_id", Integer, ForeignKey("verification.id"), nullable=False),
    Column("item_id", Integer, ForeignKey("catalogue_object.id"), nullable=False),
    Column("element", PlainText, nullable=False),
    Column("value", PlainText),
    Column("url", PlainText, nullable=False),
    Column("checked_on", Date, nullable=False),
    Column("checker", Text, nullable=False),
    Column("recorded_in", Integer, ForeignKey("revision.number"), nullable=False),
    Index("ix_evidence_item", "item_id", "element", "recorded_in"),
    Index("ix_evidence_verification", "verification_id"),
)

# One look at an address on a day. Never changed: what is dead is told by several of them.
link_check = Table(
    "link_check",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("url", PlainText, nullable=False),
    Column("checked_on", Date, nullable=False),
    Column("is_alive", Boolean, nullable=False),
    Column("status", Integer),
    Column("reason", Text),
    Index("ix_link_check_url", "url", "checked_on"),
)

# An address that failed on three different days without an answer, as it was known: recorded_in ≤ revision < superseded_in.
# It is dead from the first of them until the day on which it was seen to answer, if it was.
dead_link = Table(
    "dead_link",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("url", PlainText, nullable=False),
    Column("failing_since", Date, nullable=False),
    Column("alive_since", Date),
    Column("reason", Text),
    Column("recorded_in", Integer, ForeignKey("revision.number"), nullable=False),
    Column("superseded_in", Integer, nullable=False),
    Index("ix_dead_link_url", "url", "superseded_in"),
    Index("ix_dead_link_recorded", "recorded_in"),
    Index("ix_dead_link_superseded", "superseded_in"),
)


# What takes revisions beside the catalogue.
TAKERS: list[Column[Any]] = [verification.c.recorded_in, dead_link.c.recorded_in, dead_link.c.superseded_in]


def takes_revisions(taken: Column[Any]) -> None:
    """The revisions in this column say nothing new of what is catalogued."""
    TAKERS.append(taken)


def latest_content_revision(connection: Connection) -> int:
    """The last revision that may say something new of what is catalogued, or of how it is counted; 0 before the first.

    Verifications, checks of links and counts of cases take revisions too, but no preview and no import is out of date
    for that.
    """
    beside = or_(*(exists().where(taken == revision.c.number) for taken in TAKERS))
    last = select(revision.c.number).where(not_(beside)).order_by(revision.c.number.desc()).limit(1)
    return connection.execute(last).scalar() or 0


def still_dead() -> ColumnElement[bool]:
    """As known now, and not alive again since."""
    return and_(dead_link.c.superseded_in == OPEN_REVISION, dead_link.c.alive_since.is_(None))
