"""Objects as figures: how many there are, and the addresses of the lists that have exactly these."""

from collections.abc import Iterable

from sqlalchemy import Connection

from app.catalogue.moments import Moment
from app.catalogue.params import ItemQuestion
from app.catalogue.versions import Asked, at
from app.metrics.definitions import Metric
from app.metrics.objects.kinds import COUNTED
from app.metrics.objects.queries import counted
from app.metrics.rules import Parts
from app.pages import link


def object_parts(connection: Connection, metric: Metric, within: str | None, moment: Moment) -> Parts:
    """What was counted of a place. `items` are the objects, `unknown` those that may be among them, and `sums` says
    whether anything at all is known (1) or not (0).
    """
    statement = counted(metric.counted or "", within, Asked(moment.latest))
    sizes = {
        None if stated is None else bool(stated): size for stated, size in connection.execute(statement, at(moment))
    }
    yes, unknown, total = sizes.get(True, 0), sizes.get(None, 0), sum(sizes.values())
    return Parts(total=total, items=yes, unknown=unknown, sums=(int(sizes.keys() != {None} and bool(sizes)),))


class ObjectAddresses:
    """Writes addresses of the lists of objects of a place at a moment."""

    def __init__(self, question: ItemQuestion, moment: Moment) -> None:
        self._within, self._pinned = question.within, moment.pinned

    def urls(self, metric: Metric) -> dict[str, str | None]:
        what = COUNTED[metric.counted or ""]
        unknown = None if what.unknown is None else self._of(what.path, what.unknown)
        return {"numerator_url": self._of(what.path, what.asked), "unknown_url": unknown}

    def _of(self, path: str, asked: Iterable[tuple[str, str]]) -> str:
        return link(path, **dict(asked), within=self._within, **self._pinned)
