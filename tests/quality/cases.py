"""A right guide, and for every rule how it is broken and how something near it is still right."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tests.factories import DIVISION

Content = Mapping[str, Any]

DEPARTMENT, ANOTHER = "11440105007482532C", "11440105007484589M"
NAMESAKE: Content = {"name": "老年人优待证办理（换发）"}
RIGHT: Content = {
    "division_code": DIVISION,
    "department_code": DEPARTMENT,
    "consultation_contact": "020-12345601",
    "statutory_limit": 20,
    "statutory_limit_unit": "1",
    "promised_limit": 8,
    "promised_limit_unit": "1",
}


class Case(NamedTuple):
    """What is different in a guide that breaks the rule, and in one that is near it and passes."""

    breaks: Content
    passes: Content


CASES: Mapping[str, Case] = {
    "promised-over-statutory": Case({"promised_limit": 21}, {"promised_limit": 20}),
    "online-without-depth": Case({"is_online": True}, {"is_online": True, "online_depths": ["5"]}),
    "no-phone": Case({"consultation_contact": None}, {}),
}


def numbered(number: int, different: Content) -> tuple[str, Content]:
    """The code and the content of a guide that is RIGHT but for what is different."""
    return f"HZ-{number}", {**RIGHT, "name": f"养老机构设立许可（{number} 类）", **different}


def breaking() -> Iterator[tuple[str, str, Content]]:
    """Of every rule its key, and code and content of a guide that breaks it."""
    for number, (key, case) in enumerate(CASES.items(), 1):
        yield key, *numbered(number, case.breaks)


def passing() -> Iterator[tuple[str, str, Content]]:
    """Of every rule its key, and code and content of a guide that is near it and passes."""
    for number, (key, case) in enumerate(CASES.items(), 501):
        yield key, *numbered(number, case.passes)
