"""Whether a run, repeated with the items, weights, thesaurus and model it recorded, finds the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from app.catalogue.objects import ITEM
from app.changes.models import redacted_object, redaction
from app.db import Database, Record
from app.demand.matching.matcher import MATCHER_VERSION, Matcher
from app.demand.runs.comparing import said
from app.demand.runs.entries import Scope, items_of
from app.demand.runs.finding import Finding, find
from app.demand.runs.hits import Kept, Shown
from app.demand.runs.methods import Method, ModelNotInstalled, method_of
from app.demand.runs.present import run_url
from app.demand.runs.queries import results_of, scope_of
from app.demand.runs.rules import TEXTS, TooLargeToVerify
from app.errors import Message

MOST_AT_ONCE: Final = 1_000
"""Demands of a run that are matched again while somebody waits: in a few seconds."""
MOST_DIFFERENCES: Final = 100
TOLERANCE: Final = 1e-4
"""Another machine may add up in another order."""
MATCHED_BY_NAME = Message("事项的名称或别名后来隐去过", "Names of items were redacted since")

Prepare = Callable[[Scope, Method], Matcher]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Repeated:
    """What was recorded of a demand, and what is found now."""

    row: Record
    found: Finding

    @property
    def differs_in(self) -> list[str]:
        was, now = self.row, self.found
        different = {
            "zone": was.zone != now.zone,
            "probability": not _close(was.probability, now.probability),
            "hits": not _same_hits(was.hits, now.hits),
        }
        return [name for name, differs in different.items() if differs]


def _close(one: float | None, other: float | None) -> bool:
    return one is other if one is None or other is None else abs(one - other) <= TOLERANCE


def _same_hits(was: Sequence[Kept], now: Sequence[Kept]) -> bool:
    if [hit["item"] for hit in was] != [hit["item"] for hit in now]:
        return False
    return all(_close(one["score"], other["score"]) for one, other in zip(was, now, strict=True))


def demand_small(run: Record) -> None:
    """Raises TooLargeToVerify."""
    count = run.summary["demands"]
    if count > MOST_AT_ONCE:
        url = f"{run_url(run.survey_id, run.id)}/verify"
        zh = f"这次比对有 {count} 条诉求，要在后台重算：请 POST {url}，等任务完成后看它的结果。"
        raise TooLargeToVerify(Message(zh, f"The run has {count} demands: POST {url}."), verify_url=url)


def verify(database: Database, run: Record, prepare: Prepare, progress: Progress) -> dict[str, Any]:
    """Redacted demands are passed over and counted. Raises what `prepare` and `progress` raise."""
    if run.matcher_version != MATCHER_VERSION:
        return not_recomputed(run, _other_version(run))
    try:
        with database.read() as connection:
            method = method_of(connection, run)
            rows = connection.execute(results_of(run.id)).all()
    except ModelNotInstalled as missing:
        return not_recomputed(run, missing.detail)
    held = [row for row in rows if not row.is_redacted]
    progress(0, len(held))
    matcher = prepare(scope_of(run), method)
    different = []
    for done, row in enumerate(held, 1):
        again = Repeated(row, find(matcher, row.text, run.parameters["limit"]))
        different += [again] if again.differs_in else []
        progress(done, len(held))
    with database.read() as connection:
        return _verdict(connection, run, different, checked=len(held), redacted=len(rows) - len(held))


def _verdict(
    connection: Connection, run: Record, different: Sequence[Repeated], *, checked: int, redacted: int
) -> dict[str, Any]:
    why = MATCHED_BY_NAME if different and _names_redacted_since(connection, run) else None
    return {
        "run": run.id,
        "agrees": None if why else not different,
        "note": why and why.zh,
        "checked": checked,
        "redacted": redacted,
        "differing": len(different),
        "differences": _differences(connection, run, different[:MOST_DIFFERENCES]),
    }


def not_recomputed(run: Record, why: Message) -> dict[str, Any]:
    said = {"run": run.id, "agrees": None, "note": why.zh, "checked": 0, "redacted": 0}
    return {**said, "differing": 0, "differences": []}


def _other_version(run: Record) -> Message:
    return Message(
        f"这次比对用的是第 {run.matcher_version} 版比对程序，现在是第 {MATCHER_VERSION} 版，不能重算；当时的结果仍在。",
        f"The run was made by version {run.matcher_version} of the matcher; this is {MATCHER_VERSION}.",
    )


def _names_redacted_since(connection: Connection, run: Record) -> bool:
    """Whether what the run matched may have been overwritten since."""
    wanted = (redaction.c.object == ITEM.name, redaction.c.field.in_(TEXTS), redaction.c.done_at > run.at)
    done = select(redaction.c.id).select_from(redaction.join(redacted_object)).where(*wanted)
    return connection.execute(done.limit(1)).first() is not None


def _differences(connection: Connection, run: Record, different: Sequence[Repeated]) -> list[dict[str, Any]]:
    scope = scope_of(run)
    ids = {number for each in different for number in (each.row.item_id, each.found.item) if number is not None}
    shown = Shown(scope, items_of(connection, scope, ids))
    return [
        {
            "demand": each.row.number,
            "what": each.differs_in,
            "recorded": said(each.row._mapping, shown),
            "found": said(each.found.values, shown),
        }
        for each in different
    ]
