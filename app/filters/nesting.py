"""How deep the SQL of a filter will be nested: SQLite's parser gives up at 100 pending symbols."""

from collections.abc import Mapping

from app.filters import syntax

MAX_NESTING = 70  # The statement around the filter needs its share.
LEAF = 8  # table.column in ROUND(CAST(…))
DIVISOR = 6  # NULLIF(ROUND(…))

# Symbols that wait on the parser's stack while the first part is read, and while a later one is.
PENDING: Mapping[type[syntax.Node], tuple[int, int]] = {
    syntax.Or: (0, 2),
    syntax.And: (1, 3),
    syntax.Not: (1, 1),
    syntax.Compare: (1, 3),
    syntax.Like: (1, 1),
    syntax.Between: (1, 5),
    syntax.In: (1, 6),
    syntax.IsNull: (1, 1),
    syntax.Arithmetic: (1, 3),
    syntax.Negative: (2, 2),
    syntax.Call: (8, 8),
}


def nesting(node: syntax.Node) -> int:
    """An upper bound of the symbols that wait at once. The tree is no deeper than the parser allows."""
    first, later = PENDING.get(type(node), (0, 0))
    if isinstance(node, syntax.Arithmetic) and node.sign == "/":
        later += DIVISOR
    return max(
        (nesting(each) + (later if place else first) for place, each in enumerate(node.children())), default=LEAF
    )
