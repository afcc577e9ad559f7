"""The workbook of items that a clerk gets: a sheet for each list, drop-downs, help at the cell, versions that are hidden."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from app.catalogue.cells import cell_reader
from app.catalogue.code_lists import labels
from app.catalogue.element import Element
from app.catalogue.export_columns import COLUMNS, READ_BACK
from app.catalogue.listing import URL, ItemList, showable
from app.catalogue.moments import resolve
from app.catalogue.objects import ITEM
from app.catalogue.params import ItemQuestion
from app.catalogue.walk import walked
from app.catalogue.workbook import layout, rows
from app.catalogue.workbook.columns import column
from app.catalogue.workbook.descriptions import Described, of_entry, of_item
from app.db import Database
from tests.conftest import NOW
from tests.factories import amend, department, item, publish

pytestmark = pytest.mark.one_database

LISTS = ["设定依据", "跨域通办", "申请材料", "收费项目", "常见问题", "办理环节", "办理窗口"]
BEHIND = ["填表说明", "代码表", "_版本"]
MATERIALS = [
    {"name": "=申请表", "necessity": "1", "paper_copies": 2, "order": 1, "remark": "一式\n两份"},
    {"name": "身份证", "material_type": "1", "source": "10", "necessity": "3"},
]
STATED: dict[str, Any] = {
    "is_online": True,
    "task_type": "01",
    "natural_person_themes": ["生育收养", "户籍办理"],
    "materials": MATERIALS,
    "fees": [{"name": "工本费", "standard": "10 元", "may_be_reduced": False}],
    "legal_basis": [{"law_name": "《条例》", "effective_on": "2020-09-01"}],
    "cross_region": [{"scope": "3", "divisions": ["440000", "450000"]}, {}, {"divisions": []}],
}


@pytest.fixture
def items(database: Database) -> None:
    publish(
        database,
        department(),
        item("HZ-2", **STATED),
        item("HZ-1", materials=MATERIALS[1:]),
        item("HZ-3", materials=[]),
        amend("HZ-3", date(2026, 2, 1), name="改名"),
    )


def exported(client: TestClient, **asked: str) -> bytes:
    answer = client.get("/v1/items", params={"format": "xlsx", **asked})
    assert answer.status_code == 200, answer.text
    return answer.content


def opened(client: TestClient, **asked: str) -> Any:
    return load_workbook(BytesIO(exported(client, **asked)))


def table(content: bytes, sheet: str) -> list[dict[str, object]]:
    """The rows by header; empty cells are left out."""
    header, *below = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(sheet).to_python()
    return [{str(name): cell for name, cell in zip(header, row, strict=True) if cell != ""} for row in below]


@pytest.mark.usefixtures("items")
def test_each_list_has_a_sheet_whether_or_not_there_is_an_entry(client: TestClient) -> None:
    book = opened(client)
    assert book.sheetnames == [layout.MAIN, *LISTS, *BEHIND]
    for name, element in layout.lists().items():
        labels = [inner.label for inner in layout.entry_elements(element)]
        assert [cell.value for cell in book[name][1]] == [*layout.KEYS, *labels, layout.REMOVE]
    assert book["办理窗口"].max_row == 1


@pytest.mark.usefixtures("items")
def test_an_entry_says_whose_it_is_and_where_it_stands(client: TestClient) -> None:
    whose = {"行政区划代码": "440105", "事项名称": "养老机构备案"}
    first, second, third = table(exported(client), "申请材料")
    card = {"材料名称": "身份证", "材料类型": "证件证书证明", "来源渠道": "申请人自备", "材料必要性": "容缺后补"}
    form = {"材料名称": "'=申请表", "材料必要性": "必要", "纸质材料份数": 2.0, "排序": 1.0, "备注": "一式\n两份"}
    assert first == {"事项编码": "HZ-1", **whose, "序号": 1.0, **card}
    assert second == {"事项编码": "HZ-2", **whose, "序号": 1.0, **form}
    assert third == {"事项编码": "HZ-2", **whose, "序号": 2.0, **card}


@pytest.mark.usefixtures("items")
def test_entries_are_written_as_they_are_read(client: TestClient) -> None:
    content = exported(client, code="HZ-2")
    (fee,), (law,) = table(content, "收费项目"), table(content, "设定依据")
    assert (fee["收费项目名称"], fee["是否允许减免"]) == ("工本费", "否")
    assert (law["法律名称"], law["实施日期"]) == ("《条例》", "2020-09-01")
    regions = table(content, "跨域通办")
    assert [(each.get("通办范围"), each.get("覆盖地区")) for each in regions] == [
        ("全市", "440000；450000"),
        (None, None),
        (None, "[]"),
    ]
    divisions = next(each for each in layout.entry_elements(ITEM.elements["cross_region"]) if each.name == "divisions")
    assert cell_reader(divisions)("440000；450000") == ["440000", "450000"]


@pytest.mark.usefixtures("items")
@pytest.mark.parametrize(
    ("asked", "main", "materials"),
    [
        ({}, ["HZ-1", "HZ-2", "HZ-3"], ["HZ-1", "HZ-2", "HZ-2"]),
        ({"sort": "-code"}, ["HZ-3", "HZ-2", "HZ-1"], ["HZ-2", "HZ-2", "HZ-1"]),
        ({"limit": "1"}, ["HZ-1"], ["HZ-1"]),
        ({"filter": "is_online = true"}, ["HZ-2"], ["HZ-2", "HZ-2"]),
        ({"q": "改名"}, ["HZ-3"], []),
        ({"known_at": "0"}, [], []),
    ],
)
def test_the_sheets_are_about_the_same_items_in_the_same_order(
    client: TestClient, asked: dict[str, str], main: list[str], materials: list[str]
) -> None:
    content = exported(client, **asked)
    assert [row["事项编码"] for row in table(content, "事项")] == main
    assert [row["事项编码"] for row in table(content, "申请材料")] == materials
    assert [row[0] for row in versions(content)[1:-1]] == main


def versions(content: bytes) -> list[list[Any]]:
    """The hidden sheet from the header of its rows on."""
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(layout.STAMP).to_python()[4:]


@pytest.mark.usefixtures("items")
def test_what_is_published_between_two_sheets_is_on_neither(database: Database) -> None:
    wanted, code, materials = ItemList(ItemQuestion()), ITEM.elements["code"], ITEM.elements["materials"]
    with database.read() as connection:
        moment = resolve(connection, NOW)
    with walked(database, wanted, moment, None) as walk:
        assert list(walk.cells([code])) == [[("HZ-1", "HZ-2", "HZ-3")]]
        publish(database, item("HZ-0", materials=MATERIALS), amend("HZ-1", date(2026, 1, 1), materials=[]))
        ((codes, *_),) = rows.entries(walk, materials)
        assert codes == ("HZ-1", "HZ-2", "HZ-2")
        assert [version[0] for version in rows.versions(walk)] == ["HZ-1", "HZ-2", "HZ-3"]


@pytest.mark.usefixtures("items")
def test_the_hidden_sheet_says_what_the_workbook_is_of(client: TestClient) -> None:
    content = exported(client, as_of="2026-03-02")
    written = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(layout.STAMP).to_python()
    said = client.get("/v1/items?fields=code,division_code,id,version").json()["items"]
    stamp = layout.Stamp("items", 1, date(2026, 3, 2))
    expected = layout.stamp_rows(stamp, [tuple(each.values()) for each in said])
    assert [[cell for cell in row if cell != ""] for row in written] == [list(row) for row in expected]
    assert [each["version"] for each in said] == [1, 1, 2]
    sheet = load_workbook(BytesIO(content))[layout.STAMP]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


@pytest.mark.usefixtures("items")
def test_many_items_are_stamped_in_batches(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = exported(client)
    for size in (1, 3, 8):
        monkeypatch.setattr("app.catalogue.walk.ROWS_AT_ONCE", size)
        monkeypatch.setattr("app.catalogue.workbook.rows.ROWS_AT_ONCE", size)
        for sheet in ("事项", "申请材料", layout.STAMP):
            assert table(exported(client), sheet) == table(whole, sheet)


@pytest.mark.usefixtures("items")
def test_coded_columns_have_a_list_to_choose_from(client: TestClient) -> None:
    book = opened(client)
    of = validations(book["事项"])
    assert (of["是否网办"].formula1, of["是否网办"].errorStyle, of["是否网办"].showErrorMessage) == (
        '"是,否"',
        "stop",
        True,
    )
    assert of["是否涉密"].formula1 == '"否"'
    assert of["事项状态"].formula1 == '"在用,暂停,取消"'
    assert of["服务对象"].formula1.startswith('"自然人,企业法人,')
    assert of["服务对象"].formula1.endswith(',无"')
    assert not of["服务对象"].showErrorMessage
    assert of["面向自然人事项主题分类"].formula1 == "codes_theme_natural"
    assert (of["受理条件"].type, of["受理条件"].prompt) == (None, "应填。符合哪些条件才受理。")
    assert validations(book["申请材料"])["材料必要性"].formula1 == '"必要,非必要,容缺后补"'
    assert validations(book["申请材料"])["删除"].formula1 == '"是"'


def validations(sheet: Any) -> dict[str, Any]:
    """By the header of the column; each is for every row below it."""
    found = {}
    for each in sheet.data_validations.dataValidation:
        letters, _, last = str(each.sqref).partition("2:")
        assert last == f"{letters}1048576"
        found[str(sheet[f"{letters}1"].value)] = each
    assert list(found) == [cell.value for cell in sheet[1]]
    return found


@pytest.mark.usefixtures("items")
def test_long_lists_stand_on_the_hidden_sheet(client: TestClient) -> None:
    book = opened(client)
    asked = {each.formula1 for sheet in book for each in sheet.data_validations.dataValidation if each.formula1}
    ranges = {name for name in asked if name.startswith("codes_")}
    assert ranges == set(book.defined_names) != set()
    for name in ranges:
        ((sheet, cells),) = book.defined_names[name].destinations
        offered = [cell.value for (cell,) in book[sheet][cells]]
        assert offered == list(labels(name.removeprefix("codes_")).values())
    header = [cell.value for cell in book[layout.CODES][1]]
    assert header[:2] == ["事项类型代码", "事项类型"]
    assert (book[layout.CODES]["A2"].value, book[layout.CODES]["B2"].value) == ("01", "行政许可")


def described() -> Iterator[tuple[str, Described]]:
    """Every column that a file may have, and every column of the lists."""
    names = (name for name in dict.fromkeys((*READ_BACK, *showable().values())) if name != URL)
    for element in (COLUMNS[name] for name in names if COLUMNS[name].kind != "list"):
        yield layout.MAIN, of_item(element)
    for name, listed in layout.lists().items():
        for each in of_entry(listed):
            yield name, each


DESCRIBED = list(described())


@pytest.mark.parametrize(
    ("sheet", "said"), DESCRIBED, ids=lambda each: getattr(each, "element", Element(str(each))).label
)
def test_every_column_is_explained_in_as_many_words_as_excel_shows(sheet: str, said: Described) -> None:
    shown = column(said)
    assert shown.validation is not None
    assert 0 < len(shown.validation.title) <= 32
    assert shown.validation.prompt.endswith("。")
    assert len(shown.validation.prompt) < 255
    assert len(shown.validation.error or "") <= 225
    assert said.meaning.endswith("。"), sheet


@pytest.mark.parametrize(
    "said",
    [each for _, each in DESCRIBED if each.choices and each.element.label != layout.REMOVE],
    ids=lambda each: each.element.name,
)
def test_every_choice_is_read_as_one(said: Described) -> None:
    read = [cell_reader(said.element)(choice) for choice in said.choices]
    assert None not in read
    assert len({str(each) for each in read}) == len(said.choices)


@pytest.mark.usefixtures("items")
def test_whatever_a_list_says_may_be_in_a_workbook(client: TestClient) -> None:
    names = sorted({*showable().values()} - {URL})
    book = opened(client, fields=",".join(names), limit="1", base_as_of="2020-12-08")
    assert {COLUMNS[name].label for name in names} <= {*book.sheetnames, *(cell.value for cell in book["事项"][1])}


@pytest.mark.usefixtures("items")
@pytest.mark.parametrize("name", ["code_faults", "online_level", "material_count", "has_dead_link", "id"])
def test_what_is_computed_is_not_to_be_chosen(client: TestClient, name: str) -> None:
    content, label = exported(client, fields=name), COLUMNS[name].label
    of = validations(load_workbook(BytesIO(content))["事项"])[label]
    assert (of.type, of.showErrorMessage, of.prompt[:4]) == (None, False, "不用填。")
    (said,) = [row for row in table(content, layout.HELP) if row.get("列名") == label]
    assert (said["要求"], said.get("可填内容")) == ("不用填", None)
    assert "选" not in said["含义"] + of.prompt


@pytest.mark.usefixtures("items")
def test_the_help_has_a_row_for_each_column(client: TestClient) -> None:
    content = exported(client)
    book, explained = load_workbook(BytesIO(content)), table(content, layout.HELP)
    columns = [(sheet, cell.value) for sheet in (layout.MAIN, *LISTS) for cell in book[sheet][1]]
    assert [(row["工作表"], row.get("列名")) for row in explained if row["工作表"] != "全部"] == columns
    by_name = {(row["工作表"], row.get("列名")): row for row in explained}
    assert by_name["事项", "是否网办"]["国家交换字段"] == "is_online"
    assert by_name["事项", "事项编码"]["要求"] == by_name["申请材料", "材料名称"]["要求"] == "必填"
    assert by_name["事项", "受理条件"]["要求"] == "应填"
    assert by_name["事项", "别名"]["要求"] == by_name["事项", "实施主体"]["要求"] == "可填"
    assert by_name["事项", "事项版本"]["要求"] == "不用填"
    assert by_name["事项", "事项类型"]["可填内容"] == f"从下拉列表中选一个：{'、'.join(labels('task_type').values())}"


@pytest.mark.usefixtures("items")
def test_required_columns_have_a_colour_of_their_own(client: TestClient) -> None:
    sheet = opened(client)["事项"]
    colours = {cell.value: cell.fill.fgColor.rgb for cell in sheet[1]}
    required = {element.label for element in ITEM.given.values() if element.required}
    assert {colours[label] for label in required & set(colours)} == {colours["事项编码"]}
    assert colours["别名"] != colours["事项编码"]
    assert sheet.freeze_panes == "B2"


@pytest.mark.usefixtures("items")
@pytest.mark.parametrize(
    ("asked", "header", "sheets"),
    [
        ({"fields": "code,name"}, ["事项编码", "事项名称", "行政区划代码"], []),
        ({"fields": "materials"}, ["事项编码", "行政区划代码"], ["申请材料"]),
        (
            {"fields": "promised_limit,fees,is_fee"},
            ["事项编码", "行政区划代码", "承诺办结时限", "是否收费"],
            ["收费项目"],
        ),
        ({"sections": "子清单"}, ["事项编码", "事项名称", "行政区划代码", "实施主体编码"], LISTS[2:]),
    ],
)
def test_a_workbook_has_the_columns_and_lists_that_were_chosen(
    client: TestClient, asked: dict[str, str], header: list[str], sheets: list[str]
) -> None:
    book = opened(client, **asked)
    assert [cell.value for cell in book["事项"][1]] == header
    assert [name for name in book.sheetnames if name not in (layout.MAIN, *BEHIND)] == sheets
    assert layout.STAMP in book.sheetnames


@pytest.mark.usefixtures("items")
def test_without_codes_there_is_no_sheet_of_them(client: TestClient) -> None:
    assert opened(client, fields="code,name").sheetnames == ["事项", "填表说明", "_版本"]


def test_a_text_of_an_entry_that_does_not_fit_is_told(client: TestClient, database: Database) -> None:
    long = {"name": "申请表", "remark": "长" * 40_000}
    publish(database, department(), item("HZ-1", materials=[MATERIALS[1], long]))
    answer = client.get("/v1/items?format=xlsx")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/does-not-fit-xlsx")
    assert answer.json()["detail"].startswith("工作表“申请材料”里事项编码 HZ-1 的“备注”有 40000 个字符")
    assert client.get("/v1/items?format=xlsx&sections=标识").status_code == 200
