"""Every operation, every role, one's own department and another: what is answered.

An operation without a row fails. A row says what the six roles are answered, in the order of ROLES: nobody, reader,
researcher, editor of the department, reviewer of its division, administrator; and what they are answered about
another department, where that differs. `asks` says what the operation is given; it has to be enough for those who may.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from fastapi import FastAPI

from app.catalogue.objects import AGREEMENT, BASIC_ITEM, EDITION, HALL, INTEGRATED_MATTER, LIST, WINDOW
from app.db import Database
from app.main import create_app
from app.settings import Settings
from tests.access.cases import OTHER, OWN, ROLES, Asked, Asks, Case, fill
from tests.access.people import PASSWORD, add_user, signed_in
from tests.access.reviewing import (
    a_new_item,
    a_transfer,
    of_batch,
    of_draft,
    of_entry,
    of_exemption,
    of_handed_in,
    of_job,
    of_preview,
    of_published,
    of_redaction,
    of_submitted,
    to_end,
    to_exempt,
    to_patch,
    to_redact,
    to_resume,
)
from tests.access.studying import (
    a_text,
    of_demand,
    of_matched_survey,
    of_response,
    of_run,
    of_survey,
    of_survey_import,
    of_survey_workbook,
    to_change_survey,
    to_compare,
    to_correct_response,
    to_import_responses,
    to_judge,
    to_redact_answer,
    to_redact_demand,
    to_run,
    to_split_demand,
    to_tabulate,
)
from tests.clients import Client
from tests.conftest import NOW
from tests.demand.surveys.desk import SURVEY
from tests.examples import described
from tests.factories import draft, item, publish
from tests.imports.uploads import xlsx_file
from tests.jobs.desk import run_pending

SPAN = {"metric": "online_rate", "from": "2026-03-01"}
READER = {"name": "杜", "role": "reader", "password": PASSWORD}


def nothing(_: Case) -> Asked:
    return Asked()


def of_item(case: Case) -> Asked:
    return Asked({"code": case.side.item})


def an_agreement(case: Case) -> dict[str, Any]:
    """With a city elsewhere, about an item that nobody else agrees."""
    code = f"TB-{case.number}"
    publish(case.database, item(code, division_code=case.side.division, department_code=case.side.department))
    place = {"division_code": case.side.division, "department_code": case.side.department}
    return {"name": "通办协议", **place, "partner_division_code": "530102", "entries": [{"code": code}]}


def a_new_agreement(case: Case) -> Asked:
    return Asked(body={"code": f"T-{case.number}", **an_agreement(case)})


def of_agreement(case: Case) -> Asked:
    publish(case.database, draft("create", f"T-{case.number}", an_agreement(case), kind=AGREEMENT))
    return Asked({"code": f"T-{case.number}"})


def a_matter(case: Case) -> dict[str, Any]:
    code = f"YJS-{case.number}"
    publish(case.database, item(code, division_code=case.side.division, department_code=case.side.department))
    place = {"division_code": case.side.division, "department_code": case.side.department}
    return {
        "name": "养老一件事",
        **place,
        "members": [{"code": case.side.item}, {"code": code, "after": [case.side.item]}],
    }


def a_new_matter(case: Case) -> Asked:
    return Asked(body={"code": f"M-{case.number}", **a_matter(case)})


def of_matter(case: Case) -> Asked:
    publish(case.database, draft("create", f"M-{case.number}", a_matter(case), kind=INTEGRATED_MATTER))
    return Asked({"code": f"M-{case.number}"})


def of_item_to_verify(case: Case) -> Asked:
    return Asked({"code": case.side.item}, body={"note": "已与经办人核对"})


def of_items_to_verify(case: Case) -> Asked:
    return Asked(query={"filter": f"code = '{case.side.item}'"}, body={"expected": 1})


def of_import(case: Case) -> Asked:
    return Asked({"number": case.imported()["id"]})


def of_cases(case: Case) -> Asked:
    """Counts of the side's item; of each caller other ones, so that they restate what stood."""
    file = f"事项编码,月份,办理渠道,受理件数\n{case.side.item},2026-01,网上,{case.number}\n"
    return Asked(body={"file": file, "dry_run": "false", "reason": "核对后更正"})


def of_case_workbook(case: Case) -> Asked:
    """Counts of another's item are told on the sheet."""
    cells = ("事项编码", "月份", "办理渠道", "受理件数"), (case.side.item, "2026-01", "网上", 5)
    return Asked(body={"file": xlsx_file(*cells)})


def of_case_import(case: Case) -> Asked:
    said = of_cases(case).body
    file = {"file": ("cases.csv", said.pop("file").encode())}
    made = case.admin.post("/v1/case-imports", files=file, data=said).json()
    return Asked({"number": made["recorded"]["id"]})


def to_undo_cases(case: Case) -> Asked:
    return Asked(of_case_import(case).path, body={"reason": "报错了月份"})


def of_workbook(case: Case) -> Asked:
    return Asked({"number": case.workbook()["id"]})


def of_user(case: Case) -> Asked:
    return Asked({"login": case.somebody("reader", case.side, "somebody")})


def of_key(case: Case) -> Asked:
    """One's own, or else somebody's who is asked about."""
    mine = case.side is OWN and case.role != "none"
    owner = case.client if mine else case.admin
    return Asked({"number": owner.post("/v1/api-keys", json={"name": "脚本"}).json()["id"]})


def of_window(case: Case) -> Asked:
    content = {"name": "综合窗口", "department_code": case.side.department}
    publish(case.database, draft("create", f"W-{case.number}", content, kind=WINDOW))
    return Asked({"code": f"W-{case.number}"})


def of_hall(case: Case) -> Asked:
    content = {"name": "政务服务中心", "division_code": "440105"}
    publish(case.database, draft("create", f"H-{case.number}", content, kind=HALL))
    return Asked({"code": f"H-{case.number}"})


def of_basic_item(case: Case) -> Asked:
    code = f"{case.number:012}"
    publish(case.database, draft("create", code, {"name": "养老机构备案"}, kind=BASIC_ITEM))
    return Asked({"code": code})


def of_list(case: Case) -> Asked:
    """A list of the side's department, with one edition."""
    code, side = f"list-{case.number}", case.side
    kept = {"name": "行政许可事项清单", "division_code": side.division, "department_code": side.department}
    issued = {"name": "第一版", "list_code": code, "entries": [{"code": side.item}]}
    publish(
        case.database,
        draft("create", code, {**kept, "list_kind": "licensing", "succession": "replaced"}, kind=LIST),
        draft("create", f"{code}-1", {**kept, **issued}, kind=EDITION),
    )
    return Asked({"code": code, "edition": f"{code}-1"}, {"from": f"{code}-1"})


def to_draft_edition(case: Case) -> Asked:
    path = of_list(case).path
    entries = [{"code": case.side.item}]
    return Asked(path, body={"code": f"{path['code']}-2", "name": "第二版", "entries": entries})


def to_import_edition(case: Case) -> Asked:
    path = of_list(case).path
    file = f"事项编码,事项名称\n{case.side.item},养老机构备案\n"
    said = {"code": f"{path['code']}-2", "name": "第二版", "dry_run": "false"}
    return Asked(path, body={**said, "file": file})


def a_metric(case: Case) -> Asked:
    return Asked(body=licences(case))


def of_metric(case: Case) -> Asked:
    said = licences(case)
    made = case.made("/v1/metrics", said)
    return Asked({"key": made["key"]}, body={name: said[name] for name in said if name != "key"} | {"better": "up"})


def licences(case: Case) -> dict[str, str]:
    named = {"key": f"own_rate_{case.number}", "name_zh": f"许可网办率 {case.number}", "kind": "share"}
    return named | {"denominator": "status = '1'", "numerator": "is_online = true"}


def a_report(case: Case) -> dict[str, Any]:
    figures = [{"metric": "online_rate", "within": case.side.division}]
    return {"title": "网上可办情况", "number": f"政数 {case.side.division}-{case.number}", "figures": figures}


def of_report(case: Case) -> Asked:
    return Asked({"number": case.made("/v1/reports", a_report(case))["id"]})


def a_rule(case: Case) -> dict[str, str]:
    said = {"key": f"own-rule-{case.number}", "name": "许可没有咨询方式", "severity": "warning"}
    return said | {"filter": "consultation_contact IS NULL", "message": "没有填咨询方式。", "remedy": "填咨询电话。"}


def of_rule(case: Case) -> Asked:
    said = a_rule(case)
    made = case.made("/v1/quality-rules", said)
    return Asked(
        {"key": made["key"]}, body={name: said[name] for name in said if name != "key"} | {"severity": "error"}
    )


def of_lists(case: Case) -> Asked:
    """A deficiency list that names an item which doesn't say so, and the list above it."""
    side, upper, code = case.side, f"upper-{case.number}", f"list-{case.number}"
    kept = {
        "name": "容缺受理事项清单",
        "list_kind": "deficiency",
        "succession": "replaced",
        "division_code": side.division,
    }
    named = {"name": "第一批", "list_code": code, "division_code": side.division, "entries": [{"code": side.item}]}
    lists = [
        draft("create", upper, kept | {"entries_of": "basic_items"}, kind=LIST),
        draft("create", code, kept | {"upper_list_code": upper}, kind=LIST),
    ]
    publish(case.database, *lists, draft("create", f"edition-{case.number}", named, kind=EDITION))
    return Asked({"code": code})


def an_entry(case: Case) -> Asked:
    number = case.change_set(case.author if case.side is OWN else case.caller(case.login), entries=False)
    return Asked({"number": number}, body={"kind": "amend", "code": case.side.item, "content": {"promised_limit": 7}})


ALERT = {
    "name": "网办率低于 85%",
    "metric": "online_rate",
    "condition": {"below": 0.85},
    "webhook_url": "https://hooks.invalid/alerts",
}


def of_alert(case: Case) -> Asked:
    return Asked({"number": case.made("/v1/alert-rules", ALERT)["id"]})


def of_alert_finding(case: Case) -> Asked:
    """A count is above none as soon as a worker has looked."""
    case.made("/v1/alert-rules", ALERT | {"metric": "item_count", "condition": {"above": 0}, "webhook_url": None})
    run_pending(case.app)
    return Asked({"number": case.admin.get("/v1/alert-findings").json()["items"][0]["id"]})


@dataclass(frozen=True)
class Row:
    """Statuses by role about one's own department, and about another."""

    own: str
    other: str | None = None
    asks: Asks = nothing


PUBLIC = "200 200 200 200 200 200"
KNOWN = "401 200 200 200 200 200"
STAFF = "401 403 403 200 200 200"
DRAFTS, NOT_OURS = "401 403 403 201 201 201", "401 403 403 403 403 201"
ROWS_NOT_OURS = "401 403 403 422 422 201"
REVIEW = "401 403 403 403 200 200"
ITEM_DRAFTS, ITEM_NOT_OURS = "401 403 403 202 202 202", "401 403 403 403 403 202"
ADMIN, CREATES = "401 403 403 403 403 200", "401 403 403 403 403 201"
STUDIES, SURVEYS = "401 403 200 403 403 200", "401 403 201 403 403 201"

ROWS: Mapping[str, Row] = {
    # published content and figures
    "list_items": Row(PUBLIC),
    "get_item": Row(PUBLIC, asks=of_item),
    "list_item_versions": Row(PUBLIC, asks=of_item),
    "diff_item": Row(PUBLIC, asks=lambda case: Asked({"code": case.side.item}, {"from": "2026-03-01"})),
    "get_item_lineage": Row(PUBLIC, asks=of_item),
    "get_item_completeness": Row(PUBLIC, asks=of_item),
    "get_minimum_materials": Row(PUBLIC, asks=of_item),
    "list_item_transfers": Row(PUBLIC, asks=of_item),
    "list_transfers": Row(PUBLIC),
    "get_transfer": Row(PUBLIC, asks=of_batch),
    "list_case_statistics": Row(PUBLIC, asks=lambda _: Asked(query={"period": "2026-01"})),
    "list_case_coverage": Row(PUBLIC, asks=lambda _: Asked(query={"month": "2026-01"})),
    "read_feed": Row(PUBLIC),
    "dump_feed": Row(PUBLIC),
    "list_metrics": Row(PUBLIC),
    "get_metric": Row(PUBLIC, asks=lambda _: Asked({"key": "online_rate"})),
    "list_metric_values": Row(PUBLIC),
    "list_metric_series": Row(PUBLIC, asks=lambda _: Asked(query=SPAN | {"every": "day"})),
    "list_metric_changes": Row(PUBLIC, asks=lambda _: Asked(query=SPAN)),
    "list_metric_change_items": Row(PUBLIC, asks=lambda _: Asked(query=SPAN | {"kind": "improved"})),
    "list_metric_groups": Row(PUBLIC),
    "get_metric_group": Row(PUBLIC, asks=lambda _: Asked({"key": "convenience"})),
    "get_one_door": Row(PUBLIC),
    "list_departments": Row(PUBLIC),
    "get_department": Row(PUBLIC, asks=lambda case: Asked({"code": case.side.department})),
    "list_halls": Row(PUBLIC),
    "get_hall": Row(PUBLIC, asks=of_hall),
    "list_windows": Row(PUBLIC),
    "get_window": Row(PUBLIC, asks=of_window),
    "list_basic_items": Row(PUBLIC),
    "get_basic_item": Row(PUBLIC, asks=of_basic_item),
    "list_lists": Row(PUBLIC),
    "list_editions_in_force": Row(PUBLIC),
    "get_list": Row(PUBLIC, asks=lambda case: Asked(of_list(case).path)),
    "list_editions": Row(PUBLIC, asks=lambda case: Asked(of_list(case).path)),
    "get_edition": Row(PUBLIC, asks=lambda case: Asked(of_list(case).path)),
    "list_list_entries": Row(PUBLIC, asks=lambda case: Asked(of_list(case).path)),
    "diff_list": Row(PUBLIC, asks=of_list),
    "draft_edition": Row(ITEM_DRAFTS, ITEM_NOT_OURS, to_draft_edition),
    "import_edition": Row(ITEM_DRAFTS, ITEM_NOT_OURS, to_import_edition),
    "list_divisions": Row(PUBLIC),
    "list_elements": Row(PUBLIC),
    "list_code_lists": Row(PUBLIC),
    "get_code_list": Row(PUBLIC, asks=lambda _: Asked({"key": "task_type"})),
    "healthz": Row(PUBLIC),
    "readyz": Row(PUBLIC),
    "scrape_metrics": Row(PUBLIC),
    # surveys: of researchers, wherever they ask
    "create_survey": Row(SURVEYS, asks=lambda _: Asked(body=SURVEY)),
    "list_surveys": Row(STUDIES),
    "get_survey": Row(STUDIES, asks=of_survey),
    "change_survey": Row(STUDIES, asks=to_change_survey),
    "add_responses": Row(SURVEYS, asks=lambda case: Asked(of_survey(case).path, body={"number": "S-001"})),
    "list_responses": Row(STUDIES, asks=of_survey),
    "get_response": Row(STUDIES, asks=of_response),
    "correct_response": Row(STUDIES, asks=to_correct_response),
    "redact_answer": Row(STUDIES, asks=to_redact_answer),
    "tabulate_answers": Row(STUDIES, asks=to_tabulate),
    "compare_experience": Row(STUDIES, asks=of_matched_survey),
    "get_survey_report": Row(STUDIES, asks=of_matched_survey),
    "list_reported_demands": Row(STUDIES, asks=of_matched_survey),
    "list_reported_items": Row(STUDIES, asks=of_matched_survey),
    "add_demands": Row(SURVEYS, asks=lambda case: Asked(of_survey(case).path, body={"text": "取水许可"})),
    "list_demands": Row(STUDIES, asks=of_survey),
    "get_demand": Row(STUDIES, asks=of_demand),
    "split_demand": Row(SURVEYS, asks=to_split_demand),
    "match_demand": Row(PUBLIC, asks=a_text),
    "start_matching_run": Row("401 403 202 403 403 202", asks=to_run),
    "list_matching_runs": Row(STUDIES, asks=of_survey),
    "get_matching_run": Row(STUDIES, asks=of_run),
    "list_match_results": Row(STUDIES, asks=of_run),
    "compare_matching_runs": Row(STUDIES, asks=to_compare),
    "verify_matching_run": Row(STUDIES, asks=of_run),
    "start_run_verification": Row("401 403 202 403 403 202", asks=of_run),
    "judge_demands": Row(SURVEYS, asks=to_judge),
    "list_judgements": Row(STUDIES, asks=of_survey),
    "redact_demand": Row(STUDIES, asks=to_redact_demand),
    "create_survey_import": Row(SURVEYS, asks=to_import_responses),
    "annotate_survey_workbook": Row(STUDIES, asks=of_survey_workbook),
    "get_survey_template": Row(STUDIES, asks=of_survey),
    "list_survey_imports": Row(STUDIES, asks=of_survey),
    "get_survey_import": Row(STUDIES, asks=of_survey_import),
    "list_questionnaires": Row(PUBLIC),
    "get_questionnaire": Row(PUBLIC, asks=lambda _: Asked({"key": "enterprise-2020"})),
    "list_industries": Row(PUBLIC),
    # reports: of everybody's figures
    "freeze_report": Row(CREATES, asks=lambda case: Asked(body=a_report(case))),
    "list_reports": Row(PUBLIC),
    "get_report": Row(PUBLIC, asks=of_report),
    "get_cited_text": Row(PUBLIC, asks=of_report),
    "verify_report": Row(PUBLIC, asks=of_report),
    "list_report_templates": Row(PUBLIC),
    "get_report_template": Row(PUBLIC, asks=lambda _: Asked({"key": "district"})),
    # metrics of the bureau's own
    "create_metric": Row(CREATES, asks=a_metric),
    "replace_metric": Row(ADMIN, asks=of_metric),
    # quality
    "list_quality_rules": Row(STAFF),
    "get_quality_rule": Row(STAFF, asks=lambda _: Asked({"key": "shares-name"})),
    "create_quality_rule": Row(CREATES, asks=lambda case: Asked(body=a_rule(case))),
    "replace_quality_rule": Row(ADMIN, asks=of_rule),
    "switch_quality_rule": Row(
        ADMIN, asks=lambda _: Asked({"key": "shares-name"}, body={"on": True, "reason": "恢复"})
    ),
    "list_findings": Row(STAFF),
    # alerts
    "create_alert_rule": Row(CREATES, asks=lambda _: Asked(body=ALERT)),
    "list_alert_rules": Row(STAFF),
    "get_alert_rule": Row(STAFF, asks=of_alert),
    "replace_alert_rule": Row(ADMIN, asks=lambda case: Asked(of_alert(case).path, body=ALERT | {"name": "另一个名称"})),
    "rotate_alert_secret": Row(ADMIN, asks=of_alert),
    "test_alert_rule": Row(ADMIN, asks=of_alert),
    "list_alert_deliveries": Row(STAFF, asks=of_alert),
    "list_alert_findings": Row(STAFF),
    "get_alert_finding": Row(STAFF, asks=of_alert_finding),
    "list_dead_links": Row(STAFF),
    # change sets
    "create_change_set": Row(DRAFTS, asks=lambda _: Asked(body={"title": "更新", "effective_on": "2026-03-02"})),
    "list_change_sets": Row(STAFF),
    "get_change_set": Row(STAFF, asks=of_draft),
    "add_entries": Row(DRAFTS, NOT_OURS, an_entry),
    "list_entries": Row(STAFF, asks=of_draft),
    "preview_change_set": Row(STAFF, asks=of_draft),
    "start_preview": Row(ITEM_DRAFTS, asks=of_draft),
    "submit_change_set": Row(STAFF, ADMIN, of_draft),
    "withdraw_change_set": Row(STAFF, ADMIN, of_draft),
    "amend_change_set": Row(STAFF, ADMIN, lambda case: Asked(of_draft(case).path, body={"title": "更新时限"})),
    "remove_entry": Row(STAFF, ADMIN, of_entry),
    "list_previewed_items": Row(STAFF, asks=lambda case: Asked(of_draft(case).path, {"metric": "online_rate"})),
    "recall_change_set": Row(STAFF, ADMIN, of_handed_in),
    "return_change_set": Row(REVIEW, ADMIN, lambda case: Asked(of_submitted(case).path, body={"reason": "再议"})),
    "approve_change_set": Row(REVIEW, ADMIN, of_preview),
    "rebase_change_set": Row(STAFF, ADMIN, lambda case: Asked(of_draft(case).path, body={})),
    "undo_change_set": Row(DRAFTS, NOT_OURS, of_published),
    # agreements and integrated matters
    "list_agreements": Row(PUBLIC),
    "get_agreement": Row(PUBLIC, asks=of_agreement),
    "get_agreement_matrix": Row(PUBLIC),
    "create_agreement": Row(ITEM_DRAFTS, ITEM_NOT_OURS, a_new_agreement),
    "list_integrated_matters": Row(PUBLIC),
    "get_integrated_matter": Row(PUBLIC, asks=of_matter),
    "create_integrated_matter": Row(ITEM_DRAFTS, ITEM_NOT_OURS, a_new_matter),
    # writes addressed to items
    "create_item": Row(ITEM_DRAFTS, ITEM_NOT_OURS, a_new_item),
    "patch_item": Row(ITEM_DRAFTS, ITEM_NOT_OURS, to_patch),
    "suspend_item": Row(ITEM_DRAFTS, ITEM_NOT_OURS, to_end),
    "resume_item": Row(ITEM_DRAFTS, ITEM_NOT_OURS, to_resume),
    "cancel_item": Row(ITEM_DRAFTS, ITEM_NOT_OURS, to_end),
    # hand-overs: a batch is that of the department which takes over
    "create_transfer": Row("401 403 403 403 202 202", ITEM_NOT_OURS, a_transfer),
    "close_transfer": Row(ITEM_DRAFTS, ITEM_NOT_OURS, of_batch),
    # how far lists agree
    "get_list_take_over": Row(PUBLIC, asks=of_lists),
    "list_list_mismatches": Row(PUBLIC, asks=of_lists),
    "reconcile_list": Row(ITEM_DRAFTS, ITEM_NOT_OURS, of_lists),
    # exemptions
    "ask_for_exemption": Row(DRAFTS, NOT_OURS, to_exempt),
    "list_exemptions": Row(STAFF),
    "get_exemption": Row(STAFF, asks=of_exemption),
    "approve_exemption": Row(REVIEW, ADMIN, of_exemption),
    "refuse_exemption": Row(REVIEW, ADMIN, of_exemption),
    "end_exemption": Row(STAFF, ADMIN, of_exemption),
    # confirming items
    "verify_item": Row(DRAFTS, NOT_OURS, of_item_to_verify),
    "verify_items": Row(DRAFTS, NOT_OURS, of_items_to_verify),
    "list_item_verifications": Row(STAFF, asks=of_item),
    # redactions
    "request_redaction": Row("401 403 403 403 201 201", CREATES, to_redact),
    "list_redactions": Row(REVIEW),
    "get_redaction": Row(REVIEW, asks=of_redaction),
    "confirm_redaction": Row(REVIEW, ADMIN, of_redaction),
    # jobs
    "list_jobs": Row("401 403 200 200 200 200"),
    "get_job": Row("401 403 200 200 200 200", "401 403 404 404 404 200", of_job),
    "cancel_job": Row("401 403 200 200 200 200", "401 403 404 404 404 200", of_job),
    # files
    "create_case_import": Row(DRAFTS, ROWS_NOT_OURS, of_cases),
    "annotate_case_workbook": Row(STAFF, asks=of_case_workbook),
    "get_case_template": Row(STAFF),
    "list_case_imports": Row(STAFF),
    "get_case_import": Row(STAFF, asks=of_case_import),
    "undo_case_import": Row(DRAFTS, NOT_OURS, to_undo_cases),
    "list_case_records": Row(STAFF),
    "create_import": Row(DRAFTS, ROWS_NOT_OURS, lambda case: Asked(body={"file": case.file(), "dry_run": "false"})),
    "get_import_template": Row(STAFF),
    "get_import": Row(STAFF, asks=of_import),
    "list_import_problems": Row(STAFF, asks=of_import),
    "list_import_rows": Row(STAFF, asks=of_import),
    "download_annotated_import": Row(REVIEW, asks=of_workbook),
    # accounts
    "sign_in": Row(
        "201 201 201 201 201 201", asks=lambda case: Asked(body={"login": case.login, "password": PASSWORD})
    ),
    "sign_out": Row(KNOWN),
    "get_me": Row(KNOWN),
    "change_password": Row(KNOWN, asks=lambda _: Asked(body={"old": PASSWORD, "new": PASSWORD + "!"})),
    "create_user": Row(CREATES, asks=lambda case: Asked(body=READER | {"login": f"new-{case.number}"})),
    "list_users": Row(ADMIN),
    "get_user": Row(ADMIN, asks=of_user),
    "change_user": Row(ADMIN, asks=lambda case: Asked(of_user(case).path, body={"name": "杜鹃"})),
    "remove_user": Row(ADMIN, asks=of_user),
    "create_api_key": Row("401 201 201 201 201 201", asks=lambda _: Asked(body={"name": "脚本"})),
    "list_api_keys": Row(KNOWN),
    "revoke_api_key": Row(KNOWN, "401 404 404 404 404 200", of_key),
    "list_audit_entries": Row(ADMIN),
}


# Who may is asked of what the databases keep alike.
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True, scope="session")


@pytest.fixture(scope="module")
def app(database_url: str) -> Iterator[FastAPI]:
    """As a bureau runs it: with four eyes."""
    app = create_app(Settings(database_url=database_url, frozen_clock=NOW))
    yield app
    app.state.database.close()


@pytest.fixture(scope="module")
def operations(app: FastAPI) -> dict[str, Any]:
    return {each["operationId"]: (verb, path, each) for verb, path, each in described(Client(app))}


def test_every_operation_has_a_row(operations: dict[str, Any]) -> None:
    assert set(operations) - set(ROWS) == set(), "say in ROWS who may call these"
    assert set(ROWS) - set(operations) == set()


@pytest.mark.parametrize("operation", ROWS)
def test_what_each_role_is_answered(
    app: FastAPI, database: Database, operations: dict[str, Any], operation: str
) -> None:
    fill(database)
    row, numbers = ROWS[operation], count(1)
    reads = operations[operation][0] == "get"
    other = row.other if reads else row.other or row.own
    for side, said in ((OWN, row.own), (OTHER, other)):
        if said is None:
            continue
        cases = [Case(app, role, side, next(numbers)) for role in ROLES]
        answered = {case.role: case.status(operations, operation, row.asks) for case in cases}
        assert answered == dict(zip(ROLES, map(int, said.split()), strict=True)), side


def test_a_metric_is_defined_for_everywhere(application: FastAPI, database: Database) -> None:
    """By a reviewer without a division, or an administrator: it changes the figures of all divisions."""
    add_user(database, "li.na", "reviewer", division="440105")
    add_user(database, "wang.min", "reviewer")
    said = {"key": "own_rate", "name_zh": "许可网办率", "kind": "share", "denominator": "status = '1'"}
    body = said | {"numerator": "is_online = true"}
    refused = signed_in(application, "li.na").post("/v1/metrics", json=body)
    assert (refused.status_code, refused.json()["permission"]) == (403, "define")
    assert refused.json()["detail"] == (
        "定义指标、质量规则和预警规则、冻结报告关系到所有区划，“li.na 的姓名”只管区划 440105。请找管理员或不限区划的审核人。"
    )
    assert signed_in(application, "wang.min").post("/v1/metrics", json=body).status_code == 201
