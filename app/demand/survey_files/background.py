"""Importing a file of a survey as a job: the file is kept with it, and it ends in the transaction that takes it in."""

from collections.abc import Mapping
from datetime import datetime
from typing import IO

from sqlalchemy import Connection

from app.demand.survey_files.present import imports_path, outcome_out
from app.demand.survey_files.reading import Source
from app.demand.survey_files.service import Outcome, Wish, import_file
from app.files.rows import limits
from app.jobs.service import attach, enqueue
from app.jobs.storable import storable
from app.jobs.work import Work, register

KIND = "survey-import"


def enqueue_import(connection: Connection, wish: Wish, content: IO[bytes], *, english: bool, now: datetime) -> int:
    """The number of the job, which tells in the language of who asked."""
    asked = {
        "survey": wish.survey,
        "file": wish.source.name,
        "kind": wish.source.kind,
        "mapping": wish.source.mapping,
        "dry_run": wish.dry_run,
        "on_invalid": wish.on_invalid,
        "language": "en" if english else "zh",
    }
    number = enqueue(connection, KIND, asked, by=wish.by, now=now)
    attach(connection, number, "file", content)
    return number


def run_import(work: Work) -> Mapping[str, object] | None:
    """What the job asks for, as its account may do it now. Its result is what would have been answered at once."""
    asked, caller = work.parameters, work.caller()
    caller.demand("survey")

    def answer(outcome: Outcome) -> dict[str, object]:
        recorded = outcome.recorded
        url = {} if recorded is None else {"result_url": f"{imports_path(recorded.survey_id)}/{recorded.id}"}
        said: dict[str, object] = storable({**outcome_out(outcome, english=asked["language"] == "en"), **url})
        return said

    with work.file("file") as path:
        source = Source(asked["file"], asked["kind"], asked["mapping"])
        wish = Wish(asked["survey"], source, caller, asked["dry_run"], asked["on_invalid"])
        outcome = import_file(
            work.database,
            path,
            wish,
            clock=work.clock,
            limits=limits(work.settings),
            progress=work.row_counter(),
            ended=lambda connection, outcome: work.finish(connection, answer(outcome)),
        )
    return answer(outcome) if wish.dry_run else None


register(KIND, run_import)
