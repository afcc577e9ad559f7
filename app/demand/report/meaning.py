"""What the words of a report mean, and what has to be known to read its figures."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from app.demand.runs.hints import HINTS
from app.demand.runs.outcomes import View
from app.demand.surveys.queries import Survey
from app.errors import Message

HINTED: Final = Message(
    "提示只看诉求里的词，不是人工判定，可能不对，也不改变数字：表里没有的说法没有提示，有提示的也可能真是清单里缺的。",
    "A hint goes by words of the demand alone: nobody judged, it may be wrong, and no figure depends on it. What the thesaurus "
    "doesn't know has none, and a demand with one may be a gap in the services all the same.",
)


class Meaning(NamedTuple):
    """A word of the report, and what it stands for."""

    term: Message
    text: Message


MEANING: Final = (
    Meaning(
        Message("诉求", "demand"),
        Message(
            "企业提出的一项需要，一条算一个；“按企业（家次）”是按提出它的企业数加权。一家企业提几项，就在几项里各计一次。",
            "One thing that is asked for; by enterprises it is weighted by how many ask. Who asks for several counts in each.",
        ),
    ),
    Meaning(
        Message("可网上办", "met online"),
        Message(
            "有对应的在用事项，而且事项写明可以网上办。", "An item in use meets it and says that it is handled online."
        ),
    ),
    Meaning(
        Message("只能线下办", "met at the counter only"),
        Message("有对应的在用事项，而且事项写明不能网上办。", "An item in use meets it and says that it isn't online."),
    ),
    Meaning(
        Message("有事项，未填能否网办", "met, online or not is not stated"),
        Message(
            "有对应的在用事项，事项没有填能否网上办。不算作“可网上办”，也不算作“只能线下办”。",
            "An item in use meets it and doesn't say. It counts neither as online nor as at the counter only.",
        ),
    ),
    Meaning(
        Message("没有事项可办", "unmet"),
        Message(
            "人工判定看过的清单里没有对应事项；没有人判过的，比对认为没有。",
            "A person judged that no item of the lists looked at meets it; where nobody judged, the matcher found none.",
        ),
    ),
    Meaning(
        Message("提示", "hint"),
        Message(
            "同义词表对诉求里的词怎么说。"
            + "".join(f"{each.label.zh}：{each.meaning.zh}" for each in HINTS.values())
            + HINTED.zh,
            "What the thesaurus says of the demand. "
            + " ".join(f"{each.label.en}: {each.meaning.en}" for each in HINTS.values())
            + f" {HINTED.en}",
        ),
    ),
    Meaning(
        Message("待复核", "to review"),
        Message(
            "拿不准有没有对应事项，要人来看：不算有，也不算没有。",
            "Nobody knows yet whether an item meets it: it is neither met nor unmet.",
        ),
    ),
    Meaning(
        Message("占比", "share"),
        Message(
            "分子 ÷ 全部诉求（待复核的也在分母里），是下限；上限把待复核的都算进来，分网上、线下时也把未填的算进来。",
            "Of all demands, those to be reviewed included: the lower bound. The upper one counts all that are to be reviewed "
            "and, where online is told from the counter, those that don't state it.",
        ),
    ),
    Meaning(
        Message("区间", "interval"),
        Message(
            "占比（下限）的 95% Wilson 区间，当作每条诉求、每家企业都是独立抽到的；一家企业提几项时偏窄。",
            "Wilson interval of the lower bound at 95 %, as if each were drawn by itself; too narrow where one asks for several.",
        ),
    ),
    Meaning(
        Message("人工判定", "judgement"),
        Message(
            "对同样文字（归一后相同）、同一区划的诉求，最后一次判定优先于比对的结果。判为没有的，只对看过的清单算数："
            "比对排在第一的事项当时不在清单里，或那天的清单里有比对没有找过的事项，就改为待复核。",
            "Of demands with equal words about the lists of one division the last one goes before what was found. That none "
            "meets it holds of the lists looked at: where the first hit was not in them, or the day's list has items that the "
            "run didn't look through, it is to be reviewed.",
        ),
    ),
    Meaning(
        Message("没人问的事项", "item nobody asked for"),
        Message(
            "在用，却没有一项诉求由它满足；只在待复核的诉求里排第一的，另算作“可能有人问”。待复核的诉求也可能要排在后面的事项，"
            "没有比对过的（隐去的、外文的）可能要任何一个。",
            "In use and meeting no demand; one that is only the first hit of a demand to be reviewed is perhaps asked for. Such "
            "a demand may be about a later hit too, and one that was not compared about any item.",
        ),
    ),
)
NAMED: Final = 10
SYNTHETIC: Final = Message(
    "这是合成的演示数据，不是真实企业的诉求。", "These demands are synthetic, not those of enterprises."
)
STRATIFIED: Final = Message(
    "样本是分层抽取的，这里没有按各层的企业数加权，区间按简单随机抽样计算，只是近似；请同时看分组的结果。",
    "The sample is stratified; nothing is weighted by strata and the intervals are those of simple random sampling.",
)


class Respondents(NamedTuple):
    """Who made the demands of a run, as far as it is known: `demands` that name their response, of so many `responses`."""

    demands: int
    responses: int


def of_enterprises(demands: int, enterprises: int, known: Respondents) -> Message:
    """What the number of enterprises counts, so that nobody takes it for the size of the sample."""
    zh = f"“按企业（家次）”不是企业的家数：{demands} 条诉求的企业数相加是 {enterprises}，一家企业提几条就计几次"
    en = f"Enterprises count once for each demand: those of {demands} demands sum up to {enterprises}"
    if known.demands:
        zh += f"；写明了答卷的 {known.demands} 条来自 {known.responses} 份答卷"
        en += f"; {known.demands} of them name their response, of which there are {known.responses}"
    return Message(f"{zh}。", f"{en}.")


def of_several_needs(numbers: Sequence[int], address: str) -> Message:
    """What a demand counts as that asks for several things at once, and where those are listed."""
    named, more = "、".join(map(str, numbers[:NAMED])), "等" if len(numbers) > NAMED else ""
    zh = f"{len(numbers)} 条诉求像是几件事，没有拆分（第 {named} 条{more}）：一条只算一个，比对不会算它有；拆分或有人判断以前，整条待复核，或者算没有事项可办。"
    en = (
        f"{len(numbers)} demands look like several needs ({', '.join(map(str, numbers[:NAMED]))}) and count once each: "
    )
    en += (
        "the run takes none of them for met; until it is split or judged each is to be reviewed, or unmet, as a whole. "
    )
    en += f"Split them and match again to count each: {address}"
    return Message(f"{zh}要分开算，请拆分以后再比对：{address}", en)


def of_other_surveys(demands: int, synthetic: int) -> Message:
    """That judgements of equal words in other surveys decide, `synthetic` of them in surveys that were made up."""
    zh, en = (
        f"{demands} 条诉求的结论出自别的调查里对同样文字的判断",
        f"Judgements of other surveys decide {demands} demands",
    )
    if synthetic:
        zh += f"，其中 {synthetic} 条出自合成的演示调查，不是真实的判断"
        en += f", {synthetic} of them of surveys that are synthetic"
    return Message(f"{zh}。", f"{en}.")


def of_left_out(demands: int) -> Message:
    return Message(
        f"有 {demands} 条诉求是这次比对以后新增或拆分的，不在这份报告里。要计入，请再比对一次。",
        f"{demands} demands were added or split after the run and are not in this report: match again to have them in.",
    )


def notes(survey: Survey, view: View) -> Iterator[Message]:
    """What is particular about this survey, this run and this day."""
    if survey.row.is_synthetic:
        yield SYNTHETIC
    if survey.design.strata:
        yield STRATIFIED
    if view.moment.note:
        yield Message(view.moment.note, f"The catalogue knows nothing of {view.moment.as_of}.")
    elif not view.is_own_moment:
        yield _of_other_lists(survey, view)


def _of_other_lists(survey: Survey, view: View) -> Message:
    """The run was made for other lists than those of the day: what that does, and how to make one for them."""
    run, moment = view.run, view.moment
    path, known_at = f"/v1/surveys/{survey.id}/matching-runs", f', "known_at": {moment.revision}'
    asked = f'{{"as_of": "{moment.as_of}"{"" if moment.revision == moment.newest else known_at}}}'
    zh = (
        f"这次比对是按 {run.as_of} 的清单（第 {run.revision} 版）做的，这里看的是 {moment.as_of}（第 {moment.revision} 版）："
        "事项按那天的状态算，那天不在清单里的改为待复核；"
    )
    en = f"The run was made for {run.as_of} (revision {run.revision}) and is seen on {moment.as_of} ({moment.revision}): "
    en += "what was not in that list is to be reviewed. "
    if not view.is_all_searched:
        zh += "那天的清单里有它没有找过的事项，所以它和人判为没有的都改为待复核；"
        en += "So is what it found, or people judged, unmet, since that list has items that it didn't look through. "
    zh += f"要按那天的清单重新比对，请 POST {path}，内容为 {asked}。"
    return Message(zh, f"{en}For a run of that day POST {asked} to {path}.")
