"""The thirty enterprises of the design: who they are, what they came for, and answers drawn from hashes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from seed.demo.draws import choose
from seed.demo.surveys.answers import answers
from seed.demo.tables import table

SEPARATOR = "；"
LETTERS = "ABC"
MATTER, VISITS, BEGAN, REMARKS = "q10.item", "q10.visits", "q10.began", "q18"
DAYS_PER_VISIT = range(3, 12)


@dataclass(frozen=True, slots=True)
class Demand:
    """A service that is asked for; the parts are what it was found to ask for. `response` is the number of one."""

    text: str
    weight: int
    question: str
    response: str | None = None
    parts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A response as it is posted, and what researchers took from its remarks."""

    response: Mapping[str, object]
    demands: Sequence[Demand]


def enterprises(survey: Mapping[str, Any]) -> Sequence[Enterprise]:
    """Of the zones and in the period of the survey."""
    zones = dict(zip(LETTERS, survey["design"]["zones"], strict=True))
    period = [survey["held_from"] + timedelta(n) for n in range((survey["held_to"] - survey["held_from"]).days + 1)]
    return tuple(_enterprise(row, zones[row["zone"]], period) for row in table("survey_enterprises"))


def _enterprise(row: Mapping[str, str], zone: str, period: Sequence[date]) -> Enterprise:
    number = row["number"]
    day = choose(period, "answered on", number)
    remarks = "\n".join(filter(None, (row["demands"], row["opinion"])))
    said = {MATTER: row["matter"], **answers(number), REMARKS: remarks}
    response = {
        "number": number,
        **{name: row[name] for name in ("size", "industry", "ownership")},
        "zone": zone,
        "answered_on": day,
        "answers": {**said, **dict(_began(number, said, day))},
    }
    wishes = filter(None, row["demands"].split(SEPARATOR))
    return Enterprise(response, tuple(Demand(text, 1, REMARKS, number) for text in wishes))


def _began(number: str, said: Mapping[str, object], answered_on: date) -> Iterator[tuple[str, str]]:
    """Some days before for each visit, where it is said how often they came."""
    if VISITS in said:
        days = int(str(said[VISITS])) * choose(DAYS_PER_VISIT, "began", number)
        yield BEGAN, (answered_on - timedelta(days)).isoformat()
