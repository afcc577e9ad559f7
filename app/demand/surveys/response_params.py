"""Which responses are asked for."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement

from app.demand.surveys.answering import option_named
from app.demand.surveys.misfits import Misfit
from app.demand.surveys.models import response
from app.demand.surveys.naming import NAMED, question_named
from app.demand.surveys.queries import Survey
from app.demand.surveys.questions import ATTRIBUTE_NAMES, Attribute, Part
from app.demand.surveys.respondents import read_attribute
from app.demand.surveys.response_queries import has_answered, has_chosen, is_of
from app.errors import Malformed, Message, refused
from app.pages import DEFAULT_LIMIT, MAX_LIMIT

OF_NO_QUESTION = Message(
    "option 是某一题的选项：请同时写 question，如 question=q5&option=1。",
    "An option is one of a question: name it too, such as question=q5&option=1.",
)


class WantedResponses(BaseModel):
    """Those of which all holds that is given."""

    stratum: Annotated[str | None, Field(description="哪一层的", max_length=40)] = None
    size: Annotated[str | None, Field(description="企业规模：代码或名称", max_length=100)] = None
    industry: Annotated[str | None, Field(description="行业及其以下的：门类、大类或更细的代码", max_length=100)] = None
    ownership: Annotated[str | None, Field(description="企业性质：代码或名称", max_length=100)] = None
    zone: Annotated[str | None, Field(description="片区", max_length=500)] = None
    not_stated: Annotated[
        list[Attribute],
        Field(description="没有填写这一情况的，可重复", max_length=len(ATTRIBUTE_NAMES)),
    ] = []
    question: Annotated[str | None, Field(description=f"答了这一题的，{NAMED}", max_length=100, examples=["q13"])] = (
        None
    )
    option: Annotated[
        str | None,
        Field(description="这一题选了哪一项的：代码或文字，与 question 一起写", max_length=500),
    ] = None
    unanswered: Annotated[str | None, Field(description=f"没有答这一题的，{NAMED}", max_length=100)] = None
    after: Annotated[int, Field(description="从哪个 id 之后开始", ge=0, le=2**31 - 1)] = 0
    limit: Annotated[int, Field(description="条数", ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT

    @property
    def asked(self) -> dict[str, object]:
        """As the next page asks again."""
        return self.model_dump(exclude={"after"})

    def conditions(self, held: Survey) -> list[ColumnElement[bool]]:
        """Raises Malformed for what no enterprise can be, and for a question or an option that there isn't."""
        found = [] if self.stratum is None else [response.c.stratum == self.stratum]
        return [*found, *self._of_enterprise(held), *self._of_answers(held)]

    def _of_enterprise(self, held: Survey) -> Iterator[ColumnElement[bool]]:
        for name in ATTRIBUTE_NAMES:
            yield from _are(held, name, getattr(self, name), parameter=name)
        yield from (response.c[name].is_(None) for name in self.not_stated)

    def _of_answers(self, held: Survey) -> Iterator[ColumnElement[bool]]:
        question, unanswered = (self._question(held, name) for name in ("question", "unanswered"))
        if unanswered is not None:
            yield ~has_answered(unanswered)
        if question is not None:
            yield has_answered(question)
        if self.option is not None:
            yield from _of_option(held, question, self.option)

    def _question(self, held: Survey, parameter: str) -> Part | None:
        name = getattr(self, parameter)
        found = None if name is None else question_named(held.questionnaire, name)
        if isinstance(found, Misfit):
            raise _unknown(parameter, found)
        return found


def _are(held: Survey, name: Attribute, written: str | None, *, parameter: str) -> Iterator[ColumnElement[bool]]:
    read = read_attribute(name, written, held.design.zones)
    if isinstance(read, Misfit):
        raise _unknown(parameter, read)
    if read is not None:
        yield is_of(name, read)


def _of_option(held: Survey, question: Part | None, written: str) -> Iterator[ColumnElement[bool]]:
    """Who chose it, or is what it says."""
    if question is None:
        raise refused("option", written, "option-of-no-question", OF_NO_QUESTION)
    if question.attribute is not None:
        return _are(held, question.attribute, written, parameter="option")
    option = option_named(question, written)
    if isinstance(option, Misfit):
        raise _unknown("option", option)
    return iter([has_chosen(question.key, option.code)])


def _unknown(parameter: str, wrong: Misfit) -> Malformed:
    return refused(parameter, wrong.value or "", wrong.rule, wrong.message, wrong.suggestion)
