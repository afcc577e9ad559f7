"""A report in the form that is asked for."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response

from app.catalogue.dependencies import csv_answer
from app.catalogue.export_params import MEDIA_TYPES as FILE_TYPES
from app.metrics.reports.addresses import absolute
from app.metrics.reports.page import policy, write_page
from app.metrics.reports.tables import COLUMNS, flat
from app.metrics.reports.workbook import write_report
from app.pages import JsonBytes

MEDIA_TYPES: Mapping[str, str] = {
    "json": "application/json",
    "html": "text/html",
    **{kind: FILE_TYPES[kind] for kind in ("csv", "xlsx")},
}
# As the contract lists them beside JSON.
OTHERS: Mapping[str, Any] = {
    media_type: {"schema": {"type": "string", **({"format": "binary"} if kind == "xlsx" else {})}}
    for kind, media_type in MEDIA_TYPES.items()
    if kind != "json"
}
KEPT = frozenset({"html", "xlsx"})  # Files that people read away from the service: their addresses say where it is.
PAGE_HEADERS: Mapping[str, str] = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


def as_page(body: Mapping[str, Any]) -> Response:
    return page_answer(write_page(body))


def page_answer(page: str) -> Response:
    """A page that may load nothing but its own style."""
    headers = {"Content-Security-Policy": policy(), **PAGE_HEADERS}
    return Response(page, media_type="text/html; charset=utf-8", headers=headers)


def as_table(body: Mapping[str, Any]) -> Response:
    return csv_answer(flat(body), COLUMNS, f"report-{body['id']}")


def as_workbook(body: Mapping[str, Any]) -> Response:
    return workbook_answer(write_report(body), str(body["number"]), f"report-{body['id']}")


def workbook_answer(content: bytes, name: str, plain_name: str) -> Response:
    """A file under a name in Chinese, and a plain one for clients that know no better."""
    named = quote(f"{name}.xlsx", safe="")
    disposition = f"attachment; filename=\"{plain_name}.xlsx\"; filename*=UTF-8''{named}"
    return Response(content, media_type=MEDIA_TYPES["xlsx"], headers={"Content-Disposition": disposition})


FORMS: Mapping[str, Callable[[Mapping[str, Any]], Response]] = {
    "json": JsonBytes,
    "html": as_page,
    "csv": as_table,
    "xlsx": as_workbook,
}


def in_form(form: str, body: Mapping[str, Any], base: str) -> Response:
    """`base` is where the service is, as `base_of` says for the form."""
    return FORMS[form](absolute(body, base) if base else body)


def base_of(form: str, request: Request) -> str:
    """The address at which the service was asked, the path included below which a proxy offers it; empty where addresses
    stay as the service names them.
    """
    return str(request.base_url).rstrip("/") if form in KEPT else ""
