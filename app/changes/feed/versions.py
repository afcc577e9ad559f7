"""What is known of an object, as the feed and its dump tell it."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, Field, JsonValue
from sqlalchemy import ColumnElement

from app.catalogue.objects import ObjectType
from app.catalogue.present import open_end
from app.db import Record
from app.json_rows import json_object, ready


def told(kind: ObjectType) -> tuple[ColumnElement[Any], ...]:
    """A version with everything that was given of the object, ready as JSON."""
    columns = kind.table.c
    content = json_object({name: columns[name] for name in kind.given}).label("content")
    return (columns.version, columns.valid_from, columns.valid_to, content)


def version_out(row: Record) -> Mapping[str, object]:
    return {
        "version": row.version,
        "valid_from": row.valid_from,
        "valid_to": open_end(row.valid_to),
        "content": ready(row.content),
    }


class KnownVersion(BaseModel):
    """What an object is from a day until a day."""

    version: int
    valid_from: str
    valid_to: Annotated[str | None, Field(description="到哪一天为止（不含），空为长期")]
    content: Annotated[dict[str, JsonValue], Field(description="全部登记的要素，含编码；未填为空")]
