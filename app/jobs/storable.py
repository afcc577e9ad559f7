"""Values as both databases keep them in JSON: a problem quotes what was sent, whatever that was."""

from datetime import datetime
from typing import Any


def storable(value: Any) -> Any:
    """PostgreSQL keeps no NUL, and nobody half a character; what JSON doesn't know becomes text."""
    if isinstance(value, str):
        return value.replace("\0", "�").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {storable(str(name)): storable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [storable(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float) else storable(str(value))
