"""The ready-made reports: that they can be made, and that the district's says what was published of it."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from app.access.service import NewKey, create_key
from app.metrics.definitions import checked, metrics
from app.metrics.reports.answers import Templates
from app.metrics.reports.templates import Place, Section, Sentence, Template, check, templates
from app.metrics.reports.workbook import SENTENCES
from tests.conftest import AFTER_THE_DEMO, copied
from tests.metrics.reports.desk import frozen, total, verified

pytestmark = pytest.mark.one_database

PUBLISHED = {
    "行政许可事项": 259,
    "中央层面设定的行政许可事项": 245,
    "地方层面设定的行政许可事项": 14,
    "已划转的行政许可事项": 143,
    "划转批次": 3,
    "划出事项的部门": 13,
    "划转事项的办件": 2658,
    "一件事": 12,
    "容缺事项清单批次": 2,
    "可容缺受理事项": 50,
    "通办协议事项（项次）": 1085,
    "网上办理的投资项目立项": 429,
    "网上办理的企业注册登记": 627,
    "网上办理的企业变更登记": 1113,
    "网上办理的企业注销登记": 315,
    "进驻大厅的单位": 29,
    "办事窗口": 75,
    "进驻大厅集中办理的事项": 1428,
    "在用事项": 1428,
    "办件总数": 105865,
    "网上可办事项": 1263,
    "最多跑一次事项": 1373,
}


def test_every_place_is_of_a_metric_that_there_is() -> None:
    assert {place.metric for template in templates().values() for place in template.places} <= metrics().keys()
    assert set(PUBLISHED) <= {place.label for place in templates()["district"].places}


def test_a_template_that_makes_no_sense_is_not_loaded() -> None:
    def one(text: str, *places: Place, absent: str | None = None) -> Template:
        section = Section(title="一", sentences=(Sentence(text=text, places=places, absent=absent),))
        return Template(key="x", name="x", about="x", source="x", sections=(section,))

    rate = Place(name="rate", metric="online_rate", label="网办率")
    check(one("{within} {rate}", rate))
    for wrong in (one("没有数字", rate), one("{rat}", rate), one("没有数字"), one("{rate}", rate, absent="不知道")):
        with pytest.raises(ValueError, match="x: "):
            check(wrong)
    with pytest.raises(Exception, match="onlin"):
        check(one("{a}", Place(name="a", metric="online_rate", label="a", filter="onlin = true")))


@pytest.fixture(scope="module")
def district(demo_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A copy of the demonstration, as somebody who may freeze reports."""
    copy: Path = tmp_path_factory.mktemp("reports") / "shixiang.db"
    with copied(demo_url, copy) as client:
        with client.app.state.database.write() as connection:  # type: ignore[attr-defined]  # a FastAPI
            key = create_key(connection, NewKey("审批局 王敏"), AFTER_THE_DEMO)
        client.headers["Authorization"] = f"Bearer {key}"
        yield client


def places_of(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [place for section in report["sections"] for each in section["sentences"] for place in each["places"]]


def shown(report: dict[str, Any], place: dict[str, Any]) -> Any:
    """The number of a place: the value of its figure, a part of it, or that of its group."""
    rows = report["figures"][place["figure"] - 1]["values"]
    (row,) = [each for each in rows if place["group"] in (None, *each["group"].values())]
    return row[place["part"] or "value"]


@pytest.fixture(scope="module")
def report(district: TestClient) -> dict[str, Any]:
    asked = {"key": "district", "within": "990101", "as_of": "2024-06-30", "period": "2024-01..2024-06"}
    return frozen(district, title="X区政务服务事项情况", template=asked)


def test_the_districts_report_says_what_was_published(district: TestClient, report: dict[str, Any]) -> None:
    values = {place["label"]: shown(report, place) for place in places_of(report)}
    assert values.items() >= PUBLISHED.items()
    assert values["按期办结率"] > 0.99 < values["群众满意率"]
    said = [sentence["said"] for section in report["sections"] for sentence in section["sentences"]]
    assert said[0] == (
        "推进行政许可事项清单化管理：截至 2024 年 6 月 30 日，X区明确 259 项行政许可事项，其中承接中央层面设定事项 245 项，地方层面设定事项 14 项。"
    )
    assert said[1] == "全面推行相对集中行政许可权改革：分 3 批次划转 13 个部门 143 项行政许可事项。"
    assert said[2] == "已划转的事项在 2024 年 1—6 月共办理业务 2658 件。"
    assert said[-1] == "全力推进“一网通办”建设：网上可办 1263 项，最多跑一次 1373 项，“一网通办”率达 88.45%。"
    for figure, row in [(each, row) for each in report["figures"] for row in each["values"]]:
        if figure["meaning"]["basis"] == "cases":
            (counted,) = district.get(row["numerator_url"]).json()["values"]
            assert counted[figure["meaning"]["part"]] == row["numerator"]
        elif row["numerator_url"]:
            assert total(district, row["numerator_url"]) == row["numerator"]
    assert verified(district, report)["agrees"]


def test_every_sentence_has_its_figures_or_says_why_not(district: TestClient, report: dict[str, Any]) -> None:
    sentences = [each for section in report["sections"] for each in section["sentences"]]
    assert [each["text"][:6] for each in sentences if each["absent"]] == ["降低企业运营", "持续优化政务"]
    places = places_of(report)
    assert all((place["figure"] is None) == bool(place["why"]) for place in places)
    assert not [place["label"] for place in places if place["why"]]
    page = district.get(report["url"], params={"format": "html"}).text
    book = load_workbook(BytesIO(district.get(report["url"], params={"format": "xlsx"}).content))
    told = [[cell.value for cell in row] for row in book[SENTENCES].iter_rows()]
    for place in places:
        (line, *_) = [row for row in told if row[1] == place["label"]]
        if place["figure"] is None:
            assert line[4] == place["why"]
            assert place["why"] in page
        else:
            assert all((line[2], *line[5:9])), "a number, its formula, its scope, its source and its day"
            percent = report["figures"][place["figure"] - 1]["values"][0]["percent"]
            assert line[2] == (shown(report, place) if place["part"] or percent is None else percent)
            assert f'href="#figure-{place["figure"]}"' in page


def test_no_figure_of_anybody_else_is_cited_as_its_source(district: TestClient, report: dict[str, Any]) -> None:
    """The definition goes on to say which published figures its formula was checked against."""
    cited = [figure["meaning"] for figure in report["figures"]]
    places = (
        place
        for template in district.get("/v1/report-templates").json()["items"]
        for section in template["sections"]
        for sentence in section["sentences"]
        for place in sentence["places"]
    )
    said = [*places, *cited]
    assert all(each["source"] for each in said)
    assert not [text for text in checked() if text in str(said)]
    (rate,) = [figure["meaning"] for figure in report["figures"] if figure["metric"] == "online_rate"]
    assert (rate["source"], rate["standing"]) == ("《关于提升政务服务效能优化营商环境的调查与思考》（2024）", "已核实")
    defined = district.get("/v1/metrics/online_rate").json()
    assert (defined["source"], defined["standing"], defined["caveats"][0]) == (
        "调研报告：1428 项中网上可办 1263 项，88.45%",
        "已核实：报告的数字只符合这一公式",
        "1263 ÷ 1428 = 88.4454%，报告写作“88.45%以上”。",
    )


def test_the_other_ready_made_reports_can_be_frozen(district: TestClient) -> None:
    for key in ("one_network_one_door_one_visit", "department_scorecard"):
        made = frozen(district, title=key, number=key, template={"key": key, "as_of": "2024-06-30"})
        assert all(figure["values"] for figure in made["figures"])
        assert {29} <= {len(figure["values"]) for figure in made["figures"]}
    page = district.get(made["url"], params={"format": "html"}).text
    compared = [each for each in made["figures"] if any(row["value"] for row in each["values"])]
    assert page.count("<svg") == len(compared) * 6 > 0, (
        "29 departments in pictures of five, so that no figure leaves half a page empty"
    )
    listed = district.get("/v1/report-templates").json()
    Templates.model_validate(listed)
    assert [each["key"] for each in listed["items"]] == list(templates())
    (place, *_) = district.get("/v1/report-templates/district").json()["sections"][0]["sentences"][0]["places"]
    assert (place["label"], place["formula"]) == ("行政许可事项", "符合条件的事项数")
    near = district.get("/v1/report-templates/distrct")
    assert (near.status_code, near.json()["errors"][0]["suggestion"]) == (404, "district")
