"""Redactions as they go over the wire."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.changes.schemas import Code, Line, ObjectName
from app.patterns import DIVISION
from app.schema import Body


class NewRedaction(Body):
    """What is to be made unreadable, and why; the reason doesn't repeat it."""

    object: Annotated[ObjectName, Field(description="对象种类，默认为事项")] = "item"
    code: Annotated[Code, Field(description="对象的编码（基本目录事项为基本编码）")]
    division_code: Annotated[str | None, Field(description="地方编码在多个区划使用时，指明区划", pattern=DIVISION)] = (
        None
    )
    field: Annotated[
        str,
        Field(description="要素的字段名或名称；清单里的一项写成 windows.phone", min_length=1, max_length=100),
    ]
    reason: Annotated[Line, Field(description="原因，不要写出要隐去的内容", examples=["误登个人手机号"])]


class RedactionOut(BaseModel):
    """A request, and who carried it out; never what it said."""

    id: int
    object: ObjectName
    code: str
    field: str
    label: Annotated[str, Field(description="要素的名称")]
    reason: str
    requested_by: str
    requested_at: str
    confirmed_by: Annotated[str | None, Field(description="由谁执行；还没有执行时为空")]
    done_at: str | None
    revision: Annotated[int | None, Field(description="隐去占用的版次；还没有执行时为空")]
    also_redacted: Annotated[
        list[str],
        Field(description="同一次隐去里，还改写了哪些事项：来龙去脉相连、同一要素里有同样文字的，写最后的编码"),
    ]


class OneRedaction(RedactionOut):
    """A redaction, and whose figures are chosen by its element."""

    used_by_reports: Annotated[
        list[int],
        Field(description="有数字的条件用到这个要素的报告（id）：数字不变，执行以后可能不能重算，核对时会写明"),
    ]
    used_by_alert_rules: Annotated[
        list[int], Field(description="条件用到这个要素的预警规则（没有停用的）：执行以后它们的数字可能变，请看是否要改")
    ]


class RedactionDone(OneRedaction):
    """A redaction that was carried out just now."""

    still_said_in: Annotated[
        list[int], Field(description="标题、原因或意见里仍写着这些内容的变更单（最多 100 张），系统不改动它们")
    ]
    still_said_in_rules: Annotated[
        list[str],
        Field(description="文字、过滤条件或启停原因里仍写着这些内容的质量规则（key），系统不改动它们"),
    ]
    still_said_in_reports: Annotated[
        list[int], Field(description="编号、标题或正文里仍写着这些内容的报告（id，最多 100 份），系统不改动它们")
    ]
    still_said_in_case_imports: Annotated[
        list[int],
        Field(description="文件名、原因或业务类别里仍写着这些内容的办件报送（最多 100 次），系统不改动它们"),
    ]
    still_said_in_alert_rules: Annotated[
        list[int],
        Field(description="名称、条件、通知地址或测试通知里仍写着这些内容的预警规则（最多 100 条），系统不改动它们"),
    ]
    still_said_in_alert_findings: Annotated[
        list[int], Field(description="组的名称、数字或通知里仍写着这些内容的预警（最多 100 个），系统不改动它们")
    ]


class RedactionPage(BaseModel):
    """Redactions in order of number."""

    items: list[RedactionOut]
    total: int
    next: str | None
