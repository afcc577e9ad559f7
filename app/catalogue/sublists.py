"""The lists inside an item: materials, fees, questions, steps, windows, legal basis, cross-region handling."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from app.catalogue.element import Element

Text = str | None


class Content(BaseModel):
    """What an object says of itself; unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Material(Content):
    """申请材料 (up_task_general_material). `necessity` 3 = 容缺后补, may be supplied later."""

    name: Annotated[str, Element("材料名称", "material_name", required=True)]
    material_type: Annotated[Text, Element("材料类型", "material_type", codes="material_type")] = None
    material_format: Annotated[Text, Element("材料形式", "material_format", codes="material_format")] = None
    necessity: Annotated[Text, Element("材料必要性", "is_need", codes="material_need", required=True)] = None
    source: Annotated[Text, Element("来源渠道", "source_type", codes="material_source")] = None
    source_note: Annotated[Text, Element("来源渠道说明", "source_explain")] = None
    paper_copies: Annotated[int | None, Element("纸质材料份数", "page_num")] = None
    paper_size: Annotated[Text, Element("纸质材料规格", "page_format")] = None
    blank_form: Annotated[Text, Element("空白表格", "form_guid")] = None
    sample_form: Annotated[Text, Element("示例样表", "example_guid")] = None
    filling_note: Annotated[Text, Element("填报须知", "fill_explain")] = None
    acceptance_standard: Annotated[Text, Element("受理标准", "accept_stand")] = None
    basis: Annotated[Text, Element("要求提供材料的依据", "by_law")] = None
    order: Annotated[int | None, Element("排序", "order_num", required=True)] = None
    remark: Annotated[Text, Element("备注", "remark")] = None


class FeeProject(Content):
    """收费项目 (up_task_general_fee_project)."""

    name: Annotated[str, Element("收费项目名称", "fee_name", required=True)]
    standard: Annotated[Text, Element("收费标准", "fee_stand", required=True)] = None
    basis: Annotated[Text, Element("收费依据", "by_law")] = None
    may_be_reduced: Annotated[bool | None, Element("是否允许减免", "is_desc")] = None
    reduction_basis: Annotated[Text, Element("允许减免依据", "desc_explain")] = None


class Question(Content):
    """常见问题 (up_task_general_questions)."""

    question: Annotated[str, Element("问题", "question", required=True)]
    answer: Annotated[Text, Element("答案", "answer", required=True)] = None


class ProcessStep(Content):
    """办理环节 (Shandong process_link, Guangdong AUDIT_ITEM_FLOWSHEET)."""

    name: Annotated[str, Element("环节名称", "STEP", required=True)]
    handler: Annotated[Text, Element("办理人员", "TRANSACTOR")] = None
    limit: Annotated[Text, Element("办理时限", "TRANSACT_TIME_LIMIT")] = None
    standard: Annotated[Text, Element("审查标准", "CHECK_STANDARD")] = None
    result: Annotated[Text, Element("办理结果", "TRANSACT_RESULT")] = None


class ServiceWindow(Content):
    """窗口 (Guangdong AUDIT_CATALOG_LOBBY, Guangxi AUDIT_ITEM_WINDOW)."""

    name: Annotated[str, Element("窗口名称", "NAME", required=True)]
    address: Annotated[Text, Element("窗口地址", "ADDRESS")] = None
    hours: Annotated[Text, Element("办公时间", "TIME")] = None
    phone: Annotated[Text, Element("窗口电话", "TEL")] = None
    code: Annotated[Text, Element("窗口编号", "WINDOW_CODE")] = None


class LegalBasis(Content):
    """设定依据 (Guangdong LAW, Guangxi AUDIT_ITEM_BYLAW)."""

    law_name: Annotated[str, Element("法律名称", "LAWNAME", required=True)]
    document_number: Annotated[Text, Element("文号", "ACCORDINGNUMBER")] = None
    clause: Annotated[Text, Element("条款", "TERMSNUMBER")] = None
    content: Annotated[Text, Element("内容", "TERMSCONTENT")] = None
    issued_by: Annotated[Text, Element("颁布机关", "BFJG")] = None
    effective_on: Annotated[date | None, Element("实施日期", "SSRQ")] = None


class CrossRegion(Content):
    """跨域通办 (Guangdong SCOPES[])."""

    scope: Annotated[Text, Element("通办范围", "SCOPERANGE", codes="handle_area")] = None
    mode: Annotated[Text, Element("通办形式", "SCOPESHAPE", codes="cross_region_mode")] = None
    divisions: Annotated[tuple[str, ...] | None, Element("覆盖地区", "DIVISIONS")] = None
