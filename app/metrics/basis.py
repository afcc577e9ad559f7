"""What a figure counts: items or other objects on a day, or cases over months. Days and months never mix."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from app.catalogue.moments import Asking, Moment, resolve
from app.catalogue.periods import parse_period
from app.errors import Malformed, Message, fault
from app.metrics.definitions import Basis, Metric
from app.metrics.objects.kinds import COUNTED


class OtherBasis(Malformed):
    slug, title = "other-basis", Message("事项口径与办件口径不能混用", "Items and cases don't mix")


BY_PERIOD = Asking(as_of="period")


def moment_of(
    connection: Connection,
    now: datetime,
    as_of: str | None,
    known_at: str | None,
    period: str | None,
    asking: Asking = BY_PERIOD,
    base_as_of: str | None = None,
) -> Moment:
    """The moment that is asked about: a day, or the months of a period, which end on theirs.

    Raises Malformed where a date is wrong, or where both are given and differ.
    """
    if period is None:
        return resolve(connection, now, as_of, known_at, base_as_of=base_as_of)
    refuse_days(base=base_as_of)
    months = parse_period(period, now.date(), asking.as_of)
    last = months.last_day.isoformat()
    if as_of not in (None, last):
        zh = f"写了 period 就不用 as_of：办件按月份统计，as_of 是最后一个月的最后一天（{last}）。"
        en = f"With period leave as_of out: it is the last day of the last month ({last})."
        told = fault(zh, en, parameter="as_of", value=as_of, rule="as-of-beside-period", suggestion=last)
        raise OtherBasis(Message(zh, en), faults=[told])
    return replace(resolve(connection, now, last, known_at, asking), period=months)


def demand_from(first: str | None) -> str:
    """Raises Malformed where neither days nor months are given."""
    if first is None:
        zh = "没有写从哪一天起：数事项的指标写 from=2024-01-01（和 to），数办件的写 period=2024-01..2024-06。"
        en = "Say from which day: `from` (and `to`) of what counts items, `period` of what counts cases."
        raise Malformed(Message(zh, en), faults=[fault(zh, en, parameter="from", rule="missing")])
    return first


def base_alone(base: str) -> OtherBasis:
    zh, en = "写了 base_period（与哪些月份比）还要写 period（哪些月份）。", "With base_period say which months: period."
    return OtherBasis(
        Message(zh, en), faults=[fault(zh, en, parameter="base_period", value=base[:60], rule="no-period")]
    )


def refuse_days(
    first: str | None = None, last: str | None = None, known_at: str | None = None, base: str | None = None
) -> None:
    """Raises OtherBasis where days are given beside months, or each month is asked for as known at its end."""
    days = {"from": first, "to": last, "base_as_of": base}
    given = next((name for name, value in days.items() if value is not None), None)
    if given:
        zh, en = f"写了 period（月份）就不用 {given}（日期）。", f"With period (months) leave {given} (a day) out."
        raise OtherBasis(Message(zh, en), faults=[fault(zh, en, parameter=given, rule="days-beside-period")])
    if known_at == "as_of":
        zh = "办件在月份结束以后才报，当月月底还什么都不知道：known_at 请写一天或版次号，不能写 as_of。"
        en = "Cases are reported after their month: at its end nothing is known yet. Give known_at a day or a revision."
        raise OtherBasis(Message(zh, en), faults=[fault(zh, en, parameter="known_at", value="as_of", rule="not-known")])


def demand_basis(metrics: Collection[Metric], moment: Moment) -> Basis:
    """What all of the metrics count, and the moment with them: cases, or items with which other objects may stand.

    Raises OtherBasis where some count by day and others cases, or one counts cases and no months are given, or months
    are given for one that counts by day.
    """
    wanted: Basis = "cases" if moment.period else "items"
    other = next((metric for metric in metrics if not _fits(metric, wanted)), None)
    if other is None:
        return wanted
    same = next((metric for metric in metrics if _fits(metric, wanted)), None)
    if same is not None:
        raise _mixed(*((same, other) if wanted == "items" else (other, same)))
    raise _no_period(other) if wanted == "items" else _no_day(other)


def _fits(metric: Metric, wanted: Basis) -> bool:
    return (metric.basis == "cases") == (wanted == "cases")


def _counted(metric: Metric) -> Message:
    return COUNTED[metric.counted].called if metric.counted else Message("事项", "items")


def _mixed(dated: Metric, cases: Metric) -> OtherBasis:
    what = _counted(dated)
    zh = (
        f"{dated.name_zh}（{dated.key}）数的是{what.zh}，{cases.name_zh}（{cases.key}）数的是办件：口径不同，不能放在一起，"
        f"更不能相加。请分两次查询：数{what.zh}的用 as_of，数办件的用 period。"
    )
    en = f"{dated.key} counts {what.en}, {cases.key} counts cases. They can't be added: ask for each by itself."
    return OtherBasis(Message(zh, en), faults=[fault(zh, en, parameter="metric", value=cases.key, rule="mixed-bases")])


def _no_period(metric: Metric) -> OtherBasis:
    zh = (
        f"{metric.name_zh}（{metric.key}）数的是办件，要写哪些月份：period=2024-01..2024-06（两头都算）。"
        "as_of 只用于数事项的指标。"
    )
    en = f"{metric.key} counts cases: say of which months, as period=2024-01..2024-06 (both included)."
    return OtherBasis(Message(zh, en), faults=[fault(zh, en, parameter="period", value=metric.key, rule="no-period")])


def _no_day(metric: Metric) -> OtherBasis:
    what = _counted(metric)
    zh = f"{metric.name_zh}（{metric.key}）数的是{what.zh}，是某一天的数：请用 as_of，去掉 period。"
    en = f"{metric.key} counts {what.en} on a day: use as_of, and leave period out."
    return OtherBasis(
        Message(zh, en), faults=[fault(zh, en, parameter="period", value=metric.key, rule="not-by-months")]
    )
