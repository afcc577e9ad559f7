"""Industries by GB/T 4754-2017: sections and divisions by name, groups and classes by the pattern of their codes."""

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from app.demand.surveys.misfits import Misfit, misfit
from app.files.cleaning import as_compared
from app.filters.properties import nearest

CODE = re.compile(r"(?P<section>[A-Z])?(?P<digits>[0-9]{2,4})?")
LETTERS = "ABCDEFGHIJKLMNOPQRST"


class Industry(NamedTuple):
    """A section (`code` is its letter) or a division (two digits) of a section."""

    code: str
    section: str
    name: str

    @property
    def is_section(self) -> bool:
        return self.code == self.section


@cache
def industries() -> Mapping[str, Industry]:
    """The 20 sections and 97 divisions, each section before its divisions, by code."""
    text = files("seed").joinpath("industries.csv").read_text(encoding="utf-8")
    return {row["code"]: Industry(**row) for row in csv.DictReader(text.splitlines())}


@cache
def _by_name() -> Mapping[str, str]:
    """Where a section and its division are called the same, the division: it says all that the section does."""
    return {as_compared(each.name): each.code for each in industries().values()}


def read_industry(written: str) -> str | Misfit:
    """The code of what is written: a section (C), a division (13, C13), something finer (1311, C1311), or a name.

    Codes stay as they are written, in capitals.
    """
    code = as_compared(written).upper()
    if named := _by_name().get(code.casefold()):
        return named
    found = CODE.fullmatch(code)
    if not code or found is None:
        return _unknown(written)
    section, digits = found["section"], found["digits"]
    if digits is None:
        return code if section in industries() else _unknown(written)
    division = industries().get(digits[:2])
    if division is None:
        return _unknown(written)
    if section not in (None, division.section):
        return _of_another_section(written, section, division, digits)
    return code


def section_of(code: str) -> str:
    """The letter of the section that a right code lies in."""
    return code[0] if code[0].isalpha() else industries()[code[:2]].section


def division_of(code: str) -> str | None:
    """The two digits of its division; None for a section."""
    return code.lstrip(LETTERS)[:2] or None


def lies_in(code: str, wider: str) -> bool:
    """Whether a right code is within another: 1311 within 13, C13 and C."""
    digits, of = (each.lstrip(LETTERS) for each in (code, wider))
    return section_of(code) == section_of(wider) and digits.startswith(of)


def industry_label(code: str) -> str:
    """The name of the section or division; something finer is told by its division: 农副食品加工业（1311）."""
    named = industries()[division_of(code) or section_of(code)]
    return named.name if len(code.lstrip(named.section)) <= len(named.code) else f"{named.name}（{code}）"


def _unknown(written: str) -> Misfit:
    near = _nearest(as_compared(written).upper())
    hint = f"是否为 {near}（{industries()[near].name}）？" if near else "门类和大类见 /v1/industries。"
    zh = f"没有行业代码“{written[:60]}”。按 GB/T 4754 写门类（如 C）、大类（如 C13、13）或更细的代码（如 1311）。{hint}"
    en = f"There is no industry {written[:60]!r} in GB/T 4754."
    return misfit("unknown-industry", zh, en, written, near)


def _nearest(code: str) -> str | None:
    """One digit lacks its nought; else the division or the section that was named; else what is called most alike."""
    digits = code.lstrip(LETTERS)
    likely = (f"0{code}", digits[:2], code[:1])
    if code.isascii():
        return next((each for each in likely if each in industries()), None)
    names = {each.name: each.code for each in industries().values()}
    return next((names[name] for name in nearest(code, names)), None)


def _of_another_section(written: str, section: str, division: Industry, digits: str) -> Misfit:
    right = f"{division.section}{digits}"
    zh = (
        f"行业代码“{written}”前后不一致：大类 {division.code}（{division.name}）属于门类 {division.section}，"
        f"不属于 {section}。是否为 {right}？"
    )
    en = f"Division {division.code} lies in section {division.section}, not in {section}; did you mean {right}?"
    return misfit("industry-of-another-section", zh, en, written, right)
