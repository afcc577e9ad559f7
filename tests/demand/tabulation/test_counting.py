"""Tables of many responses, beside a count of one response after the other."""

from collections import Counter
from random import Random
from statistics import fmean

import pytest
from fastapi import FastAPI

from app.demand.surveys.industries import industries, section_of
from app.demand.surveys.questions import ATTRIBUTE_NAMES, Attribute
from tests.demand.answers import Filled, Given, fill_in
from tests.demand.tabulation.conftest import QUESTIONNAIRE, TEXTS, ZONES, Desk
from tests.demand.written import a_survey
from tests.statements import counted

CODES = [f"{each.section}{each.code}" for each in industries().values() if not each.is_section]
MANY = 150


def some_responses(draw: Random) -> list[Filled]:
    """What enterprises are and answered, each part of it left out now and then."""
    return [_some_response(draw, f"{place:03}") for place in range(MANY)]


def _some_response(draw: Random, number: str) -> Filled:
    written = [CODES, [code[1:] for code in CODES], [f"{code[1:]}10" for code in CODES], [code[0] for code in CODES]]
    enterprise = {
        "size": draw.choice(["1", "2", "3", None]),
        "industry": draw.choice([*draw.choice(written), None]),
        "ownership": draw.choice(["1", "3", "5", None]),
        "zone": draw.choice([*ZONES, None]),
    }
    answers: dict[str, Given] = {
        "q5": draw.choice("12345"),
        "q15": draw.sample("123456", draw.randint(1, 3)),
        "q8.days": draw.choice([0, 1, 2.5, 10]),
    }
    return Filled(number, enterprise, {key: given for key, given in answers.items() if draw.random() < 0.8})


def group_of(filled: Filled, by: Attribute | None) -> str | None:
    value = None if by is None else filled.enterprise[by]
    return section_of(value) if value and by == "industry" else value


@pytest.fixture(scope="module")
def responses() -> list[Filled]:
    return some_responses(Random(2020))


@pytest.fixture(scope="module")
def survey(surveyed: FastAPI, responses: list[Filled]) -> int:
    with surveyed.state.database.write() as connection:
        number = a_survey(connection, questionnaire=QUESTIONNAIRE, design={"zones": ZONES})
        fill_in(connection, number, responses, TEXTS)
    return number


@pytest.mark.parametrize("by", [None, *ATTRIBUTE_NAMES])
@pytest.mark.parametrize("question", ["q5", "q15", "q8.days"])
def test_each_group_has_what_its_responses_say(
    desk: Desk, survey: int, responses: list[Filled], question: str, by: Attribute | None
) -> None:
    asked = f"question={question}" + (f"&by={by}" if by else "")
    rows = {row["group"].get(by): row for row in desk.tabulation(asked, survey)["values"]}
    assert rows.keys() == {group_of(each, by) for each in responses}
    for group, row in rows.items():
        mine = [each for each in responses if group_of(each, by) == group]
        said = [each.answers[question] for each in mine if question in each.answers]
        assert (row["responses"], row["answered"]) == (len(mine), len(said))
        expected = Counter(code for each in said if isinstance(each, str | list) for code in each)
        assert {each["code"]: each["respondents"] for each in row["options"] if each["respondents"]} == expected
        numbers = [each for each in said if isinstance(each, int | float)]
        assert (row["numbers"] or {}).get("mean") == (pytest.approx(fmean(numbers)) if numbers else None)


@pytest.mark.parametrize(
    ("question", "by"),
    [
        *(("q15", by) for by in (None, *ATTRIBUTE_NAMES)),
        ("q8.days", "zone"),
        ("q18", "size"),
        ("q1", None),
        ("q1", "size"),
        ("q2", "ownership"),
        ("zone", "zone"),
    ],
)
def test_every_figure_leads_to_as_many_responses(desk: Desk, survey: int, question: str, by: Attribute | None) -> None:
    asked = f"question={question}" + (f"&by={by}" if by else "")
    rows = desk.tabulation(asked, survey)["values"]
    figures = [(row[f"{name}_url"], row[name]) for row in rows for name in ("responses", "answered", "unanswered")]
    figures += [(row["answered_url"], row["numbers"]["n"]) for row in rows if row["numbers"]]
    figures += [(option["responses_url"], option["respondents"]) for row in rows for option in row["options"]]
    assert {url: desk.responses(url) for url, _ in figures} == dict(figures)


def test_however_many_responses_there_are_a_table_takes_as_many_statements(desk: Desk, survey: int) -> None:
    def statements(number: int) -> int:
        with counted() as told:
            desk.tabulation("question=q15&by=industry", number)
        return len(told)

    assert statements(survey) == statements(desk.answered)
