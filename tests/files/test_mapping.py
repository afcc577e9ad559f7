import pytest

from app.files.errors import BadMapping
from app.files.mapping import ColumnMapping, ListShape, read_mapping

WHOLE = """
[columns]
"审批事项名称（必填）" = "name"
area_name = false
"备注" = ""

[first_filled]
code = ["task_handle_item", "Task_Code"]

[constants]
division_code = "440000"

[split]
service_objects = "|"
themes = ["、", ";"]

[values.service_objects]
"其他组织" = "9"
"—" = ""

[lists.materials]
split = "|"
field = "name"
"""


def test_a_whole_mapping() -> None:
    assert read_mapping(WHOLE) == ColumnMapping(
        columns={"审批事项名称": "name", "area_name": None, "备注": None},
        first_filled={"code": ("task_handle_item", "task_code")},
        constants={"division_code": "440000"},
        split={"service_objects": ("|",), "themes": ("、", ";")},
        values={"service_objects": {"其他组织": "9", "—": ""}},
        lists={"materials": ListShape(("|",), "name")},
    )


def test_an_empty_mapping_says_nothing() -> None:
    assert read_mapping("") == ColumnMapping()


def test_a_mapping_saved_by_a_windows_editor() -> None:
    assert read_mapping('\ufeff[columns]\r\n"名称" = "name"\r\n').columns == {"名称": "name"}


def test_every_field_it_names() -> None:
    assert set(read_mapping(WHOLE).fields()) == {
        "name",
        "code",
        "division_code",
        "service_objects",
        "themes",
        "materials",
    }


def test_broken_toml_names_line_and_character() -> None:
    with pytest.raises(BadMapping) as caught:
        read_mapping('[columns]\n审批事项名称 = "name"')
    assert "第 2 行第 1 个字符" in caught.value.detail.zh


def test_an_unknown_section_names_the_nearest() -> None:
    with pytest.raises(BadMapping) as caught:
        read_mapping('[column]\n"a" = "b"')
    assert caught.value.faults[0].suggestion == "columns"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("columns = 1", "columns"),
        ("[columns]\na = 5", "columns.a"),
        ("[columns]\na = true", "columns.a"),
        ("[first_filled]\na = []", "first_filled.a"),
        ("[first_filled]\na = [1]", "first_filled.a"),
        ("[constants]\na = {b = 1}", "constants.a"),
        ('[split]\na = ""', "split.a"),
        ("[values]\na = 1", "values.a"),
        ("[values.a]\nb = []", "values.a"),
        ('[lists.a]\nsplit = "|"', "lists.a"),
        ('[lists.a]\nsplit = ""\nfield = "name"', "lists.a.split"),
        ('[lists.a]\nsplit = "|"\nfield = "name"\nmore = 1', "lists.a"),
        ('[columns]\na = "x"\n[first_filled]\nx = ["b"]', "first_filled.x"),
        ('[columns]\na = "x"\n[constants]\nx = 1', "constants.x"),
        ('[first_filled]\nx = ["b"]\n[constants]\nx = 1', "constants.x"),
        ('[split]\nx = "|"\n[lists.x]\nsplit = "|"\nfield = "name"', "lists.x"),
    ],
)
def test_a_value_of_the_wrong_shape_is_named(text: str, place: str) -> None:
    with pytest.raises(BadMapping) as caught:
        read_mapping(text)
    assert caught.value.faults[0].value == place
