"""Whether questions that were answered still mean what they meant. Pure."""

from collections.abc import Collection, Iterator

from app.demand.surveys.misfits import Misfit, misfit
from app.demand.surveys.questions import Part, Questionnaire

SAME = ("kind", "unit", "least", "most", "attribute")


def changed_meanings(old: Questionnaire, new: Questionnaire, answered: Collection[str]) -> Iterator[Misfit]:
    """What is wrong with a new questionnaire where these questions of the old one were answered.

    Numbers of questions, what is compared with promises and what asks for something may change, options may be added.
    """
    for key in old.asked:
        if key not in answered:
            continue
        if key not in new.asked:
            zh = f"题 {key}（{old.headed(key)}）已有回答，不能去掉"
            yield misfit("question-answered", zh, f"{key} was answered and can't be left out", key).below("questions")
        elif changed := _changed(old, new, key):
            zh = f"题 {key}（{old.headed(key)}）已有回答，{changed} 改了会改变它们的意思。请另设一题，或另建一次调查"
            en = f"{key} was answered; another {changed} changes what that means"
            yield misfit("question-answered", zh, en, key).below(*_place(new, key), changed)


def _changed(old: Questionnaire, new: Questionnaire, key: str) -> str | None:
    before, after = old.asked[key], new.asked[key]
    if old.headed(key) != new.headed(key):
        return "text"
    if not _keeps_options(before, after):
        return "options"
    return next((name for name in SAME if getattr(before, name) != getattr(after, name)), None)


def _keeps_options(before: Part, after: Part) -> bool:
    """Every option is still there under its code and says the same; it may become open."""
    offered = {option.code: option for option in after.options}
    return all(
        (now := offered.get(option.code)) is not None and now.label == option.label and now.open >= option.open
        for option in before.options
    )


def _place(questionnaire: Questionnaire, key: str) -> tuple[str | int, ...]:
    return next(
        ("questions", place, *(("parts", nth) if question.parts else ()))
        for place, question in enumerate(questionnaire.questions)
        for nth, part in enumerate(question.asked)
        if part.key == key
    )
