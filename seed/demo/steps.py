"""The steps in which an item is handled, and those that are spared with its visits."""

from seed.demo.matters import Matter

LAST = ("收件", "受理", "审查", "决定", "制证", "送达")
SPARED = ("现场核验", "复核")  # Before the decision: as many of them as are spared later.
AT_THE_WINDOW = ("收件", "受理", "送达")


def process(matter: Matter, *, spared_later: int = 0) -> dict[str, object]:
    names = _names(matter)
    decided = names.index("决定")
    names[decided:decided] = SPARED[:spared_later]
    steps = [{"name": name, "handler": "窗口人员" if name in AT_THE_WINDOW else "审批人员"} for name in names]
    return {"process": "→".join(names), "process_steps": steps}


def _names(matter: Matter) -> list[str]:
    names = list(LAST)
    if not matter.basic.is_licence:
        names.remove("制证" if matter.basic.result != "10" else "收件")
    if matter.basic.days == 0:
        names.remove("审查")
    return names
