"""Three items, and what twelve enterprises that came for them met with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Connection

from app.catalogue.objects import INTEGRATED_MATTER
from app.demand.surveys.templates import templates
from app.main import create_app
from app.settings import Settings
from seed import load
from tests.conftest import NOW, NewDatabase
from tests.demand.answers import Filled, Given, fill_in
from tests.demand.written import a_demand, a_judgement, a_result, a_run, a_survey, item_ids
from tests.factories import CIVIL_AFFAIRS, DIVISION, amend, department, draft, item, publish
from tests.jobs.desk import app_of, keyed

SURVEY_ENDS, LATER = date(2020, 12, 8), date(2024, 1, 1)
NAME = "q10.item"
# Online and at one window, in five days and for nothing.
REGISTRATION: dict[str, Any] = {
    "name": "企业设立登记",
    "is_online": True,
    "onsite_visits": 1,
    "promised_limit": 5,
    "promised_limit_unit": "1",
    "is_fee": False,
    "online_depths": ["1", "4"],
    "accepts_at_comprehensive_window": True,
    "materials": [{"name": "设立登记申请书", "material_format": "3"}],
}
# At the counter of each department; its limit is in calendar days.
LICENCE: dict[str, Any] = {
    "name": "食品经营许可",
    "is_online": False,
    "onsite_visits": 2,
    "promised_limit": 10,
    "promised_limit_unit": "2",
    "is_fee": True,
    "fees": [{"name": "工本费", "standard": "10 元/证"}],
    "online_depths": ["1"],
    "accepts_at_comprehensive_window": False,
    "joint_departments": "消防救援大队",
    "materials": [{"name": "租赁合同", "material_format": "1"}],
}
# It says nothing, but a matter gets its only material by sharing.
RECORD: dict[str, Any] = {"name": "养老机构备案", "materials": [{"name": "营业执照"}]}
MATTER = {
    "name": "养老一件事",
    "division_code": DIVISION,
    "department_code": CIVIL_AFFAIRS,
    "members": [{"code": "RECORD"}, {"code": "LICENCE"}],
    "shared_materials": ["营业执照 "],
}


def came(number: str, visits: float | None, days: float | None, fee: float | None, again: str, paper: str) -> Filled:
    """What an enterprise answered; "" is no answer."""
    said: dict[str, Given] = {"q10.visits": visits, "q8.days": days, "q8.fee": fee, "q12": again, "q13": paper}
    return Filled(number, answers={key: given for key, given in said.items() if given not in (None, "")})


# For the registration, the licence, the record; then those of which nobody knows what they came for.
CAME = {
    "R": [
        came("R-1", 1, 5, 0, "1", "2"),
        came("R-2", 3, 7, 0, "2", "1"),
        came("R-3", 0, 3, 80, "3", "2"),
        came("R-4", 2, None, None, "", ""),
    ],
    "L": [came("L-1", 2, 12, 10, "2", "1"), came("L-2", 4, 30, 0, "1", "1")],
    "F": [came("F-1", 1, 1, 0, "2", "1")],
    "N": [came(number, 9, 99, 999, "2", "1") for number in ("N-1", "N-2", "N-3", "N-4", "N-5")],
}


@dataclass(frozen=True)
class Desk:
    """A researcher, and the survey."""

    client: TestClient
    survey: int
    run: int

    def asked(self, query: str = "") -> dict[str, Any]:
        answer = self.client.get(f"/v1/surveys/{self.survey}/experience?{query}")
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def refused(self, query: str, survey: int | None = None) -> tuple[int, str, str]:
        answer = self.client.get(f"/v1/surveys/{survey or self.survey}/experience?{query}")
        told = answer.json()
        return answer.status_code, told["type"].removeprefix("/problems/"), told["detail"]


def catalogue(app: FastAPI) -> None:
    load.reference(app.state.database)
    items = (item("REGISTRATION", **REGISTRATION), item("LICENCE", **LICENCE), item("RECORD", **RECORD))
    publish(app.state.database, department(), *items, draft("create", "YJS-1", MATTER, kind=INTEGRATED_MATTER))
    publish(app.state.database, amend("REGISTRATION", LATER, onsite_visits=3, promised_limit=1))


def surveyed(connection: Connection, **stated: Any) -> int:
    told = {"questionnaire": templates()["enterprise-2020"].kept, "is_synthetic": False}
    return a_survey(connection, **{**told, "held_from": date(2020, 11, 20), "held_to": SURVEY_ENDS, **stated})


def answered(connection: Connection, survey: int) -> int:
    """The run that found the items of the responses, but for one that was judged."""
    ids, found = item_ids(connection), a_run(connection, survey)
    numbers = iter(range(1, 100))

    def named(response: int, text: str, **stated: Any) -> int:
        about = {"response_id": response, "question": NAME}
        return a_demand(connection, survey, next(numbers), text, **{**about, **stated})

    responses = {kind: fill_in(connection, survey, each) for kind, each in CAME.items()}
    for kind, code in {"R": "REGISTRATION", "L": "LICENCE"}.items():
        for response in responses[kind]:
            a_result(connection, found, named(response, f"办{code}"), "matched", ids[code])
    judged = named(responses["F"][0], "养老院怎么备案")
    a_result(connection, found, judged, "review", ids["LICENCE"])
    a_judgement(connection, (survey, judged), "养老院怎么备案", "better", ids["RECORD"])
    _ = responses["N"][0]  # It names nothing, though it asks for something elsewhere.
    a_demand(connection, survey, next(numbers), "少交材料", response_id=responses["N"][0], question="q18")
    a_result(connection, found, named(responses["N"][1], "盖章"), "review", ids["LICENCE"])
    a_result(connection, found, named(responses["N"][2], "会计师事务所执业许可"), "unmet")
    whole = named(responses["N"][3], "登记和许可", is_split=True)
    a_result(connection, found, whole, "matched", ids["REGISTRATION"])
    for text, code in (("设立登记", "REGISTRATION"), ("食品许可", "LICENCE")):
        part = named(responses["N"][3], text, part_of=whole)
        a_result(connection, found, part, "matched", ids[code])
    named(responses["N"][4], "企业开办")
    return found


@pytest.fixture(scope="module")
def researcher(
    database_kind: str, migrated_url: Callable[[str], str], new_database: NewDatabase
) -> Iterator[TestClient]:
    """With the items, and no survey yet."""
    app = create_app(Settings(database_url=new_database(database_kind, migrated_url(database_kind)), frozen_clock=NOW))
    catalogue(app)
    yield keyed(app, "研究员 周", "researcher")
    app.state.database.close()


@pytest.fixture(scope="module")
def desk(researcher: TestClient) -> Desk:
    with app_of(researcher).state.database.write() as connection:
        survey = surveyed(connection)
        return Desk(researcher, survey, answered(connection, survey))
