"""A file of demands: what is the same as before, and what is not taken."""

import pytest
from fastapi.testclient import TestClient

from app.audit import log
from app.db import Database
from tests.demand.survey_files.desk import FIRST, SECOND, demands, problems, responses, send, stated, told, warned
from tests.demand.surveys.desk import made
from tests.imports.uploads import csv_file, ndjson_file

LICENCE = "食品经营许可证延续"


def test_demands_are_taken_with_their_weight_question_and_response(
    desk: TestClient, survey: str, database: Database
) -> None:
    responses(desk, survey, SECOND)
    body = demands(
        desk, survey, (LICENCE, "3家", "18", ""), ("社保缴费查询", "", "事项的名称", "S-002"), ("公积金提取",)
    )
    assert (body["status"], told(body), warned(body)) == ("recorded", (3, 3, 0, 0, 3), [("weight-over-sample", 1)])
    assert stated(desk, survey) == [
        (LICENCE, 3, "q18", None),
        ("社保缴费查询", 1, "q10.item", "S-002"),
        ("公积金提取", 1, None, None),
    ]
    with database.read() as connection:
        entry = log.entries(connection, {"action": "survey.import-demands"}, 0, 9)[-1]
    assert (entry.details["file"], entry.details["demands"]) == ("诉求.csv", 3)


def test_what_a_response_asks_for_in_the_same_words_is_the_same_demand(desk: TestClient, survey: str) -> None:
    responses(desk, survey, FIRST, SECOND)
    rows = [(LICENCE, 1, "", "S-001"), (f" {LICENCE}。", 1, "q10.item", "S-001"), (LICENCE, 1, "q18", "S-001")]
    for row, added in zip(rows, (0, 0, 1), strict=True):
        assert told(demands(desk, survey, row)) == (1, added, 1 - added, 0, added)
    assert told(demands(desk, survey, (LICENCE, 1, "", "S-002"))) == (1, 1, 0, 0, 1)
    body = demands(desk, survey, (LICENCE, 4, "", "S-001"), dry_run="true")
    assert problems(body) == [(2, "企业数", "4", "demand-exists")]
    assert body["problems"][0]["suggestion"] == "1"


def test_whoever_asks_for_nothing_makes_no_demand(desk: TestClient, survey: str) -> None:
    body = demands(desk, survey, ("无", 2), ("没有意见。", 3), ("没有", 1), ("没有营业执照能不能贷款", 1))
    assert (told(body), warned(body)) == ((4, 1, 3, 0, 1), [("asks-nothing", 3)])
    assert [text for text, *_ in stated(desk, survey)] == ["没有营业执照能不能贷款"]


def test_what_was_redacted_is_not_brought_back(desk: TestClient, survey: str) -> None:
    responses(desk, survey, FIRST, SECOND)
    rows = [("找张三办社保", 1, "q18", "S-002"), ("找张三办社保", 1, "q18", "S-001"), ("公积金提取", 1, "", "S-002")]
    assert told(demands(desk, survey, *rows)) == (3, 3, 0, 0, 3)
    place = 1 + [row[::3] for row in stated(desk, survey)].index((rows[0][0], "S-002"))
    assert desk.post(f"{survey}/demands/{place}/redact", json={"reason": "写了姓名"}).status_code == 200
    again = demands(desk, survey, *rows, (LICENCE, 1, "q10.item", "S-002"))
    assert (told(again), warned(again)) == ((4, 1, 3, 0, 1), [("redacted", 1)])
    assert again["warnings"][0]["rows"] == [2]
    assert [row for row in stated(desk, survey) if row[3] == "S-002"] == [
        (None, 1, "q18", "S-002"),
        ("公积金提取", 1, None, "S-002"),
        (LICENCE, 1, "q10.item", "S-002"),
    ]


def test_a_file_without_responses_is_not_doubled(desk: TestClient, survey: str) -> None:
    rows = [(LICENCE, 1), (LICENCE, 1), ("社保缴费查询", 5)]
    assert (told(demands(desk, survey, *rows)), len(stated(desk, survey))) == ((3, 3, 0, 0, 3), 3)
    again = demands(desk, survey, *rows)
    assert (again["status"], told(again)) == ("unchanged", (3, 0, 3, 0, 0))
    assert warned(again) == [("taken-for-the-same", 3)]
    assert again["warnings"][0]["rows"] == [2, 3, 4]
    more = demands(desk, survey, *rows, (LICENCE, 1), ("社保缴费查询", 2), dry_run="true")
    assert (told(more), warned(more)) == ((5, 2, 3, 0, 2), [("taken-for-the-same", 3), ("same-text", 2)])
    written = demands(desk, survey, *rows, (LICENCE, 1), ("社保缴费查询", 2))
    assert (told(written), warned(written)) == (told(more), warned(more))
    assert sorted(weight for text, weight, _, _ in stated(desk, survey) if text == LICENCE) == [1, 1, 1]


def test_rows_alike_in_one_large_file_are_counted_once_each(desk: TestClient, survey: str) -> None:
    """More rows than are written at once."""
    rows = [(LICENCE, 1)] * 1_100
    assert told(demands(desk, survey, *rows)) == (1_100, 1_100, 0, 0, 1_100)
    assert told(demands(desk, survey, *rows, *rows[:7])) == (1_107, 7, 1_100, 0, 7)


@pytest.mark.one_database
def test_what_is_wrong_is_told_by_row_and_column(desk: TestClient, survey: str) -> None:
    responses(desk, survey, SECOND)
    rows: list[tuple[tuple[object, ...], tuple[str, str | None, str]]] = [
        (("", 2), ("诉求", None, "empty-text")),
        (("……！", 1), ("诉求", "……！", "no-words")),
        (("2024", 1), ("诉求", "2024", "no-words")),
        (("办证" * 2_500, 1), ("诉求", ("办证" * 50), "text-too-long")),
        (("请回电 13812345678", 1), ("诉求", None, "mobile-number")),
        ((LICENCE, 0), ("企业数", "0", "weight-not-positive")),
        ((LICENCE, -2), ("企业数", "-2", "weight-not-positive")),
        ((LICENCE, 1.5), ("企业数", "1.5", "not-a-number")),
        ((LICENCE, "三家"), ("企业数", "三家", "not-a-number")),
        ((LICENCE, 9_000_000), ("企业数", "9000000", "weight-too-large")),
        ((LICENCE, 1, "19"), ("题", "19", "unknown-question")),
        ((LICENCE, 1, "8"), ("题", "8", "unknown-question")),
        ((LICENCE, 1, "", "S-404"), ("问卷编号", "S-404", "unknown-response")),
        ((LICENCE, 1, "", "某某公司"), ("问卷编号", "某某公司", "bad-number")),
        (("合计", 120), ("诉求", "合计", "total-row")),
    ]
    same = [(LICENCE, 1, "", "S-002"), (LICENCE, 1, "q18", "S-002")]
    body = demands(desk, survey, *(row for row, _ in rows), *same, dry_run="true")
    assert problems(body) == [
        *((row, *wrong) for row, (_, wrong) in enumerate(rows, 2)),
        (18, "诉求", LICENCE, "twice"),
    ]
    assert told(body) == (17, 1, 0, 16, 1)


def test_english_and_mixed_scripts_are_demands(desk: TestClient, survey: str) -> None:
    texts = ["Food licence renewal", "申请 ISO9001 认证补贴", "ＶＡＴ退税", "🚀上市辅导"]
    demands(desk, survey, *((text,) for text in texts))
    assert [text for text, *_ in stated(desk, survey)] == texts


def test_nothing_is_half_written(desk: TestClient, survey: str) -> None:
    content = csv_file(("诉求", "企业数"), (LICENCE, 1), ("社保", 0))
    status, body = send(desk, survey, content, kind="demands", dry_run="false")
    assert (status, body["type"], body["errors"][0]["row"]) == (422, "/problems/survey-import-refused", 3)
    assert stated(desk, survey) == []
    skipped = demands(desk, survey, (LICENCE, 1), ("社保", 0), on_invalid="skip")
    assert (told(skipped), stated(desk, survey)) == ((2, 1, 0, 1, 1), [(LICENCE, 1, None, None)])


def test_more_enterprises_than_were_asked_is_told(desk: TestClient) -> None:
    survey = made(desk, design={"planned": 10})
    rows = [(LICENCE, 10), ("社保缴费查询", 11)]
    found = [demands(desk, survey, *rows, dry_run=each)["warnings"] for each in ("true", "false")]
    assert found[0] == found[1]
    assert [(each["rule"], each["message"]) for each in found[0]] == [
        ("weight-over-sample", "有诉求的企业数多于被调查的 10 家：第 2 条 11 家。")
    ]


def test_what_describes_the_enterprise_belongs_to_its_response(desk: TestClient, survey: str) -> None:
    content = ndjson_file({"诉求": LICENCE, "企业规模": "1", "联系人": "张三"})
    status, body = send(desk, survey, content, "诉求.ndjson", kind="demands")
    assert (status, told(body)) == (200, (1, 1, 0, 0, 1))
    assert warned(body) == [("personal-columns", 1), ("belongs-to-response", 1)]
