import csv
from collections import Counter
from pathlib import Path

import pytest

import seed

SEED = Path(seed.__file__ or "").parent
Rows = dict[str, dict[str, str]]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def real() -> Rows:
    return read(SEED / "divisions.csv")


@pytest.fixture(scope="module")
def invented() -> Rows:
    return read(SEED / "demo" / "divisions.csv")


def test_counts_by_level(real: Rows) -> None:
    assert Counter(row["level"] for row in real.values()) == {"province": 34, "prefecture": 333, "county": 2845}


@pytest.mark.parametrize(
    ("code", "name", "parent"),
    [
        ("110000", "北京市", ""),
        ("110105", "朝阳区", "110000"),
        ("441900", "东莞市", "440000"),
        ("440106", "天河区", "440100"),
        ("419001", "济源市", "410000"),
        ("710000", "台湾省", ""),
        ("810000", "香港特别行政区", ""),
    ],
)
def test_well_known_divisions(real: Rows, code: str, name: str, parent: str) -> None:
    assert (real[code]["name"], real[code]["parent_code"]) == (name, parent)


def test_every_code_has_six_digits_and_a_parent_above_it(real: Rows, invented: Rows) -> None:
    every = real | invented
    for code, row in every.items():
        assert len(code) == 6
        assert code.isascii()
        assert code.isdigit()
        assert (row["level"] == "province") == (not row["parent_code"])
        assert not row["parent_code"] or row["parent_code"] in every


def test_invented_divisions_are_on_no_official_list_and_say_so(real: Rows, invented: Rows) -> None:
    assert [row["name"] for row in invented.values()][:3] == ["演示省", "演示市", "X区"]
    assert Counter(row["level"] for row in invented.values()) == {"province": 1, "prefecture": 5, "county": 12}
    assert all("虚构" in row["type"] for row in invented.values())
    assert not {code[:2] for code in invented} & {code[:2] for code in real}
