"""Reports as the API shows them: what they cite, with the addresses of what it was counted from."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.catalogue.moments import in_shanghai
from app.db import Record
from app.metrics.present import definition
from app.metrics.recorded import Recorded
from app.metrics.reports.addresses import Pinned, changed_items_url, changes_url, rows_of
from app.metrics.reports.places import GROUP, PART, note_in, written_in
from app.metrics.reports.queries import cited
from app.metrics.reports.rules import Cited, in_order, question_of
from app.metrics.reports.sources import citable
from app.metrics.reports.templates import Place, Section, Template

PATH = "/v1/reports"


def summary(row: Record) -> dict[str, Any]:
    """A report as lists show it."""
    url = f"{PATH}/{row.id}"
    return {
        "id": row.id,
        "number": row.number,
        "title": row.title,
        "revision": row.revision,
        "frozen_at": in_shanghai(row.at).isoformat(),
        "frozen_by": row.by,
        "checksum": row.checksum,
        "supersedes": row.supersedes,
        "superseded_by": None if row.next_id is None else edition(row.next_id, row.next_number, row.next_title),
        "url": url,
        "verify_url": f"{url}/verify",
    }


def edition(number: int, called: str, title: str) -> dict[str, Any]:
    return {"id": number, "number": called, "title": title, "url": f"{PATH}/{number}"}


def report_out(connection: Connection, row: Record, now: datetime) -> dict[str, Any]:
    """With all that it cites."""
    said = cited(row)
    pinned, before = Pinned(connection, said, now), said["supersedes"]
    figures = [_figure(each, pinned) for each in said["figures"]]
    return {
        **summary(row),
        "note": said["note"],
        "known_at": said["known_at"],
        "replaces": None if before is None else edition(before["id"], before["number"], before["title"]),
        "template": said["template"],
        "sections": [{**each, "sentences": [*map(_filled(figures), each["sentences"])]} for each in said["sections"]],
        "figures": figures,
        "changes": _changes(said),
        "cited_url": f"{PATH}/{row.id}/cited",
    }


def _figure(figure: Cited, pinned: Pinned) -> dict[str, Any]:
    said = {name: value for name, value in figure.items() if name != "rows"}
    addresses = {"values_url": pinned.values(question_of(figure)), "metric_url": f"/v1/metrics/{figure['metric']}"}
    return {**said, "values": rows_of(pinned, figure), **addresses}


def _filled(figures: Sequence[Cited]) -> Any:
    def filled(sentence: Cited) -> dict[str, Any]:
        places = [(place, place["figure"] and figures[place["figure"] - 1]) for place in sentence["places"]]
        words = {place["name"]: written_in(place, figure) for place, figure in places}
        told = [{PART: None, GROUP: None, **place, "note": note_in(place, figure)} for place, figure in places]
        return {**sentence, "said": sentence["text"].format_map(words), "places": told}

    return filled


def _changes(said: Cited) -> dict[str, Any] | None:
    changes, before = said["changes"], said["supersedes"]
    if changes is None:
        return None
    known = before["revision"], said["revision"]
    return {**changes, "moved": [_moved(said, each, known) for each in changes["moved"]]}


def _moved(said: Cited, moved: Cited, known: tuple[int, int]) -> dict[str, Any]:
    question = question_of(said["figures"][moved["position"] - 1])
    rows = [
        {
            **row,
            "group": in_order(row["group"], question.group_by),
            "kinds": [
                {**kind, "items_url": changed_items_url(question, *known, kind["kind"], row)} for kind in row["kinds"]
            ],
        }
        for row in moved["values"]
    ]
    return {**moved, "changes_url": changes_url(question, *known), "values": rows}


def template_out(template: Template, known: Mapping[str, Recorded]) -> dict[str, Any]:
    """A ready-made report with what its figures mean, as their metrics are defined now."""
    return {
        "key": template.key,
        "name": template.name,
        "about": template.about,
        "source": template.source,
        "needs": template.needs,
        "sections": [_section(each, known) for each in template.sections],
        "url": f"/v1/report-templates/{template.key}",
    }


def _section(section: Section, known: Mapping[str, Recorded]) -> dict[str, Any]:
    sentences = [
        {"text": each.text, "places": [_place(place, known) for place in each.places], "absent": each.absent}
        for each in section.sentences
    ]
    return {"title": section.title, "sentences": sentences}


def _place(place: Place, known: Mapping[str, Recorded]) -> dict[str, Any]:
    meaning = citable(definition(known[place.metric])) if place.metric in known else {}
    return {
        "name": place.name,
        "label": place.label,
        "metric": place.metric,
        "about": place.about,
        "group_by": place.group_by,
        "filter": place.filter,
        "part": place.part,
        "group": place.group,
        "formula": meaning.get("formula"),
        "source": meaning.get("source"),
        "metric_url": f"/v1/metrics/{place.metric}",
    }
