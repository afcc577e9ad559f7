"""The least that has to be there when a case of an item is accepted."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection

from app.catalogue.dependencies import AsOf, KnownAt, answer
from app.catalogue.moments import resolve
from app.lists.tolerance.schemas import MinimumMaterials
from app.lists.tolerance.service import minimum_materials
from app.pages import JsonBytes
from app.patterns import DIVISION
from app.routing import PlainRoute
from app.validators import validated

router = APIRouter(tags=["容缺受理"], route_class=PlainRoute)

ItemCode = Annotated[str, Path(description="事项编码：现在的或曾经用过的", max_length=64)]
Division = Annotated[str | None, Query(description="地方编码在多个区划使用时，指明区划", pattern=DIVISION)]


@router.get(
    "/items/{code}/minimum-materials",
    summary="容缺受理的最低材料",
    operation_id="get_minimum_materials",
    response_class=JsonBytes,
    responses={200: {"model": MinimumMaterials}},
)
async def get_minimum_materials(
    request: Request, code: ItemCode, as_of: AsOf = None, known_at: KnownAt = None, division_code: Division = None
) -> Response:
    """Which materials have to be there, which may follow and until when, the commitment to be signed, and the list.

    Where deficiencies are not tolerated, or nobody says so, all that are not optional have to be there. The last day
    itself is not computed: working days need a calendar of holidays, which the catalogue doesn't keep.
    """

    def read(connection: Connection, now: datetime) -> Response:
        moment = resolve(connection, now, as_of, known_at)
        return validated(request, JsonBytes(minimum_materials(connection, code, moment, division_code)))

    return await answer(request, read, brief=False)
