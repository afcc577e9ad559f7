"""What an operator may set, by environment variable."""

from datetime import datetime
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read once when the application is made; every name is an environment variable in capitals."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore")

    database_url: Annotated[str, Field(description="SQLAlchemy URL: sqlite:///file or postgresql+psycopg://…")] = (
        "sqlite:///shixiang.db"
    )
    frozen_clock: Annotated[
        datetime | None, Field(description="Hold the clock at this instant (tests and demonstrations only)")
    ] = None
    max_upload_mb: Annotated[int, Field(description="Largest file an import takes, in MB", ge=1)] = 50
    max_import_rows: Annotated[int, Field(description="Most rows an import takes", ge=1)] = 300_000
