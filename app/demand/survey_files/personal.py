"""Columns that name an enterprise or a person, or say how to reach them: surveys keep nothing of it. Pure."""

import re
from collections.abc import Sequence

from app.errors import Message
from app.files.headers import folded
from app.files.remarks import Remark

SAYS_WHO = (
    "姓名|名称|全称|名字|昵称|联系人|经办人|填表人|填报人|受访人|受访者|负责人|法人|法定代表人|联系方式|电话|手机|座机|传真|身份证|证件号"
    "|邮箱|邮件|e-?mail|微信|qq|地址|住址|信用代码|机构代码|营业执照号|ip|name|contact|phone|mobile|telephone|address|id_?card"
)
BESIDE = (
    "企业|公司|单位|机构|商户|市场主体|填表|填写|填报|联系|经办|办事|受访|被访|答卷|负责|法定|代表|人员|人|者|您|你|贵|的|及|和|或"
    "|[、/_]|号码|号|统一|社会|组织|居民|有效|电子|注册|通讯|详细|固定|移动|来自|enterprise|company"
)
WHO = re.compile(SAYS_WHO)
NOTHING_ELSE = re.compile(rf"(?:\d+[.、:)]?)?(?:{SAYS_WHO}|{BESIDE})+(?:\(.*\))?")
LONGEST = 40  # Nobody calls such a column by more; the pattern would take long to find out.
SHOWN = 10


def is_personal(header: str) -> bool:
    """A header that says nothing else; a question in which a telephone occurs is a question."""
    name = folded(header)
    return len(name) <= LONGEST and NOTHING_ELSE.fullmatch(name) is not None and WHO.search(name) is not None


def not_read(headers: Sequence[str]) -> Remark:
    listed, count = "”“".join(headers[:SHOWN]), len(headers)
    more = f" 等 {count} 列" if count > SHOWN else " "
    message = Message(
        f"“{listed}”{more}是企业或个人的名称、联系方式，没有读：调查不收这些。留存的文件里也请删去。",
        f"{count} columns name somebody or say how to reach them, and were not read: surveys keep no such data.",
    )
    return Remark("personal-columns", message, count, value=listed[:200])
