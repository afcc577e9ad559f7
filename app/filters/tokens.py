"""The words of a filter, and the limits that hold before anything is parsed."""

import re
from collections.abc import Iterator

from lark import Token
from lark.common import LexerConf
from lark.lexer import Lexer

from app.filters.errors import Piece, refusal

MAX_LENGTH = 8_000
MAX_DEPTH = 40
MAX_TERMS = 600

KEYWORDS = {
    "AND": "_AND",
    "OR": "_OR",
    "NOT": "NOT",
    "LIKE": "_LIKE",
    "BETWEEN": "_BETWEEN",
    "IN": "_IN",
    "IS": "_IS",
    "NULL": "_NULL",
    "TRUE": "BOOLEAN",
    "FALSE": "BOOLEAN",
}
TERMS = frozenset({"NAME", "QUOTED", "STRING", "NUMBER", "BOOLEAN", "_NULL"})
# What people type who know other languages, or whose keyboard is in Chinese mode.
FOREIGN = {
    "==": "=", "!=": "<>", "&&": "AND", "||": "OR", "（": "(", "）": ")", "，": ",", "、": ",", "＝": "=",
    "＜": "<", "＞": ">", "≤": "<=", "≥": ">=", "≠": "<>", "‘": "'", "’": "'", "“": "'", "”": "'", "＋": "+",
    "－": "-", "×": "*", "÷": "/",
}  # fmt: skip

WORD = re.compile(
    rf"""\s+
    | (?P<STRING>'[^']*(?:''[^']*)*')
    | (?P<QUOTED>"[^"]+")
    | (?P<NUMBER>(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{{1,4}})?(?![\w.]))
    | (?P<unquoted>[\d.]+\w[\w.]*)
    | (?P<NAME>\w+)
    | (?P<foreign>{"|".join(map(re.escape, FOREIGN))})
    | (?P<COMPARISON><=|>=|<>|[=<>])
    | (?P<PLUS>\+) | (?P<MINUS>-) | (?P<TIMES>[*/])
    | (?P<_OPEN>\() | (?P<_CLOSE>\)) | (?P<_COMMA>,)
    | (?P<unclosed_string>'.*)
    | (?P<unclosed_name>".*)
    | (?P<unexpected>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
REFUSED = {
    "foreign": "foreign-symbol",
    "unquoted": "unquoted-value",
    "unclosed_string": "unclosed-string",
    "unclosed_name": "unclosed-name",
    "unexpected": "unexpected-character",
}


def tokens_of(text: str) -> list[Token]:
    """The words of the text, brackets balanced; refuses what is too long, too deep or has too many terms."""
    if len(text) > MAX_LENGTH:
        raise refusal("too-long", Piece(text, 0), count=len(text), limit=MAX_LENGTH)
    if bad := UNSTORABLE.search(text):
        raise refusal("bad-character", Piece("", bad.start()))
    tokens = [_token(match) for match in WORD.finditer(text) if match.lastgroup]
    _check_terms(tokens)
    _check_brackets(tokens)
    return tokens


class Words(Lexer):
    """Hands the words to the parser."""

    def __init__(self, _: LexerConf) -> None:
        pass

    def lex(self, text: str) -> Iterator[Token]:  # type: ignore[override]  # lark's interface for a lexer of one's own
        return iter(tokens_of(text))


def piece_of(token: Token) -> Piece:
    return Piece(str(token), token.start_pos or 0)


def _token(match: re.Match[str]) -> Token:
    kind, text, start = str(match.lastgroup), match[0], match.start()
    if kind in REFUSED:
        suggestion = FOREIGN.get(text, f"'{text}'" if kind == "unquoted" else None)
        raise refusal(REFUSED[kind], Piece(text, start), suggestion=suggestion)
    kind = KEYWORDS.get(text.upper(), kind) if kind == "NAME" else kind
    return Token(kind, text, start_pos=start, end_pos=match.end())


def _check_terms(tokens: list[Token]) -> None:
    terms = [token for token in tokens if token.type in TERMS]
    if len(terms) > MAX_TERMS:
        raise refusal("too-many-terms", piece_of(terms[MAX_TERMS]), limit=MAX_TERMS)


def _check_brackets(tokens: list[Token]) -> None:
    opened: list[Token] = []
    for token in tokens:
        if token.type == "_OPEN":
            opened.append(token)
        elif token.type == "_CLOSE":
            if not opened:
                raise refusal("extra-bracket", piece_of(token))
            opened.pop()
        if len(opened) > MAX_DEPTH:
            raise refusal("too-deep", piece_of(token))
    if opened:
        raise refusal("unclosed-bracket", piece_of(opened[-1]))
