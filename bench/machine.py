"""On what the figures were measured."""

import os
import platform
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

from bench.client import WRK

PACKAGES = ("fastapi", "starlette", "pydantic", "sqlalchemy", "uvicorn", "uvloop", "orjson", "python-calamine", "numpy")


def machine(datasette: Path) -> dict[str, str]:
    return {
        "processor": f"{os.cpu_count()} × {processor()}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "datasette": said([str(datasette), "--version"]).rpartition(" ")[2],
        "client": said([WRK, "-v"]).splitlines()[0].partition(" Copyright")[0] if WRK else "asyncio",
        **{name: version(name) for name in PACKAGES},
    }


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def said(command: list[str]) -> str:
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()


def load() -> str:
    """Processes that ran or waited to, on average of 1, 5 and 15 minutes: what else the machine had to do."""
    return " ".join(f"{average:.2f}" for average in os.getloadavg())
