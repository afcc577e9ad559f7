"""Monthly counts of cases of the first half of 2024; `reports()` is the whole of them."""

from seed.demo.cases.reports import Report, reports

__all__ = ["Report", "reports"]
