"""Each element is declared once, and every element of the exchange standard is there."""

import csv
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from app.catalogue.code_lists import code_lists
from app.catalogue.derived import DERIVATIONS, derived
from app.catalogue.element import Element, elements_of
from app.catalogue.elements import ELEMENTS, ItemContent
from app.catalogue.listing import URL, showable
from app.catalogue.objects import OBJECT_TYPES, ObjectType
from app.catalogue.properties import filterable_names
from app.catalogue.virtual import (
    ASKED_ELEMENTS,
    BEFORE_ELEMENTS,
    LIST_ELEMENTS,
    VERIFICATION_ELEMENTS,
    VERSION_ELEMENTS,
)
from tests.databases import ROOT

DICTIONARY = ROOT.parent / "shared" / "data" / "element_dictionary.csv"
# Not stored with the item: the number and days of the version, the department behind its code, and how rows travel.
ELSEWHERE = {"task_version", "plan_effective_date", "plan_cancel_date", "dept_name"}
TRANSPORT = {"cd_operation", "cd_time", "cd_batch", "data_source"}
SUB_LISTS = {
    "材料目录": "materials", "收费项目": "fees", "常见问题": "questions", "办理环节": "process_steps",
    "窗口": "windows", "设定依据": "legal_basis", "跨域通办": "cross_region",
}  # fmt: skip
# Columns of providers that write one thing under several names.
ALIASES = {"process_link.linkName": "STEP", "DIVISIONS[].DIVISION_NAME": "DIVISIONS", "by_law": "LAWNAME"}


def rows() -> Iterator[dict[str, str]]:
    with DICTIONARY.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def parts_of(element: Element) -> dict[str, Element]:
    return {} if element.model is None else {part.name: part for part in elements_of(element.model)}


def all_headers(elements: Iterator[Element] | list[Element]) -> set[str]:
    return {header for element in elements for header in element.headers}


@pytest.mark.skipif(
    not DICTIONARY.exists(), reason="the element dictionary of the standard lies outside the repository"
)
def test_every_row_of_the_dictionary_is_an_element() -> None:
    missing = [row["element_zh"] for row in rows() if not (stated := columns_of_row(row)) or not covered(row, stated)]
    assert missing == []


def columns_of_row(row: dict[str, str]) -> list[str]:
    stated = [re.sub(r"\(.*\)", "", part).strip() for part in re.split(r"[/;,]", row["exchange_column"])]
    return [part for part in stated if part] or [row["element_zh"]]


def covered(row: dict[str, str], columns: list[str]) -> bool:
    group = row["group_zh"]
    if group in SUB_LISTS:
        known = all_headers(list(parts_of(ELEMENTS[SUB_LISTS[group]]).values()))
    elif group == "基本目录":
        known = all_headers([*OBJECT_TYPES["basic_item"].elements.values()]) | ELSEWHERE
    else:
        known = all_headers(list(ELEMENTS.values())) | ELSEWHERE | TRANSPORT
    return all(column in known or ALIASES.get(column) in known for column in columns)


@pytest.mark.parametrize("kind", OBJECT_TYPES.values(), ids=lambda kind: kind.name)
def test_no_label_and_no_header_answers_to_two_elements(kind: ObjectType) -> None:
    for elements in [list(kind.elements.values()), *(list(parts_of(e).values()) for e in kind.elements.values())]:
        assert repeated(element.label for element in elements) == []
        assert repeated(header for element in elements for header in element.headers) == []


def repeated(names: Iterator[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def all_elements() -> list[Element]:
    declared = [element for kind in OBJECT_TYPES.values() for element in kind.elements.values()]
    return declared + [part for element in declared for part in parts_of(element).values()]


def test_every_code_list_that_an_element_names_exists() -> None:
    named = {element.codes for element in all_elements() if element.codes}
    assert named <= code_lists().keys()


@pytest.mark.parametrize("kind", OBJECT_TYPES.values(), ids=lambda kind: kind.name)
def test_only_name_and_keys_are_demanded(kind: ObjectType) -> None:
    """Whatever else is required is a rule with findings; a table never refuses an incomplete guide."""
    demanded = {column.name for column in kind.table.c if not column.nullable}
    keys = {"code", "name", "catalog_code", "division_code", "department_code"}
    keys |= {"list_kind", "succession", "list_code", "partner_division_code"}
    assert (
        demanded - {"version_id", "id", "version", "valid_from", "valid_to", "made_in", "recorded_in", "superseded_in"}
        <= keys
    )


@pytest.mark.parametrize("kind", OBJECT_TYPES.values(), ids=lambda kind: kind.name)
def test_every_field_of_a_model_is_an_element_and_a_column(kind: ObjectType) -> None:
    models: list[type[BaseModel]] = [kind.content, *(e.model for e in kind.elements.values() if e.model)]
    for model in models:
        assert [element.name for element in elements_of(model)] == list(model.model_fields)
    assert set(kind.elements) <= set(kind.table.c.keys())


def test_derived_elements_are_the_ones_that_are_computed() -> None:
    assert {element.name for element in ELEMENTS.values() if element.derived} == DERIVATIONS.keys()


@pytest.mark.parametrize(
    ("depths", "level"),
    [
        (None, None), ((), "I"), (("1",), "I"), (("9",), "I"), (("2",), "II"), (("1", "3"), "II"), (("4",), "III"),
        (("2", "4"), "III"), (("5",), "IV"), (("1", "6"), "IV"), (("4", "7"), "IV"),
    ],
)  # fmt: skip
def test_the_level_of_online_handling_follows_from_the_depths(depths: object, level: str | None) -> None:
    assert derived({"online_depths": depths})["online_level"] == level


@pytest.mark.parametrize(
    ("materials", "count", "deferrable"),
    [
        (None, None, None),
        ([], 0, 0),
        ([{"name": "申请表", "necessity": "1"}, {"name": "验资报告", "necessity": "3"}, {"name": "照片"}], 3, 1),
    ],
)
def test_materials_are_counted_where_they_are_stated(
    materials: object, count: int | None, deferrable: int | None
) -> None:
    counted = derived({"materials": materials})
    assert (counted["material_count"], counted["deferrable_material_count"]) == (count, deferrable)


def test_the_dictionary_over_http(client: TestClient) -> None:
    answer = client.get("/v1/elements").json()
    beside = [*VERSION_ELEMENTS.values(), *VERIFICATION_ELEMENTS, *LIST_ELEMENTS, *ASKED_ELEMENTS, *BEFORE_ELEMENTS]
    assert answer["total"] == len(answer["items"]) == len(ItemContent.model_fields) + len(beside)
    known = {each["name"]: each for each in answer["items"]}
    assert known["is_online"] == {
        "name": "is_online",
        "label": "是否网办",
        "exchange": "is_online",
        "section": "实施清单·扩展信息",
        "kind": "flag",
        "code_list": None,
        "required": True,
        "derived": False,
        "note": None,
        "filterable": True,
        "selectable": True,
        "headers": ["is_online", "是否网办"],
        "elements": [],
    }
    assert known["supports_deficiency_tolerance"]["headers"][-2:] == ["IS_ABSENCE_ACCEPT", "is_td"]
    assert [part["label"] for part in known["fees"]["elements"]][:2] == ["收费项目名称", "收费标准"]
    assert known["material_count"]["derived"]
    assert "向下取整" in known["completeness"]["note"]
    assert {e["name"] for e in answer["items"] if not e["filterable"]} >= {"materials", "aliases", "legal_basis"}


BESIDE = {"id", "valid_from", "valid_to", "made_in"}


def test_the_dictionary_says_what_filters_and_lists_take(client: TestClient) -> None:
    elements = client.get("/v1/elements").json()["items"]
    assert {each["name"] for each in elements if each["filterable"]} == {*filterable_names()} - BESIDE
    assert {each["name"] for each in elements if each["selectable"]} == {*showable().values()} - BESIDE - {URL}
    assert not any(part["filterable"] or part["selectable"] for each in elements for part in each["elements"])


def test_whatever_is_computed_says_how(client: TestClient) -> None:
    elements = client.get("/v1/elements").json()["items"]
    assert [each["name"] for each in elements if each["derived"] and not each["note"]] == []
    known = {each["name"]: each for each in elements}
    assert known["fee_count"]["note"] == "收费项目有几条，没有的为 0；没有填收费项目时为空"


def test_the_guide_names_whatever_is_computed(client: TestClient) -> None:
    guide = (ROOT / "docs/guide/filters.md").read_text(encoding="utf-8")
    computed = [each for each in client.get("/v1/elements").json()["items"] if each["derived"]]
    assert [each["name"] for each in computed if f"`{each['name']}`" not in guide] == []


def test_the_dictionary_opens_in_a_spreadsheet(client: TestClient) -> None:
    answer = client.get("/v1/elements?format=csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="elements.csv"' in answer.headers["Content-Disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbfname,label,")
    written = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))
    assert [row["name"] for row in written] == [each["name"] for each in client.get("/v1/elements").json()["items"]]
    assert next(row for row in written if row["name"] == "is_online")["headers"] == "is_online|是否网办"
