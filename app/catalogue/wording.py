"""What the names of materials and of laws give away: whatever else there may be, and what is no law."""

import re
from functools import lru_cache

REMEMBERED = 4096  # The same names stand in very many items.
# Words that narrow nothing down, however many of them stand together.
VAGUE = (
    "相关|有关|相应|必要|必需|必须|需要|所需|需|应当|应|须|规定|要求|提交|提供|补充|申报|申请|证明|证据|佐证|支撑|辅助"
    "|书面|法定|法律|法规|规章|行政|国家|机关|部门|审批|业务|事项|认为|的|等|与|和|及|或|、"
)
PAPERS = "材料|资料|文件|证件|手续"
CATCH_ALL = re.compile(
    f"(?<!或)(?<!或者)其[他它](?:{VAGUE})*(?:{PAPERS}|证明)$|^(?=.*(?:有关|相关))(?:{VAGUE}|{PAPERS})+$"
)
# Behind a name stands in brackets in which case it is needed, or of what it consists: only this narrows it down.
IN_CASE = re.compile(r"如|若|视|依|按|需|要|因|规定|情况|情形")
IN_BRACKETS = re.compile(r"[（(〔]([^（）()〔〕]*)[）)〕]$")
AT_THE_END = " \t\n。．.；;，,、等"

NOTICE = re.compile(r"(?:通知|通告|通报|公告|公报|意见|函|批复|答复|纪要|方案|指南|纲要|规划)$")
TITLE = re.compile(r"《([^《》]*)》")
TITLE_WITHIN = re.compile(r"《[^《》]*》(?=[^《]*》)")


@lru_cache(REMEMBERED)
def is_catch_all(name: str) -> bool:
    """Whether a material is whatever else there may be (其他材料, 有关材料), 安阳市政务服务条例 art. 13.

    What may stand for one that is named (或者其他证明文件) is none.
    """
    called, behind = _apart(name)
    return CATCH_ALL.search(called if IN_CASE.search(behind) else called + behind) is not None


@lru_cache(REMEMBERED)
def is_notice(law_name: str) -> bool:
    """Whether all the titles in a name are those of notices, opinions and the like, which may set no licence.

    行政许可法 art. 17. Of other documents (办法, 规定) the name doesn't tell whether they are rules of law.
    """
    titles = TITLE.findall(TITLE_WITHIN.sub("", law_name)) or [law_name]
    return all(NOTICE.search(_apart(title)[0]) for title in titles)


def _apart(name: str) -> tuple[str, str]:
    """The name and what stands in brackets behind it."""
    bare = name.strip(AT_THE_END)
    found = IN_BRACKETS.search(bare)
    return (bare[: found.start()].strip(AT_THE_END), found[1]) if found else (bare, "")
