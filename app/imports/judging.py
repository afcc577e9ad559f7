"""What the quality rules in force say of rows: of what they would make of an item, and what it is already."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from app.changes.rules import IN_USE
from app.errors import Message
from app.files.cleaning import shown
from app.files.plans import Plan
from app.imports.comparing import Judged
from app.imports.report import Line
from app.quality.exemptions.queries import exempt_among
from app.quality.rules import Rule
from app.quality.scratch import Scratch
from app.quality.verdicts import Changed, Verdict, verdicts

NONE = frozenset[str]()


def findings_of(
    connection: Connection, scratch: Scratch, rows: Sequence[Judged], plan: Plan, today: date
) -> Iterator[Line]:
    """Of rows that change something: errors and warnings that are new, or that stay though the row edits what they are about.

    As submitting the draft will judge them, but for rules that look at other items. How a guide can be better (advice) is
    told by the preview, and warnings only of what the file itself says.
    """
    changed = [row for row in rows if row.drafts]
    after = scratch.broken_by([_whole(row.content) for row in changed])
    before = iter(scratch.broken_by([row.before for row in changed if row.before]))
    exempt = exempt_among(connection, [row.item for row in changed if row.item is not None], scratch.rules, today)
    rules = {rule.key: rule for rule in scratch.rules if rule.severity != "advice"}
    for row, breaks in zip(changed, after, strict=True):
        was = next(before) if row.before else NONE
        held = exempt.get(row.item, NONE) if row.item is not None else NONE
        item = Changed(row.candidate.code, today, row.candidate.row, was, breaks, _touched(row), held)
        yield from (_line(row, each, plan) for each in _told(item, rules))


def _whole(content: Mapping[str, object]) -> dict[str, object]:
    return {**content, "status": content.get("status") or IN_USE}


def _touched(row: Judged) -> set[str]:
    return {name for draft in row.drafts for name in draft.content}


def _told(item: Changed, rules: Mapping[str, Rule]) -> Iterator[Verdict]:
    found = (each for each in verdicts(item, rules) if each.state != "fixed" and not each.is_exempt)
    yield from sorted((each for each in found if each.elements or each.blocks), key=lambda each: each.order)


def _line(row: Judged, verdict: Verdict, plan: Plan) -> Line:
    """At the cell of the first element that the rule is about and the row edits."""
    rule = verdict.rule
    name = next(iter(verdict.elements or rule.elements))
    value: Any = row.content.get(name)
    message = Message(f"{rule.message.zh}{rule.remedy.zh}", f"{rule.message.en} {rule.remedy.en}")
    source = row.candidate.code_from if name == "code" else name
    told = None if isinstance(value, list) else shown(value)
    return Line(rule.severity, rule.key, message, row.candidate.row, plan.column(source), told, row.candidate.code)
