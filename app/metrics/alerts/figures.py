"""Figures as findings keep them: the parts, whether unknown items could change the verdict, and where to look."""

from collections.abc import Mapping
from typing import Any

from app.catalogue.moments import Moment
from app.metrics.alerts.evaluating import Reading
from app.metrics.alerts.held import Watched
from app.metrics.alerts.rules import Seen
from app.metrics.groups import grouping
from app.metrics.queries import GroupKey
from app.pages import link


def kept_figure(reading: Reading, watched: Watched, moment: Moment, before: Seen | None) -> dict[str, Any]:
    """With the address of the very number, and of what moved it since it was last known, as far as items did."""
    figure, asked, about = reading.figure, asked_of(watched, reading.key), watched.about(moment)
    told = before if reading.counts_items else None
    return {
        **figure,
        "revision": moment.revision,
        "as_of": about.as_of.isoformat(),
        "period": str(about.period) if about.period else None,
        "certain": watched.condition.is_certain(figure),
        "figure_url": link("/v1/metric-values", **asked, **about.pinned),
        "changes_url": None if told is None else _changes(watched, asked, told, moment),
    }


def former_figure(before: Seen, watched: Watched, key: GroupKey) -> dict[str, Any]:
    """What was last known: only the parts that were kept."""
    then, asked = _then(watched, before), asked_of(watched, key)
    return {
        "revision": before.revision,
        "as_of": then.as_of.isoformat(),
        "period": str(then.period) if then.period else None,
        "definition_version": before.definition_version,
        "value": before.numerator if before.denominator is None else float(before.value),
        "numerator": before.numerator,
        "denominator": before.denominator,
        "figure_url": link("/v1/metric-values", **asked, **then.pinned),
    }


def _then(watched: Watched, before: Seen) -> Moment:
    """The moment that a figure was about which was seen before."""
    return watched.about(Moment(before.day, None, before.revision, before.revision))


def asked_of(watched: Watched, key: GroupKey) -> dict[str, object]:
    """What is asked about one group alone: its condition joins the filter."""
    group = [each.text(code) for each, code in zip(grouping(watched.group_by, watched.basis), key, strict=True)]
    own = [] if watched.filter is None else [f"({watched.filter})" if group else watched.filter]
    return {"metric": watched.metric, "within": watched.within, "filter": " AND ".join([*own, *group]) or None}


def _changes(watched: Watched, asked: Mapping[str, object], before: Seen, moment: Moment) -> str:
    then, now = _then(watched, before), watched.about(moment)
    known = {"known_from": before.revision, "known_to": moment.revision}
    about: dict[str, object] = {"from": then.as_of, "to": now.as_of}
    if now.period:
        about = {"base_period": str(then.period), "period": str(now.period)}
    return link("/v1/metric-changes", **asked, **about, **known)
