"""The surveys with what was published of them, what was answered and what is asked for, as the service takes it."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from seed.demo.surveys.enterprises import SEPARATOR, Demand, enterprises
from seed.demo.tables import table

HERE = Path(__file__).parent
DRAWN = "enterprises-2020"
IN_ORDER = ("online-2016", DRAWN, "environment-153")
"""Of the days on which they were entered."""


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey and its responses as they are posted, and the demands found in it, on the day it was entered."""

    entered_on: date
    body: Mapping[str, object]
    responses: Sequence[Mapping[str, object]]
    demands: Sequence[Demand]


@cache
def surveys() -> Sequence[Survey]:
    """In the order in which they were entered; the same on every machine and in every run."""
    return tuple(map(_survey, IN_ORDER))


def _survey(key: str) -> Survey:
    document = tomllib.loads((HERE / f"{key}.toml").read_text(encoding="utf-8"))
    asked = enterprises(document["survey"]) if key == DRAWN else ()
    return Survey(
        entered_on=document["entered_on"],
        body={**document["survey"], "published": list(_figures(key))},
        responses=tuple(each.response for each in asked),
        demands=(*_demands(key), *(demand for each in asked for demand in each.demands)),
    )


def _figures(key: str) -> Iterator[Mapping[str, object]]:
    for row in table("survey_figures"):
        if row["survey"] == key:
            yield {
                "question": row["question"],
                "option": row["option"],
                "respondents": int(row["respondents"]) if row["respondents"] else None,
                "share": float(row["share"]) if row["share"] else None,
                "base": int(row["base"]),
            }


def _demands(key: str) -> Iterator[Demand]:
    for row in table("survey_demands"):
        if row["survey"] == key:
            parts = tuple(row["parts"].split(SEPARATOR)) if row["parts"] else ()
            yield Demand(row["text"], int(row["weight"]), row["question"], parts=parts)
