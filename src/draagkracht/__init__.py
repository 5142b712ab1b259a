"""Draagkracht: measure, protect and strengthen the people who work in care, welfare and education."""
