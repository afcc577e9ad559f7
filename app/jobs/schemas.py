"""Jobs as they go over the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, JsonValue

from app.jobs.rules import Status


class JobLine(BaseModel):
    """Work that is longer than a request, and how far it is."""

    id: int
    kind: Annotated[
        str,
        Field(
            description="做什么：import 导入；case-import 报送办件；preview 预览变更单；survey-import 导入答卷或诉求；matching-run 比对诉求；"
            "matching-run-verify 重算一次比对；"
            "alerts 按预警规则检查指标并发送通知"
        ),
    ]
    status: Annotated[
        Status, Field(description="queued 排队；running 进行；done 完成；failed 失败；cancelled 已取消，什么都没有写入")
    ]
    done: Annotated[
        int,
        Field(
            description="做了多少；导入是已核对的行数，报送办件、导入答卷或诉求是已读的行数，预览是做完的步数，比对是诉求数"
        ),
    ]
    total: Annotated[int | None, Field(description="一共多少；还不知道时为空")]
    message: Annotated[str | None, Field(description="现在的情况，或为何结束")]
    parameters: Annotated[dict[str, JsonValue], Field(description="提交时的参数")]
    by: Annotated[str, Field(description="谁提交的")]
    created_at: datetime
    started_at: Annotated[datetime | None, Field(description="这一次开始处理的时间")]
    ended_at: datetime | None
    attempts: Annotated[int, Field(description="开始过几次；处理它的进程中断后会再试一次")]
    cancel_requested: Annotated[bool, Field(description="是否已要求取消")]


class JobOut(JobLine):
    """A job with its result, or why there is none."""

    result: Annotated[dict[str, JsonValue] | None, Field(description="完成后的结果；result_url 是它的地址")]
    problem: Annotated[
        dict[str, JsonValue] | None, Field(description="为何失败：与当场处理时的失败回答相同（RFC 9457）")
    ]


class JobPage(BaseModel):
    """Jobs in order of number."""

    items: list[JobLine]
    total: int
    next: str | None
