"""What the demonstration is asked for the examples of the contract. `make examples` records the answers."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response
from rich.console import Console

from app.access.service import NewKey, create_key
from app.catalogue.export_params import MEDIA_TYPES
from app.main import create_app
from app.settings import Settings
from seed import load
from tests.clients import Client
from tests.conftest import AFTER_THE_DEMO
from tests.databases import ROOT, migrate, sqlite_database
from tests.imports.uploads import xlsx_file
from tests.jobs.desk import app_of, run_pending

RECORDED = ROOT / "app" / "examples.json"
SHOWN = 2
SHOWN_LINES = 10


@dataclass(frozen=True)
class Call:
    """An operation with what it is given; a form has its file as text, or as the bytes of a workbook. Some take a second person; `mine` is asked by the
    user who signed in.
    """

    operation: str
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    header: Mapping[str, str] = field(default_factory=dict)
    by_another: bool = False
    mine: bool = False


DAY = {"as_of": "2024-06-30"}
SPAN = {"from": "2020-12-08", "to": "2024-06-30"}
LICENCES_ONLINE = {
    "name_zh": "行政许可网上可办率",
    "kind": "share",
    "denominator": "status = '1' AND task_type = '01'",
    "numerator": "is_online = true",
    "source": "本局 2026 年考核办法第 3 条",
}
DISTRICT = {
    "title": "X区政务服务事项情况（2024 年 6 月 30 日）",
    "number": "X政数〔2026〕15号",
    "template": {"key": "district", "within": "990101", "as_of": "2024-06-30", "period": "2024-01..2024-06"},
    "figures": [{"metric": "online_rate", "group_by": ["department_code"], "as_of": "2024-06-30"}],
}
WITHOUT_PHONE = {
    "name": "许可没有咨询方式",
    "severity": "warning",
    "filter": "task_type = '01' AND consultation_contact IS NULL",
    "message": "行政许可没有填咨询方式。",
    "remedy": "填咨询电话。",
    "source": "本局 2026 年指南整治方案",
}
ITEM = "11990101MB9900013F4000104001000"
DEPARTMENT = "11990101MB9900013F"
CHANGE_SET = {"number": 34}
LIST = {"code": "X-licensing"}
IMPORT = {"number": 1}
COVER = {
    "title": "投资项目核准承诺时限再压缩",
    "reason": "按优化营商环境工作要求",
    "document_number": "X政办发〔2026〕31号",
    "effective_on": "2026-12-01",
}
ENTRY = {"kind": "amend", "code": ITEM, "content": {"promised_limit": 5, "promised_limit_note": None}}
COMMENT = {"position": 1, "text": "请附法规处意见"}
NEW_ITEM = {
    "code": "TSG-002",
    "name": "读者证补办",
    "division_code": "990101",
    "department_code": DEPARTMENT,
    "is_online": True,
}
TOLERANT = "11990101MB9900013F4000115013000"
HANDED_OVER = {
    "code": "11990101MB9900021A4000109001000",
    "supervising_duties": "审批结果当日推送，公安分局负责事中事后监管",
}
BATCH = {
    "code": "X-transfer-9",
    "name": "第九批划转事项",
    "department_code": DEPARTMENT,
    "document_number": "X编办〔2026〕9号",
    "batch": 9,
    "items": [HANDED_OVER],
}
EXEMPTION = {
    "rule": "promised-over-statutory",
    "code": ITEM,
    "reason": "法定时限正在申请调整，批文未到",
    "until": "2027-06-01",
}
VERIFIED = {
    "note": "与经办科室核对，内容仍然正确",
    "evidence": [{"element": "is_online", "url": "https://zwfw.example.cn/apply/104001"}],
}
REDACTION = {"code": ITEM, "field": "consultation_contact", "reason": "误登个人手机号"}
ANY_VERSION = {"If-Match": "*"}
FILE = f"""事项编码,事项名称,行政区划代码,实施主体编码,是否网办
{ITEM},固定资产投资项目核准,990101,{DEPARTMENT},是
TSG-001,读者证办理,990101,{DEPARTMENT},可以
"""
WORKBOOK = xlsx_file(*(line.split(",") for line in FILE.splitlines()))
LI_NA = {"login": "li.na"}
PASSWORD = {"password": "三月的小雨 2026"}
NEW_PASSWORD = {"old": PASSWORD["password"], "new": "四月的大风 2026"}
EDITOR = {"name": "李娜", "role": "editor", "departments": [DEPARTMENT]}

AGREEMENT = {
    "code": "X-tb-110101",
    "name": "与东城区跨省通办协议",
    "division_code": "990101",
    "partner_division_code": "110101",
    "mode": "全程网办",
    "entries": [{"code": ITEM, "delivery": "邮寄"}],
}
NEXT_EDITION = {"code": "X-licensing-2027", "name": "X区行政许可事项清单（2027年版）", "entries": [{"code": ITEM}]}
EDITION_FILE = {
    "file": f"事项编码,事项名称\n{ITEM},固定资产投资项目核准\n",
    "code": "X-licensing-2028",
    "name": "X区行政许可事项清单（2028年版）",
    "effective_on": "2028-01-01",
}
CASE_FILE = {
    "file": f"事项编码,月份,办理渠道,受理件数,办结件数,按期办结件数\n{ITEM},2024-07,网上,5,5,5\n{ITEM},2024-07,窗口,2,3,2\n",
    "dry_run": True,
}
CASE_WORKBOOK = xlsx_file(*(line.split(",") for line in str(CASE_FILE["file"]).splitlines()))
MATTER = {
    "code": "X-yjs-90",
    "name": "开办图书馆一件事",
    "division_code": "990101",
    "department_code": DEPARTMENT,
    "members": [{"code": ITEM}, {"code": "TSG-002", "after": [ITEM]}],
    "one_form": True,
}

ALERT = {
    "name": "部门网办率低于 95%",
    "metric": "online_rate",
    "group_by": ["department_code"],
    "within": "990101",
    "condition": {"below": 0.95},
    "webhook_url": "https://hooks.invalid/alerts",
}

SURVEY = {
    "title": "“一网、一门、一次”改革企业调查（演示）",
    "division_code": "990101",
    "held_from": "2020-11-20",
    "held_to": "2020-12-12",
    "is_synthetic": True,
    "design": {
        "method": "分层随机抽样",
        "zones": ["经济技术开发区"],
        "planned": 15,
        "strata": [
            {"key": "small", "label": "小微·经济技术开发区", "planned": 5, "size": ["1"], "zone": ["经济技术开发区"]},
            {"key": "medium", "label": "中型企业", "planned": 10, "size": ["2"]},
        ],
    },
    "questionnaire": {"template": "enterprise-2020"},
}
RESPONSE = {
    "number": "S-001",
    "size": "1",
    "industry": "C13",
    "ownership": "3",
    "zone": "经济技术开发区",
    "answered_on": "2020-12-08",
    "answers": {
        "q4": "1",
        "q8.days": 12,
        "q10.item": "食品经营许可证延续",
        "q15": ["1", {"choice": "6", "text": "晚上也能办"}],
        "q18": "希望早点能在网上办",
    },
}
CORRECTED = {name: value for name, value in RESPONSE.items() if name != "number"} | {"answered_on": "2020-12-07"}
DEMANDS = [
    {"text": "养老金、医保、住房公积金能在网上申办、查询和转移", "weight": 6},
    {"text": "公共场所卫生许可证审批", "question": "q18", "response": "S-001"},
]
SPLITTING = {"parts": ["养老金网上申办", "医保网上查询", "住房公积金转移"]}
BY_WORDS = {"within": "990101", "limit": 2, "semantic": False}
TEXT = {"text": "食品经营许可证快到期了，怎么延续"}
JUDGED = [
    {"demand": 1, "verdict": "confirm", "item": "11990101MB9900013F4000131005000", "run": 3},
    {"demand": 4, "verdict": "unmet", "note": "市级办理"},
]
# The demonstration has three surveys, two runs over them, and their two jobs.
IN_SURVEY, OF_RESPONSE = {"number": 4}, {"number": 4, "response": "S-001"}
IN_RUN = {"number": 4, "run": 3}
ANSWER_FILE = {
    "file": "问卷编号,企业规模,片区,5,8(平均需要多少个工作日),15,18\n"
    "S-101,①,经济技术开发区,比较满意,5个工作日,1、3、其他：晚上也能办,公积金提取能在网上办；少跑几次\n"
    "S-102,中型企业,,很满意,３,①②,无\n",
    "kind": "responses",
    "mapping": 'demands = ["q18"]\n[split]\nq18 = "；"',
    "dry_run": True,
}
ANSWER_WORKBOOK = xlsx_file(*(line.split(",") for line in str(ANSWER_FILE["file"]).splitlines()))

# In this order, since each may need what the ones before it made. Of an operation the first call is the example.
CALLS = (
    Call("list_items", query={"q": "登记", "task_type": ["01"], "is_online": ["true"], **DAY, "limit": "2"}),
    Call("get_item", {"code": ITEM}, DAY),
    Call("list_item_versions", {"code": ITEM}),
    Call("diff_item", {"code": ITEM}, {"from": "2020-12-08", "to": "2024-06-30"}),
    Call("get_item_lineage", {"code": ITEM}),
    Call("get_item_completeness", {"code": ITEM}, DAY),
    Call("get_minimum_materials", {"code": TOLERANT}, DAY),
    Call("list_item_transfers", {"code": TOLERANT}, DAY),
    Call("list_transfers", query=DAY),
    Call("get_transfer", {"code": "X-transfer-1"}, DAY),
    Call("list_metrics"),
    Call("get_metric", {"key": "online_rate"}),
    Call("list_metric_values", query={"metric": ["online_rate"], "group_by": ["department_code"], **DAY}),
    Call("list_metric_groups"),
    Call("get_metric_group", {"key": "handling_depth"}, DAY),
    Call("list_metric_series", query={"metric": ["online_rate"], **SPAN, "every": "year"}),
    Call("list_metric_changes", query={"metric": "online_rate", **SPAN}),
    Call("list_metric_change_items", query={"metric": "online_rate", **SPAN, "kind": "improved", "limit": "2"}),
    Call("list_case_statistics", query={"period": "2024-01..2024-06", "group_by": ["channel"]}),
    Call("list_case_coverage", query={"month": "2024-06", "within": "990101"}),
    Call("list_case_imports", query={"limit": 2}),
    Call("get_case_import", {"number": 7}),
    Call("list_case_records", query={"code": ITEM, "month": "2024-06", "limit": 2}),
    Call("create_case_import", body=CASE_FILE),
    Call("annotate_case_workbook", body={"file": CASE_WORKBOOK}),
    Call("get_case_template", query={"department_code": DEPARTMENT, "month": "2024-06"}),
    Call("create_metric", body={"key": "licence_online_rate", **LICENCES_ONLINE}),
    Call("replace_metric", {"key": "licence_online_rate"}, body={**LICENCES_ONLINE, "better": "up"}),
    Call("freeze_report", body=DISTRICT),
    Call("list_reports"),
    Call("get_report", {"number": 1}),
    Call("get_cited_text", {"number": 1}),
    Call("verify_report", {"number": 1}),
    Call("list_report_templates"),
    Call("get_report_template", {"key": "district"}),
    Call("list_quality_rules"),
    Call("get_quality_rule", {"key": "promised-over-statutory"}),
    Call("create_quality_rule", body={"key": "licence-without-phone", **WITHOUT_PHONE}),
    Call("replace_quality_rule", {"key": "licence-without-phone"}, body={**WITHOUT_PHONE, "severity": "advice"}),
    Call("switch_quality_rule", {"key": "licence-with-few-steps"}, body={"on": False, "reason": "本市按三个环节编制"}),
    Call("list_findings", query={"severity": ["error"], **DAY}),
    Call("list_departments", query={"within": "990101", **DAY}),
    Call("get_department", {"code": DEPARTMENT}, DAY),
    Call("list_halls", query={"within": "990101", **DAY}),
    Call("get_hall", {"code": "X-hall"}, DAY),
    Call("list_windows", query={"within": "990101", **DAY}),
    Call("get_window", {"code": "XQ001"}, DAY),
    Call("get_one_door", query={"within": "990101", "as_of": "2020-12-08"}),
    Call("list_basic_items", query=DAY),
    Call("get_basic_item", {"code": "000104001000"}, DAY),
    Call("list_agreements", query={"within": "990101", **DAY, "limit": "2"}),
    Call("get_agreement", {"code": "X-tb-990102"}, DAY),
    Call("get_agreement_matrix", query={"within": "990101", **DAY, "limit": "2"}),
    Call("list_integrated_matters", query={"within": "990101", **DAY, "limit": "2"}),
    Call("get_integrated_matter", {"code": "X-yjs-01"}, DAY),
    Call("list_lists", query={"within": "990101", **DAY}),
    Call("list_editions_in_force", query={"list_kind": ["deficiency"], "within": "990101", **DAY}),
    Call("get_list", LIST, DAY),
    Call("list_editions", LIST, DAY),
    Call("get_edition", {**LIST, "edition": "X-licensing-2022"}, DAY),
    Call("list_list_entries", LIST, {**DAY, "limit": "2"}),
    Call("diff_list", LIST, {"from": "X-licensing-2022", "to": "2024-06-30"}),
    Call("get_list_take_over", LIST, {**DAY, "limit": "2"}),
    Call("list_list_mismatches", {"code": "X-deficiency"}, DAY),
    Call("list_divisions", query={"within": "440000", "limit": "2"}),
    Call("list_elements"),
    Call("list_code_lists"),
    Call("get_code_list", {"key": "task_type"}),
    Call("read_feed", query={"after": "7-0", "object": "department", "limit": "2"}),
    Call("dump_feed", query={"object": "department"}),
    Call("create_change_set", body=COVER),
    Call("add_entries", CHANGE_SET, body=ENTRY),
    Call("list_change_sets", query={"status": "draft"}),
    Call("amend_change_set", CHANGE_SET, body={"document_number": "X政办发〔2026〕33号"}),
    Call("submit_change_set", CHANGE_SET),
    Call("preview_change_set", CHANGE_SET),
    Call("start_preview", CHANGE_SET),
    Call("list_previewed_items", CHANGE_SET, {"metric": "limit_compression", "kind": "improved"}),
    Call("return_change_set", CHANGE_SET, body={"reason": "时限再议", "comments": [COMMENT]}),
    Call("get_change_set", CHANGE_SET),
    Call("list_entries", CHANGE_SET),
    Call("remove_entry", {**CHANGE_SET, "position": 1}),
    Call("add_entries", CHANGE_SET, body=ENTRY),
    Call("submit_change_set", CHANGE_SET),
    Call("approve_change_set", CHANGE_SET, header={"If-Match": '"34-5-42"'}),
    Call("undo_change_set", CHANGE_SET, body={"reason": "条件不成熟"}),
    Call("rebase_change_set", {"number": 35}, body={"keep_theirs": []}),
    Call("submit_change_set", {"number": 35}),
    Call("recall_change_set", {"number": 35}),
    Call("withdraw_change_set", {"number": 35}),
    Call("create_item", body=NEW_ITEM, query={"document_number": "X政办发〔2026〕32号", "effective_on": "2026-12-01"}),
    Call("patch_item", {"code": ITEM}, {"change_set": 36}, {"promised_limit": 8, "fee_basis": None}, ANY_VERSION),
    Call("suspend_item", {"code": ITEM}, {"change_set": 36}, header=ANY_VERSION),
    Call("resume_item", {"code": ITEM}, {"change_set": 36, "effective_on": "2027-03-01"}, header=ANY_VERSION),
    Call("cancel_item", {"code": ITEM}, {"change_set": 36, "effective_on": "2028-01-01"}, header=ANY_VERSION),
    Call("create_agreement", {}, {"change_set": 36}, AGREEMENT),
    Call("create_integrated_matter", {}, {"change_set": 36}, MATTER),
    Call("draft_edition", LIST, {"change_set": 36, "effective_on": "2027-01-01"}, NEXT_EDITION),
    Call("import_edition", LIST, body=EDITION_FILE),
    Call("reconcile_list", {"code": "X-deficiency"}, {"effective_on": "2026-12-01"}),
    Call("get_import_template", query={"fields": "code,name,materials"}),
    Call("verify_item", {"code": ITEM}, body=VERIFIED),
    Call("verify_items", query={"department_code": [DEPARTMENT], "q": "核准"}, body={"expected": 6}),
    Call("list_item_verifications", {"code": ITEM}),
    Call("list_dead_links", query={"within": "990101"}),
    Call("create_import", body={"file": FILE, "effective_on": "2026-12-01", "dry_run": True}),
    Call("get_import", IMPORT),
    Call("list_import_problems", IMPORT),
    Call("list_import_rows", IMPORT),
    Call("create_import", body={"file": FILE, "effective_on": "2026-12-01", "dry_run": True, "background": True}),
    Call("cancel_job", {"number": 4}),
    Call("create_import", body={"file": FILE, "effective_on": "2026-12-01", "dry_run": True, "background": True}),
    Call("get_job", {"number": 5}),
    Call("list_jobs", query={"status": "done"}),
    Call("create_import", body={"file": WORKBOOK, "effective_on": "2026-12-01", "dry_run": True}),
    Call("download_annotated_import", {"number": 3}),
    Call("create_user", body=LI_NA | EDITOR | PASSWORD),
    Call("list_users"),
    Call("get_user", LI_NA),
    Call("change_user", LI_NA, body={"name": "审批局 李娜"}),
    Call("sign_in", body=LI_NA | PASSWORD),
    Call("get_me", mine=True),
    Call("change_password", body=NEW_PASSWORD, mine=True),
    Call("create_api_key", body={"name": "每月导入", "days": 180}, mine=True),
    Call("list_api_keys", mine=True),
    Call("revoke_api_key", {"number": 4}, mine=True),
    Call("sign_out", mine=True),
    Call("remove_user", LI_NA),
    Call("list_audit_entries", query={"about": "user/li.na"}),
    Call("ask_for_exemption", body=EXEMPTION),
    Call("get_exemption", {"number": 1}),
    Call("approve_exemption", {"number": 1}, by_another=True),
    Call("list_exemptions", query={"rule": EXEMPTION["rule"], "status": "in_force"}),
    Call("end_exemption", {"number": 1}),
    Call("ask_for_exemption", body=EXEMPTION),
    Call("refuse_exemption", {"number": 2}, by_another=True),
    Call("request_redaction", body=REDACTION),
    Call("get_redaction", {"number": 1}),
    Call("confirm_redaction", {"number": 1}, by_another=True),
    Call("list_redactions"),
    Call("create_alert_rule", body=ALERT),
    Call("list_alert_rules", query={"metric": "online_rate"}),
    Call("get_alert_rule", {"number": 1}),
    Call("list_alert_findings", query={"rule": 1, "open": True}),
    Call("get_alert_finding", {"number": 1}),
    Call("list_alert_deliveries", {"number": 1}),
    Call("test_alert_rule", {"number": 1}),
    Call("rotate_alert_secret", {"number": 1}),
    Call("replace_alert_rule", {"number": 1}, body=ALERT | {"condition": {"below": 0.9}}),
    Call("create_transfer", body=BATCH, query={"effective_on": "2027-01-01"}),
    Call("close_transfer", {"code": "X-transfer-3"}, {"effective_on": "2027-01-01"}),
    Call("undo_case_import", {"number": 7}, body={"reason": "重报的数核对后有误"}),
    Call("list_questionnaires"),
    Call("get_questionnaire", {"key": "enterprise-2020"}),
    Call("list_industries"),
    Call("create_survey", body=SURVEY),
    Call("list_surveys", query={"within": "990101"}),
    Call("change_survey", IN_SURVEY, body={"area": "三个企业密集地区"}, header=ANY_VERSION),
    Call("add_responses", IN_SURVEY, body=RESPONSE),
    Call("list_responses", IN_SURVEY, {"question": "q15", "option": "6"}),
    Call("get_response", OF_RESPONSE),
    Call("correct_response", OF_RESPONSE, body=CORRECTED, header=ANY_VERSION),
    Call("add_demands", IN_SURVEY, body=DEMANDS),
    Call("split_demand", {**IN_SURVEY, "demand": 2}, body=SPLITTING),
    Call("list_demands", IN_SURVEY, {"q": "网上", "split": False}),
    Call("get_demand", {**IN_SURVEY, "demand": 2}),
    Call("match_demand", body=TEXT | BY_WORDS),
    Call("start_matching_run", IN_SURVEY, body=BY_WORDS),
    Call("list_matching_runs", IN_SURVEY),
    Call("list_match_results", IN_RUN, {"judged": False, "limit": 2}),
    Call("judge_demands", IN_SURVEY, body=JUDGED),
    Call("list_judgements", IN_SURVEY, {"run": 3}),
    Call("get_matching_run", IN_RUN),
    Call("start_matching_run", IN_SURVEY, body=BY_WORDS | {"as_of": "2020-12-08"}),
    Call("compare_matching_runs", IN_RUN, {"with": 4}),
    Call("verify_matching_run", IN_RUN),
    Call("start_run_verification", IN_RUN),
    Call("redact_demand", {**IN_SURVEY, "demand": 5}, body={"reason": "写了经办人姓名"}),
    Call("create_survey_import", IN_SURVEY, body=ANSWER_FILE),
    Call("create_survey_import", IN_SURVEY, body={**ANSWER_FILE, "dry_run": False, "on_invalid": "skip"}),
    Call("list_survey_imports", IN_SURVEY),
    Call("get_survey_import", {**IN_SURVEY, "import": 1}),
    Call("annotate_survey_workbook", IN_SURVEY, body={"file": ANSWER_WORKBOOK, "kind": "responses"}),
    Call("get_survey_template", IN_SURVEY, {"kind": "demands"}),
    Call("redact_answer", OF_RESPONSE, body={"question": "q18", "reason": "写了经办人姓名"}),
    Call("get_survey", IN_SURVEY),
    Call("tabulate_answers", IN_SURVEY, {"question": "q15", "by": "size"}),
    Call("compare_experience", IN_SURVEY),
    Call("get_survey_report", IN_SURVEY, {"by": ["size"], "top": 2}),
    Call("list_reported_demands", IN_SURVEY, {"outcome": ["met", "review"], "limit": 2}),
    Call("list_reported_items", IN_SURVEY, {"asked": ["false"], "limit": 2}),
    Call("healthz"),
    Call("readyz"),
    Call("scrape_metrics"),
)


def record(client: TestClient) -> Iterator[tuple[Call, int, Any]]:
    """Each operation's first call with its status and whole answer. The client is staff and may write.

    Whoever looks, looks after all jobs were done.
    """
    operations = {each["operationId"]: (verb, path, each) for verb, path, each in described(client)}
    told: set[str] = set()
    another = with_key(client.app)
    mine: dict[str, str] = {}
    for call in CALLS:
        verb, path, operation = operations[call.operation]
        if verb == "get":
            run_pending(app_of(client))
        headers = {**call.header, **(mine if call.mine else {})}
        given = {"params": dict(call.query), "headers": headers, **sent(operation, call.body)}
        answer = (another if call.by_another else client).request(verb, path.format_map(call.path), **given)
        assert answer.status_code < 300, answer.text
        if call.operation == "sign_in":
            mine = {"Authorization": f"Bearer {answer.json()['token']}"}
        if call.operation not in told:
            told.add(call.operation)
            yield call, answer.status_code, said(answer)


def said(answer: Response) -> Any:
    """The document, or the text; of a workbook only that it is one."""
    kind = answer.headers["Content-Type"]
    if kind == MEDIA_TYPES["xlsx"]:
        return A_WORKBOOK
    return answer.json() if kind == "application/json" else answer.text


def described(client: TestClient) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        for verb, operation in methods.items():
            yield verb, path, operation


def sent(operation: Mapping[str, Any], body: Any) -> dict[str, Any]:
    """The body as the operation takes it."""
    if "multipart/form-data" not in operation.get("requestBody", {}).get("content", {}):
        return {} if body is None else {"json": body}
    fields = {name: value for name, value in body.items() if name != "file"}
    file = body["file"]
    sent_file = ("三月.xlsx", file) if isinstance(file, bytes) else ("三月.csv", file.encode())
    return {"files": {"file": sent_file}, "data": fields}


A_WORKBOOK = "（xlsx 文件）"
SECRETS = {"token": "sx_…", "secret": "whsec_…", "webhook_id": "msg_…"}


def shortened(answer: Any) -> Any:
    """As much of an answer as shows what it is like."""
    if isinstance(answer, dict):
        return {
            name: SECRETS[name] if value and name in SECRETS else shortened(value) for name, value in answer.items()
        }
    if isinstance(answer, list):
        return [shortened(value) for value in answer[:SHOWN]]
    return "\n".join(answer.split("\n")[:SHOWN_LINES]) if isinstance(answer, str) else answer


def as_recorded(told: Sequence[tuple[Call, int, Any]]) -> dict[str, Any]:
    return {
        call.operation: {
            **{name: value for name, value in asdict(call).items() if name not in ("operation", "by_another", "mine")},
            "body": readable(call.body),
            "status": status,
            "answer": shortened(answer),
        }
        for call, status, answer in told
    }


def readable(body: Any) -> Any:
    """What was sent, of a workbook only that it is one."""
    if not isinstance(body, dict):
        return body
    return {name: A_WORKBOOK if isinstance(value, bytes) else value for name, value in body.items()}


def demonstration(url: str) -> TestClient:
    """A demonstration of one's own, with a key."""
    migrate(url)
    app = create_app(Settings(database_url=url, frozen_clock=AFTER_THE_DEMO, four_eyes=False))
    load.reference(app.state.database)
    load.demo(app.state.database, progress=Console(quiet=True))
    return with_key(app)


def with_key(app: Any) -> TestClient:
    with app.state.database.write() as connection:
        key = create_key(connection, NewKey("Wang Min"), AFTER_THE_DEMO)
    return Client(app, headers={"Authorization": f"Bearer {key}"})


if __name__ == "__main__":
    with sqlite_database() as url:
        told = as_recorded(list(record(demonstration(url))))
    RECORDED.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
