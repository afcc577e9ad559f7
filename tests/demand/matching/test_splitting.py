"""Where a demand names several needs, and where it doesn't."""

import pytest

from app.demand.matching.splitting import MOST, needs_in


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("办执照、刻公章，还要给员工交社保", ("办执照", "刻公章", "给员工交社保")),
        ("报个税，顺便打印完税证明", ("报个税", "打印完税证明")),
        ("养老保险和住房公积金转移", ("养老保险", "住房公积金转移")),
        ("取水许可；排污许可", ("取水许可", "排污许可")),
        ("取水许可", ()),
        ("取水许可，取水许可", ()),
        ("和解协议备案", ()),
        ("及时雨工程", ()),
        ("税，费", ()),
    ],
)
def test_needs_stand_between_marks_and_words(text: str, needs: tuple[str, ...]) -> None:
    assert needs_in(text) == needs


def test_nobody_asks_for_more_than_a_dozen_things() -> None:
    assert needs_in("、".join(f"许可{number:02}" for number in range(MOST + 1))) == ()
