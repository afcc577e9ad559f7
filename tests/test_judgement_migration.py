"""Judgements of before are about the lists of the run that was looked at, else of the day on which they were made."""

from collections.abc import Callable

import pytest
from alembic import command
from sqlalchemy import text

from tests.databases import migrate
from tests.test_migrations import config, engine

BEFORE_LISTS = "eea550f81b0a"
PARENTS = (
    (
        "INSERT INTO survey (id, title, division_code, is_synthetic, design, questionnaire, published, version, by, at)"
        " VALUES (1, '企业需求调查', '440105', false, '{}', '{}', '[]', 1, '周宁', '2026-02-01 09:00:00')"
    ),
    (
        "INSERT INTO demand (id, survey_id, number, text, text_hash, weight, is_split, is_redacted)"
        " VALUES (1, 1, 1, '会计师事务所执业许可', 'h', 1, false, false)"
    ),
    (
        "INSERT INTO matcher_weights (id, checksum, origin, content, by, at)"
        " VALUES (1, 'w', 'shipped', '{}', '周宁', '2026-02-01 09:00:00')"
    ),
    "INSERT INTO matcher_thesaurus (checksum, content, at) VALUES ('t', '', '2026-02-01 09:00:00')",
    (
        "INSERT INTO matching_run (id, survey_id, within, as_of, revision, matcher_version, weights_id, thesaurus, parameters,"
        " by, at) VALUES (1, 1, '440105', '2020-12-08', 7, '1', 1, 't', '{}', '周宁', '2026-02-01 09:00:00')"
    ),
)
JUDGEMENT = (
    "INSERT INTO judgement (id, survey_id, demand_id, run_id, text_hash, within, verdict, judge, at, revision, is_redacted)"
    " VALUES (:id, 1, 1, :run, 'h', '440105', 'unmet', '周宁', :at, 7, false)"
)
# Half past midnight of a day that is still the one before in London.
AT = {"sqlite": "2026-03-02 00:30:00.000000", "postgresql": "2026-03-02 00:30:00+08:00"}


def test_a_judgement_of_before_says_about_the_lists_of_which_day_it_is(
    database_kind: str, new_database: Callable[[str], str]
) -> None:
    """There and back and there again."""
    url = new_database(database_kind)
    command.upgrade(config(url), BEFORE_LISTS)
    with engine(url) as made, made.begin() as connection:
        for statement in PARENTS:
            connection.execute(text(statement))
        made_at = AT[made.dialect.name]
        connection.execute(text(JUDGEMENT), [{"id": n, "run": run, "at": made_at} for n, run in ((1, 1), (2, None))])
    migrate(url)
    assert days(url) == [(1, "2020-12-08", 7), (2, "2026-03-02", 7)]
    command.downgrade(config(url), BEFORE_LISTS)
    migrate(url)
    assert days(url) == [(1, "2020-12-08", 7), (2, "2026-03-02", 7)]


@pytest.mark.one_database
def test_the_statements_can_be_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """For an administrator of PostgreSQL who runs every one by hand."""
    command.upgrade(config("postgresql+psycopg://nobody@localhost/none"), f"{BEFORE_LISTS}:90c4e1f7b2d3", sql=True)
    assert "AT TIME ZONE 'Asia/Shanghai'" in capsys.readouterr().out


def days(url: str) -> list[tuple[int, str, int]]:
    with engine(url) as made, made.connect() as connection:
        found = connection.execute(text("SELECT id, as_of, revision FROM judgement ORDER BY id"))
        return [(number, str(day), revision) for number, day, revision in found]
