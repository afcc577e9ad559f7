"""A survey of eight enterprises with the shipped questionnaire, one of which only figures were published, and a researcher."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.demand.surveys.templates import templates
from app.main import create_app
from app.settings import Settings
from tests.conftest import NOW, NewDatabase
from tests.demand.answers import Filled, Given, fill_in
from tests.demand.written import a_survey
from tests.jobs.desk import keyed

QUESTIONNAIRE = templates()["enterprise-2020"].kept
TEXTS = ("q14", "q18")
ZONES = ["经济技术开发区", "宿城经济开发区", "宿豫高新技术开发区"]
STRATA = [{"key": "small", "label": "小微企业", "planned": 15, "size": ["1"]}]


def filled(number: str, enterprise: tuple[str | None, str | None, str | None, str | None], **answers: Given) -> Filled:
    """An enterprise by size, industry, ownership and zone; `q8_days` is q8.days."""
    stated = dict(zip(("size", "industry", "ownership", "zone"), enterprise, strict=True))
    return Filled(number, stated, {name.replace("_", "."): given for name, given in answers.items()})


EIGHT = (
    filled("001", ("1", "C13", "3", ZONES[0]), q4="1", q5="1", q15=["1", "4"], q8_days=3, q18="希望减少材料"),
    filled("002", ("1", "13", "3", ZONES[0]), q4="1", q5="2", q15=["1"], q8_days=5, q18=None),
    filled("003", ("1", "1311", "4", ZONES[1]), q4="1", q5="2", q15=["1", "3", "4"], q8_days=1),
    filled("004", ("1", "F", None, ZONES[1]), q4="2"),
    filled("005", ("2", "F51", "3", ZONES[2]), q4="1", q5="1", q15=["2"], q8_days=5, q7=("4", "=登录总是掉线")),
    filled("006", ("2", "6510", "2", ZONES[2]), q4="1", q5="4", q8_days=20, q7=("4", None), q18="=一次说清要什么"),
    filled("007", ("3", None, "1", None), q4="1", q5="2", q15=["1", "2"], q8_days=5),
    filled("008", (None, "C", "3", ZONES[0]), q4="2"),
)
# Of one question the shares were printed, which add up to 104.6 %, of the others counts.
SHARES = {"1": 88.2, "2": 15.7, "3": 0.7}
OVER = {"q6": {"1": 12}}  # Of ten, as it was printed.
COUNTS = {**OVER, "q15": {"1": 8, "2": 6, "3": 4}, "q4": {"1": 8, "2": 2}}
PUBLISHED: list[dict[str, Any]] = [
    *({"question": "q1", "option": code, "share": share, "base": 153} for code, share in SHARES.items()),
    *(
        {"question": question, "option": code, "respondents": count, "base": 10}
        for question, counts in COUNTS.items()
        for code, count in counts.items()
    ),
]


@dataclass(frozen=True)
class Desk:
    """A researcher, and the numbers of the surveys: of responses, and as published."""

    client: TestClient
    answered: int
    published: int

    def tabulation(self, query: str, survey: int | None = None) -> dict[str, Any]:
        answer = self.client.get(f"/v1/surveys/{survey or self.answered}/tabulation?{query}")
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def responses(self, url: str) -> int:
        """How many there are at an address."""
        total: int = self.client.get(url).json()["total"]
        return total


@pytest.fixture(scope="module")
def surveyed(database_kind: str, migrated_url: Callable[[str], str], new_database: NewDatabase) -> Iterator[FastAPI]:
    app = create_app(Settings(database_url=new_database(database_kind, migrated_url(database_kind)), frozen_clock=NOW))
    yield app
    app.state.database.close()


@pytest.fixture(scope="module")
def desk(surveyed: FastAPI) -> Desk:
    told = {"questionnaire": QUESTIONNAIRE, "is_synthetic": False}
    with surveyed.state.database.write() as connection:
        answered = a_survey(connection, **told, design={"zones": ZONES, "strata": STRATA})
        fill_in(connection, answered, EIGHT, TEXTS)
        published = a_survey(connection, **told, title="2016 年企业调查", published=PUBLISHED)
        another = a_survey(connection, **told, title="另一次调查", design={"zones": ZONES})
        fill_in(connection, another, [filled("001", ("1", "C13", "3", ZONES[0]), q5="5", q8_days=99)], TEXTS)
    return Desk(keyed(surveyed, "研究员 周", "researcher"), answered, published)
