"""Groups of metrics as the API shows them."""

from collections.abc import Mapping
from dataclasses import asdict

from app.catalogue.moments import Moment
from app.metrics.aspects.definitions import Aspect, Member
from app.metrics.definitions import Metric, NotComputable, metrics
from app.metrics.figures import Row
from app.metrics.in_force import waiting
from app.metrics.recorded import Recorded

NO_MONTHS = {"reason": "数的是办件，没有写哪些月份。", "waits_for": "加 period，如 period=2024-01..2024-06"}
DEFINED_LATER = {"reason": "按当时所知，这个指标还没有定义。", "waits_for": "去掉 known_at，按现在的定义算"}

NEEDS_BASE = {
    "reason": "它比较两个日期，这里只有一个。",
    "waits_for": "在 /v1/metric-values 用 base_as_of 写明较早的那一天",
}


def aspect_out(aspect: Aspect, known: Mapping[str, Recorded]) -> Row:
    """A group with its members: which are computed, which not and why."""
    members = [_member(each, known) for each in aspect.members]
    return {
        "key": aspect.key,
        "name_zh": aspect.name_zh,
        "name_en": aspect.name_en,
        "direction": aspect.direction,
        "framework": asdict(aspect.framework),
        "computable": sum(each["computable"] is True for each in members),
        "members": members,
        "url": f"/v1/metric-groups/{aspect.key}",
    }


def with_figures(aspect: Aspect, known: Mapping[str, Recorded], figures: Mapping[str, Row], moment: Moment) -> Row:
    """The same with the figure of each member at the moment, null where it can't be computed."""
    members = [_member(each, known) | _figure(each, known, figures) for each in aspect.members]
    return {**moment.stated, **aspect_out(aspect, known), "members": members}


def _figure(member: Member, known: Mapping[str, Recorded], figures: Mapping[str, Row]) -> Row:
    """Null with the reason where it counts cases and no months are asked for."""
    key = member.metric or ""
    if key in known and known[key].metric.basis == "cases" and key not in figures:
        return {"figure": None, **NO_MONTHS}
    return {"figure": figures.get(key)}


def _member(member: Member, known: Mapping[str, Recorded]) -> Row:
    return {
        "metric": member.metric,
        "metric_url": f"/v1/metrics/{member.metric}" if member.metric else None,
        "sub_indicator": member.sub_indicator,
        "note": member.note,
        **_meaning(member, known),
    }


def _meaning(member: Member, known: Mapping[str, Recorded]) -> Row:
    """What it is called and whether it is computed, as it is defined at the moment or as it says of itself."""
    key = member.metric or ""
    if key in known and known[key].metric.needs_base:
        return _named(known[key].metric, computable=False, **NEEDS_BASE)
    if key in known:
        return _named(known[key].metric, computable=True, reason=None, waits_for=None)
    waits = waiting(known).get(key) if key else member
    if waits is not None:
        return _named(waits, computable=False, reason=waits.reason, waits_for=waits.waits_for)
    return _named(metrics()[key], computable=False, **DEFINED_LATER)


def _named(of: Metric | NotComputable | Member, **why: object) -> Row:
    return {"name_zh": of.name_zh, "name_en": of.name_en, **why}
