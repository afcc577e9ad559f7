"""What stands between the service and a browser: pages of other origins, and a proxy that offers it below a path."""

from collections.abc import Collection

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
SENT = ("Authorization", "If-Match", "If-None-Match")
EXPOSED = ("Link", "ETag", "Content-Disposition", "Location")


def admit(app: FastAPI, origins: Collection[str]) -> None:
    """Pages of these origins may call the service. No cookie is ever asked for, so none is allowed."""
    if not origins:
        return
    built = app.build_middleware_stack

    def outermost() -> ASGIApp:
        """Around all that Starlette builds: its own answer to an unexpected failure lies outside any middleware."""
        return CORSMiddleware(
            built(), allow_origins=origins, allow_methods=METHODS, allow_headers=SENT, expose_headers=EXPOSED
        )

    app.build_middleware_stack = outermost  # type: ignore[method-assign]


def place_below(app: FastAPI, path: str) -> None:
    if path:
        app.add_middleware(Below, path=path)


class Below:
    """Every request lies below the path, whether the proxy in front takes the path off or leaves it."""

    def __init__(self, app: ASGIApp, path: str) -> None:
        self.app, self.path = app, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "root_path": self.path, "path": self._whole(scope["path"])}
        await self.app(scope, receive, send)

    def _whole(self, path: str) -> str:
        return path if f"{path}/".startswith(f"{self.path}/") else self.path + path
