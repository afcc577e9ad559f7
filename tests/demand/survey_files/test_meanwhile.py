"""Others write while a file is looked at."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.clock import FrozenClock
from app.db import Database
from app.demand.survey_files.reading import Source
from app.demand.survey_files.service import ImportRefused, Outcome, Wish, import_file
from app.files.rows import Limits
from tests.conftest import NOW
from tests.demand.survey_files.desk import FIRST, HEADER, SECOND, responses, told
from tests.demand.surveys.desk import DESIGN
from tests.factories import TESTER
from tests.imports.uploads import csv_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "upload"
    path.write_bytes(csv_file(HEADER, FIRST, SECOND))
    return path


def taken(database: Database, path: Path, survey: str, meanwhile: Any) -> Outcome:
    """The import, with something done between the look at the last row and the writing."""
    wish = Wish(int(survey.rsplit("/", 1)[1]), Source("答卷.csv", "responses"), TESTER, dry_run=False)
    return import_file(database, path, wish, clock=FrozenClock(NOW), limits=Limits(), progress=lambda _: meanwhile())


def test_the_same_responses_come_in_meanwhile(desk: TestClient, survey: str, database: Database, path: Path) -> None:
    outcome = taken(database, path, survey, lambda: told(responses(desk, survey, FIRST, SECOND)))
    assert (outcome.status, outcome.tally.unchanged) == ("unchanged", 2)
    assert desk.get(f"{survey}/imports").json()["total"] == 1


def test_one_of_them_comes_in_otherwise(desk: TestClient, survey: str, database: Database, path: Path) -> None:
    other = [*FIRST[:6], "②", *FIRST[7:]]
    with pytest.raises(ImportRefused):
        taken(database, path, survey, lambda: responses(desk, survey, other))
    assert desk.get(f"{survey}/responses").json()["total"] == 1


def test_the_design_is_edited(desk: TestClient, survey: str, database: Database, path: Path) -> None:
    """The rows are read anew: what the survey now says of them counts."""

    def rename() -> None:
        strata = [{**each, "key": f"new-{each['key']}"} for each in DESIGN["strata"]]  # type: ignore[attr-defined]
        changed = desk.patch(survey, json={"design": {**DESIGN, "strata": strata}}, headers={"If-Match": "*"})
        assert changed.status_code == 200, changed.text

    assert taken(database, path, survey, rename).status == "recorded"
    strata = [each["stratum"] for each in desk.get(f"{survey}/responses").json()["items"]]
    assert strata == ["new-small-a", "new-large"]
