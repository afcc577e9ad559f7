"""What an entry copied from the item that its own comes from, and whether that still says the same."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from app.catalogue import law, reads
from app.catalogue.moments import Moment
from app.catalogue.objects import ITEM
from app.catalogue.values import value_label
from app.changes import queries
from app.changes.kinds import OWN, STATED
from app.changes.rules import Refusal, Step, not_in_force, shown
from app.errors import Message

Histories = Mapping[int, law.History]


@dataclass(frozen=True, slots=True)
class Copy:
    """An entry as it was drafted from an item that says something else now: its content, None where it is gone.

    `followed` are the fields that the entry took over unchanged, with what they are in the item now.
    """

    drafted: Step
    source: law.Content | None
    followed: law.Content = field(default_factory=dict)

    @property
    def step(self) -> Step:
        """The entry on what the item says now."""
        return replace(self.drafted, new={**self.drafted.new, **self.followed})


def recopied(step: Step, then: law.Content, now: law.Content) -> dict[str, object]:
    """The fields of a copy that follow the item they were copied from: from what it said then to what it says now."""
    stated = (*OWN, *STATED.get(step.kind, ()))
    changed = [name for name in now if name not in stated and now[name] != then.get(name)]
    return {name: now[name] for name in changed if step.new.get(name) == then.get(name)}


def renewed(connection: Connection, number: int, base: Moment) -> Iterator[Copy]:
    """The entries of a change set that were drafted from another item, where that may have changed since or is gone.

    Where the change set itself creates that item, as a copy of a third, they follow what becomes of it.
    """
    made: dict[int, Copy] = {}
    for page in queries.copies(connection, number, reads.CHUNK):
        ids = {step.position: object_id for object_id, step in page}
        for step, was, found in _compared(connection, [step for _, step in page], base):
            copy = _copy(step, _source(step, was), _source(step, found), made.get(step.predecessors[0]))
            if copy is not None:
                made[ids[step.position]] = copy
                yield copy


def _copy(step: Step, was: law.Version | None, found: law.Version | None, made: Copy | None) -> Copy | None:
    if was is not None and found is None:
        return Copy(step, None)
    if was is not None and found is not None:
        return Copy(step, found.content, recopied(step, was.content, found.content))
    if made is not None:
        return Copy(step, made.step.new, recopied(step, made.drafted.new, made.step.new))
    return None


def stale(connection: Connection, steps: Iterable[Step], before: Moment) -> Iterator[Refusal]:
    """The entries whose item was drafted from another one that has changed since, or is gone.

    An item's content is copied from the first of its predecessors, as known at the entry's base revision.
    """
    copies = [step for step in steps if step.predecessors and step.effect == "create"]
    # What this change set itself did to the predecessors so far is not looked at.
    past = replace(before, newest=before.revision + 1)
    for step, then, now in _compared(connection, copies, past) if copies else ():
        yield from _refusals(step, then, now)


def _compared(
    connection: Connection, copies: Sequence[Step], moment: Moment
) -> Iterator[tuple[Step, Histories, Histories]]:
    """The copies that may differ from their source, with what was known of it when they were drafted, and what is."""
    now = _histories(connection, copies, moment)
    doubtful = [step for step in copies if _may_differ(step, now)]
    drafted: dict[int, list[Step]] = {}
    for step in doubtful:
        drafted.setdefault(step.base_revision, []).append(step)
    then = {base: _histories(connection, those, replace(moment, revision=base)) for base, those in drafted.items()}
    return ((step, then[step.base_revision], now) for step in doubtful)


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
        yield Refusal(step, "not-in-force", not_in_force(ITEM, code, step.start, now.get(step.predecessors[0], ())))
    elif was is not None and found is not None:
        for name, value in recopied(step, was.content, found.content).items():
            yield Refusal(step, "stale-value", _stale(step, name, was.content, found.content), name, value)


def _stale(step: Step, name: str, was: law.Content, found: law.Content) -> Message:
    element, source = ITEM.elements[name], found[ITEM.key]
    old, new = (shown(value_label(element, content.get(name))) for content in (was, found))
    zh = (
        f"{step.code} 的{element.label}是照 {source} 写的{old}，{source} 在 {step.start} 已经改为{new}。"
        "请 rebase：照抄的要素会跟着改。"
    )
    en = f"{name} of {step.code} was copied from {source}, where it changed since the draft was made. Rebase to follow."
    return Message(zh, en)
