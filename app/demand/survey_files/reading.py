"""A file of responses or of demands, opened for a survey: its columns are known, its rows come some at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from app.catalogue.reads import chunks
from app.catalogue.workbook.layout import HELP
from app.demand.survey_files.columns import (
    OF_DEMANDS,
    OF_RESPONSES,
    Columns,
    demand_columns,
    expected_names,
    response_columns,
)
from app.demand.survey_files.headers import Headers
from app.demand.survey_files.mapping import SurveyMapping, read_survey_mapping
from app.demand.surveys.queries import Survey
from app.errors import Message
from app.files.mapping import read_mapping
from app.files.remarks import Remark
from app.files.rows import Limits, Row
from app.files.sheet_remarks import sheet_remarks, sheets_not_read
from app.files.tables import Expected, Table, open_table
from app.files.unread_sheets import filled_sheets

Kind: TypeAlias = Literal["responses", "demands"]
SHEETS: Final = {"responses": "答卷", "demands": "诉求"}
ROWS_AT_ONCE = 500
NOT_TAKEN = Message(
    "里面的行没有导入。也要导入的，把它的行复制到读的这张表里，或另存成一个文件再导入；不用导入的，不用改。",
    "none of its rows were taken. Copy them onto the sheet that is read if they are meant.",
)


@dataclass(frozen=True, slots=True)
class SurveyFile:
    """`remarks` are of the file as a whole."""

    kind: Kind
    table: Table
    columns: Columns
    headers: Headers
    mapping: SurveyMapping
    remarks: tuple[Remark, ...]

    def chunks(self) -> Iterator[list[Row]]:
        """Its rows, a statement's worth at a time."""
        return chunks(self.table, ROWS_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Source:
    """What is said of a file: what its sender calls it, what its rows are, and the mapping as TOML."""

    name: str
    kind: Kind
    mapping: str | None = None


def open_file(path: Path, source: Source, held: Survey, limits: Limits) -> SurveyFile:
    """Raises a BadFile where nothing can be taken from it."""
    headers = Headers(held.questionnaire)
    mapping = _mapping(source, held)
    names = (
        expected_names(OF_RESPONSES, held.questionnaire) if source.kind == "responses" else expected_names(OF_DEMANDS)
    )
    expected = Expected({*names, *mapping.columns.columns}, SHEETS[source.kind])
    table = open_table(path, source.name, limits, expected)
    if source.kind == "responses":
        columns = response_columns(table, headers, mapping)
    else:
        columns = demand_columns(table, mapping.columns)
    remarks = (*sheet_remarks(table, columns.plan), *_not_read(path, table, limits, expected), *columns.remarks)
    return SurveyFile(source.kind, table, columns, headers, mapping, remarks)


def _mapping(source: Source, held: Survey) -> SurveyMapping:
    if source.kind == "responses":
        return read_survey_mapping(source.mapping, held.questionnaire)
    return SurveyMapping(read_mapping(source.mapping or ""))


def _not_read(path: Path, table: Table, limits: Limits, expected: Expected) -> Iterator[Remark]:
    others = [name for name in table.other_sheets if name != HELP]
    if filled := list(filled_sheets(path, others, limits, expected.names)):
        yield sheets_not_read(filled, NOT_TAKEN)
