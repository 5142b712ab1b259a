"""The files of an export, all written from one table (`dataset.Dataset`)."""
