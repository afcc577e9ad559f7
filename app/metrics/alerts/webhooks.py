"""The address of a webhook as it is written: refused where nothing may be sent, taken with a warning where nobody knows it."""

from functools import partial

from app.errors import Malformed, Message, fault
from app.metrics.alerts.hosts import HTTPS, NoSuchHost, OutOfReach, Reach, target, well_formed
from app.outside import in_time

PATIENCE = 3.0  # Seconds that whoever writes a rule waits for its host to be looked up.


class WrongWebhook(Malformed):
    slug, title = "wrong-webhook", Message("通知地址不能用", "The webhook can't be used")


def warnings(url: str | None, reach: Reach) -> list[Message]:
    """What might keep messages from arriving. Raises WrongWebhook with the rule that the address breaks.

    A name is looked up outside of any transaction; whether it is known may depend on the hour.
    """
    if url is None:
        return []
    try:
        in_time(PATIENCE, partial(target, url, reach))
    except (NoSuchHost, TimeoutError) as unknown:
        said = unknown.said if isinstance(unknown, NoSuchHost) else SLOW
        told = [Message(said.zh + LATER.zh, said.en + LATER.en)]
        return [*told, HTTPS] if well_formed(url).scheme == "http" else told
    except OutOfReach as refusal:
        zh, en = refusal.said
        wrong = fault(zh, en, pointer="/webhook_url", rule=refusal.rule)
        raise WrongWebhook(refusal.said, faults=[wrong]) from None
    return []


SLOW = Message("域名解析没有应答，没有核对通知地址的主机。", "The host was not looked up in time.")
LATER = Message(
    "规则已收下；发不出去时会重试，并写在规则的 webhook 里。", " The rule was taken; messages are tried again."
)
