"""Reporting cases as a job: the file is kept with it, and it ends in the transaction that takes the counts in."""

from collections.abc import Mapping
from datetime import datetime
from typing import IO

from sqlalchemy import Connection

from app.cases.present import IMPORTS, outcome_out
from app.cases.reporting import Outcome, report_file
from app.cases.service import Source
from app.files.rows import limits
from app.jobs.service import attach, enqueue
from app.jobs.storable import storable
from app.jobs.work import Work, register

KIND = "case-import"


def enqueue_report(
    connection: Connection, source: Source, content: IO[bytes], *, dry_run: bool, english: bool, now: datetime
) -> int:
    """The number of the job, which tells in the language of who asked."""
    asked = {
        "file": source.file_name,
        "dry_run": dry_run,
        "on_invalid": source.on_invalid,
        "reason": source.reason,
        "language": "en" if english else "zh",
    }
    number = enqueue(connection, KIND, asked, by=source.by, now=now)
    attach(connection, number, "file", content)
    return number


def report(work: Work) -> Mapping[str, object] | None:
    """What the job asks for, as its account may do it now. Its result is what would have been answered at once."""
    asked, caller = work.parameters, work.caller()
    caller.demand("draft")
    source = Source(asked["file"], caller, asked["reason"], asked["on_invalid"])

    def answer(outcome: Outcome) -> dict[str, object]:
        url = {} if outcome.recorded is None else {"result_url": f"{IMPORTS}/{outcome.recorded.id}"}
        said: dict[str, object] = storable({**outcome_out(outcome, english=asked["language"] == "en"), **url})
        return said

    with work.file("file") as path:
        outcome = report_file(
            work.database,
            path,
            source,
            dry_run=asked["dry_run"],
            clock=work.clock,
            limits=limits(work.settings),
            progress=work.row_counter(),
            ended=lambda connection, outcome: work.finish(connection, answer(outcome)),
        )
    return answer(outcome) if asked["dry_run"] else None


register(KIND, report)
