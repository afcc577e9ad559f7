"""What is counted of the one door (只进一扇门): sets of items in CQL2, each counted by and linked to with the same text."""

from collections.abc import Mapping

from app.catalogue.department_facts import ENTERED, IN_USE, NOT_STATED

NOT_ENTERED, SHOULD = "is_in_service_hall = false", "must_be_in_service_hall = true"

# 《优化营商环境条例》第三十六条: items enter the hall unless they are such that they should not. What is not stated is
# counted apart, never as a no.
SETS: Mapping[str, str] = {
    "in_use": IN_USE,
    "entered": f"{IN_USE} AND {ENTERED}",
    "not_entered": f"{IN_USE} AND {NOT_ENTERED}",
    "not_stated": f"{IN_USE} AND {NOT_STATED}",
    "should_enter": f"{IN_USE} AND {SHOULD}",
    "should_and_entered": f"{IN_USE} AND {SHOULD} AND {ENTERED}",
    "should_and_not_entered": f"{IN_USE} AND {SHOULD} AND {NOT_ENTERED}",
    "should_and_not_stated": f"{IN_USE} AND {SHOULD} AND {NOT_STATED}",
    "need_not_enter": f"{IN_USE} AND must_be_in_service_hall = false",
    "need_not_stated": f"{IN_USE} AND must_be_in_service_hall IS NULL",
}
OF_DEPARTMENT = ("in_use", "entered", "not_entered", "not_stated", "should_enter", "should_and_entered")

DEFINITIONS: Mapping[str, str] = {
    "items_in_use": "全部在用事项（status = 1），不论是否进驻",
    "items_entered": "其中已进驻大厅的（集中办理事项）；与全部在用事项是两个数，可以相等",
    "departments": "有在用事项或有窗口的部门",
    "departments_with_entered_item": "至少有一个在用事项已进驻大厅的部门",
    "departments_with_window": "至少有一个窗口的部门",
    "departments_in_hall": "有事项进驻或有窗口的部门",
    "windows": "这些部门的全部窗口，包括没有填在哪个大厅的",
    "comprehensive_windows": "其中的综合窗口（is_comprehensive = true）",
}
