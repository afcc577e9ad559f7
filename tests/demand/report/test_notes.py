"""What has to be known to read the figures stands beside them, in files too."""

import csv
from datetime import timedelta
from io import StringIO

from fastapi.testclient import TestClient

from tests.conftest import NOW
from tests.demand.report.market import Market
from tests.demand.report.walks import get
from tests.demand.written import a_demand, a_judgement, a_survey

EARLIER = NOW - timedelta(hours=1)


def test_of_a_day_before_the_catalogue_nothing_else_is_claimed(asked: Market, researcher: TestClient) -> None:
    """A run for that day would be refused, and nobody knows what its list had."""
    notes = get(researcher, asked.path, as_of="2016-05-01")["notes"]
    assert sum("本目录只记录了" in note for note in notes) == 1
    assert not any("POST" in note for note in notes)


def test_judgements_of_another_survey_are_told_apart(asked: Market, researcher: TestClient) -> None:
    """They hold for the same words; but whoever made them looked at other enterprises, or at none."""
    before = get(researcher, asked.path)["notes"]
    with asked.app.state.database.write() as connection:
        other = a_survey(connection, title="另一项调查")
        demand = a_demand(connection, other, 1, "补助什么时候发")
        a_judgement(connection, (other, demand), "补助什么时候发", "unmet", at=EARLIER)
    said = [each for each in get(researcher, asked.path)["notes"] if each not in before]
    assert said == ["1 条诉求的结论出自别的调查里对同样文字的判断，其中 1 条出自合成的演示调查，不是真实的判断。"]


def test_a_file_says_what_is_not_in_it(asked: Market, researcher: TestClient) -> None:
    with asked.app.state.database.write() as connection:
        a_demand(connection, asked.survey, 90, "办取水许可")
    rows = list(
        csv.DictReader(StringIO(researcher.get(asked.path, params={"format": "csv"}).text.removeprefix("\ufeff")))
    )
    assert all("有 1 条诉求是这次比对以后新增或拆分的，不在这份报告里" in row["note"] for row in rows)
