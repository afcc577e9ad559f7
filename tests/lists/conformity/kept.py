"""Lists of 海珠区 and of its city, as tests publish them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.catalogue.objects import EDITION, LIST
from app.changes.rules import Draft
from tests.factories import DIVISION, draft

CITY = "440100"
FROM = date(2024, 1, 1)
NAMES = {"licensing": "行政许可事项清单", "deficiency": "容缺受理事项清单", "one_visit": "最多跑一次事项清单"}


def a_list(code: str, kind: str, **stated: Any) -> Draft:
    named = f"海珠区{NAMES.get(kind, '通办事项清单')}"
    content = {"name": named, "division_code": DIVISION, "list_kind": kind, "succession": "replaced"}
    return draft("create", code, content | stated, kind=LIST)


def city_list(code: str) -> Draft:
    return a_list(code, "licensing", name="广州市行政许可事项清单", division_code=CITY, entries_of="basic_items")


def edition(code: str, of: str, *entries: str | Mapping[str, Any], start: date = FROM, **stated: Any) -> Draft:
    written = [{"code": each} if isinstance(each, str) else each for each in entries]
    content = {"name": code, "list_code": of, "division_code": DIVISION, "entries": written}
    return draft("create", code, content | stated, kind=EDITION, start=start)


def basic(code: str, name: str, **stated: str) -> dict[str, str]:
    return {"catalog_code": code, "name": name, **stated}
