"""What the processes of one run share: made by whichever asks first, found ready by the others."""

from collections.abc import Callable
from pathlib import Path

from fasteners import InterProcessLock  # type: ignore[import-untyped]


class Shared:
    """A folder of the run that is there until its last test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def once(self, name: str, make: Callable[[], str]) -> str:
        """What `make` gave to the first that asked; meanwhile the others wait."""
        kept = self.folder / name
        with InterProcessLock(self.folder / f"{name}.lock"):
            if not kept.exists():
                kept.write_text(make())
            return kept.read_text()
