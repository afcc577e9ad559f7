"""Starting and stopping the servers that are compared, one worker each."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bench.data import NOW, SHIXIANG, Data

PATIENCE = 60
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running server."""

    name: str
    port: int
    pid: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serving_ours(data: Data) -> Iterator[Server]:
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{data.catalogue}", "FROZEN_CLOCK": NOW}
    port = free_port()
    with running("shixiang", [SHIXIANG, "serve", "--port", port], port, "/healthz", environment) as server:
        yield server


@contextmanager
def serving_datasette(program: Path, data: Data) -> Iterator[Server]:
    """As it comes, but for its limits on time, rows and size, and without the suggested facets nobody asked for."""
    port = free_port()
    settings = {"sql_time_limit_ms": 60_000, "suggest_facets": "off", "max_returned_rows": 2_000, "max_csv_mb": 0}
    options = [part for name, value in settings.items() for part in ("--setting", name, value)]
    command = [program, "serve", data.flat, "--port", port, *options]
    with running("datasette", command, port, "/-/versions.json", dict(os.environ)) as server:
        yield server


@contextmanager
def serving_limit(data: Data) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "bench.limit", "--database", data.catalogue, "--port", port]
    with running("limit", command, port, "/openapi.json", dict(os.environ)) as server:
        yield server


@contextmanager
def running(name: str, command: list[object], port: int, ready: str, environment: dict[str, str]) -> Iterator[Server]:
    with subprocess.Popen(
        [str(part) for part in command], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        server = Server(name, port, process.pid)
        try:
            wait_for(process, server.address + ready)
            yield server
        finally:
            process.terminate()


def wait_for(process: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, ConnectionError):
            time.sleep(0.1)
    raise SystemExit(f"{url} does not answer")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def drain(server: Server) -> None:
    """Wait until the server has finished what it was still asked: a slow one goes on after its clients have left."""
    until = time.monotonic() + PATIENCE
    used = processor_time(server.pid)
    while time.monotonic() < until:
        time.sleep(0.3)
        before, used = used, processor_time(server.pid)
        if used is None or before is None:
            time.sleep(2)
            return
        if used - before < 0.03:
            return


def processor_time(pid: int) -> float | None:
    """Seconds of processor time of a process so far; None where the system has no /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / TICKS
