"""What of an item's service guide stays the same over the years."""

from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import blake2b

from seed.demo import bodies
from seed.demo.draws import choose, share
from seed.demo.materials import gaps
from seed.demo.matters import Basic, Matter
from seed.demo.standing import CALENDAR_DAYS, COUNTY, WORKING_DAYS, scope
from seed.demo.tables import table

SERVICE_OBJECTS: Mapping[str, Sequence[str]] = {
    "natural": ("1",),
    "legal": ("2", "3", "4", "5"),
    "both": ("1", "2", "3", "4", "5"),
}
RESULTS: Mapping[str, str] = {"10": "证件", "20": "批复", "30": "办理结果通知书"}
TYPE_WORDS: Mapping[str, str] = {
    "01": "许可", "05": "给付", "07": "确认", "08": "奖励", "09": "裁决", "10": "办理", "20": "服务",
}  # fmt: skip
DECISION = "准予行政许可决定书"
LICENSING_LAW = "中华人民共和国行政许可法"
CATEGORY_THEMES: Mapping[str, str] = {
    "ga": "150", "jy": "120", "fg": "040", "xc": "120", "sj": "010", "zj": "085", "wj": "110", "mz": "005", "rs": "030",
    "zr": "085", "jt": "090", "sw": "105", "ny": "075", "wl": "120", "yj": "145", "cz": "025", "sf": "155", "tz": "130",
    "sh": "025", "xf": "150", "yc": "010", "kj": "115",
}  # fmt: skip


def guide(matter: Matter) -> dict[str, object]:
    stated = (
        _identity(matter)
        | _terms(matter)
        | {"questions": _questions(matter)}
        | _channels(matter)
        | _result(matter)
        | _remedies()
        | _fee(matter)
        | (_licensing(matter) if matter.basic.is_licence else {})
    )
    return {element: None if element in gaps(matter) else value for element, value in stated.items()}


def basic_item(basic: Basic) -> dict[str, object]:
    """The content of the basic item's own record."""
    return {
        "name": basic.name,
        "task_type": basic.task_type,
        "legal_basis": _laws(basic),
        "use_levels": [COUNTY],
        "status": "1",
        "central_department": basic.central,
        "has_sub_items": False,
        "in_national_catalogue": basic.is_national,
    }


def _identity(matter: Matter) -> dict[str, object]:
    basic = matter.basic
    return {
        "name": matter.name,
        "division_code": bodies.DIVISION,
        "aliases": _aliases().get(basic.name),
        "record_guid": blake2b(matter.key.encode(), digest_size=16).hexdigest(),
        "catalog_code": basic.code,
        "task_type": basic.task_type,
        "legal_basis": _laws(basic),
        "setting_level": basic.setting,
        "central_department": basic.central,
        "in_national_catalogue": basic.is_national,
        "main_item_name": basic.name if matter.variant else None,
        "is_classified": False,
    } | _power(matter)


def _laws(basic: Basic) -> list[dict[str, object]]:
    return [{"law_name": law} for law in basic.laws]


@cache
def _aliases() -> dict[str, list[str]]:
    return {row["item"]: row["aliases"].split("、") for row in table("aliases")}


def _power(matter: Matter) -> dict[str, object]:
    """Entrusted by the upper level now and then, handed down sometimes, else the county's own by law."""
    source = choose(("1",) * 16 + ("2",) * 3 + ("5",), "power", matter.basic.key)
    return {
        "power_source": source,
        "use_level": COUNTY,
        "entrusting_department": "演示市对口主管部门" if source == "5" else None,
    }


def _terms(matter: Matter) -> dict[str, object]:
    basic = matter.basic
    in_calendar_days = share("calendar", basic.key) < 0.01
    unit = CALENDAR_DAYS if in_calendar_days else WORKING_DAYS
    stated = basic.days is not None and (basic.is_licence or share("no statutory limit", matter.key) > 0.1)
    return {
        "statutory_limit": (basic.days or 1) if stated else None,
        "statutory_limit_unit": unit if stated else None,
        "acceptance_conditions": f"符合《{basic.laws[0]}》规定的申请条件，材料齐全、符合法定形式。",
        "service_objects": list(SERVICE_OBJECTS[basic.applicants]),
        "special_procedures": ["1"] if (basic.days or 0) >= 30 and share("special", basic.key) < 0.3 else [],
        "service_hours": bodies.HOURS,
        "complaint_contact": "0999-0012345",
    } | _themes(basic)


def _themes(basic: Basic) -> dict[str, object]:
    legal = basic.legal_theme or (CATEGORY_THEMES.get(basic.department, "999") if basic.is_licence else "")
    natural = basic.natural_theme or ("999" if basic.is_licence else "")
    return {
        "natural_person_themes": [natural] if natural and basic.applicants != "legal" else None,
        "legal_person_themes": [legal] if legal and basic.applicants != "natural" else None,
    }


def _questions(matter: Matter) -> list[dict[str, object]]:
    if not matter.basic.is_licence and share("questions", matter.key) > 0.4:
        return []
    word = TYPE_WORDS[matter.basic.task_type]
    question = f"办理{matter.basic.name}可以委托他人代办吗？"
    return [{"question": question, "answer": f"可以。委托他人申请{word}的，须提交授权委托书和双方身份证件。"}]


def _channels(matter: Matter) -> dict[str, object]:
    key = matter.key
    payable = matter.basic.name in _fees()
    return {
        "cross_region_scope": scope(matter),
        "supports_appointment": share("appointment", key) < 0.8,
        "supports_online_payment": payable and share("payment", key) < 0.8,
        "supports_express": share("express", key) < 0.75,
        "supports_self_service": share("self-service", key) < 0.25,
        "supports_notification_commitment": share("commitment", key) < 0.12,
        "pc_single_sign_on": True,
        "mobile_single_sign_on": share("mobile sign-on", key) < 0.6,
        "joint_departments": "区直有关部门会办",
        "intermediary_services": "无",
    }


def _result(matter: Matter) -> dict[str, object]:
    basic = matter.basic
    decision = DECISION if basic.is_licence else None
    name = basic.licence or decision or (f"{basic.name}{RESULTS[basic.result]}" if basic.result in RESULTS else None)
    electronic = basic.result == "10" and name != DECISION and share("e-licence", basic.key) < 0.6
    return {
        "result_types": [basic.result],
        "result_name": name,
        "result_sample": f"样本-{basic.code}" if name else None,
        "result_is_e_licence": electronic,
        "result_e_licence_name": name if electronic else None,
        "result_delivery": ["4", "6"] if basic.result != "99" else ["5"],
    }


@cache
def _remedies() -> dict[str, object]:
    return {
        "reconsideration_body": "X区人民政府",
        "reconsideration_phone": "0999-0300100",
        "reconsideration_address": "演示省演示市X区政务大道2号",
        "litigation_body": "X区人民法院",
        "litigation_phone": "0999-0300200",
        "litigation_address": "演示省演示市X区法治路1号",
        "applicant_rights": "依法享有知情、陈述、申辩和申请行政复议、提起行政诉讼的权利。",
        "applicant_duties": "如实提交材料，对材料的真实性负责。",
    }


@cache
def _fees() -> dict[str, dict[str, str]]:
    return {row["item"]: row for row in table("fees")}


def _fee(matter: Matter) -> dict[str, object]:
    row = _fees().get(matter.basic.name)
    if row is None:
        return {"is_fee": False, "fees": []}
    fee = {
        "name": row["fee"],
        "standard": row["standard"],
        "basis": row["basis"],
        "may_be_reduced": row["share_reduced"] == "yes",
    }
    return {"is_fee": True, "fee_basis": row["basis"], "fees": [fee]}


def _licensing(matter: Matter) -> dict[str, object]:
    basic = matter.basic
    years = choose((None, "3", "4", "5"), "validity", basic.key) if basic.licence else None
    quota = basic.category == "2"
    return {
        "licensing_category": basic.category,
        "grant_conditions": f"具备《{basic.laws[0]}》规定的条件。",
        "grant_conditions_basis": basic.laws[0],
        "procedure_basis": LICENSING_LAW,
        "licence_name": basic.licence,
        "licence_validity": years,
        "licence_validity_unit": "年" if years else None,
        "renewal_requirements": "有效期届满30日前提出延续申请" if years else None,
        "licence_territory": "X区行政区域内" if basic.licence else None,
        "has_quantity_limit": quota,
        "quantity_limit": "实行总量控制" if quota else None,
        "has_intermediary_service": False,
    }
