"""A question by its key, or by what it asks of the enterprise itself. Pure."""

from app.catalogue.code_lists import labels
from app.demand.surveys.answering import unknown_question
from app.demand.surveys.misfits import Misfit
from app.demand.surveys.questions import (
    ATTRIBUTE_KINDS,
    ATTRIBUTE_NAMES,
    CODED,
    Attribute,
    Option,
    Part,
    Questionnaire,
)

NAMED = "题或分问的 key；企业本身的情况也可以写 size、industry、ownership、zone"


def question_named(questionnaire: Questionnaire, name: str) -> Part | Misfit:
    """`name` is the key of a question or a part, or the name of an attribute, whether or not a question asks for it."""
    of_enterprise: dict[str, Part] = {each: _of_enterprise(questionnaire, each) for each in ATTRIBUTE_NAMES}
    return questionnaire.asked.get(name) or of_enterprise.get(name) or unknown_question(questionnaire, name)


def _of_enterprise(questionnaire: Questionnaire, name: Attribute) -> Part:
    """The question that asks for it, else what it is called."""
    if asked := questionnaire.attributes.get(name):
        return asked
    codes = labels(CODED[name]) if name in CODED else {}
    options = [Option(code=code, label=label) for code, label in codes.items()]
    return Part(key=name, text=ATTRIBUTE_NAMES[name], kind=ATTRIBUTE_KINDS[name], attribute=name, options=options)
