"""The invented district X区 as a history of change sets; `change_sets()` is the whole of it."""

from seed.demo.history import change_sets
from seed.demo.records import ChangeSet, Entry

__all__ = ["ChangeSet", "Entry", "change_sets"]
