"""Which form an answer has: what a header such as Accept prefers, and what `format` names."""

import math
from collections.abc import Collection, Mapping
from difflib import get_close_matches

from app.errors import Message, refused


def weights(header: str) -> Mapping[str, float]:
    """How much each of the named things is wanted, from 0 to 1, in lower case."""
    return dict(map(_weighed, header.split(",")))


def _weighed(part: str) -> tuple[str, float]:
    name, *parameters = part.replace(" ", "").casefold().split(";")
    given = next((parameter[2:] for parameter in parameters if parameter.startswith("q=")), "1")
    try:
        weight = float(given)
    except ValueError:
        weight = 0.0
    return name, weight if math.isfinite(weight) else 0.0


def preferred(header: str, offered: Mapping[str, str], default: str) -> str:
    """The key of the offered media type that an Accept header wants most; `default` where it wants none of them more.

    A type that is named goes before `*/*`, and `default` before another that is wanted as much.
    """
    wanted = weights(header)
    general = max(wanted.get("*/*", 0.0), wanted.get("application/*", 0.0))

    def rank(key: str) -> tuple[float, bool, bool]:
        named = offered[key] in wanted
        return wanted[offered[key]] if named else general * (key == default), named, key == default

    best = max(offered, key=rank)
    return best if rank(best)[0] else default


def checked_form(text: str | None, offered: Collection[str]) -> str | None:
    """What `format` names. Raises Malformed with the nearest where it is not offered."""
    if text is None or text in offered:
        return text
    near = next(iter(get_close_matches(text[:40].casefold(), offered, 1, 0.4)), None)
    hint, english = (f"是否为 {near}？", f" Did you mean {near!r}?") if near else ("", "")
    zh = f"没有“{text[:40]}”这种形式，可用：{'、'.join(offered)}。{hint}"
    en = f"There is no format {text[:40]!r}, only {', '.join(offered)}.{english}"
    raise refused("format", text, "unknown-format", Message(zh, en), near)
