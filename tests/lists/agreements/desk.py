"""What 海珠区 agrees with 天河区 (in its city), with 惠城区 (in its province) and with 南宁市青秀区 (in another)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.catalogue.objects import AGREEMENT
from app.changes.rules import Draft
from tests.factories import DIVISION, START, department, draft, item

TIANHE, HUICHENG, QINGXIU = "440106", "441302", "450103"


def agreement(code: str, partner: str, *entries: Mapping[str, Any] | str, start: date = START, **more: Any) -> Draft:
    content = {"name": f"{code} 通办合作协议", "division_code": DIVISION, "partner_division_code": partner}
    named = [{"code": each} if isinstance(each, str) else each for each in entries]
    until = more.pop("until", None)
    return draft("create", code, content | {"entries": named} | more, kind=AGREEMENT, start=start, until=until)


# HZ-001 is agreed with all three, HZ-002 with two, HZ-003 with one and suspended, HZ-004 with none. 天河区 has items here.
ITEMS = (
    department(),
    *(item(f"HZ-00{number}", name=name) for number, name in enumerate(("养老机构备案", "户口迁移", "社保转移"), 1)),
    item("HZ-004", name="图书借阅"),
    item("TH-001", division_code=TIANHE, name="养老机构备案"),
    item("TH-002", division_code=TIANHE, name="户口迁移"),
)
AGREEMENTS = (
    agreement(
        "HZ-tb-440106", TIANHE,
        {"code": "HZ-001", "partner_code": "TH-001", "window": "3 号窗口"},
        {"code": "HZ-002", "partner_code": "TH-002", "mode": "multi_place"},
        mode="proxy_collection", document_number="穗政务〔2023〕8号",
    ),
    agreement("HZ-tb-441302", HUICHENG, "HZ-001", "HZ-002", "HZ-003", mode="full_online"),
    agreement("HZ-tb-450103", QINGXIU, {"code": "HZ-001", "mode": "full_online"}),
)  # fmt: skip
