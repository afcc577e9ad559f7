"""What the thesaurus says of unmet demands: they divide by it, and what nobody could look at stands by itself."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.demand.runs.rules import FOREIGN, REDACTED
from tests.demand.report.market import Market
from tests.demand.report.walks import counted, everything, figure, get
from tests.demand.written import a_demand, a_judgement, a_result, a_run, a_survey


def test_unmet_demands_divide_by_what_the_thesaurus_says_of_them(report: dict[str, Any]) -> None:
    assert [(each["hint"], each["label"], *counted(each)) for each in report["unmet"]["hints"]] == [
        ("none", "没有提示", 1, 1),
        ("elsewhere", "由别处办理", 2, 6),
        ("not-a-request", "不是办事需求", 0, 0),
        ("abolished", "已取消，不再办理", 0, 0),
        ("forbidden", "法律法规禁止", 0, 0),
        ("not-compared", "没有比对过，无从提示", 0, 0),
    ]


@pytest.mark.parametrize("weight", ["demands", "enterprises"])
@pytest.mark.parametrize("bound", ["numerator", "value", "value_max"])
def test_the_parts_add_up_to_what_is_unmet_by_either_bound(report: dict[str, Any], weight: str, bound: str) -> None:
    parts, whole = report["unmet"]["hints"], figure(report, "unmet")
    assert sum(each[weight][bound] for each in parts) == pytest.approx(whole[weight][bound])
    assert {each[weight]["denominator"] for each in parts} == {whole[weight]["denominator"]}


KEPT: list[tuple[dict[str, Any] | None, str, str | None]] = [
    ({"kind": "not-a-request", "granted_by": "12345热线", "note": "服务意见"}, "not-a-request", "12345热线"),
    ({"kind": "abolished", "granted_by": None, "note": "2017年取消"}, "abolished", None),
    ({"kind": "forbidden", "granted_by": None, "note": None}, "forbidden", None),
    ({"granted_by": "省财政厅", "note": None}, "elsewhere", "省财政厅"),
    ({"granted_by": "不是办事需求", "note": "市场行情"}, "not-a-request", None),
    ({"granted_by": "已取消，不再办理", "note": None}, "abolished", None),
    ({"granted_by": "法律禁止", "note": None}, "forbidden", None),
    (None, "none", None),
]


def test_demands_are_listed_by_their_hint_whichever_version_recorded_it(asked: Market, researcher: TestClient) -> None:
    """Kinds were not told apart at first. A judgement decides what is unmet, and leaves the hint as it is."""
    with asked.database.write() as connection:
        of = a_survey(connection)
        run = a_run(connection, of)
        for number, (kept, *_) in enumerate(KEPT, 1):
            one = a_demand(connection, of, number, f"诉求{number}", weight=number)
            remarks: dict[str, Any] = {"parts": [], "elsewhere": kept, "unmatched": None}
            a_result(connection, run, one, "unmet" if number % 2 else "review", remarks=remarks)
            if number == 2:
                a_judgement(connection, (of, one), f"诉求{number}", "unmet")
    unmet = get(researcher, f"/v1/surveys/{of}/report")["unmet"]
    for each in unmet["hints"]:
        wanted = [number for number, (_, hint, _) in enumerate(KEPT, 1) if hint == each["hint"]]
        known = [number for number in wanted if number % 2 or number == 2]
        assert counted(each) == (len(known), sum(known))
        assert (each["demands"]["percent_max"], each["enterprises"]["percent_max"]) == (
            pytest.approx(100 * len(wanted) / 8, abs=0.01),
            pytest.approx(100 * sum(wanted) / 36, abs=0.01),
        )
        assert [one["number"] for one in everything(researcher, each["demands_url"] + "&limit=1")] == known
    told = everything(researcher, f"/v1/surveys/{of}/report/demands?limit=3")
    hints = [(one["elsewhere"] or {"kind": "none", "granted_by": None}) for one in told]
    assert [(each["kind"], each["granted_by"]) for each in hints] == [(kind, by) for _, kind, by in KEPT]
    several = f"/v1/surveys/{of}/report/demands?hint=none&hint=forbidden"
    assert [one["number"] for one in everything(researcher, several)] == [3, 7, 8]


def test_what_could_not_be_compared_is_not_among_those_without_a_hint(asked: Market, researcher: TestClient) -> None:
    """Of words that were redacted or foreign nobody knows whether the thesaurus would say anything of them."""
    unread = {1: REDACTED, 2: FOREIGN, 3: FOREIGN}
    with asked.database.write() as connection:
        of = a_survey(connection)
        run = a_run(connection, of)
        for number in (1, 2, 3, 4):
            one = a_demand(connection, of, number, f"permit {number}", weight=number, is_redacted=number == 1)
            why = unread.get(number)
            remarks: dict[str, Any] = {"parts": [], "elsewhere": None, "unmatched": why and why._asdict()}
            a_result(connection, run, one, "review" if why else "unmet", None, None if why else 0.1, remarks=remarks)
            if number in (1, 2):
                a_judgement(connection, (of, one), f"permit {number}", "unmet")
    report = get(researcher, f"/v1/surveys/{of}/report")
    hints, whole = {each["hint"]: each for each in report["unmet"]["hints"]}, figure(report, "unmet")
    assert (counted(hints["none"]), hints["none"]["demands"]["percent_max"]) == ((1, 4), 25)
    assert (counted(hints["not-compared"]), hints["not-compared"]["demands"]["percent_max"]) == ((2, 3), 75)
    assert (whole["demands"]["numerator"], whole["demands"]["percent_max"]) == (3, 100)
    assert [each["number"] for each in everything(researcher, hints["not-compared"]["demands_url"])] == [1, 2]
    listed = f"/v1/surveys/{of}/report/demands?hint="
    assert [each["number"] for each in everything(researcher, f"{listed}not-compared")] == [1, 2, 3]
    assert [each["number"] for each in everything(researcher, f"{listed}none")] == [4]
