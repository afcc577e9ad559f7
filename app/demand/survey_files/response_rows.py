"""A row of a file as a response, with the demands that its answers hold. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.demand.matching.text import text_hash
from app.demand.survey_files.answers import AnswerReader, Answers
from app.demand.survey_files.cells import read_words
from app.demand.survey_files.columns import ANSWERED_ON, NUMBER, STRATUM
from app.demand.survey_files.reading import SurveyFile
from app.demand.survey_files.rows import Reading, read_code, total_row
from app.demand.surveys.asking import Demand
from app.demand.surveys.design import Design
from app.demand.surveys.misfits import Misfit
from app.demand.surveys.questions import ATTRIBUTE_NAMES, Attribute, Questionnaire
from app.demand.surveys.responding import Response, Stated, read_response
from app.demand.surveys.wording import misfits_of_demand
from app.errors import Message
from app.files.cleaning import as_compared, as_date
from app.files.problems import RowProblem
from app.files.rows import Row

# Answers in words that ask for nothing: where demands are taken from a question, none is made of them.
NOTHING = re.compile(
    r"(?:暂时?|目前)?(?:没有?|无)(?:任何)?(?:意见|建议|困难|需求|诉求|问题)*|不清楚|不知道|不了解|none|no|n/?a"
)
ENDING = "。.,，!！;；"


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """`demands` are without the response they come from; `asks_nothing` where an answer of a question of demands is 无."""

    row: int
    response: Response
    demands: tuple[Demand, ...] = ()
    asks_nothing: bool = False


class ResponseReader:
    """Reads the rows of a file one after the other; a number that comes again is wrong."""

    def __init__(self, questionnaire: Questionnaire, design: Design, file: SurveyFile) -> None:
        self.questionnaire, self.design, self.file = questionnaire, design, file
        self.strata = {as_compared(name): each.key for each in design.strata for name in (each.label, each.key)}
        self.answers = AnswerReader(questionnaire, file.columns)
        self.first: dict[str, int] = {}

    def read(self, row: Row) -> ResponseRow | list[RowProblem]:
        columns, headers = self.file.columns, self.file.table.headers
        reading = Reading(columns, row.number, columns.plan.values(row.cells))
        if problem := row.problem or total_row(columns, row, headers, reading.shown(NUMBER.name)):
            return [problem]
        number, answers = self._number(reading), self.answers.read(reading)
        enterprise = {str(name): self._attribute(reading, name) for name in ATTRIBUTE_NAMES}
        day, stratum = reading.cell(ANSWERED_ON.name, as_date), self._stratum(reading)
        stated = Stated(number, enterprise, answers.given, stratum, day)
        response, misfits = read_response(self.questionnaire, self.design, stated)
        for each in misfits:
            self._tell(reading, each, answers)
        if reading.problems:
            return reading.problems
        demands, asks_nothing = self._demands(response)
        return ResponseRow(row.number, response, demands, asks_nothing)

    def _number(self, reading: Reading) -> str:
        told = len(reading.problems)
        number = reading.cell(NUMBER.name, read_code)
        if number is None:
            if len(reading.problems) == told:
                reading.tell(
                    NUMBER.name, "missing", Message("没有填问卷编号", "The number of the response is missing.")
                )
            return ""
        first = self.first.setdefault(number, reading.row)
        if first != reading.row:
            zh = f"问卷编号 {number} 在第 {first} 行已经有了：一家企业只有一份答卷"
            reading.tell(NUMBER.name, "twice", Message(zh, f"Row {first} has the same number."))
        return number

    def _stratum(self, reading: Reading) -> str | None:
        named = reading.cell(STRATUM.name, read_words)
        return None if named is None else self.strata.get(as_compared(named), named)

    def _attribute(self, reading: Reading, name: Attribute) -> str | None:
        """By the options of the question about it, as they are numbered there, else as anywhere."""
        written = reading.cell(name, read_words)
        part = self.questionnaire.attributes.get(name)
        option = part.by_name.get(as_compared(written)) if part and written else None
        return option.code if option else written

    def _tell(self, reading: Reading, misfit: Misfit, answers: Answers) -> None:
        """At its column; of columns for each option, at the one that is meant."""
        head, *below = map(str, misfit.at)
        if head != "answers":
            reading.tell_misfit(head, misfit)
            return
        nth = int(below[1]) if below[1:] and below[1].isdecimal() else 0
        reading.tell_misfit(self.answers.column(below[0], nth, answers), misfit, is_piece=bool(below[1:]))

    def _demands(self, response: Response) -> tuple[tuple[Demand, ...], bool]:
        found: dict[tuple[str, str], Demand] = {}
        mapping, asks_nothing = self.file.mapping, False
        for said in response.answers:
            asks = self.questionnaire.asked[said.question].asks
            if said.text is None or said.choice or not (asks or said.question in mapping.demands):
                continue
            for piece in _pieces(said.text, mapping.split.get(said.question, ())):
                if any(misfits_of_demand(piece)) or (not asks and is_nothing(piece)):
                    asks_nothing = True
                else:
                    found.setdefault((said.question, text_hash(piece)), Demand(piece, 1, said.question))
        return tuple(found.values()), asks_nothing


def _pieces(text: str, separators: Sequence[str]) -> list[str]:
    pieces = [text]
    for separator in separators:
        pieces = [each for piece in pieces for each in piece.split(separator)]
    return [piece.strip() for piece in pieces if piece.strip()]


def is_nothing(text: str) -> bool:
    """Whether it says in words that nothing is asked for: 无, 没有意见, 不清楚."""
    return NOTHING.fullmatch(as_compared(text).rstrip(ENDING)) is not None
