"""Previews and rebased fields as the API shows them."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TypeAlias

from app.changes import present
from app.changes.rebasing import Difference
from app.changes.rivals import Outdated, Rival
from app.changes.rules import Refusal
from app.errors import Message
from app.pages import MAX_LIMIT
from app.quality.rules import SEVERITIES
from app.quality.verdicts import STATES, Tally, Verdict
from app.review.effects import MOST_PAST
from app.review.service import Reviewed

Told: TypeAlias = Mapping[int, Sequence[Refusal | Outdated]]


def preview_out(found: Reviewed, told_of: Told, total: int, *, english: bool) -> dict[str, object]:
    """All but the entries; `told_of` says why some of them can't be published."""
    applied, past, reports = found.applied, found.past, found.reports
    of_entries = (each.message for _, reasons in sorted(told_of.items()) for each in reasons)
    told = [*islice(of_entries, MAX_LIMIT), *(each.detail for each in found.preview.conflicts)]
    conflicts = [message.said(english=english) for message in told]
    remarks = [present.remark(code, finding, english=english) for code, finding in found.preview.remarks]
    findings = None if found.findings is None else findings_out(found.findings, english=english)
    return {
        "change_set": found.held.id,
        "revision": applied.revision,
        "etag": found.tag,
        "status": found.held.status,
        "versions": applied.versions,
        "publishable": total > 0 and not conflicts,
        "conflicts": conflicts,
        "also_open": [rival_out(each) for each in found.rivals],
        "remarks": remarks,
        "findings": findings,
        "as_of": found.as_of,
        "effects": found.effects,
        "past": None if past is None else past[:MOST_PAST],
        "past_total": None if past is None else len(past),
        "reports": None if reports is None else reports.reports,
        "reports_looked_at": None if reports is None else reports.looked_at,
        "reports_more": None if reports is None else reports.more,
        "total": total,
    }


def refusals(told_of: Told, position: int) -> list[Message]:
    return [each.message for each in told_of.get(position, ())]


def rival_out(rival: Rival) -> dict[str, object]:
    return {
        "change_set": rival.number,
        "title": rival.title,
        "author": rival.author,
        "status": rival.status,
        "objects": rival.objects,
        "codes": rival.codes,
        "url": f"/v1/change-sets/{rival.number}",
    }


def findings_out(tally: Tally, *, english: bool) -> dict[str, object]:
    return {
        "total": tally.counts.total(),
        "blocking": tally.blocking,
        "exempt": tally.exempt,
        "counts": {severity: {state: tally.counts[severity, state] for state in STATES} for severity in SEVERITIES},
        "first": [verdict_out(each, english=english) for each in tally.first],
    }


def verdict_out(verdict: Verdict, *, english: bool) -> dict[str, object]:
    item, rule = verdict.item, verdict.rule
    return {
        "code": item.code,
        "on": item.on,
        "position": item.position,
        "rule": rule.key,
        "severity": rule.severity,
        "state": verdict.state,
        "blocks": verdict.blocks,
        "is_exempt": verdict.is_exempt,
        "elements": verdict.elements,
        "message": rule.message.said(english=english),
        "remedy": rule.remedy.said(english=english),
    }


def difference_out(each: Difference) -> dict[str, object]:
    element = each.step.of.elements[each.field]
    return {
        "position": each.step.position,
        "code": each.step.code,
        "field": each.field,
        "label": element.label,
        "was": each.was,
        "now": each.now,
        "wanted": each.wanted,
        "kept": each.kept,
    }
