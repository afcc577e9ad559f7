"""What a national code says, and whether the item agrees."""

import pytest

from app.catalogue.codes import NationalCode, code_faults, credit_code_is_right, parse

# 海珠区民政局: a right credit code; then the same with its last two digits exchanged.
BODY, MISTYPED = "11440105007511245T", "11440105007511254T"
CATALOG_CODE = "000111003000"
IMPLEMENTATION = f"{BODY}4{CATALOG_CODE}"
HANDLING = f"{IMPLEMENTATION}01"
GUANGDONG_SERVICE = f"{BODY}4442111003000"
AGREEING = {
    "code": HANDLING,
    "department_code": BODY,
    "use_level": "4",
    "catalog_code": CATALOG_CODE,
    "task_type": "01",
}


def test_the_parts_of_a_national_code() -> None:
    assert parse(IMPLEMENTATION) == NationalCode(BODY, "4", CATALOG_CODE, None)
    assert parse(HANDLING) == NationalCode(BODY, "4", CATALOG_CODE, "01")


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("HZ-MZ-2024.001", id="a local code"),
        pytest.param("", id="nothing"),
        pytest.param(IMPLEMENTATION[:-1], id="30 characters"),
        pytest.param(IMPLEMENTATION + "1", id="32 characters"),
        pytest.param(HANDLING + "01", id="35 characters"),
        pytest.param(f"{BODY}8{CATALOG_CODE}", id="no such level"),
        pytest.param(f"{BODY[:-1]}-4{CATALOG_CODE}", id="a hyphen"),
        pytest.param(HANDLING.lower(), id="small letters"),
        pytest.param(HANDLING[:-1] + "１", id="a full-width digit"),
        pytest.param(HANDLING[:-1] + "\n", id="a line end"),
    ],
)
def test_any_other_code_is_a_local_one(code: str) -> None:
    assert parse(code) is None
    assert code_faults({"code": code, "task_type": "01", "use_level": "2"}) in (None, ("code-shape",))


@pytest.mark.parametrize(
    ("code", "right"),
    [
        (BODY, True),
        (MISTYPED, False),
        (BODY[:-1] + "X", False),
        ("11440106007506516N", True),
        ("11440106007506516M", False),
        ("124401004554140012", True),
        ("124401004554140013", False),
        ("TE440000GD030003VV", False),
        (BODY[:-1] + "I", False),
        (BODY[:-1], False),
        ("", False),
    ],
)
def test_the_check_character_of_a_credit_code(code: str, right: bool) -> None:  # noqa: FBT001
    assert credit_code_is_right(code) is right


@pytest.mark.parametrize(
    ("catalog_code", "task_type"),
    [
        ("000111003000", "01"),
        ("440111003000", "01"),
        ("442011003000", "10"),
        ("442111003000", "20"),
        ("450111003000", "01"),
        ("452011003000", "20"),
        ("002011003000", "20"),
    ],
)
def test_guangdongs_own_type_codes_are_mapped_to_the_national_ones(catalog_code: str, task_type: str) -> None:
    """Guangdong writes 20 for 其他行政权力 and 21 for 公共服务; elsewhere 20 is 公共服务."""
    parts = parse(f"{BODY}4{catalog_code}")
    assert parts is not None
    assert parts.task_type == task_type


@pytest.mark.parametrize(
    ("stated", "found"),
    [
        ({}, ()),
        ({"code": IMPLEMENTATION}, ()),
        ({"use_level": None, "task_type": None, "catalog_code": None}, ()),
        ({"use_level": "3"}, ("code-use-level",)),
        ({"task_type": "20"}, ("code-task-type",)),
        ({"catalog_code": "000111003001"}, ("code-catalog-code",)),
        ({"department_code": "11440106007506516N"}, ("code-body",)),
        (
            {"code": f"{MISTYPED}4{CATALOG_CODE}", "department_code": MISTYPED},
            ("credit-code-check-digit",),
        ),
        ({"code": f"{GUANGDONG_SERVICE}02", "catalog_code": GUANGDONG_SERVICE[19:], "task_type": "20"}, ()),
        (
            {"code": f"{GUANGDONG_SERVICE}02", "catalog_code": GUANGDONG_SERVICE[19:], "task_type": "10"},
            ("code-task-type",),
        ),
        (
            {"use_level": "2", "task_type": "05"},
            (
                "code-use-level",
                "code-task-type",
            ),
        ),
    ],
)
def test_where_code_and_elements_disagree(stated: dict[str, object], found: tuple[str, ...]) -> None:
    assert code_faults({**AGREEING, **stated}) == tuple(sorted(found))
