"""From what a person wants changed to entries: objects found by code, contents read, old values noted."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import Connection, insert

from app.catalogue import law, reads
from app.catalogue.element import Element
from app.catalogue.moments import Moment
from app.catalogue.objects import DEPARTMENT, ITEM, ObjectType
from app.catalogue.values import never_given, reader, unknown_name
from app.changes import kinds, queries
from app.changes.identifying import identify
from app.changes.models import entry
from app.changes.rules import CANCELLED, IN_USE, STATUS_OF, Draft, NotInForceThen, Step, not_in_force, replay
from app.errors import Fault, Malformed, Message, fault
from app.files.problems import CellProblem


class MalformedContent(Malformed):
    slug, title = "malformed-content", Message("内容有误", "Malformed content")


def read_content(kind: ObjectType, raw: Mapping[str, object], pointer: str = "/content") -> dict[str, object]:
    """The content as the catalogue holds it. Raises MalformedContent with every fault at once."""
    content: dict[str, object] = {}
    faults: list[Fault] = []
    for name, value in raw.items():
        element = kind.given.get(name) or kind.by_label.get(name)
        try:
            if element is None:
                derived = next((e for e in kind.elements.values() if e.derived and name in (e.name, e.label)), None)
                known = [*kind.given, *kind.by_label]
                raise never_given(derived) if derived else unknown_name(name, kind.label.zh, known)
            if element.name in content:
                raise CellProblem("given-twice", given_twice(element))
            content[element.name] = read_element(kind, element, value)
        except CellProblem as problem:
            faults.append(_fault(problem, f"{pointer}/{name}", value, element))
    if faults:
        raise MalformedContent(
            Message(
                f"内容里有 {len(faults)} 处错误：{faults[0].detail.zh}", f"{len(faults)} faults: {faults[0].detail.en}"
            ),
            faults=faults,
        )
    return content


def read_element(kind: ObjectType, element: Element, value: object) -> object:
    name, read = element.name, reader(element)(value)
    if read is None and (name in kind.demanded or name == "status"):
        raise CellProblem("required", Message(f"{element.label}不能为空。", f"{name} cannot be empty."))
    if name == "status" and read == CANCELLED:
        raise CellProblem("use-cancel", USE_CANCEL)
    return read


USE_CANCEL = Message(
    "取消事项请用 cancel（取消）条目，不要把状态改成 3。", "To cancel an object use a cancel entry, not status 3."
)


def given_twice(element: Element) -> Message:
    zh = f"{element.label}（{element.name}）写了两次，请只留一个。"
    return Message(zh, f"{element.name} is given twice, by its name and by its label.")


def _fault(problem: CellProblem, pointer: str, value: object, element: Element | None) -> Fault:
    said = problem.message
    if element is not None and element.label not in said.zh:
        said = Message(f"{element.label}：{said.zh}", f"{element.name}: {said.en}")
    return Fault(
        detail=said,
        pointer=pointer,
        value=as_written(value)[:200],
        rule=problem.rule,
        suggestion=problem.suggestion,
    )


def as_written(value: object) -> str:
    """As it stood in the body, numbers of any size included."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def complete(kind: ObjectType, draft: Draft) -> dict[str, object]:
    """The whole content of something new, as far as it is stated; status is the one element with a default."""
    content = {name: value for name, value in draft.content.items() if value is not None} | {kind.key: draft.code}
    if kind is ITEM:
        content.setdefault("status", IN_USE)
    demand_whole(kind, content)
    return content


def demand_whole(kind: ObjectType, content: Mapping[str, object], pointer: str = "/content") -> None:
    """Raises MalformedContent where something without which there is no object is not stated."""
    missing = [kind.elements[name] for name in kind.demanded if content.get(name) is None]
    if not missing:
        return
    faults = [
        fault(
            f"新增{kind.label.zh}必须填{e.label}。",
            f"{e.name} is required.",
            pointer=f"{pointer}/{e.name}",
            rule="required",
        )
        for e in missing
    ]
    names, code = "、".join(element.label for element in missing), content.get(kind.key) or ""
    raise MalformedContent(
        Message(f"新增{kind.label.zh} {code} 缺少：{names}。", f"New {kind.name} {code} lacks {names}."), faults=faults
    )


def add_entries(connection: Connection, number: int, drafts: Iterable[Draft], base: Moment) -> int:
    """Write the drafts as entries of a change set; how many there were. Drafts that change nothing are left out."""
    return sum(_add_chunk(connection, number, chunk, base) for chunk in kinds.chunks(drafts))


def _add_chunk(connection: Connection, number: int, wished: list[Draft], base: Moment) -> int:
    """Everything is looked up for the chunk as a whole: so many statements for 500 drafts, none for each."""
    drafts = kinds.filled(connection, number, wished, base)
    ids = identify(connection, number, drafts, base)
    now: dict[int, law.History] = {}
    for kind in {draft.kind.name: draft.kind for draft in drafts}.values():
        known = sorted({ids[place] for place, draft in enumerate(drafts) if draft.kind is kind})
        histories = reads.histories(connection, kind, known, base)
        earlier = queries.entries_of(connection, number, kind, known)
        now |= {each: replay(histories.get(each, ()), earlier.get(each, ())).history for each in known}
    position = act = queries.last_position(connection, number)
    rows: list[dict[str, object]] = []
    for draft, object_id in zip(drafts, ids, strict=True):
        history = now[object_id]
        step = as_step(draft, history, position + len(rows) + 1)
        if step is not None:
            act = act if draft.part.follows else step.position
            now[object_id] = replay(history, [step]).history
            rows.append(row(number, object_id, step, history, base, draft.part.giver) | {"act": act})
    if rows:
        connection.execute(insert(entry), rows)
    return len(rows)


def as_step(draft: Draft, history: law.History, position: int) -> Step | None:
    """The draft with the old values noted, or None where it would change nothing."""
    kind, wished = draft.kind, dict(draft.content)
    step = Step(
        kind, position, draft.change, draft.effect, draft.code, draft.effective_on, draft.until, {}, {},
        draft.part.predecessors,
    )  # fmt: skip
    if draft.effect == "create":
        return replace(step, new=complete(kind, draft))
    holding = law.holding(history, draft.effective_on)
    if holding is None:
        raise NotInForceThen(not_in_force(kind, draft.code, draft.effective_on, history), code=draft.code)
    if draft.effect == "cancel":
        return step
    if draft.change in STATUS_OF:
        wished = {"status": STATUS_OF[draft.change]}
    _refuse_fixed(draft, wished)
    if draft.change == "transfer":
        kinds.refuse_same_department(draft, holding.content)
    old = {name: holding.content.get(name) for name, value in wished.items() if holding.content.get(name) != value}
    if not old and not step.predecessors:
        return None
    return replace(step, old=old, new={name: wished[name] for name in old})


def _refuse_fixed(draft: Draft, wished: Mapping[str, object]) -> None:
    """Only items change their code, and only what has a status can be suspended."""
    kind, (zh, en) = draft.kind, draft.kind.label
    if "status" in wished and "status" not in kind.given:
        raise MalformedContent(Message(f"{zh}没有状态，不能暂停或恢复。", f"A {en} has no status to change."))
    if kind is not ITEM and wished.get(kind.key, draft.code) != draft.code:
        raise MalformedContent(
            Message(f"{zh}的编码不能修改。请新增一个，并在原来的上面写明承继。", f"The code of a {en} never changes.")
        )


def row(
    number: int, object_id: int, step: Step, before: law.History, base: Moment, giver: object = None
) -> dict[str, object]:
    department, division = place_of(step, before, giver)
    return {
        "change_set_id": number,
        "position": step.position,
        "act": step.position,
        "object": step.of.name,
        "object_id": object_id,
        "kind": step.kind,
        "effect": step.effect,
        "code": step.code,
        "department_code": department,
        "division_code": division,
        "old": step.old or None,
        "new": step.new or None,
        "predecessors": list(step.predecessors) or None,
        "effective_on": step.start,
        "until": step.until,
        "base_revision": base.revision,
    }


def place_of(step: Step, before: law.History, giver: object = None) -> tuple[object, object]:
    """The department and the division of the object on the first day; of something new, those that it is given.

    What comes back under its code is whose it was, and what is delegated is drafted by the department that gives it away.
    """
    ended = [version for version in before if version.valid_to <= step.start]
    holding = law.holding(before, step.start) or (ended[-1] if ended else None)
    content = step.new if holding is None else holding.content
    department = content.get("code") if step.of is DEPARTMENT else content.get("department_code")
    return giver or department, content.get("division_code")
