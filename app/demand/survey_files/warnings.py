"""What of the whole survey would not add up once a file is taken in."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from app.demand.survey_files.reading import Kind
from app.demand.survey_files.tally import MOST_NAMED, Tally
from app.demand.surveys.contradictions import Counts, contradictions, sample_size
from app.demand.surveys.queries import Survey
from app.files.remarks import Remark

# Fewer than planned is no news while answers come in; published figures don't come in files.
OF_WHAT_COMES: dict[Kind, tuple[str, ...]] = {
    "responses": ("more-than-planned", "outside-strata", "outside-period"),
    "demands": ("weight-over-sample", "weight-of-one"),
}


def whole_remarks(held: Survey, before: Counts, tally: Tally, kind: Kind) -> Iterator[Remark]:
    """One for each that is found."""
    together = _together(held, before, tally)
    for each in contradictions(held.questionnaire, held.design, held.published, together):
        if each.rule in OF_WHAT_COMES[kind]:
            yield Remark(each.rule, each.message, max(1, len(each.demands)), value=each.stratum)


def _together(held: Survey, before: Counts, tally: Tally) -> Counts:
    """What there was and what comes."""
    responses = before.responses + sum(tally.strata.values())
    sample = sample_size(held.design, held.published, responses)
    return replace(
        before,
        responses=responses,
        by_stratum=Counter(before.by_stratum) + tally.strata,
        outside_period=before.outside_period + tally.outside_period,
        heavy=[each for each in (*before.heavy, *tally.heavy) if sample is None or each[1] > sample][:MOST_NAMED],
        of_one=[*before.of_one, *tally.of_one][:MOST_NAMED],
    )
