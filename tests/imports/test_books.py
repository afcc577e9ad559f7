"""A workbook comes back: only what was edited is a change, and nobody's work is overwritten unseen."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl.utils import get_column_letter
from sqlalchemy import update

from app.access.rules import OPERATOR
from app.catalogue.objects import ITEM
from app.catalogue.workbook.layout import STAMP, Stamp, stamp_rows
from app.changes.redactable import MARK
from app.db import Database
from app.files.rows import Limits
from app.imports.service import Upload, Wish, run
from app.jobs.rules import Cancelled
from tests.conftest import NOW
from tests.factories import CIVIL_AFFAIRS, DIVISION, amend, department, draft, item, publish
from tests.imports.books import (
    add_entry,
    cell,
    column,
    edit,
    entry,
    exported,
    published,
    row,
    rows,
    saved,
    set_entry,
    template,
    tried,
    whole,
)
from tests.imports.uploads import counts, entries, item_now, problems, send, written

pytestmark = pytest.mark.one_database

MATERIALS: list[dict[str, Any]] = [
    {"name": "申请表", "necessity": "1", "paper_copies": 2, "order": 1},
    {"name": "章程草案", "necessity": "1", "order": 2},
    {"name": "场所使用权证明", "necessity": "3", "order": 3},
]
GIVEN: dict[str, Any] = {
    "is_online": True,
    "promised_limit": 10,
    "promised_limit_unit": "1",
    "onsite_visits": 1,
    "service_objects": ["1", "2"],
    "materials": MATERIALS,
}
CODE, OTHER = "HZ-001", "HZ-002"
SINCE = date(2026, 3, 1)


@pytest.fixture(autouse=True)
def catalogue(database: Database) -> None:
    publish(database, department(), item(CODE, **GIVEN), item(OTHER, name="社会团体成立登记", **GIVEN))


def test_what_is_not_edited_is_no_change(staff: TestClient) -> None:
    report = tried(staff, whole(staff))
    assert counts(report) == {"unchanged": 2}
    assert (report["exported_revision"], report["ignored_sheets"]) == (1, [])


def test_only_edited_cells_are_changes(staff: TestClient) -> None:
    book = exported(staff)
    edit(book, CODE, 承诺办结时限=5, 服务对象="自然人")
    report = published(staff, book)
    (told,) = rows(staff, report)
    assert (told["row"], told["code"], told["outcome"]) == (row(book, CODE), CODE, "amended")
    assert [(each["label"], each["old_label"], each["new_label"]) for each in told["changes"]] == [
        ("承诺办结时限", "10", "5"),
        ("服务对象", "自然人、企业法人", "自然人"),
    ]
    (written_down,) = entries(staff, report)
    assert {each["field"] for each in written_down["changes"]} == {"promised_limit", "service_objects"}


def test_what_others_changed_meanwhile_stays(staff: TestClient, database: Database) -> None:
    """The clerk edits the limit; the visits were changed after the export, which the workbook doesn't know."""
    book = exported(staff)
    publish(database, amend(CODE, SINCE, onsite_visits=0), amend(OTHER, SINCE, onsite_visits=0))
    edit(book, CODE, 承诺办结时限=5)
    report = published(staff, book)
    assert counts(report) == {"amended": 1, "unchanged": 1}
    now = item_now(staff, CODE)
    assert (now["promised_limit"], now["onsite_visits"]) == (5, 0)
    (advice,) = [each for each in problems(staff, report, "advice") if each["rule"] == "moved-on"]
    assert advice["code"] == CODE
    assert "到办事现场次数" in advice["message"]


def test_what_both_changed_is_a_conflict_that_shows_both_values(staff: TestClient, database: Database) -> None:
    book = exported(staff)
    publish(database, amend(CODE, SINCE, promised_limit=7))
    edit(book, CODE, 承诺办结时限=5)
    before = written(database)
    status, problem = send(staff, saved(book), "items.xlsx", dry_run="false")
    assert status == 422
    (error,) = problem["errors"]
    assert (error["row"], error["column"], error["rule"]) == (row(book, CODE), "承诺办结时限", "changed-by-both")
    assert all(value in error["detail"] for value in ("“10”", "“7”", "“5”"))
    assert written(database) == before


@pytest.mark.parametrize(("policy", "becomes"), [("mine", 5), ("theirs", 7)])
def test_a_conflict_is_decided_when_the_file_is_imported(
    staff: TestClient, database: Database, policy: str, becomes: int
) -> None:
    book = exported(staff)
    publish(database, amend(CODE, SINCE, promised_limit=7))
    edit(book, CODE, 承诺办结时限=5, 是否网办="否")
    report = published(staff, book, on_conflict=policy)
    now = item_now(staff, CODE)
    assert (now["promised_limit"], now["is_online"], report["on_conflict"]) == (becomes, False, policy)


def test_who_wrote_the_same_as_somebody_else_agrees(staff: TestClient, database: Database) -> None:
    book = exported(staff)
    publish(database, amend(CODE, SINCE, promised_limit=5))
    edit(book, CODE, 承诺办结时限=5)
    assert counts(tried(staff, book)) == {"unchanged": 2}


def test_materials_are_added_changed_and_removed(staff: TestClient) -> None:
    book = exported(staff)
    set_entry(book, "申请材料", entry(book, "申请材料", CODE, 1), 纸质材料份数=1)
    set_entry(book, "申请材料", entry(book, "申请材料", CODE, 2), 删除="是")
    add_entry(book, "申请材料", 事项编码=CODE, 材料名称="住所证明", 材料必要性="必要")
    report = published(staff, book)
    assert report["list_sheets"] == ["申请材料"]
    assert item_now(staff, CODE)["materials"] == [
        {**MATERIALS[0], "paper_copies": 1},
        MATERIALS[2],
        {"name": "住所证明", "necessity": "1"},
    ]
    assert item_now(staff, OTHER)["materials"] == MATERIALS
    (told,) = rows(staff, report)
    (materials,) = told["changes"]
    assert [(each["kind"], each["name"]) for each in materials["entries"]] == [
        ("changed", "申请表"),
        ("removed", "章程草案"),
        ("added", "住所证明"),
    ]


def test_a_missing_row_of_a_list_deletes_nothing(staff: TestClient) -> None:
    book = exported(staff)
    book["申请材料"].delete_rows(entry(book, "申请材料", CODE, 2))
    report = tried(staff, book)
    assert counts(report) == {"unchanged": 2}
    (advice,) = problems(staff, report, "advice")
    assert (advice["rule"], advice["sheet"], advice["value"]) == ("entries-absent", "申请材料", "1")


def test_an_entry_that_somebody_else_changed_is_a_conflict(staff: TestClient, database: Database) -> None:
    book = exported(staff)
    publish(database, amend(CODE, SINCE, materials=MATERIALS[:1]))
    number = entry(book, "申请材料", CODE, 3)
    set_entry(book, "申请材料", number, 材料名称="房屋租赁合同")
    (problem,) = problems(staff, tried(staff, book), "rejected")
    assert (problem["rule"], problem["sheet"], problem["row"]) == ("changed-by-both", "申请材料", number)
    assert "场所使用权证明" in problem["message"]
    published(staff, book, on_conflict="mine")
    assert [each["name"] for each in item_now(staff, CODE)["materials"]] == ["申请表", "房屋租赁合同"]


def test_edits_of_different_entries_go_together(staff: TestClient, database: Database) -> None:
    book = exported(staff)
    others = [{"name": "身份证"}, {**MATERIALS[0], "paper_copies": 1}, *MATERIALS[1:]]
    publish(database, amend(CODE, SINCE, materials=others))
    set_entry(book, "申请材料", entry(book, "申请材料", CODE, 3), 材料名称="房屋租赁合同")
    published(staff, book)
    assert item_now(staff, CODE)["materials"] == [*others[:3], {**MATERIALS[2], "name": "房屋租赁合同"}]


def test_what_is_decided_for_the_whole_file_is_told(staff: TestClient, database: Database) -> None:
    book = exported(staff)
    publish(database, amend(CODE, SINCE, promised_limit=7))
    edit(book, CODE, 承诺办结时限=5)
    for policy, rule, outcome in (("theirs", "left-to-others", "unchanged"), ("mine", "overrides-others", "amended")):
        report = tried(staff, book, on_conflict=policy)
        assert report[outcome] == (2 if outcome == "unchanged" else 1)
        assert [each["rule"] for each in problems(staff, report, "warning")] == [rule]


def test_rows_of_items_that_were_deleted_from_the_sheet_are_passed_over(staff: TestClient) -> None:
    """To send back a few rows is what the help says one may do."""
    book = exported(staff)
    book["事项"].delete_rows(row(book, OTHER))
    edit(book, CODE, 承诺办结时限=5)
    assert counts(tried(staff, book)) == {"amended": 1, "absent": 1}
    for place in (1, 3):
        set_entry(book, "申请材料", entry(book, "申请材料", OTHER, place), 纸质材料份数=9)
    report = tried(staff, book)
    assert (counts(report)["rejected"], report["rows"]) == (2, 1)
    assert [each["code"] for each in problems(staff, report, "rejected")] == [OTHER, OTHER]


def test_the_division_may_be_left_out(staff: TestClient) -> None:
    book = exported(staff)
    book["事项"].delete_cols(column(book, "行政区划代码"))
    set_entry(book, "申请材料", entry(book, "申请材料", CODE, 1), 纸质材料份数=1)
    assert counts(tried(staff, book)) == {"amended": 1, "unchanged": 1}


@pytest.mark.parametrize("missing", ["序号", "事项编码"])
def test_a_sheet_of_a_list_needs_to_say_which_entry_a_row_is(staff: TestClient, missing: str) -> None:
    book = exported(staff)
    book["申请材料"].delete_cols(column(book, missing, "申请材料"))
    status, problem = send(staff, saved(book), "items.xlsx")
    assert (status, problem["errors"][0]["rule"]) == (422, "bad-columns")
    assert problem["detail"].startswith(f"工作表“申请材料”：没有“{missing}”一列")


def test_numbers_that_were_cleared_double_nothing(staff: TestClient) -> None:
    book = exported(staff)
    for place in (1, 2, 3):
        set_entry(book, "申请材料", entry(book, "申请材料", CODE, place), 序号=None)
    assert counts(tried(staff, book)) == {"unchanged": 2}


def test_a_sheet_with_another_name_is_not_passed_over_in_silence(staff: TestClient) -> None:
    book = exported(staff)
    book["申请材料"].title = "材料"
    report = tried(staff, book)
    assert report["ignored_sheets"] == ["材料"]
    assert [(each["rule"], each["value"]) for each in problems(staff, report, "warning")] == [
        ("sheet-not-read", "材料")
    ]


def test_cancelled_while_its_lists_are_read_it_leaves_nothing(
    staff: TestClient, database: Database, tmp_path: Path
) -> None:
    def cancel(_: int) -> None:
        raise Cancelled

    path, wish = tmp_path / "items.xlsx", Wish(NOW.date(), dry_run=False)
    path.write_bytes(saved(exported(staff)))
    before = written(database)
    with pytest.raises(Cancelled):
        run(database, Upload(path, path.name, OPERATOR), wish, now=NOW, limits=Limits(), progress=cancel)
    assert written(database) == before
    assert staff.get("/v1/imports/1").status_code == 404


def test_hidden_rows_of_a_list_are_read_and_told(staff: TestClient) -> None:
    book = exported(staff)
    number = entry(book, "申请材料", CODE, 1)
    set_entry(book, "申请材料", number, 纸质材料份数=1)
    book["申请材料"].row_dimensions[number].hidden = True
    report = tried(staff, book)
    assert counts(report) == {"amended": 1, "unchanged": 1}
    (told,) = [each for each in problems(staff, report, "warning") if each["rule"] == "hidden-rows"]
    assert (told["sheet"], told["value"]) == ("申请材料", str(number))


def test_a_code_that_cannot_be_read_is_told_as_such(staff: TestClient) -> None:
    book = exported(staff)
    number = add_entry(book, "申请材料", 事项编码="=A2", 材料名称="住所证明")
    (problem,) = problems(staff, tried(staff, book), "rejected")
    assert (problem["rule"], problem["sheet"], problem["row"]) == ("formula-not-calculated", "申请材料", number)


def test_a_column_twice_is_called_by_its_name(staff: TestClient) -> None:
    book = exported(staff)
    book["申请材料"].cell(1, column(book, "备注", "申请材料")).value = "序号"
    status, problem = send(staff, saved(book), "items.xlsx")
    assert (status, problem["errors"][0]["rule"]) == (422, "duplicate-column")
    assert "2 列都是 序号" in problem["detail"]


def test_the_sheet_of_items_is_found_wherever_it_stands(staff: TestClient) -> None:
    book = exported(staff)
    book.move_sheet("事项", 3)
    assert counts(tried(staff, book)) == {"unchanged": 2}
    book["事项"].sheet_state = "hidden"
    status, problem = send(staff, saved(book), "items.xlsx")
    assert (status, problem["errors"][0]["rule"]) == (422, "hidden-sheet")
    del book["事项"], book["设定依据"], book["跨域通办"]
    status, problem = send(staff, saved(book), "items.xlsx")
    assert (status, problem["errors"][0]["rule"]) == (422, "no-item-sheet")


def test_rows_of_another_workbook_are_refused(staff: TestClient, database: Database) -> None:
    """What was pasted from an older export would turn back what was published since."""
    old = exported(staff)
    publish(database, amend(OTHER, SINCE, promised_limit=7))
    book = exported(staff, filter=f"code = '{CODE}'")
    for place, each in enumerate(old["事项"][row(old, OTHER)], 1):
        book["事项"].cell(3, place).value = each.value
    (problem,) = problems(staff, tried(staff, book), "rejected")
    assert (problem["rule"], problem["row"], problem["code"]) == ("not-exported", 3, OTHER)


def test_what_was_redacted_since_the_export_does_not_come_back(staff: TestClient, database: Database) -> None:
    publish(database, amend(CODE, SINCE, consultation_contact="欧阳建国 13800138000"))
    book = exported(staff)
    publish(database, amend(CODE, SINCE, consultation_contact=MARK))
    with database.write() as connection:
        table = ITEM.table
        overwritten = (
            update(table).where(table.c.consultation_contact.contains("138")).values(consultation_contact=MARK)
        )
        connection.execute(overwritten)
    edit(book, CODE, 承诺办结时限=5)
    report = published(staff, book)
    (told,) = rows(staff, report)
    assert [each["field"] for each in told["changes"]] == ["promised_limit"]
    assert [each["rule"] for each in problems(staff, report, "warning")] == ["redacted-since"]
    assert item_now(staff, CODE)["consultation_contact"] == MARK


def test_a_new_item_that_was_imported_already_changes_nothing(staff: TestClient) -> None:
    book = exported(staff)
    place = book["事项"].max_row + 1
    new = {"事项编码": "HZ-003", "事项名称": "基金会设立登记", "行政区划代码": DIVISION, "实施主体编码": CIVIL_AFFAIRS}
    for header, value in new.items():
        book["事项"].cell(place, column(book, header)).value = value
    published(staff, book)
    assert counts(tried(staff, book)) == {"unchanged": 3}


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"材料必要性": "大概"}, "unknown-code"),
        ({"纸质材料份数": "两份"}, "not-a-number"),
        ({"材料名称": None}, "required"),
        ({"序号": 9}, "no-such-entry"),
        ({"序号": 2}, "duplicate-entry"),
        ({"序号": None, "删除": "是"}, "removes-nothing"),
        ({"事项编码": "HZ-404"}, "entry-without-item"),
        ({"事项编码": None}, "entry-without-item"),
    ],
)
def test_a_row_of_a_list_that_is_wrong_names_its_sheet(staff: TestClient, values: dict[str, Any], rule: str) -> None:
    book = exported(staff)
    number = entry(book, "申请材料", CODE, 3)
    set_entry(book, "申请材料", number, **values)
    (problem,) = problems(staff, tried(staff, book), "rejected")
    assert (problem["rule"], problem["sheet"], problem["row"]) == (rule, "申请材料", number)


def test_what_is_wrong_with_a_sheet_says_with_which(staff: TestClient) -> None:
    book = exported(staff)
    book["申请材料"].cell(1, column(book, "材料名称", "申请材料")).value = "材料名字"
    status, problem = send(staff, saved(book), "items.xlsx")
    assert (status, problem["errors"][0]["rule"]) == (422, "unknown-column")
    assert problem["detail"].startswith("工作表“申请材料”：不认识“材料名字”这一列")
    book = exported(staff)
    book["申请材料"].merge_cells("E2:E3")
    assert send(staff, saved(book), "items.xlsx")[1]["detail"].startswith("工作表“申请材料”：E2:E3")


def test_a_new_item_comes_with_its_materials(staff: TestClient) -> None:
    book = exported(staff)
    place = book["事项"].max_row + 1
    new = {"事项编码": "HZ-003", "事项名称": "基金会设立登记", "行政区划代码": DIVISION, "实施主体编码": CIVIL_AFFAIRS}
    for header, value in new.items():
        book["事项"].cell(place, column(book, header)).value = value
    add_entry(book, "申请材料", 事项编码="HZ-003", 材料名称="申请书")
    report = published(staff, book)
    assert counts(report) == {"added": 1, "unchanged": 2}
    assert item_now(staff, "HZ-003")["materials"] == [{"name": "申请书"}]


def test_an_item_that_somebody_else_added_meanwhile_is_not_overwritten(staff: TestClient, database: Database) -> None:
    book = exported(staff)
    publish(database, item("HZ-003", name="基金会设立登记", **GIVEN))
    place = book["事项"].max_row + 1
    new = {"事项编码": "HZ-003", "事项名称": "慈善组织认定", "行政区划代码": DIVISION, "实施主体编码": CIVIL_AFFAIRS}
    for header, value in new.items():
        book["事项"].cell(place, column(book, header)).value = value
    (problem,) = problems(staff, tried(staff, book), "rejected")
    assert (problem["rule"], problem["row"]) == ("already-exists", place)


def test_a_template_only_adds(staff: TestClient) -> None:
    book = template(staff)
    for place, code in ((2, "HZ-003"), (3, CODE)):
        new = {"事项编码": code, "事项名称": "基金会登记", "行政区划代码": DIVISION, "实施主体编码": CIVIL_AFFAIRS}
        for header, value in new.items():
            book["事项"].cell(place, column(book, header)).value = value
    report = tried(staff, book)
    assert counts(report) == {"added": 1, "rejected": 1, "absent": 1}
    (problem,) = problems(staff, report, "rejected")
    assert (problem["rule"], problem["row"]) == ("already-exists", 3)


def test_a_hidden_sheet_that_was_edited_is_found_out(staff: TestClient, database: Database) -> None:
    book = exported(staff)
    book["_版本"].cell(3, 2).value = "0"
    before = written(database)
    status, problem = send(staff, saved(book), "items.xlsx")
    assert status == 422
    assert problem["errors"][0]["rule"] == "version-sheet-edited"
    assert "重新导出" in problem["detail"]
    assert written(database) == before


@pytest.mark.parametrize(("revision", "number"), [(9, 1), (1, 404)])
def test_a_workbook_of_another_catalogue_is_refused(
    staff: TestClient, database: Database, revision: int, number: int
) -> None:
    """A revision that is still to come, or another item under the code."""
    book = exported(staff)
    del book[STAMP]
    hidden = book.create_sheet(STAMP)
    stamp = Stamp("items", revision, date(2026, 3, 2))
    for each in stamp_rows(stamp, [(CODE, DIVISION, number if revision == 1 else 2, 1)]):
        hidden.append(each)
    status, problem = send(staff, saved(book), "items.xlsx", dry_run="false")
    assert (status, problem["errors"][0]["rule"]) == (422, "foreign-workbook")
    assert written(database) == (1, 1)


def test_without_the_hidden_sheet_a_workbook_is_a_file_like_any_other(staff: TestClient, database: Database) -> None:
    book = exported(staff)
    del book["_版本"]
    publish(database, amend(CODE, SINCE, onsite_visits=0))
    report = published(staff, book)
    assert (counts(report), report["exported_revision"]) == ({"amended": 1, "unchanged": 1}, None)
    assert "version-sheet-missing" in [each["rule"] for each in problems(staff, report, "warning")]
    assert item_now(staff, CODE)["onsite_visits"] == 1


def test_columns_that_were_deleted_and_rows_in_another_order_change_nothing(staff: TestClient) -> None:
    book = exported(staff)
    book["事项"].delete_cols(column(book, "承诺办结时限"))
    book["事项"].move_range(f"A2:{get_column_letter(book['事项'].max_column)}2", rows=10)
    book["申请材料"].delete_cols(column(book, "纸质材料份数", "申请材料"))
    assert counts(tried(staff, book)) == {"unchanged": 2}


def test_a_transfer_since_the_export_does_not_stand_in_the_way(staff: TestClient, database: Database) -> None:
    book = exported(staff)
    to = "11440105000000001A"
    publish(
        database, department(to, name="海珠区行政审批局"), draft("transfer", CODE, {"department_code": to}, start=SINCE)
    )
    edit(book, CODE, 承诺办结时限=5)
    report = published(staff, book)
    assert counts(report) == {"amended": 1, "unchanged": 1}
    now = item_now(staff, CODE)
    assert (now["department_code"], now["promised_limit"]) == (to, 5)
    assert cell(book, CODE, "实施主体编码").value == CIVIL_AFFAIRS
