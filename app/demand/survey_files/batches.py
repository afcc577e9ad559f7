"""What rows of a file say, some at a time; laid down beside the file where it will be asked again."""

import pickle
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any, Self, TypeAlias

from app.demand.survey_files.demand_rows import DemandReader, DemandRow
from app.demand.survey_files.reading import SurveyFile
from app.demand.survey_files.response_rows import ResponseReader, ResponseRow
from app.demand.surveys.queries import Survey
from app.files.problems import RowProblem

Said: TypeAlias = ResponseRow | DemandRow


@dataclass(frozen=True, slots=True)
class Batch:
    """`rows` is how many there are; `read` are the right ones, as far as one knows without the database."""

    rows: int
    read: Sequence[Any]
    problems: Sequence[RowProblem]


def batches(held: Survey, file: SurveyFile) -> Iterator[Batch]:
    of_responses = file.kind == "responses"
    reader = ResponseReader(held.questionnaire, held.design, file) if of_responses else DemandReader(file)
    for rows in file.chunks():
        said = [reader.read(row) for row in rows]
        problems = [problem for each in said if isinstance(each, list) for problem in each]
        yield Batch(len(rows), [each for each in said if not isinstance(each, list)], problems)


class Kept:
    """Batches on disk, to go through again without reading the file again, which takes several times as long."""

    def __init__(self) -> None:
        self._file: IO[bytes] = TemporaryFile(prefix="shixiang-rows-")  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def keeping(self, found: Iterable[Batch]) -> Iterator[Batch]:
        for batch in found:
            pickle.dump(batch, self._file, pickle.HIGHEST_PROTOCOL)
            yield batch

    def __iter__(self) -> Iterator[Batch]:
        end = self._file.tell()
        self._file.seek(0)
        while self._file.tell() < end:
            yield pickle.load(self._file)  # noqa: S301 - nobody else could write this file
