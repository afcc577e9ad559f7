"""A complete and right guide, and for every shipped rule how it is broken and how something near it is still right."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import insert

from app.catalogue.moments import resolve
from app.catalogue.objects import AGREEMENT, EDITION, ITEM, LIST, OPEN_REVISION, TRANSFER, ObjectType
from app.catalogue.verification import dead_link, verification
from app.catalogue.versions import versions
from app.changes.publish import take_revision
from app.changes.rules import Draft
from app.clock import Clock
from app.db import Database
from tests.factories import DIVISION, department, draft, item

Content = Mapping[str, Any]

PARTNER = "440103"
DEPARTMENT, ANOTHER = "11440105007482532C", "11440105007484589M"
BASIS = {"law_name": "《养老机构管理条例》", "clause": "第九条"}
NOTICE = {"law_name": "《关于加强养老机构管理的通知》（民发〔2020〕3号）"}
MAIN = {"name": "养老机构设立申请书", "necessity": "1", "order": 1}
DEFERRABLE = {"name": "消防安全承诺书", "necessity": "3", "order": 2}
FEE = {"name": "证书工本费", "standard": "每本 10 元"}
QUESTION = {"question": "要多久？", "answer": "八个工作日。"}
STEPS = [{"name": name} for name in ("收件", "受理", "审查", "决定", "送达")]
NOT_VERIFIED, DEAD = "not-verified-for-a-year", "https://example.org/gone"
THERE: Content = {"division_code": "440106"}  # Where there are lists: those of a division say nothing of others.
NAMESAKE: Content = {"name": "老年人优待证办理（换发）"}  # What an item is called that is there beside the cases.

# A licence that breaks no rule. What depends on its code is added by `numbered`.
RIGHT: Content = {
    "division_code": DIVISION,
    "department_code": DEPARTMENT,
    "task_type": "01",
    "status": "1",
    "legal_basis": [BASIS],
    "setting_level": "central",
    "power_source": "1",
    "use_level": "4",
    "department_nature": "1",
    "statutory_limit": 20,
    "statutory_limit_unit": "1",
    "promised_limit": 8,
    "promised_limit_unit": "1",
    "promised_limit_note": "材料齐全之日起算",
    "acceptance_conditions": "有与业务相适应的场所和人员",
    "process": "收件、受理、审查、决定、送达",
    "is_fee": True,
    "fee_basis": "发改价格〔2019〕12号",
    "fees": [FEE],
    "supports_online_payment": True,
    "service_objects": ["1", "2"],
    "natural_person_themes": ["085"],
    "legal_person_themes": ["010"],
    "case_type": "2",
    "onsite_visits": 1,
    "onsite_reason": "核验申请人身份",
    "special_procedures": [],
    "service_location": "海珠区政务服务中心二楼",
    "service_hours": "工作日 9:00—17:00",
    "consultation_contact": "020-12345601",
    "complaint_contact": "020-12345602",
    "pc_single_sign_on": True,
    "mobile_single_sign_on": False,
    "is_online": True,
    "online_depths": ["2", "3", "4"],
    "online_url": "https://example.org/guide",
    "is_in_service_hall": True,
    "must_be_in_service_hall": True,
    "cross_region_scope": "2",
    "cross_region_mode": "proxy_collection",
    "supports_express": True,
    "result_types": ["10"],
    "result_name": "养老机构设立许可证",
    "result_sample": "样本-01",
    "materials": [MAIN, DEFERRABLE],
    "supports_deficiency_tolerance": True,
    "correction_limit": 3,
    "questions": [QUESTION],
    "process_steps": STEPS,
    "has_quantity_limit": False,
    "has_annual_inspection": False,
    "has_intermediary_service": False,
}


class Case(NamedTuple):
    """What is different in a guide that breaks the rule, and in one that is near it and passes."""

    breaks: Content
    passes: Content


class Named(NamedTuple):
    """Of which rules the guide that breaks it is named, and of which the one that passes."""

    breaks: tuple[str, ...]
    passes: tuple[str, ...]


CASES: Mapping[str, Case] = {
    "promised-over-statutory": Case({"promised_limit": 21}, {"promised_limit": 20}),
    "limit-means-none": Case({"statutory_limit": 500, "statutory_limit_note": "条例第九条"}, {"statutory_limit": 20}),
    "immediate-with-limit": Case({"case_type": "1"}, {"case_type": "1", "promised_limit": 0}),
    "promised-case-without-limit": Case({"promised_limit": 0}, {"promised_limit": 1}),
    "statutory-limit-over-default": Case(
        {"statutory_limit": 45}, {"statutory_limit": 45, "statutory_limit_note": "条例第九条"}
    ),
    "licence-without-statutory-limit": Case(
        {"statutory_limit": None}, {"statutory_limit": None, "statutory_limit_unit": "4"}
    ),
    "certificate-of-another-kind": Case({"result_types": ["30"]}, {"result_types": ["30"], "result_name": "学历认证"}),
    "approval-of-another-kind": Case(
        {"result_name": "关于设立的批复"}, {"result_name": "关于设立的批复", "result_types": ["20"]}
    ),
    "result-without-sample": Case({"result_sample": None}, {"result_sample": None, "result_types": ["99"]}),
    "visits-without-reason": Case({"onsite_reason": None}, {"onsite_reason": None, "onsite_visits": 0}),
    "no-visit-and-no-way": Case(
        {"onsite_visits": 0, "is_online": False, "supports_express": False},
        {"onsite_visits": 0, "is_online": False, "supports_express": False, "result_delivery": ["4"]},
    ),
    "fully-online-with-visits": Case({"online_depths": ["4", "5"]}, {"online_depths": ["4", "5"], "onsite_visits": 0}),
    "depth-without-online": Case({"is_online": False, "online_depths": ["5"]}, {"is_online": False}),
    "online-but-consultation-only": Case({"online_depths": ["1"]}, {"online_depths": ["1", "2"]}),
    "online-without-address": Case({"online_url": None}, {"online_url": None, "mobile_url": "https://example.org/m"}),
    "offline-without-reason": Case({"is_online": False}, {"is_online": False, "offline_reason": "identity_check"}),
    "out-of-hall-without-reason": Case(
        {"is_in_service_hall": False}, {"is_in_service_hall": False, "not_in_hall_reason": "premises"}
    ),
    "fee-without-basis": Case({"fee_basis": None}, {"fee_basis": None, "is_fee": False}),
    "fee-without-lines": Case({"fees": []}, {"fees": [FEE, FEE]}),
    "fee-lines-without-fee": Case({"is_fee": False}, {"is_fee": False, "fees": []}),
    "fee-without-answer-on-payment": Case({"supports_online_payment": None}, {"supports_online_payment": False}),
    "payment-without-fee": Case({"is_fee": False, "fees": []}, {"is_fee": False, "supports_online_payment": False}),
    "complaints-go-to-consultation": Case({"complaint_contact": "020-12345601"}, {"complaint_contact": "12345"}),
    "natural-themes-without-persons": Case(
        {"service_objects": ["2"]}, {"service_objects": ["2"], "natural_person_themes": []}
    ),
    "legal-themes-without-bodies": Case(
        {"service_objects": ["1"]}, {"service_objects": ["1"], "legal_person_themes": None}
    ),
    "themes-missing": Case(
        {"legal_person_themes": []}, {"legal_person_themes": [], "service_objects": ["1"]}
    ),
    "legal-basis-missing": Case({"legal_basis": []}, {"legal_basis": [NOTICE], "task_type": "20"}),
    "licence-set-by-notice": Case({"legal_basis": [NOTICE]}, {"legal_basis": [NOTICE, BASIS]}),
    "licence-without-setting-level": Case({"setting_level": None}, {"setting_level": "local"}),
    "licence-without-questions": Case({"questions": []}, {"questions": [], "task_type": "07"}),
    "licence-with-few-steps": Case({"process_steps": STEPS[:4]}, {"process_steps": STEPS[:4], "task_type": "07"}),
    "catch-all-material": Case(
        {"materials": [MAIN, DEFERRABLE, {"name": "法律法规规定的其他相关材料"}]},
        {"materials": [MAIN, DEFERRABLE, {"name": "护照或者其他国际旅行证件"}]},
    ),
    "quantity-limit-without-basis": Case(
        {"has_quantity_limit": True}, {"has_quantity_limit": True, "quantity_limit_basis": "条例第九条"}
    ),
    "annual-inspection-without-basis": Case(
        {"has_annual_inspection": True}, {"has_annual_inspection": True, "annual_inspection_basis": "条例第九条"}
    ),
    "intermediary-service-without-basis": Case(
        {"has_intermediary_service": True}, {"has_intermediary_service": True, "intermediary_service_basis": "条例第九条"}
    ),
    "entrusted-by-nobody": Case({"power_source": "5"}, {"power_source": "5", "entrusting_department": "广州市民政局"}),
    "deficiency-without-correction-limit": Case(
        {"correction_limit": None}, {"correction_limit": None, "supports_deficiency_tolerance": False, "materials": [MAIN]}
    ),
    "correction-limit-too-long": Case({"correction_limit": 9}, {"correction_limit": 9, "promised_limit_unit": None}),
    "correction-limit-leaves-no-time": Case({"correction_limit": 8}, {"correction_limit": 7}),
    "deficiency-without-deferrable-material": Case({"materials": [MAIN]}, {"materials": None}),
    "deficiency-without-main-material": Case({"materials": [DEFERRABLE]}, {"materials": [DEFERRABLE, MAIN]}),
    "deficiency-of-immediate-case": Case({"case_type": "1", "promised_limit": 0}, {"case_type": "9"}),
    "deferrable-material-without-tolerance": Case(
        {"supports_deficiency_tolerance": None}, {"supports_deficiency_tolerance": False, "materials": [MAIN]}
    ),
    "cross-region-scope-without-mode": Case(
        {"cross_region_mode": None}, {"cross_region_mode": None, "cross_region_scope": None}
    ),
    "cross-region-mode-without-scope": Case({"cross_region_scope": None}, {"cross_region_scope": "6"}),
    "cross-region-online-but-offline": Case(
        {"cross_region_mode": "full_online", "is_online": False}, {"cross_region_mode": "full_online"}
    ),
    "licence-outside-list": Case(THERE, THERE),
    "listed-without-licence": Case({**THERE, "task_type": "07"}, THERE),
    "listed-not-tolerant": Case({**THERE, "supports_deficiency_tolerance": None}, THERE),
    "tolerant-not-listed": Case(THERE, {**THERE, "supports_deficiency_tolerance": False}),
    "listed-not-cross-region": Case({**THERE, "cross_region_scope": "4"}, THERE),
    "cross-region-not-listed": Case(THERE, {**THERE, "cross_region_scope": "4"}),
    "listed-not-one-visit": Case({**THERE, "onsite_visits": 2}, THERE),
    "one-visit-not-listed": Case(THERE, {**THERE, "onsite_visits": 2}),
    "listed-not-transferred": Case(THERE, THERE),
    "transferred-not-listed": Case(THERE, THERE),
    "one-sided-agreement": Case(THERE, THERE),
    "code-shape": Case({"code": f"{DEPARTMENT}9000111909000"}, {"code": "HZ-900"}),
    "credit-code-check-digit": Case(
        {"code": f"{DEPARTMENT[:17]}A4000111910000", "catalog_code": "000111910000"}, {"code": "HZ-910"}
    ),
    "code-body": Case(
        {"code": f"{ANOTHER}4000111920000", "catalog_code": "000111920000"}, {"code": "HZ-920"}
    ),
    "code-use-level": Case({"use_level": "3"}, {"use_level": None}),
    "code-catalog-code": Case({"catalog_code": "000111999000"}, {"catalog_code": None}),
    "code-task-type": Case({"task_type": "05"}, {"code": "HZ-930", "task_type": "05"}),
    "main-item-of-another-number": Case({"parent_code": "000111998000"}, {"parent_code": "ML-17"}),
    "shares-name": Case(NAMESAKE, {"name": "老年人优待证办理（补发）"}),
    "guide-incomplete": Case({"service_hours": None}, {"service_hours": "全天"}),
    NOT_VERIFIED: Case({}, {}),
    "dead-link": Case({"online_url": DEAD}, {"online_url": "https://example.org/moved"}),
}  # fmt: skip


# Whose guides are on a list of each kind, or in a transfer or agreement: those that break a rule, and those that pass.
NAMED: Mapping[str, Named] = {
    "licensing": Named(("listed-without-licence",), ("licence-outside-list", "listed-without-licence")),
    "deficiency": Named(("listed-not-tolerant",), ("listed-not-tolerant",)),
    "cross_region": Named(("listed-not-cross-region",), ("listed-not-cross-region",)),
    "one_visit": Named(("listed-not-one-visit",), ("listed-not-one-visit",)),
    "transfer": Named(("listed-not-transferred",), ("listed-not-transferred", "transferred-not-listed")),
    "transferred": Named(("transferred-not-listed",), ("listed-not-transferred", "transferred-not-listed")),
    "agreed": Named(("one-sided-agreement",), ("one-sided-agreement",)),
}
BY_LISTS = frozenset(key for key, case in CASES.items() if case.breaks.get("division_code") == THERE["division_code"])


def named() -> Iterator[Draft]:
    """What names guides of the cases, and the partner of an agreement with the counterpart of the one that passes."""
    for kind in NAMED:
        if kind not in ("transferred", "agreed"):
            kept = {**THERE, "name": kind, "list_kind": kind, "succession": "replaced"}
            yield draft("create", f"list-{kind}", kept, kind=LIST)
            yield naming(EDITION, kind, list_code=f"list-{kind}")
    yield naming(TRANSFER, "transferred", department_code=DEPARTMENT, from_department_code=ANOTHER)
    yield naming(AGREEMENT, "agreed", partner_division_code=PARTNER)
    basic = next(content["catalog_code"] for key, _, content in passing() if key == "one-sided-agreement")
    yield department("LW-01", name="荔湾区民政局", division_code=PARTNER)
    yield item("LW-001", division_code=PARTNER, department_code="LW-01", catalog_code=basic)
    ours = {"division_code": PARTNER, "partner_division_code": THERE["division_code"]}
    yield draft("create", "back", {**ours, "name": "荔湾—天河", "entries": [{"code": "LW-001"}]}, kind=AGREEMENT)


def naming(of: ObjectType, name: str, **stated: str) -> Draft:
    entry = {"from_department_code": stated.pop("from_department_code")} if of is TRANSFER else {}
    codes = [code for key, code, _ in breaking() if key in NAMED[name].breaks]
    codes += [code for key, code, _ in passing() if key in NAMED[name].passes]
    content = {**THERE, **stated, "name": name, "entries": [{**entry, "code": code} for code in codes]}
    return draft("create", name, content, kind=of)


def found_dead(database: Database, clock: Clock) -> None:
    with database.write() as connection:
        number = take_revision(connection, clock)
        dead = {"url": DEAD, "failing_since": clock.now().date(), "recorded_in": number, "superseded_in": OPEN_REVISION}
        connection.execute(insert(dead_link).values(dead))


def confirmed(database: Database, clock: Clock) -> None:
    """All guides that there are, but for the one that is to break that rule."""
    (left_out,) = (code for key, code, _ in breaking() if key == NOT_VERIFIED)
    with database.write() as connection:
        items = versions(ITEM, resolve(connection, clock.now()), [ITEM.table.c.id]).where(ITEM.table.c.code != left_out)
        ids, number = connection.execute(items).scalars().all(), take_revision(connection, clock)
        told = {"verified_on": clock.now().date(), "verified_at": clock.now(), "by": "王敏", "recorded_in": number}
        connection.execute(insert(verification), [{"item_id": each, **told} for each in ids])


def numbered(number: int, different: Content) -> tuple[str, Content]:
    """The code and the content of a guide that is RIGHT but for what is different: its own code, basic code and name."""
    basic = f"000111{number:03}000"
    own = {"name": f"养老机构设立许可（{number} 类）", "catalog_code": basic, "parent_code": basic}
    content = {**RIGHT, **own, **different}
    code = content.pop("code", f"{DEPARTMENT}4{basic}")
    return code, {**content, "task_code": code}


def breaking() -> Iterator[tuple[str, str, Content]]:
    """Of every rule its key, and code and content of a guide that breaks it."""
    for number, (key, case) in enumerate(CASES.items(), 1):
        yield key, *numbered(number, case.breaks)


def passing() -> Iterator[tuple[str, str, Content]]:
    """Of every rule its key, and code and content of a guide that is near it and passes."""
    for number, (key, case) in enumerate(CASES.items(), 501):
        yield key, *numbered(number, case.passes)
