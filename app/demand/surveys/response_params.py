"""Which responses are asked for."""

from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement

from app.demand.surveys.answering import unknown_question
from app.demand.surveys.misfits import Misfit
from app.demand.surveys.models import response
from app.demand.surveys.queries import Survey
from app.demand.surveys.questions import ATTRIBUTE_NAMES
from app.demand.surveys.respondents import read_attribute
from app.demand.surveys.response_queries import answered, in_industry
from app.errors import Malformed, refused
from app.pages import DEFAULT_LIMIT, MAX_LIMIT


class WantedResponses(BaseModel):
    """Those of which all holds that is given."""

    stratum: Annotated[str | None, Field(description="哪一层的", max_length=40)] = None
    size: Annotated[str | None, Field(description="企业规模：代码或名称", max_length=100)] = None
    industry: Annotated[str | None, Field(description="行业及其以下的：门类、大类或更细的代码", max_length=100)] = None
    ownership: Annotated[str | None, Field(description="企业性质：代码或名称", max_length=100)] = None
    zone: Annotated[str | None, Field(description="片区", max_length=500)] = None
    question: Annotated[str | None, Field(description="答了这一题的", max_length=40, examples=["q13"])] = None
    option: Annotated[
        str | None, Field(description="这一题选了哪一项的（代码），与 question 一起写", max_length=20)
    ] = None
    after: Annotated[int, Field(description="从哪个 id 之后开始", ge=0, le=2**31 - 1)] = 0
    limit: Annotated[int, Field(description="条数", ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT

    @property
    def asked(self) -> dict[str, object]:
        """As the next page asks again."""
        return self.model_dump(exclude={"after"})

    def conditions(self, held: Survey) -> list[ColumnElement[bool]]:
        """Raises Malformed for what no enterprise can be, and for a question that was not asked."""
        found = [] if self.stratum is None else [response.c.stratum == self.stratum]
        return [*found, *self._of_enterprise(held), *self._of_answer(held)]

    def _of_enterprise(self, held: Survey) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        for name in ATTRIBUTE_NAMES:
            read = read_attribute(name, getattr(self, name), held.design.zones)
            if isinstance(read, Misfit):
                raise _unknown(name, read)
            if read is not None:
                found.append(in_industry(read) if name == "industry" else response.c[name] == read)
        return found

    def _of_answer(self, held: Survey) -> list[ColumnElement[bool]]:
        if self.question is None:
            return []
        if self.question not in held.questionnaire.asked:
            raise _unknown("question", unknown_question(held.questionnaire, self.question))
        return [answered(self.question, self.option)]


def _unknown(parameter: str, wrong: Misfit) -> Malformed:
    return refused(parameter, wrong.value or "", wrong.rule, wrong.message, wrong.suggestion)
