"""The history of the demonstration district, read from its feed."""

import json

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.catalogue.objects import ITEM
from app.changes.models import change_set, entry
from tests.changes.feed.copies import Copy, Event, copied, walked
from tests.seed.replay import ASKED

FIELDS = ",".join(["id", *ITEM.given])


@pytest.fixture(scope="module")
def events(demo: TestClient) -> list[Event]:
    return walked(demo, "/v1/feed?limit=1000")


def test_every_entry_of_every_change_set_is_one_event(demo: TestClient, events: list[Event]) -> None:
    with demo.app.state.database.read() as connection:  # type: ignore[attr-defined]  # a FastAPI
        entries = connection.execute(select(func.count()).select_from(entry)).scalar_one()
        sets = connection.execute(select(func.count()).select_from(change_set)).scalar_one()
    assert (len(events), len({event["change_set"]["number"] for event in events})) == (entries, sets)
    assert sets == 33
    assert {event["kind"] for event in events} >= {"create", "amend", "suspend", "cancel"}


def test_it_tells_corrections_of_the_past_and_plans(events: list[Event]) -> None:
    days = [(event["effective_on"], event["published_at"][:10]) for event in events if event["kind"] == "amend"]
    assert any(day < published for day, published in days)
    assert any(day > published for day, published in days)


@pytest.mark.parametrize("known_at", [7, 15, 40])
def test_a_copy_of_what_was_known_has_the_lists_of_every_day(
    demo: TestClient, events: list[Event], known_at: int
) -> None:
    copy = copied(event for event in events if event["revision"] <= known_at)
    for day in map(str, ASKED):
        query = f"as_of={day}&known_at={known_at}"
        lines = demo.get(f"/v1/items?format=ndjson&fields={FIELDS}&{query}").text.splitlines()
        items = {each.pop("id"): each for each in map(json.loads, lines)}
        assert copy.on("item", day) == items
        for path, kind in (("departments", "department"), ("windows", "window"), ("basic-items", "basic_item")):
            listed = demo.get(f"/v1/{path}?limit=1000&{query}").json()["items"]
            kept = copy.on(kind, day)
            assert {each["id"] for each in listed} == set(kept)
            assert all(each.items() >= kept[each["id"]].items() for each in listed)


def test_its_dump_is_what_the_feed_makes(demo: TestClient, events: list[Event]) -> None:
    copy = Copy()
    copy.load(demo.get("/v1/feed/dump").text.splitlines())
    assert (str(copy.position), copy.objects) == (events[-1]["position"], copied(events).objects)
    assert walked(demo, f"/v1/feed?after={copy.position}") == []
