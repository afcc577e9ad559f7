"""Figures as findings keep them: the parts, whether unknown items could change the verdict, and where to look."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.catalogue.moments import Moment
from app.metrics.alerts.evaluating import Reading
from app.metrics.alerts.held import Watched
from app.metrics.alerts.rules import Seen
from app.metrics.groups import grouping
from app.metrics.queries import GroupKey
from app.pages import link


def kept_figure(reading: Reading, watched: Watched, moment: Moment, before: Seen | None) -> dict[str, Any]:
    """With the address of the very number, and of what moved it since it was last known."""
    figure, asked = reading.figure, asked_of(watched, reading.key)
    return {
        **figure,
        "revision": moment.revision,
        "as_of": moment.as_of.isoformat(),
        "certain": watched.condition.is_certain(figure),
        "figure_url": link("/v1/metric-values", **asked, **moment.pinned),
        "changes_url": None if before is None else _changes(asked, before, moment),
    }


def former_figure(before: Seen, watched: Watched, key: GroupKey) -> dict[str, Any]:
    """What was last known: only the parts that were kept."""
    day, asked = before.day.isoformat(), asked_of(watched, key)
    return {
        "revision": before.revision,
        "as_of": day,
        "definition_version": before.definition_version,
        "value": before.numerator if before.denominator is None else float(before.value),
        "numerator": before.numerator,
        "denominator": before.denominator,
        "figure_url": link("/v1/metric-values", **asked, as_of=day, known_at=before.revision),
    }


def asked_of(watched: Watched, key: GroupKey) -> dict[str, object]:
    """What is asked about one group alone: its condition joins the filter."""
    group = [each.text(code) for each, code in zip(grouping(watched.group_by), key, strict=True)]
    own = [] if watched.filter is None else [f"({watched.filter})" if group else watched.filter]
    return {"metric": watched.metric, "within": watched.within, "filter": " AND ".join([*own, *group]) or None}


def _changes(asked: Mapping[str, object], before: Seen, moment: Moment) -> str:
    span: dict[str, date | int] = {
        "from": before.day,
        "known_from": before.revision,
        "to": moment.as_of,
        "known_to": moment.revision,
    }
    return link("/v1/metric-changes", **asked, **span)
