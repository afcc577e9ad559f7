"""What a clerk most likely did wrong where the parser stopped."""

from collections.abc import Sequence

from lark import Token

from app.filters.errors import FilterError, Piece, refusal
from app.filters.tokens import TERMS, piece_of

END = "$END"
ANYTHING: frozenset[str] = frozenset()
JOINTS = frozenset({"_AND", "_OR"})
VALUE_WANTED = frozenset({"COMPARISON", "PLUS", "MINUS", "TIMES", "_LIKE", "_BETWEEN", "_COMMA"})
CLOSED = TERMS | {"_CLOSE"}
OPENS = TERMS | {"_OPEN"}
STOPS = JOINTS | {"_CLOSE", "_COMMA", "COMPARISON", "TIMES", "_IS", "_IN", "_LIKE", "_BETWEEN", END}
KEYWORDS = JOINTS | {"NOT", "_LIKE", "_BETWEEN", "_IN", "_IS"}

# (the word before, the word where the parser stopped, the rule): the first row that fits is the answer; END before
# is the beginning.
ROWS: Sequence[tuple[frozenset[str], frozenset[str], str]] = (
    (frozenset({"_IS"}), ANYTHING, "after-is"),
    (frozenset({"_IN"}), ANYTHING, "after-in"),
    (VALUE_WANTED, STOPS, "missing-value"),
    (JOINTS, STOPS, "missing-condition"),
    (frozenset({"NOT"}), frozenset({END}), "missing-condition"),
    (frozenset({"NOT"}), ANYTHING, "after-not"),
    (frozenset({"_OPEN"}), frozenset({"_CLOSE"}), "empty-brackets"),
    (frozenset({"_OPEN", END}), JOINTS, "leading-joint"),
    (frozenset({END}), frozenset({END}), "empty-filter"),
    (CLOSED, frozenset({"COMPARISON"}), "chained-comparison"),
    (CLOSED, frozenset({"_IS"}), "null-test-of-comparison"),
    (CLOSED, OPENS, "missing-joint"),
    (ANYTHING, KEYWORDS, "reserved-word"),
)


def mistake(text: str, tokens: Sequence[Token], stopped: Token) -> FilterError:
    """The refusal of a text in which the parser stopped at a word, or at the end."""
    at_end = stopped.type == END
    before = _word_before(tokens, stopped)
    rule = _rule(tokens, before.type if before else END, stopped.type)
    piece = Piece("", len(text)) if at_end else piece_of(stopped)
    return refusal(rule, piece, before=piece_of(before).shown if before else "")


def _rule(tokens: Sequence[Token], before: str, stopped: str) -> str:
    if before in CLOSED and stopped in {END, "_CLOSE"} and any(token.type == "_BETWEEN" for token in tokens):
        return "unfinished-between"
    fits = (rule for befores, stops, rule in ROWS if _among(before, befores) and _among(stopped, stops))
    return next(fits, "unexpected-word")


def _among(word: str, words: frozenset[str]) -> bool:
    return not words or word in words


def _word_before(tokens: Sequence[Token], stopped: Token) -> Token | None:
    earlier = tokens if stopped.type == END else [t for t in tokens if (t.start_pos or 0) < (stopped.start_pos or 0)]
    return earlier[-1] if earlier else None
