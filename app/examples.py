"""The contract with an example for every operation: what the demonstration was asked, and what it answered."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

SAYS = "演示区的真实回答；清单只列前两项"


@cache
def examples() -> Mapping[str, dict[str, Any]]:
    """By operation: `path`, `query`, `body`, `status`, `answer` (`make examples` records them)."""
    recorded: dict[str, dict[str, Any]] = json.loads(files("app").joinpath("examples.json").read_text("utf-8"))
    return recorded


def with_examples(document: dict[str, Any]) -> dict[str, Any]:
    """Adds to each operation the example that was recorded of it."""
    for operation in (each for path in document["paths"].values() for each in path.values()):
        if example := examples().get(operation["operationId"]):
            _add(operation, example)
    return document


def _add(operation: dict[str, Any], example: Mapping[str, Any]) -> None:
    for parameter in operation.get("parameters", ()):
        given = example.get(parameter["in"], {})
        if parameter["name"] in given:
            parameter["example"] = given[parameter["name"]]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content["example"] = example["body"]
    shown = next(iter(operation["responses"][str(example["status"])]["content"].values()))
    shown["examples"] = {"demonstration": {"summary": SAYS, "value": example["answer"]}}
