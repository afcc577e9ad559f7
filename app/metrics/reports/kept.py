"""Whether what is kept of a report is what was frozen: the text that is cited, and what stands beside it to be listed by."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.db import Record
from app.metrics.reports.queries import cited, get_report
from app.metrics.reports.rules import Cited, checksum


def kept_as_frozen(connection: Connection, row: Record, said: Cited) -> dict[str, Any]:
    """The checksum, and what is shown of the report that its text doesn't say."""
    computed = checksum(row.cited.encode())
    altered = [name for name, text in _cited(connection, row, said).items() if text != _shown(row)[name]]
    agrees = computed == row.checksum and not altered
    return {"stored": row.checksum, "computed": computed, "altered": altered, "agrees": agrees}


def _shown(row: Record) -> Mapping[str, Any]:
    return {
        "number": row.number,
        "title": row.title,
        "revision": row.revision,
        "frozen_at": row.at,
        "frozen_by": row.by,
        "supersedes": row.supersedes,
        "superseded_by": row.next_id,
    }


def _cited(connection: Connection, row: Record, said: Cited) -> Mapping[str, Any]:
    """The same as the text says it; by which it is replaced says the text of that one."""
    following = None if row.next_id is None else cited(get_report(connection, row.next_id))
    return {
        **{name: said[name] for name in ("number", "title", "revision", "frozen_by")},
        "frozen_at": datetime.fromisoformat(said["frozen_at"]),
        "supersedes": _replaced(said),
        "superseded_by": row.next_id if following and _replaced(following) == row.id else None,
    }


def _replaced(said: Cited) -> int | None:
    before = said["supersedes"]
    return None if before is None else int(before["id"])
