"""The two sides of a comparison: what kind each is, and making a written value fit the property beside it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Date, Text, false, literal, true

from app.filters import expressions
from app.filters.errors import FilterError, Piece, refusal
from app.filters.properties import KIND_NAMES, NEAREST, Form, Kind, Property, codes_called, nearest_codes

Value = str | int | Decimal | bool | date
TEXTUAL: frozenset[Kind] = frozenset({"text", "code"})
NUMBER_LIMIT = 2**53  # Beyond it SQLite's numbers are no longer exact.
FINEST_EXPONENT = -15
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DATE_LIKE = re.compile(r"([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?")
WRITTEN_NUMBERS = re.compile(r"[0-9.\-/\s]+")
YES_AND_NO = {"是": "true", "1": "true", "true": "true", "yes": "true", "y": "true"} | dict.fromkeys(
    ("否", "0", "false", "no", "n"), "false"
)


@dataclass(frozen=True, slots=True)
class Operand:
    """A compiled part: its SQL, the value if it was written out, the property if it is one.

    `computed` is arithmetic, still to be rounded; `factors` counts the numbers multiplied or divided in it: a bound of
    how large it can get.
    """

    kind: Kind
    sql: ColumnElement[Any]
    piece: Piece
    value: Value | None = None
    declared: Property | None = None
    computed: bool = False
    factors: int = 1


def text(value: str, piece: Piece) -> Operand:
    return Operand("text", literal(value, Text()), piece, value)


def boolean(value: bool, piece: Piece) -> Operand:  # noqa: FBT001  # the value itself
    return Operand("flag", true() if value else false(), piece, value)


def number(value: Decimal, piece: Piece) -> Operand:
    """A written number; refused where the databases couldn't hold it exactly."""
    if value.copy_abs() >= NUMBER_LIMIT:
        raise refusal("number-too-large", piece)
    if int(value.as_tuple().exponent) < FINEST_EXPONENT:
        raise refusal("number-too-fine", piece)
    whole = int(value) if value == value.to_integral_value() else value
    return Operand("number", expressions.number(whole), piece, whole)


def day(written: str, piece: Piece) -> Operand:
    """A date written year-month-day; refused with the right form if it can be guessed."""
    value = _date(written) if DATE.fullmatch(written) else None
    if value is None:
        raise refusal("not-a-date", piece, suggestion=_guessed_day(written))
    return Operand("date", literal(value, Date()), piece, value)


def _guessed_day(written: str) -> str | None:
    found = DATE_LIKE.fullmatch(written)
    guess = _date("{}-{:0>2}-{:0>2}".format(*found.groups())) if found else None
    return f"DATE('{guess}')" if guess else None


def _date(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def agreed(operands: Sequence[Operand], *, ordered: bool) -> list[Operand]:
    """The operands as one kind; what they are compared with is the first that is not a written value."""
    pivot = next((operand for operand in operands if operand.value is None), operands[0])
    if ordered and pivot.kind == "flag":
        raise refusal("flag-order", pivot.piece)
    return [operand if operand is pivot else fitted(operand, pivot, ordered=ordered) for operand in operands]


def fitted(operand: Operand, beside: Operand, *, ordered: bool = False) -> Operand:
    """The operand as the kind of the one beside it. A code need not exist to be the bound of a range."""
    fit = FITS.get((_form(operand), beside.kind))
    if fit:
        return fit(operand, beside)
    if operand.kind != beside.kind and not {operand.kind, beside.kind} <= TEXTUAL:
        raise _mismatch(operand, beside)
    if isinstance(operand.value, str) and beside.declared and beside.declared.codes is not None:
        return coded(operand, beside.declared, ordered=ordered)
    if isinstance(operand.value, str) and beside.declared and beside.declared.form is not None:
        return _in_form(operand, beside.declared.form)
    return operand


def _in_form(operand: Operand, form: Form) -> Operand:
    """A value in another form is found nowhere, and no bound of anything."""
    meant = form.meant(str(operand.value))
    if meant != operand.value:
        raise refusal(form.rule, operand.piece, suggestion=meant and f"'{meant}'")
    return operand


def coded(operand: Operand, declared: Property, *, ordered: bool = False) -> Operand:
    """A written code or label as the code."""
    value, codes = str(operand.value), declared.codes
    if codes is None or value in codes or (ordered and value.isascii()):
        return operand
    found = codes_called(value, codes)
    if len(found) == 1:
        return replace(operand, sql=literal(found[0], Text()), value=found[0])
    near = found or nearest_codes(value, codes)
    rule = "ambiguous-label" if found else "unknown-code"
    shown = [f"{code} {codes[code]}" for code in near or list(codes)[:NEAREST]]
    raise refusal(rule, operand.piece, nearest=shown, suggestion=next(iter(near), None), label=declared.label)


def comparable(operand: Operand, *, by_code_point: bool) -> ColumnElement[Any]:
    if operand.kind == "flag" and operand.value is None and operand.declared is None:
        return expressions.grouped(operand.sql)
    if operand.computed:
        return expressions.rounded(operand.sql)
    return expressions.CodePoints(operand.sql) if operand.kind in TEXTUAL and by_code_point else operand.sql


def exact(operand: Operand) -> ColumnElement[Any]:
    return operand.sql if operand.computed else expressions.exact(operand.sql)


def wrong_kind(rule: str, operand: Operand, *, suggestion: str | None = None) -> FilterError:
    kind = KIND_NAMES[operand.kind]
    return refusal(rule, operand.piece, suggestion=suggestion, kind_zh=kind.zh, kind_en=kind.en)


def _form(operand: Operand) -> str:
    """What was written, for the table below: a text, a number, or nothing of the sort."""
    if isinstance(operand.value, str):
        return "text"
    return "number" if operand.kind == "number" and WRITTEN_NUMBERS.fullmatch(operand.piece.text) else "other"


def _as_day(operand: Operand, _: Operand) -> Operand:
    return day(str(operand.value), operand.piece)


def _lacks_quotes(operand: Operand, beside: Operand) -> Operand:
    declared, value = beside.declared, operand.piece.text
    codes = (declared and declared.codes) or {}
    meant = declared.form.meant(value) if declared and declared.form else None
    guess = meant or next(iter(nearest_codes(value, codes)), value)
    raise _beside("text-value", operand, beside, suggestion=f"'{guess}'")


def _not_a_flag(operand: Operand, beside: Operand) -> Operand:
    raise _beside("flag-value", operand, beside, suggestion=YES_AND_NO.get(str(operand.value).strip().lower()))


def _not_a_number(operand: Operand, beside: Operand) -> Operand:
    value = str(operand.value).strip()
    is_number = value.isascii() and value.replace(".", "", 1).isdigit()
    raise _beside("number-value", operand, beside, suggestion=value if is_number else None)


def _not_a_day(operand: Operand, _: Operand) -> Operand:
    raise refusal("not-a-date", operand.piece, suggestion=_guessed_day(operand.piece.text))


FITS: Mapping[tuple[str, Kind], Callable[[Operand, Operand], Operand]] = {
    ("text", "date"): _as_day,
    ("text", "flag"): _not_a_flag,
    ("text", "number"): _not_a_number,
    ("number", "flag"): _not_a_flag,
    ("number", "text"): _lacks_quotes,
    ("number", "code"): _lacks_quotes,
    ("number", "date"): _not_a_day,
}


def _beside(rule: str, operand: Operand, beside: Operand, *, suggestion: str | None) -> FilterError:
    kind = KIND_NAMES[beside.kind]
    return refusal(
        rule, operand.piece, suggestion=suggestion, other=beside.piece.shown, other_zh=kind.zh, other_en=kind.en
    )


def _mismatch(operand: Operand, beside: Operand) -> FilterError:
    kind, other = KIND_NAMES[operand.kind], KIND_NAMES[beside.kind]
    return refusal(
        "kind-mismatch",
        operand.piece,
        kind_zh=kind.zh,
        kind_en=kind.en,
        other=beside.piece.shown,
        other_zh=other.zh,
        other_en=other.en,
    )
