"""Rows of responses against those that are there: new ones are added, the same ones stay, none is corrected."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import Connection, insert

from app.db import Record
from app.demand.matching.text import text_hash
from app.demand.survey_files.batches import Batch
from app.demand.survey_files.columns import NUMBER
from app.demand.survey_files.differing import differing, listed
from app.demand.survey_files.queries import Standing, demands_of, responses_numbered
from app.demand.survey_files.reading import SurveyFile
from app.demand.survey_files.response_rows import ResponseRow
from app.demand.survey_files.tally import Tally
from app.demand.surveys.asking import Demand
from app.demand.surveys.models import answer, response
from app.demand.surveys.present import path_of
from app.demand.surveys.queries import Survey
from app.demand.surveys.response_queries import response_ids
from app.demand.surveys.taking import Into, answer_rows, take_demands
from app.errors import Message
from app.files.problems import RowProblem


class ResponseTaker:
    """Takes the rows of a file, some at a time; without `into` it only looks what would become of them."""

    def __init__(self, held: Survey, file: SurveyFile, tally: Tally, into: Into | None = None) -> None:
        self.held, self.file, self.tally, self.into = held, file, tally, into
        self.questions = tuple(dict.fromkeys(meant.part.key for meant in file.columns.answers.values()))

    def take(self, connection: Connection, batch: Batch) -> None:
        read, problems = batch.read, [*batch.problems]
        there = responses_numbered(connection, self.held.id, [each.response.number for each in read])
        new = [each for each in read if each.response.number not in there]
        same: list[tuple[ResponseRow, Standing]] = []
        for each in read:
            if standing := there.get(each.response.number):
                if problem := self._otherwise(each, standing):
                    problems.append(problem)
                else:
                    same.append((each, standing))
        more = self._more(connection, same)
        self._count(batch.rows, problems, new, len(same), more)
        if self.into is not None:
            _write(connection, self.into, new, more)

    def _otherwise(self, said: ResponseRow, standing: Standing) -> RowProblem | None:
        number = said.response.number
        found = differing(said.response, standing, self.file.columns.plan.fields, self.questions)
        if not found:
            return None
        path = f"{path_of(self.held.id)}/responses/{number}"
        zh = f"答卷 {number} 已经有了，与文件不同：{listed(found)}。导入不改已有的答卷；确实要更正的，请用 PUT {path}"
        message = Message(zh, f"Response {number} is there and says otherwise. Correct it by PUT {path}.")
        return RowProblem(said.row, self.file.columns.column(NUMBER.name), number, "response-exists", message)

    def _more(self, connection: Connection, same: Sequence[tuple[ResponseRow, Standing]]) -> list[Demand]:
        """Demands that are taken from responses which were there without them."""
        asking = [standing.row.id for each, standing in same if each.demands]
        there = demands_of(connection, asking)
        return [
            demand for each, standing in same for demand in _not_there(each, standing, there.get(standing.row.id, ()))
        ]

    def _count(
        self,
        rows: int,
        problems: Sequence[RowProblem],
        new: Sequence[ResponseRow],
        same: int,
        more: Sequence[Demand],
    ) -> None:
        tally, survey = self.tally, self.held.row
        tally.reject(sorted(problems, key=lambda each: each.row))
        tally.rows += rows
        tally.added += len(new)
        tally.unchanged += same
        tally.demands += sum(len(each.demands) for each in new) + len(more)
        for each in new:
            day = each.response.answered_on
            tally.strata[each.response.stratum] += 1
            if day and not (survey.held_from or day) <= day <= (survey.held_to or day):
                tally.outside_period += 1
            if each.asks_nothing:
                tally.note("asks-nothing", each.row)


def _not_there(said: ResponseRow, standing: Standing, there: Sequence[Record]) -> Iterator[Demand]:
    """What was redacted is not brought back."""
    redacted = {each.question for each in (*there, *standing.answers) if each.is_redacted}
    known = {(each.question, each.text_hash) for each in there}
    for each in said.demands:
        if each.question not in redacted and (each.question, text_hash(each.text)) not in known:
            yield replace(each, response_id=standing.row.id)


def _write(connection: Connection, into: Into, new: Sequence[ResponseRow], more: Sequence[Demand]) -> None:
    mine = {"survey_id": into.survey_id, "import_id": into.import_id}
    if new:
        connection.execute(insert(response), [{**each.response.columns, **mine} for each in new])
    ids = response_ids(connection, into.survey_id, (each.response.number for each in new))
    answers = [row for each in new for row in answer_rows(each.response, ids[each.response.number])]
    if answers:
        connection.execute(insert(answer), answers)
    asked = [replace(demand, response_id=ids[each.response.number]) for each in new for demand in each.demands]
    take_demands(connection, into, [*asked, *more])
