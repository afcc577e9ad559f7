"""CQL2 text → a tree of nodes. LALR: linear in the text, whatever the text is."""

from functools import lru_cache

from lark import Lark, Token, Tree, UnexpectedToken
from lark.ast_utils import create_transformer

from app.filters import syntax
from app.filters.errors import Piece, refusal
from app.filters.mistakes import mistake
from app.filters.nesting import MAX_NESTING, nesting
from app.filters.tokens import MAX_DEPTH, Words, tokens_of

GRAMMAR = Lark.open(
    "cql2.lark", rel_to=__file__, parser="lalr", lexer=Words, propagate_positions=True, maybe_placeholders=True
)
NODES = create_transformer(syntax)
CACHED_LENGTH = 1_000  # Longer filters are rare, and remembering them would let strangers fill the memory.


def parse(text: str) -> syntax.Node:
    """The tree of a filter. Raises FilterError for text that is no CQL2, or is beyond the limits."""
    return _parse_cached(text) if len(text) <= CACHED_LENGTH else _parse(text)


def _parse(text: str) -> syntax.Node:
    try:
        tree = GRAMMAR.parse(text)
    except UnexpectedToken as error:
        raise mistake(text, tokens_of(text), error.token) from None
    _check_depth(text, tree)
    node: syntax.Node = NODES.transform(tree)
    if nesting(node) > MAX_NESTING:
        raise refusal("too-deep", Piece(text, 0))
    return node


_parse_cached = lru_cache(maxsize=512)(_parse)


def _check_depth(text: str, tree: Tree[Token]) -> None:
    """Looks at the tree level by level, so that the depth of the text is never the depth of the stack."""
    level = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in node.children if isinstance(child, Tree)]
        if not level:
            return
    start = level[0].meta.start_pos
    raise refusal("too-deep", Piece(text[start : start + 1], start))
