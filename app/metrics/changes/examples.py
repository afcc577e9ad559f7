"""What the contract shows of a change: the demonstration's rate from 2020 to 2024."""

from pydantic import JsonValue

from app.metrics.schemas import RATE_EXAMPLE

COMPARED: dict[str, JsonValue] = {
    "from": "2020-12-08",
    "to": "2024-06-30",
    "known_from": "2026-05-20T09:30:00+08:00",
    "known_to": "2026-05-20T09:30:00+08:00",
    "revision_from": 29,
    "revision_to": 29,
    "metric": "online_rate",
    "definition_version_from": 1,
    "definition_version_to": 1,
    "unit": "百分点",
}
KIND: dict[str, JsonValue] = {
    "kind": "transferred",
    "label": "划转部门",
    "items": 50,
    "numerator_change": 49,
    "denominator_change": 0,
    "unknown_change": -4,
    "points": 3.4313725490196076,
    "points_exact": "175/51",
    "items_url": "/v1/metric-changes/items?metric=online_rate&from=2020-12-08&to=2024-06-30&known_from=29&known_to=29"
    "&kind=transferred",
}
URLS = ("numerator_url", "denominator_url", "unknown_url", "items_url")
BEFORE: dict[str, JsonValue] = {
    **RATE_EXAMPLE,
    "numerator": 778,
    "denominator": 1316,
    "unknown": 23,
    "excluded": 0,
    "item_count": 1316,
    "value": 0.5911854103343465,
    "value_max": 0.6086626139817629,
    "percent": 59.12,
    **{name: str(RATE_EXAMPLE[name]).replace("as_of=2024-06-30", "as_of=2020-12-08") for name in URLS},
}
CHANGE: dict[str, JsonValue] = {
    "group": {},
    "before": BEFORE,
    "after": RATE_EXAMPLE,
    "change": 29.326837117825853,
    "change_exact": "164025/5593",
    "numerator_change": 485,
    "denominator_change": 112,
    "unknown_change": -23,
    "note": None,
    "kinds": [KIND],
}
CHANGES: dict[str, JsonValue] = {**COMPARED, "additive": True, "values": [CHANGE]}
BUREAU = {"department_code": "11990101MB9900013F", "department_name": "X区行政审批服务局（X区数据局）"}
ITEM: dict[str, JsonValue] = {
    "id": 814,
    "code": "11990101MB9900013F4000104001000",
    "name": "固定资产投资项目核准（含国发〔2016〕72号文件规定的外商投资项目）",
    **BUREAU,
    "kind": "transferred",
    "before": {
        "numerator": 0,
        "denominator": 1,
        "unknown": 0,
        "group": {},
        "status": "1",
        "department_code": "11990101MB99000482",
        "department_name": "X区发展和改革局",
        "url": "/v1/items/11990101MB990004824000104001000?as_of=2020-12-08&known_at=29",
    },
    "after": {
        "numerator": 1,
        "denominator": 1,
        "unknown": 0,
        "group": {},
        "status": "1",
        **BUREAU,
        "url": "/v1/items/11990101MB9900013F4000104001000?as_of=2024-06-30&known_at=29",
    },
    "points": 0.0700280112044818,
    "points_exact": "25/357",
}
ITEMS: dict[str, JsonValue] = {"items": [ITEM], "total": 50, "next": None, **COMPARED}
