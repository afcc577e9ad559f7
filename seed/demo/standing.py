"""What of an item changes with time, as of a place in the order of publication."""

from collections.abc import Mapping
from functools import cache

from seed.codes import implementation_code
from seed.demo import bodies
from seed.demo.courses import SPARED, VISIT_CUTS, VISITS_CORRECTED, Course
from seed.demo.draws import choose, share
from seed.demo.materials import gaps, materials
from seed.demo.matters import Basic, Matter
from seed.demo.plan import place
from seed.demo.steps import process

COUNTY = "4"
WORKING_DAYS, CALENDAR_DAYS, AT_ONCE = "1", "2", "4"
NO_FURTHER = "4"
PORTAL = "https://zwfw.example/x"
HANDED_OVER = {"1": "transfer-1", "2": "transfer-2", "3": "transfer-3"}
TOLERATED = {"1": "tolerance-1", "2": "tolerance-2"}
NOT_YET = (
    "not_built",
    "not_built",
    "data_not_shared",
    "data_not_shared",
    "no_esign",
    "no_elicence",
    "no_epay",
    "standards_differ",
)
LASTING = (
    "identity_check", "identity_check", "site_check", "site_check", "vertical_system", "vertical_system",
    "paper_original", "law_excludes", "no_elicence", "other",
)  # fmt: skip
ONSITE_REASONS = ("须本人到场核验身份", "须提交纸质材料原件", "须现场领取办理结果", "须现场核验材料")
HALL_LEFT = "revision-2026"
CORRECTION_DAYS = 3


def standing(matter: Matter, course: Course, now: int) -> dict[str, object]:
    body = handled_by(matter, now)
    state = (
        _codes(matter, body)
        | _place(matter, course, body, now)
        | _online(matter, course, now)
        | far_away(matter, course, now)
        | _visits(matter, course, now)
        | _limit(course.promised(now))
        | _tolerance(matter, course, now)
        | process(matter, spared_later=course.spared_steps(matter.key, now))
    )
    unstated = gaps(matter)
    return {element: None if element in unstated else value for element, value in state.items()}


def turning_points(matter: Matter, course: Course) -> frozenset[int]:
    """The places at which something of the item may change; between them `standing` stays the same."""
    basic = matter.basic
    own = (
        (VISITS_CORRECTED, course.miscounted),
        (SPARED, course.spared),
        (HALL_LEFT, course.leaves_hall),
        (bodies.REFORM, basic.department in bodies.DISSOLVED),
        (HANDED_OVER.get(basic.batch), True),
        (TOLERATED.get(basic.tolerance), True),
    )
    named = {place(key) for key, holds in own if key and holds} | {place(cut) for cut in VISIT_CUTS}
    return frozenset(named | {course.online, course.stated, course.hall} | {since for since, _ in course.promises})


def handled_by(matter: Matter, now: int) -> str:
    """The key of the department that handles the item."""
    basic = matter.basic
    if basic.batch and now >= place(HANDED_OVER[basic.batch]):
        return bodies.BUREAU
    return in_charge(basic, now)


def in_charge(basic: Basic, now: int) -> str:
    """The key of the department whose business it is, whoever handles it."""
    if basic.department in bodies.DISSOLVED and now >= place(bodies.REFORM):
        return "rs" if basic.is_licence else bodies.DISSOLVED[basic.department]
    return basic.department


def code(matter: Matter, now: int) -> str:
    body = bodies.departments()[handled_by(matter, now)].code
    return implementation_code(body, COUNTY, matter.basic.code, matter.serial)


def _codes(matter: Matter, body: str) -> dict[str, object]:
    department = bodies.departments()[body]
    task = implementation_code(department.code, COUNTY, matter.basic.code)
    return {
        "code": task + matter.serial,
        "task_code": task,
        "handling_item_code": task + matter.serial if matter.serial else None,
        "department_code": department.code,
        "department_nature": department.nature,
        "consultation_contact": department.phone,
        "accepts_at_comprehensive_window": body == bodies.BUREAU,
    }


def _place(matter: Matter, course: Course, body: str, now: int) -> dict[str, object]:
    left = course.leaves_hall and now >= place(HALL_LEFT)
    if course.hall <= now and not left:
        return {
            "is_in_service_hall": True,
            "must_be_in_service_hall": True,
            "not_in_hall_reason": None,
            "service_hall_kind": "综合性政务服务大厅",
            "service_hall_name": bodies.HALL,
            "service_location": bodies.HALL_ADDRESS,
            "windows": _windows(body, matter.key),
        }
    reason = "online_only" if left else _away_reason(matter)
    return {
        "is_in_service_hall": False,
        "must_be_in_service_hall": reason not in ("special_hall", "vertical_management", "online_only"),
        "not_in_hall_reason": reason,
        "service_hall_kind": None,
        "service_hall_name": None,
        "service_location": bodies.departments()[body].address,
        "windows": [],
    }


def _away_reason(matter: Matter) -> str:
    usual = bodies.departments()[matter.basic.department].away_reason or "other"
    return choose((usual, usual, usual, "low_volume", "on_site_nature"), "away", matter.key)


@cache
def _served(body: str) -> tuple[dict[str, object], ...]:
    return tuple(
        {
            "name": window.name,
            "address": bodies.HALL_ADDRESS + window.counter,
            "hours": bodies.HOURS,
            "phone": window.phone,
            "code": window.code,
        }
        for window in bodies.lasting_windows(body)
    )


def _windows(body: str, key: str) -> list[dict[str, object]]:
    windows = _served(body)
    first = int(share("window", key) * len(windows))
    return [windows[first], *([windows[first - 1]] if len(windows) > 2 else [])]


def _online(matter: Matter, course: Course, now: int) -> dict[str, object]:
    if course.online <= now:
        return _opened(matter, course, now)
    if course.stated > now:
        return dict.fromkeys((*offline(matter), "online_url", "mobile_url"))
    reason = choose(NOT_YET if course.online <= place("revision-2024") else LASTING, "offline reason", matter.key)
    return offline(matter) | {"offline_reason": reason, "online_url": None, "mobile_url": None}


def offline(matter: Matter) -> dict[str, object]:
    depths = ["1"] if share("consulted", matter.key) < 0.7 else []
    return {
        "is_online": False,
        "online_depths": depths,
        "online_handling_url": None,
        "handling_channels": ["1"],
        "offline_reason": "vertical_system",
        "service_channels": "窗口",
    }


def _opened(matter: Matter, course: Course, now: int) -> dict[str, object]:
    guide = f"{PORTAL}/guide/{matter.basic.code}{matter.serial}"
    wholly = course.onsite_visits(now) == 0
    further = choose((["5"], ["5", "6"], ["5", "6"], ["5", "6", "7"]), "depth", matter.key) if wholly else []
    return {
        "is_online": True,
        "online_depths": ["1", "2", "3", "4", *further],
        "online_handling_url": guide.replace("guide", "apply"),
        "handling_channels": ["1", "2"],
        "offline_reason": None,
        "service_channels": "窗口、网上",
        "online_url": guide,
        "mobile_url": guide.replace(PORTAL, f"{PORTAL}/m") if share("mobile", matter.key) < 0.4 else None,
    }


def scope(matter: Matter) -> str | None:
    """通办范围: how far away an applicant may be; some items don't say."""
    if share("scope unstated", matter.key) < 0.05:
        return None
    return choose(("1", "2", "2", "3", "3", "3", NO_FURTHER, NO_FURTHER), "scope", matter.key)


def far_away(matter: Matter, course: Course, now: int) -> dict[str, object]:
    """How an applicant elsewhere is served: online alone where nobody has to come, else by another place's window."""
    reach = scope(matter)
    if reach in (None, NO_FURTHER):
        return {"cross_region_mode": None, "cross_region": []}
    wholly = course.onsite_visits(now) == 0
    modes = ("full_online", "full_online", "multi_place") if wholly else ("proxy_collection", "multi_place")
    mode = choose(modes, "mode", matter.key)
    return {"cross_region_mode": mode, "cross_region": [{"scope": reach, "mode": mode}]}


def _visits(matter: Matter, course: Course, now: int) -> dict[str, object]:
    visits = course.onsite_visits(now)
    return {
        "onsite_visits": visits,
        "onsite_reason": choose(ONSITE_REASONS, "onsite", matter.key) if visits else None,
        "four_handle_types": _four_ways(matter, course, now),
    }


def _four_ways(matter: Matter, course: Course, now: int) -> list[str]:
    ways: Mapping[str, bool] = {
        "1": course.promised(now) == 0,
        "2": course.online <= now,
        "3": share("nearby", matter.key) < 0.15,
        "4": course.visits <= 1,
    }
    return [way for way, holds in ways.items() if holds]


def _limit(days: int) -> dict[str, object]:
    return {
        "promised_limit": days,
        "promised_limit_unit": WORKING_DAYS if days else AT_ONCE,
        "promised_limit_note": f"自受理之日起{days}个工作日内办结" if days else "材料齐全的当场办结",
        "case_type": "2" if days else "1",
    }


def _tolerance(matter: Matter, course: Course, now: int) -> dict[str, object]:
    batch = matter.basic.tolerance
    tolerated = bool(batch) and now >= place(TOLERATED[batch])
    unstated = not matter.basic.is_licence and share("tolerance unstated", matter.key) < 0.2
    return {
        "supports_deficiency_tolerance": None if unstated else tolerated,
        "correction_limit": CORRECTION_DAYS if tolerated else None,
        "correction_method": "书面承诺后在补正期限内通过窗口、邮寄或网上提交" if tolerated else None,
        "materials": materials(matter, tolerated=tolerated, spared_later=course.spared_materials(matter.key, now)),
    }
