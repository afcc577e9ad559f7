"""A file of responses or demands from beginning to end: looked at while others may write, and taken in where that is
wished, all of its right rows or none.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from sqlalchemy import Connection

from app.access.rules import Caller
from app.audit.log import Deed, record
from app.clock import Clock
from app.db import Database, Record
from app.demand.survey_files import queries
from app.demand.survey_files.batches import Batch, Kept, batches
from app.demand.survey_files.reading import Source, SurveyFile, open_file
from app.demand.survey_files.taking_demands import DemandTaker
from app.demand.survey_files.taking_responses import ResponseTaker
from app.demand.survey_files.tally import KEPT, Tally
from app.demand.survey_files.warnings import whole_remarks
from app.demand.surveys.contradictions import sample_size
from app.demand.surveys.queries import Survey, counts_of, get_survey
from app.demand.surveys.service import about
from app.demand.surveys.taking import Into, next_number
from app.errors import Fault, Malformed, Message
from app.files.remarks import Remark
from app.files.rows import Limits

OnInvalid: TypeAlias = Literal["refuse", "skip"]
Status: TypeAlias = Literal["checked", "unchanged", "recorded"]
Progress: TypeAlias = Callable[[int], None]  # Told how many more rows were looked at.


class ImportRefused(Malformed):
    slug, title = "survey-import-refused", Message("文件有问题，没有写入", "The file was refused")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done with a file, by whom; `kept` is how many of its problems are told one by one."""

    survey: int
    source: Source
    by: Caller
    dry_run: bool = True
    on_invalid: OnInvalid = "refuse"
    kept: int = KEPT


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a file came to, and the import where it was taken in."""

    status: Status
    wish: Wish
    tally: Tally
    remarks: Sequence[Remark] = field(default_factory=list)
    sheet: str | None = None
    recorded: Record | None = None


Ended: TypeAlias = Callable[[Connection, Outcome], None]


def import_file(
    database: Database,
    path: Path,
    wish: Wish,
    *,
    clock: Clock,
    limits: Limits,
    progress: Progress = lambda _: None,
    ended: Ended = lambda *_: None,
) -> Outcome:
    """`ended` is told in the transaction that writes; what it raises undoes it.

    Raises SurveyNotFound, a BadFile, or ImportRefused.
    """
    with Kept() as kept:
        with database.read() as connection:
            seen = _opened(connection, path, wish, limits)
            found = seen.batches if wish.dry_run else kept.keeping(seen.batches)
            outcome = _gone_through(connection, seen._replace(batches=found), wish, progress=progress)
        if wish.dry_run:
            return outcome
        _demand_right(outcome)
        seen = seen._replace(batches=kept)
        with database.write() as connection:
            if outcome.tally.is_news:
                now = seen if _is_as_it_was(connection, seen) else _opened(connection, path, wish, limits)
                outcome = _take_in(connection, now, wish, clock.now())
            else:
                outcome = replace(outcome, status="unchanged")
            ended(connection, outcome)
    return outcome


def look(connection: Connection, path: Path, wish: Wish, limits: Limits) -> Outcome:
    """What would become of the file. Raises SurveyNotFound or a BadFile."""
    return _gone_through(connection, _opened(connection, path, wish, limits), wish)


class Seen(NamedTuple):
    """A file as it is read for a survey with these questions and this design."""

    held: Survey
    file: SurveyFile
    batches: Iterable[Batch]


def _opened(connection: Connection, path: Path, wish: Wish, limits: Limits) -> Seen:
    held = get_survey(connection, wish.survey)
    file = open_file(path, wish.source, held, limits)
    return Seen(held, file, batches(held, file))


def _is_as_it_was(connection: Connection, seen: Seen) -> bool:
    """Whether nobody edited the survey meanwhile: its questions and its design decide what a row says."""
    return bool(get_survey(connection, seen.held.id).row.version == seen.held.row.version)


def _take_in(connection: Connection, seen: Seen, wish: Wish, now: datetime) -> Outcome:
    """Everything is compared once more, since others may have written meanwhile. Raises ImportRefused."""
    survey, source = seen.held.id, wish.source
    said = {"survey_id": survey, "kind": source.kind, "file_name": source.name, "mapping": source.mapping}
    known: dict[str, object] = {"by": wish.by.name, "account_id": wish.by.id, "at": now, "report": {}}
    with connection.begin_nested() as nested:
        made = queries.add_import(connection, {**said, **known})
        outcome = _gone_through(connection, seen, wish, Into(survey, made))
        _demand_right(outcome)
        if not outcome.tally.is_news:
            nested.rollback()
            return replace(outcome, status="unchanged")
    queries.keep_report(connection, made, kept_report(outcome))
    counted = {name: getattr(outcome.tally, name) for name in ("rows", "added", "rejected", "demands")}
    deed = Deed(f"survey.import-{source.kind}", about(survey))
    record(connection, wish.by, deed, now, number=made, file=source.name, **counted)
    return replace(outcome, status="recorded", recorded=queries.get_import(connection, survey, made))


def _gone_through(
    connection: Connection, seen: Seen, wish: Wish, into: Into | None = None, progress: Progress = lambda _: None
) -> Outcome:
    held, file = seen.held, seen.file
    tally, before = Tally(wish.kept), counts_of(connection, held)
    taker: ResponseTaker | DemandTaker
    if file.kind == "responses":
        taker = ResponseTaker(held, file, tally, into)
    else:
        sample = sample_size(held.design, held.published, before.responses)
        following = next_number(connection, held.id)
        taker = DemandTaker(held, file, tally, into, following=following, sample=sample)
    for batch in seen.batches:
        taker.take(connection, batch)
        progress(batch.rows)
    remarks = [*file.remarks, *tally.remarks, *whole_remarks(held, before, tally, file.kind)]
    return Outcome("checked", wish, tally, remarks, file.table.sheet)


def kept_report(outcome: Outcome) -> dict[str, object]:
    """What is kept of an import: its counts, and what deserved a look, in both languages."""
    warnings = [
        {"rule": each.rule, "count": each.times, "rows": list(each.rows), "zh": each.message.zh, "en": each.message.en}
        for each in outcome.remarks
    ]
    return {**outcome.tally.summary, "warnings": warnings}


def _demand_right(outcome: Outcome) -> None:
    """Raises ImportRefused where a row is wrong and none may be skipped, or no row is right."""
    tally, skipping = outcome.tally, outcome.wish.on_invalid == "skip"
    if not tally.rejected or (skipping and not tally.is_all_wrong):
        return
    faults = [
        Fault(
            detail=Message(f"第 {each.row} 行：{each.message.zh}", f"Row {each.row}: {each.message.en}"),
            row=each.row,
            column=each.column,
            value=each.value,
            rule=each.rule,
            suggestion=each.suggestion,
        )
        for each in tally.problems[:KEPT]
    ]
    count, (zh, en) = tally.rules.total(), faults[0].detail
    nothing_zh = "没有一行可以写入" if skipping else "什么都没有写入"
    nothing_en = "no row can be written" if skipping else "nothing was written"
    told = Message(f"文件有 {count} 处问题，{nothing_zh}。{zh}", f"{count} faults; {nothing_en}. {en}")
    raise ImportRefused(told, faults=faults, rules=tally.summary["rules"])
