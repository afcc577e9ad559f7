"""A filter in Chinese words: elements and codes by their labels. For people to read; nothing is parsed from it again."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.filters import syntax
from app.filters.parsing import parse
from app.filters.properties import Property
from app.filters.syntax import Node

COMPARED: Mapping[str, str] = {
    "=": "为", "<>": "不为", "<": "小于", ">": "大于", "<=": "不大于", ">=": "不小于",
}  # fmt: skip
OF_SETS: Mapping[str, str] = {
    "A_CONTAINS": "{}含{}", "A_OVERLAPS": "{}含{}之一", "A_EQUALS": "{}恰为{}", "A_CONTAINEDBY": "{}不出{}",
}  # fmt: skip
BEFORE_NUMBER = re.compile(r"(?<=[为于])(?=\d)")
BELOW = "WITHIN_DIVISION"
NO_CODES: Mapping[str, str] = {}


def in_words(text: str, named: Mapping[str, Property]) -> str:
    """Of a filter; `named` are the properties by each of their names. What has no words stays as it is written.

    Raises FilterError for what is no filter.
    """
    return BEFORE_NUMBER.sub(" ", _Wording(text, named).of(parse(text)))


@dataclass(frozen=True, slots=True)
class _Wording:
    text: str
    named: Mapping[str, Property]

    def of(self, node: Node, codes: Mapping[str, str] = NO_CODES) -> str:
        """`codes` are the labels of those that the node may be."""
        match node:
            case syntax.Or():
                return "，或".join(map(self.of, node.conditions))
            case syntax.And():
                return "，且".join(map(self._part, node.conditions))
            case syntax.Not():
                return f"不是（{self.of(node.condition)}）"
        return self._test(node, codes)

    def _part(self, node: Node) -> str:
        return f"（{self.of(node)}）" if isinstance(node, syntax.Or) else self.of(node)

    def _test(self, node: Node, codes: Mapping[str, str]) -> str:
        match node:
            case syntax.Compare():
                either = {**self._codes(node.left), **self._codes(node.right)}
                return self.of(node.left, either) + COMPARED[node.sign] + self.of(node.right, either)
            case syntax.In():
                among = self._listed(node.options.nodes, self._codes(node.value))
                return f"{self.of(node.value)}{'不' if node.negated else ''}为{among}之一"
            case syntax.IsNull():
                return self.of(node.value) + ("已填" if node.negated else "未填")
            case syntax.Between():
                low, high = self.of(node.low), self.of(node.high)
                return f"{self.of(node.value)}{'不' if node.negated else ''}在 {low} 和 {high} 之间"
            case syntax.Call():
                return self._call(node)
        return self._value(node, codes)

    def _value(self, node: Node, codes: Mapping[str, str]) -> str:
        match node:
            case syntax.Reference() if node.name in self.named:
                return self.named[node.name].label
            case syntax.String():
                return codes.get(node.value, node.value)
            case syntax.Boolean():
                return "是" if node.value else "否"
        return self.text[node.meta.start_pos : node.meta.end_pos]

    def _call(self, node: syntax.Call) -> str:
        name, of = node.name.upper(), node.arguments.nodes
        if name == BELOW:
            return f"在 {self.of(of[0])} 及其下级"
        if name not in OF_SETS:
            return self._value(node, NO_CODES)
        among = of[1].nodes if isinstance(of[1], syntax.Array) else of[1:]
        return OF_SETS[name].format(self.of(of[0]), self._listed(among, self._codes(of[0])))

    def _listed(self, nodes: Iterable[Node], codes: Mapping[str, str]) -> str:
        return "、".join(self.of(each, codes) for each in nodes) or "空"

    def _codes(self, node: Node) -> Mapping[str, str]:
        named = self.named.get(node.name) if isinstance(node, syntax.Reference) else None
        return (named.codes if named else None) or NO_CODES
