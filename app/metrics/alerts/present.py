"""Alert rules, what they found and what was sent, as the API shows them and as messages carry them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.catalogue.moments import in_shanghai
from app.db import Record
from app.errors import Message
from app.metrics.alerts.hosts import OutOfReach, well_formed
from app.metrics.alerts.rules import CHANGES, GONE, Condition
from app.pages import link

FIGURE = (
    "revision", "as_of", "period", "value", "value_max", "percent", "numerator", "denominator", "unknown", "certain",
    "definition_version", "figure_url", "changes_url", "message",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside rules, by their numbers: open findings, groups without a value, messages."""

    open_findings: Mapping[int, int] = field(default_factory=dict)
    unknown_groups: Mapping[int, int] = field(default_factory=dict)
    waiting: Mapping[int, int] = field(default_factory=dict)
    last: Mapping[int, Record] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: in which language, and whether the whole address of a webhook, which may hold a password."""

    english: bool
    may_define: bool


def rule_out(row: Record, beside: Beside, reader: Reader) -> dict[str, object]:
    broken = None if row.broken is None else Message(**row.broken).said(english=reader.english)
    return {
        "id": row.id,
        **version_out(row, reader),
        "evaluated_in": row.evaluated_in,
        "evaluated_on": row.evaluated_on and row.evaluated_on.isoformat(),
        "broken": broken,
        "open_findings": beside.open_findings.get(row.id, 0),
        "unknown_groups": beside.unknown_groups.get(row.id, 0),
        "webhook": None if row.webhook_url is None else _webhook(row, beside),
        "findings_url": link("/v1/alert-findings", rule=row.id),
    }


def version_out(row: Record, reader: Reader) -> dict[str, object]:
    url = row.webhook_url
    return {
        "version": row.version,
        "name": row.name,
        **row.definition,
        "enabled": row.enabled,
        "webhook_url": url if url is None or reader.may_define else host_of(url),
        "withdrawn": row.withdrawn,
        "recorded_at": in_shanghai(row.recorded_at).isoformat(),
        "recorded_by": row.recorded_by,
    }


def host_of(url: str) -> str:
    """An address without what may be a password in it."""
    try:
        known = well_formed(url)
    except OutOfReach:
        return "…"
    return f"{known.scheme}://{known.netloc.decode()}/…"


STATUS = {"waiting": "failing", "dropped": "failing", "delivered": "delivered", "failed": "failed"}


def _webhook(row: Record, beside: Beside) -> dict[str, object]:
    last = beside.last.get(row.id)
    return {
        "status": "gone" if row.gone_at else _status(last),
        "last_attempt_at": last and in_shanghai(last.last_attempt_at).isoformat(),
        "last_error": last and last.last_error,
        "waiting": beside.waiting.get(row.id, 0),
        "deliveries_url": f"/v1/alert-rules/{row.id}/deliveries",
    }


def _status(last: Record | None) -> str:
    """Of a webhook that is not gone: where the last message said so, it was named anew since."""
    if last is None or (last.last_status == GONE and last.type != "alert.test"):
        return "untried"
    return STATUS[last.status]


def finding_out(row: Record, *, english: bool) -> dict[str, Any]:
    """Also what a message carries as its `data`."""
    opened = dict(row.opened)
    previous = opened.pop("previous", None)
    return {
        "id": row.id,
        "kind": row.kind,
        "rule_id": row.rule_id,
        "rule_version": row.rule_version,
        "rule_name": row.name,
        "message": sentence(row).said(english=english),
        "open": row.closed_at is None,
        "condition": row.definition["condition"],
        "group": row.group,
        "opened_at": in_shanghai(row.opened_at).isoformat(),
        "opened": _figure(opened, english=english),
        "previous": previous and _figure(previous, english=english),
        "closed_at": row.closed_at and in_shanghai(row.closed_at).isoformat(),
        "closed": row.closed and _figure(row.closed, english=english),
        "closed_because": row.closed_because,
        "unknown_since": row.unknown_in,
        "rule_url": f"/v1/alert-rules/{row.rule_id}",
    }


def _figure(kept: Mapping[str, Any], *, english: bool) -> dict[str, Any]:
    said = {name: kept[name] for name in FIGURE if name in kept}
    if "message" in said:
        said["message"] = Message(**said["message"]).said(english=english)
    return said


def sentence(row: Record) -> Message:
    """A finding in one sentence, as a screen or a messenger shows it."""
    if row.kind != "figure":
        why, name = Message(**row.opened["message"]), row.name
        if row.kind == "broken":
            return Message(f"预警规则“{name}”检查不了：{why.zh}", f"Alert rule {name!r} can't be evaluated: {why.en}")
        return Message(f"预警规则“{name}”的通知没有送达：{why.zh}", f"Messages of {name!r} do not arrive: {why.en}")
    words, figure = Condition.of(row.definition["condition"]).words, row.closed or row.opened
    group = "、".join(str(label) for name, label in row.group.items() if name.endswith("_label"))
    of, shown = f"（{group}）" if group else "", _shown(figure)
    if row.closed_at is None:
        was = _before(row.opened) if row.definition["condition"].keys() & CHANGES else Message("", "")
        zh, en = f"{shown.zh}{was.zh}，{words.zh}", f"{shown.en}{was.en}, {words.en}"
        return Message(f"{row.name}{of}：{zh}。", f"{row.name}{of}: {en}.")
    now = f"，现为{shown.zh}" if row.closed else ""
    return Message(f"{row.name}{of}：预警结束{now}。", f"{row.name}{of}: closed.")


def _before(opened: Mapping[str, Any]) -> Message:
    """The figure that was last known before."""
    value = opened["previous"]["value"]
    said = f"{value:.12g}" if opened["percent"] is None else f"{100 * value:.2f}%"
    return Message(f"（此前 {said}）", f" (before: {said})")


def _shown(figure: Mapping[str, Any]) -> Message:
    value = f"{figure['value']:.12g}" if figure["percent"] is None else f"{figure['percent']:.2f}%"
    below = "" if figure["denominator"] is None else f"（{figure['numerator']}/{figure['denominator']}）"
    first, _, last = (figure["period"] or figure["as_of"]).partition("..")
    day = first if last in ("", first) else f"{first}..{last}"
    at = f"{day}，第 {figure['revision']} 版"
    return Message(f"{at} {value}{below}", f"{value} on {day}, revision {figure['revision']}")


def delivery_out(row: Record) -> dict[str, object]:
    hidden = ("rule_id", "body", "last_attempt_at", "next_attempt_at", "created_at")
    shown = {name: value for name, value in row._mapping.items() if name not in hidden}
    times = {name: getattr(row, name) for name in ("created_at", "last_attempt_at", "next_attempt_at")}
    return shown | {name: at and in_shanghai(at).isoformat() for name, at in times.items()}
