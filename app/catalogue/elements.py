"""The elements of a service item, each declared once.

A field here is a column of `item_version`, a property of the API and of CQL2, and a column of every spreadsheet.
Built to the published exchange structure (up_task_general_basic, _extend, _material, _fee_project, _questions) and to
the fields that Guangdong, Guangxi, Shaanxi and the construction-approval exchange 3.0 add to it.
"""

from typing import Annotated, ClassVar

from app.catalogue.element import Element, elements_of
from app.catalogue.sublists import (
    Content,
    CrossRegion,
    FeeProject,
    LegalBasis,
    Material,
    ProcessStep,
    Question,
    ServiceWindow,
)
from app.errors import Message
from app.patterns import DIVISION_CODE, ITEM_CODE

NO_CLASSIFIED_ITEMS = Message(
    "涉密事项不得进入本系统，请删去这一项。", "A classified item must not enter this system: leave it out."
)
# Notes of what is computed, in Chinese as the labels are.
OF_LEVEL = "由网上办理深度得出：含 5、6、7 为 IV，4 为 III，2、3 为 II，其余为 I"
OF_DEFERRABLE = "材料必要性为容缺后补的申请材料有几份；没有填申请材料时为空"
OF_STATUTORY = "至少一条设定依据从名称看不是通知、意见、批复一类文件；一条依据也没有填时为空"
OF_CATCH_ALL = "有材料名为“其他材料”“有关材料”之类，没有说明是什么材料；没有填申请材料时为空"
OF_COMPLETENESS = "国家交换库要求每个事项必填的要素中已填的百分之几，向下取整，100 即一项不缺；填了“无”也是已填"
OF_SECTION = "同指南完整度，只看这一部分的必填要素"
OF_FAULTS = "国家编码（31 或 33 位）本身的错误，以及与实施主体、行使层级、基本编码、事项类型不一致之处；无为没有问题，地方编码为空"


def _of_count(listed: str) -> str:
    return f"{listed}有几条，没有的为 0；没有填{listed}时为空"


Flag = bool | None
Text = str | None
Count = int | None
Codes = tuple[str, ...] | None
Texts = tuple[str, ...] | None


class Identification(Content):
    section: ClassVar[str] = "标识"

    code: Annotated[str, Element("事项编码", required=True, summary=True, pattern=ITEM_CODE)]
    name: Annotated[str, Element("事项名称", "task_name", required=True, summary=True)]
    division_code: Annotated[
        str, Element("行政区划代码", "area_code", required=True, summary=True, pattern=DIVISION_CODE)
    ]
    department_code: Annotated[
        str, Element("实施主体编码", "dept_code", required=True, summary=True, pattern=ITEM_CODE)
    ]
    aliases: Annotated[Texts, Element("别名")] = None
    record_guid: Annotated[Text, Element("记录唯一标识", "row_guid")] = None
    item_guid: Annotated[Text, Element("事项唯一标识", "task_guid")] = None


class CatalogueEntry(Identification):
    section: ClassVar[str] = "基本目录"

    catalog_code: Annotated[Text, Element("基本编码", "catalog_code", required=True)] = None
    local_catalog_code: Annotated[Text, Element("地方基本编码", "local_catalog_code")] = None
    task_type: Annotated[Text, Element("事项类型", "task_type", codes="task_type", required=True, summary=True)] = None
    legal_basis: Annotated[tuple[LegalBasis, ...] | None, Element("设定依据", "by_law", required=True)] = None
    setting_level: Annotated[Text, Element("设定层级", codes="setting_level")] = None
    central_department: Annotated[Text, Element("业务指导部门", "central_dept")] = None
    in_national_catalogue: Annotated[Flag, Element("是否纳入国家目录")] = None
    parent_code: Annotated[Text, Element("主项编码", "parent_matterid")] = None
    main_item_name: Annotated[Text, Element("主项名称", "catalog_name")] = None
    national_catalog_code: Annotated[Text, Element("国家基本编码", "CODE_G")] = None
    national_task_code: Annotated[Text, Element("国家实施编码", "TASKCODE_G")] = None
    national_handling_item_code: Annotated[Text, Element("国家业务办理项编码", "YWCODE_G")] = None
    national_name: Annotated[Text, Element("国家事项名称", "TASKNAME_G")] = None


class BasicInformation(CatalogueEntry):
    section: ClassVar[str] = "实施清单·基本信息"

    task_code: Annotated[Text, Element("实施编码", "task_code", required=True)] = None
    local_task_code: Annotated[Text, Element("地方实施编码", "local_task_code")] = None
    handling_item_code: Annotated[Text, Element("业务办理项编码", "task_handle_item")] = None
    power_source: Annotated[Text, Element("权力来源", "power_source", codes="power_source", required=True)] = None
    use_level: Annotated[Text, Element("行使层级", "use_level", codes="use_level", required=True)] = None
    status: Annotated[Text, Element("事项状态", "task_state", codes="task_state", required=True, summary=True)] = None
    department_nature: Annotated[Text, Element("实施主体性质", "dept_type", codes="dept_type", required=True)] = None
    entrusting_department: Annotated[Text, Element("委托部门", "entrust_name")] = None
    statutory_limit: Annotated[Count, Element("法定办结时限", "anticipate_day", required=True, summary=True)] = None
    statutory_limit_unit: Annotated[
        Text, Element("法定办结时限单位", "anticipate_type", codes="limit_unit", required=True)
    ] = None
    statutory_limit_note: Annotated[Text, Element("法定办结时限说明", "anticipate_explain")] = None
    promised_limit: Annotated[Count, Element("承诺办结时限", "promise_day", required=True, summary=True)] = None
    promised_limit_unit: Annotated[
        Text, Element("承诺办结时限单位", "promise_type", codes="limit_unit", required=True)
    ] = None
    promised_limit_note: Annotated[Text, Element("承诺办结时限说明", "promise_explain", required=True)] = None
    acceptance_conditions: Annotated[Text, Element("受理条件", "accept_condition", required=True)] = None
    process: Annotated[Text, Element("办理流程", "handle_flow", required=True)] = None
    is_fee: Annotated[Flag, Element("是否收费", "is_fee", required=True)] = None
    fee_basis: Annotated[Text, Element("收费依据", "fee_basis")] = None
    service_objects: Annotated[Codes, Element("服务对象", "server_type", codes="service_object", required=True)] = None
    case_type: Annotated[Text, Element("办件类型", "project_type", codes="project_type", required=True)] = None
    handling_channels: Annotated[Codes, Element("办理形式", "handle_type", codes="handle_type")] = None
    onsite_visits: Annotated[Count, Element("到办事现场次数", "limit_scene_num", required=True, summary=True)] = None
    special_procedures: Annotated[
        Codes, Element("特别程序", "special_procedure", codes="special_procedure", required=True)
    ] = None
    service_location: Annotated[Text, Element("办理地点", "transact_addr", required=True)] = None
    service_hours: Annotated[Text, Element("办理时间", "transact_time", required=True)] = None
    consultation_contact: Annotated[Text, Element("咨询方式", "link_way", required=True)] = None
    complaint_contact: Annotated[Text, Element("监督投诉方式", "supervise_way", required=True)] = None
    pc_single_sign_on: Annotated[Flag, Element("计算机端是否对接单点登录", "is_single_login", required=True)] = None
    mobile_single_sign_on: Annotated[Flag, Element("移动端是否对接单点登录", "app_is_single_login", required=True)] = (
        None
    )
    online_url: Annotated[Text, Element("计算机端在线办理跳转地址", "link_addr")] = None
    mobile_url: Annotated[Text, Element("移动端办理地址", "mobile_terminal_url")] = None


class Extended(BasicInformation):
    section: ClassVar[str] = "实施清单·扩展信息"

    is_online: Annotated[Flag, Element("是否网办", "is_online", required=True, summary=True)] = None
    online_depths: Annotated[Codes, Element("网上办理深度", "online_handle_depth", codes="online_depth")] = None
    online_level: Annotated[Text, Element("网办深度等级", codes="online_level", derived=True, note=OF_LEVEL)] = None
    online_handling_url: Annotated[Text, Element("网办地址", "online_handle_url")] = None
    onsite_reason: Annotated[Text, Element("必须现场办理原因说明", "limit_scene_explain")] = None
    offline_reason: Annotated[Text, Element("网上办理限制原因", "UNONLINEREASON", codes="offline_reason")] = None
    is_in_service_hall: Annotated[Flag, Element("是否进驻政务大厅", "is_entry_center", required=True)] = None
    must_be_in_service_hall: Annotated[Flag, Element("是否应进驻", "IS_NEED_ENTRY")] = None
    accepts_at_comprehensive_window: Annotated[Flag, Element("是否综合窗口受理", "ISIMPORTONEWINDOW")] = None
    service_hall_kind: Annotated[Text, Element("进驻政务大厅类型", "entrycentertype")] = None
    not_in_hall_reason: Annotated[
        Text, Element("未进驻大厅原因", "notentrycenterreason", codes="not_in_hall_reason")
    ] = None
    service_hall_name: Annotated[Text, Element("大厅名称", "jz_hall_name")] = None
    cross_region_scope: Annotated[Text, Element("通办范围", "handle_area", codes="handle_area")] = None
    cross_region_mode: Annotated[Text, Element("通办形式", "SCOPESHAPE", codes="cross_region_mode")] = None
    cross_region: Annotated[tuple[CrossRegion, ...] | None, Element("跨域通办", "SCOPES")] = None
    supports_appointment: Annotated[Flag, Element("是否支持预约办理", "is_schedule", also=("is_appointment",))] = None
    supports_online_payment: Annotated[Flag, Element("是否支持网上支付", "is_pay_online", required=True)] = None
    supports_express: Annotated[Flag, Element("是否支持物流快递", "is_express", required=True)] = None
    supports_self_service: Annotated[Flag, Element("是否支持自助终端办理", "is_service_terminals")] = None
    quantity_limit: Annotated[Text, Element("数量限制", "limit_explain")] = None
    joint_departments: Annotated[Text, Element("联办机构", "other_dept")] = None
    intermediary_services: Annotated[Text, Element("中介服务", "service_type")] = None
    result_types: Annotated[Codes, Element("审批结果类型", "result_type", codes="result_type", required=True)] = None
    result_name: Annotated[Text, Element("审批结果名称", "result_name")] = None
    result_sample: Annotated[Text, Element("审批结果样本", "result_guid")] = None
    natural_person_themes: Annotated[
        Codes, Element("面向自然人事项主题分类", "user_topic_type", codes="theme_natural")
    ] = None
    legal_person_themes: Annotated[Codes, Element("面向法人事项主题分类", "corp_topic_type", codes="theme_legal")] = (
        None
    )
    natural_person_local_themes: Annotated[
        Text, Element("面向自然人地方特色主题分类", "user_character_topic_type", also=("地方特色主题分类",))
    ] = None
    legal_person_local_themes: Annotated[Text, Element("面向法人地方特色主题分类", "corp_character_topic_type")] = None
    township_name: Annotated[Text, Element("乡镇街道名称", "town_name")] = None
    township_code: Annotated[Text, Element("乡镇街道代码", "town_code")] = None
    village_name: Annotated[Text, Element("村居社区名称", "village_name")] = None
    village_code: Annotated[Text, Element("村居社区代码", "village_code")] = None
    supports_notification_commitment: Annotated[Flag, Element("是否实行告知承诺办理", "is_inform_promise")] = None
    supports_deficiency_tolerance: Annotated[Flag, Element("是否容缺受理", "IS_ABSENCE_ACCEPT", also=("is_td",))] = None
    correction_limit: Annotated[Count, Element("容缺补正时限", "td_tlimit")] = None
    correction_method: Annotated[Text, Element("容缺补正方式", "td_conrection_way")] = None
    four_handle_types: Annotated[Codes, Element("四办类型", "four_handle", codes="four_handle")] = None
    service_channels: Annotated[Text, Element("服务渠道", "fwqd", also=("service_way",))] = None
    result_is_e_licence: Annotated[Flag, Element("是否电子证照", "is_result_cert")] = None
    result_e_licence_name: Annotated[Text, Element("电子证照名称", "result_cert_name")] = None
    result_e_licence_code: Annotated[Text, Element("电子证照编码", "result_cert_code")] = None
    result_delivery: Annotated[Codes, Element("结果送达方式", "result_send_mode", codes="delivery_way")] = None
    reconsideration_body: Annotated[Text, Element("行政复议部门", "XZFYBM")] = None
    reconsideration_phone: Annotated[Text, Element("行政复议电话", "XZFYDH")] = None
    reconsideration_address: Annotated[Text, Element("行政复议地址", "XZFYDZ")] = None
    litigation_body: Annotated[Text, Element("行政诉讼部门", "XZSSBM")] = None
    litigation_phone: Annotated[Text, Element("行政诉讼电话", "XZSSDH")] = None
    litigation_address: Annotated[Text, Element("行政诉讼地址", "XZSSDZ")] = None
    applicant_rights: Annotated[Text, Element("申请人权利", "SQRQL")] = None
    applicant_duties: Annotated[Text, Element("申请人义务", "SQRYW")] = None
    is_classified: Annotated[Flag, Element("是否涉密", "is_confident", never=NO_CLASSIFIED_ITEMS)] = None


class Licensing(Extended):
    section: ClassVar[str] = "行政许可"

    licensing_category: Annotated[
        Text, Element("行政许可事项类型", "xzxksxlx", codes="licensing_category", also=("xzxk_item_type",))
    ] = None
    grant_conditions: Annotated[Text, Element("准予行政许可的条件", "zyxzxkdtj", also=("zyxk_condition",))] = None
    grant_conditions_basis: Annotated[
        Text, Element("规定行政许可条件的依据", "gdxzxktjdyj", also=("gdxk_condition_law",))
    ] = None
    procedure_basis: Annotated[Text, Element("规定行政许可程序的依据", "gdxk_process_law")] = None
    licence_name: Annotated[Text, Element("行政许可证件名称", "xzxkzjmc", also=("xkzj_name",))] = None
    licence_validity: Annotated[Text, Element("行政许可证件的有效期限", "xkzj_limit_time")] = None
    licence_validity_unit: Annotated[Text, Element("行政许可证件的有效期限单位", "xkzj_limit_type")] = None
    licence_validity_basis: Annotated[Text, Element("行政许可证件的有效期限依据", "xkzj_limit_law")] = None
    renewal_requirements: Annotated[
        Text, Element("办理行政许可证件延续手续的要求", "blxzxkzjyxsxdyq", also=("xkzj_limit_yq",))
    ] = None
    licence_territory: Annotated[Text, Element("行政许可证件的有效地域范围", "xkzj_limit_area")] = None
    licence_territory_basis: Annotated[Text, Element("行政许可证件的有效地域范围依据", "xkzj_limit_arealaw")] = None
    has_quantity_limit: Annotated[Flag, Element("有无行政许可数量限制", "is_limit_explain")] = None
    quantity_limit_basis: Annotated[Text, Element("行政许可数量限制依据", "limit_explain_yj")] = None
    quantity_limit_publication: Annotated[Text, Element("行政许可数量限制公布方式", "open_limit_fs")] = None
    quantity_limit_period: Annotated[Text, Element("行政许可数量限制公布周期", "open_limit_time")] = None
    has_annual_inspection: Annotated[Flag, Element("有无年检要求", "is_njyq")] = None
    annual_inspection_basis: Annotated[Text, Element("年检依据", "by_law_nj")] = None
    annual_inspection_period: Annotated[Text, Element("年检周期", "njzq")] = None
    annual_inspection_needs_materials: Annotated[Flag, Element("年检是否报送材料", "is_nj_material")] = None
    annual_inspection_is_charged: Annotated[Flag, Element("年检是否收费", "is_njfee")] = None
    has_annual_report: Annotated[Flag, Element("有无年报要求", "is_xzfy")] = None
    annual_report_period: Annotated[Text, Element("年报周期", "nbzq")] = None
    annual_report_materials: Annotated[Text, Element("年报材料", "material_name_nb")] = None
    has_intermediary_service: Annotated[Flag, Element("有无中介服务事项", "is_service_dept")] = None
    intermediary_service_name: Annotated[Text, Element("中介服务事项名称", "service_dept_name")] = None
    intermediary_service_basis: Annotated[Text, Element("中介服务依据", "service_dept_law")] = None
    intermediary_service_body: Annotated[Text, Element("中介服务机构", "service_dept_jg")] = None
    intermediary_service_fee_nature: Annotated[Text, Element("中介服务收费性质", "service_dept_feetype")] = None
    needs_site_inspection: Annotated[Flag, Element("是否需要现场勘验", "is_need_xcky")] = None
    needs_hearing: Annotated[Flag, Element("是否需要听证", "is_need_zztz")] = None
    needs_bidding: Annotated[Flag, Element("是否需要招拍挂", "is_need_zpgj")] = None
    needs_testing: Annotated[Flag, Element("是否需要检验检测检疫", "is_need_check")] = None
    needs_appraisal: Annotated[Flag, Element("是否需要鉴定", "is_need_jd")] = None
    needs_expert_review: Annotated[Flag, Element("是否需要专家评审", "is_need_zjps")] = None
    needs_public_notice: Annotated[Flag, Element("是否需要公示", "is_need_openshow")] = None


class Sublists(Licensing):
    section: ClassVar[str] = "子清单"

    legal_basis_count: Annotated[Count, Element("设定依据数", derived=True, note=_of_count("设定依据"))] = None
    has_statutory_basis: Annotated[Flag, Element("有无法定设定依据", derived=True, note=OF_STATUTORY)] = None
    materials: Annotated[tuple[Material, ...] | None, Element("申请材料", "up_task_general_material")] = None
    material_count: Annotated[Count, Element("申请材料数", derived=True, note=_of_count("申请材料"))] = None
    deferrable_material_count: Annotated[Count, Element("可容缺材料数", derived=True, note=OF_DEFERRABLE)] = None
    has_catch_all_material: Annotated[Flag, Element("有无兜底材料", derived=True, note=OF_CATCH_ALL)] = None
    fees: Annotated[tuple[FeeProject, ...] | None, Element("收费项目", "up_task_general_fee_project")] = None
    fee_count: Annotated[Count, Element("收费项目数", derived=True, note=_of_count("收费项目"))] = None
    questions: Annotated[tuple[Question, ...] | None, Element("常见问题", "up_task_general_questions")] = None
    question_count: Annotated[Count, Element("常见问题数", derived=True, note=_of_count("常见问题"))] = None
    process_steps: Annotated[tuple[ProcessStep, ...] | None, Element("办理环节", "process_link")] = None
    process_step_count: Annotated[Count, Element("办理环节数", derived=True, note=_of_count("办理环节"))] = None
    windows: Annotated[tuple[ServiceWindow, ...] | None, Element("办理窗口", "AUDIT_CATALOG_LOBBY")] = None


class ItemContent(Sublists):
    """A service item as a department handles it (实施清单 / 业务办理项)."""

    section: ClassVar[str] = "指南质量"

    completeness: Annotated[Count, Element("指南完整度", derived=True, note=OF_COMPLETENESS)] = None
    catalogue_completeness: Annotated[Count, Element("基本目录完整度", derived=True, note=OF_SECTION)] = None
    basic_completeness: Annotated[Count, Element("基本信息完整度", derived=True, note=OF_SECTION)] = None
    extended_completeness: Annotated[Count, Element("扩展信息完整度", derived=True, note=OF_SECTION)] = None
    code_faults: Annotated[Codes, Element("编码问题", codes="code_fault", derived=True, note=OF_FAULTS)] = None


ELEMENTS: dict[str, Element] = {element.name: element for element in elements_of(ItemContent)}
