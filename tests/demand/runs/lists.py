"""Lists of a district with real names, a survey of what its enterprises ask for, and a run over it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.access.service import NewKey, create_key
from app.db import Database
from app.demand.matching.text import text_hash
from tests.clients import Client
from tests.conftest import NOW
from tests.demand.written import a_demand, a_survey
from tests.factories import department, item, publish
from tests.jobs.desk import run_pending

LISTED = {
    "SP-1": "食品经营许可",
    "SP-2": "食品生产许可",
    "SP-3": "食品经营许可证延续",
    "GS-1": "公司注销登记",
    "GS-2": "公司变更登记",
    "JZ-1": "建筑工程施工许可证核发",
    "SB-1": "企业职工基本养老保险关系转移接续",
    "WS-1": "公共场所卫生许可",
}
TEXTS = (
    "食品经营许可证延续",
    "想把公司注销了，怎么办",
    "会计师事务所执业许可",
    "！！！",
    "办施工许可",
    "食品经营许可证 延续！",
)
LEAVES = len(TEXTS)


def publish_lists(database: Database) -> None:
    online = {code: code != "JZ-1" for code in LISTED}
    stated = [item(code, name=name, is_online=online[code]) for code, name in LISTED.items()]
    suspended = item("HW-1", name="户外广告设置许可", status="2")
    elsewhere = item("TH-1", name="烟草专卖零售许可证核发", division_code="440106", department_code="TH-MZ")
    tianhe = department("TH-MZ", name="天河区市场监督管理局", division_code="440106")
    publish(database, department(), tianhe, *stated, suspended, elsewhere)


def ask_for(database: Database, *texts: str, **stated: Any) -> int:
    """A survey with these demands, the n-th of n enterprises."""
    with database.write() as connection:
        survey = a_survey(connection, **stated)
        for number, text in enumerate(texts, 1):
            a_demand(connection, survey, number, text, weight=number, text_hash=text_hash(text), question="q10.item")
    return survey


def researcher_of(application: FastAPI, name: str = "研究员 周宁") -> TestClient:
    with application.state.database.write() as connection:
        key = create_key(connection, NewKey(name, "researcher"), NOW)
    return Client(application, headers={"Authorization": f"Bearer {key}"}, raise_server_exceptions=False)


def one(researcher: TestClient, path: str, status: int = 200) -> dict[str, Any]:
    answer = researcher.get(path)
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


def run(researcher: TestClient, survey: int, **asked: object) -> str:
    """The address of a run that has ended."""
    answer = researcher.post(f"/v1/surveys/{survey}/matching-runs", json=asked)
    assert answer.status_code == 202, answer.text
    run_pending(researcher.app)  # type: ignore[arg-type]
    return str(answer.headers["Location"])


def results(researcher: TestClient, path: str, query: str = "") -> list[dict[str, Any]]:
    answer = researcher.get(f"{path}/results{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def judge(researcher: TestClient, survey: int, *said: dict[str, Any], status: int = 201) -> Any:
    body = list(said) if len(said) > 1 else said[0]
    answer = researcher.post(f"/v1/surveys/{survey}/judgements", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def codes(hits: Sequence[dict[str, Any]]) -> list[str]:
    return [hit["code"] for hit in hits]


START = date(2020, 1, 1)
