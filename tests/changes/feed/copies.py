"""What another system does with the feed: it keeps each object's versions as it was last given them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from fastapi.testclient import TestClient
from sqlalchemy import Connection

from app.catalogue.moments import Moment
from app.catalogue.objects import ObjectType
from app.catalogue.present import open_end
from app.catalogue.versions import history, versions
from app.changes.feed.positions import BEGINNING, read_position

Event = Mapping[str, Any]
FOR_EVER = "9999-12-31"


class Copy:
    """A copy of the catalogue: the versions of every object, and how far it has read."""

    def __init__(self) -> None:
        self.objects: dict[int, tuple[str, list[dict[str, Any]]]] = {}
        self.position = BEGINNING

    def apply(self, event: Event) -> None:
        position = read_position(event["position"])
        assert position > self.position, "an event came twice, or too late"
        self.position = position
        if event["versions"]:
            self.objects[event["id"]] = (event["object"], event["versions"])
        elif event["versions"] is not None:
            self.objects.pop(event["id"], None)

    def load(self, lines: Iterable[str]) -> None:
        """Begin with a dump, which must be whole."""
        head, *objects, end = map(json.loads, lines)
        assert end == {"objects": len(objects)}
        self.position = read_position(head["position"])
        self.objects = {each["id"]: (each["object"], each["versions"]) for each in objects}

    def on(self, kind: str, day: str) -> dict[int, dict[str, Any]]:
        """The contents that hold on a day, by id."""
        return {
            number: version["content"]
            for number, (of, known) in self.objects.items()
            for version in known
            if of == kind and version["valid_from"] <= day < (version["valid_to"] or FOR_EVER)
        }


def walked(client: TestClient, path: str) -> list[Event]:
    """Everything behind an address, page by page, until one is empty."""
    found: list[Event] = []
    while True:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        if not page["items"]:
            return found
        assert page["position"] == page["items"][-1]["position"]
        found += page["items"]
        path = page["next"]


def copied(events: Iterable[Event]) -> Copy:
    copy = Copy()
    for event in events:
        copy.apply(event)
    return copy


def all_known(connection: Connection, kind: ObjectType, moment: Moment) -> dict[int, list[dict[str, Any]]]:
    """The versions of every object that the catalogue itself knows at a moment's revision, as JSON has them."""
    found: dict[int, list[dict[str, Any]]] = {}
    for row in connection.execute(history(kind, moment).order_by(kind.table.c.id, kind.table.c.valid_from)):
        held = row._mapping
        version = {name: held[name] for name in ("version", "valid_from")} | {"valid_to": open_end(row.valid_to)}
        found.setdefault(row.id, []).append(
            as_json(version | {"content": {name: held[name] for name in kind.given}}),
        )
    return found


def listed(connection: Connection, kind: ObjectType, moment: Moment) -> dict[int, dict[str, Any]]:
    """What the catalogue's own list has on the moment's day."""
    rows = connection.execute(versions(kind, moment)).all()
    return {row.id: as_json({name: row._mapping[name] for name in kind.given}) for row in rows}


def as_json(value: Mapping[str, object]) -> dict[str, Any]:
    read: dict[str, Any] = orjson.loads(orjson.dumps(value))
    return read
