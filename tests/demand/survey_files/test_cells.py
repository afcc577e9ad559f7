"""What people write in a cell, as the answer that it is."""

import pytest

from app.demand.survey_files.cells import read_choice, read_mark, read_number, read_words
from app.demand.surveys.answering import check_answer
from app.demand.surveys.templates import get_template
from app.files.problems import CellProblem
from app.files.rows import BrokenCell, Percent

ASKED = get_template("enterprise-2020").asked


def chosen(key: str, cell: object) -> list[tuple[str, str | None]]:
    """Codes, each with what is written beside it."""
    checked = check_answer(ASKED[key], read_choice(ASKED[key], cell))
    assert checked.misfits == []
    return [(each.choice, each.text) for each in checked.answers]


@pytest.mark.parametrize("cell", ["1", "①", "非常满意", "①非常满意", "1.非常满意", 1, 1.0, " 非常 满意 "])
def test_one_option_is_a_code_a_circled_number_or_a_label(cell: object) -> None:
    assert chosen("q5", cell) == [("1", None)]


@pytest.mark.parametrize("cell", [None, "", "  ", "(空)", "（跳过）"])
def test_an_empty_cell_is_not_answered(cell: object) -> None:
    assert read_choice(ASKED["q5"], cell) is None
    assert read_number(ASKED["q8.fee"], cell) is None
    assert read_words(cell) is None


def test_survey_tools_number_what_was_skipped_like_an_option() -> None:
    assert [read_choice(ASKED["q5"], each) for each in (-3, "-2")] == [None, None]
    assert read_number(ASKED["q8.fee"], -3) == -3


@pytest.mark.parametrize(
    "cell",
    [
        "1、3、6", "1,3,6", "1，3，6", "①③⑥", "① ③ ⑥", "1；3;6", "1|3|6", "1\n3\n6", "1、3、6、",
        "不用到现场办理┋申请材料减少┋其他", "1、不用到现场办理、3、申请材料减少、6其他", "①不用到现场办理③申请材料减少⑥其他（请注明）",
    ],
)  # fmt: skip
def test_several_options_stand_in_one_cell(cell: str) -> None:
    assert chosen("q15", cell) == [("1", None), ("3", None), ("6", None)]


def test_a_label_may_hold_what_separates_labels() -> None:
    assert chosen("q16", "审批环节太多，需要跑多趟，受理人员业务不熟悉") == [("1", None), ("3", None)]
    assert chosen("q12", "不需要，只提交一次") == [("1", None)]


@pytest.mark.parametrize(
    "cell",
    [
        "其他：晚上也办",
        "6其他（晚上也办）",
        "⑥：晚上也办",
        "其他〖晚上也办〗",
        "其他____晚上也办",
        "其他(请注明)：晚上也办",
        "其他:请说明 晚上也办",
    ],
)
def test_beside_an_open_option_something_is_written(cell: str) -> None:
    assert chosen("q15", cell) == [("6", "晚上也办")]


def test_what_is_written_goes_on_until_another_option_is_named() -> None:
    assert chosen("q15", "1、其他：晚上、周末也办") == [("1", None), ("6", "晚上、周末也办")]
    assert chosen("q15", "其他：晚上、周末也办；申请材料减少") == [("6", "晚上、周末也办"), ("3", None)]
    assert chosen("q12", "其他：看窗口，看人") == [("3", "看窗口，看人")]


def test_what_is_no_option_is_told_by_itself() -> None:
    checked = check_answer(ASKED["q15"], read_choice(ASKED["q15"], "1、9、晚上也办"))
    assert [(each.rule, each.value) for each in checked.misfits] == [
        ("unknown-option", "9"),
        ("unknown-option", "晚上也办"),
    ]


def test_a_cell_of_thousands_of_pieces_is_read_in_no_time() -> None:
    cells = "其他：1、" * 8_000, "(" * 32_000, "、" * 32_000, "其他：" + "（" * 32_000, "①" * 32_000
    counted = [len(list(read_choice(ASKED["q16"], each))) for each in cells]  # type: ignore[call-overload]
    assert counted == [1, 1, 0, 1, 1]


@pytest.mark.parametrize("cell", [1, True, "1", "是", "√", "✔", "Yes", "不用到现场办理", "选中"])
def test_a_column_of_an_option_says_that_it_was_chosen(cell: object) -> None:
    assert read_mark(ASKED["q15"].options[0], cell) is True


@pytest.mark.parametrize("cell", [None, 0, False, "0", "否", "×", "未选中", "(跳过)", "-3"])
def test_a_column_of_an_option_says_that_it_was_not_chosen(cell: object) -> None:
    assert read_mark(ASKED["q15"].options[0], cell) is False


def test_a_column_of_an_open_option_may_hold_what_is_written_beside_it() -> None:
    assert read_mark(ASKED["q15"].options[5], "晚上也办") == "晚上也办"
    with pytest.raises(CellProblem) as told:
        read_mark(ASKED["q15"].options[0], "晚上也办")
    assert told.value.rule == "not-a-mark"


@pytest.mark.parametrize(
    ("key", "cell", "number"),
    [
        ("q8.days", "5个工作日", 5), ("q8.days", "5 工作日", 5), ("q8.days", "5个", 5), ("q8.days", "２", 2), ("q8.days", 2.5, 2.5),
        ("q8.fee", "0元", 0), ("q8.fee", "1,200 元", 1200), ("q10.visits", "3次", 3), ("q10.visits", 3, 3),
    ],
)  # fmt: skip
def test_a_number_may_have_its_unit(key: str, cell: object, number: float) -> None:
    checked = check_answer(ASKED[key], read_number(ASKED[key], cell))
    assert [each.number for each in checked.answers] == [number]


@pytest.mark.parametrize("cell", ["5天", "2周", "3个月"])
def test_another_unit_is_not_passed_over(cell: str) -> None:
    with pytest.raises(CellProblem) as told:
        read_number(ASKED["q8.days"], cell)
    assert (told.value.rule, "请换算成工作日" in told.value.message.zh) == ("other-unit", True)


@pytest.mark.parametrize("cell", ["约5", "2~3", "三天", Percent(5.0), "2024-05-01"])
def test_what_is_no_number_is_told(cell: object) -> None:
    (misfit,) = check_answer(ASKED["q8.days"], read_number(ASKED["q8.days"], cell)).misfits
    assert misfit.rule == "not-a-number"


def test_a_broken_formula_is_no_empty_cell() -> None:
    for read in (
        read_words,
        lambda cell: read_choice(ASKED["q5"], cell),
        lambda cell: read_number(ASKED["q8.fee"], cell),
    ):
        with pytest.raises(CellProblem) as told:
            read(BrokenCell("#N/A"))
        assert told.value.rule == "formula-error"
