"""Surveys, demands, runs with their results and judgements, written straight into their tables."""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from app.catalogue.moments import latest_revision
from app.catalogue.objects import ITEM
from app.clock import SHANGHAI
from app.demand.runs.models import judgement, match_result, matcher_thesaurus, matcher_weights, matching_run
from app.demand.surveys.models import demand, response, survey
from app.jobs.models import job
from tests.factories import DIVISION

AT = datetime(2026, 3, 1, 12, tzinfo=SHANGHAI)
DAY = date(2026, 3, 2)


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def row(connection: Connection, table: Table, **values: Any) -> int:
    """Write one; its id."""
    key = connection.execute(insert(table).values(values)).inserted_primary_key or (0,)
    return int(key[0])


def rows(connection: Connection, table: Table, written: list[dict[str, Any]]) -> None:
    if written:
        connection.execute(insert(table), written)


def item_ids(connection: Connection) -> Mapping[str, int]:
    """By code."""
    return dict(connection.execute(select(ITEM.table.c.code, ITEM.table.c.id)).all())


def a_survey(connection: Connection, **stated: Any) -> int:
    usual = {"title": "海珠区企业需求调查", "division_code": DIVISION, "is_synthetic": True, "version": 1}
    empty: dict[str, Any] = {"design": {}, "questionnaire": {}, "published": []}
    return row(connection, survey, **{**usual, **empty, "by": "研究员", "at": AT, **stated})


def a_response(connection: Connection, of: int, number: str, **stated: Any) -> int:
    return row(connection, response, **{"survey_id": of, "number": number, **stated})


def a_demand(connection: Connection, of: int, number: int, text: str, weight: int = 1, **stated: Any) -> int:
    told = {"text": text, "text_hash": hash_of(text), "weight": weight, "is_split": False, "is_redacted": False}
    return row(connection, demand, **{"survey_id": of, "number": number, **told, **stated})


def a_run(connection: Connection, of: int, as_of: date = DAY, **stated: Any) -> int:
    """One that has ended, over the newest revision."""
    if connection.execute(select(matcher_weights.c.id)).first() is None:
        row(connection, matcher_weights, id=1, checksum="w", origin="shipped", content={}, by="系统", at=AT)
        connection.execute(insert(matcher_thesaurus).values(checksum="t", content="", at=AT))
    used = {"weights_id": 1, "thesaurus": "t", "matcher_version": "1", "parameters": {}}
    about = {"within": DIVISION, "as_of": as_of, "revision": latest_revision(connection)}
    return row(
        connection,
        matching_run,
        **{"survey_id": of, **about, **used, "by": "研究员", "at": AT, "ended_at": AT, **stated},
    )


def a_job(connection: Connection, status: str = "running") -> int:
    """Of a run that has not ended."""
    told = {"kind": "matching-run", "status": status, "done": 0, "parameters": {}, "by": "研究员"}
    return row(connection, job, **told, created_at=AT, attempts=1, cancel_requested=False)


def a_result(
    connection: Connection,
    run: int,
    of: int,
    zone: str,
    item: int | None = None,
    probability: float | None = 0.5,
    **stated: Any,
) -> None:
    found: dict[str, Any] = {"zone": zone, "item_id": item, "probability": probability, "hits": []}
    found["remarks"] = {"parts": [], "elsewhere": None, "unmatched": None}
    connection.execute(insert(match_result).values({"run_id": run, "demand_id": of, **found, **stated}))


def a_judgement(
    connection: Connection, of: tuple[int, int], text: str, verdict: str, item: int | None = None, **stated: Any
) -> int:
    """Of a survey's demand, whose words it is about; looked for in the newest lists of DAY."""
    about = {"survey_id": of[0], "demand_id": of[1], "text_hash": hash_of(text), "within": DIVISION}
    said = {"verdict": verdict, "item_id": item, "judge": "研究员", "at": AT, "is_redacted": False}
    lists = {"as_of": DAY, "revision": latest_revision(connection)}
    return row(connection, judgement, **{**about, **said, **lists, **stated})
