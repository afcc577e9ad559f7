import pytest

from app.demand.surveys.industries import industries, industry_label, lies_in, read_industry, section_of
from app.demand.surveys.misfits import Misfit


def test_the_standard_has_20_sections_and_97_divisions() -> None:
    sections = [each for each in industries().values() if each.is_section]
    divisions = [each for each in industries().values() if not each.is_section]
    assert (len(sections), len(divisions)) == (20, 97)
    assert [each.code for each in divisions] == [f"{number:02}" for number in range(1, 98)]
    assert {each.section for each in divisions} == {each.code for each in sections}
    assert [each.section for each in divisions] == sorted(each.section for each in divisions)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("C", "C"),
        ("c13", "C13"),
        ("13", "13"),
        ("1311", "1311"),
        ("Ｃ１３１１", "C1311"),
        ("131", "131"),
        ("制造业", "C"),
        ("餐饮业", "62"),
        ("教育", "83"),
    ],
)
def test_codes_are_taken_at_any_depth_and_names_too(written: str, code: str) -> None:
    assert read_industry(written) == code


@pytest.mark.parametrize(
    ("written", "rule", "meant"),
    [
        ("1", "unknown-industry", "01"),
        ("98", "unknown-industry", None),
        ("U", "unknown-industry", None),
        ("C99", "unknown-industry", "C"),
        ("13115", "unknown-industry", "13"),
        ("D13", "industry-of-another-section", "C13"),
        ("D1311", "industry-of-another-section", "C1311"),
        ("农副食品加工", "unknown-industry", "13"),
        ("", "unknown-industry", None),
    ],
)
def test_an_unknown_code_is_told_with_what_was_probably_meant(written: str, rule: str, meant: str | None) -> None:
    found = read_industry(written)
    assert isinstance(found, Misfit)
    assert (found.rule, found.suggestion) == (rule, meant)


def test_a_division_of_another_section_is_told_by_name() -> None:
    found = read_industry("D13")
    assert isinstance(found, Misfit)
    assert found.message.zh == ("行业代码“D13”前后不一致：大类 13（农副食品加工业）属于门类 C，不属于 D。是否为 C13？")


def test_what_is_finer_lies_in_what_is_wider() -> None:
    assert lies_in("1311", "C")
    assert lies_in("C1311", "13")
    assert lies_in("13", "C13")
    assert not lies_in("C", "C13")
    assert not lies_in("1311", "C14")
    assert [section_of(code) for code in ("C", "13", "T97", "6210")] == ["C", "C", "T", "H"]


def test_what_is_finer_is_called_by_its_division() -> None:
    labels = [industry_label(code) for code in ("C", "C13", "13", "1311")]
    assert labels == ["制造业", "农副食品加工业", "农副食品加工业", "农副食品加工业（1311）"]
