"""Somebody's own workbook given back with what is wrong marked in it, whatever its rows are of."""
