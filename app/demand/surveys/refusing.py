"""Data of surveys that can't be taken: every fault at its place, and nothing written."""

from collections.abc import Sequence
from typing import TypeVar

from app.demand.surveys.misfits import Misfit
from app.demand.surveys.wording import personal_details
from app.errors import AppError, Conflict, Malformed, Message

MOST_FAULTS = 100
TOLD = 3


class SurveyRefused(Malformed):
    slug, title = "survey-refused", Message("调查有问题，没有写入", "The survey was refused")


class ResponsesRefused(Malformed):
    slug, title = "responses-refused", Message("答卷有问题，没有写入", "The responses were refused")


class DemandsRefused(Malformed):
    slug, title = "demands-refused", Message("诉求有问题，没有写入", "The demands were refused")


class ResponseExists(Conflict):
    slug, title = "response-exists", Message("答卷已经存在", "The response exists already")


class QuestionsAnswered(Conflict):
    slug, title = "questions-answered", Message("题目已有回答", "The questions were answered already")


class DesignInUse(Conflict):
    slug, title = "design-in-use", Message("已有答卷不合新的抽样设计", "Responses don't fit the new design")


Refusal = TypeVar("Refusal", bound=AppError)


def refused(kind: type[Refusal], misfits: Sequence[Misfit]) -> Refusal:
    """The first hundred faults, the first three of them in the detail."""
    count, first = len(misfits), [each.message for each in misfits[:TOLD]]
    zh = "；".join(each.zh.rstrip("。") for each in first)
    en = "; ".join(each.en.rstrip(".") for each in first)
    more = ("；等", "; …") if count > TOLD else ("", "")
    detail = Message(
        f"有 {count} 处问题，什么都没有写入：{zh}{more[0]}。", f"{count} faults, nothing was written: {en}{more[1]}."
    )
    return kind(detail, faults=[each.as_fault() for each in misfits[:MOST_FAULTS]])


def refuse_personal(reason: str) -> None:
    """A reason is kept for good, in the log: somebody's number has no place in it either."""
    wrong = [each.below("reason") for each in personal_details(reason)]
    if wrong:
        raise Malformed(wrong[0].message, faults=[each.as_fault() for each in wrong])
