"""What a file of items costs: the whole way of a CSV, the check of a workbook, and the limits of both."""

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import Any

from python_calamine import CalamineWorkbook

from app.access.rules import OPERATOR
from app.changes import service as change_sets
from app.clock import SystemClock
from app.db import Database
from app.files.rows import Limits
from app.imports import service
from app.imports.queries import get_import
from app.imports.service import Upload, Wish
from bench.data import DAY, NOW, Data, as_the_service, stored
from bench.figures import Figure, figure
from bench.workbook import EVERY, write_edited

UNBOUNDED = Limits(bytes=2**31, unpacked_bytes=2**33, cells=2**31)
CACHE_MB = 64  # What SQLite itself may keep of a large transaction.


@dataclass(frozen=True)
class Cost:
    """Rows done, seconds they took, and by how many MB the process grew at its largest."""

    rows: int
    seconds: float
    grown: float

    @property
    def rate(self) -> float:
        return self.rows / self.seconds


def imports(data: Data, rows: int, rounds: int) -> Iterator[Figure]:
    yield from uploads(data, rows, rounds)
    yield from round_trip(data, rows, rounds)


def uploads(data: Data, rows: int, rounds: int) -> Iterator[Figure]:
    costs = repeated(rounds, "imports", lambda: measured(data, rows))
    rates = {name: [cost.rate for cost in measurements] for name, measurements in costs.items()}
    beside_rows = partial(figure, unit="rows/s", beside="executemany")
    yield beside_rows("CSV: check, draft, publish", rates["csv"], rates["rows"], budget=0.04)
    yield beside_rows("the same CSV again, checked", rates["again"], rates["rows"], note="nothing to change")
    yield memory(costs["csv"], [cost_of("csv", data.upload(rows // 4, "csv"), data, rows // 4)])
    xlsx = (rates["xlsx"], rates["calamine"])
    yield figure("xlsx: read and check", *xlsx, unit="rows/s", beside="calamine", budget=0.10)


def repeated(rounds: int, part: str, measure_all: Callable[[], dict[str, Cost]]) -> dict[str, list[Cost]]:
    """What each case cost in every round."""
    turns = []
    for turn in range(rounds):
        print(f"{part}, round {turn + 1} of {rounds} …", file=sys.stderr, flush=True)
        turns.append(measure_all())
    return {name: [costs[name] for costs in turns] for name in turns[0]}


def round_trip(data: Data, rows: int, rounds: int) -> Iterator[Figure]:
    """The service's own workbook of all items comes back with some cells edited, into the catalogue it is from."""
    smaller = data.with_items(rows)
    with tempfile.TemporaryDirectory(dir=data.directory) as directory:
        file, database = Path(directory, "edited.xlsx"), Path(directory, "check.db")
        if write_edited(file, smaller) != rows // EVERY:
            raise SystemExit(f"{file.name}: not every {EVERY}th row was edited")
        shutil.copy(smaller.catalogue, database)
        cases = ("all cells", "edited")
        costs = repeated(rounds, "round trip", lambda: {case: run(case, file, database, rows) for case in cases})
    rates = {name: [cost.rate for cost in measurements] for name, measurements in costs.items()}
    grown = {name: median(cost.grown for cost in measurements) for name, measurements in costs.items()}
    note = f"{rows // EVERY} rows edited; grew by {grown['edited']:.0f} MB, calamine by {grown['all cells']:.0f}"
    sides = (rates["edited"], rates["all cells"])
    yield figure("xlsx of our own, back", *sides, unit="rows/s", beside="calamine", budget=0.10, note=note)


def memory(costs: list[Cost], fewer: list[Cost]) -> Figure:
    """Bounded: four times the rows take no more than what SQLite may cache besides."""
    grown, less = median(cost.grown for cost in costs), median(cost.grown for cost in fewer)
    return Figure(
        work=f"CSV memory, MB more for {costs[0].rows:,} rows",
        ours=f"{grown:.0f} MB",
        peer=f"{fewer[0].rows:,} rows {less:.0f} MB",
        ratio=grown - less,
        low=min(cost.grown for cost in costs) - less,
        high=max(cost.grown for cost in costs) - less,
        budget=CACHE_MB,
        at_most=True,
        note="a difference, not a ratio; without mapped files",
    )


def measured(data: Data, rows: int) -> dict[str, Cost]:
    """Every case once, each in a process of its own; `again` finds what `csv` published."""
    with tempfile.TemporaryDirectory(dir=data.directory) as directory:
        database = Path(directory, "import.db")
        shutil.copy(data.reference, database)
        csv, xlsx = data.upload(rows, "csv"), data.upload(rows, "xlsx")
        costs = {"rows": run("rows", data.catalogue, Path(directory, "rows.db"), rows)}
        costs["csv"] = run("csv", csv, database, rows)
        costs["again"] = run("again", csv, database, rows)
        shutil.copy(data.reference, Path(directory, "check.db"))
        costs["calamine"] = run("calamine", xlsx, database, rows)
        costs["xlsx"] = run("xlsx", xlsx, Path(directory, "check.db"), rows)
    return costs


def cost_of(case: str, file: Path, data: Data, rows: int) -> Cost:
    with tempfile.TemporaryDirectory(dir=data.directory) as directory:
        database = Path(directory, "import.db")
        shutil.copy(data.reference, database)
        return run(case, file, database, rows)


def run(case: str, file: Path, database: Path, rows: int) -> Cost:
    command = [sys.executable, "-m", "bench.imports", case, str(file), str(database), str(rows)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return Cost(**json.loads(output))


Case = Callable[[Path, Path, int], Callable[[], int]]


def ready_rows(file: Path, database: Path, rows: int) -> Callable[[], int]:
    """The limit: rows as SQLite keeps them into a table without an index."""
    ready = stored(file, rows)
    connection = as_the_service(database)
    connection.execute(f"CREATE TABLE item_version ({', '.join(f'c{place}' for place in range(len(ready[0])))})")

    def insert() -> int:
        connection.executemany(f"INSERT INTO item_version VALUES ({', '.join('?' * len(ready[0]))})", ready)
        connection.commit()
        return len(ready)

    return insert


def publish_csv(file: Path, path: Path, rows: int) -> Callable[[], int]:
    database = Database(f"sqlite:///{path}")

    def publish() -> int:
        report = checked(database, file, dry_run=False)
        with database.write() as connection:
            change_sets.submit(connection, report["change_set"], by=OPERATOR, now=now())
            change_sets.approve(connection, report["change_set"], by=OPERATOR, clock=SystemClock())
        return demand(report, "added", rows)

    return publish


def check_again(file: Path, path: Path, rows: int) -> Callable[[], int]:
    database = Database(f"sqlite:///{path}")
    return lambda: demand(checked(database, file, dry_run=True), "unchanged", rows)


def check_workbook(file: Path, path: Path, rows: int) -> Callable[[], int]:
    database = Database(f"sqlite:///{path}")
    return lambda: demand(checked(database, file, dry_run=True), "added", rows)


def read_workbook(file: Path, _: Path, rows: int) -> Callable[[], int]:
    def read() -> int:
        with CalamineWorkbook.from_path(file) as workbook:
            found = sum(1 for _ in workbook.get_sheet_by_index(0).iter_rows()) - 1
        return demand({"read": found}, "read", rows)

    return read


def check_edited(file: Path, path: Path, rows: int) -> Callable[[], int]:
    database = Database(f"sqlite:///{path}")

    def check() -> int:
        report = checked(database, file, dry_run=True)
        demand(report, "amended", rows // EVERY)
        return demand(report, "unchanged", rows - rows // EVERY) + rows // EVERY

    return check


def read_all_cells(file: Path, _: Path, rows: int) -> Callable[[], int]:
    def read() -> int:
        with CalamineWorkbook.from_path(file) as workbook:
            for name in workbook.sheet_names:
                for _row in workbook.get_sheet_by_name(name).iter_rows():
                    pass
        return rows

    return read


CASES: Mapping[str, Case] = {
    "rows": ready_rows,
    "csv": publish_csv,
    "again": check_again,
    "calamine": read_workbook,
    "xlsx": check_workbook,
    "all cells": read_all_cells,
    "edited": check_edited,
}


def checked(database: Database, file: Path, *, dry_run: bool) -> dict[str, Any]:
    upload, wish = Upload(file, file.name, by=OPERATOR), Wish(date.fromisoformat(DAY), dry_run)
    number = service.run(database, upload, wish, now=now(), limits=UNBOUNDED)
    with database.read() as connection:
        done = get_import(connection, number)
    return {**done.report, "change_set": done.change_set}


def now() -> datetime:
    return datetime.fromisoformat(NOW)


def demand(report: Mapping[str, object], outcome: str, rows: int) -> int:
    if report[outcome] != rows:
        raise SystemExit(f"{outcome}: {report[outcome]} of {rows} rows: {report}")
    return rows


def measure(work: Callable[[], int]) -> Cost:
    before, largest, done = own_memory(), [0.0], Event()

    def watch() -> None:
        while not done.wait(0.02):
            largest[0] = max(largest[0], own_memory())

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    started = time.perf_counter()
    rows = work()
    seconds = time.perf_counter() - started
    done.set()
    watcher.join()
    return Cost(rows, seconds, max(largest[0], own_memory()) - before)


def own_memory() -> float:
    """MB of the process that no file stands behind: the mapped database is the system's to drop."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(status.partition("RssAnon:")[2].split()[0]) / 1024


if __name__ == "__main__":
    case, file, database, rows = sys.argv[1:]
    print(json.dumps(asdict(measure(CASES[case](Path(file), Path(database), int(rows))))))
