"""By which channels the cases of an item come."""

from collections.abc import Mapping
from functools import cache

from seed.demo.courses import courses
from seed.demo.draws import share
from seed.demo.guide import guide
from seed.demo.matters import Matter

ONLINE, WINDOW, POST, SELF_SERVICE, OTHER = "online", "window", "post", "self_service", "other"

BY_VISITS = (0.68, 0.42, 0.25, 0.2)
"""Share that comes online, by how often one has to come all the same."""


def is_online(matter: Matter, now: int) -> bool:
    return courses()[matter.key].online <= now


def channels(matter: Matter, now: int) -> Mapping[str, float]:
    """Weights of the channels that an item offers at a place in the order of publication; the window is always open."""
    offline = _offline(matter)
    if not is_online(matter, now):
        return offline
    usual = BY_VISITS[courses()[matter.key].onsite_visits(now)]
    online = min(0.95, usual * (0.6 + 0.8 * share("online cases", matter.key)))
    return {ONLINE: online, **{way: (1 - online) * weight for way, weight in offline.items()}}


@cache
def _offline(matter: Matter) -> Mapping[str, float]:
    stated = guide(matter)
    weights = {
        POST: 0.05 if stated["supports_express"] and share("post", matter.key) < 0.3 else 0.0,
        SELF_SERVICE: 0.22 if stated["supports_self_service"] else 0.0,
        OTHER: 0.06 if share("other channel", matter.key) < 0.12 else 0.0,
    }
    offered = {way: weight for way, weight in weights.items() if weight}
    return {WINDOW: 1 - sum(offered.values()), **offered}
