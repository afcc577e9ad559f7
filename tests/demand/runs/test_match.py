"""One text is matched with the lists of a day, and the answer says how sure it is and with what it was found."""

from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import ValidationError

from app.access.service import NewKey, create_key
from app.db import Database
from app.demand.matching import weights
from app.demand.matching.index import Entry
from app.demand.matching.matcher import MATCHER_VERSION, Matcher
from app.demand.runs.finding import is_foreign
from app.demand.runs.methods import thesaurus_in_use
from app.demand.runs.rules import ZONES
from app.settings import Settings
from tests.clients import Client
from tests.conftest import NOW
from tests.demand.runs.lists import LISTED, ask_for, codes, judge
from tests.factories import DIVISION, amend, item, publish
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("lists")

LICENCE = "食品经营许可证快到期了，怎么延续"


def match(client: TestClient, text: str = LICENCE, status: int = 200, **asked: object) -> dict[str, Any]:
    answer = client.post("/v1/match", json={"text": text, **asked})
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_it_finds_what_the_matcher_finds(application: FastAPI, client: TestClient) -> None:
    entries = [Entry(place, name) for place, name in enumerate(LISTED.values())]
    matcher = Matcher(entries, thesaurus_in_use(application.state.settings), weights.shipped())
    expected, said = matcher.match(LICENCE, 3), match(client, within=DIVISION, limit=3)
    assert codes(said["hits"]) == [list(LISTED)[hit.item] for hit in expected.hits]
    assert (said["zone"], said["probability"]) == (expected.zone, expected.probability)
    assert [said["zone_label"], said["zone_meaning"]] == [each.zh for each in ZONES[expected.zone]]


def test_a_hit_says_where_it_is_and_why_it_was_found(client: TestClient) -> None:
    said = match(client, limit=1)
    (hit,) = said["hits"]
    assert (hit["code"], hit["name"], hit["is_online"]) == ("SP-3", "食品经营许可证延续", True)
    assert (hit["department_name"], hit["rank"]) == ("海珠区民政局", 1)
    assert hit["url"] == "/v1/items/SP-3?as_of=2026-03-02&known_at=1&division_code=440105"
    assert client.get(hit["url"]).json()["name"] == hit["name"]
    assert (hit["reasons"]["part"], hit["reasons"]["text"]) == ("name", hit["name"])
    for shared in hit["reasons"]["shared"]:
        (start, end), *_ = shared["demand"]
        assert shared["text"] == LICENCE[start:end]


@pytest.mark.one_database
def test_it_says_with_what_and_for_when(client: TestClient) -> None:
    said = match(client)
    assert (said["within"], said["as_of"], said["revision"]) == ("000000", "2026-03-02", 1)
    assert (said["matcher_version"], said["weights_origin"]) == (MATCHER_VERSION, "shipped")
    assert {len(said[name]) for name in ("weights", "thesaurus")} == {64}
    off = match(client, semantic=False)
    assert (off["semantic"], off["semantic_note"]) == (False, "这次没有用语义比对：已关掉。")


def test_where_an_item_is_only_suspended_or_in_another_district_it_is_no_hit(client: TestClient) -> None:
    assert "HW-1" not in codes(match(client, "户外广告设置许可")["hits"])
    assert "TH-1" not in codes(match(client, "烟草专卖零售许可证", within=DIVISION)["hits"])
    assert codes(match(client, "烟草专卖零售许可证", within="440100")["hits"])[0] == "TH-1"


def test_what_is_published_is_found_at_once_and_not_before_its_day(client: TestClient, lists: Database) -> None:
    assert "YL-1" not in codes(match(client, "养老机构备案")["hits"])
    publish(lists, item("YL-1", name="养老机构备案", start=date(2026, 3, 2)), on=date(2026, 3, 2))
    assert codes(match(client, "养老机构备案")["hits"])[0] == "YL-1"
    assert "YL-1" not in codes(match(client, "养老机构备案", as_of="2026-03-01")["hits"])
    assert "YL-1" not in codes(match(client, "养老机构备案", known_at=1)["hits"])


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("text", "kind", "label", "granted_by"),
    [
        ("考注册税务师", "elsewhere", "由别处办理", "税务师协会"),
        ("窗口不接电话", "not-a-request", "不是办事需求", "12345热线"),
        ("办物业资质", "abolished", "已取消，不再办理", None),
        ("买比特币", "forbidden", "法律法规禁止", None),
    ],
)
def test_a_complaint_is_told_from_what_another_body_grants_and_from_what_nobody_does(
    client: TestClient, text: str, kind: str, label: str, granted_by: str | None
) -> None:
    said = match(client, text)["elsewhere"]
    assert (said["kind"], said["label"], said["granted_by"]) == (kind, label, granted_by)


def test_aliases_are_found_and_said(client: TestClient, lists: Database) -> None:
    publish(lists, amend("GS-1", date(2026, 3, 1), aliases=["关门大吉登记", "企业退出"]), on=date(2026, 3, 2))
    first = match(client, "企业退出")["hits"][0]
    assert (first["code"], first["reasons"]["part"], first["reasons"]["text"]) == ("GS-1", "alias", "企业退出")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("asked", "type_", "said"),
    [
        pytest.param({"text": ""}, "not-a-demand", ("/text", "没有文字"), id="nothing"),
        pytest.param({"text": "，。！？……"}, "not-a-demand", ("/text", "没有文字"), id="only punctuation"),
        pytest.param({"text": "办" * 5000}, "not-a-demand", ("/text", "最多 2000 个字"), id="5,000 characters"),
        pytest.param({"text": LICENCE, "within": "990199"}, "malformed", ("/within", "没有区划"), id="no division"),
        pytest.param({"text": LICENCE, "as_of": "2026-02-30"}, "malformed", ("/as_of", "不是日期"), id="no day"),
        pytest.param({"text": LICENCE, "known_at": 9}, "malformed", ("/known_at", "没有第 9 版"), id="no revision"),
        pytest.param({"text": LICENCE, "limit": 0}, "malformed", ("/limit", "不能小于 1"), id="no hit"),
    ],
)
def test_what_is_no_question_is_refused(
    client: TestClient, asked: dict[str, Any], type_: str, said: tuple[str, str]
) -> None:
    problem = match(client, status=422, **asked)
    (told,) = problem["errors"]
    assert (problem["type"], told["pointer"]) == (f"/problems/{type_}", said[0])
    assert said[1] in problem["detail"]


@pytest.mark.one_database
def test_two_thousand_characters_are_a_demand(client: TestClient) -> None:
    assert match(client, "食品经营许可" + "办" * 1994)["hits"]


@pytest.mark.one_database
def test_mixed_scripts_are_matched_and_english_is_not_called_unmet(client: TestClient) -> None:
    mixed = match(client, "办 FOOD 食品经营许可证 renewal", semantic=False)
    assert (codes(mixed["hits"])[0][:2], mixed["why_not_matched"]) == ("SP", None)
    english = match(client, "renewal of a business licence", semantic=False)
    assert (english["zone"], english["probability"], english["hits"]) == ("review", None, [])
    assert "没有汉字" in english["why_not_matched"]
    assert match(client, "办个 health permit", semantic=False)["zone"] == "review"


@pytest.mark.one_database
def test_a_few_letters_make_no_foreign_text() -> None:
    assert [*map(is_foreign, ("办个 health permit", "ئىجازەت"))] == [True, True]
    assert [*map(is_foreign, ("visa 延期", "办理 ISO9001 认证", "ICP 备案"))] == [False, False, False]


def test_more_items_than_memory_is_meant_for_are_not_looked_through(
    application: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application.state.settings, "max_indexed_items", len(LISTED))
    assert match(client, within=DIVISION)["hits"]
    said = match(client, status=422)
    assert (said["type"], said["errors"][0]["pointer"]) == ("/problems/too-many-items", "/within")
    assert f"超过 {len(LISTED)} 个" in said["detail"]
    assert "MAX_INDEXED_ITEMS" in said["detail"]


@pytest.mark.one_database
@pytest.mark.parametrize("most", ["19999", "5000001", "all"])
def test_how_many_items_are_indexed_has_its_bounds(monkeypatch: pytest.MonkeyPatch, most: str) -> None:
    monkeypatch.setenv("MAX_INDEXED_ITEMS", most)
    with pytest.raises(ValidationError, match="max_indexed_items"):
        Settings()


def test_where_there_is_no_item_nothing_is_called_unmet(client: TestClient) -> None:
    problem = match(client, status=409, within="440106", as_of="2019-06-30")
    assert (problem["type"], "更早的情况不知道" in problem["detail"]) == ("/problems/nothing-to-match", True)
    assert "没有在用的事项" in match(client, status=409, within="440306")["detail"]


def test_what_people_judged_of_the_text_is_for_those_who_work_with_surveys(
    client: TestClient, researcher: TestClient, lists: Database
) -> None:
    survey = ask_for(lists, LICENCE)
    judge(researcher, survey, {"demand": 1, "verdict": "confirm", "item": "SP-3"})
    assert "judgements" not in match(client)
    (said,) = match(researcher, f" {LICENCE}！")["judgements"]
    assert (said["verdict"], said["item"]["code"], said["judge"], said["counts"]) == (
        "confirm", "SP-3", "研究员 周宁", True,
    )  # fmt: skip
    assert match(researcher, "公司注销")["judgements"] == []


@pytest.mark.one_database
def test_a_key_that_only_reads_sees_what_was_judged(
    application: FastAPI, researcher: TestClient, lists: Database
) -> None:
    judge(researcher, ask_for(lists, LICENCE), {"demand": 1, "verdict": "unmet"})
    with lists.write() as connection:
        key = create_key(connection, NewKey("大屏", "researcher", scope="read"), NOW)
    reading = Client(application, headers={"Authorization": f"Bearer {key}"})
    assert [each["verdict"] for each in match(reading, LICENCE)["judgements"]] == ["unmet"]


@pytest.mark.one_database
def test_a_token_that_is_none_is_refused(client: TestClient) -> None:
    answer = client.post("/v1/match", json={"text": LICENCE}, headers={"Authorization": "Bearer sx_wrong"})
    assert answer.status_code == 401


def test_however_many_hits_a_few_statements_are_asked(client: TestClient) -> None:
    match(client)
    with counted() as sent:
        assert len(match(client, "食品公司建筑养老卫生烟草", limit=50)["hits"]) == len(LISTED) + 1
    assert len(sent) <= 9, sent
