import pytest
from sqlalchemy import Engine, func, select

from app.filters import FilterError
from tests.databases import KINDS
from tests.filters.items import FILTERS, ITEM

VALUES: list[tuple[str, list[float | None]]] = [
    ("承诺办结时限", [5, 10, 0, 30, None, 7, 15, 3, -(2**31), None]),
    ("promised_limit / statutory_limit", [0.25, 0.5, None, 1.5, None, 1, None, 0.3, -1, None]),
    ("promised_limit * 22", [110, 220, 0, 660, None, 154, 330, 66, -(2**31) * 22, None]),
    ("-fee", [0, -100.1, None, -0.3, -0.1, -0.2, -2.5, -9999999999.99, 0.01, None]),
    ("1", [1] * 10),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("text", "values"), VALUES)
def test_a_number_is_computed_alike(
    text: str, values: list[float | None], kind: str, engines: dict[str, Engine]
) -> None:
    with engines[kind].connect() as connection:
        assert list(connection.scalars(select(FILTERS.number(text)).select_from(ITEM).order_by(ITEM.c.id))) == values


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_can_be_summed(kind: str, engines: dict[str, Engine]) -> None:
    saved = FILTERS.number("1 - promised_limit / statutory_limit")
    with engines[kind].connect() as connection:
        assert round(connection.scalar(select(func.sum(saved)).where(ITEM.c.id < 7)) or 0, 6) == 0.75


def test_a_condition_is_no_number() -> None:
    with pytest.raises(FilterError, match="is_online 是是否类，不能计算；这里需要数字"):
        FILTERS.number("is_online")
