"""Responses and demands are taken in, all that come together or none; what is written as asked for becomes a demand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from app.demand.matching.text import text_hash
from app.demand.surveys.asking import Demand
from app.demand.surveys.models import answer, demand, response
from app.demand.surveys.questions import Questionnaire
from app.demand.surveys.responding import Response
from app.demand.surveys.response_queries import response_ids


@dataclass(frozen=True, slots=True)
class Into:
    """The survey that takes something in, and the import that brings it."""

    survey_id: int
    import_id: int | None = None


def take_responses(
    connection: Connection, into: Into, questionnaire: Questionnaire, responses: Sequence[Response]
) -> int:
    """Writes right responses whose numbers are free. Returns how many demands came with them."""
    mine = {"survey_id": into.survey_id, "import_id": into.import_id}
    connection.execute(insert(response), [{**each.columns, **mine} for each in responses])
    ids = response_ids(connection, into.survey_id, (each.number for each in responses))
    rows = [row for each in responses for row in answer_rows(each, ids[each.number])]
    if rows:
        connection.execute(insert(answer), rows)
    demands = [each for one in responses for each in demands_in(one, ids[one.number], questionnaire)]
    take_demands(connection, into, demands)
    return len(demands)


def answer_rows(each: Response, response_id: int) -> Iterator[dict[str, object]]:
    for said in each.answers:
        values = {"question": said.question, "choice": said.choice, "number": said.number, "text": said.text}
        yield {"response_id": response_id, "is_redacted": False, **values}


def demands_in(each: Response, response_id: int, questionnaire: Questionnaire) -> Iterator[Demand]:
    """What one enterprise writes where a question asks for a service."""
    for said in each.answers:
        if said.text is not None and questionnaire.asked[said.question].asks:
            yield Demand(said.text, 1, said.question, response_id)


def take_demands(connection: Connection, into: Into, demands: Sequence[Demand]) -> range:
    """Writes right demands under the next numbers of the survey, which it returns."""
    first = next_number(connection, into.survey_id)
    numbers = range(first, first + len(demands))
    if demands:
        rows = [demand_row(into, each, number) for each, number in zip(demands, numbers, strict=True)]
        connection.execute(insert(demand), rows)
    return numbers


def next_number(connection: Connection, survey_id: int) -> int:
    last = select(func.coalesce(func.max(demand.c.number), 0)).where(demand.c.survey_id == survey_id)
    return int(connection.execute(last).scalar_one()) + 1


def demand_row(into: Into, each: Demand, number: int) -> dict[str, object]:
    return {
        "survey_id": into.survey_id,
        "import_id": into.import_id,
        "number": number,
        "response_id": each.response_id,
        "question": each.question,
        "text": each.text,
        "text_hash": text_hash(each.text),
        "weight": each.weight,
        "part_of": each.part_of,
        "is_split": False,
        "is_redacted": False,
    }
