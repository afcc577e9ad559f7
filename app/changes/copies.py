"""What an entry copied from the item that its own comes from, and whether that still says the same."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from app.catalogue import law, reads
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.catalogue.values import value_label
from app.changes.kinds import OWN
from app.changes.rules import Refusal, Step, not_in_force, shown
from app.errors import Message


def recopied(copy: law.Content, then: law.Content, now: law.Content) -> dict[str, object]:
    """The fields of a copy that follow the item they were copied from: from what it said then to what it says now."""
    changed = {name for name in now if name not in OWN and now[name] != then.get(name)}
    return {name: now[name] for name in changed if copy.get(name) == then.get(name)}


def stale(connection: Connection, steps: Iterable[Step], before: Moment) -> Iterator[Refusal]:
    """The entries whose item was drafted from another one that has changed since, or is gone.

    An item's content is copied from the first of its predecessors, as known at the entry's base revision.
    """
    copies = [step for step in steps if step.predecessors and step.effect == "create"]
    if not copies:
        return
    # What this change set itself did to the predecessors so far is not looked at.
    past = replace(before, newest=before.revision + 1)
    now = _histories(connection, copies, past)
    doubtful = [step for step in copies if _may_differ(step, now)]
    for base in sorted({step.base_revision for step in doubtful}):
        drafted = [step for step in doubtful if step.base_revision == base]
        then = _histories(connection, drafted, replace(past, revision=base))
        yield from (refusal for step in drafted for refusal in _refusals(step, then, now))


Histories = Mapping[int, law.History]


def _histories(connection: Connection, steps: Iterable[Step], moment: Moment) -> Histories:
    return reads.histories(connection, ITEM, sorted({step.predecessors[0] for step in steps}), moment)


def _source(step: Step, histories: Histories) -> law.Version | None:
    return law.holding(histories.get(step.predecessors[0], ()), step.start)


def _may_differ(step: Step, now: Histories) -> bool:
    """Nothing that was made before the entry was drafted differs from what it was drafted on."""
    source = _source(step, now)
    return source is None or (source.made_in or 0) > step.base_revision


def _refusals(step: Step, then: Histories, now: Histories) -> Iterator[Refusal]:
    """What is in neither is created by the change set itself."""
    was, found = _source(step, then), _source(step, now)
    if was is not None and found is None:
        code = str(was.content[ITEM.key])
        yield Refusal(step, "not-in-force", not_in_force(code, step.start, now.get(step.predecessors[0], ())))
    elif was is not None and found is not None:
        for name, value in recopied(step.new, was.content, found.content).items():
            yield Refusal(step, "stale-value", _stale(step, name, was.content, found.content), name, value)


def _stale(step: Step, name: str, was: law.Content, found: law.Content) -> Message:
    element, source = ITEM.elements[name], found[ITEM.key]
    old, new = (shown(value_label(element, content.get(name))) for content in (was, found))
    zh = (
        f"{step.code} 的{element.label}是照 {source} 写的{old}，{source} 在 {step.start} 已经改为{new}。"
        "请按现在的内容重新起草。"
    )
    return Message(zh, f"{name} of {step.code} was copied from {source}, where it changed since the draft was made.")
