"""Who is calling, for routes that need a key."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from app.access.service import Caller, caller_of

bearer = HTTPBearer(auto_error=False, description="shixiang key create --name 名称")


def get_caller(request: Request, _: Annotated[object, Depends(bearer)]) -> Caller:
    with request.app.state.database.read() as connection:
        return caller_of(connection, request.headers.get("authorization"))


KeyHolder = Annotated[Caller, Depends(get_caller)]
