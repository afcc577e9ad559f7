"""The blank workbook: the same sheets as an export, nothing in them, and it is taken back when it is filled in."""

from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from app.catalogue.workbook import layout
from app.db import Database
from tests.factories import CIVIL_AFFAIRS, DIVISION, department, item, publish
from tests.imports.uploads import checked, counts

TEMPLATE = "/v1/imports/template.xlsx"


def opened(staff: TestClient, query: str = "") -> Any:
    answer = staff.get(TEMPLATE + query)
    assert answer.status_code == 200, answer.text
    return load_workbook(BytesIO(answer.content))


def test_it_has_the_sheets_of_an_export_and_no_row(staff: TestClient, database: Database) -> None:
    publish(database, department(), item())
    export, blank = load_workbook(BytesIO(staff.get("/v1/items?format=xlsx").content)), opened(staff)
    assert blank.sheetnames == export.sheetnames
    for name in (layout.MAIN, *layout.lists()):
        labels = [cell.value for cell in export[name][1] if cell.value != "事项版本"]
        assert [cell.value for cell in blank[name][1]] == labels
        assert blank[name].max_row == 1
        taken = {str(each.sqref): each.formula1 for each in blank[name].data_validations.dataValidation}
        assert len(taken) == len(labels)
        assert all(cells.endswith("1048576") for cells in taken)


def test_it_is_called_so_and_stamped_as_a_template(staff: TestClient, database: Database) -> None:
    publish(database, department(), item())
    answer = staff.get(TEMPLATE)
    assert "filename*=UTF-8''事项导入模板.xlsx" in unquote(answer.headers["Content-Disposition"])
    stamp = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_name(layout.STAMP).to_python()
    assert [row[:2] for row in stamp[:4]] == [
        ["shixiang", "1"],
        ["kind", "template"],
        ["revision", "1"],
        ["as_of", "2026-03-02"],
    ]
    assert [row[0] for row in stamp[4:]] == ["code", "digest"]


def test_it_can_be_had_before_anything_is_published(staff: TestClient) -> None:
    assert opened(staff).sheetnames[0] == layout.MAIN


@pytest.mark.parametrize(
    ("query", "header", "lists"),
    [
        ("?fields=name,materials", ["事项编码", "事项名称", "行政区划代码"], ["申请材料"]),
        ("?sections=子清单", ["事项编码", "事项名称", "行政区划代码", "实施主体编码"], list(layout.lists())[2:]),
    ],
)
def test_columns_and_lists_can_be_chosen(staff: TestClient, query: str, header: list[str], lists: list[str]) -> None:
    blank = opened(staff, query)
    assert [cell.value for cell in blank[layout.MAIN][1]] == header
    assert [name for name in blank.sheetnames if name in layout.lists()] == lists


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("fields=material_count", "not-in-template"),
        ("fields=valid_from", "not-in-template"),
        ("fields=url", "not-in-template"),
        ("fields=naem", "unknown-element"),
        ("sections=子清", "unknown-section"),
        ("section=子清单", "unknown-parameter"),
    ],
)
def test_what_nobody_fills_in_is_not_in_it(staff: TestClient, query: str, rule: str) -> None:
    answer = staff.get(f"{TEMPLATE}?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, rule)


def test_filled_in_it_is_imported(staff: TestClient, database: Database) -> None:
    publish(database, department())
    blank, content = opened(staff), BytesIO()
    header = [cell.value for cell in blank[layout.MAIN][1]]
    stated = {
        "事项编码": "HZ-1",
        "事项名称": "养老机构备案",
        "行政区划代码": DIVISION,
        "实施主体编码": CIVIL_AFFAIRS,
        "是否网办": "是",
    }
    blank[layout.MAIN].append([stated.get(label) for label in header])
    blank.save(content)
    report = checked(staff, content.getvalue(), "事项.xlsx")
    assert (report["status"], counts(report)) == ("checked", {"added": 1})
