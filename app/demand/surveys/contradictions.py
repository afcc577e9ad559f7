"""What of a survey doesn't add up: told beside it, never mended. Pure.

A share that was printed with one decimal may be half of its last place off, and so may each of those that are summed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from app.demand.surveys.design import Design
from app.demand.surveys.published import Figures, PublishedFigure
from app.demand.surveys.questions import Part, Questionnaire
from app.errors import Message

WHOLE = Fraction(100)
SHOWN = 5
MOST_TRIED = 1_000  # Numbers of respondents.


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What is at odds, and where: at a question, a stratum, or demands by their numbers."""

    rule: str
    message: Message
    question: str | None = None
    stratum: str | None = None
    demands: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """What there is of a survey. `heavy` are demands of more enterprises than were asked, `of_one` those of one
    enterprise that weigh more: number and weight of each.
    """

    responses: int = 0
    by_stratum: Mapping[str | None, int] = field(default_factory=dict)
    outside_period: int = 0
    heavy: Sequence[tuple[int, int]] = ()
    of_one: Sequence[tuple[int, int]] = ()


def sample_size(design: Design, figures: Figures, responses: int) -> int | None:
    """How many enterprises were asked: those that answered, else as published, else as planned."""
    bases = [figure.base for figure in figures if figure.base is not None]
    return responses or max(bases, default=0) or design.planned


def contradictions(
    questionnaire: Questionnaire, design: Design, figures: Figures, counts: Counts
) -> list[Contradiction]:
    return [
        *_of_published(questionnaire, figures),
        *_of_plan(design),
        *_of_strata(design, counts),
        *_of_demands(sample_size(design, figures, counts.responses), counts),
    ]


def _of_published(questionnaire: Questionnaire, figures: Figures) -> Iterator[Contradiction]:
    by_question: dict[str, list[PublishedFigure]] = defaultdict(list)
    for figure in figures:
        by_question[figure.question].append(figure)
    for key, mine in by_question.items():
        part = questionnaire.asked[key]
        yield from _sum_of_shares(part, mine)
        yield from _sum_of_counts(part, mine)
        yield from _bases(part, mine)
        yield from _of_no_count(part, mine)
        for figure in mine:
            yield from _of_one(part, figure)


def _sum_of_shares(part: Part, figures: Figures) -> Iterator[Contradiction]:
    """Of a single choice they make 100 %, at most 100 % where some are not published; of n choices n times that."""
    shares = [(figure, exact(figure.share)) for figure in figures if figure.share is not None]
    total, slack = sum(share for _, share in shares), half_a_place(shares_of(figures)) * len(shares)
    choices = 1 if part.kind == "single" else part.most or len(part.options)
    is_whole = part.kind == "single" and len(shares) == len(part.options)
    if total <= WHOLE * choices + slack and not (is_whole and total < WHOLE - slack):
        return
    parts = " + ".join(f"{_label(part, figure)} {figure.share:g}%" for figure, _ in shares)
    should = (
        f"单选题应为 100%（四舍五入最多差 {float(slack):g} 个百分点）"
        if choices == 1
        else f"最多选 {choices} 项，不应超过 {choices * 100}%"
    )
    zh = f"题 {part.key}（{part.text}）的占比合计 {float(total):g}%：{parts}；{should}。请核对原文。"
    en = f"The shares of {part.key} add up to {float(total):g} %, not to {choices * 100} %."
    yield Contradiction("shares-off-100", Message(zh, en), part.key)


def _sum_of_counts(part: Part, figures: Figures) -> Iterator[Contradiction]:
    counted = [figure for figure in figures if figure.respondents is not None]
    base = max((figure.base for figure in figures if figure.base is not None), default=None)
    total = sum(figure.respondents or 0 for figure in counted)
    choices = 1 if part.kind == "single" else part.most or len(part.options)
    if base is None or total <= base * choices:
        return
    parts = " + ".join(f"{_label(part, figure)} {figure.respondents}" for figure in counted)
    zh = f"题 {part.key}（{part.text}）各项企业数合计 {total}（{parts}），{base} 家企业每家最多选 {choices} 项。请核对原文。"
    yield Contradiction("counts-over-base", Message(zh, f"{total} choices of {base} respondents."), part.key)


def _bases(part: Part, figures: Figures) -> Iterator[Contradiction]:
    bases = sorted({figure.base for figure in figures if figure.base is not None})
    if len(bases) > 1:
        zh = f"题 {part.key}（{part.text}）各项的基数不同：{'、'.join(map(str, bases))}。同一题的基数应当相同。"
        yield Contradiction("bases-differ", Message(zh, f"The options of {part.key} have different bases."), part.key)


def _of_one(part: Part, figure: PublishedFigure) -> Iterator[Contradiction]:
    count, share, base = figure.respondents, figure.share, figure.base
    if base is None:
        return
    named = f"题 {part.key}（{part.text}）选项 {_label(part, figure)}"
    if count is not None and count > base:
        zh = f"{named}的企业数 {count} 多于基数 {base}。"
        yield Contradiction("count-over-base", Message(zh, f"{count} of {base} respondents."), part.key)
    elif share is not None and count is not None and not _rounds_to(count, base, share):
        zh = f"{named}：{count} ÷ {base} = {count / base:.2%}，而占比写着 {share:g}%。"
        yield Contradiction("count-against-share", Message(zh, f"{count} of {base} is not {share:g} %."), part.key)


def _of_no_count(part: Part, figures: Figures) -> Iterator[Contradiction]:
    """Shares without counts that no whole number of respondents makes: the base is another, or a share is misprinted."""
    shares = [figure for figure in figures if figure.share is not None and figure.respondents is None]
    base = max((figure.base for figure in shares if figure.base is not None), default=0)
    wrong = [figure for figure in shares if base and not _is_of_some_count(figure.share, base)]
    if not wrong:
        return
    listed = "、".join(f"{_label(part, figure)} {figure.share:g}%" for figure in wrong)
    likely = _likely_base(shares_of(shares), base)
    hint = f"基数是 {likely} 时各项都得得出。" if likely else "请核对原文。"
    zh = f"题 {part.key}（{part.text}）：{base} 家企业里没有一个企业数得出这些占比：{listed}。{hint}"
    en = f"No count of {base} respondents makes these shares of {part.key}."
    yield Contradiction("shares-of-no-count", Message(zh, en), part.key)


def _likely_base(shares: Sequence[float], below: int) -> int | None:
    """The largest smaller number of respondents of which all shares can be."""
    tried = range(below - 1, max(below - MOST_TRIED, below // 2), -1)
    return next((base for base in tried if all(_is_of_some_count(share, base) for share in shares)), None)


def _rounds_to(count: int, base: int, share: float | None) -> bool:
    return abs(Fraction(100 * count, base) - exact(share)) <= half_a_place([share or 0.0])


def _is_of_some_count(share: float | None, base: int) -> bool:
    nearest = round(exact(share) * base / 100)
    return any(_rounds_to(count, base, share) for count in (nearest - 1, nearest, nearest + 1) if 0 <= count <= base)


def _of_plan(design: Design) -> Iterator[Contradiction]:
    planned = [stratum.planned for stratum in design.strata]
    if design.planned is None or not planned or None in planned:
        return
    total = sum(each or 0 for each in planned)
    if total != design.planned:
        parts = " + ".join(map(str, planned))
        zh = f"各层计划合计 {total}（{parts}），而样本总数写着 {design.planned}。"
        yield Contradiction("plan-off-total", Message(zh, f"The strata plan {total}, the design {design.planned}."))


def _of_strata(design: Design, counts: Counts) -> Iterator[Contradiction]:
    """Once anybody has answered; before that fewer than planned is no news."""
    if not counts.responses:
        return
    for stratum in design.strata:
        yield from _against_plan(
            f"层 {stratum.key}（{stratum.label}）", stratum.planned, counts.by_stratum.get(stratum.key, 0), stratum.key
        )
    if not design.strata:
        yield from _against_plan("样本", design.planned, counts.responses, None)
    outside = counts.by_stratum.get(None, 0)
    if design.strata and outside:
        zh = f"有 {outside} 份答卷不在任何一层：没有写 stratum，情况也不符合哪一层的条件，或缺要看的情况。"
        yield Contradiction("outside-strata", Message(zh, f"{outside} responses are in no stratum."))
    if counts.outside_period:
        zh = f"有 {counts.outside_period} 份答卷的日期不在调查期间内。"
        yield Contradiction("outside-period", Message(zh, f"{counts.outside_period} responses lie outside the period."))


def _against_plan(named: str, planned: int | None, answered: int, stratum: str | None) -> Iterator[Contradiction]:
    if planned is None or planned == answered:
        return
    rule, word = ("more-than-planned", "多") if answered > planned else ("fewer-than-planned", "少")
    zh = f"{named}计划 {planned} 家，收到 {answered} 份，{word} {abs(answered - planned)} 份。"
    yield Contradiction(rule, Message(zh, f"{planned} planned, {answered} answered."), stratum=stratum)


def _of_demands(sample: int | None, counts: Counts) -> Iterator[Contradiction]:
    if sample is not None and counts.heavy:
        zh = f"有诉求的企业数多于被调查的 {sample} 家：{_numbered(counts.heavy)}。"
        numbers = [number for number, _ in counts.heavy]
        yield Contradiction("weight-over-sample", Message(zh, f"Weights above the {sample} asked."), demands=numbers)
    if counts.of_one:
        zh = f"一份答卷是一家企业，而这些注明了答卷的诉求写着不止一家：{_numbered(counts.of_one)}。"
        numbers = [number for number, _ in counts.of_one]
        yield Contradiction("weight-of-one", Message(zh, "Demands of one response weigh more than 1."), demands=numbers)


def _numbered(demands: Iterable[tuple[int, int]]) -> str:
    listed = list(demands)
    shown = "、".join(f"第 {number} 条 {weight} 家" for number, weight in listed[:SHOWN])
    return shown + (" 等" if len(listed) > SHOWN else "")


def _label(part: Part, figure: PublishedFigure) -> str:
    return next(option.label for option in part.options if option.code == figure.option)


def shares_of(figures: Figures) -> list[float]:
    return [figure.share for figure in figures if figure.share is not None]


def exact(share: float | None) -> Fraction:
    """As printed: 88.2 is 882 ÷ 10, whatever a binary number makes of it."""
    return Fraction(str(share or 0))


def half_a_place(shares: Iterable[float]) -> Fraction:
    """Half of the last place that any of the shares is printed with."""
    places = max((len(str(share).partition(".")[2].rstrip("0")) for share in shares), default=0)
    return Fraction(1, 2 * 10**places)
