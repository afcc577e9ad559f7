import pytest

from app.files.headers import folded, nearest


@pytest.mark.parametrize(
    "header",
    [
        "法定办结时限",
        " 法定 办结时限 ",
        "法定\n办结时限",
        "*法定办结时限",
        "法定办结时限*",
        "法定办结时限＊",
        "法定办结时限（必填）",
        "法定办结时限(必填)*",
        "法定办结时限（工作日）（必填）",
        "法定办结时限（单位：工作日）",
        "法定办结时限【选填】",
        "\u200b法定办结时限\ufeff",
    ],
)
def test_one_header_in_many_guises(header: str) -> None:
    assert folded(header) == "法定办结时限"


@pytest.mark.parametrize(
    ("one", "other"), [("Task Name", "taskname"), ("ＴＡＳＫ＿ＮＡＭＥ", "task_name"), ("ID", "id")]
)
def test_case_width_and_blanks_make_no_difference(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize("header", ["法定办结时限（自然日）", "法定办结时限说明", "到办事现场次数（线下）"])
def test_a_note_that_changes_the_meaning_stays(header: str) -> None:
    assert folded(header) != folded(header.partition("（")[0].removesuffix("说明"))


def test_a_header_that_is_only_a_note_stays() -> None:
    assert folded("（工作日）") == "(工作日)"


@pytest.mark.parametrize(
    ("header", "found"),
    [("事项名", "事项名称"), ("task_nam", "task_name"), ("法定时限", "法定办结时限"), ("完全无关", None)],
)
def test_nearest(header: str, found: str | None) -> None:
    assert nearest(header, ["事项名称", "task_name", "法定办结时限"]) == found
