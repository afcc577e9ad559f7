"""What a report cites of where a formula is from: not what it was checked against, which are the figures of others."""

from collections.abc import Mapping
from typing import Any

from app.metrics.definitions import JOINED, checked, study


def citable(meaning: Mapping[str, Any]) -> dict[str, Any]:
    """A definition without what is said of published figures; in the place of a source of nothing else stands the study."""
    texts = {name: _without_checked(meaning[name], by) for name, by in JOINED.items()}
    caveats = [each for each in meaning["caveats"] if each not in checked()]
    return {**meaning, **texts, "source": texts["source"] or study(), "caveats": caveats}


def _without_checked(text: str, by: str) -> str:
    ending = next((each for each in checked() if text == each or text.endswith(by + each)), "")
    return text.removesuffix(ending).removesuffix(by) if ending else text
