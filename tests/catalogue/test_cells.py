"""What stands in a cell for an element, and that it is read back as it was."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.cells import cell_reader, cell_writer
from app.catalogue.code_lists import labels
from app.catalogue.element import Element
from app.catalogue.objects import ITEM
from app.files.problems import CellProblem

GIVEN = ITEM.given


def written(element: Element, kept: Any) -> Any:
    write = cell_writer(element)
    return kept if write is None else write(kept)


@pytest.mark.parametrize(
    ("name", "kept", "cell"),
    [
        ("is_online", True, "是"),
        ("is_online", 0, "否"),
        ("is_online", None, None),
        ("task_type", "01", "行政许可"),
        ("task_type", None, None),
        ("promised_limit", 5, 5),
        ("service_objects", ",1,2,", "自然人、企业法人"),
        ("service_objects", ",", "无"),
        ("service_objects", None, None),
        ("result_types", ",99,", "无"),
        ("result_types", ",", "[]"),
        ("aliases", '["养老院备案", "敬老院备案"]', "养老院备案；敬老院备案"),
        ("aliases", '["成立、变更登记"]', '["成立、变更登记"]'),
        ("aliases", '["无"]', "无"),
        ("aliases", "[]", "[]"),
        ("aliases", None, None),
        ("materials", '[{"name": "申请表"}]', '[{"name": "申请表"}]'),
        ("materials", "[]", "[]"),
    ],
)
def test_a_clerk_reads_labels(name: str, kept: Any, cell: object) -> None:
    assert written(GIVEN[name], kept) == cell


def test_a_code_that_no_list_names_stands_for_itself() -> None:
    assert written(GIVEN["task_type"], "77") == "77"


CODED = [element for element in GIVEN.values() if element.kind == "code"]
MANY = [element for element in GIVEN.values() if element.kind == "codes"]


@pytest.mark.parametrize("element", CODED, ids=lambda element: element.name)
def test_every_code_is_read_back(element: Element) -> None:
    for code in labels(element.codes or ""):
        assert cell_reader(element)(written(element, code)) == code


@pytest.mark.parametrize("element", MANY, ids=lambda element: element.name)
@given(data=st.data())
def test_every_set_of_codes_is_read_back(element: Element, data: st.DataObject) -> None:
    codes = sorted(data.draw(st.sets(st.sampled_from(list(labels(element.codes or ""))))))
    kept = "," + "".join(f"{code}," for code in codes)
    assert cell_reader(element)(written(element, kept)) == tuple(codes)


@given(st.lists(st.text("甲乙、；;|[]\"'={}无 ", min_size=1).map(str.strip).filter(bool)))
def test_every_list_of_texts_is_read_back(texts: list[str]) -> None:
    aliases = GIVEN["aliases"]
    assert cell_reader(aliases)(written(aliases, json.dumps(texts, ensure_ascii=False))) == texts


@pytest.mark.parametrize("cell", ["自然人/企业法人", "自然人／企业法人", "1/2"])
def test_several_codes_with_slashes_are_told_how_they_are_written(cell: str) -> None:
    with pytest.raises(CellProblem) as raised:
        cell_reader(GIVEN["service_objects"])(cell)
    told = raised.value
    assert (told.rule, told.suggestion) == ("unknown-code", cell.replace("/", "、").replace("／", "、"))
    assert "服务对象有几个的，请用顿号分开" in told.message.zh
    cell_reader(GIVEN["service_objects"])(told.suggestion)


@pytest.mark.parametrize(("name", "cell"), [("service_objects", "自然人/外星人"), ("task_type", "行政许可/行政确认")])
def test_but_not_what_would_be_wrong_all_the_same(name: str, cell: str) -> None:
    with pytest.raises(CellProblem) as raised:
        cell_reader(GIVEN[name])(cell)
    assert "顿号" not in raised.value.message.zh
