"""The rules in force."""

from sqlalchemy import Connection

from app.errors import Message
from app.quality.rules import Rule

SHIPPED = (
    Rule(
        key="promised-over-statutory",
        name=Message("承诺时限超过法定时限", "Promised over statutory"),
        severity="error",
        filter="promised_limit_unit = statutory_limit_unit AND promised_limit > statutory_limit",
        message=Message("承诺办结时限超过法定办结时限。", "The promised limit exceeds the statutory one."),
        remedy=Message("请改短承诺时限，或核对法定时限。", "Shorten the promised limit, or check the statutory one."),
        source="行政许可法第 42 条",
        elements=("promised_limit", "promised_limit_unit", "statutory_limit", "statutory_limit_unit"),
    ),
    Rule(
        key="online-without-depth",
        name=Message("网办深度未填", "No online depth"),
        severity="warning",
        filter="is_online = true AND online_depths IS NULL",
        message=Message("可以网办，但没有填网办深度。", "Online, but no depth is stated."),
        remedy=Message("请填写网办深度。", "State the depth."),
        source="事项实施清单要素",
        elements=("is_online", "online_depths"),
    ),
    Rule(
        key="no-phone",
        name=Message("咨询方式未填", "No telephone"),
        severity="advice",
        filter="consultation_contact IS NULL",
        message=Message("没有填咨询方式。", "No contact is stated."),
        remedy=Message("请填写咨询方式。", "State one."),
        source="事项实施清单要素",
        elements=("consultation_contact",),
    ),
)


def rules_in_force(connection: Connection) -> tuple[Rule, ...]:  # noqa: ARG001 - a stand-in
    """The rules in force, in their order."""
    return SHIPPED
