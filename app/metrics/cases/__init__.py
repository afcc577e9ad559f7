"""Figures of basis `cases`: counted in months, over what departments reported of their items."""
