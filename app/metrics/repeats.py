"""Several values that were written as one, with commas between them."""

import re
from collections.abc import Container

from app.errors import Fault, fault

COMMA = re.compile("[,，、]")


def not_repeated(parameter: str, value: str, known: Container[str], *, several: bool = True) -> Fault | None:
    """How to ask, where every part of the value would be right alone. `several`: whether the parameter may repeat."""
    parts = [part.strip() for part in COMMA.split(value[:500])]
    if len(parts) < 2 or not all(part in known for part in parts):
        return None
    suggestion = "&".join(f"{parameter}={part}" for part in parts) if several else parts[0]
    zh, en = f"多个值请重复写：{suggestion}。", f"Repeat the parameter for several values: {suggestion}."
    if not several:
        zh, en = f"参数 {parameter} 只能给一个值，请分几次查询。", f"{parameter} takes one value. Ask for each in turn."
    return fault(zh, en, parameter=parameter, value=value[:100], rule="not-repeated", suggestion=suggestion)
