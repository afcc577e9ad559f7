"""What reform work is kept in, each issued under a document: lists and their editions, transfers, agreements, matters.

The day from which one is in force is the day from which its version is valid. Items are named by the code that the
document has for them; which item that is, is found when the version is written (see `named.py`).
"""

from datetime import date
from typing import Annotated, ClassVar

from app.catalogue.element import Element
from app.catalogue.sublists import Content
from app.patterns import DIVISION_CODE, ITEM_CODE

Flag = bool | None
Text = str | None
Count = int | None
Day = date | None

OF_FILTER = "按条件定稿的：当时的 CQL2 条件；列出的事项是那一刻的结果，以后不再变"
OF_AFTER = "要等哪些成员（编码）办完才能开始；不写的一开始就办。都不写即并联"
OF_SHARED = "由数据共享取得、申请人不用交的材料（材料名称）"
OF_MERGED_STEPS = "全部成员合在一起只走一次的环节（环节名称），如受理、送达"
OF_CLAIM = "上级清单里应由本级实施的，有一项没有认领就写明理由"


class ListContent(Content):
    """清单: what its editions are editions of. Its code and its division never change."""

    section: ClassVar[str] = "清单"

    code: Annotated[str, Element("清单编码", required=True, summary=True, pattern=ITEM_CODE)]
    name: Annotated[str, Element("清单名称", required=True, summary=True)]
    division_code: Annotated[str, Element("行政区划代码", required=True, summary=True, pattern=DIVISION_CODE)]
    list_kind: Annotated[str, Element("清单类别", codes="list_kind", required=True, summary=True)]
    succession: Annotated[str, Element("更替方式", codes="list_succession", required=True, summary=True)]
    entries_of: Annotated[Text, Element("条目所指", codes="list_entries", summary=True)] = None
    department_code: Annotated[Text, Element("编制部门编码", summary=True)] = None
    upper_list_code: Annotated[Text, Element("上级清单编码")] = None
    note: Annotated[Text, Element("说明")] = None


class ListEntry(Content):
    """One row of an edition: an item by its code, or, in a list of the level above, a basic item by its basic code."""

    code: Annotated[Text, Element("事项编码", pattern=ITEM_CODE)] = None
    catalog_code: Annotated[Text, Element("基本编码", pattern=ITEM_CODE)] = None
    name: Annotated[Text, Element("事项名称")] = None
    supervising_department: Annotated[Text, Element("主管部门")] = None
    implementing_body: Annotated[Text, Element("实施机关")] = None
    basis: Annotated[Text, Element("设定和实施依据")] = None
    note: Annotated[Text, Element("备注")] = None


class Unclaimed(Content):
    """What a level doesn't take over from the list above it, and why."""

    catalog_code: Annotated[str, Element("基本编码", required=True, pattern=ITEM_CODE)]
    name: Annotated[Text, Element("事项名称")] = None
    reason: Annotated[str, Element("未认领理由", required=True)]


class EditionContent(Content):
    """清单版本（批次）: what was issued under one document, in force from the day its version is valid."""

    section: ClassVar[str] = "清单版本"

    code: Annotated[str, Element("版本编码", required=True, summary=True, pattern=ITEM_CODE)]
    name: Annotated[str, Element("版本名称", required=True, summary=True)]
    list_code: Annotated[str, Element("清单编码", required=True, summary=True, pattern=ITEM_CODE)]
    division_code: Annotated[str, Element("行政区划代码", required=True, summary=True, pattern=DIVISION_CODE)]
    department_code: Annotated[Text, Element("编制部门编码", summary=True)] = None
    document_number: Annotated[Text, Element("文号", summary=True)] = None
    batch: Annotated[Count, Element("批次", summary=True)] = None
    issued_by: Annotated[Text, Element("发布机关", summary=True)] = None
    issued_on: Annotated[Day, Element("发布日期", summary=True)] = None
    filter: Annotated[Text, Element("定稿条件", note=OF_FILTER)] = None
    entries: Annotated[tuple[ListEntry, ...] | None, Element("条目")] = None
    unclaimed: Annotated[tuple[Unclaimed, ...] | None, Element("未认领事项", note=OF_CLAIM)] = None
    note: Annotated[Text, Element("说明")] = None


class TransferEntry(Content):
    """An item that is handed over, by the code that it had; whose it was, and who supervises it from then on."""

    code: Annotated[str, Element("事项编码", required=True, pattern=ITEM_CODE)]
    name: Annotated[Text, Element("事项名称")] = None
    from_department_code: Annotated[str, Element("划出部门编码", required=True)]
    supervising_department_code: Annotated[Text, Element("监管部门编码")] = None
    supervising_duties: Annotated[Text, Element("监管职责（审管联动）")] = None
    note: Annotated[Text, Element("备注")] = None


class TransferContent(Content):
    """划转批次 (行政许可法第二十五条): what is handed over to one department under one document, on the day it begins."""

    section: ClassVar[str] = "划转批次"

    code: Annotated[str, Element("批次编码", required=True, summary=True, pattern=ITEM_CODE)]
    name: Annotated[str, Element("批次名称", required=True, summary=True)]
    division_code: Annotated[str, Element("行政区划代码", required=True, summary=True, pattern=DIVISION_CODE)]
    department_code: Annotated[str, Element("划入部门编码", required=True, summary=True)]
    document_number: Annotated[Text, Element("文号", summary=True)] = None
    batch: Annotated[Count, Element("批次", summary=True)] = None
    issued_by: Annotated[Text, Element("发布机关", summary=True)] = None
    issued_on: Annotated[Day, Element("发布日期", summary=True)] = None
    is_closed: Annotated[Flag, Element("是否已办结移交", summary=True)] = None
    posts_moved: Annotated[Count, Element("随转编制数", summary=True)] = None
    filter: Annotated[Text, Element("定稿条件", note=OF_FILTER)] = None
    entries: Annotated[tuple[TransferEntry, ...] | None, Element("划转事项")] = None
    note: Annotated[Text, Element("说明")] = None


class AgreementEntry(Content):
    """An item that both sides handle for each other: by our code, and by the partner's where it is known."""

    code: Annotated[str, Element("事项编码", required=True, pattern=ITEM_CODE)]
    name: Annotated[Text, Element("事项名称")] = None
    partner_code: Annotated[Text, Element("对方事项编码", pattern=ITEM_CODE)] = None
    partner_name: Annotated[Text, Element("对方事项名称")] = None
    mode: Annotated[Text, Element("通办形式", codes="cross_region_mode")] = None
    window: Annotated[Text, Element("办理窗口")] = None
    delivery: Annotated[Text, Element("结果送达")] = None


class AgreementContent(Content):
    """通办协议 (国办发〔2020〕35号): with one partner division, in force from the day its version is valid."""

    section: ClassVar[str] = "通办协议"

    code: Annotated[str, Element("协议编码", required=True, summary=True, pattern=ITEM_CODE)]
    name: Annotated[str, Element("协议名称", required=True, summary=True)]
    division_code: Annotated[str, Element("行政区划代码", required=True, summary=True, pattern=DIVISION_CODE)]
    partner_division_code: Annotated[
        str, Element("对方行政区划代码", required=True, summary=True, pattern=DIVISION_CODE)
    ]
    department_code: Annotated[Text, Element("承办部门编码", summary=True)] = None
    mode: Annotated[Text, Element("通办形式", codes="cross_region_mode", summary=True)] = None
    document_number: Annotated[Text, Element("文号", summary=True)] = None
    signed_on: Annotated[Day, Element("签署日期", summary=True)] = None
    filter: Annotated[Text, Element("定稿条件", note=OF_FILTER)] = None
    entries: Annotated[tuple[AgreementEntry, ...] | None, Element("通办事项")] = None
    note: Annotated[Text, Element("说明")] = None


class Member(Content):
    """An item of an integrated matter, and which others have to be done before it."""

    code: Annotated[str, Element("事项编码", required=True, pattern=ITEM_CODE)]
    name: Annotated[Text, Element("事项名称")] = None
    after: Annotated[tuple[str, ...] | None, Element("前置成员", note=OF_AFTER)] = None


class IntegratedMatterContent(Content):
    """一件事 (国发〔2024〕3号): several items as one; what it takes is computed from its members on the day."""

    section: ClassVar[str] = "一件事"

    code: Annotated[str, Element("一件事编码", required=True, summary=True, pattern=ITEM_CODE)]
    name: Annotated[str, Element("一件事名称", required=True, summary=True)]
    division_code: Annotated[str, Element("行政区划代码", required=True, summary=True, pattern=DIVISION_CODE)]
    department_code: Annotated[str, Element("牵头部门编码", required=True, summary=True)]
    document_number: Annotated[Text, Element("文号", summary=True)] = None
    members: Annotated[tuple[Member, ...] | None, Element("成员事项")] = None
    merged_form: Annotated[Text, Element("合并申请表")] = None
    shared_materials: Annotated[tuple[str, ...] | None, Element("共享材料", note=OF_SHARED)] = None
    merged_steps: Annotated[tuple[str, ...] | None, Element("合并环节", note=OF_MERGED_STEPS)] = None
    told_once: Annotated[Flag, Element("一次告知", summary=True)] = None
    one_form: Annotated[Flag, Element("一表申报", summary=True)] = None
    one_acceptance: Annotated[Flag, Element("一口受理", summary=True)] = None
    one_network: Annotated[Flag, Element("一网审批", summary=True)] = None
    one_issuing_window: Annotated[Flag, Element("一窗发证", summary=True)] = None
    one_management: Annotated[Flag, Element("一体管理", summary=True)] = None
    note: Annotated[Text, Element("说明")] = None


class HallContent(Content):
    """政务服务大厅: the one door of a division; its windows name it by its code."""

    section: ClassVar[str] = "大厅"

    code: Annotated[str, Element("大厅编码", required=True, summary=True, pattern=ITEM_CODE)]
    name: Annotated[str, Element("大厅名称", required=True, summary=True)]
    division_code: Annotated[str, Element("行政区划代码", required=True, summary=True, pattern=DIVISION_CODE)]
    department_code: Annotated[Text, Element("管理部门编码", summary=True)] = None
    hall_kind: Annotated[Text, Element("大厅类别", codes="hall_kind", summary=True)] = None
    address: Annotated[Text, Element("地址")] = None
    hours: Annotated[Text, Element("办公时间")] = None
    phone: Annotated[Text, Element("电话")] = None
