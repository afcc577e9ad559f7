"""A report as one page to be read and printed: no script, nothing loaded from anywhere, every text escaped."""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from app.metrics.reports.bars import bars
from app.metrics.reports.markup import Child, Markup, element, joined, table
from app.metrics.reports.places import OPEN, is_table, written_in
from app.metrics.reports.rules import Cited, called, change_of, written
from app.metrics.reports.wording import caveats, conditions, formula, is_noted_by_row, note_of, note_of_row, time_of

HEAD = ("分组", "数值", "分子", "分母", "未填", "事项")
NOTED = "说明"
MOVED = ("分组", "原来", "现在", "差", "为什么")
NOT_HERE = "不在本系统："


@cache
def style() -> str:
    return files("app.metrics.reports").joinpath("page.css").read_text(encoding="utf-8")


@cache
def policy() -> str:
    """The Content-Security-Policy of the page: its one style, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def write_page(body: Mapping[str, Any]) -> str:
    """Of a report as it is shown."""
    parts = [element("h1", body["title"]), _about(body), *_sections(body), *_changes(body["changes"])]
    parts += [element("h2", "每个数字的公式和来源"), *map(_figure, body["figures"]), _foot(body)]
    return document(f"{body['number']} {body['title']}", parts)


def document(title: str, parts: Iterable[Child]) -> str:
    """A whole page with the one style that its `policy` allows."""
    head = joined(
        (
            Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width">'),
            element("title", title),
            Markup(f"<style>{style()}</style>"),
        )
    )
    return f'<!DOCTYPE html>\n<html lang="zh-CN">{element("head", head)}{element("body", *parts)}</html>\n'


def _about(body: Mapping[str, Any]) -> Markup:
    replaced, following = body["replaces"], body["superseded_by"]
    lines: list[Child] = [
        f"编号：{body['number']}",
        f"冻结：{body['frozen_at']}，{body['frozen_by']}；目录第 {body['revision']} 版（按 {body['known_at'] or '—'} 所知）",
        f"校验值（SHA-256）：{body['checksum']}",
    ]
    lines += [body["note"]] if body["note"] else []
    if replaced:
        old = element("a", f"{replaced['number']}《{replaced['title']}》", href=replaced["url"])
        lines.append(joined(("取代：", old, f"。原因：{body['changes']['reason']}")))
    told = [element("p", line) for line in lines]
    if following:
        new = element("a", f"{following['number']}《{following['title']}》", href=following["url"])
        told.append(element("p", "本报告已被取代，请用 ", new, class_="warning"))
    return element("div", *told, class_="about")


def _sections(body: Mapping[str, Any]) -> Iterator[Markup]:
    for section in body["sections"]:
        yield element("h2", section["title"])
        for sentence in section["sentences"]:
            yield element("p", *_sentence(sentence, body["figures"]), class_="sentence")
            yield from _open(sentence)


def _sentence(sentence: Cited, figures: Sequence[Cited]) -> Iterator[Child]:
    """The words of a sentence, each place a link to where its figure is told."""
    places, rest = {f"{{{each['name']}}}": each for each in sentence["places"]}, sentence["text"]
    while rest:
        found = {mark: rest.find(mark) for mark in places if mark in rest}
        if not found:
            break
        mark = min(found, key=lambda each: found[each])
        yield rest[: found[mark]]
        yield _number(places[mark], figures)
        rest = rest[found[mark] + len(mark) :]
    yield rest


def _number(place: Cited, figures: Sequence[Cited]) -> Markup:
    if place["figure"] is None:
        return element("b", OPEN)
    figure = figures[place["figure"] - 1]
    text = f"见数字 {place['figure']}" if is_table(place, figure) else written_in(place, figure)
    return element("a", text, href=f"#figure-{place['figure']}")


def _open(sentence: Cited) -> Iterator[Markup]:
    """Why a sentence, or a place of it, has no figure, or what its figure leaves out."""
    if sentence["absent"]:
        yield element("p", NOT_HERE, sentence["absent"], class_="absent")
    for place in sentence["places"]:
        if place["note"]:
            yield element("p", f"{place['label']}：{place['note']}", class_="absent")


def _figure(figure: Cited) -> Markup:
    meaning, rows = figure["meaning"], figure["values"]
    number = "" if figure["group_by"] else f"：{written(rows[0])}"
    told: list[tuple[str, Child]] = [
        ("指标", element("a", f"{meaning['name_zh']}（{figure['metric']}）", href=figure["metric_url"])),
        ("公式", formula(figure)),
        ("范围", conditions(figure)),
        ("时间", element("a", time_of(figure), href=figure["values_url"])),
        ("来源", f"{meaning['source']}（{meaning['standing']}）"),
        ("注意", caveats(figure)),
        (NOTED, note_of(figure)),
    ]
    listed = joined(each for label, text in told if text for each in (element("dt", label), element("dd", text)))
    heading = element("h3", f"{figure['position']}. {figure['label']}{number}", id=f"figure-{figure['position']}")
    kept = "figure" if figure["group_by"] else "figure whole"
    return element("div", heading, element("dl", listed), bars(rows, figure["label"]), _rows(figure), class_=kept)


def _rows(figure: Cited) -> Markup:
    rows: Sequence[Cited] = figure["values"]
    if not is_noted_by_row(figure):
        return table(HEAD, map(_row, rows))
    return table((*HEAD, NOTED), ([*_row(row), note_of_row(figure, row)] for row in rows))


def _row(row: Cited) -> list[Child]:
    numbers: list[Child] = [row[name] for name in ("numerator", "denominator", "unknown")]
    url = row["numerator_url"] or row["items_url"]
    items = element("a", "明细", href=url) if url else None
    return [called(row) or "全部", element("b", written(row)), *numbers, items]


def _changes(changes: Mapping[str, Any] | None) -> Iterator[Markup]:
    if changes is None:
        return
    yield element("h2", "与被取代的报告不同的数字")
    yield element("p", f"{changes['unchanged']} 个数字与原来一样，{len(changes['moved'])} 个不同。")
    for figure in changes["moved"]:
        yield element("h3", element("a", figure["label"], href=figure["changes_url"]))
        yield element("p", figure["note"], class_="absent") if figure["note"] else Markup()
        yield table(MOVED, map(_moved, figure["values"]))
    for name, label in (("only_before", "只在被取代的报告里："), ("only_after", "只在这份报告里：")):
        if changes[name]:
            yield element("p", label + "、".join(each["label"] for each in changes[name]))


def _difference(row: Cited) -> str | None:
    if row["percentage_points"] is not None:
        return f"{row['percentage_points']:.2f} 个百分点"
    return None if row["change"] is None else change_of(row["change"])


def _moved(row: Cited) -> list[Child]:
    numbers = [written(row[side]) if row[side] else "没有" for side in ("before", "after")]
    kinds = [element("a", f"{kind['label']} {kind['items']} 项 ", href=kind["items_url"]) for kind in row["kinds"]]
    change = _difference(row)
    return [called(row) or "全部", *numbers, change, joined(kinds) or row["note"]]


def _foot(body: Mapping[str, Any]) -> Markup:
    verify = element("a", body["verify_url"], href=body["verify_url"])
    cited = element("a", body["cited_url"], href=body["cited_url"])
    return element("footer", element("p", "核对：", verify, "；校验值所指的文本：", cited, "。"))
