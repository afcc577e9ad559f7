"""The report in the form that is asked for."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Response

from app.catalogue.dependencies import csv_answer
from app.demand.report.page import write_page
from app.demand.report.tables import COLUMNS, flat
from app.demand.report.workbook import write_report
from app.metrics.reports.addresses import absolute
from app.metrics.reports.forms import page_answer, workbook_answer
from app.pages import JsonBytes

Body = Mapping[str, Any]


def name_of(body: Body) -> str:
    return f"survey-{body['survey']['id']}-report-{body['as_of']}"


FORMS: Mapping[str, Callable[[Body], Response]] = {
    "json": JsonBytes,
    "html": lambda body: page_answer(write_page(body)),
    "csv": lambda body: csv_answer(flat(body), COLUMNS, name_of(body)),
    "xlsx": lambda body: workbook_answer(write_report(body), f"{body['survey']['title']} 需求满足情况", name_of(body)),
}


def in_form(form: str, body: Body, base: str) -> Response:
    """`base` is where the service is, empty where addresses stay as it names them."""
    return FORMS[form](absolute(body, base) if base else body)
