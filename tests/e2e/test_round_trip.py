"""A list in Excel: exported, edited with mistakes, marked by the service, mended, approved; nothing else moves."""

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from openpyxl import Workbook, load_workbook

from tests.changes.desk import approved, previewed
from tests.clients import Client
from tests.e2e.people import Answer, hired, ok
from tests.imports.books import add_entry, column, edit, saved, set_entry, whole
from tests.imports.books import row as row_of

EDITED, MATERIAL = 40, "法定代表人授权委托书"
# What a version says of itself, and what is computed from what is given.
OF_VERSIONS = {"version", "made_in", "valid_from"}
COMPUTED = {"material_count", "completeness", "basic_completeness", "extended_completeness", "catalogue_completeness"}


def test_three_hundred_items_go_out_and_forty_changes_come_back(district: FastAPI, admin: TestClient) -> None:
    public = Client(district)
    before = everything(public)
    chosen = [each for each in before.values() if each["status"] == "1" and each["promised_limit"]][:300]
    departments = sorted({each["department_code"] for each in chosen})
    editor = hired(admin, "chen.jie", name="陈洁", role="editor", departments=departments)
    reviewer = hired(admin, "sun.li", name="孙丽", role="reviewer", division_code="990101")

    book = whole(editor, status="1", filter="promised_limit > 0", sort="code", limit="300")
    codes = codes_of(book)
    assert len(codes) == 300
    wrong = edited(book, codes[:EDITED])
    refused = sent(editor, saved(book), 422)
    marked = load_workbook(BytesIO(editor.get(f"/v1/imports/{refused['import']}/annotated.xlsx").content))
    tells_what_is_wrong(marked, wrong)

    mended(marked, codes)
    report = sent(editor, saved(marked), 201)
    assert {name: report[name] for name in ("added", "amended", "rejected")} == {
        "added": 0,
        "amended": EDITED,
        "rejected": 0,
    }
    path = report["change_set_url"]
    ok(editor.post(f"{path}/submit"))
    assert previewed(reviewer, path)["publishable"]
    ok(approved(reviewer, path))
    only_these_moved(before, everything(public), codes[:EDITED])


def everything(public: TestClient) -> dict[str, Answer]:
    """All items with all that is said of them."""
    listed = public.get("/v1/items", params={"format": "ndjson", "as_of": "2026-11-21"})
    return {each["code"]: each for each in map(json.loads, listed.text.splitlines())}


def codes_of(book: Workbook) -> list[str]:
    place = column(book, "事项编码") - 1
    return [str(row[place]) for row in book["事项"].iter_rows(min_row=2, values_only=True)]


def edited(book: Workbook, codes: list[str]) -> Mapping[str, tuple[int, str]]:
    """Forty rows edited: one gets a material, the others another contact; three cells are wrong."""
    for number, code in enumerate(codes[1:]):
        edit(book, code, 咨询方式=f"0000-12345 转 {number:03}")
    edit(book, codes[3], 承诺办结时限="五天")
    edit(book, codes[7], 是否网办="大概可以")
    entry = add_entry(book, "申请材料", 事项编码=codes[0], 材料名称=MATERIAL, 材料必要性="看情况")
    return {
        "承诺办结时限": (row_of(book, codes[3]), "事项"),
        "是否网办": (row_of(book, codes[7]), "事项"),
        "材料必要性": (entry, "申请材料"),
    }


def sent(editor: TestClient, content: bytes, status: int) -> Answer:
    form = {"dry_run": "false", "title": "咨询方式更新"}
    return ok(editor.post("/v1/imports", files={"file": ("事项.xlsx", content)}, data=form), status)


def tells_what_is_wrong(marked: Workbook, wrong: Mapping[str, tuple[int, str]]) -> None:
    """The cells are coloured and say what to do; no other cell is; the first sheet leads to them."""
    found = {
        (sheet.title, each.row, header.value): each
        for sheet in marked.worksheets[1:]
        for header, *below in sheet.columns
        for each in below
        if each.comment is not None and each.comment.author == "事项"
    }
    assert set(found) == {(sheet, row, header) for header, (row, sheet) in wrong.items()}
    assert all(each.fill.fill_type == "solid" for each in found.values())
    said = found["事项", wrong["是否网办"][0], "是否网办"].comment
    assert said is not None
    assert "请填 是、否" in said.text
    summary = marked.worksheets[0]
    links = {each.hyperlink.location for line in summary.iter_rows() for each in line if each.hyperlink}
    assert {f"'{each.parent.title}'!{each.coordinate}" for each in found.values()} <= links


def mended(marked: Workbook, codes: list[str]) -> None:
    edit(marked, codes[3], 承诺办结时限=1)
    edit(marked, codes[7], 是否网办="是")
    sheet = marked["申请材料"]
    name = column(marked, "材料名称", "申请材料")
    row = next(n for n in range(2, sheet.max_row + 1) if sheet.cell(n, name).value == MATERIAL)
    set_entry(marked, "申请材料", row, 材料必要性="非必要")


def only_these_moved(before: dict[str, Answer], after: dict[str, Answer], codes: list[str]) -> None:
    moved: dict[str, set[str]] = {
        code: {name for name in was if was[name] != after[code][name]} - OF_VERSIONS - COMPUTED
        for code, was in before.items()
        if was != after[code]
    }
    assert set(before) == set(after)
    assert set(moved) == set(codes)
    assert moved.pop(codes[0]) == {"materials"}
    assert materials(after[codes[0]]) == [*materials(before[codes[0]]), {"name": MATERIAL, "necessity": "2"}]
    assert all("consultation_contact" in names for names in moved.values())
    assert set().union(*moved.values()) <= {"consultation_contact", "promised_limit", "is_online"}


def materials(item: Answer) -> list[Any]:
    return list(item["materials"] or ())
