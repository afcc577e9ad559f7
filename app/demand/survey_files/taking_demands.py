"""Rows of demands against those that are there: what a response asks for in the same words is the same demand.

Of rows without a response as many are taken for the same as there are demands of no response with their text, question
and weight: a file that is imported again doubles nothing, and one with more rows adds the rest.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from app.db import Record
from app.demand.survey_files.batches import Batch
from app.demand.survey_files.columns import NUMBER, WEIGHT
from app.demand.survey_files.demand_rows import DemandRow
from app.demand.survey_files.queries import Unattributed, demands_of, unattributed
from app.demand.survey_files.reading import SurveyFile
from app.demand.survey_files.response_rows import is_nothing
from app.demand.survey_files.tally import Tally
from app.demand.surveys.queries import Survey
from app.demand.surveys.response_queries import response_ids
from app.demand.surveys.taking import Into, take_demands
from app.errors import Message
from app.files.problems import RowProblem


class DemandTaker:
    """Takes the rows of a file, some at a time; without `into` it only looks what would become of them.

    `following` is the number of the next demand, `sample` how many enterprises were asked.
    """

    def __init__(
        self,
        held: Survey,
        file: SurveyFile,
        tally: Tally,
        into: Into | None = None,
        *,
        following: int,
        sample: int | None,
    ) -> None:
        self.held, self.file, self.tally, self.into = held, file, tally, into
        self.following, self.sample = following, sample
        self.taken = Counter[Unattributed]()

    def take(self, connection: Connection, batch: Batch) -> None:
        read = self._asking(batch.read)
        new, wrong = self._of_responses(connection, [each for each in read if each.number is not None])
        alone = self._of_none(connection, [each for each in read if each.number is None])
        news = sorted((*new, *alone), key=lambda each: each.row)
        problems = sorted((*batch.problems, *wrong), key=lambda each: each.row)
        self._count(batch.rows, problems, news)
        if self.into is not None:
            take_demands(connection, self.into, [each.demand for each in news])

    def _asking(self, read: Sequence[DemandRow]) -> list[DemandRow]:
        """All but those that say 无."""
        asking = []
        for each in read:
            if is_nothing(each.demand.text):
                self.tally.note("asks-nothing", each.row)
            else:
                asking.append(each)
        return asking

    def _of_responses(
        self, connection: Connection, read: Sequence[DemandRow]
    ) -> tuple[list[DemandRow], list[RowProblem]]:
        ids = response_ids(connection, self.held.id, {each.number for each in read if each.number is not None})
        there = demands_of(connection, ids.values())
        new, wrong = list[DemandRow](), list[RowProblem]()
        for each in read:
            response = ids.get(each.number or "")
            same = None if response is None else _same(each, there.get(response, ()))
            if response is None:
                wrong.append(self._no_response(each))
            elif same is None and _is_redacted(each, there.get(response, ())):
                self.tally.note("redacted", each.row)
            elif same is None:
                new.append(replace(each, demand=replace(each.demand, response_id=response)))
            elif same.weight != each.demand.weight:
                wrong.append(self._other_weight(each, same.weight))
        return new, wrong

    def _of_none(self, connection: Connection, read: Sequence[DemandRow]) -> list[DemandRow]:
        import_id = self.into.import_id if self.into else None
        there = unattributed(connection, self.held.id, {each.hash for each in read}, but=import_id)
        known, new = {each.hash for each in there}, []
        for each in read:
            key = Unattributed(each.demand.question, each.hash, each.demand.weight)
            self.taken[key] += 1
            if self.taken[key] <= there[key]:
                self.tally.note("taken-for-the-same", each.row)
                continue
            new.append(each)
            if each.hash in known:
                self.tally.note("same-text", each.row)
        return new

    def _no_response(self, said: DemandRow) -> RowProblem:
        zh = f"没有编号为 {said.number} 的答卷：请先导入答卷，或核对编号；不知道是哪份答卷的，这一格空着"
        message = Message(zh, f"There is no response {said.number}: import it first, or leave this empty.")
        return RowProblem(said.row, self.file.columns.column(NUMBER.name), said.number, "unknown-response", message)

    def _other_weight(self, said: DemandRow, there: int) -> RowProblem:
        weight = said.demand.weight
        zh = f"答卷 {said.number} 已有这条诉求，企业数是 {there}，文件写 {weight}：导入不改已有的诉求"
        message = Message(zh, f"Response {said.number} has this demand with weight {there}, not {weight}.")
        column = self.file.columns.column(WEIGHT.name)
        return RowProblem(said.row, column, str(weight), "demand-exists", message, str(there))

    def _count(self, rows: int, problems: Sequence[RowProblem], new: Sequence[DemandRow]) -> None:
        tally = self.tally
        for place, each in enumerate(new):
            number = self.following + tally.added + place
            tally.weigh(number, each.demand.weight, self.sample, of_one=each.number is not None)
        tally.reject(problems)
        tally.rows += rows
        tally.added += len(new)
        tally.demands += len(new)
        tally.unchanged += rows - len(new) - len({each.row for each in problems})


def _same(said: DemandRow, there: Sequence[Record]) -> Record | None:
    """A row that names no question says what a demand of any question says."""
    return next((each for each in _fitting(said, there) if each.text_hash == said.hash), None)


def _is_redacted(said: DemandRow, there: Sequence[Record]) -> bool:
    """Whether a row may say what was redacted, which is not brought back: nobody knows its words any more."""
    return any(each.is_redacted for each in _fitting(said, there))


def _fitting(said: DemandRow, there: Sequence[Record]) -> Iterator[Record]:
    question = said.demand.question
    return (each for each in there if question is None or each.question in (None, question))
