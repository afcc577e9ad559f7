"""The least an item can cost: the service's own statement by the bare driver, on a route that adds nothing to it."""

import argparse
import sqlite3
from datetime import date
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Response
from sqlalchemy.dialects import sqlite

from app.catalogue.queries import one_now
from app.engines import SQLITE_PRAGMAS
from bench.data import DAY


def limit(database: Path) -> FastAPI:
    connection = sqlite3.connect(database)
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    compiled = one_now(in_division=False).statement.compile(dialect=sqlite.dialect(paramstyle="named"))
    values = compiled.construct_params({"moment_as_of": DAY, "wanted": "", "division": None})
    stated = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    app = FastAPI(telemetry={"tracing": False, "metrics": False, "logs": False})

    @app.get("/v1/items/{code}")
    async def get_item(code: str) -> Response:
        (row,) = connection.execute(compiled.string, stated | {"wanted": code}).fetchall()
        return Response(row[0], media_type="application/json")

    return app


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.limit")
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    wish = parser.parse_args()
    uvicorn.run(limit(wish.database), port=wish.port, access_log=False, log_level="error")
