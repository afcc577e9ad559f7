"""What a hand-over changes in an item: its department, and the national codes that carry the former one's. Pure."""

from collections.abc import Mapping

from app.catalogue.codes import is_local

CREDIT_CODE = 18  # Characters of a 统一社会信用代码, with which a national code begins.
# A copy of the item's code, or of the part of it that names the item above the handling item.
CARRYING = ("task_code", "handling_item_code")


def moved(code: str, old: str, to: str) -> str:
    """The national code (31 or 33 characters) with the new body's credit code for the old one's; others stay."""
    national = len(old) == len(to) == CREDIT_CODE and not is_local(code) and code.startswith(old)
    return to + code[CREDIT_CODE:] if national else code


def changes(held: Mapping[str, str | None], to: str, new_code: str | None) -> dict[str, str]:
    """The elements of an item that the hand-over changes, with their new values. `new_code` overrides what follows."""
    old, code = str(held["department_code"]), str(held["code"])
    following = moved(code, old, to)
    changed = {"department_code": to, "code": new_code or following}
    for name in CARRYING:
        own = held[name]
        if own:
            changed[name] = changed["code"] if own == code else moved(own, old, to)
    return {name: value for name, value in changed.items() if value != held[name]}
