from datetime import date, datetime

import pytest

from app.files import cleaning
from app.files.problems import CellProblem
from app.files.rows import BrokenCell, Percent


def rule_of(read: object, cell: object) -> str:
    assert callable(read)
    with pytest.raises(CellProblem) as caught:
        read(cell)
    assert caught.value.message.zh
    assert caught.value.message.en
    return caught.value.rule


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, None),
        ("", None),
        ("　 \u200b", None),
        ("\u3000公共场所卫生许可\u00a0\ufeff", "公共场所卫生许可"),
        ("公共\u200b场所", "公共场所"),
        ("第一行\r\n第二行", "第一行\n第二行"),
        (440100.0, "440100"),
        (440101007000, "440101007000"),
        (0.5, "0.5"),
        (0.1 + 0.2, "0.3"),
        (0.00001, "0.000010"),
        (20, "20"),
        (date(2024, 6, 30), "2024-06-30"),
        (datetime(2024, 6, 30, 8, 5), "2024-06-30 08:05:00"),  # noqa: DTZ001  # a spreadsheet knows no zones
        (10**18, "1000000000000000000"),
    ],
)
def test_text(cell: object, text: str | None) -> None:
    assert cleaning.as_text(cell) == text


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        (1e15, "code-became-number"),
        (1.144e30, "code-became-number"),
        (True, "not-text"),
        (["a"], "not-text"),
        ({"a": 1}, "not-text"),
        ("a\x00b", "control-character"),
        ("a\ufffeb", "control-character"),
        (BrokenCell("#N/A"), "formula-error"),
        (BrokenCell("=A1+1"), "formula-not-calculated"),
    ],
)
def test_what_is_no_text(cell: object, rule: str) -> None:
    assert rule_of(cleaning.as_text, cell) == rule


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("４４０１０１", "440101"),
        ("1144 0000 0069 39756B", "11440000006939756B"),
        ("Ａ－１（２）", "A-1(2)"),
        (440101007000.0, "440101007000"),
        ("1E5", "1E5"),
        ("12E45678", "12E45678"),
        ("01", "01"),
        (None, None),
    ],
)
def test_code(cell: object, code: str | None) -> None:
    assert cleaning.as_code(cell) == code


@pytest.mark.parametrize("cell", ["4.40102E+11", "4.40102e+11", " 1E+30 ", "４.４Ｅ＋１１", 4.40102e15])
def test_a_code_excel_made_a_number(cell: object) -> None:
    assert rule_of(cleaning.as_code, cell) == "code-became-number"


def test_a_code_excel_made_a_date() -> None:
    assert rule_of(cleaning.as_code, date(2024, 3, 5)) == "code-became-date"


@pytest.mark.parametrize("cell", ["是", "有", "1", 1, 1.0, True, "true", "TRUE", "Yes", "y", "真", "１", " 是 "])
def test_yes(cell: object) -> None:
    assert cleaning.as_flag(cell) is True


@pytest.mark.parametrize("cell", ["否", "无", "0", 0, 0.0, False, "False", "no", "N", "假", "０"])
def test_no(cell: object) -> None:
    assert cleaning.as_flag(cell) is False


def test_an_empty_cell_states_neither_yes_nor_no() -> None:
    assert cleaning.as_flag(None) is None
    assert cleaning.as_flag("　") is None


@pytest.mark.parametrize("cell", ["不是", "2", 2, "部分", "√", 0.5])
def test_neither_yes_nor_no(cell: object) -> None:
    assert rule_of(cleaning.as_flag, cell) == "not-a-flag"


@pytest.mark.parametrize(
    ("cell", "count"), [(None, None), (0, 0), (20.0, 20), ("２０", 20), (" 20 ", 20), ("20.0", 20), ("007", 7)]
)
def test_count(cell: object, count: int | None) -> None:
    assert cleaning.as_count(cell) == count


@pytest.mark.parametrize(
    ("cell", "rule", "suggestion"),
    [
        ("20个工作日", "number-with-unit", "20"),
        ("20 天", "number-with-unit", "20"),
        ("1,000", "not-a-number", "1000"),
        ("3.5", "not-a-number", None),
        (3.5, "not-a-number", None),
        ("-3", "not-a-number", None),
        (-3, "not-a-number", None),
        ("二十", "not-a-number", None),
        ("٣", "not-a-number", None),
        (True, "not-text", None),
        (date(2024, 3, 5), "not-a-number", None),
        (Percent(1), "number-with-unit", None),
        ("9999999999", "number-too-large", None),
    ],
)
def test_no_count(cell: object, rule: str, suggestion: str | None) -> None:
    with pytest.raises(CellProblem) as caught:
        cleaning.as_count(cell)
    assert (caught.value.rule, caught.value.suggestion) == (rule, suggestion)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("两份", "“两份”请写阿拉伯数字，如 2；时限当场办结的填 0，单位填当场"),
        ("当场办结", "“当场办结”请写阿拉伯数字，如 2；时限当场办结的填 0，单位填当场"),
        ("-3", "“-3”应是 0 或正整数"),
        (5.5, "“5.5”应是 0 或正整数"),
    ],
)
def test_what_is_no_count_is_told_how_to_write_one(cell: object, said: str) -> None:
    with pytest.raises(CellProblem) as raised:
        cleaning.as_count(cell)
    assert raised.value.message.zh == said


@pytest.mark.parametrize(
    "cell",
    [
        "2024-06-30",
        "2024/6/30",
        "2024.6.30",
        "2024年6月30日",
        "2024 年 6 月 30 日",
        "２０２４－０６－３０",
        "20240630",
        20240630,
        20240630.0,
        "2024-06-30 00:00:00",
        "2024-06-30T08:30:00.000",
        "2024-6-30 8:30",
        date(2024, 6, 30),
        datetime(2024, 6, 30, 23, 59),  # noqa: DTZ001  # a spreadsheet knows no zones
    ],
)
def test_day(cell: object) -> None:
    assert cleaning.as_date(cell) == date(2024, 6, 30)


@pytest.mark.parametrize(
    ("cell", "suggestion"),
    [
        ("2024-02-30", None),
        ("6/30/2024", None),
        ("24/6/30", None),
        ("2024年6月", None),
        ("2024-06/30", None),
        ("长期", None),
        (45473.0, "2024-06-30"),
        ("45473", "2024-06-30"),
    ],
)
def test_no_day(cell: object, suggestion: str | None) -> None:
    with pytest.raises(CellProblem) as caught:
        cleaning.as_date(cell)
    assert caught.value.suggestion == suggestion


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, None),
        (1.0, "1"),
        (1.5, "1.5"),
        (True, "true"),
        (" 甲 ", "甲"),
        (BrokenCell("#REF!"), "#REF!"),
        (Percent(1), "100%"),
        (Percent(0.0725), "7.25%"),
        (date(2024, 6, 30), "2024-06-30"),
    ],
)
def test_as_a_problem_list_shows_it(cell: object, text: str | None) -> None:
    assert cleaning.shown(cell) == text
