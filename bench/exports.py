"""What the whole list as a file costs: rows a second, the first byte, and by how much the server grows."""

import csv
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from statistics import median
from tempfile import NamedTemporaryFile
from threading import Event, Thread
from typing import IO
from urllib.request import urlopen

import orjson

from app.files.archives import part_named
from app.files.sheets import survey
from app.files.workbook_parts import sheet_part
from bench.data import Data
from bench.figures import Figure, figure
from bench.servers import Server, drain, serving_datasette, serving_ours

PIECE = 1 << 18
KINDS = ("csv", "ndjson", "xlsx")
MOST_MB = 64
FIRST_BYTE = {"csv": 1.0, "ndjson": 1.0, "xlsx": None}  # A workbook is written before it is sent.


@dataclass(frozen=True)
class Download:
    """Seconds until the first and the last byte, and by how many MB the server grew meanwhile."""

    first: float
    seconds: float
    grown: float


@dataclass(frozen=True)
class Asked:
    """A file of a server: the address of all rows, and of one, to begin with."""

    server: Server
    path: str
    one_row: str
    downloads: list[Download] = field(default_factory=list)

    def rates(self, rows: int) -> list[float]:
        return [rows / download.seconds for download in self.downloads]


def exports(data: Data, program: Path, rounds: int) -> Iterator[Figure]:
    with serving_ours(data) as ours, serving_datasette(program, data) as peer:
        compare(of_ours(ours), of_datasette(peer, data), data.items)
    with serving_ours(data) as ours, serving_datasette(program, data) as peer:
        files, theirs = of_ours(ours), of_datasette(peer, data)
        for turn in range(rounds):
            print(f"exports, round {turn + 1} of {rounds} …", file=sys.stderr, flush=True)
            for asked in (*files.values(), theirs):
                asked.downloads.append(download(asked))
    yield from figures(files, theirs, data.items)


def of_ours(server: Server) -> dict[str, Asked]:
    return {kind: Asked(server, f"/v1/items?format={kind}", f"/v1/items?format={kind}&limit=1") for kind in KINDS}


def of_datasette(server: Server, data: Data) -> Asked:
    table = f"/{data.flat.stem}/items.csv"
    return Asked(server, f"{table}?_stream=on&_size=max", f"{table}?_size=1")


def figures(files: Mapping[str, Asked], theirs: Asked, rows: int) -> Iterator[Figure]:
    for kind, asked in files.items():
        note = "ours with sub-lists, Datasette's without" if kind == "csv" else "beside Datasette's csv"
        work = f"{kind} of all items"
        yield figure(work, asked.rates(rows), theirs.rates(rows), unit="rows/s", beside="Datasette", note=note)
        yield at_most(f"{kind}: memory, MB more", [each.grown for each in asked.downloads], "MB", MOST_MB)
        yield at_most(f"{kind}: first byte", [each.first for each in asked.downloads], "s", FIRST_BYTE[kind])


def at_most(work: str, measured: Sequence[float], unit: str, budget: float | None) -> Figure:
    """The budget is for the largest: of the same server, the first file makes it grow most."""
    return Figure(
        work=work,
        ours=f"{median(measured):.3g} {unit}",
        peer="",
        ratio=max(measured),
        low=min(measured),
        high=max(measured),
        budget=budget,
        at_most=True,
        note="a difference, not a ratio; mapped files too" if unit == "MB" else "seconds, not a ratio",
    )


def download(asked: Asked) -> Download:
    """The whole file, thrown away as it comes, after one row of it."""
    drain(asked.server)
    with urlopen(asked.server.address + asked.one_row) as answer:
        answer.read()
    with watched(asked.server) as grown:
        started = time.perf_counter()
        with urlopen(asked.server.address + asked.path) as answer:
            answer.read(1)
            first = time.perf_counter() - started
            while answer.read(PIECE):
                pass
        seconds = time.perf_counter() - started
    return Download(first, seconds, grown())


@contextmanager
def watched(server: Server) -> Iterator[Callable[[], float]]:
    """By how many MB the server was larger, at its largest, than at the beginning."""
    before, largest, done = resident(server.pid), [0.0], Event()

    def watch() -> None:
        while not done.wait(0.02):
            largest[0] = max(largest[0], resident(server.pid))

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    yield lambda: max(largest[0] - before, 0.0)
    done.set()
    watcher.join()


def resident(pid: int) -> float:
    """MB in memory of a process, mapped files too; 0 where the system has no /proc."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def compare(files: Mapping[str, Asked], theirs: Asked, items: int) -> None:
    """The same items in the same order on both sides, in every kind of file."""
    codes = READERS["csv"](theirs)
    if len(codes) != items:
        raise SystemExit(f"Datasette gives {len(codes)} rows of {items}")
    for kind in ("csv", "ndjson"):
        if READERS[kind](files[kind]) != codes:
            raise SystemExit(f"the {kind} has other items than Datasette's csv")
    if (rows := rows_of_workbook(files["xlsx"])) != items:
        raise SystemExit(f"the xlsx has {rows} rows of {items}")


def codes_of_csv(asked: Asked) -> list[str]:
    with urlopen(asked.server.address + asked.path) as answer:
        records = csv.reader(TextIOWrapper(answer, "utf-8-sig", newline=""))
        next(records)
        return [record[0] for record in records]


def codes_of_ndjson(asked: Asked) -> list[str]:
    with urlopen(asked.server.address + asked.path) as answer:
        return [orjson.loads(line)["code"] for line in answer]


READERS: Mapping[str, Callable[[Asked], list[str]]] = {"csv": codes_of_csv, "ndjson": codes_of_ndjson}


def rows_of_workbook(asked: Asked) -> int:
    with NamedTemporaryFile(suffix=".xlsx") as file:
        fetch(asked, file)
        path = Path(file.name)
        return survey(path, part_named(path, sheet_part(1))).extent.rows - 1


def fetch(asked: Asked, file: IO[bytes]) -> None:
    with urlopen(asked.server.address + asked.path) as answer:
        while piece := answer.read(PIECE):
            file.write(piece)
    file.flush()
