"""Where an item is found, as it was on a day and as it was known at a revision."""

from datetime import date

from app.catalogue.codes import is_local
from app.catalogue.moments import Moment
from app.db import Record


def item_url(row: Record, day: date, moment: Moment, part: str = "") -> str:
    return item_address(row.code, row.division_code, pins(day, moment), part)


def pins(day: date, moment: Moment) -> str:
    """The two dates as an address carries them."""
    return f"?as_of={day}&known_at={moment.revision}"


def item_address(code: str, division: str, dates: str, part: str = "") -> str:
    """A local code is unique only in its division, so that is named."""
    local = f"&division_code={division}" if is_local(code) else ""
    return f"/v1/items/{code}{part}{dates}{local}"
