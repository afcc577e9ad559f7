"""Statements over what was imported, and over what an import is compared with."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from app.catalogue.reads import chunks
from app.db import Record
from app.demand.surveys.models import demand, response, survey_import
from app.demand.surveys.response_queries import answers_of
from app.errors import Message, NotFound


class SurveyImportNotFound(NotFound):
    slug, title = "survey-import-not-found", Message("没有这次导入", "No such import")


class Standing(NamedTuple):
    """A response that is there, with its answers."""

    row: Record
    answers: Sequence[Record]


class Unattributed(NamedTuple):
    """A demand of no response, as it is told from another."""

    question: str | None
    hash: str
    weight: int


def responses_numbered(connection: Connection, survey: int, numbers: Collection[str]) -> Mapping[str, Standing]:
    rows = [
        row
        for chunk in chunks(numbers)
        for row in connection.execute(
            select(response).where(response.c.survey_id == survey, response.c.number.in_(chunk))
        )
    ]
    answers = answers_of(connection, [row.id for row in rows])
    return {row.number: Standing(row, answers.get(row.id, ())) for row in rows}


def demands_of(connection: Connection, responses: Collection[int]) -> Mapping[int, Sequence[Record]]:
    """What comes from responses, by response: question, hash of the text, weight, whether it was redacted."""
    found: dict[int, list[Record]] = {}
    shown = (demand.c.response_id, demand.c.question, demand.c.text_hash, demand.c.weight, demand.c.is_redacted)
    for chunk in chunks(responses):
        for row in connection.execute(select(*shown).where(demand.c.response_id.in_(chunk))):
            found.setdefault(row.response_id, []).append(row)
    return found


def unattributed(
    connection: Connection, survey: int, hashes: Collection[str], but: int | None
) -> Counter[Unattributed]:
    """How many demands of no response there are with these texts, not counting those of an import."""
    others = [] if but is None else [demand.c.import_id.is_distinct_from(but)]
    whole = (demand.c.survey_id == survey, demand.c.response_id.is_(None), demand.c.part_of.is_(None), *others)
    key = (demand.c.question, demand.c.text_hash, demand.c.weight)
    found = Counter[Unattributed]()
    for chunk in chunks(hashes):
        rows = select(*key, func.count()).where(*whole, demand.c.text_hash.in_(chunk)).group_by(*key)
        found.update({Unattributed(*each[:3]): each[3] for each in connection.execute(rows)})
    return found


def add_import(connection: Connection, values: Mapping[str, object]) -> int:
    made = connection.execute(insert(survey_import).values(values).returning(survey_import.c.id))
    return int(made.scalar_one())


def keep_report(connection: Connection, number: int, report: Mapping[str, object]) -> None:
    connection.execute(update(survey_import).where(survey_import.c.id == number).values(report=report))


def get_import(connection: Connection, survey: int, number: int) -> Record:
    """Raises SurveyImportNotFound."""
    mine = (survey_import.c.survey_id == survey, survey_import.c.id == number)
    row = connection.execute(select(survey_import).where(*mine)).one_or_none()
    if row is None:
        zh = f"第 {survey} 号调查没有第 {number} 次导入。它的导入见 /v1/surveys/{survey}/imports。"
        raise SurveyImportNotFound(Message(zh, f"Survey {survey} has no import {number}."))
    return row


def imports_page(connection: Connection, survey: int, before: int | None, limit: int) -> tuple[Sequence[Record], int]:
    """`limit` + 1 imports, the newest first; and how many there are."""
    mine = survey_import.c.survey_id == survey
    page = select(survey_import).where(mine).order_by(survey_import.c.id.desc()).limit(limit + 1)
    if before is not None:
        page = page.where(survey_import.c.id < before)
    total = connection.execute(select(func.count()).select_from(survey_import).where(mine)).scalar_one()
    return connection.execute(page).all(), total
