"""Routes that are asked so often that the framework's own way of reading a request would cost more than the answer."""

from collections.abc import Awaitable, Callable, Coroutine
from inspect import get_annotations, iscoroutinefunction, signature
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError, create_model

from app.parameters import refuse_odd_addresses

Endpoint = Callable[..., Awaitable[Response]]


class PlainRoute(APIRoute):
    """Takes the request and parameters of its path and query, no body and no dependencies; its answer is ready bytes.

    FastAPI describes it in the contract from the same signature (docs/decisions/0011).
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        endpoint: Endpoint = self.endpoint
        self._demand_plain()
        parameters = _parameters(endpoint)

        async def handle(request: Request) -> Response:
            await refuse_odd_addresses(request)
            return await endpoint(request, **_read(parameters, request))

        return handle

    def _demand_plain(self) -> None:
        """Raises TypeError for what would be passed over at a request, a check of the caller above all."""
        asked = self.dependant
        more = (asked.dependencies, asked.header_params, asked.cookie_params, asked.body_params)
        if any(more) or not iscoroutinefunction(self.endpoint):
            raise TypeError(f"{self.path}: a plain route is a coroutine with parameters of path and query only")


def _parameters(endpoint: Endpoint) -> type[BaseModel]:
    declared = get_annotations(endpoint, eval_str=True)
    fields: dict[str, Any] = {
        name: (declared[name], ... if parameter.default is parameter.empty else parameter.default)
        for name, parameter in signature(endpoint).parameters.items()
        if declared[name] is not Request
    }
    return create_model(endpoint.__name__, **fields)


def _read(parameters: type[BaseModel], request: Request) -> dict[str, Any]:
    try:
        return vars(parameters.model_validate({**request.query_params, **request.path_params}))
    except ValidationError as error:
        faults = [
            {**each, "loc": ("path" if each["loc"][0] in request.path_params else "query", *each["loc"])}
            for each in error.errors()
        ]
        raise RequestValidationError(faults) from None
