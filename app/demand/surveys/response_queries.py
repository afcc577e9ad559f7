"""Statements about responses and their answers."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from app.catalogue.reads import chunks
from app.db import Record
from app.demand.surveys.industries import industries
from app.demand.surveys.models import answer, demand, response
from app.demand.surveys.questions import Attribute, Part
from app.errors import Message, NotFound


class ResponseNotFound(NotFound):
    slug, title = "response-not-found", Message("没有这份答卷", "No such response")


def get_response(connection: Connection, survey: int, number: str) -> Record:
    """Raises ResponseNotFound."""
    mine = (response.c.survey_id == survey, response.c.number == number)
    row = connection.execute(select(response).where(*mine)).one_or_none()
    if row is None:
        zh, en = f"第 {survey} 号调查里没有答卷 {number[:60]}。", f"Survey {survey} has no response {number[:60]!r}."
        raise ResponseNotFound(Message(zh, en), code=number[:100])
    return row


def response_ids(connection: Connection, survey: int, numbers: Iterable[str]) -> Mapping[str, int]:
    """The ids of those that there are, by number."""
    found: dict[str, int] = {}
    for chunk in chunks(numbers):
        mine = (response.c.survey_id == survey, response.c.number.in_(chunk))
        rows = connection.execute(select(response.c.number, response.c.id).where(*mine))
        found |= {row.number: row.id for row in rows}
    return found


def responses_page(
    connection: Connection, survey: int, wanted: Sequence[ColumnElement[bool]], after: int, limit: int
) -> tuple[Sequence[Record], int]:
    """`limit` + 1 responses after an id, in the order in which they came, and how many there are."""
    mine = (response.c.survey_id == survey, *wanted)
    page = select(response).where(*mine, response.c.id > after).order_by(response.c.id).limit(limit + 1)
    total = connection.execute(select(func.count()).select_from(response).where(*mine)).scalar_one()
    return connection.execute(page).all(), total


def is_of(name: Attribute, value: str) -> ColumnElement[bool]:
    """Whether a response is of an enterprise that is this; of an industry whoever is of one within it."""
    return _in_industry(value) if name == "industry" else response.c[name] == value


def _in_industry(code: str) -> ColumnElement[bool]:
    """Whether a response is of an industry within a right code, however its own is written."""
    section, digits = (code[0], code[1:]) if code[0].isalpha() else ("", code)
    if digits:
        written = (digits, f"{section or industries()[digits[:2]].section}{digits}")
        return or_(*(response.c.industry.startswith(each) for each in written))
    divisions = [each.code for each in industries().values() if each.section == section]
    return or_(response.c.industry.startswith(section), func.substr(response.c.industry, 1, 2).in_(divisions))


def has_answered(part: Part) -> ColumnElement[bool]:
    """Whether a response says something of a question; what the enterprise is stands in the response itself."""
    return _has_answer(part.key) if part.attribute is None else response.c[part.attribute].is_not(None)


def has_chosen(question: str, option: str) -> ColumnElement[bool]:
    return _has_answer(question, answer.c.choice == option)


def _has_answer(question: str, *such: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(answer.c.response_id == response.c.id, answer.c.question == question, *such)


def answers_of(connection: Connection, ids: Collection[int]) -> Mapping[int, list[Record]]:
    """The answers of responses in the order in which they were given, by response."""
    found: dict[int, list[Record]] = {}
    for chunk in chunks(ids):
        rows = select(answer).where(answer.c.response_id.in_(chunk)).order_by(answer.c.id)
        for row in connection.execute(rows):
            found.setdefault(row.response_id, []).append(row)
    return found


def demands_still_said(connection: Connection, response_id: int, question: str) -> Sequence[int]:
    """The numbers of demands from an answer of which the text is still there."""
    mine = (demand.c.response_id == response_id, demand.c.question == question, ~demand.c.is_redacted)
    return connection.execute(select(demand.c.number).where(*mine).order_by(demand.c.number)).scalars().all()
