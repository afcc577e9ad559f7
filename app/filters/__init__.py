"""The filter language: CQL2 text becomes a SQLAlchemy condition over any table with declared elements."""

from app.filters.errors import FilterError
from app.filters.filters import Filters, quoted
from app.filters.properties import Form, Function, Kind, Mention, Property

__all__ = ["FilterError", "Filters", "Form", "Function", "Kind", "Mention", "Property", "quoted"]
