"""A row of a file as a demand. Pure."""

from dataclasses import dataclass

from app.demand.matching.text import text_hash
from app.demand.survey_files.cells import read_words
from app.demand.survey_files.columns import NUMBER, QUESTION, TEXT, WEIGHT
from app.demand.survey_files.reading import SurveyFile
from app.demand.survey_files.rows import Reading, read_code, total_row
from app.demand.surveys.asking import Demand, read_demand
from app.errors import Message
from app.files.cleaning import as_compared, as_text, shown
from app.files.problems import RowProblem
from app.files.rows import Percent, Row

ENTERPRISES = ("家", "户", "个", "家企业", "户企业", "个企业")


@dataclass(frozen=True, slots=True)
class DemandRow:
    """`number` is that of the response it comes from, which may not be known."""

    row: int
    demand: Demand
    number: str | None = None

    @property
    def hash(self) -> str:
        return text_hash(self.demand.text)


class DemandReader:
    """Reads the rows of a file one after the other; what a response asks for in the same words again is wrong."""

    def __init__(self, file: SurveyFile) -> None:
        self.file = file
        self.said: dict[tuple[str, str], dict[str | None, int]] = {}

    def read(self, row: Row) -> DemandRow | list[RowProblem]:
        columns = self.file.columns
        reading = Reading(columns, row.number, columns.plan.values(row.cells))
        if problem := row.problem or total_row(columns, row, self.file.table.headers):
            return [problem]
        text, question = reading.cell(TEXT.name, as_text), reading.cell(QUESTION.name, read_words)
        weight, number = reading.cell(WEIGHT.name, read_weight_cell), reading.cell(NUMBER.name, read_code)
        if reading.problems:
            return reading.problems
        demand, misfits = read_demand(self.file.headers.questionnaire, text or "", weight, self._key(question))
        for each in misfits:
            reading.tell_misfit(str(each.at[0]), each)
        found = DemandRow(reading.row, demand, number)
        self._check(reading, found)
        return reading.problems or found

    def _key(self, question: str | None) -> str | None:
        meant = None if question is None else self.file.headers.meant(question)
        return question if meant is None else meant.part.key

    def _check(self, reading: Reading, found: DemandRow) -> None:
        """A row that names no question may say what another one says of any."""
        if found.number is None or reading.problems:
            return
        question = found.demand.question
        said = self.said.setdefault((found.number, found.hash), {})
        before = [row for key, row in said.items() if key == question or None in (key, question)]
        if before:
            zh = f"答卷 {found.number} 的这条诉求在第 {before[0]} 行已经有了"
            reading.tell(TEXT.name, "twice", Message(zh, f"Row {before[0]} says the same of response {found.number}."))
        said[question] = found.row


def read_weight_cell(cell: object) -> object:
    """3 of 3, ３, 3家. Raises CellProblem."""
    if isinstance(cell, Percent):
        return shown(cell)
    text = read_words(cell)
    if text is None or not isinstance(cell, str):
        return cell if isinstance(cell, int | float) and text is not None else text
    written = as_compared(text)
    unit = next((each for each in sorted(ENTERPRISES, key=len, reverse=True) if written.endswith(each)), "")
    return written.removesuffix(unit)
