"""The report as one page to be read and printed: no script, nothing loaded from anywhere, every text escaped."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.demand.report.bars import ALL, bars
from app.demand.report.figures import LINES, WEIGHTS
from app.demand.report.groups import called
from app.demand.report.meaning import HINTED
from app.demand.report.wording import ONLINE, decided, hint, interval, numbers, percent, wording
from app.metrics.reports.markup import Child, Markup, element, joined, table
from app.metrics.reports.page import document

Part = Mapping[str, Any]
OF_FIGURE: Final = ("结果", "数", "95% 区间", "上限", "明细")
OF_UNMET: Final = ("诉求", "编号", "条数", "企业", "依据", "提示", "明细")
OF_HINT: Final = ("提示", "条数", "占全部", "企业（家次）", "占全部", "明细")
OF_ITEM: Final = ("事项", "部门", "网办", "编号", "条数", "企业", "明细")
OF_DEPARTMENT: Final = ("部门", "在用事项", "有人问", "可能有人问", "没人问", "明细")
OF_REASON: Final = ("为什么", "条数", "企业", "明细")
LISTED: Final = "查看"


def write_page(body: Part) -> str:
    """Of a report as it is answered, with whole addresses."""
    title = f"{body['survey']['title']}：需求满足情况"
    parts = [element("h1", title), _about(body), *(part for each in body["tables"] for part in _table(each))]
    parts += [*_unmet(body["unmet"]), *_review(body["review"]), *_asked(body["asked_items"]), *_items(body["items"])]
    return document(title, [*parts, *_meaning(body["meaning"])])


def _about(body: Part) -> Markup:
    run = body["run"]
    told: list[Child] = [
        joined(
            (
                "比对：",
                _link(f"第 {run['id']} 次", run["url"]),
                f"，按 {run['as_of']} 的清单（第 {run['revision']} 版）",
            )
        ),
        f"看的是 {body['as_of']} 的清单，目录第 {body['revision']} 版；人工判定计到 {body['judged_until']}",
        joined(("同一份报告：", _link(body["url"], body["url"]))),
    ]
    return element("div", *(element("p", each) for each in (*told, *body["notes"])), class_="about")


def _table(part: Part) -> Iterator[Markup]:
    """Of all every share with its bounds; of groups a line for each, its shares side by side."""
    yield element("h2", f"按{part['label']}" if part["label"] else ALL)
    write = _crossed if part["by"] else _whole
    for weight, name in WEIGHTS.items():
        yield element("h3", name.zh)
        yield bars(part["rows"], weight, name.zh) or Markup()
        yield write(part["rows"], weight)


def _whole(rows: Sequence[Part], weight: str) -> Markup:
    (row,) = rows
    lines = ([each["label"], *_share(each[weight]), _behind(each)] for each in row["figures"])
    return table((*OF_FIGURE[:2], f"占 {row[weight]}", *OF_FIGURE[2:]), lines)


def _crossed(rows: Sequence[Part], weight: str) -> Markup:
    lines = ([called(row["group"]), _link(str(row[weight]), row["demands_url"]), *_cells(row, weight)] for row in rows)
    return table(("分组", "合计", *(line.label.zh for line in LINES)), lines)


def _cells(row: Part, weight: str) -> Iterator[Markup]:
    for each in row["figures"]:
        share = each[weight]
        told = f" {percent(share['percent'])}（{interval(share)}）" if share["numerator"] else ""
        yield joined((_link(str(share["numerator"]), each["demands_url"]), told))


def _share(share: Part) -> list[Child]:
    return [share["numerator"], percent(share["percent"]), interval(share), percent(share["percent_max"])]


def _link(text: str, url: str) -> Markup:
    return element("a", text, href=url)


def _unmet(part: Part) -> Iterator[Markup]:
    yield element("h2", "没有事项可办的诉求")
    yield element("p", HINTED.zh)
    yield table(OF_HINT, ([each["label"], *_of_all(each), _behind(each)] for each in part["hints"]))
    yield element(
        "p", f"共 {part['total']} 种说法，列出企业最多的 {len(part['rows'])} 种：", _link("全部", part["demands_url"])
    )
    rows = part["rows"]
    yield table(
        OF_UNMET,
        ([wording(each), numbers(each), *_counts(each), decided(each), hint(each), _behind(each)] for each in rows),
    )


def _of_all(figure: Part) -> Iterator[Child]:
    for weight in WEIGHTS:
        share = figure[weight]
        yield from (share["numerator"], percent(share["percent"]))


def _counts(part: Part) -> list[Child]:
    return [part["demands"], part["enterprises"]]


def _behind(part: Part) -> Markup:
    return _link(LISTED, part["demands_url"])


def _review(part: Part) -> Iterator[Markup]:
    yield element("h2", "待复核的诉求")
    told = f"{part['demands']} 条诉求、{part['enterprises']} 家次，不算有，也不算没有："
    yield element("p", told, _link(LISTED, part["demands_url"]))
    yield table(OF_REASON, ([each["label"], *_counts(each), _behind(each)] for each in part["reasons"]))


def _asked(part: Part) -> Iterator[Markup]:
    yield element("h2", "问得最多的事项")
    told = f"{part['total']} 个事项满足了诉求，列出企业最多的 {len(part['rows'])} 个："
    yield element("p", told, _link("全部", part["items_url"]))
    yield table(OF_ITEM, map(_item, part["rows"]))


def _item(row: Part) -> Sequence[Child]:
    online, department = ONLINE[row["is_online"]], row["department_name"] or row["department_code"]
    return [_link(row["name"], row["url"]), department, online, numbers(row), *_counts(row), _behind(row)]


def _items(part: Part) -> Iterator[Markup]:
    yield element("h2", "没人问的事项")
    told = f"{part['total']} 个在用事项中，{part['not_asked']} 个没人问，{part['perhaps_asked']} 个可能有人问："
    yield element("p", told, _link("没人问的", part["not_asked_url"]))
    yield table(OF_DEPARTMENT, map(_department, part["departments"]))


def _department(row: Part) -> Sequence[Child]:
    counts = [row[name] for name in ("total", "asked", "perhaps_asked", "not_asked")]
    return [row["department_name"] or row["department_code"], *counts, _link("没人问的", row["not_asked_url"])]


def _meaning(meaning: Sequence[Part]) -> Iterator[Markup]:
    yield element("h2", "怎么看")
    yield element(
        "dl", *(part for each in meaning for part in (element("dt", each["term"]), element("dd", each["text"])))
    )
