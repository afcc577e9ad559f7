"""The demands of a run with all that is said of them: what counting and listing start from."""

from sqlalchemy import CTE, case, func, select

from app.demand.report.figures import NOT_MATCHED, UNCERTAIN
from app.demand.report.groups import DIMENSIONS
from app.demand.runs.outcomes import View, outcomes
from app.demand.surveys.models import demand, response
from app.demand.tabulation.queries import ATTRIBUTES


def described(view: View) -> CTE:
    """Each demand with what became of it (`outcomes`), `why` it is to be reviewed, its words, and what its enterprise is
    (`of_size`, …).

    Materialised: left to itself SQLite works it all out again for each thing that is asked of it.
    """
    said = outcomes(view).subquery("said")
    unsure = case((said.c.probability.is_(None), NOT_MATCHED), else_=UNCERTAIN)
    why = case((said.c.outcome == "review", func.coalesce(said.c.reason, unsure))).label("why")
    words = (demand.c.number, demand.c.text, demand.c.text_hash, demand.c.weight)
    groups = [ATTRIBUTES[name].label(f"of_{name}") for name in DIMENSIONS]
    joined = said.join(demand, demand.c.id == said.c.demand_id).outerjoin(
        response, response.c.id == demand.c.response_id
    )
    shown = select(said, why, *words, response.c.number.label("respondent"), *groups).select_from(joined)
    return shown.cte("described").prefix_with("MATERIALIZED")
