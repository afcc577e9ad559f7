"""What surveys are made of: the questionnaires that are shipped, the industries of GB/T 4754."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from app.demand.surveys import schemas
from app.demand.surveys.industries import industries
from app.demand.surveys.questions import Questionnaire
from app.demand.surveys.templates import get_template, templates
from app.pages import JsonBytes
from app.validators import validated

router = APIRouter(tags=["调查"])

STANDARD = "GB/T 4754-2017"
FINER = "更细的代码是大类后再加一两位数字，如 1311（可以写成 C1311）：只看前两位是否为已知的大类，按门类汇总。"


@router.get(
    "/questionnaires",
    summary="现成的问卷",
    operation_id="list_questionnaires",
    responses={200: {"model": schemas.QuestionnairePage}},
)
def list_questionnaires(request: Request) -> Response:
    """The questionnaires that a survey can name instead of stating its questions."""
    items = [each.kept for each in templates().values()]
    return validated(request, JsonBytes({"items": items, "total": len(items)}))


@router.get(
    "/questionnaires/{key}",
    summary="一份问卷",
    operation_id="get_questionnaire",
    responses={200: {"model": Questionnaire}},
)
def get_questionnaire(
    request: Request, key: Annotated[str, Path(description="问卷的名称", examples=["enterprise-2020"])]
) -> Response:
    """A questionnaire with its questions, parts and options, as a survey states them."""
    return validated(request, JsonBytes(get_template(key).kept))


@router.get(
    "/industries", summary="行业", operation_id="list_industries", responses={200: {"model": schemas.IndustryList}}
)
def list_industries(request: Request) -> Response:
    """The 20 sections and 97 divisions; groups and classes are taken by the pattern of their codes."""
    items = [
        {**each._asdict(), "level": "section" if each.is_section else "division"} for each in industries().values()
    ]
    return validated(request, JsonBytes({"items": items, "total": len(items), "standard": STANDARD, "note": FINER}))
