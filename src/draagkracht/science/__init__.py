"""Pure Python: scoring, change, disclosure, intervals. No Django, no network, no other room."""
