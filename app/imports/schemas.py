"""Imports as they go over the wire."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.catalogue.differences import EntryChange, FieldChange
from app.changes.rules import EntryKind


class RuleCount(BaseModel):
    """A rule, how often it was broken, and the first codes concerned."""

    rule: str
    severity: Literal["rejected", "error", "warning", "advice"]
    count: int
    message: str
    codes: list[str | None]


class NewDepartment(BaseModel):
    """A department that the import adds."""

    code: str
    name: str


class ImportOut(BaseModel):
    """What an import found and did."""

    id: int
    status: Annotated[
        Literal["checked", "refused", "unchanged", "drafted"],
        Field(description="checked 试运行通过；refused 有行被拒，未写入；unchanged 没有变化；drafted 已生成变更单"),
    ]
    file_name: str
    mapping: str | None
    effective_on: date
    by: str
    at: str
    dry_run: bool
    on_invalid: Literal["refuse", "skip"]
    on_conflict: Literal["refuse", "mine", "theirs"]
    rows: int
    added: int
    amended: int
    unchanged: int
    rejected: int
    absent: Annotated[int, Field(description="文件涉及的部门里、文件没有列出的事项；不会删除")]
    new_departments: list[NewDepartment]
    sheet: Annotated[str | None, Field(description="读了哪张工作表（xlsx）")]
    list_sheets: Annotated[list[str], Field(description="读了哪些子清单的工作表")]
    exported_revision: Annotated[int | None, Field(description="工作簿是从目录的第几版导出的；只有改过的格子才算改动")]
    ignored_sheets: Annotated[list[str], Field(description="没有读的其他工作表")]
    columns: Annotated[dict[str, list[str]], Field(description="要素 = 文件里的列")]
    ignored_columns: list[str]
    findings: list[RuleCount]
    rejections: list[RuleCount]
    change_set: int | None
    change_set_url: str | None
    problems_url: str
    rows_url: str


class ChangedElement(FieldChange):
    """An element, from what to what; of a list the entries instead of both values."""

    entries: list[EntryChange] | None = None


class RowOut(BaseModel):
    """A row of the file, numbered as the spreadsheet shows it, and what it would do."""

    row: int
    code: str | None
    name: str | None
    outcome: Literal["added", "amended", "rejected"]
    kinds: Annotated[list[EntryKind], Field(description="会起草的变更")]
    changes: Annotated[list[ChangedElement], Field(description="会改的要素；子清单只列改动的条目；新增的不逐项列出")]


class RowPage(BaseModel):
    items: list[RowOut]
    total: int
    next: str | None


class ProblemLine(BaseModel):
    """One line of the problem list; `row` is numbered as the spreadsheet shows it (header = 1)."""

    severity: Literal["rejected", "error", "warning", "advice", "absent"]
    sheet: Annotated[str | None, Field(description="哪张子清单的工作表；null 为事项所在的工作表")]
    row: int | None
    column: str | None
    value: str | None
    code: str | None
    rule: str
    message: str
    suggestion: str | None


class ProblemPage(BaseModel):
    items: list[ProblemLine]
    total: int
    next: str | None
