"""What has to be there when a case is accepted, by what the item says of itself. Pure.

安阳市政务服务条例第二十四条 (one city's regulation; others differ): the basic conditions are met and the main materials
are complete and valid, only minor ones are lacking; the applicant commits himself in writing; what is lacking, the
time limit and what follows are told at once; what comes too late counts as withdrawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SOURCE = "安阳市政务服务条例第二十四条（一地的地方性法规，各地规定不一）"
MAIN, OPTIONAL, DEFERRABLE = "1", "2", "3"
IMMEDIATE = "1"

Item = Mapping[str, Any]
Material = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Materials:
    """The materials of an item by what they are when a case is accepted.

    `needed` have to be there; so have those that are `unstated`: what isn't said to be deferrable is not. `may_follow`
    are there only where the item tolerates deficiencies.
    """

    needed: Sequence[Material] = ()
    unstated: Sequence[Material] = ()
    optional: Sequence[Material] = ()
    may_follow: Sequence[Material] = ()


def tolerates(item: Item) -> bool | None:
    """Whether a case may be accepted with something lacking: null where nobody says, never for an immediate case."""
    stated: bool | None = item["supports_deficiency_tolerance"]
    return False if stated and item["case_type"] == IMMEDIATE else stated


def sorted_out(item: Item) -> Materials | None:
    """Null where the materials are not stated."""
    if item["materials"] is None:
        return None
    by: dict[str | None, list[Material]] = {}
    for material in item["materials"]:
        by.setdefault(material.get("necessity"), []).append(material)
    optional, deferrable = by.get(OPTIONAL, []), by.get(DEFERRABLE, [])
    if tolerates(item):
        return Materials(by.get(MAIN, []), by.get(None, []), optional, deferrable)
    whole = [material for material in item["materials"] if material.get("necessity") in (MAIN, DEFERRABLE)]
    return Materials(whole, by.get(None, []), optional)


def says(item: Item, materials: Materials | None) -> list[str]:
    """What a clerk at the window has to know beside the lists."""
    return [*_of_tolerance(item), *_of_materials(item, materials), *(_of_limit(item, materials) if materials else ())]


def _of_tolerance(item: Item) -> list[str]:
    stated = item["supports_deficiency_tolerance"]
    if stated is None:
        return ["是否容缺受理没有填：按不容缺办理，材料齐全才能受理。"]
    if not stated:
        return ["不容缺受理：材料齐全才能受理。"]
    if item["case_type"] == IMMEDIATE:
        return ["即办件当场办结，没有补正的时间，不能容缺受理：材料齐全才能受理。事项却写着容缺，请部门更正。"]
    return []


def _of_materials(item: Item, materials: Materials | None) -> list[str]:
    if materials is None:
        return ["申请材料没有填：不知道哪些必须先交、哪些可以后补，请部门补填。"]
    told = []
    if materials.unstated:
        told.append(f"有 {len(materials.unstated)} 份材料没有写必要性：没有写可以后补的，受理时要交。")
    if tolerates(item) and not materials.may_follow:
        told.append("写着容缺，却没有一份材料是“容缺后补”：全部材料受理时要交。")
    if materials.may_follow and not materials.needed:
        told.append("没有一份材料写明是必要的主要材料：先请部门核对，再容缺受理。")
    return told


def _of_limit(item: Item, materials: Materials) -> list[str]:
    if not materials.may_follow:
        return []
    if item["correction_limit"] is None:
        return ["补正时限没有填：受理时请书面告知，并请部门补填。"]
    promised = item["promised_limit"] if item["promised_limit_unit"] == "1" else None
    if promised is not None and item["correction_limit"] >= promised:
        return [f"补正时限 {item['correction_limit']} 个工作日不短于承诺办结时限 {promised} 个工作日，请部门更正。"]
    return []


def commitment(item: Item, materials: Materials | None) -> str | None:
    """The text to be signed: one standard text composed of the facts; null where nothing may follow."""
    if materials is None or not materials.may_follow:
        return None
    main = [*materials.needed, *materials.unstated]
    given = f"已提交主要申请材料（{_listed(main)}）" if main else "已提交主要申请材料"
    limit, method = item["correction_limit"], item["correction_method"]
    until = "受理机关书面告知的时限内" if limit is None else f"受理之日起 {limit} 个工作日内"
    how = f"（补正方式：{method}）" if method else ""
    return (
        f"本人（本单位）申请办理“{item['name']}”，符合办理的基本条件，{given}，暂缺下列材料：{_listed(materials.may_follow)}。"
        f"本人（本单位）已知悉所缺材料、补正时限和逾期后果，承诺在{until}补齐{how}；"
        "所交材料真实有效；逾期没有补齐的，视为撤回申请，由此造成的后果由本人（本单位）承担。"
    )


def _listed(materials: Sequence[Material]) -> str:
    return "、".join(f"《{material['name']}》" for material in materials)
