"""A staff file is a table like any other that somebody uploads: `draagkracht.ui.sheets` reads it."""

from draagkracht.ui.sheets import LAST_ROW, MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS, MAX_UNPACKED, Row, Sheet, read

__all__ = ["LAST_ROW", "MAX_BYTES", "MAX_CELL", "MAX_COLUMNS", "MAX_ROWS", "MAX_UNPACKED", "Row", "Sheet", "read"]
