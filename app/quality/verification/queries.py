"""Statements over the confirmations of one item."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from app.catalogue.verification import evidence, verification
from app.db import Record


def verifications_page(
    connection: Connection, item: int, before: int | None, limit: int
) -> tuple[Sequence[Record], int]:
    """`limit` + 1 confirmations, the newest first, those known before a revision; and how many there are in all."""
    of_item = verification.c.item_id == item
    total = select(func.count()).select_from(verification).where(of_item)
    wanted = select(verification).where(of_item).order_by(verification.c.recorded_in.desc()).limit(limit + 1)
    if before is not None:
        wanted = wanted.where(verification.c.recorded_in < before)
    return connection.execute(wanted).all(), int(connection.execute(total).scalar_one())


def evidence_of(connection: Connection, verifications: Sequence[int]) -> dict[int, list[Record]]:
    """The evidence of each confirmation."""
    wanted = select(evidence).where(evidence.c.verification_id.in_(verifications)).order_by(evidence.c.id)
    found: dict[int, list[Record]] = {}
    for row in connection.execute(wanted):
        found.setdefault(row.verification_id, []).append(row)
    return found
