"""One demand as it is stated: its words, how many enterprises ask for it, and the question it comes from. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.demand.matching.text import text_hash
from app.demand.surveys.answering import as_number, unknown_question
from app.demand.surveys.misfits import Misfit, misfit
from app.demand.surveys.questions import Questionnaire, repeated
from app.demand.surveys.wording import misfits_of_demand

HEAVIEST = 1_000_000  # Enterprises.
FEWEST_PARTS = 2


@dataclass(frozen=True, slots=True)
class Demand:
    """As it is stored."""

    text: str
    weight: int = 1
    question: str | None = None
    response_id: int | None = None
    part_of: int | None = None


def read_demand(
    questionnaire: Questionnaire, text: str, weight: object = None, question: str | None = None
) -> tuple[Demand, list[Misfit]]:
    """The demand, not to be kept where there are misfits: at text, weight or question."""
    misfits = [each.below("text") for each in misfits_of_demand(text)]
    read = read_weight(weight)
    if isinstance(read, Misfit):
        misfits.append(read.below("weight"))
        read = 1
    if question is not None and question not in questionnaire.asked:
        misfits.append(unknown_question(questionnaire, question).below("question"))
    return Demand(text.strip(), read, question), misfits


def read_weight(given: object) -> int | Misfit:
    """How many enterprises ask for it: 1 where nothing is stated."""
    if given is None or given == "":
        return 1
    number = as_number(given)
    if number is None or not number.is_integer():
        zh = f"企业数（weight）应为整数，得到“{str(given)[:60]}”"
        return misfit("not-a-number", zh, f"weight must be a whole number, not {str(given)[:60]!r}", given)
    if number < 1:
        zh = f"企业数（weight）至少为 1，得到 {number:g}；没有企业提出的不是诉求"
        return misfit("weight-not-positive", zh, f"weight must be 1 or more, not {number:g}", given)
    if number > HEAVIEST:
        zh = f"企业数（weight）最多 {HEAVIEST}，得到 {number:g}"
        return misfit("weight-too-large", zh, f"weight is {HEAVIEST} at most", given)
    return int(number)


def misfits_of_parts(parts: Sequence[str]) -> list[Misfit]:
    """A demand is split into at least two, each a demand of its own; each misfit is at its place."""
    if len(parts) < FEWEST_PARTS:
        zh = f"拆分至少要有 {FEWEST_PARTS} 条，得到 {len(parts)} 条"
        return [misfit("too-few-parts", zh, f"at least {FEWEST_PARTS} parts are needed", len(parts))]
    found = [each.below(place) for place, part in enumerate(parts) for each in misfits_of_demand(part)]
    for place, first in repeated(map(text_hash, parts)):
        zh = f"与第 {first + 1} 条说的一样"
        found.append(misfit("repeated", zh, f"says the same as part {first + 1}", parts[place]).below(place))
    return found
