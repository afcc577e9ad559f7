"""A mapping says which column is which question, and in which answers there are demands."""

import pytest
from fastapi.testclient import TestClient

from tests.demand.survey_files.desk import FIRST, HEADER, SECOND, responses, send, stated, told, warned
from tests.imports.uploads import csv_file

OURS = """
demands = ["18"]

[columns]
"您的企业属于" = "size"
"满意吗" = "5"
"不用跑了" = "q15_1"
"最想办的事" = "事项的名称"
"备用" = false

[constants]
zone = "经济技术开发区"

[values.q5]
"满意" = "2"

[split]
q18 = ["；", "\\n"]
"""
TABLE = (
    ("问卷编号", "您的企业属于", "满意吗", "不用跑了", "最想办的事", "18", "备用"),
    ("A", "小微企业", "满意", "是", "公积金提取", "多开窗口；少跑几次\n无；——；少跑几次", "x"),
    ("B", "小微企业", "一般", "", "", "没有意见。", "x"),
)


def test_columns_values_constants_and_demands(desk: TestClient, survey: str) -> None:
    status, body = send(desk, survey, csv_file(*TABLE), mapping=OURS, dry_run="false")
    assert (status, told(body)) == (201, (2, 2, 0, 0, 3))
    assert ("asks-nothing", 2) in warned(body)
    first, second = desk.get(f"{survey}/responses").json()["items"]
    assert (first["zone"], first["stratum"], second["answers"]) == (
        "经济技术开发区",
        "small-a",
        {"q5": "3", "q18": "没有意见。"},
    )
    assert first["answers"] == {
        "q5": "2", "q10.item": "公积金提取", "q15": ["1"], "q18": "多开窗口；少跑几次\n无；——；少跑几次",
    }  # fmt: skip
    assert stated(desk, survey) == [
        ("公积金提取", 1, "q10.item", "A"),
        ("多开窗口", 1, "q18", "A"),
        ("少跑几次", 1, "q18", "A"),
    ]


def test_a_mapping_may_come_as_a_file_and_is_kept(desk: TestClient, survey: str) -> None:
    files = {"file": ("答卷.csv", csv_file(*TABLE)), "mapping": ("ours.toml", OURS.encode("utf-8-sig"))}
    answer = desk.post(f"{survey}/imports", files=files, data={"kind": "responses", "dry_run": "false"})
    assert (answer.status_code, answer.json()["recorded"]["mapping"]) == (201, OURS)


def test_demands_may_be_taken_from_answers_later(desk: TestClient, survey: str) -> None:
    responses(desk, survey, FIRST, SECOND)
    assert stated(desk, survey) == [("食品经营许可证延续", 1, "q10.item", "S-001")]
    later = responses(desk, survey, FIRST, SECOND, mapping='demands = ["q18"]')
    assert (later["status"], told(later)) == ("recorded", (2, 0, 2, 0, 1))
    assert stated(desk, survey)[1:] == [("希望早点能在网上办；少跑几次", 1, "q18", "S-001")]
    again = responses(desk, survey, FIRST, SECOND, mapping='demands = ["q18"]')
    assert (again["status"], told(again)) == ("unchanged", (2, 0, 2, 0, 0))


WRONG = [
    ("demands = [", "bad-mapping"),
    ("demands = 'q18'", "bad-mapping"),
    ("demands = ['q19']", "unknown-question"),
    ("demands = ['q5']", "bad-mapping"),
    ("demands = ['行业代码']", "bad-mapping"),
    ('[split]\nq18 = "；"', "bad-mapping"),
    ('[columns]\n"18" = "q19"', "unknown-field"),
    ('[column]\n"18" = "q18"', "bad-mapping"),
]


@pytest.mark.one_database
def test_a_mapping_that_makes_no_sense_is_refused(desk: TestClient, survey: str) -> None:
    for mapping, rule in WRONG:
        status, body = send(desk, survey, csv_file(HEADER, FIRST), mapping=mapping)
        assert (status, body["type"], body["errors"][0]["rule"]) == (422, "/problems/bad-mapping", rule), mapping


@pytest.mark.one_database
def test_a_mapping_is_a_short_text_in_utf_8(desk: TestClient, survey: str) -> None:
    """Told at once, also where the file itself is looked at by a job."""
    wrong = (
        (b"#" * (2**18 + 1), "mapping-too-large"),
        ("# 映射".encode("gb18030"), "bad-encoding"),
        ("demands = []".encode("utf-16-le"), "bad-encoding"),
    )
    for content, rule in wrong:
        files = {"file": ("答卷.csv", csv_file(HEADER, FIRST)), "mapping": ("ours.toml", content)}
        answer = desk.post(f"{survey}/imports", files=files, data={"kind": "responses", "background": "true"})
        assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, rule)


def test_a_file_of_demands_takes_a_mapping_too(desk: TestClient, survey: str) -> None:
    mapping = '[columns]\n"想办什么" = "text"\n"几家" = "weight"\n[constants]\nquestion = "q18"'
    content = csv_file(("想办什么", "几家"), ("公积金提取", 2))
    status, _ = send(desk, survey, content, kind="demands", mapping=mapping, dry_run="false")
    assert (status, stated(desk, survey)) == (201, [("公积金提取", 2, "q18", None)])
