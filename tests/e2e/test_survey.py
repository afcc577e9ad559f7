"""What enterprises ask for, over HTTP from the file of a survey to its report: the figures follow what people judge."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.conftest import AFTER_THE_DEMO
from tests.e2e.people import hired, ok
from tests.imports.uploads import xlsx_file
from tests.jobs.desk import run_pending

DISTRICT = "990101"
ON = "2026-11-01"
SURVEY = {
    "title": "X区企业办事需求调查",
    "division_code": DISTRICT,
    "held_from": "2026-10-12",
    "held_to": "2026-10-30",
    "design": {
        "planned": 4,
        "zones": ["东片", "西片"],
        "strata": [
            {"key": "small", "label": "小微企业", "planned": 3, "size": ["1"]},
            {"key": "others", "label": "大中型企业", "planned": 1, "size": ["2", "3"]},
        ],
    },
    "questionnaire": {"template": "enterprise-2020"},
}
ANSWERED = ("问卷编号", "企业规模", "行业代码", "企业性质", "片区", "5", "15")
ANSWERS = (
    ("E-1", "小微企业", "H62", "个体工商户", "东片", "比较满意", "①③"),
    ("E-2", "小微企业", "F52", "私营企业", "东片", "非常满意", "1、4"),
    ("E-3", "小微企业", "L72", "私营企业", "西片", "一般", "2"),
    ("E-4", "中型企业", "C13", "私营企业", "西片", "非常满意", "①②④"),
)
WRONG = ("E-5", "小微企业", "C99", "私营企业", "南片", "很满意", "1、2、3、4")
ASKED = ("诉求", "企业数", "问卷编号")
DEMANDS: tuple[tuple[str, int, str | None], ...] = (
    ("食品经营许可证怎么办", 1, "E-1"),
    ("想卖烟，要办烟证", 1, "E-2"),
    ("会计师事务所执业许可", 1, "E-3"),
    ("食品生产许可", 1, "E-4"),
    ("取水许可", 3, None),
    ("公章刻制备案", 5, None),
    ("劳务派遣经营许可", 2, None),
    ("办事大厅停车难", 4, None),
    ("人力资源服务许可", 1, "E-3"),
    ("新三板挂牌", 2, None),
    ("道路货物运输经营许可", 6, None),
)
WEIGHT = sum(weight for _, weight, _ in DEMANDS)


@pytest.fixture(scope="module")
def researcher(admin: TestClient) -> TestClient:
    return hired(admin, "yanjiu", name="研究员", role="researcher")


@pytest.fixture(scope="module")
def survey(researcher: TestClient) -> str:
    return str(researcher.post("/v1/surveys", json=SURVEY).headers["Location"])


def take_in(researcher: TestClient, survey: str, kind: str, header: Sequence[str], *rows: Sequence[object]) -> Any:
    said = {"kind": kind, "dry_run": "false"}
    return researcher.post(f"{survey}/imports", files={"file": (f"{kind}.xlsx", xlsx_file(header, *rows))}, data=said)


def counted(report: Mapping[str, Any], by: list[str], weighted: str = "demands") -> Counter[str]:
    """Of each outcome how many, over the groups of a table."""
    found: Counter[str] = Counter()
    for row in next(table["rows"] for table in report["tables"] if table["by"] == by):
        found.update({figure["outcome"]: figure[weighted]["numerator"] for figure in row["figures"]})
    return found


def outcomes(found: Counter[str]) -> Counter[str]:
    """Without the sum of those that are met, and without those of which there are none."""
    return +Counter({name: count for name, count in found.items() if name != "met"})


def sum_of(found: Counter[str]) -> int:
    return outcomes(found).total()


def report_of(researcher: TestClient, survey: str, run: int) -> dict[str, Any]:
    return ok(researcher.get(f"{survey}/report", params={"run": run}))


@pytest.mark.one_database  # Each step of it is asked of both databases in tests/demand.
def test_from_the_file_to_the_report(district: FastAPI, researcher: TestClient, survey: str) -> None:
    refused = take_in(researcher, survey, "responses", ANSWERED, *ANSWERS, WRONG)
    assert refused.status_code == 422
    rules = {each["rule"] for each in refused.json()["errors"] if each["row"] == 6}
    assert rules == {"unknown-industry", "unknown-zone", "unknown-option", "too-many-options"}
    assert ok(researcher.get(survey))["responses"] == 0
    assert ok(take_in(researcher, survey, "responses", ANSWERED, *ANSWERS), 201)["added"] == len(ANSWERS)
    assert ok(take_in(researcher, survey, "demands", ASKED, *DEMANDS), 201)["added"] == len(DEMANDS)

    asked = researcher.post(f"{survey}/matching-runs", json={"as_of": ON, "semantic": False})
    run = ok(asked, 202)["id"]
    run_pending(district)
    before = report_of(researcher, survey, run)
    assert sum_of(counted(before, [])) == len(DEMANDS)
    assert sum_of(counted(before, [], "enterprises")) == WEIGHT

    judged = [verdict(researcher, number) for number in range(1, 11)]
    ok(researcher.post(f"{survey}/judgements", json=judged), 201)
    after = report_of(researcher, survey, run)
    last = ok(researcher.get(f"{survey}/report/demands", params={"run": run}))["items"][-1]
    assert last["decided_by"] == "run"
    wanted, weights = Counter([last["outcome"]]), Counter({last["outcome"]: DEMANDS[-1][1]})
    for (_, weight, _), each in zip(DEMANDS, judged, strict=False):
        outcome = outcome_of(researcher, each)
        wanted[outcome] += 1
        weights[outcome] += weight
    for by in ([], ["size"], ["industry"], ["zone"]):
        assert outcomes(counted(after, by)) == wanted
        assert outcomes(counted(after, by, "enterprises")) == weights
    assert report_of(researcher, survey, run)["tables"] == after["tables"]
    until = (AFTER_THE_DEMO - timedelta(seconds=1)).isoformat()
    earlier = ok(researcher.get(f"{survey}/report", params={"run": run, "judged_until": until}))
    assert counted(earlier, []) == counted(before, [])


def verdict(researcher: TestClient, number: int) -> dict[str, object]:
    """Of a demand that is written like an item: that this item meets it; of any other that none does."""
    text = DEMANDS[number - 1][0]
    said = "烟草专卖零售许可" if "烟证" in text else text.removesuffix("证怎么办")
    named = ok(researcher.get("/v1/items", params={"filter": f"name = '{said}'", "as_of": ON}))["items"]
    if not named:
        return {"demand": number, "verdict": "unmet"}
    return {"demand": number, "verdict": "better", "item": named[0]["code"]}


def outcome_of(researcher: TestClient, judged: Mapping[str, object]) -> str:
    if "item" not in judged:
        return "unmet"
    item = ok(researcher.get(f"/v1/items/{judged['item']}", params={"as_of": ON}))
    return "met_online" if item["is_online"] else "met_at_counter"
