"""What a window needs to accept a case: from the item as it is at a moment, and the lists that name it."""

from dataclasses import asdict

import orjson
from sqlalchemy import Connection

from app.catalogue.addresses import item_url
from app.catalogue.moments import Moment
from app.catalogue.queries import get_item
from app.lists.tolerance import queries, rules

NAMED = ("code", "name", "department_code", "department_name", "promised_limit", "promised_limit_unit")
WORKING_DAYS = "1"
UNKNOWN = dict.fromkeys(("needed", "unstated", "optional", "may_follow"))


def minimum_materials(connection: Connection, code: str, moment: Moment, division: str | None) -> dict[str, object]:
    """Raises as reading the item does."""
    row = get_item(connection, code, moment, division)
    item = orjson.loads(row.written)
    materials = rules.sorted_out(item)
    follows = bool(materials and materials.may_follow)
    return {
        "id": row.id,
        **{name: item[name] for name in NAMED},
        "tolerates": rules.tolerates(item),
        "says": rules.says(item, materials),
        **(UNKNOWN if materials is None else asdict(materials)),
        "correction_limit": item["correction_limit"] if follows else None,
        "correction_limit_unit": WORKING_DAYS,
        "correction_method": item["correction_method"] if follows else None,
        "commitment": rules.commitment(item, materials),
        "editions": [dict(each._mapping) for each in queries.editions_naming(connection, row.id, moment)],
        "source": rules.SOURCE,
        "url": item_url(row, moment.as_of, moment),
        **moment.stated,
    }
