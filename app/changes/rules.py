"""What a change set may become, and what an entry does to the history of its object. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from app.catalogue import law
from app.catalogue.law import AlreadyExists, Change, History, Kept, NotInForce, StaleValue
from app.catalogue.objects import EDITION, OPEN_DAY, ObjectType
from app.catalogue.values import value_label
from app.errors import Conflict, Malformed, Message, fault

EntryKind = Literal[
    "create", "amend", "suspend", "resume", "cancel", "split", "merge", "take_over", "delegate", "transfer"
]
Effect = Literal["create", "amend", "cancel"]
Status = Literal["draft", "submitted", "returned", "withdrawn", "published"]

IN_USE, SUSPENDED, CANCELLED = "1", "2", "3"
STATUS_OF: Mapping[str, str] = {"suspend": SUSPENDED, "resume": IN_USE}
KIND_LABELS: Mapping[str, str] = {
    "create": "新增", "amend": "修改", "suspend": "暂停", "resume": "恢复", "cancel": "取消",
    "split": "拆分", "merge": "合并", "take_over": "承接", "delegate": "下放", "transfer": "划转",
}  # fmt: skip
STATUS_LABELS: Mapping[str, Message] = {
    "draft": Message("草稿", "a draft"),
    "submitted": Message("已提交", "submitted"),
    "returned": Message("已退回", "returned"),
    "withdrawn": Message("已撤回", "withdrawn"),
    "published": Message("已发布", "published"),
}
TRANSITIONS: Mapping[str, tuple[Sequence[str], str]] = {
    "submit": (("draft", "returned"), "submitted"),
    "return": (("submitted",), "returned"),
    "recall": (("submitted",), "draft"),
    "approve": (("submitted",), "published"),
    "withdraw": (("draft", "returned", "submitted"), "withdrawn"),
}
EDITABLE = ("draft", "returned")
OPEN = (*EDITABLE, "submitted")


class WrongStatus(Conflict):
    slug, title = "wrong-status", Message("变更单状态不允许", "The change set's status does not allow it")


def next_status(action: str, status: str) -> str:
    """The status after an action; a published or withdrawn change set stays what it is."""
    allowed, becomes = TRANSITIONS[action]
    if status not in allowed:
        raise wrong_status(status, allowed)
    return becomes


def editable(status: str) -> None:
    """Only what is not with a reviewer takes entries. Raises WrongStatus."""
    if status not in EDITABLE:
        raise wrong_status(status, EDITABLE)


def unpublished(status: str) -> None:
    """What is published or withdrawn has nothing left to preview. Raises WrongStatus."""
    if status not in OPEN:
        raise wrong_status(status, OPEN)


def wrong_status(status: str, allowed: Sequence[str]) -> WrongStatus:
    have, need = STATUS_LABELS[status], [STATUS_LABELS[each] for each in allowed]
    zh = f"变更单现在是“{have.zh}”，只有“{'”或“'.join(each.zh for each in need)}”的才能这样做。"
    if status in ("published", "withdrawn"):
        zh += "请另开一张变更单。"
    en = f"The change set is {have.en}; it must be {' or '.join(each.en for each in need)}."
    return WrongStatus(Message(zh, en), change_set_status=status)


@dataclass(frozen=True, slots=True)
class Part:
    """A draft's part in an act of several: what it does, and which items its object comes from.

    `origins` are their codes, `predecessors` their ids once they are found, `giver` the department that gives away what
    is delegated. A draft that `follows` belongs to the act of the one before it.
    """

    effect: Effect | None = None
    origins: tuple[str, ...] = ()
    follows: bool = False
    predecessors: tuple[int, ...] = ()
    giver: object = None


ALONE = Part()


@dataclass(frozen=True, slots=True)
class Draft:
    """One wish: what kind of change, to which code, with which contents, from when until when.

    `division_code` tells whose item is meant where several divisions use one local code.
    """

    kind: ObjectType
    change: EntryKind
    code: str
    content: Mapping[str, object]
    effective_on: date
    until: date | None = None
    division_code: str | None = None
    part: Part = ALONE

    @property
    def effect(self) -> Effect:
        return self.part.effect or EFFECTS.get(self.change, "amend")


EFFECTS: Mapping[str, Effect] = {"create": "create", "cancel": "cancel"}


@dataclass(frozen=True, slots=True)
class Step:
    """One entry as it acts on its object: `kind` is what the bureau calls it, `effect` what the law does.

    `predecessors` are the ids of the items that its object comes from, `base_revision` what it was drafted on.
    """

    of: ObjectType
    position: int
    kind: str
    effect: Effect
    code: str
    start: date
    until: date | None
    old: Mapping[str, object]
    new: Mapping[str, object]
    predecessors: tuple[int, ...] = ()
    base_revision: int = 0

    @property
    def end(self) -> date:
        return self.until or OPEN_DAY


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an entry cannot be applied to what holds now."""

    step: Step
    rule: str
    message: Message
    field: str | None = None
    found: object = None


def by_position(refusals: Iterable[Refusal]) -> dict[int, list[Refusal]]:
    """The refusals of each entry."""
    found: dict[int, list[Refusal]] = {}
    for refusal in refusals:
        found.setdefault(refusal.step.position, []).append(refusal)
    return found


@dataclass(slots=True)
class Outcome:
    """The history after the entries, what later versions kept, and the entries that no longer fit."""

    history: History
    kept: dict[int, list[Kept]] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)


def replay(history: History, steps: Iterable[Step]) -> Outcome:
    """Apply entries in their order. An entry that doesn't fit is refused and leaves the history as it was."""
    outcome = Outcome(history)
    for step in steps:
        try:
            outcome.history, kept = apply(outcome.history, step)
        except (AlreadyExists, NotInForce, StaleValue) as reason:
            outcome.refusals.append(_refusal(step, reason, outcome.history))
        else:
            if kept:
                outcome.kept[step.position] = list(kept)
    return outcome


def apply(history: History, step: Step) -> tuple[History, Sequence[Kept]]:
    if step.effect == "create":
        return law.create(history, step.start, step.end, step.new), ()
    if step.effect == "cancel":
        return law.cancel(history, step.start, step.end), ()
    return law.amend(history, Change(step.start, step.end, step.old, step.new))


def _refusal(step: Step, reason: Exception, history: History) -> Refusal:
    if isinstance(reason, StaleValue):
        return Refusal(
            step, "stale-value",
            stale(step, reason),
            reason.field, reason.found,
        )  # fmt: skip
    if isinstance(reason, AlreadyExists):
        message = Message(f"{step.code} 已经存在，不能重复新增。要修改它请用 amend。", f"{step.code} already exists.")
        return Refusal(step, "already-exists", message)
    return Refusal(step, "not-in-force", not_in_force(step.of, step.code, step.start, history))


def stale(step: Step, reason: StaleValue) -> Message:
    element = step.of.elements[reason.field]
    was, found = (shown(value_label(element, value)) for value in (reason.expected, reason.found))
    return Message(
        f"{step.code} 的{element.label}在 {step.start} 已经不是{was}，而是{found}：起草之后别人改过。"
        "请 rebase，看过双方的值再决定用哪一个。",
        f"{reason.field} of {step.code} is no longer {reason.expected!r} on {step.start} but {reason.found!r}. "
        "Rebase to choose between both.",
    )


class NotInForceThen(Conflict):
    slug, title = "not-in-force", Message("这一天不在有效期内", "Not in force on that day")


def not_in_force(kind: ObjectType, code: str, day: date, history: History) -> Message:
    begins = next((version.valid_from for version in history if version.valid_from > day), None)
    if begins is not None:
        return Message(
            f"{code} 要到 {begins} 才生效，{day} 还没有可改的内容。请把生效日期改为 {begins} 或以后。",
            f"{code} starts on {begins}: there is nothing to change on {day}.",
        )
    if not history:
        return Message(
            f"{code} 没有可改的内容：它的新增已经删去或撤销。要用这个编码，请先用 create 新增。",
            f"There is no {code} to change: its creation was taken out or undone. Create it first.",
        )
    if kind is EDITION:
        return Message(
            f"清单版本 {code} 在 {day} 已经停止，没有可改的内容。停止了的版本不能用原编码重开：请用另一个版本编码起草新的一版。",
            f"The edition {code} has ended by {day}: there is nothing to change. Draft one under another code.",
        )
    return Message(
        f"{code} 在 {day} 已经取消，没有可改的内容。要恢复，请用 create 以原编码新增，历史会接上。",
        f"{code} is cancelled by {day}: there is nothing to change. To restore it create it again under its code.",
    )


def shown(label: str | None) -> str:
    return "“未填”" if label is None else f"“{label}”"


class InThePast(Malformed):
    slug, title = "in-the-past", Message("生效日期已经过去", "The effective date is past")


def refuse_past(days: Iterable[date], today: date, *, retroactive: bool, place: str) -> None:
    """What was so in the past is changed only on purpose: figures that were published move with it."""
    past = min((day for day in days if day < today), default=None)
    if past is not None and not retroactive:
        raise in_the_past(past, today, OF_COVER, pointer=f"{place}/effective_on")


OF_COVER = Message("请在变更单上写 retroactive: true", "set retroactive: true on the change set")
OF_REQUEST = Message("请加上 retroactive=true（新变更单就写明更正过去）", "add retroactive=true")


def in_the_past(past: date, today: date, how: Message, **place: str) -> InThePast:
    """`how` is how one says that the past is corrected on purpose."""
    zh = f"生效日期 {past} 早于今天（{today}），会改动已经公布的数字。确实要更正过去，{how.zh}。"
    en = f"{past} is before today ({today}): figures of the past would move. To correct the past {how.en}."
    return InThePast(Message(zh, en), faults=[fault(zh, en, value=str(past), rule="in-the-past", **place)])
