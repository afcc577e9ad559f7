"""Elements that no column holds: what a version, people's confirmations, lists and other items say of an item."""

from collections.abc import Mapping

from app.catalogue.element import Element

# Elements of the dictionary that are not stored again, since the version says them: read-only under these names.
VERSION_ELEMENTS: Mapping[str, Element] = {
    element.name: element
    for element in (
        Element(
            "事项版本", "task_version", derived=True, name="version", kind="number", section="版本",
            note="这个事项的第几个版本，从 1 起",
        ),
        Element(
            "计划生效日期", "plan_effective_date", derived=True, also=("生效日期",), name="effective_from", kind="date",
            section="版本", note="这一版本从哪天起有效",
        ),
        Element(
            "计划取消日期", "plan_cancel_date", derived=True, also=("取消日期",), name="effective_to", kind="date",
            section="版本", note="从哪天起这一版本不再有效；没有截止日的为空",
        ),
        Element(
            "实施主体", "dept_name", derived=True, name="department_name", section="版本",
            note="实施主体编码那个部门当日的名称",
        ),
        Element(
            "实施主体统一社会信用代码", derived=True, name="department_uscc", section="版本",
            note="就是实施主体编码",
        ),
    )
}  # fmt: skip


# What people confirmed of an item and what became of its links, as verifications and checks of links say it.
VERIFICATION_ELEMENTS = (
    Element(
        "最近核实日期", derived=True, name="verified_on", kind="date", section="核实",
        note="最近哪天有人核实过；从未核实为空",
    ),
    Element(
        "距上次核实天数", derived=True, name="days_since_verification", kind="number", section="核实",
        note="as_of 减最近核实日期；从未核实为空",
    ),
    Element(
        "有无失效链接", derived=True, name="has_dead_link", kind="flag", section="核实",
        note="事项的网址，或最近佐证的网址，在三个不同的日子都打不开，此后也没有再通；不会为空",
    ),
    Element(
        "网办有无佐证", derived=True, name="has_online_evidence", kind="flag", section="核实",
        note="是否网办最近的佐证，与现在填的值一致；不会为空",
    ),
)  # fmt: skip


# What filters may ask of an item, though neither lists nor files say it.
ASKED_ELEMENTS = (
    Element(
        "部门内是否重名", derived=True, name="shares_name", kind="flag", section="对照",
        note="同一部门当日还有没有同名的事项；不会为空",
    ),
    Element(
        "基本编码是否属于主项", derived=True, name="is_of_its_main_item", kind="flag", section="对照",
        note="基本编码与主项编码的前 9 位相同；其中一个没有填，或不是 12 位，为空",
    ),
)  # fmt: skip


# What the same item said on the day that is compared with (`base_as_of`), as known at the same revision.
BEFORE = "没有 base_as_of 不能用；那天不在清单里或没有填为空"
BEFORE_ELEMENTS = (
    Element(
        "比较日是否在清单中", derived=True, name="was_in_force_before", kind="flag", section="比较日",
        note="同一事项（内部编号）在 base_as_of 那天是否在清单里，换过编码、名称或部门的也是它；没有 base_as_of 不能用",
    ),
    Element(
        "比较日申请材料数", derived=True, name="material_count_before", kind="number", section="比较日",
        note=f"同一事项在 base_as_of 那天的申请材料数；{BEFORE}",
    ),
    Element(
        "比较日办理环节数", derived=True, name="process_step_count_before", kind="number", section="比较日",
        note=f"同一事项在 base_as_of 那天的办理环节数；{BEFORE}",
    ),
    Element(
        "比较日承诺办结时限", derived=True, name="promised_limit_before", kind="number", section="比较日",
        note=f"同一事项在 base_as_of 那天的承诺办结时限；{BEFORE}",
    ),
    Element(
        "比较日承诺办结时限单位", codes="limit_unit", derived=True, name="promised_limit_unit_before", kind="code",
        section="比较日", note=f"同一事项在 base_as_of 那天的承诺办结时限单位；{BEFORE}",
    ),
)  # fmt: skip


# What lists, transfers, agreements and integrated matters say of an item. A list speaks of the items of its own division.
OF_LISTS = "当日生效的清单版本里列有它的清单（编码）；不在任何清单里为空集；本区划还没有清单生效过为空"
ON_LIST = "本区划的这类清单公布过版本以后，事项当日是否列入生效的版本；还没有公布过为空"
LIST_ELEMENTS = (
    Element("所在清单", derived=True, name="lists", kind="codes", section="清单", note=OF_LISTS),
    *(
        Element(label, derived=True, name=f"on_{kind}_list", kind="flag", section="清单", note=ON_LIST)
        for kind, label in {
            "licensing": "是否列入许可清单",
            "deficiency": "是否列入容缺清单",
            "cross_region": "是否列入通办清单",
            "one_visit": "是否列入最多跑一次清单",
            "transfer": "是否列入划转清单",
            "service_item": "是否列入政务服务事项清单",
        }.items()
    ),
    Element(
        "是否已划转", derived=True, name="is_transferred", kind="flag", section="清单",
        note="当日已有划转批次把它移交，后来另一批又转回的也是；本区划还没有登记过划转批次为空",
    ),
    Element(
        "所在划转批次", derived=True, name="transfers", kind="codes", section="清单",
        note="当日生效的划转批次里列有它的（编码），后来又转回的也在内；没有为空集；本区划从未登记过划转批次为空",
    ),
    Element(
        "所在通办协议", derived=True, name="agreements", kind="codes", section="清单",
        note="当日生效的通办协议里列有它的（编码）；没有为空集；本区划从未登记过通办协议为空",
    ),
    Element(
        "通办伙伴", derived=True, name="agreement_partners", kind="codes", section="清单",
        note="当日生效的通办协议里列有它的对方行政区划；没有为空集；本区划从未登记过通办协议为空",
    ),
    Element(
        "通办伙伴数", derived=True, name="agreement_partner_count", kind="number", section="清单",
        note="通办伙伴有几个；本区划从未登记过通办协议为空",
    ),
    Element(
        "通办协议是否单方", derived=True, name="is_in_one_sided_agreement", kind="flag", section="清单",
        note="对方也在本目录，当日生效的对方与本区划的协议里却没有列入对应的事项；对方不在本目录、无从知道的为空",
    ),
    Element(
        "所属一件事", derived=True, name="integrated_matters", kind="codes", section="清单",
        note="当日以它为成员的一件事（编码）；没有为空集；本区划从未登记过一件事为空",
    ),
)  # fmt: skip


# What lists and files may say of an item beside its elements. None of their names is a header that an import would act
# on: a row with an effective date rewrites the past, one with a cancellation date cancels the item.
BESIDE_ELEMENTS = (
    Element("内部编号", derived=True, name="id", kind="number", section="版本"),
    Element("版本起始日", derived=True, name="valid_from", kind="date", section="版本"),
    Element("版本截止日", derived=True, name="valid_to", kind="date", section="版本"),
    Element("版本写入版次", derived=True, name="made_in", kind="number", section="版本"),
    *VERIFICATION_ELEMENTS,
    *LIST_ELEMENTS,
    *BEFORE_ELEMENTS,
)
