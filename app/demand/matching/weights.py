"""What was fitted: how features of a pair make its score, and those of a ranking a probability; with where from."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Linear:
    """A weighted sum: weights by the name of the feature, of features as they are."""

    weights: Mapping[str, float]
    intercept: float = 0.0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which probability a demand is matched, and under which it is unmet; a person reviews what lies between."""

    matched: float
    unmet: float


@dataclass(frozen=True, slots=True)
class Mode:
    """The weights without or with the semantic leg."""

    ranker: Linear
    calibrator: Linear
    thresholds: Thresholds


@dataclass(frozen=True, slots=True)
class Weights:
    """`fitted_on` says on how many demands, of which files, and how well they did on those held back."""

    version: str
    lexical: Mode
    semantic: Mode
    fitted_on: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Weights":
        """Raises KeyError or TypeError for what is no such document."""
        modes = {name: mode(document[name]) for name in ("lexical", "semantic")}
        return cls(document["version"], **modes, fitted_on=document["fitted_on"])


def mode(document: Mapping[str, Any]) -> Mode:
    linear = {name: Linear(**document[name]) for name in ("ranker", "calibrator")}
    return Mode(**linear, thresholds=Thresholds(**document["thresholds"]))


@cache
def shipped() -> Weights:
    return Weights.from_json(json.loads(files(__package__).joinpath("weights.json").read_text(encoding="utf-8")))
