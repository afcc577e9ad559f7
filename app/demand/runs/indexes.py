"""Matchers kept in memory: built by one thread, once for each question; whoever else asks meanwhile waits for it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import BoundedSemaphore, Lock
from typing import Final, TypeAlias

from app.demand.matching.matcher import Matcher
from app.demand.runs.rules import IndexBuilding, building

PATIENCE: Final = 15.0
"""Seconds that a request waits for an index: one of 100,000 items is built in 5."""
MOST_WAITING: Final = 8
"""Requests: each that waits keeps a thread, and the service has forty."""
MOST_QUEUED: Final = 4
SMALLEST: Final = 100
"""Entries that any index counts as, so that there are not too many small ones."""

Make: TypeAlias = Callable[[], Matcher]


class Indexes:
    """The matchers asked for last, of `most` entries together; `busy` is what is said to who would wait too long."""

    def __init__(
        self,
        most: int,
        patience: float = PATIENCE,
        busy: Callable[[], IndexBuilding] = building,
    ) -> None:
        self.most, self.patience, self.busy = most, patience, busy
        self._made: OrderedDict[Hashable, Matcher] = OrderedDict()
        self._making: dict[Hashable, Future[Matcher]] = {}
        self._lock, self._waiting = Lock(), BoundedSemaphore(MOST_WAITING)
        self._builder = ThreadPoolExecutor(max_workers=1, thread_name_prefix="indexes")

    def get(self, key: Hashable, make: Make) -> Matcher:
        """The matcher of a question. Raises IndexBuilding where it would take long, and whatever `make` raises."""
        found = self._find(key, make)
        return self._wait(found) if isinstance(found, Future) else found

    def prepare(self, key: Hashable, make: Make) -> None:
        """Have it made, unless much else is; nobody waits."""
        with suppress(IndexBuilding):
            self._find(key, make)

    def clear(self) -> None:
        """Nothing is kept of what was made."""
        with self._lock:
            self._made.clear()

    def close(self) -> None:
        """What is queued is not made any more; what is being made is waited for."""
        self._builder.shutdown(cancel_futures=True)

    def _find(self, key: Hashable, make: Make) -> "Matcher | Future[Matcher]":
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
            if key not in self._making:
                if len(self._making) >= MOST_QUEUED:
                    raise self.busy()
                self._making[key] = self._builder.submit(partial(self._make, key, make))
            return self._making[key]

    def _wait(self, future: "Future[Matcher]") -> Matcher:
        if not self._waiting.acquire(blocking=False):
            raise self.busy()
        try:
            return future.result(self.patience)
        except (TimeoutError, CancelledError):
            raise self.busy() from None
        finally:
            self._waiting.release()

    def _make(self, key: Hashable, make: Make) -> Matcher:
        """What fails is made anew when it is asked for again."""
        try:
            matcher = make()
        except BaseException:
            self._keep(key, None)
            raise
        self._keep(key, matcher)
        return matcher

    def _keep(self, key: Hashable, matcher: Matcher | None) -> None:
        """What was asked for longest ago makes room; one that is larger than all the room is kept alone."""
        with self._lock:
            del self._making[key]
            if matcher is None:
                return
            self._made[key] = matcher
            while len(self._made) > 1 and sum(map(_size, self._made.values())) > self.most:
                self._made.popitem(last=False)


def _size(matcher: Matcher) -> int:
    return max(len(matcher.index.entries), SMALLEST)
