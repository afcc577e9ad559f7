"""One client for all sides: wrk where it is installed, else asyncio. Rounds are interleaved and paired."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from bench.servers import Server, drain

CONNECTIONS = 16
PATIENCE = 120
WRK = shutil.which("wrk")


@dataclass(frozen=True)
class Asked:
    """Paths that are asked of a server in turn."""

    server: Server
    paths: Sequence[str]


def rounds(sides: Mapping[str, Asked], *, number: int, seconds: float) -> dict[str, list[float]]:
    """Requests a second of each side in each round: A B A B …, each after a warm-up, none while another still works."""
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(number + 1):
        for name, asked in sides.items():
            for other in sides.values():
                drain(other.server)
            rate = load(asked, seconds if turn else min(1.0, seconds))
            if turn:
                rates[name].append(rate)
    return rates


def load(asked: Asked, seconds: float) -> float:
    return load_with_wrk(asked, seconds) if WRK else asyncio.run(load_with_asyncio(asked, seconds))


def load_with_wrk(asked: Asked, seconds: float) -> float:
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="ascii") as file:
        file.write("\n".join(asked.paths) + "\n")
        file.flush()
        script = Path(__file__).with_name("paths.lua")
        options = ["-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", f"--timeout={PATIENCE}s", "-s", script]
        command = [str(part) for part in (WRK, *options, asked.server.address)]
        output = subprocess.run(
            command, env=os.environ | {"PATHS": file.name}, check=True, capture_output=True, text=True
        ).stdout
    figures = next(line for line in output.splitlines() if line.startswith("FIGURES"))
    _, requests, microseconds, failed, _ = figures.split()
    refuse_failures(asked, int(failed))
    return int(requests) * 1e6 / int(microseconds)


def refuse_failures(asked: Asked, failed: int) -> None:
    if failed:
        raise SystemExit(f"{asked.server.name}: {failed} requests failed, of {asked.paths[0]} …")


async def load_with_asyncio(asked: Asked, seconds: float) -> float:
    paths = cycle(asked.paths)
    counts = {"answered": 0, "failed": 0}
    started = time.perf_counter()
    until = started + seconds

    async def ask() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", asked.server.port)
        while time.perf_counter() < until:
            writer.write(f"GET {next(paths)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            status = await read_answer(reader)
            if time.perf_counter() < until:
                counts["answered" if status == 200 else "failed"] += 1
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    await asyncio.gather(*(ask() for _ in range(CONNECTIONS)))
    refuse_failures(asked, counts["failed"])
    return counts["answered"] / seconds


async def read_answer(reader: asyncio.StreamReader) -> int:
    """The status of an answer that is read to its end."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b"transfer-encoding: chunked" in head:
        while size := int((await reader.readline()).split(b";")[0], 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    else:
        await reader.readexactly(int(head.partition(b"content-length:")[2].split(b"\r\n")[0]))
    return int(head.split(None, 2)[1])
