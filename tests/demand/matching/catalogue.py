"""A small catalogue, its thesaurus, and a matcher for them."""

from functools import cache
from typing import Final

from app.demand.matching import weights
from app.demand.matching.matcher import Entry, Matcher
from app.demand.matching.thesaurus import Elsewhere, Synonym, Thesaurus

ENTRIES: Final = (
    Entry(1, "固定资产投资项目节能审查"),
    Entry(2, "食品经营许可（新办）", ("食品经营许可证",), "食品（含保健食品）经营许可"),
    Entry(3, "食品经营许可变更", ("食品经营许可证",), "食品（含保健食品）经营许可"),
    Entry(4, "食品经营许可补办", ("食品经营许可证",), "食品（含保健食品）经营许可"),
    Entry(5, "食品经营许可注销", ("食品经营许可证",), "食品（含保健食品）经营许可"),
    Entry(6, "特种设备使用登记", ("特种设备使用登记证",)),
    Entry(7, "企业歇业备案"),
    Entry(8, "公司注销登记", (), "企业设立、变更、注销登记"),
    Entry(9, "公司设立登记", (), "企业设立、变更、注销登记"),
    Entry(10, "公章刻制备案"),
    Entry(11, "中介机构从事代理记账业务审批", ("代理记账许可证书",)),
    Entry(12, "一次性创业补贴申领"),
    Entry(13, "个人一次性创业补贴申领", persons_only=True),
    Entry(14, "劳务派遣经营许可", ("劳务派遣经营许可证",)),
    Entry(15, "劳务派遣经营许可延续", ("劳务派遣经营许可证",)),
    Entry(16, "取水许可"),
    Entry(17, "城镇污水排入排水管网许可"),
    Entry(18, "道路货物运输经营许可", ("道路运输经营许可证",)),
    Entry(19, "非经营性互联网信息服务备案", ("ICP备案",)),
    Entry(20, "企业职工参保登记"),
)
THESAURUS: Final = Thesaurus(
    (
        Synonym(("能评", "节能评估"), ("固定资产投资项目节能审查",)),
        Synonym(("叉车上牌",), ("特种设备使用登记",)),
        Synonym(("叉车",), ("特种设备",)),
        Synonym(("关门",), ("公司注销登记", "企业歇业备案")),
        Synonym(("孩子上户",), ("出生登记",), "person"),
        Synonym(("货运",), ("道路货物运输经营许可",), "enterprise"),
    ),
    (Elsewhere(("会计师事务所执业", "会计师事务所"), "省级财政部门", "执业许可"),),
)


@cache
def matcher() -> Matcher:
    """By words alone, with the shipped weights."""
    return Matcher(ENTRIES, THESAURUS, weights.shipped())


def found(text: str, limit: int = 3) -> list[str]:
    """The names of what is found, the best first."""
    names = {entry.id: entry.name for entry in ENTRIES}
    return [names[hit.item] for hit in matcher().match(text, limit).hits]
