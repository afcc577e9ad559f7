"""A district with six items, and a survey of six enterprises with twelve demands that was matched with them once."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.access.service import NewKey, create_key
from app.db import Database
from app.demand.runs.models import matching_run
from app.demand.runs.rules import FOREIGN
from app.demand.surveys.models import demand, survey
from app.main import create_app
from app.settings import Settings
from seed import load
from tests.clients import Client
from tests.conftest import NOW
from tests.demand.written import a_demand, a_judgement, a_response, a_result, a_run, a_survey, item_ids
from tests.factories import department, item, publish

MARKET, PERMITS = "11440105MB2C93180X", "11440105MB2D01234Y"
RISKY = "=HYPERLINK(1)"
ELSEWHERE: Final[Mapping[str, Any]] = {
    "parts": [],
    "elsewhere": {"kind": "elsewhere", "granted_by": "省财政厅", "note": None},
    "unmatched": None,
}
NOTHING_SAID: Final[Mapping[str, Any]] = {"parts": [], "elsewhere": None, "unmatched": None}
UNREAD: Final[Mapping[str, Any]] = {"parts": [], "elsewhere": None, "unmatched": FOREIGN._asdict()}

# Number, size, industry, ownership, zone.
RESPONSES: Final = (
    ("Q1", "1", "F52", "3", "琶洲片区"),
    ("Q2", "1", "5241", "3", "赤岗片区"),
    ("Q3", "2", "C", "1", "琶洲片区"),
    ("Q4", "3", "I65", "2", "赤岗片区"),
    ("Q5", None, None, "3", None),
)
# Respondent, words, enterprises, zone of the run, code of the item that it put first, how likely.
DEMANDS: Final = (
    ("Q1", "开药店怎么办证", 5, "matched", "YD", 0.97),
    ("Q2", "开药店怎么办证", 3, "matched", "YD", 0.97),
    ("Q2", "餐馆开业要什么证", 2, "matched", "CY", 0.95),
    ("Q3", "办养老院", 1, "matched", "YL", 0.91),
    ("Q3", "会计师事务所执业许可", 4, "unmet", None, 0.05),
    ("Q4", "会计师事务所执业许可", 2, "unmet", None, 0.05),
    ("Q4", RISKY, 1, "unmet", None, 0.2),
    ("Q5", "补助什么时候发", 6, "review", "SB", 0.6),
    (None, "消防验收", 1, "review", None, None),
    (None, "开药店怎么办证", 2, "matched", "YD", 0.97),
)


@dataclass(frozen=True)
class Market:
    """The service with the survey; `survey` and `run` are their ids, `demands` those of DEMANDS by place."""

    app: FastAPI
    survey: int
    run: int
    demands: tuple[int, ...]
    items: dict[str, int]

    @property
    def database(self) -> Database:
        found: Database = self.app.state.database
        return found

    @property
    def path(self) -> str:
        return f"/v1/surveys/{self.survey}/report"

    def client(self, role: str = "researcher") -> TestClient:
        with self.database.write() as connection:
            key = create_key(connection, NewKey(f"{role} 陈静", role=role), NOW)  # type: ignore[arg-type]
        return Client(self.app, headers={"Authorization": f"Bearer {key}"}, raise_server_exceptions=False)

    def judge(self, place: int, verdict: str, code: str | None = None, **stated: Any) -> int:
        """Of the words of one of DEMANDS."""
        with self.database.write() as connection:
            about = (self.survey, self.demands[place]), DEMANDS[place][1], verdict
            return a_judgement(connection, *about, None if code is None else self.items[code], **stated)


def fill(url: str) -> None:
    """A migrated database with the lists and the survey, to be copied."""
    with closing(Database(url)) as database:
        load.reference(database)
        lists(database)
        surveyed(database)


@contextmanager
def market(url: str) -> Iterator[Market]:
    """The service on a copy of what was filled."""
    app = create_app(Settings(database_url=url, frozen_clock=NOW, four_eyes=False))
    with app.state.database.read() as connection:
        number = connection.execute(select(survey.c.id)).scalar_one()
        run = connection.execute(select(matching_run.c.id)).scalar_one()
        demands = connection.execute(select(demand.c.id).order_by(demand.c.number)).scalars().all()
        made = Market(app, number, run, tuple(demands), dict(item_ids(connection)))
    yield made
    app.state.database.close()


def lists(database: Database) -> None:
    publish(database, department(MARKET, name="海珠区市场监督管理局"), department(PERMITS, name="<b>海珠区民政局</b>"))
    publish(
        database,
        item("YD", name="药品经营许可（零售）核发", department_code=MARKET, is_online=True, start=date(2022, 1, 1)),
        item("CY", name="食品经营许可核发", department_code=MARKET, is_online=False),
        item("YL", name="养老机构备案", department_code=PERMITS, is_online=None),
        item("SB", name="企业稳岗补贴发放", department_code=PERMITS, is_online=True),
        item("GS", name="工伤认定", department_code=PERMITS, is_online=True),
        item("TS", name="特种设备使用登记", department_code=MARKET, is_online=True, status="2"),
        item("OLD", name="烟草专卖零售许可", department_code=MARKET, is_online=False, until=date(2021, 1, 1)),
    )


def surveyed(database: Database) -> None:
    with database.write() as connection:
        items = item_ids(connection)
        number = a_survey(connection, design={"zones": ["琶洲片区", "赤岗片区"]})
        asked = {
            name: a_response(connection, number, name, size=size, industry=industry, ownership=ownership, zone=zone)
            for name, size, industry, ownership, zone in RESPONSES
        }
        run = a_run(connection, number)
        for place, (respondent, text, weight, zone, code, chance) in enumerate(DEMANDS, 1):
            made = a_demand(connection, number, place, text, weight, response_id=respondent and asked[respondent])
            remarks = UNREAD if chance is None else ELSEWHERE if "会计" in text else NOTHING_SAID
            a_result(connection, run, made, zone, items.get(code or ""), chance, remarks=remarks)
