"""Statements about demands."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, func, literal, select
from sqlalchemy.types import Text

from app.catalogue.reads import chunks
from app.catalogue.search import Place
from app.db import Record, Statement
from app.demand.surveys.models import demand, response
from app.errors import Message, NotFound

WHOLE = demand.alias("whole")


class DemandNotFound(NotFound):
    slug, title = "demand-not-found", Message("没有这条诉求", "No such demand")


def get_demand(connection: Connection, survey: int, number: int) -> Record:
    """Raises DemandNotFound."""
    mine = (demand.c.survey_id == survey, demand.c.number == number)
    row = connection.execute(_shown().where(*mine)).one_or_none()
    if row is None:
        zh = f"第 {survey} 号调查里没有第 {number} 条诉求。"
        raise DemandNotFound(Message(zh, f"Survey {survey} has no demand {number}."))
    return row


def demands_page(
    connection: Connection, survey: int, wanted: Sequence[ColumnElement[bool]], after: int, limit: int
) -> tuple[Sequence[Record], int]:
    """`limit` + 1 demands after a number, and how many there are."""
    mine = (demand.c.survey_id == survey, *wanted)
    page = _shown().where(*mine, demand.c.number > after).order_by(demand.c.number).limit(limit + 1)
    counted = select(func.count()).select_from(demand.outerjoin(response)).where(*mine)
    return connection.execute(page).all(), connection.execute(counted).scalar_one()


def saying(words: str) -> list[ColumnElement[bool]]:
    """Whether a demand has all of the words, which blanks separate."""
    return [Place(demand.c.text, literal(word, Text())) > 0 for word in words.split()]


def demands_numbered(connection: Connection, survey: int, numbers: Collection[int]) -> Sequence[Record]:
    """In order of number."""
    mine = (demand.c.survey_id == survey, demand.c.number.in_(numbers))
    return connection.execute(_shown().where(*mine).order_by(demand.c.number)).all()


def parts_of(connection: Connection, ids: Collection[int]) -> Mapping[int, list[int]]:
    """The numbers of what each was split into, by id."""
    found: dict[int, list[int]] = {}
    for chunk in chunks(ids):
        rows = select(demand.c.part_of, demand.c.number).where(demand.c.part_of.in_(chunk)).order_by(demand.c.number)
        for row in connection.execute(rows):
            found.setdefault(row.part_of, []).append(row.number)
    return found


def _shown() -> Statement:
    """With the number of its response, and the number of what it is a part of in place of the id."""
    own = [each for each in demand.c if each.name != "part_of"]
    joined = demand.outerjoin(response, response.c.id == demand.c.response_id).outerjoin(
        WHOLE, WHOLE.c.id == demand.c.part_of
    )
    return select(*own, response.c.number.label("response"), WHOLE.c.number.label("part_of")).select_from(joined)
