"""Promise against experience as the API says it, and as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.db import Record
from app.demand.experience.comparing import ABOUT, Asked, Experience, OfItem, Tally
from app.demand.experience.promising import item_out, promise_out
from app.demand.experience.rules import APART, VERDICTS, promised_of
from app.demand.shares import share_out
from app.demand.surveys.present import path_of
from app.demand.tabulation.present import INTERVAL
from app.errors import Message

CAVEATS: Mapping[str, Message] = {
    "visits": Message(
        "跑动次数：与到办事现场次数比。答卷时还没有办完的，以后可能再跑：跑得多于承诺的已成定局，不多于承诺的还可能变。",
        "Visits: a case that was not closed when it was asked about may take more.",
    ),
    "working_days": Message(
        "办理时间：与承诺办结时限比，都按工作日；当场办结为 0，1 个月算 22 个、1 年算 250 个工作日；承诺为自然日的不折算，不比较。",
        "Working days: on the spot is 0, a month 22, a year 250; calendar days are not converted and not compared.",
    ),
    "fee": Message(
        "费用：只比收没收，不比收了多少，因为收费标准是文字；收费项目在各事项的 fees 里。",
        "Fee: whether any was charged, not how much: the standards of fees are texts.",
    ),
    "resubmission": Message(
        "重复提交：事项由综合窗口受理、网上受理（网办深度 4 至 7），或者有一件事写明由数据共享取得它的材料的，只应提交一次"
        "（国务院关于在线政务服务的若干规定第七条）；都不是、又写着联办机构的，不作这个承诺；其余没有写明，不比较。",
        "Resubmission: once is promised where the item is accepted at a comprehensive window or online, or a matter shares"
        " its materials.",
    ),
    "paper": Message(
        "纸质件：材料里有纸质的，写明要交；材料都是电子的、全程网办（网办深度 5 至 7）的，或者材料两种形式都可以又能网办的，"
        "不应要；其余没有写明，不比较。",
        "Paper: none is promised where the materials are electronic, or the item is handled online to its end.",
    ),
}


def experience_out(asked: Asked, found: Experience, *, english: bool) -> dict[str, Any]:
    """Without the heads, which say what it is about."""
    told = [CAVEATS[measure].said(english=english) for measure in asked.parts]
    return {
        "interval": INTERVAL,
        "caveats": told,
        "responses": found.responses,
        "apart": {why: _counted(found.apart[why]) for why in ABOUT},
        "about_items": sum(len(each.responses) for each in found.items),
        "measures": [_tally_out(each) for each in found.sum],
        "items": [_item_out(asked, each) for each in found.items],
    }


def _item_out(asked: Asked, of_item: OfItem) -> dict[str, Any]:
    promise = of_item.promising.promise
    tallies = [{**_tally_out(each), "promised": promised_of(each.measure, promise)} for each in of_item.tallies]
    return {
        "item": item_out(of_item.promising, asked.view.moment),
        "promise": promise_out(of_item.promising),
        "responses": _counted(of_item.responses),
        "judged": _counted(of_item.judged),
        "measures": tallies,
    }


def _tally_out(tally: Tally) -> dict[str, Any]:
    compared = sum(len(tally.by[verdict]) for verdict in VERDICTS)
    return {
        "measure": tally.measure,
        "question": tally.part.key,
        "text": tally.part.text,
        "unit": tally.part.unit,
        "compared": compared,
        **{verdict: _counted(tally.by[verdict]) for verdict in VERDICTS},
        "not_compared": {reason: _counted(tally.by[reason]) for reason in APART},
        "share_worse": share_out(len(tally.by["worse"]), compared),
    }


def _counted(numbers: Sequence[str]) -> dict[str, object]:
    """How many responses, and which."""
    return {"count": len(numbers), "responses": list(numbers)}


def run_out(run: Record) -> dict[str, object]:
    """Which run an answer goes by."""
    named = {"id": run.id, "within": run.within, "as_of": run.as_of, "revision": run.revision}
    return {**named, "url": f"{path_of(run.survey_id)}/matching-runs/{run.id}"}
