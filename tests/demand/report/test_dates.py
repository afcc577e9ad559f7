"""The same run on other days, with later judgements, and again."""

from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import update

from app.demand.surveys.models import demand
from tests.conftest import NOW
from tests.demand.report.market import Market
from tests.demand.report.walks import everything, get, numbers
from tests.demand.written import AT, a_demand, a_judgement, a_result, a_run, a_survey
from tests.factories import amend, publish

PHARMACY, RESTAURANT, ACCOUNTANTS, SUBSIDY, FIRE = 0, 2, 4, 7, 8  # Places of DEMANDS.
JUDGED_FROM = NOW - timedelta(hours=1)


def test_an_item_counts_as_it_was_on_the_day(asked: Market, researcher: TestClient) -> None:
    """The pharmacy licence began in 2022. What the list of 2020 had beside was never looked through."""
    early = get(researcher, asked.path, as_of="2020-12-08")
    assert numbers(early)["met_online"] == (0, 0)
    assert numbers(early)["unmet"] == (0, 0)
    reasons = {each["reason"]: each["demands"] for each in early["review"]["reasons"]}
    assert reasons == {"uncertain": 1, "not-matched": 1, "not-in-list-that-day": 3, "list-not-searched": 3}
    assert "POST /v1/surveys/" in early["notes"][-1]
    assert '{"as_of": "2020-12-08"}' in early["notes"][-1]
    for reason in early["review"]["reasons"]:
        assert get(researcher, reason["demands_url"])["total"] == reason["demands"]


def test_a_day_whose_lists_the_run_saw_all_of_leaves_what_it_found_unmet(asked: Market, researcher: TestClient) -> None:
    """Between 2021 and 2022 there was nothing in the list that isn't there now."""
    between = get(researcher, asked.path, as_of="2021-06-01")
    assert numbers(between)["unmet"] == (3, 7)
    assert {each["reason"] for each in between["review"]["reasons"]} == {
        "uncertain",
        "not-matched",
        "not-in-list-that-day",
    }


def test_a_run_made_for_the_day_says_nothing_of_another_day(asked: Market, researcher: TestClient) -> None:
    own = get(researcher, asked.path)
    assert own["as_of"] == own["run"]["as_of"] == "2026-03-02"
    assert all("比对" not in note for note in own["notes"])


def test_a_day_before_the_catalogue_leaves_everything_to_be_reviewed(asked: Market, researcher: TestClient) -> None:
    said = get(researcher, asked.path, as_of="2016-05-01")
    assert numbers(said)["review"] == (10, 27)
    assert any("本目录只记录了" in note for note in said["notes"])


def test_the_figures_follow_the_judgements_until_an_instant(asked: Market, researcher: TestClient) -> None:
    """Each about words that no other test judges, or only after all these."""
    before = get(researcher, asked.path, judged_until=str(JUDGED_FROM.date() - timedelta(days=1)))
    at = NOW - timedelta(minutes=30)
    asked.judge(SUBSIDY, "confirm", "SB", at=at)
    asked.judge(RESTAURANT, "reject", "CY", at=at)
    asked.judge(FIRE, "unmet", at=at, note="消防救援大队办")
    after = get(researcher, asked.path)
    assert numbers(before) | {} == {
        "met_online": (3, 10),
        "met_at_counter": (1, 2),
        "met_online_unknown": (1, 1),
        "unmet": (3, 7),
        "review": (2, 7),
    }
    assert numbers(after) == {
        "met_online": (4, 16),
        "met_at_counter": (0, 0),
        "met_online_unknown": (1, 1),
        "unmet": (4, 8),
        "review": (1, 2),
    }
    assert [(each["reason"], each["demands"]) for each in after["review"]["reasons"]] == [("rejected", 1)]
    _the_item_that_was_rejected_is_asked_for_by_nobody(researcher, after)
    _a_judged_one_says_who_and_why(researcher, after)
    at_that_time = JUDGED_FROM.isoformat()
    assert numbers(get(researcher, asked.path, judged_until=at_that_time)) == numbers(before)


def _the_item_that_was_rejected_is_asked_for_by_nobody(client: TestClient, report: dict[str, Any]) -> None:
    assert {each["code"] for each in everything(client, report["items"]["not_asked_url"])} == {"CY", "GS"}


def _a_judged_one_says_who_and_why(client: TestClient, report: dict[str, Any]) -> None:
    judged = next(each for each in report["unmet"]["rows"] if each["decided_by"] == "judgement")
    assert (judged["wordings"], judged["probability"]) == (["消防验收"], None)
    assert (judged["judgement"]["judge"], judged["judgement"]["note"]) == ("研究员", "消防救援大队办")
    rejected = get(client, report["review"]["demands_url"])["items"][0]
    assert (rejected["decided_by"], rejected["judgement"]["verdict"], rejected["item"]) == ("judgement", "reject", None)


def test_the_same_run_dates_and_judgements_give_the_same_bytes(asked: Market, researcher: TestClient) -> None:
    """Whatever is judged, asked for and published later."""
    pinned = f"{asked.path}?run={asked.run}&as_of=2026-03-02&known_at=2&judged_until={AT:%Y-%m-%d}"

    def bytes_of(form: str) -> bytes:
        return researcher.get(f"{pinned}&format={form}").content

    before = [bytes_of(form) for form in ("json", "csv", "html")]
    asked.judge(ACCOUNTANTS, "better", "GS", at=NOW)
    publish(asked.database, amend("YD", start=NOW.date(), is_online=False), on=NOW.date())
    with asked.database.write() as connection:
        a_demand(connection, asked.survey, 100, "换一件事", 3)
    assert [bytes_of(form) for form in ("json", "csv", "html")] == before


def test_the_latest_run_says_how_many_demands_it_has_not(asked: Market, researcher: TestClient) -> None:
    """One came later; one was split, so that its part is not in the run."""
    with asked.database.write() as connection:
        later = get(researcher, asked.path)["demands_not_in_run"]
        whole = a_demand(connection, asked.survey, 300, "开店和招人")
        connection.execute(update(demand).where(demand.c.id == whole).values(is_split=True))
        a_demand(connection, asked.survey, 301, "招人", part_of=whole)
    assert get(researcher, asked.path)["demands_not_in_run"] == later + 1
    assert get(researcher, asked.path, run=asked.run)["demands_not_in_run"] is None


def test_the_latest_run_that_has_ended_is_told_of_unless_another_is_named(
    asked: Market, researcher: TestClient
) -> None:
    with asked.database.write() as connection:
        second = a_run(connection, asked.survey)
        a_result(connection, second, asked.demands[0], "unmet", None, 0.1)
        a_run(connection, asked.survey, ended_at=None)
    latest = get(researcher, asked.path)
    assert (latest["run"]["id"], latest["tables"][0]["rows"][0]["demands"]) == (second, 1)
    assert get(researcher, latest["url"])["tables"] == latest["tables"]
    assert get(researcher, asked.path, run=asked.run)["tables"][0]["rows"][0]["demands"] == 10


def test_the_note_on_several_needs_leads_to_those_that_it_counts_whatever_is_judged_later(
    asked: Market, researcher: TestClient
) -> None:
    with asked.database.write() as connection:
        of = a_survey(connection)
        run = a_run(connection, of)
        remarks = {"parts": ["办社保卡", "交公积金"], "elsewhere": None, "unmatched": None}
        made = [a_demand(connection, of, number, f"要办的两件事{number}") for number in (1, 2, 3)]
        for one in made:
            a_result(connection, run, one, "review", remarks=remarks)
        a_judgement(connection, (of, made[0]), "要办的两件事1", "unmet", at=NOW - timedelta(hours=3))
        a_judgement(connection, (of, made[1]), "要办的两件事2", "unmet", at=NOW - timedelta(minutes=30))
    told = {}
    for until in (JUDGED_FROM, NOW):
        note = get(researcher, f"/v1/surveys/{of}/report", judged_until=until.isoformat())["notes"][1]
        listed = everything(researcher, note.rsplit("：", 1)[1] + "&limit=1")
        told[until] = note[: note.index("：")], [each["number"] for each in listed]
    assert told == {
        JUDGED_FROM: ("2 条诉求像是几件事，没有拆分（第 2、3 条）", [2, 3]),
        NOW: ("1 条诉求像是几件事，没有拆分（第 3 条）", [3]),
    }
    by_people = f"/v1/surveys/{of}/report/demands?decided_by=judgement"
    assert [each["number"] for each in everything(researcher, by_people)] == [1, 2]
