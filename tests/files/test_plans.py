import pytest

from app.files.errors import BadColumns, BadFile, BadMapping, NoHeader
from app.files.mapping import read_mapping
from app.files.plans import Field, Plan, plan
from app.files.rows import MISSING, BrokenCell

KNOWN = (
    Field("name", ("task_name", "taskName", "事项名称")),
    Field("code", ("task_code", "实施编码")),
    Field("handling_code", ("task_handle_item", "业务办理项编码")),
    Field("division_code", ("area_code", "行政区划代码")),
    Field("service_objects", ("serve_type", "服务对象")),
    Field("promised_limit", ("promise_day", "承诺办结时限")),
    Field("materials", ("申请材料",)),
)


def planned(*headers: str, mapping: str = "") -> Plan:
    return plan(headers, KNOWN, read_mapping(mapping))


def faults_of(*headers: str, mapping: str = "", error: type[BadFile] = BadColumns) -> list[tuple[str | None, ...]]:
    with pytest.raises(error) as caught:
        planned(*headers, mapping=mapping)
    return [(fault.rule, fault.column or fault.value, fault.suggestion) for fault in caught.value.faults]


@pytest.mark.parametrize(
    "header", ["name", "NAME", "task_name", "taskName", "事项名称", " 事项名称（必填）", "事项名称*"]
)
def test_a_field_by_any_of_its_names(header: str) -> None:
    assert planned(header).values(["甲"]) == {"name": "甲"}


def test_an_empty_cell_is_not_stated_and_a_missing_column_is_absent() -> None:
    assert planned("事项名称", "实施编码").values(["甲", None]) == {"name": "甲", "code": None}


def test_a_key_missing_from_a_line_is_absent() -> None:
    assert planned("name", "code").values(["甲", MISSING]) == {"name": "甲"}


def test_a_column_that_is_computed_is_to_be_deleted_unless_the_mapping_ignores_it() -> None:
    with pytest.raises(BadColumns, match="“申请材料数”由系统算出，请删去该列"):
        plan(["name", "申请材料数"], KNOWN, derived=["material_count", "申请材料数"])
    mapping = read_mapping('[columns]\n"申请材料数" = false')
    assert plan(["name", "申请材料数"], KNOWN, mapping, derived=["申请材料数"]).ignored == ("申请材料数",)


def test_the_sheet_is_named_whose_header_is_not_known() -> None:
    with pytest.raises(NoHeader, match="工作表“说明”的表头里没有一个认得的列名"):
        plan(["一", "二"], KNOWN, sheet="说明")


@pytest.mark.parametrize("header", ["序号", "No.", "#", "ＮＯ."])
def test_a_column_of_row_numbers_is_ignored(header: str) -> None:
    made = planned(header, "name", "")
    assert made.values([1.0, "甲", None]) == {"name": "甲"}
    assert made.ignored == (header,)


def test_a_plan_knows_which_header_feeds_a_field() -> None:
    made = planned(
        "事项名称", "a", "b", mapping='[first_filled]\ncode = ["b", "a"]\n[constants]\ndivision_code = "440000"'
    )
    assert made.column("name") == "事项名称"
    assert made.column("code") == "b / a"
    assert made.column("division_code") is None
    assert made.fields == ("name", "code", "division_code")


def test_an_unknown_column_names_the_nearest() -> None:
    assert faults_of("name", "承诺时限") == [("unknown-column", "承诺时限", "承诺办结时限")]


def test_every_column_that_is_wrong_is_named_at_once() -> None:
    assert faults_of("name", "事项名称", "天气") == [
        ("unknown-column", "天气", None),
        ("duplicate-column", "事项名称", None),
    ]


def test_one_header_twice() -> None:
    assert faults_of("实施编码", "实施编码") == [("duplicate-column", "实施编码", None)]


def test_no_known_header_at_all() -> None:
    assert faults_of("甲", "事项名", error=NoHeader) == [
        ("no-header", "甲、事项名", None),
        ("unknown-column", "甲", None),
        ("unknown-column", "事项名", "事项名称"),
    ]
    assert faults_of("序号", error=NoHeader) == [("no-header", "序号", None)]


def test_a_mapping_renames_and_ignores() -> None:
    made = planned("审批事项", "area_name", mapping='[columns]\n"审批事项" = "name"\narea_name = false')
    assert made.values(["甲", "广东省"]) == {"name": "甲"}
    assert made.ignored == ("area_name",)


def test_a_mapping_sends_a_known_column_to_another_element() -> None:
    made = planned("name", "task_code", mapping='[columns]\ntask_code = "handling_code"')
    assert made.values(["甲", "1"]) == {"name": "甲", "handling_code": "1"}


FIRST = '[first_filled]\ncode = ["task_handle_item", "task_code"]\n'


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["33", "31"], "33"),
        ([None, "31"], "31"),
        ([None, None], None),
        ([MISSING, "31"], "31"),
        ([MISSING, None], None),
    ],
)
def test_the_first_filled_of_several(cells: list[object], code: str | None) -> None:
    assert planned("task_handle_item", "task_code", mapping=FIRST).values(cells)["code"] == code


def test_a_column_may_feed_its_own_field_and_another() -> None:
    made = planned("task_handle_item", "task_code", mapping=FIRST)
    assert made.values(["33", "31"]) == {"handling_code": "33", "code": "33"}


def test_the_order_is_that_of_the_mapping_and_missing_columns_are_skipped() -> None:
    assert planned("task_code", "task_handle_item", mapping=FIRST).values(["31", "33"])["code"] == "33"
    assert planned("task_code", mapping=FIRST).values(["31"]) == {"code": "31"}
    assert "code" not in planned("name", mapping=FIRST).values(["甲"])
    assert planned("task_handle_item", "task_code", mapping=FIRST).values([MISSING, MISSING]) == {}


def test_a_column_beside_its_first_filled_ones() -> None:
    assert faults_of("code", "task_handle_item", mapping=FIRST) == [("duplicate-column", "task_handle_item", None)]


def test_constants() -> None:
    text = '[constants]\ndivision_code = "440000"'
    assert planned("name", mapping=text).values(["甲"]) == {"name": "甲", "division_code": "440000"}
    assert faults_of("name", "area_code", mapping=text) == [("constant-and-column", "area_code", None)]
    assert planned("name", "area_code", mapping=text + "\n[columns]\narea_code = false").values(["甲", "1"]) == {
        "name": "甲",
        "division_code": "440000",
    }


SPLIT = """
[split]
service_objects = ["|", "、"]
[values.service_objects]
"其他组织" = "9"
"Ａ" = 1
"—" = ""
"""


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("自然人|其他组织", ["自然人", "9"]),
        ("自然人、 其他 组织 |", ["自然人", "9"]),
        ("a", [1]),
        ("—", None),
        ("|", None),
        (None, None),
        (1.0, ["1"]),
        (["1", "2"], ["1", "2"]),
        (BrokenCell("#N/A"), BrokenCell("#N/A")),
    ],
)
def test_many_values_in_a_cell(cell: object, values: object) -> None:
    assert planned("服务对象", mapping=SPLIT).values([cell]) == {"service_objects": values}


@pytest.mark.parametrize(
    ("cell", "value"),
    [("即办", 0), (" 即 办", 0), (7.0, "七"), (8.0, 8.0), ("其他", "其他"), ("无", None), (None, None)],
)
def test_values_as_written_become_values_meant(cell: object, value: object) -> None:
    text = '[values.promised_limit]\n"即办" = 0\n"7" = "七"\n"无" = ""'
    assert planned("承诺办结时限", mapping=text).values([cell]) == {"promised_limit": value}


def test_a_cell_of_names_becomes_a_list_of_objects() -> None:
    text = '[lists.materials]\nsplit = "|"\nfield = "name"'
    assert planned("申请材料", mapping=text).values(["申请书|身份证"]) == {
        "materials": [{"name": "申请书"}, {"name": "身份证"}]
    }


def test_a_mapping_may_name_only_fields_that_exist() -> None:
    assert faults_of("name", mapping='[columns]\na = "nam"', error=BadMapping) == [("unknown-field", "nam", "name")]
    assert faults_of("name", mapping="[constants]\nxyz = 1", error=BadMapping) == [("unknown-field", "xyz", None)]
