"""The data of a run: the demonstration copied into many districts, the same for Datasette, and files to import."""

import csv
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from openpyxl import Workbook

from app.catalogue.element import Element
from app.catalogue.objects import ITEM
from app.engines import SQLITE_PRAGMAS
from bench.case_data import add_cases, flatten_cases
from bench.indexes import without_indexes

ROOT = Path(__file__).parents[1]
SHIXIANG = Path(sys.executable).with_name("shixiang")
DAY = "2026-11-01"
NOW = f"{DAY}T10:00:00+08:00"
STRIDE = 100_000  # Between the ids of an item and of its copy in the next district.
HOLDS = f"superseded_in = 2147483647 AND valid_from <= '{DAY}' AND valid_to > '{DAY}'"

# What each copy of a version has of its own. The body in the code stays, so that every check on codes is still passed.
OF_ITS_OWN = {
    "id": "id + :stride",
    "division_code": ":division",
    "catalog_code": "substr(catalog_code, 1, 9) || :serial",
    **{
        name: f"substr({name}, 1, 28) || :serial || substr({name}, 32)"
        for name in ("code", "task_code", "handling_item_code")
    },
}
FILTERED = ("department_code", "task_type", "is_online", "division_code", "status")


@dataclass(frozen=True)
class Data:
    """The files of a run, made where they are missing."""

    directory: Path
    items: int

    @property
    def seed(self) -> Path:
        return self.directory / "seed.db"

    @property
    def reference(self) -> Path:
        """An empty catalogue that knows the divisions: what files are imported into."""
        return self.directory / f"reference-{self.items}.db"

    @property
    def catalogue(self) -> Path:
        return self.directory / f"catalogue-{self.items}.db"

    @property
    def flat(self) -> Path:
        """For Datasette: `items` is what holds now, `item_versions` everything known now, `cases` what was counted."""
        return self.directory / f"flat_{self.items}.db"

    def with_items(self, items: int) -> "Data":
        """A smaller catalogue of the same run."""
        return replace(self, items=items)

    def upload(self, rows: int, kind: str) -> Path:
        return self.directory / f"upload-{self.items}-{rows}.{kind}"


def seeded(directory: Path, items: int) -> Data:
    """The demonstration alone. What was made of another state of the seed or the schema is deleted."""
    wanted = directory / fingerprint()
    for stale in directory.glob("*/seed.db"):
        if stale.parent != wanted:
            shutil.rmtree(stale.parent)
    wanted.mkdir(parents=True, exist_ok=True)
    data = Data(wanted, items)
    make(data.seed, make_seed)
    return data


def prepare(directory: Path, items: int, rows: int) -> Data:
    """Everything a run needs."""
    data = seeded(directory, items)
    make(data.catalogue, lambda path: make_catalogue_with_cases(path, data.seed, items))
    make(data.reference, lambda path: make_reference(path, data.catalogue))
    make(data.flat, lambda path: make_flat(path, data.catalogue))
    for size in (rows, rows // 4):
        make(data.upload(size, "csv"), partial(write_csv, catalogue=data.catalogue, rows=size))
    make(data.with_items(rows).catalogue, lambda path: make_catalogue(path, data.seed, rows))
    make(data.upload(rows, "xlsx"), lambda path: write_xlsx(path, data.catalogue, rows))
    return data


def fingerprint() -> str:
    digest = hashlib.blake2b(digest_size=6)
    made_by = [Path(__file__).with_name(f"{name}.py") for name in ("data", "case_data")]
    sources = [*ROOT.glob("migrations/versions/*.py"), *ROOT.glob("seed/**/*.*"), *made_by]
    for path in sorted(sources):
        if path.suffix != ".pyc":
            digest.update(path.read_bytes())
    return digest.hexdigest()


def make(path: Path, write: Callable[[Path], None]) -> None:
    """Written under another name first, so that a run broken off leaves nothing half made."""
    if path.exists():
        return
    print(f"making {path.name} …", file=sys.stderr, flush=True)
    unfinished = path.with_name(f"unfinished-{path.name}")
    for left in path.parent.glob(f"{unfinished.name}*"):
        left.unlink()
    write(unfinished)
    unfinished.rename(path)


def make_seed(path: Path) -> None:
    shixiang(path, "migrate")
    shixiang(path, "seed", "demo")
    checkpoint(path)


def shixiang(database: Path, *arguments: str) -> None:
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{database}", "FROZEN_CLOCK": NOW}
    subprocess.run([SHIXIANG, *arguments], env=environment, check=True, capture_output=True)


def checkpoint(path: Path) -> None:
    """One file, without a log beside it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = delete")


def make_reference(path: Path, catalogue: Path) -> None:
    shixiang(path, "migrate")
    checkpoint(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ATTACH ? AS catalogue", (str(catalogue),))
        connection.execute("INSERT INTO division SELECT * FROM catalogue.division")
        connection.commit()


def make_catalogue(path: Path, seed: Path, items: int) -> None:
    """`items` items in force on the day, each with its history: whole copies of the district and one part of it."""
    shutil.copy(seed, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA journal_mode = off; PRAGMA synchronous = off; PRAGMA cache_size = -262144")
        in_force = number_items(connection)
        if items < in_force:
            raise SystemExit(f"--items: the demonstration alone has {in_force}")
        copies, rest = divmod(items, in_force)
        with without_indexes(connection, "item_version"):
            for copy in range(1, copies):
                copy_district(connection, copy, places=in_force * 2)
            copy_district(connection, copies, places=rest)
        connection.commit()
        connection.execute("ANALYZE")
        found = connection.execute(f"SELECT count(*) FROM item_version WHERE {HOLDS}").fetchone()[0]
    if found != items:
        raise SystemExit(f"{found} items were made instead of {items}")


def make_catalogue_with_cases(path: Path, seed: Path, items: int) -> None:
    make_catalogue(path, seed, items)
    add_cases(path)


def number_items(connection: sqlite3.Connection) -> int:
    """Those in force on the day come first, so that part of a district can be copied."""
    connection.execute(
        f"CREATE TEMP TABLE chosen AS SELECT id, row_number() OVER (ORDER BY holds DESC, id) AS place FROM "
        f"(SELECT id, max({HOLDS}) AS holds FROM item_version WHERE superseded_in = 2147483647 GROUP BY id)"
    )
    connection.execute("CREATE UNIQUE INDEX temp.chosen_id ON chosen (id, place)")
    return int(connection.execute(f"SELECT count(*) FROM item_version WHERE {HOLDS}").fetchone()[0])


def copy_district(connection: sqlite3.Connection, copy: int, places: int) -> None:
    """The district again under another division: its first `places` items with what is known of them now."""
    prefecture, county = f"99{2 + copy // 90:02}00", f"99{2 + copy // 90:02}{1 + copy % 90:02}"
    given = {"stride": copy * STRIDE, "division": county, "serial": f"{copy:03}", "places": places}
    columns = [row[1] for row in connection.execute("PRAGMA table_info(item_version)") if row[1] != "version_id"]
    chosen = "IN (SELECT id FROM chosen WHERE place <= :places)"
    connection.execute(
        "INSERT INTO catalogue_object (id, object) "
        f"SELECT id + :stride, object FROM catalogue_object WHERE object = 'item' AND id {chosen}",
        given,
    )
    connection.execute(
        f"INSERT INTO item_version ({', '.join(columns)}) "
        f"SELECT {', '.join(OF_ITS_OWN.get(name, name) for name in columns)} FROM item_version "
        f"WHERE superseded_in = 2147483647 AND id {chosen} ORDER BY version_id",
        given,
    )
    connection.execute(
        f"INSERT INTO item_search (rowid, grams) SELECT rowid + :stride, grams FROM item_search "
        f"WHERE rowid < :stride AND rowid {chosen}",
        given,
    )
    for code, level, above in ((prefecture, "prefecture", "990000"), (county, "county", prefecture)):
        connection.execute(
            "INSERT OR IGNORE INTO division (code, name, level, parent_code, valid_from, valid_to) "
            "VALUES (?, ?, ?, ?, '1949-10-01', '9999-12-31')",
            (code, f"演示 {code}", level, above),
        )


def flat_columns() -> list[Element]:
    """The scalar elements of an item: what stands in a flat table."""
    return [element for element in ITEM.elements.values() if element.kind not in ("texts", "list")]


def make_flat(path: Path, catalogue: Path) -> None:
    names = [*(element.name for element in flat_columns()), "aliases"]
    named = (
        "SELECT name FROM catalogue.department_version AS d WHERE d.code = v.department_code "
        f"AND d.superseded_in = 2147483647 AND d.valid_from <= '{DAY}' AND d.valid_to > '{DAY}'"
    )
    shown = f"{', '.join(names)}, ({named}) AS department_name, valid_from, valid_to FROM catalogue.item_version AS v"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA journal_mode = off; PRAGMA synchronous = off")
        connection.execute("ATTACH ? AS catalogue", (str(catalogue),))
        typed = [f"{e.name} {'INTEGER' if e.kind in ('number', 'flag') else 'TEXT'}" for e in flat_columns()]
        typed += [f"{name} TEXT" for name in ("aliases", "department_name", "valid_from", "valid_to")]
        of_items = ", ".join(typed).replace("code TEXT", "code TEXT PRIMARY KEY", 1)
        connection.execute(f"CREATE TABLE main.items ({of_items})")
        connection.execute(f"CREATE TABLE main.item_versions ({', '.join(typed)})")
        connection.execute(f"INSERT INTO main.items SELECT {shown} WHERE {HOLDS} ORDER BY v.code")
        connection.execute(f"INSERT INTO main.item_versions SELECT {shown} WHERE superseded_in = 2147483647")
        for table, column in [("items", name) for name in FILTERED] + [("item_versions", "code")]:
            connection.execute(f"CREATE INDEX main.{table}_{column} ON {table} ({column})")
        flatten_cases(connection)
        connection.commit()
        connection.execute("ANALYZE main")


def uploaded(catalogue: Path, rows: int) -> Iterator[list[object]]:
    """A header and `rows` rows of items, as an office keeps them: stated elements only, without sub-lists."""
    with closing(sqlite3.connect(catalogue)) as connection:
        names = [element.name for element in flat_columns() if not element.derived]
        some = f"SELECT * FROM item_version WHERE {HOLDS} LIMIT 5000"
        counts = connection.execute(f"SELECT {', '.join(f'count({name})' for name in names)} FROM ({some})").fetchone()
        stated = [name for name, count in zip(names, counts, strict=True) if count]
        yield [*(ITEM.elements[name].label for name in stated), "实施主体"]
        kinds = [ITEM.elements[name].kind for name in stated] + ["text"]
        for row in connection.execute(
            f"SELECT {', '.join(stated)}, (SELECT name FROM department_version AS d WHERE d.code = v.department_code "
            f"AND d.superseded_in = 2147483647 AND d.valid_from <= '{DAY}' AND d.valid_to > '{DAY}') "
            f"FROM item_version AS v WHERE {HOLDS} ORDER BY version_id DESC LIMIT ?",
            (rows,),
        ):
            yield [CELLS.get(kind, _as_it_is)(cell) for kind, cell in zip(kinds, row, strict=True)]


def _as_it_is(cell: object) -> object:
    return cell


CELLS: dict[str, Callable[[object], object]] = {
    "flag": lambda cell: None if cell is None else "是" if cell else "否",
    "codes": lambda cell: None if cell is None else str(cell).strip(","),
}


def write_csv(path: Path, catalogue: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(uploaded(catalogue, rows))


def write_xlsx(path: Path, catalogue: Path, rows: int) -> None:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("事项")
    for row in uploaded(catalogue, rows):
        sheet.append(row)
    workbook.save(path)


def stored(catalogue: Path, rows: int) -> list[tuple[object, ...]]:
    """Rows as SQLite keeps them, without what a flat file can't hold: ready to be inserted, nothing left to check."""
    flat = {element.name for element in flat_columns()} | {"id", "version", "valid_from", "valid_to"}
    with closing(sqlite3.connect(catalogue)) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(item_version)")]
        shown = ", ".join(name if name in flat else "1" if name.endswith("_in") else "NULL" for name in names)
        wanted = f"SELECT {shown} FROM item_version WHERE {HOLDS} ORDER BY version_id DESC LIMIT ?"
        return connection.execute(wanted, (rows,)).fetchall()


def as_the_service(path: Path) -> sqlite3.Connection:
    """A plain connection with the pragmas of the service."""
    connection = sqlite3.connect(path)
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection
