"""The workbook that clerks edit: what is on which sheet, and how it is written."""
