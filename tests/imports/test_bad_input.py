"""What cannot be imported is refused in words a clerk understands, and nothing is written."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from openpyxl import Workbook

from app.db import Database
from app.main import create_app
from app.settings import Settings
from tests.clients import Client
from tests.conftest import NOW
from tests.factories import CIVIL_AFFAIRS, DIVISION, department, item, publish
from tests.imports.uploads import COLUMNS, OTHER, csv_file, ndjson_file, new_item, send, written, xlsx_file

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def nothing_is_written(database: Database) -> Iterator[None]:
    publish(database, department(), item("HZ-001"))
    yield
    assert written(database) == (1, 1)


def one_cell(column: str, value: object) -> bytes:
    return csv_file([*COLUMNS, column], [*new_item(), value])


ROWS: dict[str, tuple[bytes, str, dict[str, object]]] = {
    "text in a number": (
        one_cell("承诺办结时限", "20个工作日"),
        "“20个工作日”里混有“个工作日”；这里只填数字 20，单位填在单位列",
        {"row": 2, "column": "承诺办结时限", "value": "20个工作日", "rule": "number-with-unit", "suggestion": "20"},
    ),
    "a negative number": (
        one_cell("承诺办结时限", "-1"),
        "“-1”应是 0 或正整数",
        {"row": 2, "column": "承诺办结时限", "value": "-1", "rule": "not-a-number"},
    ),
    "a wrong code": (
        one_cell("事项类型", "行政许客"),
        "“行政许客”不在事项类型的代码表里。是否为“行政许可”？",
        {"row": 2, "column": "事项类型", "value": "行政许客", "rule": "unknown-code", "suggestion": "行政许可"},
    ),
    "neither yes nor no": (
        one_cell("是否网办", "部分"),
        "“部分”不是是/否",
        {"row": 2, "column": "是否网办", "value": "部分", "rule": "not-a-flag"},
    ),
    "a code Excel turned into a number": (
        csv_file(COLUMNS, ["4.40102E+11", "社团登记", DIVISION, CIVIL_AFFAIRS]),
        "“4.40102E+11”是表格软件把长编码变成了数字，末几位已经丢失",
        {"row": 2, "column": "code", "value": "4.40102E+11", "rule": "code-became-number"},
    ),
    "a basic code Excel turned into a number": (
        one_cell("基本编码", "4.40102E+11"),
        "“4.40102E+11”是表格软件把长编码变成了数字",
        {"row": 2, "column": "基本编码", "value": "4.40102E+11", "rule": "code-became-number"},
    ),
    "a code that is none": (
        csv_file(COLUMNS, ["编码一", "社团登记", DIVISION, CIVIL_AFFAIRS]),
        "“编码一”不是合法的事项编码",
        {"row": 2, "column": "code", "value": "编码一", "rule": "pattern"},
    ),
    "no code": (
        csv_file(COLUMNS, ["", "社团登记", DIVISION, CIVIL_AFFAIRS]),
        "这一行没有编码，无法知道是哪个事项",
        {"row": 2, "column": "code", "rule": "no-code"},
    ),
    "a code twice in one file": (
        csv_file(COLUMNS, new_item(), new_item("HZ-003", "甲"), new_item()),
        "编码 HZ-002 在文件里出现多次，第一次在第 2 行。请只留一行。",
        {"row": 4, "column": "code", "value": "HZ-002", "rule": "duplicate-code"},
    ),
    "a code twice, first in a row that cannot be read": (
        csv_file([*COLUMNS, "is_online"], [*new_item(), "部分"], [*new_item(), "是"]),
        "“部分”不是是/否",
        {"row": 2, "column": "is_online", "value": "部分", "rule": "not-a-flag"},
    ),
    "a division that does not exist": (
        csv_file(COLUMNS, ["HZ-002", "社团登记", "440199", CIVIL_AFFAIRS]),
        "行政区划代码 440199 不在 GB/T 2260 代码表里，请核对。",
        {"row": 2, "column": "division_code", "value": "440199", "rule": "unknown-division"},
    ),
    "a classified item": (
        one_cell("是否涉密", "是"),
        "涉密事项不得进入本系统，请删去这一项。",
        {"row": 2, "column": "是否涉密", "value": "是", "rule": "refused"},
    ),
    "a class of secrecy": (
        one_cell("是否涉密", "秘密★5年"),
        "涉密事项不得进入本系统，请删去这一项。",
        {"row": 2, "column": "是否涉密", "value": "秘密★5年", "rule": "refused"},
    ),
    "neither yes nor no, where only no may stand": (
        one_cell("是否涉密", "待定"),
        "“待定”不是是/否。是否涉密只能为否：涉密事项不得进入本系统",
        {"row": 2, "column": "是否涉密", "value": "待定", "rule": "not-a-flag"},
    ),
    "days in Chinese numerals": (
        one_cell("承诺办结时限", "五个工作日"),
        "“五个工作日”请写阿拉伯数字，如 2；时限当场办结的填 0，单位填当场",
        {"row": 2, "column": "承诺办结时限", "value": "五个工作日", "rule": "not-a-number"},
    ),
    "a line below the table": (
        csv_file(COLUMNS, ["合计", "", "", ""]),
        "“合计”不是合法的事项编码（只能用数字、字母、点、横线、下划线，最多 64 个字符）。请删去表尾说明行。",
        {"row": 2, "column": "code", "value": "合计", "rule": "pattern"},
    ),
    "a code in another case": (
        csv_file(COLUMNS, new_item("ｈz-001")),
        "编码 hz-001 与现有的 HZ-001 只有大小写不同。请改为 HZ-001。",
        {"row": 2, "column": "code", "value": "hz-001", "rule": "code-differs-in-case", "suggestion": "HZ-001"},
    ),
    "a character nobody sees": (
        ndjson_file({"code": "HZ-001", "name": "养老\0机构"}),
        "含有看不见的控制字符（U+0000），请删去",
        {"row": 1, "column": "name", "rule": "control-character"},
    ),
    "a list in a cell": (
        one_cell("申请材料", "申请表、身份证"),
        "申请材料是一个列表：请写成 JSON，或在映射里用 [lists.materials] 说明怎样把一格拆开。",
        {"row": 2, "column": "申请材料", "value": "申请表、身份证", "rule": "not-a-list"},
    ),
}


WORKBOOK_ROWS: dict[str, tuple[list[object], str, dict[str, object]]] = {
    "a formula that was never calculated": (
        [*new_item(), "=2+3"],
        "公式 =2+3 没有计算结果；请用 Excel 打开并保存，或粘贴为数值",
        {"row": 2, "column": "承诺办结时限", "value": "=2+3", "rule": "formula-not-calculated"},
    ),
    "a formula that failed": (
        [*new_item(), "#N/A"],
        "单元格是错误值 #N/A，不能当作空白；请改正公式或直接填写内容",
        {"row": 2, "column": "承诺办结时限", "value": "#N/A", "rule": "formula-error"},
    ),
    "a date where a number belongs": (
        [*new_item(), date(2026, 3, 2)],
        "2026-03-02 是日期，应填整数",
        {"row": 2, "column": "承诺办结时限", "value": "2026-03-02", "rule": "not-a-number"},
    ),
    "an item of another department": (
        ["HZ-001", "养老机构备案", DIVISION, OTHER, 5],
        f"事项 HZ-001 现在属于部门 {CIVIL_AFFAIRS}，导入不能把它改到 {OTHER}。划转请用变更单。",
        {"row": 2, "column": "department_code", "value": OTHER, "rule": "moves-department"},
    ),
}


@pytest.mark.parametrize("case", WORKBOOK_ROWS)
def test_a_row_of_a_workbook_is_refused(staff: TestClient, case: str) -> None:
    cells, says, place = WORKBOOK_ROWS[case]
    content = xlsx_file([*COLUMNS, "承诺办结时限"], cells)
    status, problem = send(staff, content, "items.xlsx", dry_run="false")
    first = problem["errors"][0]
    assert (status, first["detail"]) == (422, says)
    assert {name: first[name] for name in place} == place


def test_a_day_that_is_written_as_text_is_read_or_refused(staff: TestClient) -> None:
    header = [*COLUMNS, "计划生效日期"]
    for text in ("2026年4月1日", "2026/4/1", "2026.04.01", "20260401", "2026-04-01 00:00:00"):
        status, report = send(staff, xlsx_file(header, [*new_item(), text]), "items.xlsx")
        assert (status, report["added"]) == (201, 1), text
    _, problem = send(staff, xlsx_file(header, [*new_item(), "明年四月"]), "items.xlsx", dry_run="false")
    assert problem["errors"][0]["detail"] == "“明年四月”不是日期；请写成 2024-06-30"
    assert problem["errors"][0]["column"] == "计划生效日期"


@pytest.mark.parametrize("case", ROWS)
def test_a_row_is_refused_by_row_column_value_and_rule(staff: TestClient, case: str) -> None:
    content, says, place = ROWS[case]
    name = "items.ndjson" if content.startswith(b"{") else "items.csv"
    status, problem = send(staff, content, name, dry_run="false")
    assert (status, problem["type"], problem["title"]) == (422, "/problems/rows-rejected", "文件里有不能导入的行")
    first = problem["errors"][0]
    assert first["detail"].startswith(says)
    assert {name: first[name] for name in place} == place
    assert f"第 {place['row']} 行“{place['column']}”列：{says}" in problem["detail"]
    assert "什么都没有写入" in problem["detail"]


def test_all_that_is_wrong_with_a_row_is_said_at_once(staff: TestClient) -> None:
    content = csv_file([*COLUMNS, "is_online", "promised_limit"], [*new_item(), "部分", "三天"])
    _, problem = send(staff, content, dry_run="false")
    assert [place["column"] for place in problem["errors"]] == ["is_online", "promised_limit"]


def workbook_of_nothing() -> bytes:
    content = BytesIO()
    Workbook().save(content)
    return content.getvalue()


def merged(cells: str) -> bytes:
    book, content = Workbook(), BytesIO()
    for row in (COLUMNS, new_item(), new_item("HZ-003")):
        book.worksheets[0].append(row)
    book.worksheets[0].merge_cells(cells)
    book.save(content)
    return content.getvalue()


def sheets(**rows_of: list[Sequence[object]]) -> bytes:
    """Each with its rows, in this order."""
    book, content = Workbook(), BytesIO()
    book.remove(book.worksheets[0])
    for title, rows in rows_of.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(content)
    return content.getvalue()


def with_macros(workbook: bytes) -> bytes:
    content = BytesIO(workbook)
    with ZipFile(content, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"")
    return content.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FILES: dict[str, tuple[Callable[[], bytes], str, str, str]] = {
    "an empty file": (lambda: b"", "items.csv", "empty-file", "文件是空的（0 字节）"),
    "an empty workbook": (workbook_of_nothing, "items.xlsx", "empty-file", "工作簿里没有内容"),
    "only a header": (lambda: csv_file(COLUMNS), "items.csv", "empty-file", "文件只有表头，没有数据行"),
    "text under the name of a workbook": (
        lambda: csv_file(COLUMNS, new_item()),
        "items.xlsx",
        "not-what-its-name-says",
        "文件名以 .xlsx 结尾，内容却是文本（csv）",
    ),
    "a workbook under the name of text": (
        lambda: xlsx_file(COLUMNS, new_item()),
        "items.csv",
        "not-what-its-name-says",
        "文件名以 .csv 结尾，内容却是xlsx 工作簿或压缩包",
    ),
    "a web page": (
        lambda: b"<html><table></table></html>",
        "items.csv",
        "not-what-its-name-says",
        "文件名以 .csv 结尾，内容却是网页或 XML",
    ),
    "an old workbook": (
        lambda: OLE + b"\0" * 512,
        "items.xls",
        "unsupported-file",
        "这是老式的 .xls 文件；请用 Excel 或 WPS 另存为 .xlsx",
    ),
    "an unknown kind": (lambda: b"abc", "items.docx", "unsupported-file", "认不出“items.docx”是什么文件"),
    "no encoding we know": (
        lambda: b"code,name\nA,\xff\xfe\xff\n",
        "items.csv",
        "bad-encoding",
        "第 2 行有既不是 UTF-8 也不是 GB18030 的字节",
    ),
    "an unknown column": (
        lambda: one_cell("承诺办结时间", "5"),
        "items.csv",
        "unknown-column",
        "不认识“承诺办结时间”这一列，最接近的是“承诺办结时限”",
    ),
    "a column that is computed": (
        lambda: one_cell("网办深度等级", "4"),
        "items.csv",
        "derived-column",
        "“网办深度等级”由系统算出，请删去该列",
    ),
    "merged cells": (
        lambda: merged("C2:C3"),
        "items.xlsx",
        "merged-cells",
        "C2:C3 是合并单元格，请取消合并并逐行填写",
    ),
    "a sheet without a header": (
        lambda: xlsx_file(["填写说明", "版本"], ["一", "二"]),
        "items.xlsx",
        "no-header",
        "工作表“Sheet”的表头里没有一个认得的列名",
    ),
    "a cover before the list": (
        lambda: sheets(封面=[["事项清单", "2026 年"], ["编制单位", "审批局"]], 清单=[COLUMNS, new_item()]),
        "items.xlsx",
        "no-header",
        "工作表“封面”的表头里没有一个认得的列名；请确认列名在文件的第一行，或指定映射。读的是第一张有内容的工作表“封面”，没有读“清单”",
    ),
    "exchange names below the Chinese ones": (
        lambda: xlsx_file(["事项编码", "事项名称"], ["task_code", "task_name"], ["HZ-001", "养老机构备案"]),
        "items.xlsx",
        "two-headers",
        "第 2 行（“task_code”“task_name”…）像是第二行表头：列名只能占一行，第 1 行已经是了。请删去第 2 行",
    ),
    "groups above the names": (
        lambda: xlsx_file(["基本信息", "", "办理"], ["事项编码", "事项名称", "是否网办"], ["HZ-001", "甲", "是"]),
        "items.xlsx",
        "two-headers",
        "第 1 行像是标题或分组，列名（“事项编码”“事项名称”“是否网办”…）在第 2 行",
    ),
    "a file with a password": (
        lambda: OLE + "EncryptedPackage".encode("utf-16-le"),
        "items.xlsx",
        "encrypted-file",
        "文件有打开密码，无法读取；请在 Excel 里去掉密码",
    ),
    "a file with macros": (
        lambda: with_macros(xlsx_file(COLUMNS, new_item())),
        "items.xlsm",
        "unsupported-file",
        "不接收带宏的文件（.xlsm）；请用 Excel 或 WPS 另存为 .xlsx",
    ),
    "a file with macros under another name": (
        lambda: with_macros(xlsx_file(COLUMNS, new_item())),
        "items.xlsx",
        "unsupported-file",
        "不接收带宏的文件（.xlsm）",
    ),
    "an old workbook under a new name": (
        lambda: OLE + b"\0" * 512,
        "items.xlsx",
        "unsupported-file",
        "这是老式的 .xls 文件；请用 Excel 或 WPS 另存为 .xlsx",
    ),
    "a column twice in a workbook": (
        lambda: xlsx_file([*COLUMNS, "是否网办", "is_online"], [*new_item(), "是", "否"]),
        "items.xlsx",
        "duplicate-column",
        "“是否网办”“is_online”这 2 列都是 is_online，只能留一列",
    ),
    "no header": (
        lambda: csv_file(["HZ-002", "社团登记"], ["HZ-003", "甲"]),
        "items.csv",
        "no-header",
        "表头里没有一个",
    ),
    "one element in two columns": (
        lambda: csv_file(["code", "事项编码"], ["HZ-001", "HZ-001"]),
        "items.csv",
        "duplicate-column",
        "“code”“事项编码”这 2 列都是 code，只能留一列",
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_is_refused_as_a_whole(staff: TestClient, case: str) -> None:
    content, name, rule, says = FILES[case]
    status, problem = send(staff, content(), name, dry_run="false")
    assert (status, problem["errors"][0]["rule"]) == (422, rule)
    assert problem["detail"].startswith(says)


FORMS: dict[str, tuple[dict[str, str], str]] = {
    "a day that does not exist": ({"effective_on": "2026-02-30"}, "effective_on 应为年-月-日的日期，得到“2026-02-30”"),
    "the day that never comes": ({"effective_on": "9999-12-31"}, "生效日期不能是 9999-12-31"),
    "a misspelt part": ({"effective-on": "2026-04-01"}, "表单里没有名为 effective-on 的字段。是否为 effective_on？"),
    "neither refuse nor skip": ({"on_invalid": "ignore"}, "on_invalid 只能是 refuse、skip，得到“ignore”"),
    "neither true nor false": ({"dry_run": "maybe"}, "dry_run 应为 true 或 false"),
    "a title without words": ({"title": "  "}, "title 不能为空"),
    "a title with control characters": ({"title": "三月\0清单"}, "只写一行，不能有换行"),
}


@pytest.mark.parametrize("case", FORMS)
def test_a_form_is_refused(staff: TestClient, case: str) -> None:
    form, says = FORMS[case]
    status, problem = send(staff, csv_file(COLUMNS, new_item()), **({"dry_run": "false"} | form))
    assert (status, says in problem["detail"]) == (422, True), problem


def test_a_file_is_needed(staff: TestClient) -> None:
    answer = staff.post("/v1/imports", data={"dry_run": "false"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/file")
    assert answer.json()["detail"] == "请求有 1 处错误：file 必须提供"


def test_a_file_sent_as_text(staff: TestClient) -> None:
    answer = staff.post("/v1/imports", data={"file": "items.csv", "dry_run": "false"})
    assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, "not-an-upload")
    assert answer.json()["detail"] == "file 要是上传的文件：curl 里写 -F file=@文件名"


def test_a_form_sent_without_choosing_a_file(staff: TestClient) -> None:
    answer = staff.post("/v1/imports", files={"file": ("", b"")})
    assert (answer.status_code, answer.json()["detail"]) == (422, "请求有 1 处错误：file 必须提供")


def test_one_file_at_a_time(staff: TestClient) -> None:
    content = csv_file(COLUMNS, new_item())
    answer = staff.post("/v1/imports", files=[("file", ("a.csv", content)), ("file", ("b.csv", content))])
    assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, "given-twice")


def test_a_key_is_needed(client: TestClient) -> None:
    for answer in (
        client.post("/v1/imports", files={"file": ("a.csv", csv_file(COLUMNS, new_item()))}),
        client.get("/v1/imports/1"),
        client.get("/v1/imports/1/problems"),
    ):
        assert (answer.status_code, answer.json()["title"]) == (401, "需要密钥")


def test_an_import_that_does_not_exist(staff: TestClient) -> None:
    for path in ("/v1/imports/999", "/v1/imports/999/problems"):
        answer = staff.get(path)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/import-not-found")


@pytest.fixture
def one_megabyte(staff: TestClient, database_url: str) -> Iterator[TestClient]:
    """The same catalogue where an operator allows 1 MB."""
    app = create_app(Settings(database_url=database_url, frozen_clock=NOW, max_upload_mb=1))
    yield Client(app, headers=dict(staff.headers))
    app.state.database.close()


def test_a_file_over_the_limit(one_megabyte: TestClient) -> None:
    status, problem = send(one_megabyte, b"code\n" + b"HZ-001\n" * 160_000, dry_run="false")
    assert (status, problem["errors"][0]["rule"]) == (422, "file-too-large")
    assert problem["detail"] == "文件有 1.1 MB，最大 1 MB；请分成几个文件"


@pytest.mark.parametrize("length", [{"Content-Length": "20000000"}, {}])
def test_an_upload_far_over_the_limit_is_refused_while_it_comes_in(
    one_megabyte: TestClient, length: dict[str, str]
) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x", **length}
    answer = one_megabyte.post("/v1/imports", content=iter([part, *[b"a" * 2**20] * 19]), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
    assert answer.json()["detail"].startswith("上传的内容超过 1 MB。请把文件分成几个再导入")


def test_too_many_rows(application: FastAPI, staff: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application.state.settings, "max_import_rows", 1)
    status, problem = send(staff, csv_file(COLUMNS, new_item(), new_item("HZ-003")), dry_run="false")
    assert (status, problem["errors"][0]["rule"], problem["detail"]) == (
        422,
        "too-many-rows",
        "数据超过 1 行；请分成几个文件",
    )


def test_a_name_that_cannot_be_kept_is_cleaned(staff: TestClient) -> None:
    status, report = send(staff, csv_file(COLUMNS, new_item()), "三\u200b月.csv")
    assert (status, report["file_name"]) == (201, "三月.csv")
