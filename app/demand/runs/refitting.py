"""Fitting the weights to what people judged: on demands that were held back, is it better than what is in use?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection

from app.access.rules import Caller
from app.audit.log import Deed, record
from app.clock import Clock
from app.db import Database
from app.demand.matching.fitting import fit_calibrator, fit_ranker, thresholds
from app.demand.matching.matcher import MATCHER_VERSION, Matcher
from app.demand.matching.scoring import Example, Outcome, outcome, scores
from app.demand.matching.semantic import installed_encoder
from app.demand.matching.text import NotADemand
from app.demand.matching.weights import Mode, Weights
from app.demand.runs.judged import Settled, settled
from app.demand.runs.matchers import build
from app.demand.runs.methods import (
    KnownWeights,
    Method,
    canonical,
    method_now,
    record_weights,
)
from app.demand.runs.rules import NothingToMatch
from app.errors import Conflict, Message
from app.settings import Settings

LEAST_JUDGED: Final = 40
"""Judged texts from which on a ranker gains more than it loses (measured)."""
LEAST_UNMET: Final = 25
"""Unmet ones that a calibrator needs."""
FOLDS: Final = 5
NOWHERE: Final = -1
FITTED: Final = "fitted"


class TooFewJudged(Conflict):
    slug, title = "too-few-judged", Message("判断太少", "Too few judgements")


@dataclass(frozen=True, slots=True)
class Measured:
    """Of judged demands: how many, how often the first hit is right (`recall_at_1`), and the rest of `scoring.Scores`."""

    demands: int
    recall_at_1: float | None
    recall_at_5: float | None
    mrr_at_10: float | None
    auroc: float | None
    brier: float | None

    def is_worse_than(self, before: "Measured") -> bool:
        return any(
            (new := getattr(self, name)) is not None and (old := getattr(before, name)) is not None and new < old
            for name in ("mrr_at_10", "auroc")
        )


@dataclass(frozen=True, slots=True)
class Refitted:
    """A mode fitted anew, with how the demands that were held back did before and after."""

    mode: Mode
    before: Measured
    after: Measured

    @property
    def scores(self) -> dict[str, Any]:
        return {"before": asdict(self.before), "after": asdict(self.after)}


@dataclass(frozen=True)
class Basis:
    """What new weights are fitted to: all that was judged, the examples it gives, and the weights that they start from."""

    held: Sequence[Settled]
    examples: Sequence[Example]
    known: KnownWeights

    @cached_property
    def unmet(self) -> int:
        return sum(not each.met for each in self.examples)

    @property
    def left_out(self) -> int:
        """Judged texts that can't be fitted to: redacted, or of an item or a list that can't be read any more."""
        return len(self.held) - len(self.examples)

    @property
    def is_seen(self) -> bool:
        """The weights in use were fitted to some of these judgements themselves, so that they look better than they are."""
        return "until_judgement" in self.known.weights.fitted_on

    @property
    def told(self) -> dict[str, Any]:
        return {
            "judged": len(self.examples),
            "unmet": self.unmet,
            "until_judgement": max(each.judgement for each in self.held),
            "from_weights": self.known.checksum,
            "matcher": MATCHER_VERSION,
        }


@dataclass(frozen=True, slots=True)
class Fit:
    """New weights, on what they were fitted, and how each mode did; `semantic` is None where the extra is missing."""

    id: int
    basis: Basis
    lexical: Refitted
    semantic: Refitted | None

    @property
    def is_worse(self) -> bool:
        return any(each.after.is_worse_than(each.before) for each in (self.lexical, self.semantic) if each)


def refit(database: Database, settings: Settings, *, by: Caller, clock: Clock) -> Fit:
    """The new weights are kept and told in the log; they are used once they are adopted. Raises TooFewJudged."""
    now = clock.now()
    with database.read() as connection:
        method, held = method_now(connection, settings, semantic=False), settled(connection, now)
    basis = Basis(held, examples_of(database, settings, method, held), method.known)
    demand_enough(basis.examples)
    encoder, weights = installed_encoder(), method.known.weights
    lexical = refitted(basis.examples, weights.lexical)
    meant = examples_of(database, settings, replace(method, encoder=encoder), held) if encoder else None
    semantic = refitted(meant, weights.semantic) if meant else None
    with database.write() as connection:
        return Fit(_keep(connection, basis, lexical, semantic, by=by, now=now), basis, lexical, semantic)


def demand_enough(examples: Sequence[Example]) -> None:
    if len(examples) < LEAST_JUDGED:
        zh = (
            f"判断过、能用来拟合的诉求只有 {len(examples)} 条，至少要 {LEAST_JUDGED} 条：再少，拟合出来的还不如现在的。"
        )
        en = f"{len(examples)} judged demands can be fitted to; {LEAST_JUDGED} are needed."
        raise TooFewJudged(Message(zh, en))


def examples_of(database: Database, settings: Settings, method: Method, held: Sequence[Settled]) -> list[Example]:
    """Each judged text beside the list it was judged about, which is read as it was then."""
    by_scope: dict[Any, list[Settled]] = {}
    for each in held:
        by_scope.setdefault(each.scope, []).append(each)
    found: list[Example] = []
    for scope, some in by_scope.items():
        try:
            matcher = build(database, settings, scope, method)
        except NothingToMatch:
            continue
        places = {entry.id: place for place, entry in enumerate(matcher.index.entries)}
        found += [example for each in some if (example := _example(matcher, each, places)) is not None]
    return found


def _example(matcher: Matcher, said: Settled, places: Mapping[int, int]) -> Example | None:
    """None for what can't be matched, or whose item isn't in the list."""
    is_met = said.item is not None
    if said.text is None or (said.item is not None and said.item not in places):
        return None
    try:
        found = matcher.candidates(said.text)
    except NotADemand:
        return None
    right = found.items == (NOWHERE if said.item is None else places[said.item])
    return Example(said.text, found, np.where(right, 2, 0).astype(np.int8), is_met, int(is_met))


def refitted(examples: Sequence[Example], prior: Mode) -> Refitted:
    """Fitted to all; measured on each fifth under weights that were fitted to the others."""
    calibrate = is_calibrated(examples)
    after = [outcome(each, fitted) for fitted, held in _by_turns(examples, prior, calibrate=calibrate) for each in held]
    mode = fit(examples, prior, calibrate=calibrate)
    if calibrate:
        mode = replace(mode, thresholds=thresholds(after))
    return Refitted(mode, measured([outcome(each, prior) for each in examples]), measured(after))


def is_calibrated(examples: Sequence[Example]) -> bool:
    return sum(not each.met for each in examples) >= LEAST_UNMET and any(each.met for each in examples)


def fit(examples: Sequence[Example], prior: Mode, *, calibrate: bool) -> Mode:
    ranker = fit_ranker(examples, prior.ranker)
    calibrator = fit_calibrator(examples, ranker, prior.calibrator) if calibrate else prior.calibrator
    return replace(prior, ranker=ranker, calibrator=calibrator)


def _by_turns(examples: Sequence[Example], prior: Mode, *, calibrate: bool) -> Iterator[tuple[Mode, list[Example]]]:
    """Which part a demand is in depends on its text alone; met and unmet ones are spread alike."""
    order = sorted(examples, key=lambda each: (each.met, sha256(each.text.encode()).digest()))
    for fold in range(FOLDS):
        rest = [each for place, each in enumerate(order) if place % FOLDS != fold]
        yield fit(rest, prior, calibrate=calibrate), order[fold::FOLDS]


def measured(outcomes: Sequence[Outcome]) -> Measured:
    said = scores(outcomes)
    ranks = [each.reciprocal_rank for each in outcomes if each.reciprocal_rank is not None]
    first = round(sum(rank == 1 for rank in ranks) / len(ranks), 4) if ranks else None
    return Measured(said.demands, first, said.recall_at_5, said.mrr_at_10, said.auroc, said.brier)


def _keep(
    connection: Connection, basis: Basis, lexical: Refitted, semantic: Refitted | None, *, by: Caller, now: datetime
) -> int:
    """The number of the weights."""
    modes = {"lexical": lexical.mode, "semantic": semantic.mode if semantic else basis.known.weights.semantic}
    version = sha256(canonical({name: asdict(mode) for name, mode in modes.items()})).hexdigest()[:12]
    weights = Weights(version, **modes, fitted_on=basis.told)
    fitted = {**basis.told, "lexical": lexical.scores, "semantic": semantic and semantic.scores}
    number = record_weights(connection, weights, FITTED, by=by, now=now, fitted=fitted)
    record(connection, by, Deed("matcher-weights.fit", f"matcher-weights/{number}"), now, **basis.told)
    return number
