"""How far an agreement reaches, read from the codes of its two divisions (GB/T 2260)."""

from collections.abc import Mapping
from typing import Literal, get_args

Scope = Literal["within_city", "within_province", "across_provinces"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
SCOPE_LABELS: Mapping[Scope, str] = {
    "within_city": "市内",
    "within_province": "省内跨市",
    "across_provinces": "跨省",
}
# A municipality is one city in several groups of codes; 90 gathers counties that are under no city, each a place of its own.
MUNICIPALITIES = ("11", "12", "31", "50")
UNDER_NO_CITY = "90"

DEFINITION = (
    "一个事项与一个伙伴（对方行政区划）算一项次：同一事项与三地通办是三项次。只计当日生效的协议和当日在目录里的事项"
    "（暂停的也算）。项次是协议的合计，不是事项数，也不是清单的一部分，不能除以事项数作为比率。"
    "市内、省内跨市、跨省按双方行政区划代码判断。"
)
