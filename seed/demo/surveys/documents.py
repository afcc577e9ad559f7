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
class Judgement:
    """What somebody says of a demand, named by its text, and of an item, by its name."""

    demand: str
    verdict: str
    item: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Matching:
    """A run with the lists of a day, that of the run where none is said, and what was judged of it."""

    done_on: date
    judged_on: date
    judgements: Sequence[Judgement]
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey and its responses as they are posted, and the demands found in it, on the day it was entered."""

    entered_on: date
    body: Mapping[str, object]
    responses: Sequence[Mapping[str, object]]
    demands: Sequence[Demand]
    matching: Matching | None


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
        matching=_matching(key, document.get("matching")),
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


def _matching(key: str, stated: Mapping[str, date] | None) -> Matching | None:
    if stated is None:
        return None
    mine = (row for row in table("survey_judgements") if row["survey"] == key)
    judged = [Judgement(row["demand"], row["verdict"], row["item"] or None, row["note"] or None) for row in mine]
    return Matching(**stated, judgements=judged)
