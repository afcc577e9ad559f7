"""Pages of documentation: their blocks, their tables, and the curl commands in them."""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

from fastapi.testclient import TestClient

HOST = "http://localhost:8000"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEREDOC = re.compile(r"^cat > (\S+) <<'END'\n(.*?)^END\n", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> list[tuple[str, str]]:
    return BLOCK.findall(page.read_text("utf-8"))


def rows(text: str) -> Iterator[list[str]]:
    """The rows of tables that begin with a code, their cells without backticks."""
    for line in text.splitlines():
        if line.startswith("| `"):
            yield [cell.strip().strip("`") for cell in line.strip("|").split(" | ")]


@dataclass
class Call:
    """A curl command of a page."""

    method: str = "GET"
    address: str = ""
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    output: str | None = None


def read_curl(command: str) -> Call:
    call, words, as_query = Call(), iter(shlex.split(command)[1:]), False
    for word in words:
        if word == "-G":
            as_query = True
        elif word == "-X":
            call.method = next(words)
        elif word == "-H":
            call.headers.update([pair(next(words), ": ")])
        elif word == "-F":
            call.method = "POST"
            call.form.update([pair(next(words), "=")])
        elif word == "-o":
            call.output = next(words)
        elif word in ("-d", "--data-urlencode") and as_query:
            call.query.update([pair(next(words), "=")])
        elif word == "-d":
            call.method, call.body = "POST" if call.method == "GET" else call.method, next(words)
        elif word != "-s":
            assert word.startswith(HOST), f"an option the test does not know: {word}"
            call.address = word.removeprefix(HOST)
    return call


def pair(text: str, sign: str) -> tuple[str, str]:
    name, _, value = text.partition(sign)
    return name, value


def send(client: TestClient, call: Call, keys: Mapping[str, str], files: dict[str, bytes]) -> Any:
    headers = {name: Template(value).safe_substitute(keys) for name, value in call.headers.items()}
    uploads = {name: (path[1:], files[path[1:]]) for name, path in call.form.items() if path.startswith("@")}
    form = {name: value for name, value in call.form.items() if name not in uploads}
    return client.request(
        call.method,
        call.address,
        params=call.query or None,
        headers=headers,
        content=call.body,
        data=form or None,
        files=uploads or None,
    )


def stands_in(quoted: Any, answer: Any) -> bool:
    """Whether a shortened answer says nothing that the whole one does not."""
    if isinstance(quoted, dict):
        return isinstance(answer, dict) and all(k in answer and stands_in(v, answer[k]) for k, v in quoted.items())
    if isinstance(quoted, list):
        return len(quoted) <= len(answer) and all(map(stands_in, quoted, answer))
    return bool(quoted == answer)
