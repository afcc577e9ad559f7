"""A clerk's own workbook comes back with what is wrong marked in it, and is imported again as it is."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import insert

from app.catalogue.workbook.layout import Stamp, stamp_rows
from app.clock import FrozenClock
from app.db import Database
from app.downloads import turn
from app.files.annotated import summary, workbook
from app.files.annotated.marks import AUTHOR, BELOW, COLOURS
from app.files.annotated.workbook import MAKING
from app.files.workbooks import RESULTS
from app.imports import keeping
from app.imports.models import import_problem
from tests.access.people import add_user, signed_in, with_token
from tests.conftest import NOW
from tests.factories import CIVIL_AFFAIRS, DIVISION, department, item, publish
from tests.files.samples import SPREADSHEET, sheet_of_xml, text_cell
from tests.imports.uploads import COLUMNS, Report, checked, counts, csv_file, new_item, send, xlsx_file
from tests.jobs.desk import app_of, run_pending

pytestmark = pytest.mark.one_database

HEADER = (
    "事项编码",
    "事项名称",
    "行政区划代码",
    "实施主体编码",
    "是否网办",
    "承诺办结时限",
    "法定办结时限",
    "承诺办结时限单位",
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(autouse=True)
def published(database: Database) -> None:
    publish(database, department(), item("HZ-001"), item("HZ-009", name="公墓年检"))


def row(code: str, name: str, online: str = "否", promised: object = 5, statutory: object = 20) -> list[object]:
    return [code, name, DIVISION, CIVIL_AFFAIRS, online, promised, statutory, "工作日"]


MISTAKEN: tuple[list[object], ...] = (
    row("HZ-009", "公墓年审"),
    row("HZ-002", "社团登记", online="也许", promised="20个工作日"),
    row("HZ-003", "婚姻登记"),
    [None, "没有编码", DIVISION, CIVIL_AFFAIRS, "是", 1, 1, "工作日"],
)


def a_list(*rows: list[object], change: Callable[[Worksheet], None] = lambda _: None) -> bytes:
    book, written = Workbook(), BytesIO()
    sheet = book.worksheets[0]
    sheet.title = "清单"
    for each in (HEADER, *rows):
        sheet.append(list(each))
    change(sheet)
    book.save(written)
    return written.getvalue()


def given_back(staff: TestClient, report: Report) -> bytes:
    answer = staff.get(f"/v1/imports/{report['id']}/annotated.xlsx")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, XLSX), answer.text
    return answer.content


def opened(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content), rich_text=True)


def annotated(staff: TestClient, content: bytes, **form: str) -> Workbook:
    return opened(given_back(staff, checked(staff, content, "三月清单.xlsx", **form)))


def saved(book: Workbook) -> bytes:
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def colour(cell: Any) -> str | None:
    return cell.fill.start_color.rgb[-6:] if cell.fill.fill_type else None


def marked(sheet: Worksheet) -> dict[str, str]:
    """The severity of each cell that has a colour of ours."""
    severities = {code: severity for severity, code in COLOURS.items()}
    cells = (cell for cells in sheet.iter_rows() for cell in cells)
    return {cell.coordinate: severities[code] for cell in cells if (code := colour(cell)) in severities}


def comments(sheet: Worksheet) -> dict[str, str]:
    cells = (cell for cells in sheet.iter_rows() for cell in cells)
    return {cell.coordinate: cell.comment.text for cell in cells if cell.comment}


def told(book: Workbook) -> list[list[object]]:
    return [[cell.value for cell in cells] for cells in book.worksheets[0].iter_rows()]


def lines(book: Workbook) -> list[list[object]]:
    rows = told(book)
    begin = rows.index(list(summary.HEADER)) + 1
    until = next((n for n, cells in enumerate(rows[begin:], begin) if not any(cells)), len(rows))
    return rows[begin:until]


def test_wrong_cells_are_coloured_and_say_what_to_do(staff: TestClient) -> None:
    sheet = annotated(staff, a_list(*MISTAKEN))["清单"]
    assert marked(sheet) == {"E3": "rejected", "F3": "rejected", "B2": "warning", "A5": "rejected"}
    comment = sheet["F3"].comment
    assert comment is not None
    assert comment.author == AUTHOR
    assert comment.text == "【拒绝】“20个工作日”里混有“个工作日”；这里只填数字 20，单位填在单位列"
    assert sheet["A2"].comment is None


def test_the_first_sheet_sums_up_and_leads_to_each_cell(staff: TestClient) -> None:
    book = annotated(staff, a_list(*MISTAKEN))
    first = book.worksheets[0]
    assert (first.title, first["A1"].value, book.active) == ("导入结果", RESULTS, first)
    assert [sheet.sheet_view.tabSelected for sheet in book.worksheets] == [True, False]
    rows = told(book)
    said = str(rows[1][0])
    assert said.startswith("“三月清单.xlsx”第 ")
    assert said.endswith("次导入，生效日期 2026-03-02：有行不能导入，什么都没有写入。")
    totals = {cells[0]: cells[1] for cells in rows[: rows.index(list(summary.HEADER))] if isinstance(cells[1], int)}
    assert totals == {"文件里的行": 4, "不能导入的行": 2, "新增": 1, "修改": 1, "拒绝": 3, "提醒": 1} | totals
    assert lines(book)[0] == [
        "拒绝",
        "清单",
        3,
        "是否网办",
        "也许",
        "“也许”不是是/否",
        "请填 是、否（也可用 有/无、1/0、true/false），不清楚就留空",
    ]
    links = [cell.hyperlink.location for cells in first.iter_rows() for cell in cells if cell.hyperlink]
    assert links == ["'清单'!E3", "'清单'!F3", "'清单'!A5", "'清单'!B2"]
    assert rows[-1][0] == "HZ-001"


def test_all_that_is_wrong_with_a_cell_is_in_one_comment_and_the_worst_gives_the_colour(staff: TestClient) -> None:
    """The limit is too long, and the row as a whole looks like an item that the file leaves out."""
    header = ("承诺办结时限", "法定办结时限", "承诺办结时限单位", "法定办结时限单位", *COLUMNS)
    values = [30, 20, "工作日", "工作日", *new_item("HZ-010", "公墓年检")]
    sheet = annotated(staff, xlsx_file(header, values)).worksheets[1]
    assert marked(sheet) == {"A2": "error"}
    first, second = comments(sheet)["A2"].split("\n")
    assert first == "【错误】承诺办结时限超过了法定办结时限。改短承诺时限，或核对法定时限。"
    assert second.startswith("【提醒】新编码 HZ-010 与不在文件里的 HZ-009 部门、名称都相同，也许是同一事项。")


def test_a_column_that_the_file_lacks_marks_the_first_cell_of_the_row(staff: TestClient) -> None:
    sheet = annotated(staff, xlsx_file(("事项名称", "事项编码"), ["社团登记", "HZ-002"])).worksheets[1]
    assert (marked(sheet), list(comments(sheet))) == ({"A2": "rejected"}, ["A2"])


def formatted(sheet: Worksheet) -> None:
    """A sheet as clerks and our own export make it."""
    book = sheet.parent
    assert book is not None
    sheet.freeze_panes = "A2"
    sheet.column_dimensions["B"].width = 41.5
    sheet.column_dimensions["H"].hidden = True
    sheet.row_dimensions[1].height = 33
    sheet["F2"].number_format = "0.00"
    sheet["B2"].font = Font(name="仿宋", bold=True, color="FF0000FF")
    sheet["B2"].alignment = Alignment(wrap_text=True)
    sheet["C2"].fill = PatternFill("solid", start_color="FFEEEEEE")
    sheet["D2"].comment = Comment("请核对信用代码", "李科长")
    sheet["E2"].value = CellRichText("也", TextBlock(InlineFont(b=True), "许"))
    sheet.conditional_formatting.add("F2:F9", CellIsRule("greaterThan", ["20"], font=Font(color="FFFF0000")))  # type: ignore[no-untyped-call]
    codes = book.create_sheet("代码表")
    codes.append(["是"])
    codes.append(["否"])
    book.defined_names["是否"] = DefinedName("是否", attr_text="'代码表'!$A$1:$A$2")
    choice = DataValidation("list", formula1="是否", showDropDown=False)
    choice.add("E2:E999")
    sheet.add_data_validation(choice)
    sheet.auto_filter.ref = "A1:H5"
    stamp = book.create_sheet("_版本")
    for row in stamp_rows(Stamp("items", 1, NOW.date()), []):
        stamp.append(row)
    stamp.sheet_state = "veryHidden"


def test_formats_are_kept(staff: TestClient) -> None:
    book = annotated(staff, a_list(row("HZ-009", "公墓年审", online="也许"), change=formatted))
    sheet = book["清单"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.row_dimensions[1].height) == ("A2", "A1:H5", 33)
    assert (sheet.column_dimensions["B"].width, sheet.column_dimensions["H"].hidden) == (41.5, True)
    assert (sheet["F2"].number_format, colour(sheet["C2"])) == ("0.00", "EEEEEE")
    assert (sheet["B2"].font.name, sheet["B2"].font.b, sheet["B2"].alignment.wrap_text) == ("仿宋", True, True)
    assert marked(sheet) == {"E2": "rejected"}
    assert isinstance(sheet["E2"].value, CellRichText)
    assert [str(each.sqref) for each in sheet.conditional_formatting] == ["F2:F9"]
    (choice,) = sheet.data_validations.dataValidation
    assert (str(choice.sqref), choice.formula1) == ("E2:E999", "是否")
    assert book.defined_names["是否"].attr_text == "'代码表'!$A$1:$A$2"
    assert (book["_版本"].sheet_state, book["_版本"]["A1"].value) == ("veryHidden", "shixiang")
    assert book.sheetnames == ["导入结果", "清单", "代码表", "_版本"]
    comment = sheet["D2"].comment
    assert comment is not None
    assert (comment.author, comment.text) == ("李科长", "请核对信用代码")


def test_fixed_and_uploaded_again_it_is_imported_and_nothing_piles_up(staff: TestClient) -> None:
    book = annotated(staff, a_list(*MISTAKEN))
    sheet = book["清单"]
    sheet["E3"], sheet["F3"] = "否", 20
    again = checked(staff, saved(book), "三月清单-批注.xlsx")
    assert (again["sheet"], again["ignored_sheets"], again["rejected"]) == ("清单", [], 1)
    book = opened(given_back(staff, again))
    assert book.sheetnames == ["导入结果", "清单"]
    assert marked(book["清单"]) == {"B2": "warning", "A5": "rejected"}
    assert set(comments(book["清单"])) == {"B2", "A5"}
    book["清单"].delete_rows(5)
    book["导入结果"].title = "改了名的"
    last = checked(staff, saved(book), "三月清单-批注.xlsx", dry_run="false")
    assert counts(last) == {"added": 2, "amended": 1, "absent": 1}
    answer = staff.get(f"/v1/imports/{last['id']}/annotated.xlsx")
    assert opened(answer.content).sheetnames == ["导入结果", "清单"]
    assert quote("三月清单-批注.xlsx") in answer.headers["Content-Disposition"]


def test_a_refused_file_comes_back_too(staff: TestClient) -> None:
    _, problem = send(staff, a_list(*MISTAKEN), "三月清单.xlsx", dry_run="false")
    sheet = opened(given_back(staff, {"id": problem["import"]}))["清单"]
    assert marked(sheet)["E3"] == "rejected"


def test_what_others_wrote_beside_a_cell_stays(staff: TestClient) -> None:
    def noted(sheet: Worksheet) -> None:
        sheet["E3"].comment = Comment("窗口说还没定", "李科长")

    book = annotated(staff, a_list(*MISTAKEN, change=noted))
    sheet = book["清单"]
    theirs, _, ours = comments(sheet)["E3"].partition(BELOW)
    assert (theirs, ours[:4]) == ("窗口说还没定", "【拒绝】")
    sheet["E3"] = "是"
    again = checked(staff, saved(book), "三月清单.xlsx")
    assert comments(opened(given_back(staff, again))["清单"])["E3"] == "窗口说还没定"


def test_a_sheet_of_the_same_name_is_theirs(staff: TestClient) -> None:
    def named(sheet: Worksheet) -> None:
        sheet.title = "导入结果"

    book = annotated(staff, a_list(*MISTAKEN, change=named))
    assert book.sheetnames == ["导入结果1", "导入结果"]
    assert checked(staff, saved(book), "三月清单.xlsx")["sheet"] == "导入结果"


def test_headers_are_found_as_an_import_finds_them(staff: TestClient) -> None:
    """Below blank rows, and with a note that is not part of the name."""
    book, header = Workbook(), (*COLUMNS, "承诺办结时限（工作日）")
    sheet = book.worksheets[0]
    for place, values in enumerate((header, [*new_item(), "五天"]), 4):
        for column, value in enumerate(values, 3):
            sheet.cell(place, column, str(value))
    assert marked(annotated(staff, saved(book)).worksheets[1]) == {"G5": "rejected"}


def test_texts_are_written_as_they_were(staff: TestClient) -> None:
    odd = ["=1+1", "'=1", " 前后有空格 ", "两行\n文字", "_x000D_", "007", "a_x0041_b", "<&>", True, 1.5, "2026-03-02"]
    header = [*COLUMNS, *(f"列{n}" for n in range(len(odd)))]
    mapping = "[columns]\n" + "".join(f'"列{n}" = false\n' for n in range(len(odd)))

    def as_text(sheet: Worksheet) -> None:
        sheet["E2"].data_type = "s"

    book = Workbook()
    for values in (header, [*new_item(), *odd]):
        book.worksheets[0].append(values)
    as_text(book.worksheets[0])
    before = saved(book)
    after = given_back(staff, checked(staff, before, "三月清单.xlsx", mapping_file=mapping))
    assert [cell.value for cell in opened(after).worksheets[1][2]] == [
        cell.value for cell in opened(before).worksheets[0][2]
    ]


def test_more_lines_than_the_first_sheet_takes(staff: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary, "MOST_LINES", 2)
    monkeypatch.setattr(workbook, "MOST_COMMENTS", 1)
    report = checked(staff, a_list(*MISTAKEN), "三月清单.xlsx")
    book = opened(given_back(staff, report))
    assert [cells[0] for cells in lines(book)] == ["拒绝", "拒绝", f"… 另有 2 条，见 {report['problems_url']}"]
    assert (len(marked(book["清单"])), list(comments(book["清单"]))) == (4, ["E3"])
    assert any(cells[0] == "有问题的单元格有 4 个，都上了颜色；批注只写在其中最要紧的 1 个上。" for cells in told(book))


def test_what_does_not_come_back_is_said(staff: TestClient) -> None:
    content = BytesIO(a_list(*MISTAKEN))
    with ZipFile(content, "a") as archive:
        archive.writestr("xl/media/image1.png", b"\x89PNG")
    book = annotated(staff, content.getvalue())
    assert any("注意：原文件里的图片在这个文件里可能不完整或没有了" in str(cells[0]) for cells in told(book))


def test_formulas_are_to_be_calculated_again(staff: TestClient) -> None:
    def calculated(sheet: Worksheet) -> None:
        sheet["F4"] = "=2+3"

    book = annotated(staff, a_list(*MISTAKEN, change=calculated))
    assert book["清单"]["F4"].value == "=2+3"
    assert any("文件里有 1 个公式" in str(cells[0]) for cells in told(book))


def refused(staff: TestClient, number: int) -> tuple[int, str, str]:
    answer = staff.get(f"/v1/imports/{number}/annotated.xlsx")
    problem = answer.json()
    assert problem["problems_url"] == f"/v1/imports/{number}/problems"
    return answer.status_code, problem["type"], problem["detail"]


def test_only_a_workbook_can_be_marked(staff: TestClient) -> None:
    number = checked(staff, csv_file(COLUMNS, new_item()), "三月.csv")["id"]
    status, kind, says = refused(staff, number)
    assert (status, kind) == (409, "/problems/cannot-annotate")
    assert says == "“三月.csv”不是 xlsx 工作簿，不能批注。请看问题清单，或改用 xlsx 上传。"


def test_a_workbook_is_kept_for_some_days(staff: TestClient, clock: FrozenClock) -> None:
    first = checked(staff, a_list(*MISTAKEN), "三月清单.xlsx")
    clock.at += timedelta(days=30)
    second = checked(staff, a_list(*MISTAKEN), "三月清单.xlsx")
    assert given_back(staff, first)
    clock.at += timedelta(seconds=1)
    checked(staff, csv_file(COLUMNS, new_item()))
    status, kind, says = refused(staff, first["id"])
    assert (status, kind, "已不再保存" in says) == (410, "/problems/upload-not-kept", True)
    assert given_back(staff, second)


def test_an_office_may_keep_none(staff: TestClient, application: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application.state.settings, "keep_uploads_days", 0)
    assert refused(staff, checked(staff, a_list(*MISTAKEN), "三月清单.xlsx")["id"])[0] == 410


def test_a_workbook_that_is_too_large_is_not_loaded(staff: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_CELLS", 40)

    def merged(sheet: Worksheet) -> None:
        other = sheet.parent.create_sheet("说明")  # type: ignore[union-attr]  # it is in a workbook
        other.merged_cells.add("A1:XFD1048576")

    number = checked(staff, a_list(*MISTAKEN, change=merged), "三月清单.xlsx")["id"]
    status, kind, says = refused(staff, number)
    assert (status, kind) == (409, "/problems/cannot-annotate")
    assert "有 17179869223 个单元格、0 MB 格式，最多批注 40 个、32 MB" in says


def test_a_workbook_of_nothing_but_formats_is_not_loaded(staff: TestClient) -> None:
    """Small while it is packed; unpacked into objects it would be gigabytes."""
    content = BytesIO(a_list(*MISTAKEN))
    with ZipFile(content, "a", ZIP_DEFLATED) as archive:
        archive.writestr("xl/other.xml", b" " * 34_000_000)
    number = checked(staff, content.getvalue(), "三月清单.xlsx")["id"]
    assert "32 MB 格式，最多批注 1500000 个、32 MB" in refused(staff, number)[2]


def test_a_workbook_that_cannot_be_written_again(staff: TestClient, tmp_path: Path) -> None:
    cells = "".join(text_cell(f"{letter}1", name) for letter, name in zip("ABCD", COLUMNS, strict=True))
    values = "".join(text_cell(f"{letter}2", str(value)) for letter, value in zip("ABCD", new_item(), strict=True))
    rows = f'<row r="1">{cells}</row><row r="2">{values}</row>'
    styles = f'<styleSheet xmlns="{SPREADSHEET}"><fonts><font><sz val="大"/></font></fonts></styleSheet>'
    path = sheet_of_xml(tmp_path, rows, **{"xl/styles.xml": styles})
    status, kind, says = refused(staff, checked(staff, path.read_bytes(), "三月清单.xlsx")["id"])
    assert (status, kind) == (409, "/problems/cannot-annotate")
    assert says.startswith("“三月清单.xlsx”的内部结构特别，不能写批注。请用 Excel 或 WPS 另存一份再上传")


def test_what_is_wrong_on_the_sheet_of_a_list(staff: TestClient, database: Database) -> None:
    def with_materials(sheet: Worksheet) -> None:
        book = sheet.parent
        assert book is not None
        materials = book.create_sheet("申请材料")
        for values in (["事项编码", "材料名称（必填）"], ["HZ-009", "其他材料"]):
            materials.append(values)

    report = checked(staff, a_list(row("HZ-009", "公墓年检"), change=with_materials), "三月清单.xlsx")
    said = {"message_zh": "“其他材料”说不清是什么。请写明。", "message_en": "Say what.", "rule": "catch-all"}
    line = {"severity": "error", "sheet": "申请材料", "row": 2, "column": "材料名称", "value": "其他材料", **said}
    with database.write() as connection:
        connection.execute(insert(import_problem).values(import_id=report["id"], **line))
    book = opened(given_back(staff, report))
    assert (marked(book["申请材料"]), marked(book["清单"])) == ({"B2": "error"}, {"A2": "warning"})
    assert lines(book)[0] == ["错误", "申请材料", 2, "材料名称", "其他材料", "“其他材料”说不清是什么", "请写明。"]
    assert [cell.hyperlink.location for cells in book.worksheets[0] for cell in cells if cell.hyperlink] == [
        "'申请材料'!B2",
        "'清单'!A2",
    ]


def test_a_file_is_kept_in_parts(staff: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "PART", 1_000)
    assert marked(annotated(staff, a_list(*MISTAKEN))["清单"])


def test_one_workbook_is_marked_at_a_time(staff: TestClient) -> None:
    number = checked(staff, a_list(*MISTAKEN), "三月清单.xlsx")["id"]
    with turn(MAKING):
        answer = staff.get(f"/v1/imports/{number}/annotated.xlsx")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/annotating-another")
    assert staff.get(f"/v1/imports/{number}/annotated.xlsx").status_code == 200


def test_of_a_large_file_that_was_imported_in_the_background(staff: TestClient) -> None:
    files, form = {"file": ("三月清单.xlsx", a_list(*MISTAKEN))}, {"background": "true"}
    job = staff.post("/v1/imports", files=files, data=form).headers["Location"]
    run_pending(app_of(staff))
    number = staff.get(job).json()["result"]["import"]
    assert "E3" in marked(opened(given_back(staff, {"id": number}))["清单"])


def test_what_it_would_be_is_told_without_making_it(staff: TestClient) -> None:
    number = checked(staff, a_list(*MISTAKEN), "三月清单.xlsx")["id"]
    with turn(MAKING):
        assert staff.head(f"/v1/imports/{number}/annotated.xlsx").status_code == 200


def test_an_import_that_does_not_exist(staff: TestClient, client: TestClient) -> None:
    assert staff.get("/v1/imports/999/annotated.xlsx").json()["type"] == "/problems/import-not-found"
    assert client.get("/v1/imports/999/annotated.xlsx").status_code == 401


def test_a_file_is_for_whoever_uploaded_it_and_for_reviewers(
    application: FastAPI, database: Database, staff: TestClient
) -> None:
    """The list of a bureau may hold what it has not published; the problem list is for all who follow."""
    for login in ("li.na", "chen.jing"):
        add_user(database, login, "editor")
    add_user(database, "zhao.min", "reviewer")
    mine, others, reviewing = (signed_in(application, login) for login in ("li.na", "chen.jing", "zhao.min"))
    script = with_token(application, mine.post("/v1/api-keys", json={"name": "脚本"}).json()["token"])
    for uploader in (mine, script):
        path = f"/v1/imports/{checked(uploader, a_list(*MISTAKEN), '三月清单.xlsx')['id']}"
        asked = [each.get(f"{path}/annotated.xlsx").status_code for each in (mine, script, reviewing, staff, others)]
        assert asked == [200, 200, 200, 200, 403]
        refused = others.get(f"{path}/annotated.xlsx").json()
        assert (refused["type"], refused["permission"]) == ("/problems/not-permitted", "review")
        assert "只有上传人、审核人和管理员能下载" in refused["detail"]
        assert others.get(refused["problems_url"]).status_code == 200
