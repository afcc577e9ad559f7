"""What the names of materials and of laws give away; the names are real ones."""

import time

import pytest

from app.catalogue.wording import is_catch_all, is_notice


@pytest.mark.parametrize(
    "name",
    [
        "其他材料", "其它材料", "其他相关材料", "法律法规规定的其他材料", "法律、行政法规规定的其他材料。",
        "依法需要提交的其他文件", "按规定需要提交的其他证明材料；", "竞买须知要求的其他相关材料",
        "登记机构认为需要提交的其他相关材料", "省科学技术奖-其他佐证材料", "其它业务相应材料（因其它原因的）。",
        "其他材料（如有）", "营业执照及其他材料", "其他必要的证明", "有关材料", "相关证明材料", "法律法规规定的有关材料",
    ],
)  # fmt: skip
def test_whatever_else_there_may_be(name: str) -> None:
    assert is_catch_all(name)


@pytest.mark.parametrize(
    "name",
    [
        "其他组织的法人证书", "其他身份证件", "有效护照或者其他国际旅行证件", "房屋所有权证或者其他证明文件",
        "三年以上其他法律职业经历证明", "变更其他登记事项的证明材料", "其他人员应当提交处理私人事务证明材料",
        "法定代表人未担任其他社会团体法定代表人声明", "其他材料（营业执照、身份证复印件）", "发改部门相关立项文件",
        "非货币性资产原值及合理税费的相关证明资料", "申请材料", "书面申请", "居民身份证", "",
    ],
)  # fmt: skip
def test_a_material_that_is_named(name: str) -> None:
    assert not is_catch_all(name)


@pytest.mark.parametrize(
    "law_name",
    [
        "《关于深化“证照分离”改革进一步激发市场主体发展活力的通知》",
        "《广东省人民政府关于印发广东省建设项目环境影响评价文件分级审批办法的通知》（粤府〔2019〕6号）",
        "《国务院办公厅关于印发《政务服务办法》的通知》",
        "公安部关于进一步加强弩治安管理的通知",
        "关于做好药学技术人员管理工作的指导意见（2019年）",
        "《关于某区总体规划的批复》《全国主体功能区规划》",
        "国务院办公厅关于部分事项的复函 ",
    ],
)
def test_a_notice_may_set_no_licence(law_name: str) -> None:
    assert is_notice(law_name)


@pytest.mark.parametrize(
    "law_name",
    [
        "中华人民共和国行政许可法",
        "《宗教事务条例》（国务院令第686号）",
        "《国务院对确需保留的行政审批项目设定行政许可的决定》（国务院令第412号）",
        "《固定资产投资项目节能审查办法》",
        "《企业投资项目核准和备案管理条例》《国务院关于发布目录的通知》（国发〔2016〕72号）",
        "《中华人民共和国城乡规划法》",
        "国务院令第412号",
    ],
)
def test_what_may_be_a_law_a_rule_or_a_decision(law_name: str) -> None:
    assert not is_notice(law_name)


@pytest.mark.parametrize("piece", ["证明", "有关", "其他", "（如", "《", "《》", "（", " ", "（）"])
def test_a_name_made_to_be_slow_is_judged_at_once(piece: str) -> None:
    started = time.monotonic()
    is_catch_all(piece * 50_000 + "×")
    is_notice(piece * 50_000 + "×")
    assert time.monotonic() - started < 2
