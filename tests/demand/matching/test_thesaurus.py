"""Lay words stand for those of the catalogue, one way; wrong rows are told by file and line."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from app.demand.matching import weights
from app.demand.matching.matcher import Matcher
from app.demand.matching.text import read_demand
from app.demand.matching.thesaurus import Elsewhere, Synonym, Thesaurus
from app.demand.matching.thesaurus_files import WrongThesaurus, read_thesaurus, shipped
from app.errors import Fault
from tests.demand.matching.catalogue import ENTRIES, THESAURUS, found, matcher

HEADER = "terms\tphrases\tscope\tnote\tadded_by"
ELSEWHERE = "terms\tkind\tgranted_by\tnote\tadded_by"


def terms_in(text: str) -> list[str]:
    return [each.term for each in THESAURUS.synonyms_in(read_demand(text))]


def test_the_longest_term_counts() -> None:
    assert terms_in("叉车上牌在哪里办") == ["叉车上牌"]
    assert terms_in("买了台叉车") == ["叉车"]


def test_terms_dont_overlap_and_each_place_is_read_once() -> None:
    assert terms_in("能评和叉车，还有叉车") == ["能评", "叉车", "叉车"]


def test_a_latin_term_is_not_found_inside_of_another_word() -> None:
    thesaurus = Thesaurus((Synonym(("ICP",), ("互联网信息服务",)),))
    assert [each.term for each in thesaurus.synonyms_in(read_demand("ＩＣＰ备案"))] == ["icp"]
    assert not thesaurus.synonyms_in(read_demand("PICP证"))


def test_a_term_of_two_rows_stands_for_the_phrases_of_both() -> None:
    rows = (Synonym(("上证",), ("取水许可",)), Synonym(("上证",), ("劳务派遣经营许可",)))
    match = Matcher(ENTRIES, Thesaurus(rows), weights.shipped()).match("上证", 2)
    assert {hit.item for hit in match.hits} == {14, 16}


def test_a_lay_word_finds_what_it_stands_for() -> None:
    assert found("能评")[0] == "固定资产投资项目节能审查"
    without = Matcher(ENTRIES, Thesaurus(), weights.shipped()).match("能评")
    assert without.zone != "matched"


def test_it_is_read_one_way() -> None:
    (read,) = matcher().match("特种设备使用登记", 1).hits
    assert not read.reasons.thesaurus


def test_rows_that_only_others_mean_are_left_out() -> None:
    match = matcher().match
    assert match("跑货运", 1, asker="enterprise").hits[0].reasons.thesaurus
    assert not match("跑货运", 1, asker="person").hits[0].reasons.thesaurus
    assert match("跑货运", 1).hits[0].reasons.thesaurus


def test_rows_that_say_nothing_about_the_items_are_inert_and_told() -> None:
    assert [row.terms for row in matcher().inert] == [("孩子上户",)]


def test_the_checksum_is_of_what_is_read() -> None:
    same = Thesaurus((Synonym(("能评",), ("节能审查",), note="简称"),))
    noted = Thesaurus((Synonym(("能评",), ("节能审查",), note="俗称"),))
    other = Thesaurus((Synonym(("能评",), ("节能报告",)),))
    assert same.checksum == noted.checksum != other.checksum
    granted, abolished = Elsewhere(("物业资质",), "住建部门"), Elsewhere(("物业资质",), "住建部门", kind="abolished")
    assert Thesaurus((), (granted,)).checksum != Thesaurus((), (abolished,)).checksum


def test_tables_of_a_folder_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "b.tsv").write_text(f"{HEADER}\n叉车|叉车证\t特种设备\t\t俗称\tseed\n", encoding="utf-8")
    (tmp_path / "a.tsv").write_text(f"{HEADER}\n\n货运\t货物运输\tenterprise\t\tseed\n", encoding="utf-8")
    (tmp_path / "elsewhere.tsv").write_text(
        f"{ELSEWHERE}\n会计师事务所\t\t省级财政部门\t\tseed\n排队太久\tnot-a-request\t\t服务意见\tseed\n",
        encoding="utf-8",
    )
    thesaurus = read_thesaurus(tmp_path)
    assert thesaurus.synonyms == (
        Synonym(("货运",), ("货物运输",), "enterprise"),
        Synonym(("叉车", "叉车证"), ("特种设备",), "", "俗称"),
    )
    assert thesaurus.elsewhere == (
        Elsewhere(("会计师事务所",), "省级财政部门"),
        Elsewhere(("排队太久",), "", "服务意见", "not-a-request"),
    )


def faults_in(folder: Path) -> Sequence[Fault]:
    with pytest.raises(WrongThesaurus) as wrong:
        read_thesaurus(folder)
    return wrong.value.faults


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("能评\t节能审查", "应有 5 列，有 2 列"),
        ("\t节能审查\t\t\tseed", "terms 不能为空"),
        ("能评\t|\t\t\tseed", "phrases 不能为空"),
        ("能评\t节能审查\tcity\t\tseed", "scope 只能是 enterprise、person 或空，得到“city”"),
    ],
)
def test_a_wrong_row_is_told_by_file_and_line(tmp_path: Path, row: str, told: str) -> None:
    (tmp_path / "own.tsv").write_text(f"{HEADER}\n叉车\t特种设备\t\t\tseed\n{row}\n", encoding="utf-8")
    (fault,) = faults_in(tmp_path)
    assert fault.detail.zh == f"own.tsv 第 3 行：{told}"
    assert (fault.sheet, fault.row) == ("own.tsv", 3)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (
            "排队太久\t抱怨\t\t\tseed",
            "kind 只能是 elsewhere、not-a-request、abolished、forbidden 或空，得到“抱怨”",
        ),
        ("注册税务师\telsewhere\t\t职业资格\tseed", "granted_by 不能为空"),
        ("注册税务师\t\t\t职业资格\tseed", "granted_by 不能为空"),
    ],
)
def test_who_grants_it_is_named_unless_nobody_does(tmp_path: Path, row: str, told: str) -> None:
    (tmp_path / "elsewhere.tsv").write_text(f"{ELSEWHERE}\n物业资质\tabolished\t\t\tseed\n{row}\n", encoding="utf-8")
    assert [fault.detail.zh for fault in faults_in(tmp_path)] == [f"elsewhere.tsv 第 3 行：{told}"]


def test_all_wrong_rows_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("terms\tphrases\n", encoding="utf-8")
    (tmp_path / "b.tsv").write_text(f"{HEADER}\n能评\n叉车\n", encoding="utf-8")
    with pytest.raises(WrongThesaurus, match="有 3 处错误") as wrong:
        read_thesaurus(tmp_path)
    assert [(fault.sheet, fault.row) for fault in wrong.value.faults] == [("a.tsv", 1), ("b.tsv", 2), ("b.tsv", 3)]


def test_a_folder_that_isnt_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(WrongThesaurus, match="没有同义词表的文件夹"):
        read_thesaurus(tmp_path / "none")


def test_the_shipped_tables_are_right_and_many() -> None:
    assert len(shipped().synonyms) > 1_500
    assert len(shipped().elsewhere) > 200


@pytest.mark.parametrize(
    ("term", "kind"),
    [
        ("会计师事务所执业", "elsewhere"),
        ("排队太久", "not-a-request"),
        ("物业资质", "abolished"),
        ("虚拟货币", "forbidden"),
    ],
)
def test_what_no_item_meets_is_told_apart(term: str, kind: str) -> None:
    (found,) = shipped().elsewhere_in(read_demand(term))
    assert [row.kind for row in found.rows] == [kind]


def test_what_is_no_body_stands_nowhere_as_one() -> None:
    said = {row.granted_by for row in shipped().elsewhere}
    assert not {each for each in said if each.startswith(("不是", "已取消", "无须")) or "禁止" in each}
