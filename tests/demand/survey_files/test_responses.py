"""A file of responses: what is added, what stays as it is, what is not taken."""

from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.audit import log
from app.db import Database
from app.demand.surveys.models import answer, demand, response, survey_import
from tests.demand.survey_files.desk import (
    FIRST,
    HEADER,
    SECOND,
    responses,
    send,
    stated,
    told,
    warned,
    with_cells,
)
from tests.demand.surveys.desk import ONE, ZONES, answered, made
from tests.imports.uploads import csv_file, ndjson_file, xlsx_file


def count_rows(database: Database) -> list[int]:
    with database.read() as connection:
        tables = (survey_import, response, answer, demand)
        return [connection.execute(select(func.count()).select_from(each)).scalar_one() for each in tables]


def test_a_check_writes_nothing(desk: TestClient, survey: str, database: Database) -> None:
    body = responses(desk, survey, FIRST, SECOND, dry_run="true")
    assert (body["status"], body["dry_run"], told(body)) == ("checked", True, (2, 2, 0, 0, 1))
    assert body["recorded"] is None
    assert count_rows(database) == [0, 0, 0, 0]


def test_answers_are_read_as_they_are_written(desk: TestClient, survey: str, database: Database) -> None:
    status, body = send(desk, survey, csv_file(HEADER, FIRST, SECOND), dry_run="false")
    assert (status, body["status"], told(body)) == (201, "recorded", (2, 2, 0, 0, 1))
    first, second = desk.get(f"{survey}/responses").json()["items"]
    names = ("number", "stratum", "size", "industry", "ownership", "zone", "answered_on", "import_id")
    made = body["recorded"]["id"]
    assert [first[name] for name in names] == ["S-001", "small-a", "1", "C1311", "3", ZONES[0], "2020-12-08", made]
    assert [second[name] for name in names] == ["S-002", "large", "3", "65", "2", None, "2020-12-09", made]
    assert first["answers"] == {
        "q5": "1", "q8.days": 5.0, "q8.fee": 0.0, "q10.item": "食品经营许可证延续", "q12": "2",
        "q15": ["1", "3", {"choice": "6", "text": "晚上也能办"}], "q18": "希望早点能在网上办；少跑几次",
    }  # fmt: skip
    assert second["answers"] == {
        "q5": "3", "q8.days": 2.0, "q12": {"choice": "3", "text": "看窗口"}, "q15": ["1", "4"], "q18": "无",
    }  # fmt: skip
    assert stated(desk, survey) == [("食品经营许可证延续", 1, "q10.item", "S-001")]
    with database.read() as connection:
        entry = log.entries(connection, {"action": "survey.import-responses"}, 0, 9)[-1]
    assert (entry.by, entry.details["added"], entry.details["number"]) == ("研究员 周", 2, made)


def test_what_was_imported_is_kept_and_listed(desk: TestClient, survey: str) -> None:
    status, first = send(desk, survey, csv_file(HEADER, FIRST), "第一批.csv", dry_run="false")
    assert status == 201
    answer = desk.post(
        f"{survey}/imports",
        files={"file": ("第二批.csv", csv_file(HEADER, SECOND))},
        data={"kind": "responses", "dry_run": "false"},
    )
    path = answer.headers["Location"]
    assert desk.get(path).json() == answer.json()["recorded"]
    page = desk.get(f"{survey}/imports?limit=1").json()
    assert (page["total"], [each["file_name"] for each in page["items"]]) == (2, ["第二批.csv"])
    (older,) = desk.get(page["next"]).json()["items"]
    assert (older, older["by"]) == (first["recorded"], "研究员 周")
    other = made(desk, title="另一次调查")
    assert desk.get(f"{other}/imports/{older['id']}").json()["type"] == "/problems/survey-import-not-found"
    assert desk.get("/v1/surveys/999/imports").json()["type"] == "/problems/survey-not-found"


def test_the_same_file_again_adds_nothing(desk: TestClient, survey: str, database: Database) -> None:
    responses(desk, survey, FIRST, SECOND)
    before = count_rows(database)
    again = responses(desk, survey, SECOND, FIRST)
    assert (again["status"], told(again), again["recorded"]) == ("unchanged", (2, 0, 2, 0, 0), None)
    assert count_rows(database) == before


def test_a_file_with_more_rows_adds_the_rest(desk: TestClient, survey: str) -> None:
    answered(desk, survey, ONE)
    more = responses(desk, survey, SECOND)
    assert told(more) == (1, 1, 0, 0, 0)
    assert [each["number"] for each in desk.get(f"{survey}/responses").json()["items"]] == ["S-001", "S-002"]


def test_a_response_that_says_otherwise_is_not_corrected(desk: TestClient, survey: str) -> None:
    responses(desk, survey, FIRST)
    other = with_cells(FIRST, size="中型企业", zone="", c5="一般", days="", c18="都好")
    status, body = send(desk, survey, csv_file(HEADER, other, SECOND), dry_run="false")
    assert (status, body["type"]) == (422, "/problems/survey-import-refused")
    (told_of,) = body["errors"]
    assert (told_of["row"], told_of["column"], told_of["value"], told_of["rule"]) == (
        2, "问卷编号", "S-001", "response-exists",
    )  # fmt: skip
    said = (
        "与文件不同：企业规模（已有 1，文件 2）、片区（已有 经济技术开发区，文件 没有填）、q5（已有 1，文件 3） 等 5 处"
    )
    assert said in told_of["detail"]
    assert f"PUT {survey}/responses/S-001" in told_of["detail"]
    assert "希望早点" not in told_of["detail"]
    assert desk.get(f"{survey}/responses").json()["total"] == 1


def test_what_the_file_has_no_column_for_is_not_compared(desk: TestClient, survey: str) -> None:
    responses(desk, survey, FIRST)
    content = csv_file(("编号", "5", "15(其他)"), ("S-001", "非常满意", "晚上也能办"))
    status, body = send(desk, survey, content, dry_run="false")
    assert (status, "与文件不同：q15（已有 1、3、6，文件 6）。" in body["detail"]) == (422, True)
    status, body = send(desk, survey, csv_file(("编号", "5"), ("S-001", "非常满意")), dry_run="false")
    assert (status, body["status"]) == (200, "unchanged")


def test_a_redacted_answer_is_not_brought_back(desk: TestClient, survey: str) -> None:
    responses(desk, survey, FIRST, mapping='demands = ["q18"]')
    reason = {"question": "q18", "reason": "写了经办人的名字"}
    assert desk.post(f"{survey}/responses/S-001/redact", json=reason).status_code == 200
    again = responses(desk, survey, FIRST, mapping='demands = ["q18"]\n[split]\nq18 = "；"')
    assert (again["status"], told(again)) == ("unchanged", (1, 0, 1, 0, 0))


def test_one_column_for_each_option_as_survey_tools_export(desk: TestClient, survey: str) -> None:
    header = (
        "序号", "提交答卷时间", "所用时间", "来自IP", "1、企业规模", "15(不用到现场办理)", "15(申请材料减少)", "15(其他)",
        "15(其他)[选项填空]", "12", "12(其他)[选项填空]", "8、从网上递交材料到办理完毕(费用（如果有）)",
    )  # fmt: skip
    rows = (
        (1, "2020/12/8 10:23:45", "85秒", "10.0.0.1", "中型企业", 1, 0, 1, "晚上也办", 3, "看窗口", "0元"),
        (2, "2020/12/9 9:00:00", "92秒", "10.0.0.2", "(空)", "-3", "-3", "-3", "(跳过)", "(空)", "", ""),
    )
    status, body = send(desk, survey, xlsx_file(header, *rows), "导出.xlsx", dry_run="false")
    assert status == 201, body
    first, second = desk.get(f"{survey}/responses").json()["items"]
    assert (first["number"], first["stratum"], second["stratum"], second["answers"]) == ("1", "medium", None, {})
    assert first["answers"] == {
        "q8.fee": 0.0,
        "q12": {"choice": "3", "text": "看窗口"},
        "q15": ["1", {"choice": "6", "text": "晚上也办"}],
    }
    assert {rule for rule, _ in warned(body)} == {
        "personal-columns", "serial-as-number", "question-without-column", "outside-strata",
    }  # fmt: skip
    assert "来自IP" in body["warnings"][0]["message"]


def test_ndjson_states_answers_as_requests_do(desk: TestClient, survey: str) -> None:
    said = {"number": "S-009", "size": "3", "q15": ["1", {"choice": "6", "text": "晚上"}], "q8.days": 4, "q13": None}
    status, body = send(desk, survey, ndjson_file(said), "答卷.ndjson", dry_run="false")
    assert status == 201, body
    answers = desk.get(f"{survey}/responses/S-009").json()["answers"]
    assert answers == {"q8.days": 4.0, "q15": ["1", {"choice": "6", "text": "晚上"}]}


def test_the_csv_that_a_spreadsheet_writes_in_chinese(desk: TestClient, survey: str) -> None:
    status, body = send(desk, survey, csv_file(HEADER, FIRST, encoding="gb18030"), dry_run="false")
    assert (status, told(body)) == (201, (1, 1, 0, 0, 1))


def test_names_and_contacts_are_not_read(desk: TestClient, survey: str) -> None:
    header, row = (*HEADER, "企业名称", "联系电话"), (*FIRST, "某某食品有限公司", "13812345678")
    status, body = send(desk, survey, csv_file(header, row), dry_run="false", mapping='[columns]\n"联系电话" = "q14"')
    assert status == 201
    (warning,) = [each for each in body["warnings"] if each["rule"] == "personal-columns"]
    assert (warning["count"], "“企业名称”“联系电话”" in warning["message"]) == (2, True)
    everything = desk.get(f"{survey}/responses").text + desk.get(f"{survey}/imports").text
    assert ("某某食品" in everything, "13812345678" in everything) == (False, False)


def test_nothing_is_half_written(desk: TestClient, survey: str, database: Database) -> None:
    bad = with_cells(FIRST, c5="很满意", days="3天")
    status, body = send(desk, survey, csv_file(HEADER, SECOND, bad), dry_run="false")
    assert (status, [each["column"] for each in body["errors"]]) == (422, ["8(平均需要多少个工作日)", "5"])
    assert body["detail"].startswith("文件有 2 处问题，什么都没有写入。第 3 行：")
    assert count_rows(database) == [0, 0, 0, 0]
    skipped = responses(desk, survey, SECOND, bad, on_invalid="skip")
    assert (skipped["status"], told(skipped), skipped["problem_count"]) == ("recorded", (2, 1, 0, 1, 0), 2)
    assert skipped["rules"] == [{"rule": "other-unit", "count": 1}, {"rule": "unknown-option", "count": 1}]
    status, body = send(desk, survey, csv_file(HEADER, bad), dry_run="false", on_invalid="skip")
    assert (status, "没有一行可以写入" in body["detail"]) == (422, True)


def test_what_does_not_add_up_with_what_comes_is_told(desk: TestClient) -> None:
    survey = made(
        desk, design={"planned": 2, "strata": [{"key": "large", "label": "大型", "planned": 1, "size": ["3"]}]}
    )
    header = ("问卷编号", "规模", "填写日期")
    first = csv_file(header, ("A", "3", "2020-12-01"))
    assert send(desk, survey, first, dry_run="false")[1]["warnings"][1:] == []
    rows = ("B", "3", "2020-12-01"), ("C", "1", "2021-01-05")
    for dry_run in ("true", "false"):
        _, body = send(desk, survey, csv_file(header, *rows), dry_run=dry_run)
        found = {each["rule"]: each["message"] for each in body["warnings"]}
        assert found["more-than-planned"] == "层 large（大型）计划 1 家，收到 2 份，多 1 份。"
        assert found["outside-strata"].startswith("有 1 份答卷不在任何一层")
        assert found["outside-period"] == "有 1 份答卷的日期不在调查期间内。"


def test_it_answers_in_english_where_that_is_asked_for(desk: TestClient, survey: str) -> None:
    answer = desk.post(
        f"{survey}/imports",
        files={"file": ("a.csv", csv_file(HEADER, with_cells(FIRST, days="3天")))},
        data={"kind": "responses"},
        headers={"Accept-Language": "en"},
    )
    (problem,) = answer.json()["problems"]
    assert problem["message"] == "'3天' is not in 工作日: convert it"
    assert answer.json()["warnings"][0]["message"] == "14 questions have no column."
